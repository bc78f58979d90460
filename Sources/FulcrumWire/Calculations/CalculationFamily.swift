/// One family of calculations of leverage-math section 10: a set of inputs and of answers.
///
/// The registry is the only list: `price`, `iv`, `leverage`, `liquidation`, `verify`, `capabilities`
/// and the reference page read it. A family of a later chapter is one more row.
package struct CalculationFamily: Sendable {
  /// As in a vector file's `family` key.
  package let name: String
  /// What it answers, in a few words.
  package let summary: String
  /// Every key that it can answer; a case has those of its kind.
  package let outputs: [String]
  /// Keys beyond those of section 10, answered where an input asks for them.
  package let extensions: [String]
  /// Keys for which more is no error, such as a maximised likelihood; each with the keys that are
  /// not compared where the answer is better than the reference by more than its tolerance.
  let oneSided: [String: [String]]
  /// Keys that are answered and never compared: one of several answers that are all right.
  let uncompared: Set<String>
  private let calculate: Calculation

  typealias Calculation = @Sendable (inout InputFields) throws(CalculationRefusal) -> Outputs

  init(
    name: String, summary: String, outputs: [String], extensions: [String] = [],
    oneSided: [String: [String]] = [:], uncompared: Set<String> = [],
    calculate: @escaping Calculation
  ) {
    self.name = name
    self.summary = summary
    self.outputs = outputs
    self.extensions = extensions
    self.oneSided = oneSided
    self.uncompared = uncompared
    self.calculate = calculate
  }

  /// The answers to one set of inputs.
  ///
  /// - Throws: every fault of the inputs: unknown, missing, mistyped and out of range.
  package func evaluate(_ inputs: JSONObject) throws(CalculationRefusal) -> JSONObject {
    var fields = InputFields(inputs)
    return try calculate(&fields).object
  }
}

extension CalculationFamily {
  package static let all: [CalculationFamily] = [
    .black76, .inverseOptions, .greeks, .impliedVolatility, .leverage, .regulatoryLeverage,
    .varLeverage, .liquidation, .firstPassage, .svi, .realisedVolatility, .weightedVariance, .garch,
    .hiddenMarkov, .impliedVariance, .regimeHysteresis, .policy, .growth, .randomNormal, .sobol,
    .pathKernels, .hedge,
  ]

  package static var names: [String] { all.map(\.name) }

  package static func named(_ name: String) -> CalculationFamily? {
    all.first { $0.name == name }
  }
}
