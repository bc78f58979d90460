internal import RealModule

/// The shape that the slices of an SSVI surface share: correlation ρ and the power law φ.
///
///     w(k, θ) = θ/2 {1 + ρφk + √((φk + ρ)² + 1 − ρ²)},   φ(θ) = η / (θ^γ (1 + θ)^{1−γ})
///
/// θ is the ATM total variance of the expiry. η(1 + |ρ|) ≤ 2 and 0 < γ ≤ ½ keep every slice free of
/// butterfly arbitrage, and the surface of calendar arbitrage while θ does not fall with time.
///
/// - Source: J. Gatheral, A. Jacquier, Quantitative Finance 14 (2014) 59–71; leverage-math 8.3.
public struct SSVIShape: Hashable, Sendable {
  public let rho, eta, gamma: Double

  /// - Throws: unless |ρ| < 1, η > 0 and 0 < γ < 1.
  public init(rho: Double, eta: Double, gamma: Double) throws(PricingError) {
    try requireFinite(rho, "rho")
    guard rho.magnitude < 1 else {
      throw .outOfDomain(field: "rho", seen: rho, allowed: "a number above -1 and below 1")
    }
    try requirePositive(eta, "eta")
    try requirePositive(gamma, "gamma")
    guard gamma < 1 else {
      throw .outOfDomain(field: "gamma", seen: gamma, allowed: "a number above 0 and below 1")
    }
    self.init(unchecked: rho, eta: eta, gamma: gamma)
  }

  init(unchecked rho: Double, eta: Double, gamma: Double) {
    self.rho = rho
    self.eta = eta
    self.gamma = gamma
  }

  /// - Parameter theta: θ > 0.
  public func phi(theta: Double) -> Double {
    eta / (Double.pow(theta, gamma) * Double.pow(1 + theta, 1 - gamma))
  }

  /// η(1 + |ρ|) ≤ 2.
  public var isBounded: Bool { eta * (1 + rho.magnitude) <= 2 }

  /// θφ(1 + |ρ|), below 4, and θφ²(1 + |ρ|), at most 4: together sufficient against butterflies.
  public func butterflyTerms(theta: Double) -> (first: Double, second: Double) {
    let phi = phi(theta: theta)
    let first = theta * phi * (1 + rho.magnitude)
    return (first, first * phi)
  }

  /// The slice as raw SVI, which it is a case of:
  /// a = θ(1 − ρ²)/2, b = θφ/2, m = −ρ/φ, σ = √(1 − ρ²)/φ.
  public func slice(theta: Double) -> RawSVI {
    let phi = phi(theta: theta)
    let rest = 1 - rho * rho
    return RawSVI(
      unchecked: theta * rest / 2, b: theta * phi / 2, rho: rho, m: -rho / phi,
      sigma: rest.squareRoot() / phi)
  }
}
