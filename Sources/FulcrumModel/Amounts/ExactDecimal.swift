/// An exact decimal number: significand × 10^(−scale), kept without trailing zeros.
///
/// The type that sizes, prices and amounts have between a file and their whole units: what a venue
/// wrote is what it holds. At most 38 significant digits and 30 decimals; more is refused, never
/// rounded.
public struct ExactDecimal: Hashable, Sendable {
  public let significand: Int128
  /// Digits after the decimal point, 0...30.
  public let scale: UInt8

  public static let zero = ExactDecimal(normalising: 0, scale: 0)
  static let maximumScale = 30

  /// - Parameter scale: 0...30.
  public init(significand: Int128, scale: UInt8) {
    precondition(scale <= Self.maximumScale, "scale \(scale) is over \(Self.maximumScale)")
    self.init(normalising: significand, scale: scale)
  }

  public init(_ whole: Int) { self.init(normalising: Int128(whole), scale: 0) }

  private init(normalising significand: Int128, scale: UInt8) {
    var digits = significand
    var places = scale
    while places > 0, digits.isMultiple(of: 10) {
      digits /= 10
      places -= 1
    }
    self.significand = digits
    self.scale = places
  }

  /// Reads `-12.5`, `+0.0001`, `1e-8`, `2.5E3`; nil for anything else, such as `1,5`, `NaN`, an
  /// empty text, or a number that 38 digits and 30 decimals cannot hold.
  public init?(_ text: some StringProtocol) {
    var reader = DecimalReader()
    for byte in text.utf8 {
      guard reader.accept(byte) else { return nil }
    }
    guard let (significand, scale) = reader.finish() else { return nil }
    self.init(normalising: significand, scale: scale)
  }

  public var isZero: Bool { significand == 0 }
  public var isNegative: Bool { significand < 0 }
  public var magnitude: ExactDecimal {
    ExactDecimal(normalising: significand < 0 ? -significand : significand, scale: scale)
  }
  public static prefix func - (value: ExactDecimal) -> ExactDecimal {
    ExactDecimal(normalising: -value.significand, scale: value.scale)
  }

  /// The nearest double (correctly rounded wherever the significand is below 2⁵³ and the scale at
  /// most 22, that is for every amount a venue prints; otherwise read back from the text).
  public var doubleValue: Double {
    if scale <= 22, significand.magnitude < 1 << 53 {
      return Double(significand) / Self.powersOfTen[Int(scale)]
    }
    return Double(description) ?? 0
  }
  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// The number as a whole count of 10^(−decimals); nil where it does not fit in 128 bits.
  public func units(decimals: UInt8, rounding: Rounding) -> Int128? {
    guard decimals <= Self.maximumScale else { return nil }
    if decimals >= scale {
      let (units, overflow) = significand.multipliedReportingOverflow(
        by: Self.power(decimals - scale))
      return overflow ? nil : units
    }
    return rounding.quotient(significand, by: Self.power(scale - decimals))
  }

  /// How many whole `step`s this is; nil where it is not a whole number of them, or `step` is zero.
  public func count(of step: ExactDecimal) -> Int128? {
    guard step.significand != 0 else { return nil }
    let places = max(scale, step.scale)
    guard let own = units(decimals: places, rounding: .down),
      let other = step.units(decimals: places, rounding: .down)
    else { return nil }
    let (count, remainder) = own.quotientAndRemainder(dividingBy: other)
    return remainder == 0 ? count : nil
  }

  public func multiplied(by other: ExactDecimal) -> ExactDecimal? {
    let (product, overflow) = significand.multipliedReportingOverflow(by: other.significand)
    let places = Int(scale) + Int(other.scale)
    guard !overflow, places <= Self.maximumScale else { return nil }
    return ExactDecimal(normalising: product, scale: UInt8(places))
  }

  public func adding(_ other: ExactDecimal) -> ExactDecimal? {
    let places = max(scale, other.scale)
    guard let a = units(decimals: places, rounding: .down),
      let b = other.units(decimals: places, rounding: .down)
    else { return nil }
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? nil : ExactDecimal(normalising: sum, scale: places)
  }

  /// 10^exponent, exponent ≤ 38.
  package static func power(_ exponent: UInt8) -> Int128 { wholePowers[Int(exponent)] }
  private static let wholePowers: [Int128] = {
    var powers: [Int128] = [1]
    for _ in 1...38 { powers.append(powers[powers.count - 1] * 10) }
    return powers
  }()
}

extension ExactDecimal: Comparable {
  public static func < (a: ExactDecimal, b: ExactDecimal) -> Bool {
    let places = max(a.scale, b.scale)
    guard let left = a.units(decimals: places, rounding: .down),
      let right = b.units(decimals: places, rounding: .down)
    else { return a.doubleValue < b.doubleValue }
    return left < right
  }
}

extension ExactDecimal: CustomStringConvertible {
  /// Plain decimal notation, no exponent: `-0.0105`.
  public var description: String {
    let digits = String(significand.magnitude)
    let sign = significand < 0 ? "-" : ""
    guard scale > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, Int(scale) + 1 - digits.count)) + digits
    let point = padded.index(padded.endIndex, offsetBy: -Int(scale))
    return sign + padded[..<point] + "." + padded[point...]
  }
}

/// The states of reading one number, byte by byte.
private struct DecimalReader {
  private var significand: Int128 = 0
  private var negative = false
  private var decimals = 0
  private var digits = 0
  private var exponent = 0
  private var exponentNegative = false
  private var exponentDigits = 0
  private enum Part { case start, whole, fraction, exponentStart, exponent }
  private var part = Part.start

  mutating func accept(_ byte: UInt8) -> Bool {
    switch (byte, part) {
    case (UInt8(ascii: "-"), .start), (UInt8(ascii: "+"), .start):
      negative = byte == UInt8(ascii: "-")
      part = .whole
    case (UInt8(ascii: "0")...UInt8(ascii: "9"), .start),
      (UInt8(ascii: "0")...UInt8(ascii: "9"), .whole),
      (UInt8(ascii: "0")...UInt8(ascii: "9"), .fraction):
      if part == .start { part = .whole }
      return push(byte - UInt8(ascii: "0"))
    case (UInt8(ascii: "."), .start), (UInt8(ascii: "."), .whole): part = .fraction
    case (UInt8(ascii: "e"), .whole), (UInt8(ascii: "E"), .whole),
      (UInt8(ascii: "e"), .fraction), (UInt8(ascii: "E"), .fraction):
      part = .exponentStart
    case (UInt8(ascii: "-"), .exponentStart), (UInt8(ascii: "+"), .exponentStart):
      exponentNegative = byte == UInt8(ascii: "-")
      part = .exponent
    case (UInt8(ascii: "0")...UInt8(ascii: "9"), .exponentStart),
      (UInt8(ascii: "0")...UInt8(ascii: "9"), .exponent):
      part = .exponent
      exponentDigits += 1
      exponent = exponent * 10 + Int(byte - UInt8(ascii: "0"))
      return exponentDigits <= 4
    default: return false
    }
    return true
  }

  private mutating func push(_ digit: UInt8) -> Bool {
    digits += 1
    if part == .fraction { decimals += 1 }
    let (tens, first) = significand.multipliedReportingOverflow(by: 10)
    let (sum, second) = tens.addingReportingOverflow(Int128(digit))
    significand = sum
    return !first && !second && digits <= 80
  }

  func finish() -> (Int128, UInt8)? {
    guard digits > 0, part != .exponentStart, part != .exponent || exponentDigits > 0 else {
      return nil
    }
    var value = negative ? -significand : significand
    var places = decimals - (exponentNegative ? -exponent : exponent)
    if value == 0 { return (0, 0) }
    while places < 0 {
      let (next, overflow) = value.multipliedReportingOverflow(by: 10)
      guard !overflow else { return nil }
      value = next
      places += 1
    }
    while places > ExactDecimal.maximumScale, value.isMultiple(of: 10) {
      value /= 10
      places -= 1
    }
    return places <= ExactDecimal.maximumScale ? (value, UInt8(places)) : nil
  }
}
