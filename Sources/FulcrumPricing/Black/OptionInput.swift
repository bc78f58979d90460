public import FulcrumModel

/// What Black (1976) needs of one European option: plain numbers, already in the right units.
///
/// The kernels take any value and never trap; they promise finite results only where `validate()`
/// passes, so call it once at the edge, not in the loop.
public struct OptionInput: Hashable, Sendable {
  public var right: OptionRight
  /// F ≥ 0, forward of the option's own expiry, USD per coin.
  public var forward: Double
  /// K ≥ 0, USD per coin.
  public var strike: Double
  /// T ≥ 0, years of 365 days.
  public var years: Double
  /// σ ≥ 0 per square root of a year, 1 = 100 %.
  public var volatility: Double
  /// r, continuous USD discount rate per year; any sign.
  public var rate: Double

  @inlinable
  public init(
    right: OptionRight, forward: Double, strike: Double, years: Double, volatility: Double,
    rate: Double = 0
  ) {
    self.right = right
    self.forward = forward
    self.strike = strike
    self.years = years
    self.volatility = volatility
    self.rate = rate
  }

  /// Checks the domain of leverage-math 9.3.
  ///
  /// - Throws: `PricingError.outOfDomain` for the first field, in the order forward, strike, years,
  ///   volatility, rate, that is not finite or (rate apart) negative.
  public func validate() throws(PricingError) {
    try requireNonNegative(forward, "forward")
    try requireNonNegative(strike, "strike")
    try requireNonNegative(years, "years")
    try requireNonNegative(volatility, "volatility")
    try requireFinite(rate, "rate")
  }
}
