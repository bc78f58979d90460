import FulcrumPricing
import FulcrumRisk

/// The one table of definitions: every number of a report and of calculation output has its row.
package enum Glossary {
  package static let all: [GlossaryEntry] =
    prices + greeks + inverse + impliedVolatility + capital + exposures + leverage + equityRatios
    + regulatory + tailRisk + returnForRisk + liquidation + firstPassage + words

  package static let names = all.map(\.name)

  private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

  package static func entry(named name: String) -> GlossaryEntry? { byName[name] }

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
