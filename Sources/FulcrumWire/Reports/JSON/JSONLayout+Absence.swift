/// Undefined is a value with its reason: null, and why under its name with `Reason` behind it.
extension JSONLayout {
  mutating func number(
    _ name: String, _ value: Double?, or reason: @autoclosure () -> String
  ) {
    number(name, value)
    if value?.isNaN ?? true { text(name + "Reason", reason()) }
  }

  mutating func integer(
    _ name: String, _ value: Int64?, or reason: @autoclosure () -> String
  ) {
    integer(name, value)
    if value == nil { text(name + "Reason", reason()) }
  }

  mutating func text(_ name: String, _ value: String?, or reason: @autoclosure () -> String) {
    text(name, value)
    if value == nil { text(name + "Reason", reason()) }
  }
}
