/// Integer arithmetic of the venues that settle in whole units: 128 bits, checked.
///
/// A result that does not fit is refused by name; nothing wraps and nothing traps.
enum WideInteger {
  static let million: Int128 = 1_000_000

  static func sum(_ a: Int128, _ b: Int128, _ name: String) throws(VenueRuleError) -> Int128 {
    let (value, overflow) = a.addingReportingOverflow(b)
    guard !overflow else { throw tooLarge(name, Double(a)) }
    return value
  }

  static func difference(
    _ a: Int128, _ b: Int128, _ name: String
  ) throws(VenueRuleError) -> Int128 {
    let (value, overflow) = a.subtractingReportingOverflow(b)
    guard !overflow else { throw tooLarge(name, Double(a)) }
    return value
  }

  static func product(_ a: Int128, _ b: Int128, _ name: String) throws(VenueRuleError) -> Int128 {
    let (value, overflow) = a.multipliedReportingOverflow(by: b)
    guard !overflow else { throw tooLarge(name, Double(a) * Double(b)) }
    return value
  }

  /// Toward −∞.
  ///
  /// - Precondition: b > 0.
  static func floor(_ a: Int128, _ b: Int128) -> Int128 {
    let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
    return remainder < 0 ? quotient - 1 : quotient
  }

  /// Toward +∞.
  ///
  /// - Precondition: b > 0.
  static func ceiling(_ a: Int128, _ b: Int128) -> Int128 {
    let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
    return remainder > 0 ? quotient + 1 : quotient
  }

  static func magnitude(_ a: Int128, _ name: String) throws(VenueRuleError) -> Int128 {
    a < 0 ? try difference(0, a, name) : a
  }

  static func hold(
    _ holds: Bool, _ seen: Int128, _ name: String, _ allowed: String
  ) throws(VenueRuleError) {
    guard holds else { throw .parameter(name: name, seen: Double(seen), allowed: allowed) }
  }

  /// - Precondition: a ≥ 0, b > 0.
  static func greatestCommonDivisor(_ a: Int128, _ b: Int128) -> Int128 {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }

  private static func tooLarge(_ name: String, _ seen: Double) -> VenueRuleError {
    .parameter(name: name, seen: seen, allowed: "amounts whose products fit 128 bits")
  }
}
