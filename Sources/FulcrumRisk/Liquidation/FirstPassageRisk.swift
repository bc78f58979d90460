import FulcrumPricing

/// How likely a pool is to be liquidated soon (leverage-math 3.5): the index, a driftless geometric
/// Brownian motion watched all the time, leaves the stretch between the nearest liquidation prices.
///
/// The prices are those of one node of time and volatility and stand still over the horizon; for an
/// option pool that is an approximation, better the shorter the horizon is against the expiry. μ = 0:
/// a drift is never used to make a liquidation look unlikely.
public struct FirstPassageRisk: Hashable, Sendable {
  /// P(liquidation) within one day and within seven, from both sides together.
  public var oneDay: Measure
  public var sevenDays: Measure

  /// - Parameter volatility: σ of the index, a year, > 0.
  public init(_ region: LiquidationRegion, volatility: Double) {
    oneDay = Self.probability(region, volatility: volatility, years: 1.0 / 365)
    sevenDays = Self.probability(region, volatility: volatility, years: 7.0 / 365)
  }

  /// P(liquidation) within `years`: 1 when liquidable already, 0 when no price is.
  ///
  /// - Returns: a probability; absent where volatility or horizon are no finite number of 0 or more.
  /// - Accuracy: that of `FirstPassage`, 1e−10 relative + 1e−14.
  public static func probability(
    _ region: LiquidationRegion, volatility: Double, years: Double
  ) -> Measure {
    guard volatility >= 0, volatility.isFinite, years >= 0, years.isFinite else {
      return .absent(.noMarket)
    }
    guard region.healthy else { return .value(1) }
    do throws(PricingError) {
      switch (region.below, region.above) {
      case (let lower?, let upper?) where lower < upper:
        return .value(
          FirstPassage.probability(
            try FirstPassage.TwoBarriers(
              spot: region.index, lower: lower, upper: upper, volatility: volatility, years: years))
        )
      case (.some, .some): return .value(1)  // both at the index: it is touched already
      case (let barrier?, nil), (nil, let barrier?):
        return .value(
          FirstPassage.probability(
            try FirstPassage.OneBarrier(
              spot: region.index, barrier: barrier, volatility: volatility, years: years)))
      case (nil, nil): return .value(0)
      }
    } catch {
      return .absent(.notRepresentable)
    }
  }
}
