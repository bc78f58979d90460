internal import FulcrumPricing
internal import RealModule

/// The liquidation cap of a pool that no closed form fits: inverse futures, options, several legs,
/// brackets of margin (leverage-math 5.2).
///
///     cap = L · sup{c : P(the index leaves the safe stretch of c times the legs) ≤ p}
///
/// Equity stays while the legs are scaled: new ones are bought at their value, and cash pays. The
/// stretch is that of `Liquidation.region`, which the report shows too.
struct ResizedLiquidation {
  let pool: RiskPool
  /// Pool currency.
  let equity: Double
  let margin: StandardMargin

  /// Whether the closed forms of a linear perpetual hold: one future in USD on one bracket.
  var isOneLinearFuture: Bool {
    pool.currency == .usd && pool.legs.count == 1 && !pool.legs[0].isOption
      && margin.futuresBrackets.count == 1
  }

  /// - Parameter leverage: L of the pool as it is, > 0.
  /// - Returns: between L/1024 and 1024 L, 0 below.
  /// - Accuracy: 2e-11 relative to the region's own prices.
  func cap(
    _ limit: PolicyLimits.LiquidationCap, volatility: Double, leverage: Double
  ) -> Double {
    var (low, high) = (-10.0, 10.0)
    func isAllowed(_ power: Double) -> Bool {
      probability(scale: Double.exp2(power), volatility: volatility, years: limit.years)
        .map { $0 <= limit.probability } ?? false
    }
    guard isAllowed(low) else { return 0 }
    if isAllowed(high) { return leverage * Double.exp2(high) }
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if isAllowed(middle) { low = middle } else { high = middle }
    }
    return leverage * Double.exp2(low)
  }

  private func probability(scale: Double, volatility: Double, years: Double) -> Double? {
    let resized = pool.resized(by: scale, keeping: equity)
    guard let region = try? Liquidation.region(resized, margin: margin),
      case .value(let probability) = FirstPassageRisk.probability(
        region, volatility: volatility, years: years)
    else { return nil }
    return probability
  }
}
