import Foundation
import FulcrumNumerics
import Testing

/// erfcx and the normal moments against 50-digit values and against the C library.
struct ErrorFunctionTests {
  /// erfcx at 50 digits (mpmath 1.3), rounded to 20.
  static let reference: [(x: Double, value: Double)] = [
    (0, 1), (1e-8, 0.99999998871620842904), (0.1, 0.89645697996912663666),
    (0.5, 0.61569034419292587487), (1, 0.42758357615580700441), (2.5, 0.21080636406114358065),
    (5, 0.11070463773306862637), (10, 0.056140992743822585858), (26, 0.021683584850562906616),
    (100, 0.0056416137829894329036), (1e8, 5.6418958354775628695e-9),
    (1e300, 5.6418958354775625733e-301), (-0.5, 1.9523604891825570933),
    (-1, 5.0089800807622834663), (-3, 16205.988853999586625),
    (-10, 5.3762342836322708968e+43), (-26, 7.6577249314905683515e+293),
  ]

  @Test func erfcxAtFiftyDigits() {
    var worst = 0.0
    for (x, value) in Self.reference {
      let error = abs(ErrorFunction.erfcx(x) / value - 1)
      worst = max(worst, error)
      // 8ε: the polynomial, the quotient and 1 + 2x each round, and e^{x²} for x < 0.
      #expect(error <= 8.9e-16, "erfcx(\(x))")
    }
    print("erfcx: worst relative error \(worst) at \(Self.reference.count) points")
  }

  /// e^{−x²}·erfcx(x) is the C library's erfc, wherever that has not underflowed.
  @Test func erfcxAgreesWithTheCLibrary() {
    var worst = 0.0
    for step in -240...260 {
      let x = Double(step) / 10 + 0.0137
      // x² is rounded: its half ulp is an error of x²·ε in the exponential, both ways.
      let allowed = (10 + 2 * x * x) * 1.2e-16
      let error = abs(exp(-x * x) * ErrorFunction.erfcx(x) / erfc(x) - 1)
      worst = max(worst, error / allowed)
    }
    print("erfcx against erfc: worst error/allowed \(worst)")
    #expect(worst <= 1)
  }

  @Test func erfcxAtTheEnds() {
    #expect(ErrorFunction.erfcx(.greatestFiniteMagnitude) > 0)
    #expect(ErrorFunction.erfcx(-27) == .infinity)
  }

  /// Odd and even sums are half the difference and sum of two scaled tails, which is a second
  /// route to them: good to ε/t in the difference.
  @Test func momentsAreDifferencesOfTails() {
    let rootHalf = 0.5.squareRoot()
    let weight = (Double.pi / 8).squareRoot()
    var worst = 0.0
    for t in [1e-6, 1e-3, 0.02, 0.1, 0.2, 0.25] {
      for step in 0...200 {
        let a = Double(step) * 0.2
        let sums = NormalMoments.sums(a: a, t: t)
        let near = ErrorFunction.erfcx((a - t) * rootHalf) * weight
        let far = ErrorFunction.erfcx((a + t) * rootHalf) * weight
        let allowed = 4e-15 * (near + far)
        worst = max(worst, abs(sums.odd - (near - far)) / allowed)
        worst = max(worst, abs(sums.even - (near + far)) / allowed)
        #expect(sums.odd > 0 && sums.even > sums.odd)
      }
    }
    print("normal moments: worst error/allowed \(worst)")
    #expect(worst <= 1)
  }

  /// Y₁(0) = 1, Y₂(0)/2! = √(π/2)/2: the first terms of the series by hand.
  @Test func momentsAtTheMoney() {
    let t = 1e-4
    let sums = NormalMoments.sums(a: 0, t: t)
    // Y₁t + Y₃t³/3! with Y₃(0) = 2; and Y₀ + Y₂t²/2 with Y₀ = Y₂ = √(π/2).
    #expect(abs(sums.odd / (t + t * t * t / 3) - 1) < 1e-15)
    let half = (Double.pi / 2).squareRoot()
    #expect(abs(sums.even / (half * (1 + t * t / 2)) - 1) < 1e-15)
  }
}

/// Laws of the normal functions on grids.
struct NormalLawTests {
  @Test func quantileInvertsTheLaw() {
    var worst = 0.0
    for step in -3740...820 {
      let x = Double(step) / 100
      let p = Normal.cdf(x)
      guard p > 1e-250, p < 1 else { continue }
      // What leverage-math 9 allows the law and the quantile, one after the other.
      let conditioning = p / Normal.pdf(x)
      let law = max(2e-15, 2.2e-16 * abs(x) / conditioning) * conditioning
      let quantile = max(2e-15 * abs(x), 4.4e-16 * conditioning)
      let allowed = law + quantile
      worst = max(worst, abs(Normal.inverseCdf(p) - x) / allowed)
    }
    print("quantile of law: worst error/allowed \(worst)")
    #expect(worst <= 1)
  }

  @Test func quantileIsOddAndMonotone() {
    var before = -Double.infinity
    for step in 1..<4096 {
      let p = Double(step) / 4096
      let x = Normal.inverseCdf(p)
      #expect(x > before, "p = \(p)")
      #expect(x == -Normal.inverseCdf(1 - p), "p = \(p)")
      before = x
    }
    #expect(Normal.inverseCdf(0.5) == 0)
  }

  @Test func quantileOfCertainAndImpossible() {
    #expect(Normal.inverseCdf(0) == -.infinity)
    #expect(Normal.inverseCdf(1) == .infinity)
    #expect(Normal.inverseCdf(-0.1).isNaN && Normal.inverseCdf(1.1).isNaN)
    #expect(Normal.inverseCdf(.leastNonzeroMagnitude) < -38)
    #expect(Normal.inverseCdf(1 - .ulpOfOne / 2) > 8)
  }

  /// Below −38.6 the law underflows, its logarithm does not.
  @Test func logarithmOutlivesTheLaw() {
    #expect(Normal.cdf(-40) == 0)
    // −x²/2 − ln(−x√(2π)) − 1/x² + …, x = −1000, at 30 digits.
    #expect(abs(Normal.logCdf(-1000) / -500007.826694812 - 1) < 1e-14)
    for step in -60...10 {
      let x = Double(step) / 10
      #expect(abs(Normal.logCdf(x) - log(Normal.cdf(x))) <= 4e-15 * (1 + abs(Normal.logCdf(x))))
    }
  }
}
