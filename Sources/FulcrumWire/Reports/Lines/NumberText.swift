import FulcrumModel

/// Numbers as a reader sees them. Rounding is always named, and goes against overstating safety
/// (leverage-math 9.4): leverage up, probabilities of loss up, capital down, distances down.
enum NumberText {
  /// A double this close to a whole step, relative to itself, is taken to be on it: leverages carry
  /// rounding noise of that order, and 35.300000000000004 is 35.3, not 35.4.
  static let noise = 1e-12

  /// Whether `scaled` is a whole number of steps but for that noise.
  static func isOnStep(_ scaled: Double) -> Bool {
    (scaled - scaled.rounded(.toNearestOrEven)).magnitude <= noise * scaled.magnitude
  }

  /// Plain decimals with thousands separated by commas; above 10¹⁵ with a power of ten.
  static func decimal(
    _ number: Double, places: Int, _ rounding: Rounding, grouped: Bool = true, signed: Bool = false
  ) -> String {
    // Measures name their infinities before they come here; whatever else is not a number says so.
    guard number.isFinite else { return "n/a" }
    let factor = power(places)
    let scaled = number * factor
    guard scaled.magnitude < 1e15 else { return scientific(number, signed: signed) }
    let whole = rounded(scaled, rounding)
    let negative = whole < 0
    let units = Int64(whole.magnitude)
    var text = String(units / Int64(factor))
    if grouped { text = grouping(text) }
    if places > 0 {
      let rest = String(units % Int64(factor))
      text += "." + String(repeating: "0", count: places - rest.count) + rest
    }
    let sign = negative ? "-" : (signed && whole > 0 ? "+" : "")
    return sign + text
  }

  private static func rounded(_ scaled: Double, _ rounding: Rounding) -> Double {
    let nearest = scaled.rounded(.toNearestOrEven)
    if isOnStep(scaled) { return nearest }
    switch rounding {
    case .up: return scaled.rounded(.up)
    case .down: return scaled.rounded(.down)
    case .toNearestEven: return nearest
    }
  }

  private static func power(_ places: Int) -> Double {
    (0..<places).reduce(1.0) { product, _ in product * 10 }
  }

  /// `1.234e18`.
  private static func scientific(_ number: Double, signed: Bool) -> String {
    var exponent = 0
    var mantissa = number.magnitude
    while mantissa >= 10 {
      mantissa /= 10
      exponent += 1
    }
    let digits = decimal(mantissa, places: 3, .toNearestEven)
    return (number < 0 ? "-" : (signed ? "+" : "")) + digits + "e\(exponent)"
  }

  private static func grouping(_ digits: String) -> String {
    guard digits.count > 3 else { return digits }
    var result = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place).isMultiple(of: 3) { result.append(",") }
      result.append(digit)
    }
    return result
  }

  // MARK: Ratios

  /// `0.271x`, `2.76x`, `35.3x`, `248x`, `over 1,000x`: three digits, rounded up, of a magnitude.
  static func leverage(_ ratio: Double) -> String {
    let size = ratio.magnitude
    guard size <= 1000 else { return "over 1,000x" }
    let places = size >= 100 ? 0 : (size >= 10 ? 1 : (size >= 1 ? 2 : 3))
    return decimal(size, places: places, .up) + "x"
  }

  /// A leverage that is allowed, as a target or a cap: `leverage`, rounded down.
  static func allowance(_ ratio: Double) -> String {
    let size = max(0, ratio)
    guard size <= 1000 else { return "over 1,000x" }
    let places = size >= 100 ? 0 : (size >= 10 ? 1 : (size >= 1 ? 2 : 3))
    return decimal(size, places: places, .down) + "x"
  }

  /// A loss in multiples of capital at risk, rounded up.
  static func multiple(_ ratio: Double) -> String {
    ratio > 1000 ? "over 1,000" : decimal(ratio, places: 2, .up)
  }

  /// A probability of loss in percent, rounded up: `0.02`, `<0.01` for what is not zero.
  static func probability(_ fraction: Double) -> String {
    if fraction > 0, fraction < 0.0001 { return "<0.01" }
    return decimal(fraction * 100, places: 2, .up)
  }

  /// A distance in percent, rounded down.
  static func distance(_ fraction: Double) -> String {
    decimal(fraction * 100, places: 1, .down)
  }

  /// Percent of capital a day: a drain is rounded up, so an income is understated.
  static func drain(_ fraction: Double) -> String {
    fraction.magnitude > 1000 ? "over 1,000" : decimal(fraction * 100, places: 2, .up, signed: true)
  }

  /// `55.0`: an annual volatility in percent.
  static func volatility(_ ratio: Double) -> String {
    decimal(ratio * 100, places: 1, .toNearestEven)
  }

  // MARK: Prices and time

  /// A USD price: two decimals from 100 on, more below, so that five digits are always told apart.
  static func price(_ price: Double, _ rounding: Rounding) -> String {
    let size = price.magnitude
    return decimal(price, places: size >= 100 ? 2 : (size >= 1 ? 4 : 8), rounding)
  }

  /// A premium in dollars or coins: at least `places` decimals, and more where it is small, so that
  /// four digits of it are told apart down to 10⁻⁸.
  static func premium(_ premium: Double, places: Int) -> String {
    var places = places
    var size = premium.magnitude * power(places)
    while size > 0, size < 1000, places < 8 {
      size *= 10
      places += 1
    }
    return decimal(premium, places: places, .toNearestEven)
  }

  /// Three digits of a difference, for a sentence: `0.000123`, `4.57`, `1,230`.
  static func threeDigits(_ number: Double) -> String {
    var places = 0
    var size = number.magnitude
    while size > 0, size < 100, places < 12 {
      size *= 10
      places += 1
    }
    return decimal(number, places: places, .toNearestEven)
  }

  /// `0 s`, `14 min`, `3 h`, `21 d`: how old something is, rounded up.
  static func age(milliseconds: Int64) -> String {
    let seconds = (max(milliseconds, 0) + 999) / 1000
    if seconds < 120 { return "\(seconds) s" }
    if seconds < 7200 { return "\((seconds + 59) / 60) min" }
    if seconds < 172_800 { return "\((seconds + 3599) / 3600) h" }
    return "\((seconds + 86_399) / 86_400) d"
  }
}
