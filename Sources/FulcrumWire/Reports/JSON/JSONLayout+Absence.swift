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

  /// An issue; of a whole file it has neither line nor path.
  mutating func told(_ issue: Issue) {
    object(inline: true) { json in
      json.text("severity", issue.severity.rawValue)
      json.text("source", issue.source)
      if let line = issue.line { json.integer("line", Int64(line)) }
      if let path = issue.path { json.text("path", path) }
      json.text("seen", issue.seen)
      json.text("allowed", issue.allowed)
      json.text("fix", issue.fix)
    }
  }
}
