/// Hyperliquid's margin tiers: maintenance is half the initial rate of the tier's largest leverage.
///
///     MM = N·rate_n − deduction_n,  rate_n = 1/(2·leverage_n)
///     deduction_0 = 0,  deduction_n = deduction_{n−1} + lower_n·(rate_n − rate_{n−1})
///
/// so that MM is continuous in the notional N. Tier n holds for lower_n < N ≤ lower_{n+1}.
///
/// - Source: hyperliquid.gitbook.io, trading/margin-tiers and trading/liquidations.
public struct HyperliquidTiers: Hashable, Sendable {
  public struct Tier: Hashable, Sendable {
    /// USD of notional above which it holds; 0 for the first.
    public let lowerBound: Double
    /// ≥ 1.
    public let maxLeverage: Double
    public let rate: Double
    public let deduction: Double
  }

  /// At least one, by ascending lower bound.
  public let tiers: [Tier]

  /// - Parameter steps: lower bounds from 0 up, each with a largest leverage not above the one
  ///   before it.
  /// - Throws: `.parameter` for the first step that is not so.
  public init(_ steps: [(lowerBound: Double, maxLeverage: Double)]) throws(VenueRuleError) {
    try VenueInput.hold(!steps.isEmpty, 0, "tiers", "one tier at least")
    self.init(unchecked: steps)
    for (place, tier) in tiers.enumerated() {
      try VenueInput.hold(
        place == 0
          ? tier.lowerBound == 0
          : tier.lowerBound.isFinite && tier.lowerBound > tiers[place - 1].lowerBound,
        tier.lowerBound, "lowerBound", "lower bounds that ascend from 0")
      let most = place == 0 ? .greatestFiniteMagnitude : tiers[place - 1].maxLeverage
      try VenueInput.hold(
        tier.maxLeverage >= 1 && tier.maxLeverage <= most, tier.maxLeverage, "maxLeverage",
        "1 or more, and no more than in the tier before")
    }
  }

  /// For tables written in this file's folder, whose order the tests check.
  init(unchecked steps: [(lowerBound: Double, maxLeverage: Double)]) {
    var tiers: [Tier] = []
    for step in steps {
      let rate = 1 / (2 * step.maxLeverage)
      var deduction = 0.0
      if let last = tiers.last {
        deduction = last.deduction + step.lowerBound * (rate - last.rate)
      }
      tiers.append(
        Tier(
          lowerBound: step.lowerBound, maxLeverage: step.maxLeverage, rate: rate,
          deduction: deduction))
    }
    self.tiers = tiers
  }

  /// The tier of a notional ≥ 0.
  public func tier(notional: Double) -> Tier {
    var found = tiers[0]
    for tier in tiers.dropFirst() where notional > tier.lowerBound { found = tier }
    return found
  }

  public func maintenance(notional: Double) -> Double {
    let tier = tier(notional: notional)
    return notional * tier.rate - tier.deduction
  }

  /// What a position of this notional needs to be opened with: N over the leverage chosen, which is
  /// held to the tier's largest.
  ///
  /// - Parameter leverage: nil for the tier's largest.
  public func initial(notional: Double, leverage: Double?) -> Double {
    let most = tier(notional: notional).maxLeverage
    return notional / min(leverage ?? most, most)
  }

  /// Where an isolated position's equity meets its maintenance.
  public enum LiquidationPrice: Hashable, Sendable {
    case at(Double)
    /// A long whose equity outlasts even a price of 0.
    case unreachable
  }

  /// The root of E + side·q·(x − P) = q·x·rate_n − deduction_n with the tier n *at x*, unique
  /// because every rate is below 1.
  ///
  /// For one tier it is P − side·(E − MM)/q/(1 − l·side), l = rate.
  ///
  /// - Parameters:
  ///   - mark: P > 0.
  ///   - position: signed coins, not 0.
  ///   - equity: E of the pool at P, USD.
  public func liquidationPrice(
    mark: Double, position: Double, equity: Double
  ) throws(VenueRuleError) -> LiquidationPrice {
    try VenueInput.positive(mark, "price")
    try VenueInput.finite(equity, "isolatedMargin")
    try VenueInput.hold(
      position != 0 && position.isFinite, position, "size", "a finite size other than 0")
    let side = position > 0 ? 1.0 : -1.0
    let size = position.magnitude
    for (place, tier) in tiers.enumerated() {
      let price =
        (side * size * mark - equity - tier.deduction) / (size * (side - tier.rate))
      let isLast = place == tiers.count - 1
      // Past every earlier tier's bound, so only the upper one is left to hold.
      if isLast || price * size <= tiers[place + 1].lowerBound {
        return price > 0 ? .at(price) : .unreachable
      }
    }
    return .unreachable
  }
}
