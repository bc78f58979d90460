internal import RealModule

/// How a smile moves when the forward does: the rule of a scenario, since no chain tells.
///
///     S → S(1 + u), F → F(1 + u):   σ′(K) = σ_smile(k_eff),   k_eff = ln(K/F′) + s·ln(F′/F)
///
/// At s = 1 each strike keeps its volatility; at s = 0 the smile moves with the forward, so that each
/// moneyness, and with it each delta, keeps its volatility.
///
/// - Source: leverage-math 8.4.
public struct Stickiness: Hashable, Sendable {
  /// s, from 0 to 1.
  public let share: Double

  /// - Throws: where s is outside [0, 1].
  public init(_ share: Double) throws(PricingError) {
    guard share >= 0, share <= 1 else {
      throw .outOfDomain(field: "stickiness", seen: share, allowed: "from 0 to 1")
    }
    self.share = share
  }

  private init(known share: Double) { self.share = share }

  /// Each strike keeps its volatility.
  public static let strike = Stickiness(known: 1)
  /// Each ln(K/F) keeps its volatility.
  public static let moneyness = Stickiness(known: 0)
  /// Each delta keeps its volatility: the same as each moneyness, for a delta is a function of
  /// ln(K/F) and of the volatility there.
  public static let delta = moneyness
  /// Half way, the default of leverage-math 8.4.
  public static let half = Stickiness(known: 0.5)

  /// s by least squares from a history: ΔATM volatility against skew × ln return of the forward,
  /// the slope being s.
  ///
  ///     ΔATM = s · σ_k · r
  ///
  /// - Returns: nil where no step has a skew and a return; clamped to [0, 1].
  public static func fitted(
    _ steps: [(atmChange: Double, skew: Double, logReturn: Double)]
  ) -> Stickiness? {
    var (top, bottom) = (0.0, 0.0)
    for step in steps {
      let x = step.skew * step.logReturn
      top += x * step.atmChange
      bottom += x * x
    }
    guard bottom > 0, (top / bottom).isFinite else { return nil }
    return Stickiness(known: min(max(top / bottom, 0), 1))
  }
}

/// One state of a scenario.
public struct SurfaceShift: Hashable, Sendable {
  /// u: the spot and every forward by 1 + u, > −1.
  public let spot: Double
  /// v: relative shift of volatility at 30 days; √(30d/T) of it elsewhere, at most twice.
  public let volatility: Double
  public let stickiness: Stickiness

  /// - Throws: where the spot's shift is not a number above −1, or the volatility's not within ±1e6.
  public init(
    spot: Double, volatility: Double = 0, stickiness: Stickiness = .half
  ) throws(PricingError) {
    guard spot.isFinite, spot > -1 else {
      throw .outOfDomain(field: "spot shift", seen: spot, allowed: "a number above -1")
    }
    guard volatility.magnitude <= 1e6 else {
      throw .outOfDomain(
        field: "volatility shift", seen: volatility, allowed: "within -1e6 and 1e6")
    }
    self.spot = spot
    self.volatility = volatility
    self.stickiness = stickiness
  }

  /// 1 + v·min(2, √(30d/T)), not below 0: short expiries move twice as far at the most.
  func factor(years: Double) -> Double {
    max(0, 1 + volatility * min(2, (30.0 / 365 / years).squareRoot()))
  }
}

extension VolatilitySurface {
  /// Volatility of a strike after a shift, 1 = 100 % a year.
  ///
  /// - Parameters:
  ///   - strike: K > 0, USD.
  ///   - forward: F before the shift, > 0, USD.
  ///   - years: T > 0.
  /// - Returns: nil where the surface is empty or an argument is outside its domain.
  public func volatility(
    strike: Double, forward: Double, years: Double, after shift: SurfaceShift
  ) -> Double? {
    guard strike > 0, forward > 0, years > 0 else { return nil }
    let move = Double.log(onePlus: shift.spot)
    let moneyness = Double.log(strike / forward) - (1 - shift.stickiness.share) * move
    guard let found = volatility(moneyness: moneyness, years: years) else { return nil }
    let shifted = found.volatility * shift.factor(years: years)
    return shifted.isFinite ? shifted : nil
  }

  /// ∂σ/∂F at a fixed strike, per USD: −(1 − s) σ_k / F; nil as `volatility(strike:…)`.
  public func volatilitySlope(
    strike: Double, forward: Double, years: Double, stickiness: Stickiness
  ) -> Double? {
    guard strike > 0, forward > 0, years > 0,
      let curve = curve(at: Double.log(strike / forward), years: years)?.curve, curve.w > 0
    else { return nil }
    let byMoneyness = curve.dw / (2 * (curve.w * years).squareRoot())
    let slope = -(1 - stickiness.share) * byMoneyness / forward
    return slope.isFinite ? slope : nil
  }
}
