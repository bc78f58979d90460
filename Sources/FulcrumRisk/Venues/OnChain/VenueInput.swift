import FulcrumModel

/// Checks of one number of a venue's rule; each names the number, what was seen and what is allowed.
enum VenueInput {
  static func finite(_ value: Double, _ name: String) throws(VenueRuleError) {
    try hold(value.isFinite, value, name, "a finite number")
  }

  static func positive(_ value: Double, _ name: String) throws(VenueRuleError) {
    try hold(value > 0 && value.isFinite, value, name, "a finite number above 0")
  }

  static func nonNegative(_ value: Double, _ name: String) throws(VenueRuleError) {
    try hold(value >= 0 && value.isFinite, value, name, "a finite number, 0 or more")
  }

  static func fraction(_ value: Double, _ name: String) throws(VenueRuleError) {
    try hold(value >= 0 && value <= 1, value, name, "a number from 0 to 1")
  }

  static func hold(
    _ holds: Bool, _ seen: Double, _ name: String, _ allowed: String
  ) throws(VenueRuleError) {
    guard holds else { throw .parameter(name: name, seen: seen, allowed: allowed) }
  }
}
