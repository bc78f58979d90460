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

  /// The number that an amount begins with, exponent and all, and what follows it: `1e2BTC` is `1e2`
  /// and `BTC`, `5eUSD` is `5` and `eUSD`.
  ///
  /// Blanks before, between and after them are dropped. A comma counts as part of the number, so that
  /// it is refused as one; a currency begins with a letter, else it is none.
  package static func split(amount: some StringProtocol) -> (number: Substring, currency: Substring)
  {
    let text = amount.split(separator: " ").joined(separator: " ")[...]
    func digits(from start: Substring.Index, _ allowed: String) -> Substring.Index {
      text[start...].firstIndex { !allowed.contains($0) } ?? text.endIndex
    }
    var end = digits(from: text.startIndex, "0123456789.,+-")
    if end > text.startIndex, end < text.endIndex, text[end] == "e" || text[end] == "E" {
      var first = text.index(after: end)
      if first < text.endIndex, text[first] == "+" || text[first] == "-" {
        first = text.index(after: first)
      }
      let last = digits(from: first, "0123456789")
      if last > first { end = last }
    }
    return (text[..<end], text[end...].drop { $0 == " " })
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
