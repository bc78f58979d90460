/// Moments of the tilted half-normal, which give Φ-differences without cancellation.
///
///     Yₙ(a) = ∫₀^∞ uⁿ e^{−au − u²/2} du > 0,   a ≥ 0
///     √(π/2)·erfcx((a ∓ t)/√2) = Σₙ (±1)ⁿ Yₙ(a) tⁿ/n!
///
/// so that half the difference of two scaled tails at a − t and a + t is the sum of the odd terms
/// alone, **all positive**: no digit is lost however small t is.
public enum NormalMoments {
  /// The odd and even parts of the Taylor series in t.
  public struct Sums: Sendable {
    /// Σ over odd n of Yₙ(a) tⁿ/n! = √(π/8)·[erfcx((a−t)/√2) − erfcx((a+t)/√2)].
    public let odd: Double
    /// Σ over even n of Yₙ(a) tⁿ/n! = √(π/8)·[erfcx((a−t)/√2) + erfcx((a+t)/√2)].
    public let even: Double
  }

  /// Sums the series to n = 15.
  ///
  /// - Parameters:
  ///   - a: a ≥ 0, pure number.
  ///   - t: 0 ≤ t ≤ ¼, pure number; beyond that the series is cut too early.
  /// - Accuracy: truncation ≤ 3e-17 relative; rounding measured through `timeValue`
  ///   (docs/numerics/black76.md 3).
  /// - Source: W. Gautschi, Mathematics of Computation 15 (1961) 227–232 (the recurrence and why it
  ///   is run downwards); the start value R₁₅ is our own fit.
  @inline(__always)
  public static func sums(a: Double, t: Double) -> Sums {
    // With vₙ = Yₙ/n! the recurrence Yₙ₊₁ = nYₙ₋₁ − aYₙ becomes vₙ₋₁ = a vₙ + (n+1) vₙ₊₁: downwards
    // it only adds positive numbers. Begun at v₁₄ = 1, v₁₅ = R₁₅/15 it is right up to one factor,
    // which Y₁ + aY₀ = 1 settles at the end, again a sum of positive terms.
    let v15 = startRatio(a) * (1.0 / 15)
    let v14 = 1.0
    let v13 = a * v14 + 15 * v15
    let v12 = a * v13 + 14 * v14
    let v11 = a * v12 + 13 * v13
    let v10 = a * v11 + 12 * v12
    let v9 = a * v10 + 11 * v11
    let v8 = a * v9 + 10 * v10
    let v7 = a * v8 + 9 * v9
    let v6 = a * v7 + 8 * v8
    let v5 = a * v6 + 7 * v7
    let v4 = a * v5 + 6 * v6
    let v3 = a * v4 + 5 * v5
    let v2 = a * v3 + 4 * v4
    let v1 = a * v2 + 3 * v3
    let v0 = a * v1 + 2 * v2
    let scale = 1 / (v1 + a * v0)
    let t2 = t * t
    let t4 = t2 * t2
    let t8 = t4 * t4
    let odd =
      ((v1 + v3 * t2) + (v5 + v7 * t2) * t4) + ((v9 + v11 * t2) + (v13 + v15 * t2) * t4) * t8
    let even =
      ((v0 + v2 * t2) + (v4 + v6 * t2) * t4) + ((v8 + v10 * t2) + (v12 + v14 * t2) * t4) * t8
    return Sums(odd: odd * (t * scale), even: even * scale)
  }

  /// R₁₅ = Y₁₅/Y₁₄ from (a + 4)·R₁₅, a polynomial of degree 14 in q = (a − 4)/(a + 4).
  ///
  /// The fit is weighted with ∏ₙ Rₙ²/n, the share of an error in R₁₅ that survives the recurrence:
  /// 0.2 at a = 0, 3e-6 at a = 2. The weighted error is below 1.2e-17 for every a ≥ 0.
  @inline(__always)
  private static func startRatio(_ a: Double) -> Double {
    let inverse = 1 / (a + 4)
    let q = (a - 4) * inverse
    return startPolynomial(q) * inverse
  }

  @inline(__always)
  private static func startPolynomial(_ q: Double) -> Double {
    let a0 = 18.628186398041088 + 1.7394747722985444 * q
    let a1 = -3.8728508934699453 - 3.1060401931957955 * q
    let a2 = -0.45766069066461607 + 1.3082571979503834 * q
    let a3 = 1.4466777542064413 + 0.5846184136595025 * q
    let a4 = -0.30473999053895834 - 0.67283938179184 * q
    let a5 = -0.5623089080963086 - 0.2933443367755475 * q
    let a6 = -0.09950831126905586 - 0.020294402585577197 * q
    let q2 = q * q
    let b0 = a0 + a1 * q2
    let b1 = a2 + a3 * q2
    let b2 = a4 + a5 * q2
    let b3 = a6 + -0.0019019317793411408 * q2
    let q4 = q2 * q2
    let c0 = b0 + b1 * q4
    let c1 = b2 + b3 * q4
    let q8 = q4 * q4
    let d0 = c0 + c1 * q8
    return d0
  }
}
