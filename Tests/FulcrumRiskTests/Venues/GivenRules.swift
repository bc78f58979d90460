import FulcrumModel

@testable import FulcrumRisk

/// Every rule with parameters for bitcoin: where none are known, made-up ones.
enum GivenRules {
  static let all: [VenueRuleEntry] = {
    var parameters = VenueParameters.known
    parameters.onChain.drift["BTC"] = [
      DatedSet(
        RuleDate(2026, 1, 1, .inferred, source: "made up"),
        DriftIsolated.Ratios(initial: 0.1, maintenance: 0.05, sizeFactor: 0.01))
    ]
    return VenueRules.all(with: parameters)
  }()

  static func named(_ name: String) -> VenueRuleEntry? { all.first { $0.name == name } }
}
