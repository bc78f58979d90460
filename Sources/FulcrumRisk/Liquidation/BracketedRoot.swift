/// Brent's method between two ends of opposite sign.
enum BracketedRoot {
  /// - Parameters:
  ///   - lowerValue: f(lower); its sign differs from that of `upperValue`, or either is 0.
  ///   - tolerance: of the position, absolute; 4 ulp of the position are added to it.
  /// - Returns: a position within tolerance of a sign change, or where f is exactly 0.
  /// - Source: R. P. Brent, Algorithms for Minimization without Derivatives (1973), chapter 4.
  static func find(
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

/// The least value of a function with one minimum in an interval.
enum GoldenSection {
  /// - Parameter tolerance: of the position, absolute, > 0; below √ε of it nothing more is learnt.
  static func minimum(
    in interval: ClosedRange<Double>, tolerance: Double, _ value: (Double) -> Double
  ) -> (position: Double, value: Double) {
    let part = 0.3819660112501051  // 2 − golden ratio
    var (a, b) = (interval.lowerBound, interval.upperBound)
    var (x, y) = (a + part * (b - a), b - part * (b - a))
    var (fx, fy) = (value(x), value(y))
    while b - a > tolerance, x < y {
      if fx < fy {
        (b, y, fy) = (y, x, fx)
        x = a + part * (b - a)
        fx = value(x)
      } else {
        (a, x, fx) = (x, y, fy)
        y = b - part * (b - a)
        fy = value(y)
      }
    }
    return fx < fy ? (x, fx) : (y, fy)
  }
}

/// Gauss-Legendre quadrature of 16 points: exact for polynomials of degree 31.
enum GaussLegendre {
  /// Positive abscissae on [−1, 1] and their weights, to 17 digits: roots of P₁₆ and
  /// 2/((1 − x²)P₁₆'(x)²).
  private static let rule: [(x: Double, weight: Double)] = [
    (0.09501250983763744, 0.1894506104550685),
    (0.2816035507792589, 0.18260341504492358),
    (0.45801677765722737, 0.16915651939500254),
    (0.6178762444026438, 0.14959598881657674),
    (0.755404408355003, 0.12462897125553388),
    (0.8656312023878318, 0.09515851168249279),
    (0.9445750230732326, 0.062253523938647894),
    (0.9894009349916499, 0.027152459411754096),
  ]

  static func integral(
    from lower: Double, to upper: Double, _ value: (Double) -> Double
  ) -> Double {
    let centre = 0.5 * (lower + upper)
    let half = 0.5 * (upper - lower)
    var sum = 0.0
    for (x, weight) in rule {
      sum += weight * (value(centre - half * x) + value(centre + half * x))
    }
    return half * sum
  }
}
