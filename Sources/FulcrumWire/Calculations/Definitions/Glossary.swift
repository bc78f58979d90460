import FulcrumPricing
import FulcrumRisk

/// The one table of definitions: every number of a report and of calculation output has its row.
package enum Glossary {
  package static let all: [GlossaryEntry] =
    prices + greeks + inverse + impliedVolatility + capital + exposures + leverage + equityRatios
    + regulatory + tailRisk + liquidation + firstPassage + volatility + steering + growth
    + simulation + hedging + foresight + surface + words + report + surfaceReport

  /// What only a report says.
  static let report: [GlossaryEntry] =
    returnForRisk + reportPool + reportTail + reportLiquidation + reportLeg + reportAccount
    + reportSettings + reportWords

  package static let names = all.map(\.name)

  /// The number of exactly this name.
  package static func entry(named name: String) -> GlossaryEntry? { byName[name] }

  /// Every number that a name may mean, the one of exactly that name first; empty where none.
  ///
  /// A name is a key of JSON (`worstSecant`) or its path (`pools.liquidation.index`), a column of
  /// CSV (`worst_secant_ratio`) or the title of a table's column (`worst secant`); case, spaces and
  /// underscores do not matter. Of a path the longest end that is known counts, so that
  /// `pools.legs.venue.delta` is the venue's delta; a last part alone (`fromMark`) finds its path.
  package static func entries(named name: String) -> [GlossaryEntry] {
    if let exact = byName[name] { return [exact] + others(folded(name), than: exact) }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    for start in parts.indices {
      let end = folded(parts[start...].joined(separator: "."))
      if let found = byFolded[end] { return found }
      if parts.count == 1, let found = byLastPart[end] { return found }
    }
    return []
  }

  private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

  private static let byFolded: [String: [GlossaryEntry]] = {
    let own = all.map { (folded($0.name), [$0]) }
    let other = otherNames.compactMap { other in
      byName[other.entry].map { (folded(other.name), [$0]) }
    }
    return Dictionary(own + other) { $0 + $1 }
  }()

  private static let byLastPart: [String: [GlossaryEntry]] = {
    let dotted = all.filter { $0.name.contains(".") }
    return Dictionary(
      dotted.map { (folded($0.name.split(separator: ".").last.map(String.init) ?? ""), [$0]) }
    ) { $0 + $1 }
  }()

  private static func others(_ name: String, than entry: GlossaryEntry) -> [GlossaryEntry] {
    (byFolded[name] ?? []).filter { $0 != entry }
  }

  private static func folded(_ name: String) -> String {
    name.lowercased().filter { !" _-".contains($0) }
  }

  /// Reasons of absent numbers and states of pools.
  private static let words: [GlossaryEntry] =
    Absence.allCases.filter { absence in
      PoolStatus.allCases.allSatisfy { $0.rawValue != absence.rawValue }
    }.map { absence in
      GlossaryEntry(
        absence.rawValue, absence.explanation, formula: "none",
        inputs: "stands beside the name of the number that is absent", unit: "reason",
        range: "one of the reasons", source: "0")
    }
    + PoolStatus.allCases.map { status in
      GlossaryEntry(
        status.rawValue, status.title, formula: status.condition,
        inputs: "equity E, capital at risk CaR", unit: "status", range: "one of four states",
        source: "2.2")
    }
    + ImpliedVolatility.Status.allCases.filter { $0 != .ok }.map { status in
      GlossaryEntry(
        status.rawValue, status.title, formula: status.condition,
        inputs: "time value β = price − intrinsic, forward F, strike K", unit: "status",
        range: "one of four states", source: "9.2")
    }
}

extension ImpliedVolatility.Status {
  fileprivate var title: String {
    switch self {
    case .ok: "the price implies a volatility"
    case .atIntrinsic: "the price is the intrinsic value: volatility 0"
    case .belowIntrinsic: "the price is below the intrinsic value: no volatility"
    case .aboveMaximum: "the price is above what any volatility gives"
    }
  }

  fileprivate var condition: String {
    switch self {
    case .ok: "0 < β < min(F, K)"
    case .atIntrinsic: "β = 0"
    case .belowIntrinsic: "β < 0"
    case .aboveMaximum: "β ≥ min(F, K), or T = 0 with β > 0"
    }
  }
}

extension PoolStatus {
  fileprivate var title: String {
    switch self {
    case .ok: "the pool has equity and can lose some of it"
    case .riskless: "the pool has equity and can lose none of it"
    case .noCapital: "the pool has no equity"
    case .negativeEquity: "the pool owes more than it holds"
    }
  }

  fileprivate var condition: String {
    switch self {
    case .ok: "E > 0 and CaR > 0"
    case .riskless: "E > 0 and CaR = 0"
    case .noCapital: "E = 0"
    case .negativeEquity: "E < 0"
    }
  }
}
