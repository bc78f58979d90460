internal import FulcrumNumerics
internal import RealModule

extension FirstPassage {
  /// Jumps of a log price that arrive at random, up or down by exponential sizes (Kou 2002).
  public struct Jumps: Hashable, Sendable {
    /// λ ≥ 0: expected jumps per year.
    public let perYear: Double
    /// p in [0, 1]: the share of them that goes up.
    public let upProbability: Double
    /// η₁ > 0: 1/η₁ is the mean log size of a jump up.
    public let upRate: Double
    /// η₂ > 0: 1/η₂ is the mean log size of a jump down.
    public let downRate: Double

    /// - Throws: `PricingError.outOfDomain` for a number outside the domains above; rates and jumps
    ///   per year reach to 1e12, beyond which the transform loses its digits.
    public init(
      perYear: Double, upProbability: Double, upRate: Double, downRate: Double
    ) throws(PricingError) {
      guard perYear >= 0, perYear <= Self.largest else {
        throw .outOfDomain(
          field: "jumps per year", seen: perYear, allowed: "a number from 0 to 1e12")
      }
      guard upProbability >= 0, upProbability <= 1 else {
        throw .outOfDomain(
          field: "up probability", seen: upProbability, allowed: "a number from 0 to 1")
      }
      try Self.requireRate(upRate, "up rate")
      try Self.requireRate(downRate, "down rate")
      self.perYear = perYear
      self.upProbability = upProbability
      self.upRate = upRate
      self.downRate = downRate
    }

    private init(mirrorOf jumps: Jumps) {
      perYear = jumps.perYear
      upProbability = 1 - jumps.upProbability
      upRate = jumps.downRate
      downRate = jumps.upRate
    }

    /// The same jumps with up and down exchanged.
    public var mirrored: Jumps { Jumps(mirrorOf: self) }

    private static let largest = 1e12

    private static func requireRate(_ rate: Double, _ field: String) throws(PricingError) {
      guard rate > 0, rate <= largest else {
        throw .outOfDomain(field: field, seen: rate, allowed: "a number above 0, at most 1e12")
      }
    }
  }

  /// A barrier above, in logarithms, and an index that diffuses and jumps.
  ///
  ///     X_t = νt + σW_t + Σ jumps,   τ = the first time X ≥ b
  ///
  /// For a barrier below at −b pass b, −ν and `jumps.mirrored`.
  public struct Kou: Hashable, Sendable {
    /// b = ln(B/S); touched already where ≤ 0.
    public let logBarrier: Double
    /// ν: log drift per year between jumps, not compensated for their mean.
    public let logDrift: Double
    /// σ > 0, per √year.
    public let volatility: Double
    public let jumps: Jumps
    /// T ≥ 0.
    public let years: Double

    /// - Throws: `PricingError.outOfDomain` for a number outside the domains above, or where the
    ///   diffusion σ√T lies outside [1e-6, 1e6] (T > 0), which the transform cannot resolve.
    public init(
      logBarrier: Double, logDrift: Double, volatility: Double, jumps: Jumps, years: Double
    ) throws(PricingError) {
      try requireFinite(logBarrier, "log barrier")
      try FirstPassage.requireRate(logDrift, "log drift")
      try requirePositive(volatility, "volatility")
      try requireSize(years, "years")
      let deviation = volatility * years.squareRoot()
      guard years == 0 || (deviation >= 1e-6 && deviation <= 1e6) else {
        throw .outOfDomain(
          field: "volatility times √years", seen: deviation, allowed: "a number from 1e-6 to 1e6")
      }
      self.logBarrier = logBarrier
      self.logDrift = logDrift
      self.volatility = volatility
      self.jumps = jumps
      self.years = years
    }
  }

  /// P(τ ≤ T) of a jump diffusion.
  ///
  ///     G(x) = ½σ²x² + νx + λ(pη₁/(η₁−x) + (1−p)η₂/(η₂+x) − 1)
  ///     E e^{−aτ} = ((η₁−β₁)/η₁)(β₂/(β₂−β₁)) e^{−bβ₁} + ((β₂−η₁)/η₁)(β₁/(β₂−β₁)) e^{−bβ₂}
  ///
  /// β₁, β₂ are the two roots of G = a with the largest real part; P is the inverse Laplace
  /// transform of that over a, by 24 Talbot nodes.
  ///
  /// - Returns: a probability; 1 when already touched, else 0 at T = 0; nil when a root does not
  ///   settle, which is not known to happen.
  /// - Accuracy: absolute, within 1e-12 of the closed form without jumps (`KouTests` prints it); a
  ///   probability below that is noise.
  /// - Source: S. G. Kou & H. Wang, Advances in Applied Probability 35 (2003) 504–531.
  public static func probability(_ kou: Kou) -> Double? {
    if kou.logBarrier <= 0 { return 1 }
    if kou.years == 0 { return 0 }
    var isSolved = true
    let value = TalbotInversion.value(at: kou.years) { a in
      guard let transform = KouTransform(kou, at: a) else {
        isSolved = false
        return .zero
      }
      return transform.value / a
    }
    guard isSolved, value.isFinite else { return nil }
    return min(1, max(0, value))
  }
}

/// E e^{−aτ} of a Kou jump diffusion at one complex a.
struct KouTransform {
  let value: ComplexNumber

  init?(_ kou: FirstPassage.Kou, at a: ComplexNumber) {
    guard let roots = PolynomialRoots.all(Self.polynomial(kou, at: a)) else { return nil }
    let rightmost = roots.sorted { $0.real > $1.real }
    let (beta2, beta1) = (rightmost[0], rightmost[1])
    let eta = ComplexNumber(kou.jumps.upRate)
    let b = kou.logBarrier
    let gap = eta * (beta2 - beta1)
    let first = (eta - beta1) * beta2 / gap * ComplexNumber.exp(-b * beta1)
    let second = (beta2 - eta) * beta1 / gap * ComplexNumber.exp(-b * beta2)
    value = first + second
  }

  /// (G(x) − a)(η₁ − x)(η₂ + x), of degree 4, whose coefficients come out in powers of x.
  private static func polynomial(
    _ kou: FirstPassage.Kou, at a: ComplexNumber
  ) -> [ComplexNumber] {
    let jumps = kou.jumps
    let (up, down) = (jumps.upRate, jumps.downRate)
    let (upward, downward) = (
      jumps.perYear * jumps.upProbability, jumps.perYear * (1 - jumps.upProbability)
    )
    // q(x) = c₀ + c₁x + c₂x², r(x) = η₁η₂ + (η₁ − η₂)x − x²
    let c0 = -a - ComplexNumber(jumps.perYear)
    let c1 = kou.logDrift
    let c2 = 0.5 * kou.volatility * kou.volatility
    let (r0, r1) = (up * down, up - down)
    return [
      -r0 * a,  // the jumps of c₀ cancel exactly
      r1 * c0 + ComplexNumber(r0 * c1 + upward * up - downward * down),
      -c0 + ComplexNumber(r1 * c1 + r0 * c2),
      ComplexNumber(r1 * c2 - c1),
      ComplexNumber(-c2),
    ]
  }
}
