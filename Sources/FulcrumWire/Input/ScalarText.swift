package import FulcrumModel

/// The one rule by which a text becomes a number, in JSON strings and CSV fields alike.
///
/// An empty text, `null` and `None` are absent. `NaN`, `inf` and their kin are refused by name.
package enum ScalarText {
  /// Why a text or a JSON value is not the number that its place asks for.
  package struct Refusal: Error, Hashable, Sendable {
    package var seen: String
    package var allowed: String
    package var fix: String
  }

  package static func decimal(_ text: some StringProtocol) throws(Refusal) -> ExactDecimal? {
    if isAbsent(text) { return nil }
    guard let value = ExactDecimal(text) else { throw refusal(text) }
    return value
  }

  /// Finite only.
  package static func double(_ text: some StringProtocol) throws(Refusal) -> Double? {
    if isAbsent(text) { return nil }
    let plain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "+"), UInt8(ascii: "e"), UInt8(ascii: "E"):
        return true
      default: return false
      }
    }
    guard plain, let value = Double(text), value.isFinite else { throw refusal(text) }
    return value
  }

  package static func timestamp(_ text: some StringProtocol) throws(Refusal) -> Timestamp? {
    if isAbsent(text) { return nil }
    guard let instant = Timestamp(text) else {
      throw Refusal(
        seen: quoted(text), allowed: "ISO 8601 in UTC, or epoch milliseconds",
        fix: "write it like 2026-08-22T03:50:45Z")
    }
    return instant
  }

  static func isAbsent(_ text: some StringProtocol) -> Bool {
    text.isEmpty || text == "null" || text == "None"
  }

  static func refusal(_ text: some StringProtocol) -> Refusal {
    let bare = text.lowercased().drop { $0 == "-" || $0 == "+" }
    if ["nan", "inf", "infinity"].contains(bare) {
      return Refusal(
        seen: quoted(text), allowed: "a finite decimal number",
        fix: "leave the field empty where there is no value")
    }
    if text.contains(",") {
      return Refusal(
        seen: quoted(text), allowed: "a decimal number with a point",
        fix: "write \(String(text.prefix(40).map { $0 == "," ? "." : $0 }))")
    }
    return Refusal(
      seen: quoted(text),
      allowed: "a decimal number of at most 38 digits, 30 of them after the point",
      fix: "write it like -12.5 or 1e-8")
  }

  /// The text in quotes, cut where it is long.
  static func quoted(_ text: some StringProtocol) -> String {
    let shown = text.prefix(60)
    return "\"\(shown)\(shown.endIndex < text.endIndex ? "…" : "")\""
  }
}
