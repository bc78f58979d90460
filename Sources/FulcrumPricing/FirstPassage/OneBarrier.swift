internal import FulcrumNumerics
internal import RealModule

extension FirstPassage {
  /// One barrier and the law of the index that may touch it.
  public struct OneBarrier: Hashable, Sendable {
    /// S > 0, quote currency.
    public let spot: Double
    /// B > 0, same unit.
    public let barrier: Double
    public let side: Side
    /// μ: expected relative growth per year; 0 for risk.
    public let drift: Double
    /// σ ≥ 0, per √year, 0.55 for 55 %.
    public let volatility: Double
    /// T ≥ 0.
    public let years: Double

    /// - Parameter side: `nil` for the side on which the barrier lies; a barrier at the spot itself
    ///   is touched whichever side is meant.
    /// - Throws: `PricingError.outOfDomain` for a number outside the domains above, or above 1e50
    ///   where it is a volatility, a drift or a time.
    public init(
      spot: Double, barrier: Double, side: Side? = nil, drift: Double = 0, volatility: Double,
      years: Double
    ) throws(PricingError) {
      try requirePositive(spot, "spot")
      try requirePositive(barrier, "barrier")
      try requireRate(drift, "drift")
      try requireSize(volatility, "volatility")
      try requireSize(years, "years")
      self.spot = spot
      self.barrier = barrier
      self.side = side ?? (barrier <= spot ? .down : .up)
      self.drift = drift
      self.volatility = volatility
      self.years = years
    }

    /// Already at or beyond the barrier.
    public var isTouched: Bool {
      switch side {
      case .down: spot <= barrier
      case .up: spot >= barrier
      }
    }

    /// d = |ln(B/S)|.
    var distance: Double { abs(logRatio(barrier, spot)) }

    /// m = ±(μ − σ²/2): log drift per year towards the barrier.
    var driftTowards: Double {
      let logDrift = drift - 0.5 * volatility * volatility
      return side == .up ? logDrift : -logDrift
    }
  }

  /// P(τ ≤ T).
  ///
  ///     P = N((mT − d)/(σ√T)) + e^{2md/σ²} N((−mT − d)/(σ√T)),   d = |ln(B/S)|, m towards B
  ///
  /// - Returns: a probability; 1 when already touched, else 0 at T = 0.
  /// - Accuracy: relative, also where tiny: within 1e-13 plus 4ε times the conditioning in the
  ///   inputs, from 1e-6 to 20 deviations away (Tests/Vectors/first_passage_extreme.json; the test
  ///   prints the worst error, 0.02 of that).
  /// - Source: Harrison (1985); leverage-math 3.5.
  public static func probability(_ one: OneBarrier) -> Double {
    if one.isTouched { return 1 }
    return probability(
      distance: one.distance, driftTowards: one.driftTowards, volatility: one.volatility,
      years: one.years)
  }

  /// 1 − P(τ ≤ T), computed without the subtraction.
  ///
  /// - Accuracy: relative, also where tiny; see `probability(_:)`.
  public static func survival(_ one: OneBarrier) -> Double {
    if one.isTouched { return 0 }
    return survival(
      distance: one.distance, driftTowards: one.driftTowards, volatility: one.volatility,
      years: one.years)
  }

  /// P(τ < ∞): 1 where the drift m leads to the barrier or is 0, else e^{2md/σ²}.
  public static func eventualProbability(_ one: OneBarrier) -> Double {
    if one.isTouched { return 1 }
    let m = one.driftTowards
    if m > 0 { return 1 }
    let variance = one.volatility * one.volatility
    if variance == 0 { return 0 }
    return m == 0 ? 1 : Double.exp(2 * one.distance * (m / variance))
  }

  /// E[τ] = d/m where the drift leads to the barrier, else unbounded; 0 when already touched.
  public static func expectedTime(_ one: OneBarrier) -> ExpectedTime {
    if one.isTouched { return .years(0) }
    let m = one.driftTowards
    let years = one.distance / m
    return m > 0 && years.isFinite ? .years(years) : .unbounded
  }

  /// E[min(τ, T)] = ∫₀ᵀ (1 − P(t)) dt, years in [0, T].
  ///
  /// Over u = √t, which takes the root from the law of the time; split where the distance is one
  /// deviation, t = d²/σ², and where the drift arrives, t = d/|m|.
  ///
  /// - Accuracy: within 1e-12 relative of the closed form where that does not cancel
  ///   (`FirstPassagePropertyTests`).
  /// - Cost: a few hundred survival probabilities.
  public static func expectedTimeCapped(_ one: OneBarrier) -> Double {
    if one.isTouched || one.years == 0 { return 0 }
    let d = one.distance
    let m = one.driftTowards
    let sigma = one.volatility
    let end = one.years.squareRoot()
    if sigma * end == 0 { return m > 0 ? min(d / m, one.years) : one.years }
    var cuts = [d / sigma, (d / abs(m)).squareRoot()].filter { $0 < end }.sorted()
    cuts.append(end)
    var total = NeumaierSum()
    var from = 0.0
    for to in cuts where to > from {
      total.add(
        AdaptiveQuadrature.integral(from: from, to: to) { u in
          2 * u * HittingKernel.survival(drift: m * u / sigma, distance: d / (sigma * u))
        }.value)
      from = to
    }
    return min(total.value, one.years)
  }

  /// `probability(_:)` of its reduced numbers, for loops that move the barrier.
  ///
  /// - Parameters:
  ///   - distance: d > 0, log distance to the barrier.
  ///   - driftTowards: m, log drift per year towards it.
  ///   - volatility: σ ≥ 0 per √year.
  ///   - years: T ≥ 0.
  static func probability(
    distance: Double, driftTowards: Double, volatility: Double, years: Double
  ) -> Double {
    let root = years.squareRoot()
    let deviation = volatility * root
    if deviation == 0 { return arrives(distance, driftTowards, years) ? 1 : 0 }
    return HittingKernel.hit(
      drift: driftTowards * root / volatility, distance: distance / deviation)
  }

  /// `survival(_:)` of its reduced numbers.
  static func survival(
    distance: Double, driftTowards: Double, volatility: Double, years: Double
  ) -> Double {
    let root = years.squareRoot()
    let deviation = volatility * root
    if deviation == 0 { return arrives(distance, driftTowards, years) ? 0 : 1 }
    return HittingKernel.survival(
      drift: driftTowards * root / volatility, distance: distance / deviation)
  }

  /// Without volatility the path is its drift.
  private static func arrives(_ distance: Double, _ driftTowards: Double, _ years: Double) -> Bool {
    driftTowards * years >= distance
  }
}
