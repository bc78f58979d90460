import FulcrumModel
import FulcrumPricing

/// The numeric fields that several families share.
enum OptionField {
  static let forward = NumberField("F", .nonNegative, "forward of the option's expiry, USD")
  static let strike = NumberField("K", .nonNegative, "strike, USD")
  static let years = NumberField("T", .nonNegative, "years of 365 days to expiry")
  static let volatility = NumberField(
    "sigma", .nonNegative, "volatility, 1 = 100 % a year")
  static let rate = NumberField(
    "r", .finite, "continuous USD discount rate a year", fallback: 0)
  static let index = NumberField("index", .positive, "index price, USD per coin")
}

extension InputFields {
  mutating func right() -> OptionRight? {
    choice("type", among: OptionRight.allCases, meaning: "right")
  }

  /// type, F, K, T, sigma and, where the family discounts, r.
  mutating func option(discounted: Bool) -> OptionInput {
    OptionInput(
      right: right() ?? .call, forward: number(OptionField.forward),
      strike: number(OptionField.strike), years: number(OptionField.years),
      volatility: number(OptionField.volatility),
      rate: discounted ? number(OptionField.rate) : 0)
  }
}
