/// A signed integer of 256 bits, just what the auditor needs: products of two 128-bit numbers, their
/// order and their quotients. Plain on purpose, and shared with nothing that it judges.
package struct Wide: Hashable, Sendable, Comparable {
  private let isNegative: Bool
  private let high: UInt128
  private let low: UInt128

  private init(_ isNegative: Bool, _ high: UInt128, _ low: UInt128) {
    self.isNegative = isNegative && (high != 0 || low != 0)
    self.high = high
    self.low = low
  }

  package init(_ value: Int128) { self.init(value < 0, 0, value.magnitude) }

  /// Whether one more factor may be multiplied in.
  package var fits: Bool { high == 0 }

  package static func * (a: Wide, b: Int128) -> Wide {
    precondition(a.high == 0, "three factors do not fit")
    let product = a.low.multipliedFullWidth(by: b.magnitude)
    return Wide(a.isNegative != (b < 0), product.high, product.low)
  }

  package static func < (a: Wide, b: Wide) -> Bool {
    if a.isNegative != b.isNegative { return a.isNegative }
    let isSmaller = a.high != b.high ? a.high < b.high : a.low < b.low
    return a == b ? false : a.isNegative ? !isSmaller : isSmaller
  }

  /// Toward −∞, with the rest in 0 ..< divisor; nil where the quotient takes more than 127 bits.
  func divided(by divisor: Int128) -> (floor: Int128, rest: Int128)? {
    let bottom = divisor.magnitude
    guard divisor > 0, high < bottom else { return nil }
    let (quotient, rest) = bottom.dividingFullWidth((high, low))
    guard quotient < 1 << 126 else { return nil }
    if !isNegative { return (Int128(quotient), Int128(rest)) }
    return rest == 0
      ? (-Int128(quotient), 0) : (-Int128(quotient) - 1, divisor - Int128(rest))
  }
}

/// An exact quotient and the three whole numbers near it.
package struct Quotient: Hashable, Sendable {
  package let floor: Int128
  private let rest: Int128
  private let divisor: Int128

  package init?(_ numerator: Wide, over divisor: Int128) {
    guard let (floor, rest) = numerator.divided(by: divisor) else { return nil }
    self.floor = floor
    self.rest = rest
    self.divisor = divisor
  }

  package init?(_ amount: Int128, times part: Int128, over whole: Int128) {
    self.init(Wide(amount) * part, over: whole)
  }

  package var isWhole: Bool { rest == 0 }
  package var ceiling: Int128 { rest == 0 ? floor : floor + 1 }
  /// Ties to the even neighbour.
  package var nearest: Int128 {
    let above = divisor - rest
    if rest == above { return floor % 2 == 0 ? floor : floor + 1 }
    return rest < above ? floor : floor + 1
  }
}
