/// Two expiries' volatilities at one strike, joined in time.
public enum TotalVariance {
  public struct Between: Hashable, Sendable {
    /// w at the time asked for; negative where the two are so far out of order.
    public let totalVariance: Double
    /// √(w/T); nil where w < 0.
    public let volatility: Double?
    /// (w₂ − w₁)/(T₂ − T₁), variance a year between the two.
    public let forwardVariance: Double
    /// w₂ ≥ w₁.
    public let isOrdered: Bool
  }

  /// One expiry at one strike.
  public struct Node: Hashable, Sendable {
    public let years, volatility: Double

    public init(years: Double, volatility: Double) {
      self.years = years
      self.volatility = volatility
    }
    var totalVariance: Double { volatility * volatility * years }
  }

  /// Linear in total variance at a fixed k; before the first node w ∝ T, after the last one the
  /// forward variance between the two goes on.
  ///
  ///     w(T) = w₁ + (w₂ − w₁)(T − T₁)/(T₂ − T₁)
  ///
  /// - Parameter years: T > 0; nodes with 0 < T₁ < T₂ and volatilities ≥ 0.
  /// - Throws: where one of these does not hold, or a result has no double.
  public static func between(
    _ first: Node, _ second: Node, years: Double
  ) throws(PricingError) -> Between {
    try requirePositive(first.years, "first years")
    try requirePositive(years, "years")
    for node in [first, second] {
      try requireNonNegative(node.volatility, "volatility")
      try requireDouble(node.totalVariance, "volatility", node.volatility)
    }
    guard second.years.isFinite, second.years > first.years else {
      throw .outOfDomain(
        field: "second years", seen: second.years, allowed: "a finite number above the first")
    }
    let (w1, w2) = (first.totalVariance, second.totalVariance)
    let rate = (w2 - w1) / (second.years - first.years)
    let w = years < first.years ? w1 * years / first.years : w1 + rate * (years - first.years)
    try requireDouble(rate, "second years", second.years)
    try requireDouble(w, "years", years)
    let volatility = w < 0 ? nil : (w / years).squareRoot()
    try requireDouble(volatility ?? 0, "years", years)
    return Between(
      totalVariance: w, volatility: volatility, forwardVariance: rate, isOrdered: w2 >= w1)
  }

  private static func requireDouble(
    _ result: Double, _ field: String, _ seen: Double
  ) throws(PricingError) {
    guard !result.isFinite else { return }
    throw .outOfDomain(
      field: field, seen: seen, allowed: "such that variances and their rate have doubles")
  }
}
