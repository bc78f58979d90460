internal import FulcrumNumerics
internal import RealModule

extension FirstPassage {
  /// A corridor and the law of the index that may leave it, at either end.
  public struct TwoBarriers: Hashable, Sendable {
    /// S > 0, quote currency.
    public let spot: Double
    /// L > 0, same unit.
    public let lower: Double
    /// U > L, same unit.
    public let upper: Double
    /// μ: expected relative growth per year; 0 for risk.
    public let drift: Double
    /// σ ≥ 0, per √year.
    public let volatility: Double
    /// T ≥ 0.
    public let years: Double

    /// - Throws: `PricingError.outOfDomain` for a number outside the domains above, or above 1e50
    ///   where it is a volatility, a drift or a time.
    public init(
      spot: Double, lower: Double, upper: Double, drift: Double = 0, volatility: Double,
      years: Double
    ) throws(PricingError) {
      try requirePositive(spot, "spot")
      try requirePositive(lower, "lower barrier")
      try requirePositive(upper, "upper barrier")
      guard lower < upper else {
        throw .outOfDomain(
          field: "lower barrier", seen: lower, allowed: "below the upper barrier, \(upper)")
      }
      try requireRate(drift, "drift")
      try requireSize(volatility, "volatility")
      try requireSize(years, "years")
      self.spot = spot
      self.lower = lower
      self.upper = upper
      self.drift = drift
      self.volatility = volatility
      self.years = years
    }

    /// Already at or beyond a barrier.
    public var isOutside: Bool { spot <= lower || spot >= upper }
  }

  /// P(the index leaves (L, U) by T).
  ///
  /// - Returns: a probability; 1 when already outside, else 0 at T = 0.
  /// - Accuracy: within 1e-10 relative + 1e-16, the spot up to 1e-4 of the width from an end
  ///   (Tests/Vectors/first_passage_extreme.json; the test prints the worst error).
  /// - Source: leverage-math 3.5; images and sines in Borodin & Salminen (2002).
  public static func probability(_ two: TwoBarriers) -> Double {
    two.isOutside ? 1 : Corridor(two).probability(years: two.years)
  }

  /// P(the index stays inside (L, U) to T) = 1 − `probability(_:)`.
  ///
  /// - Accuracy: within 1e-10 relative + 1e-14.
  public static func survival(_ two: TwoBarriers) -> Double {
    two.isOutside ? 0 : Corridor(two).survival(years: two.years)
  }

  /// P(U is touched before L), whenever that is.
  ///
  ///     P_b = (e^{−2αa} − 1)/(e^{−2αa} − e^{−2αb}),   α = ν/σ², a = ln(L/S), b = ln(U/S)
  ///
  /// - Returns: a probability; 1 when already at or above U, 0 when at or below L, and 0 for an
  ///   index that never moves.
  public static func eventualUpperFirst(_ two: TwoBarriers) -> Double {
    if two.isOutside { return two.spot >= two.upper ? 1 : 0 }
    return Corridor(two).upperFirst
  }

  /// E[τ], τ the time of leaving (L, U): finite unless the index does not move.
  ///
  ///     E[τ] = (b P_b + a(1 − P_b))/ν,   −ab/σ² for ν = 0
  public static func expectedTime(_ two: TwoBarriers) -> ExpectedTime {
    if two.isOutside { return .years(0) }
    let years = Corridor(two).expectedTime
    return years.isFinite ? .years(years) : .unbounded
  }
}
