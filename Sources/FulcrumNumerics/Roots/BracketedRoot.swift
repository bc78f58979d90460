/// Brent's method between two ends of opposite sign.
public enum BracketedRoot {
  /// - Parameters:
  ///   - lowerValue: f(lower); its sign differs from that of `upperValue`, or either is 0.
  ///   - tolerance: of the position, absolute; 4 ulp of the position are added to it.
  /// - Returns: a position within tolerance of a sign change, or where f is exactly 0.
  /// - Source: R. P. Brent, Algorithms for Minimization without Derivatives (1973), chapter 4.
  public static func find(
    lower: Double, upper: Double, lowerValue: Double, upperValue: Double, tolerance: Double,
    _ value: (Double) -> Double
  ) -> Double {
    // b is the best position, a the one before it, c the far end of the bracket.
    var (a, b, c) = (lower, upper, lower)
    var (fa, fb, fc) = (lowerValue, upperValue, lowerValue)
    if fa == 0 { return a }
    var step = b - a
    var stepBefore = step
    // Bisection is forced often enough that 64 halvings of both kinds end any bracket of doubles.
    for _ in 0..<256 where fb != 0 {
      if (fb > 0) == (fc > 0) {
        (c, fc) = (a, fa)
        step = b - a
        stepBefore = step
      }
      if fc.magnitude < fb.magnitude {
        (a, b, c) = (b, c, b)
        (fa, fb, fc) = (fb, fc, fb)
      }
      let enough = 0.5 * tolerance + 2 * b.ulp
      let half = 0.5 * (c - b)
      if half.magnitude <= enough { break }
      let (p, q) = interpolation(a, b, c, fa, fb, fc)
      if stepBefore.magnitude >= enough, fa.magnitude > fb.magnitude,
        2 * p < min(3 * half * q - (enough * q).magnitude, (stepBefore * q).magnitude)
      {
        stepBefore = step
        step = p / q
      } else {
        step = half
        stepBefore = half
      }
      (a, fa) = (b, fb)
      b += step.magnitude > enough ? step : (half > 0 ? enough : -enough)
      fb = value(b)
    }
    return b
  }

  /// p/q: the step from b to the zero of the secant, or of the inverse parabola; p ≥ 0.
  private static func interpolation(
    _ a: Double, _ b: Double, _ c: Double, _ fa: Double, _ fb: Double, _ fc: Double
  ) -> (p: Double, q: Double) {
    let s = fb / fa
    var p: Double
    var q: Double
    if a == c {
      p = (c - b) * s
      q = 1 - s
    } else {
      let t = fa / fc
      let r = fb / fc
      p = s * ((c - b) * t * (t - r) - (b - a) * (r - 1))
      q = (t - 1) * (r - 1) * (s - 1)
    }
    if p > 0 { q = -q } else { p = -p }
    return (p, q)
  }
}
