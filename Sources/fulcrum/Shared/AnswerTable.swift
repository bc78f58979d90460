import Foundation
import FulcrumWire

/// One calculation's answers as a table for a person: name, value, unit, what it is.
enum AnswerTable {
  static func text(_ answers: JSONObject) -> String {
    let reasons = answers["reasons"]?.object
    let rows = answers.members.filter { $0.name != "reasons" }.map { member in
      let entry = Glossary.entry(named: member.name)
      let reason = reasons?[member.name]?.string
      return [
        member.name, value(member.value, reason: reason), entry?.unit ?? "", entry?.title ?? "",
      ]
    }
    let lines = aligned(rows) + ["", "`fulcrum explain NAME` says what any of these is."]
    return lines.joined(separator: "\n")
  }

  private static func value(_ value: JSONValue, reason: String?) -> String {
    switch value {
    case .null: "none" + (reason.map { " (\($0))" } ?? "")
    case .bool(let bool): bool ? "yes" : "no"
    case .number(let number): brief(number)
    case .string(let text): text
    case .array(let elements):
      elements.isEmpty
        ? "none" : elements.map { self.value($0, reason: reason) }.joined(separator: " ")
    case .object: value.brief
    }
  }

  /// Eight significant digits; --json has all of them.
  private static func brief(_ number: Double) -> String {
    String(format: "%.8g", number)
  }

  /// The first two columns as wide as their widest cell; values flush right where they are short.
  private static func aligned(_ rows: [[String]]) -> [String] {
    let nameWidth = rows.map { $0[0].count }.max() ?? 0
    let short = rows.map { $0[1].count }.filter { $0 <= 16 }.max() ?? 0
    let unitWidth = rows.map { $0[2].count }.max() ?? 0
    return rows.map { row in
      let name = row[0].padding(toLength: nameWidth, withPad: " ", startingAt: 0)
      let value = String(repeating: " ", count: max(0, short - row[1].count)) + row[1]
      let unit = row[2].padding(toLength: unitWidth, withPad: " ", startingAt: 0)
      let line = "\(name)  \(value)  \(unit)  \(row[3])"
      return line.trimmingCharacters(in: .whitespaces)
    }
  }
}
