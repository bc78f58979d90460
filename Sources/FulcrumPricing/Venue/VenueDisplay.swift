/// Venue figures that are displays of the same model: converted before any comparison.
public enum VenueDisplay {
  /// The theta that Deribit prints, USD per coin of option and day, ≤ 0.
  ///
  ///     −min( |θ|/365 · min(1, 365 T), B )
  ///
  /// A decay over the next day or over the life left, whichever is shorter, and never more than the
  /// option is worth. Ours is the uncapped instantaneous rate.
  /// - Parameters:
  ///   - thetaPerYear: θ of Black (1976), USD per year.
  ///   - years: T ≥ 0.
  ///   - valueUsd: B ≥ 0, USD.
  /// - Source: leverage-math 1.5, found by fitting 2,298 printed rows; checked by `RealChainTests`.
  public static func deribitTheta(
    thetaPerYear: Double, years: Double, valueUsd: Double
  ) -> Double {
    -min(thetaPerYear.magnitude / 365 * min(1, 365 * years), valueUsd)
  }
}
