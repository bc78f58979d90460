/// A question that a command asks: which family answers it where none is named.
package enum CalculationQuestion: String, Hashable, Sendable, CaseIterable {
  case price, leverage, liquidation

  /// The answers to one set of inputs, by the family named or else by the question's own.
  package func answer(
    _ inputs: JSONObject, family: CalculationFamily? = nil
  ) throws(CalculationRefusal) -> JSONObject {
    try (family ?? self.family(for: inputs)).evaluate(inputs)
  }

  func family(for inputs: JSONObject) -> CalculationFamily {
    switch self {
    case .price: .valueAndGreeks
    case .leverage: .leverage
    case .liquidation: .liquidation
    }
  }
}
