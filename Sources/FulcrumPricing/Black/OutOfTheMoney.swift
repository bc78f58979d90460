internal import FulcrumNumerics
internal import RealModule

/// The out-of-the-money option of a pair: the one computation that everything in Black (1976) on a
/// given (F, K, w) is read from. The in-the-money side is intrinsic value plus this.
///
/// With lo = min(F, K), hi = max(F, K), x = ln(hi/lo) ≥ 0, a = x/w and t = w/2:
///
///     price = lo·N(t−a) − hi·N(−t−a) = lo·e^{−(a−t)²/2}·[Y-sum or erfcx-difference]
///
/// Goals, in order: every digit that the conditioning in (ln F/K, w) leaves; no overflow, no NaN;
/// one logarithm and one exponential. Branches: docs/numerics/black76.md 3.
struct OutOfTheMoney {
  /// OTM price, undiscounted, in [0, lo].
  var price: Double
  /// lo − price, by itself and not by subtraction where that would cancel.
  var complement: Double
  /// N(t − a): probability-like weight of lo, and 1 minus it.
  var nearTail: Double
  var nearComplement: Double
  /// N(−t − a): weight of hi.
  var farTail: Double
  /// lo·φ(a − t) = hi·φ(a + t), USD: F φ(d₁) of either right.
  var density: Double
  /// a − t and a + t, the magnitudes behind d₁ and d₂.
  var near: Double
  var far: Double

  /// Standard deviations beyond which e^{−y²/2} underflows (leverage-math 9.3).
  @usableFromInline static let cutOff = 38.5
  /// w below which the option is its intrinsic value (leverage-math 9.3).
  static let smallestDeviation = 1e-12
  /// w beyond which lo − price underflows for every pair of doubles: |ln F/K| < 1456, so that
  /// t − a > w/2 − 1456/w. Larger deviations are cut to it, so that no ∞ arises.
  static let largestDeviation = 1e4

  /// - Parameters:
  ///   - lo: min(F, K) > 0.
  ///   - hi: max(F, K).
  ///   - deviation: w = σ√T ≥ 1e-12.
  @inline(__always)
  init(lo: Double, hi: Double, deviation: Double) {
    let w = min(deviation, Self.largestDeviation)
    let t = 0.5 * w
    let a = Self.logMoneyness(lo: lo, hi: hi) / w
    near = a - t
    far = a + t
    guard near < Self.cutOff else {
      price = 0
      complement = lo
      nearTail = 0
      nearComplement = 1
      farTail = 0
      density = 0
      return
    }
    // φ(a+t)/φ(a−t) = e^{−2at} = e^{−x} = lo/hi exactly: one exponential serves both tails.
    let e = Double.exp(-0.5 * near * near)
    let tilt = lo / hi
    let scaled: (near: Double, far: Double)
    if t <= 0.25 {
      let sums = NormalMoments.sums(a: a, t: t)
      let c = Normal.inverseRootTwoPi * e
      nearTail = c * (sums.even + sums.odd)
      nearComplement = 1 - nearTail
      farTail = c * tilt * (sums.even - sums.odd)
      price = Self.product(lo, 2 * Normal.inverseRootTwoPi * sums.odd, near, e)
      complement = lo - price
      density = c * lo
      return
    }
    let rootHalf = 0.7071067811865476
    scaled.near = 0.5 * ErrorFunction.erfcx(abs(near) * rootHalf)
    scaled.far = 0.5 * ErrorFunction.erfcx(far * rootHalf)
    farTail = e * tilt * scaled.far
    density = Normal.inverseRootTwoPi * e * lo
    if near >= 0 {
      nearTail = e * scaled.near
      nearComplement = 1 - nearTail
      price = Self.product(lo, scaled.near - scaled.far, near, e)
      complement = lo - price
    } else {
      // erfc(−y) = 2 − erfc(y): the 2 meets e^{…} to give lo itself, so no large exponential.
      nearComplement = e * scaled.near
      nearTail = 1 - nearComplement
      complement = Self.product(lo, scaled.near + scaled.far, near, e)
      price = lo - complement
    }
  }

  /// x = ln(hi/lo) ≥ 0 with relative accuracy, also when the two are close.
  ///
  /// log1p(u), u = (hi − lo)/lo, is log(y) + (u − (y − 1))/y with y = fl(1 + u): exact to first
  /// order in the rounding of 1 + u, and cheaper than the library's log1p.
  @inline(__always)
  static func logMoneyness(lo: Double, hi: Double) -> Double {
    let gap = hi - lo
    if gap < 0.5 * lo {
      let u = gap / lo
      let y = 1 + u
      return Double.log(y) + (u - (y - 1)) / y
    }
    let ratio = hi / lo
    if ratio.isFinite { return Double.log(ratio) }
    return Double.log(hi) - Double.log(lo)
  }

  /// lo·m·e^{−near²/2}, where `e` alone may be denormal though the product is not.
  @inline(__always)
  static func product(_ lo: Double, _ m: Double, _ near: Double, _ e: Double) -> Double {
    if abs(near) < 37 { return lo * m * e }
    let half = Double.exp(-0.25 * near * near)
    return lo * half * m * half
  }
}
