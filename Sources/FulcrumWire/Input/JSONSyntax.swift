import Foundation

/// Where a text stops being JSON.
///
/// Foundation's decoder refuses a malformed text without saying where; this walks the grammar of
/// RFC 8259 once, without recursion, only after such a refusal.
enum JSONSyntax {
  struct Fault: Hashable {
    /// 1-based, counted in bytes.
    let line: Int
    let column: Int
    let seen: String
    let allowed: String
  }

  static func fault(in bytes: Data) -> Fault? {
    var walker = JSONWalker(bytes: [UInt8](bytes))
    guard let (offset, allowed) = walker.walk() else { return nil }
    let before = walker.bytes[..<offset]
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let line = before.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
    return Fault(
      line: line, column: offset - lineStart + 1, seen: walker.seen(at: offset), allowed: allowed)
  }
}

private struct JSONWalker {
  let bytes: [UInt8]
  var at = 0
  /// For each open list or object: whether it is an object.
  var open: [Bool] = []
  static let depthLimit = 512

  private enum Expectation {
    case value, firstElement, firstKey, key, commaOrEnd
  }

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// The offset where the text goes wrong and what could stand there; nil where it does not.
  mutating func walk() -> (Int, String)? {
    var expectation = Expectation.value
    while true {
      skipSpace()
      switch expectation {
      case .firstElement where take("]"), .firstKey where take("}"):
        open.removeLast()
        expectation = .commaOrEnd
      case .firstKey, .key:
        guard take("\"") else { return (at, "a key in quotes") }
        if let fault = string() { return fault }
        skipSpace()
        guard take(":") else { return (at, "a colon after the key") }
        expectation = .value
      case .value, .firstElement:
        let depth = open.count
        if let fault = value() { return fault }
        guard open.count <= Self.depthLimit else { return (at, "at most 512 levels of nesting") }
        expectation =
          open.count == depth ? .commaOrEnd : open.last == true ? .firstKey : .firstElement
      case .commaOrEnd:
        guard let isObject = open.last else {
          return at == bytes.count ? nil : (at, "the end of the text")
        }
        if take(",") {
          expectation = isObject ? .key : .value
        } else if take(isObject ? "}" : "]") {
          open.removeLast()
        } else {
          return (at, isObject ? "a comma or a closing brace" : "a comma or a closing bracket")
        }
      }
    }
  }

  private mutating func value() -> (Int, String)? {
    if take("{") {
      open.append(true)
    } else if take("[") {
      open.append(false)
    } else if take("\"") {
      return string()
    } else if !take(word: "true") && !take(word: "false") && !take(word: "null") {
      return number()
    }
    return nil
  }

  private mutating func number() -> (Int, String)? {
    let start = at
    _ = take("-")
    let firstDigit = at
    guard digits() > 0 else { return (start, "a value") }
    if bytes[firstDigit] == UInt8(ascii: "0"), at > firstDigit + 1 {
      return (firstDigit, "a number without leading zeros")
    }
    if take("."), digits() == 0 { return (at, "a digit after the point") }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      if digits() == 0 { return (at, "a digit in the exponent") }
    }
    return nil
  }

  private mutating func digits() -> Int {
    let start = at
    while at < bytes.count, (48...57).contains(bytes[at]) { at += 1 }
    return at - start
  }

  /// After the opening quote. Control characters are let through, as the decoder does.
  private mutating func string() -> (Int, String)? {
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      if byte == UInt8(ascii: "\"") { return nil }
      guard byte == UInt8(ascii: "\\") else { continue }
      guard at < bytes.count else { break }
      guard "\"\\/bfnrtu".utf8.contains(bytes[at]) else { return (at, "an escape such as \\n") }
      at += 1
    }
    return (bytes.count, "a closing quote")
  }

  private mutating func skipSpace() {
    while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard at < bytes.count, UInt32(bytes[at]) == character.value else { return false }
    at += 1
    return true
  }

  private mutating func take(word: StaticString) -> Bool {
    let fits = word.withUTF8Buffer { bytes[at...].starts(with: $0) }
    if fits { at += word.utf8CodeUnitCount }
    return fits
  }

  func seen(at offset: Int) -> String {
    guard offset < bytes.count else { return "the end of the text" }
    let word = bytes[offset...].prefix(12).prefix { $0 > 0x20 }
    return ScalarText.quoted(String(decoding: word, as: UTF8.self))
  }
}
