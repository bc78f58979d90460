internal import RealModule

/// One expiry's total variance as a function of log-moneyness: the raw SVI of J. Gatheral.
///
///     w(k) = a + b [ρ (k − m) + √((k − m)² + σ²)],   k = ln(K/F),   w = (implied volatility)² T
///
/// Invariant: every parameter is finite, b ≥ 0, |ρ| < 1, σ > 0. Whether it is free of arbitrage is a
/// question to ask of it (`SmileCheck`), not an invariant.
///
/// - Source: J. Gatheral, A. Jacquier, Quantitative Finance 14 (2014) 59–71; leverage-math 8.3.
public struct RawSVI: Hashable, Sendable {
  public let a, b, rho, m, sigma: Double

  /// - Throws: where a parameter is outside its domain: the first one by name.
  public init(a: Double, b: Double, rho: Double, m: Double, sigma: Double) throws(PricingError) {
    try requireFinite(a, "a")
    try requireNonNegative(b, "b")
    try requireFinite(rho, "rho")
    guard rho.magnitude < 1 else {
      throw .outOfDomain(field: "rho", seen: rho, allowed: "a number above -1 and below 1")
    }
    try requireFinite(m, "m")
    try requirePositive(sigma, "sigma")
    self.init(unchecked: a, b: b, rho: rho, m: m, sigma: sigma)
  }

  init(unchecked a: Double, b: Double, rho: Double, m: Double, sigma: Double) {
    self.a = a
    self.b = b
    self.rho = rho
    self.m = m
    self.sigma = sigma
  }

  /// The same variance at every strike: what is left where only a level is known.
  static func flat(_ totalVariance: Double) -> RawSVI {
    RawSVI(unchecked: totalVariance, b: 0, rho: 0, m: 0, sigma: 1)
  }

  /// Total variance with its first two derivatives in k.
  public func curve(at k: Double) -> VarianceCurve {
    let y = k - m
    let q = (y * y + sigma * sigma).squareRoot()
    let share = sigma / q
    return VarianceCurve(
      w: a + b * (rho * y + q), dw: b * (rho + y / q), d2w: b * share * share / q)
  }

  public func totalVariance(at k: Double) -> Double {
    let y = k - m
    return a + b * (rho * y + (y * y + sigma * sigma).squareRoot())
  }

  /// a + bσ√(1 − ρ²): the least total variance at any strike.
  public var minimum: Double { a + b * sigma * (1 - rho * rho).squareRoot() }

  /// b(1 + |ρ|), the steeper of the two wings; at most 2 by Lee's moment formula.
  ///
  /// - Source: R. Lee, Mathematical Finance 14 (2004) 469–480.
  public var leeSlope: Double { b * (1 + rho.magnitude) }

  /// Slopes of the wings as k goes to −∞ and +∞, both in magnitude.
  var wings: (put: Double, call: Double) { (b * (1 - rho), b * (1 + rho)) }
}

/// Total variance at one log-moneyness with its slopes.
public struct VarianceCurve: Hashable, Sendable {
  public let w, dw, d2w: Double

  var isFinite: Bool { w.isFinite && dw.isFinite && d2w.isFinite }

  /// Durrleman's function, ≥ 0 at every k exactly where the prices are convex in the strike.
  ///
  ///     g = (1 − k w′/(2w))² − (w′²/4)(1/w + ¼) + w″/2
  ///
  /// - Precondition: w > 0; at w ≤ 0 the answer is −∞, since such a smile has no prices.
  public func density(at k: Double) -> Double {
    guard w > 0 else { return -.infinity }
    let tilt = 1 - k * dw / (2 * w)
    return tilt * tilt - 0.25 * dw * dw * (1 / w + 0.25) + 0.5 * d2w
  }

  /// Linear in total variance between two expiries at the same k.
  func blended(with other: VarianceCurve, share: Double) -> VarianceCurve {
    VarianceCurve(
      w: (1 - share) * w + share * other.w, dw: (1 - share) * dw + share * other.dw,
      d2w: (1 - share) * d2w + share * other.d2w)
  }
}

// MARK: - Jump wings

/// The parameters of a slice that traders speak of: each is a quantity of the smile itself.
public struct JumpWings: Hashable, Sendable {
  /// ATM variance a year, w(0)/T.
  public let v: Double
  /// ATM skew: ∂(w/√w₀)/2∂k at 0.
  public let psi: Double
  /// Slopes of the put and the call wing over √w₀.
  public let p, c: Double
  /// Least variance a year.
  public let vMin: Double
}

extension RawSVI {
  /// - Parameter years: T > 0.
  /// - Returns: nil where w(0) or the least variance is not above 0, or a wing leaves the range of
  ///   a double.
  public func jumpWings(years: Double) -> JumpWings? {
    let level = totalVariance(at: 0)
    guard level > 0, minimum > 0, years > 0 else { return nil }
    let root = level.squareRoot()
    let wings = JumpWings(
      v: level / years, psi: b / (2 * root) * (rho - m / (m * m + sigma * sigma).squareRoot()),
      p: b * (1 - rho) / root, c: b * (1 + rho) / root, vMin: minimum / years)
    let isFinite = [wings.v, wings.psi, wings.p, wings.c, wings.vMin].allSatisfy(\.isFinite)
    return isFinite ? wings : nil
  }
}
