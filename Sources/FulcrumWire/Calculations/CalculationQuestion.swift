/// A question that a command asks: which family answers it where none is named.
package enum CalculationQuestion: String, Hashable, Sendable, CaseIterable {
  case price, iv, leverage, liquidation

  /// The answers to one set of inputs, by the family named or else by the question's own.
  package func answer(
    _ inputs: JSONObject, family: CalculationFamily? = nil
  ) throws(CalculationRefusal) -> JSONObject {
    try (family ?? self.family(for: inputs)).evaluate(inputs)
  }

  /// `price` means a coin-quoted option where an index is given and no rate is.
  func family(for inputs: JSONObject) -> CalculationFamily {
    switch self {
    case .price:
      let coin = inputs["index"] != nil && inputs["r"] == nil
      return coin ? .inverseOptions : .valueAndGreeks
    case .iv: return .impliedVolatility
    case .leverage: return .leverage
    case .liquidation: return .liquidation
    }
  }
}
