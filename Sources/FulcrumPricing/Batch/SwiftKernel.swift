internal import CFulcrumKernels
internal import FulcrumNumerics

/// The vector text of Black (1976) in Swift alone, eight options at a time: the reference for the C
/// levels and the fallback of every platform.
///
/// Line by line the text of `kernels.inc` without fused multiply-add, so that it gives the bits of
/// the portable level (`KernelLevelTests`). Multiplications and additions are written out:
/// `addingProduct` calls a library where the instruction is not certain to exist.
enum SwiftKernel {
  typealias V = SIMD8<Double>
  typealias I = SIMD8<Int64>
  typealias Mask = SIMDMask<I>

  static let width = 8
  /// 1.5 · 2⁵²: adding it rounds to an integer in the low bits.
  static let magic = 6_755_399_441_055_744.0
  static let tinyScale = 0x1p-100
  /// a − t below which the complement is summed instead of the price.
  static let split = -0.25
  /// 38.5 deviations: the price underflows (leverage-math 9.3).
  static let lastExponent = -741.125
  /// |rT| beyond which a discounted figure may have no double.
  static let largestExponent = 100.0

  @inline(__always)
  static func pick(_ mask: Mask, _ yes: V, _ no: V) -> V { no.replacing(with: yes, where: mask) }

  // By names, because the linter takes an assignment of these operators' results for another one.
  @inline(__always)
  static func atMost(_ a: V, _ b: V) -> Mask { a .<= b }

  @inline(__always)
  static func isBelow(_ a: V, _ b: V) -> Mask { a .< b }

  @inline(__always)
  static func either(_ a: Mask, _ b: Mask) -> Mask { a .| b }

  @inline(__always)
  static func bits(_ x: V) -> I { unsafeBitCast(x, to: I.self) }

  @inline(__always)
  static func value(_ bits: I) -> V { unsafeBitCast(bits, to: V.self) }

  @inline(__always)
  static func magnitude(_ x: V) -> V { value(bits(x) & I(repeating: Int64.max)) }

  /// −x by its sign bit: the operator gives 0 − x, which loses the sign of a zero.
  @inline(__always)
  static func negated(_ x: V) -> V { value(bits(x) ^ I(repeating: Int64.min)) }

  /// x with its sign changed where `sign` is negative.
  @inline(__always)
  static func flipped(_ x: V, by sign: V) -> V {
    value(bits(x) ^ (bits(sign) & I(repeating: Int64.min)))
  }

  /// ln(a/b) for normal a, b > 0: a is scaled by a power of two next to b, then
  /// 2 atanh((a − b)/(a + b)).
  @inline(__always)
  static func logRatio(_ a: V, _ b: V) -> V {
    let biased = bits(a) &- bits(b) &+ I(repeating: (1 << 51) + (1 << 62))
    let e = unsafeBitCast(unsafeBitCast(biased, to: SIMD8<UInt64>.self) &>> 52, to: I.self)
    let scaled = value(bits(a) &- (e &<< 52) &+ I(repeating: 1 << 62))
    let powers = value(e &+ bits(V(repeating: magic))) - (magic + 1024)
    let s = (scaled - b) / (scaled + b)
    return powers * 0.6931471805599453 + s * logPolynomial(s * s)
  }

  /// e^x · 2¹⁰⁰ for x in [−745, 600] (or e^x): the shift keeps normal what would be denormal.
  @inline(__always)
  static func exponential(_ x: V, shift: Int64) -> V {
    let z = x * 1.4426950408889634 + magic
    let k = z - magic
    var r = k * -0.693147180369123816490 + x
    r = k * -1.90821492927058770002e-10 + r
    return value(bits(expPolynomial(r)) &+ (bits(z) &<< 52) &+ I(repeating: shift << 52))
  }

  /// Mills ratios m(y₁), m(y₂), y₂ = y₁ + gap, and m(y₁) − m(y₂) without cancellation.
  @inline(__always)
  static func mills(_ y1: V, _ y2: V, _ gap: V) -> (first: V, second: V, difference: V) {
    let q1 = y1 + millsShift
    let q2 = y2 + millsShift
    let both = 1 / (q1 * q2)
    let i1 = both * q2
    let i2 = both * q1
    let t1 = ((y1 - millsShift) * i1) * millsScale + millsMiddle
    let t2 = ((y2 - millsShift) * i2) * millsScale + millsMiddle
    let (p, divided) = millsPolynomial(t1, t2)
    let fall = ((gap * both) * -millsStep) * divided
    return (p * i1, (p - fall) * i2, (p * gap + fall * q1) * both)
  }

  /// The out-of-the-money option of each pair, as `OutOfTheMoney` has it.
  struct Terms {
    var below, upper: Mask
    var lo, hi, near, far: V
    /// The price, or lo − price where `upper`.
    var value: V
    /// lo·φ(a − t) = F·φ(d₁).
    var density: V
    /// N(−|a − t|), and from a − t itself down to −1/4.
    var tail: V
    /// m(a + t).
    var second: V

    @inline(__always)
    init(_ forward: V, _ strike: V, deviation w: V, moneyness a: V) {
      let t = 0.5 * w
      below = atMost(forward, strike)
      lo = pick(below, forward, strike)
      hi = pick(below, strike, forward)
      near = a - t
      far = a + t
      upper = isBelow(near, V(repeating: split))
      let m = mills(pick(upper, t - a, near), far, pick(upper, 2 * a, w))
      let x = (-0.5 * near) * near
      var e = exponential(pick(x .< -745, V(repeating: -745), x), shift: 100)
      e = pick(atMost(x, V(repeating: lastExponent)), V(repeating: 0), e) * Normal.inverseRootTwoPi
      density = e * (lo * tinyScale)
      value = density * pick(upper, m.first + m.second, m.difference)
      tail = e * m.first * tinyScale
      second = m.second
    }
  }
}
