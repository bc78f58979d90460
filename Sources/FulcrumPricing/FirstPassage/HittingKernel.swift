internal import FulcrumNumerics
internal import RealModule

/// A Brownian motion with drift and one level, in units of its own standard deviation: all of the
/// one-barrier law depends on two pure numbers.
///
///     a = m√T/σ   drift towards the level, in deviations; negative when it leads away
///     t = d/(σ√T) > 0   distance to the level, in deviations
///     hit      = N(a − t) + e^{2at} N(−a − t)
///     survival = N(t − a) − e^{2at} N(−a − t)
///
/// Goals, in order: relative accuracy of both, however small; no overflow, no NaN; speed.
enum HittingKernel {
  private static let rootHalf = 0.7071067811865476
  /// √(π/2)
  private static let rootHalfPi = 1.2533141373155003
  /// Deviations beyond which φ underflows (leverage-math 9.3).
  private static let cutOff = 39.0
  /// Inputs are cut here, so that 2at is finite; at 1e150 deviations nothing is left to see.
  private static let largest = 1e150

  /// P(the level is touched by T), a sum of two positive terms.
  static func hit(drift: Double, distance: Double) -> Double {
    let a = max(-largest, min(largest, drift))
    let t = min(largest, distance)
    return min(1, Normal.cdf(a - t) + reflected(a, t))
  }

  /// P(the level is not touched by T), without subtracting nearly equal numbers.
  static func survival(drift: Double, distance: Double) -> Double {
    let a = max(-largest, min(largest, drift))
    let t = min(largest, distance)
    if t <= 0.25 { return nearSurvival(a, t) }
    if a < t { return Normal.cdf(t - a) - reflected(a, t) }
    if a - t > cutOff { return 0 }
    // Both terms are φ(a−t) times a scaled tail, and the tails are more than ½ apart.
    let tails = ErrorFunction.erfcx((a - t) * rootHalf) - ErrorFunction.erfcx((a + t) * rootHalf)
    return rootHalfPi * Normal.pdf(a - t) * tails
  }

  /// e^{2at} N(−a−t). Where a + t ≥ 0 as φ(a−t)·√(π/2)·erfcx: e^{2at}φ(a+t) = φ(a−t) exactly, so a
  /// large exponent never meets a small tail.
  private static func reflected(_ a: Double, _ t: Double) -> Double {
    guard a + t >= 0 else { return Double.exp(2 * a * t) * Normal.cdf(-(a + t)) }
    guard abs(a - t) < cutOff else { return 0 }
    return rootHalfPi * Normal.pdf(a - t) * ErrorFunction.erfcx((a + t) * rootHalf)
  }

  /// Survival for t ≤ ¼, where the two terms nearly cancel: sums of positive terms only.
  ///
  ///     a ≥ 0:  2φ(a−t)·odd(a, t)
  ///     a < 0:  [N(t−a) − N(−a−t)] + N(−a−t)·g,   g = 1 − e^{2at}
  ///
  /// where with the sums at |a| the bracket is φ(|a|−t)·[even·g + odd·(2 − g)].
  private static func nearSurvival(_ a: Double, _ t: Double) -> Double {
    let size = abs(a)
    let leaving = -Double.expMinusOne(-2 * size * t)
    if size > cutOff { return a > 0 ? 0 : leaving }
    let sums = NormalMoments.sums(a: size, t: t)
    let density = Normal.pdf(size - t)
    if a >= 0 { return 2 * density * sums.odd }
    let between = density * (sums.even * leaving + sums.odd * (2 - leaving))
    return between + Normal.cdf(size - t) * leaving
  }
}
