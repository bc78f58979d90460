internal import FulcrumNumerics
public import FulcrumPricing

extension PolicyConditions.Outlook {
  /// Expected shortfall of one times leverage at a horizon, under a driftless lognormal index.
  ///
  ///     long:  1 − N(z − s)/α,   short:  N(z + s)/α − 1,   s = σ√T, z = N⁻¹(α)
  ///
  /// - Parameters:
  ///   - volatility: σ > 0 a year.
  ///   - years: T > 0.
  ///   - tail: α, the share of worst outcomes that is averaged, above 0 and below 1.
  /// - Returns: a fraction of the exposure: in (0, 1) for a long; a short has no upper bound.
  public static func shortfall(
    volatility: Double, years: Double, tail: Double, side: FirstPassage.Side
  ) throws(PolicyError) -> Double {
    try require(volatility > 0, "volatility", volatility, "above 0")
    try require(years > 0, "shortfall horizon", years, "above 0")
    try require(tail > 0 && tail < 1, "shortfall tail", tail, "above 0 and below 1")
    let deviation = volatility * years.squareRoot()
    let quantile = Normal.inverseCdf(tail)
    switch side {
    case .down: return 1 - Normal.cdf(quantile - deviation) / tail
    case .up: return Normal.cdf(quantile + deviation) / tail - 1
    }
  }
}
