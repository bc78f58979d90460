import RealModule

/// The standard normal law.
///
/// Goals, in order: the relative accuracy of leverage-math 9 in both tails; no overflow; speed.
public enum Normal {
  /// 1/√(2π).
  public static let inverseRootTwoPi = 0.3989422804014327
  @usableFromInline static let inverseRootTwo = 0.7071067811865476

  /// Density φ(x) = e^{−x²/2}/√(2π).
  ///
  /// - Returns: a number in [0, 0.3990]; 0 beyond |x| ≈ 38.6, where it underflows.
  public static func pdf(_ x: Double) -> Double {
    inverseRootTwoPi * ErrorFunction.gaussian(x)
  }

  /// Distribution function N(x), the probability of a standard normal at or below x.
  ///
  ///     N(x) = ½ e^{−x²/2} erfcx(−x/√2)   for x ≤ 0,   1 − N(−x) for x > 0
  ///
  /// - Returns: a number in [0, 1]; 0 below −38.6.
  /// - Accuracy: relative, also in the lower tail: within max(2e-15, 2ε·|xφ/N|) to x = −37.5
  ///   (worst error by key printed by `NormalVectorTests`).
  public static func cdf(_ x: Double) -> Double {
    if x > 0 { return 1 - lowerTail(x) }
    return lowerTail(-x)
  }

  /// ln N(x), finite where N(x) itself underflows.
  ///
  /// - Accuracy: within 4e-15 relative + 2e-16 absolute.
  public static func logCdf(_ x: Double) -> Double {
    if x > 0 { return Double.log(onePlus: -lowerTail(x)) }
    if x > -1 { return Double.log(lowerTail(-x)) }
    return Double.log(0.5 * ErrorFunction.erfcxOfPositive(-x * inverseRootTwo)) - 0.5 * x * x
  }

  /// N(−y) for y ≥ 0.
  @inline(__always)
  static func lowerTail(_ y: Double) -> Double {
    if y > 39 { return 0 }
    return 0.5 * ErrorFunction.gaussian(y) * ErrorFunction.erfcxOfPositive(y * inverseRootTwo)
  }

  /// Quantile N⁻¹(p).
  ///
  /// The centre |p − ½| ≤ ¼ solves N(x) − ½ = p − ½, where p − ½ is exact; the tails solve
  /// ln N(x) = ln p, which keeps relative accuracy down to p = 1e-250. Both take a starting value
  /// good to 5e-5 and two Halley steps, each of which cubes the error.
  ///
  /// - Parameter p: a probability in [0, 1].
  /// - Returns: x with N(x) = p; −∞ at 0 and +∞ at 1, the quantiles of the certain events, and NaN
  ///   outside [0, 1].
  /// - Accuracy: relative max(2e-15, 4ε·|p/(xφ)|) to p = 1e-250.
  public static func inverseCdf(_ p: Double) -> Double {
    guard p > 0, p < 1 else { return edgeQuantile(p) }
    if p > 0.75 { return -tailQuantile(1 - p) }  // 1 − p is exact for p ≥ ½
    if p < 0.25 { return tailQuantile(p) }
    return centreQuantile(p - 0.5)
  }

  private static func edgeQuantile(_ p: Double) -> Double {
    if p == 0 { return -.infinity }
    return p == 1 ? .infinity : .nan
  }

  private static func centreQuantile(_ offset: Double) -> Double {
    var x = centreStart(offset)
    for _ in 0..<2 {
      // f = N(x) − ½ − offset through erf, which is relative at x = 0; f''/f' = −x.
      let error = 0.5 * Double.erf(x * inverseRootTwo) - offset
      let step = error / pdf(x)
      x -= step / (1 + 0.5 * x * step)
    }
    return x
  }

  private static func tailQuantile(_ p: Double) -> Double {
    let target = Double.log(p)
    var y = tailStart(target)
    for _ in 0..<2 {
      // g = ln N(−y) − ln p, g' = −m with the inverse Mills ratio m, g'' = m(y − m).
      let scaled = 0.5 * ErrorFunction.erfcxOfPositive(y * inverseRootTwo)
      let g = Double.log(scaled) - 0.5 * y * y - target
      let m = inverseRootTwoPi / scaled
      let step = g / m
      y += step / (1 + 0.5 * step * (m - y))
    }
    return -y
  }

  /// Start in the centre: an odd polynomial, least squares on |offset| ≤ ¼, within 5e-5.
  private static func centreStart(_ offset: Double) -> Double {
    let square = offset * offset
    return offset * (2.5068002 + square * (2.57734231 + square * 7.65016259))
  }

  /// Start in the tail: s − rational(s) with s = √(−2 ln p), the form of Hastings' classical
  /// approximation refitted by least squares on ln p ∈ [−600, ln ¼], within 5e-5.
  private static func tailStart(_ logP: Double) -> Double {
    let s = (-2 * logP).squareRoot()
    let top = 2.5384576 + s * (1.1555957 + s * 0.038420011)
    let bottom = 1 + s * (1.6194517 + s * (0.32056787 + s * 0.0059112504))
    return s - top / bottom
  }
}
