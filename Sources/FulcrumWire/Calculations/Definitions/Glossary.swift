import FulcrumRisk

/// The one table of definitions: every number of a report and of calculation output has its row.
package enum Glossary {
  package static let all: [GlossaryEntry] =
    prices + greeks + inverse + impliedVolatility + capital + exposures + leverage + equityRatios
    + regulatory + tailRisk + liquidation + firstPassage + words

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
