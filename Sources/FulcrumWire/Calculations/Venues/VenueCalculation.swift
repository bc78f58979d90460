/// One rule of a venue as a calculation: the inputs of a reference case to its answers.
///
/// Inputs and answers may be nested. What was not asked for is refused by name, as in every family.
package struct VenueCalculation: Sendable {
  /// As in a case's `rule` key: `deribit.option.standard`.
  package let rule: String
  /// What it answers, in a few words.
  package let summary: String
  private let calculate: Calculation

  package typealias Calculation =
    @Sendable (inout InputFields) throws(CalculationRefusal) -> JSONObject

  package init(
    _ rule: String, _ summary: String, calculate: @escaping Calculation
  ) {
    self.rule = rule
    self.summary = summary
    self.calculate = calculate
  }

  /// The answers to one set of inputs.
  ///
  /// - Throws: every fault of the inputs: unknown, missing, mistyped and out of range.
  package func evaluate(_ inputs: JSONObject) throws(CalculationRefusal) -> JSONObject {
    var fields = InputFields(inputs)
    return try calculate(&fields)
  }
}

/// A family of reference files whose cases follow one named rule each.
package enum VenueFamily: String, Hashable, Sendable, CaseIterable {
  case centralised = "venues-centralised"
  case onChain = "venues-onchain"

  package var summary: String {
    switch self {
    case .centralised: "margin, liquidation, fee and account rules of centralised venues"
    case .onChain: "margin, liquidation and insurance rules of on-chain venues"
    }
  }

  /// Every rule of the family that this program answers; a rule is one more row of its venue's list.
  package var calculations: [VenueCalculation] {
    switch self {
    case .centralised: VenueCalculation.centralised
    case .onChain: VenueCalculation.onChain
    }
  }

  package func calculation(_ rule: String) -> VenueCalculation? {
    calculations.first { $0.rule == rule }
  }
}
