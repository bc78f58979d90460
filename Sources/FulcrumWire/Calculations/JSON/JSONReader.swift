/// Why a text is not the JSON that is read here, and at which byte (counted from 1).
package struct JSONFault: Error, Hashable, Sendable {
  package var byte: Int
  /// JSON path of the innermost member that was being read: `$.legs[1].K`.
  package var path = "$"
  package var seen: String
  package var allowed: String
  package var fix: String

  init(byte: Int, seen: String, allowed: String, fix: String) {
    self.byte = byte
    self.seen = seen
    self.allowed = allowed
    self.fix = fix
  }

  /// The fault as seen from the value that `step` leads into.
  func inside(_ step: String) -> JSONFault {
    var fault = self
    fault.path = "$" + step + path.dropFirst()
    return fault
  }
}

/// Reads strict JSON (RFC 8259) from UTF-8 bytes.
///
/// Goals, in order: numbers are the nearest double, booleans are no numbers, a name that occurs twice
/// in an object is refused (the libraries at hand keep one of the two values in silence), every fault
/// says its byte, nesting is bounded, and a line of numbers costs about a microsecond.
package struct JSONReader {
  /// Arrays and objects inside each other.
  package static let depthLimit = 64

  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  private var depth = 0

  private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// The one value of a document.
  ///
  /// - Throws: `JSONFault` at the first byte that cannot stand there.
  package static func read(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONFault) -> JSONValue {
    var reader = JSONReader(bytes)
    reader.skipSpace()
    guard reader.position < bytes.count else {
      throw reader.fault("nothing", allowed: "one JSON value", fix: "write one")
    }
    let value = try reader.value()
    reader.skipSpace()
    guard reader.position == bytes.count else {
      throw reader.unexpected(allowed: "the end after the first JSON value")
    }
    return value
  }

  package static func read(_ bytes: [UInt8]) throws(JSONFault) -> JSONValue {
    let result = bytes.withUnsafeBufferPointer { buffer in
      Result { () throws(JSONFault) in try read(buffer) }
    }
    return try result.get()
  }

  // MARK: Values

  private mutating func value() throws(JSONFault) -> JSONValue {
    guard position < bytes.count else { throw unexpected(allowed: "a JSON value") }
    switch bytes[position] {
    case UInt8(ascii: "{"): return .object(try object())
    case UInt8(ascii: "["): return .array(try array())
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    default: return try word()
    }
  }

  private mutating func object() throws(JSONFault) -> JSONObject {
    try enter()
    var members: [JSONObject.Member] = []
    var names: Set<String> = []
    skipSpace()
    if take(UInt8(ascii: "}")) {
      depth -= 1
      return JSONObject()
    }
    repeat {
      skipSpace()
      let place = position
      guard peek == UInt8(ascii: "\"") else { throw unexpected(allowed: "a name in quotes") }
      let name = try string()
      guard isNew(name, among: members, &names) else {
        throw JSONFault(
          byte: place + 1, seen: "the name \"\(name)\" a second time", allowed: "each name once",
          fix: "remove one of the two")
      }
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw unexpected(allowed: "a colon after the name") }
      skipSpace()
      do throws(JSONFault) {
        members.append(JSONObject.Member(name: name, value: try value()))
      } catch {
        throw error.inside("." + name)
      }
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw unexpected(allowed: "a comma or }") }
    depth -= 1
    return JSONObject(distinct: members)
  }

  /// Compares with each name of a small object; from 16 names on a set keeps it linear.
  private func isNew(
    _ name: String, among members: [JSONObject.Member], _ names: inout Set<String>
  ) -> Bool {
    if members.count < 16 { return !members.contains { $0.name == name } }
    if names.isEmpty { names = Set(members.map(\.name)) }
    return names.insert(name).inserted
  }

  private mutating func array() throws(JSONFault) -> [JSONValue] {
    try enter()
    var elements: [JSONValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) {
      depth -= 1
      return elements
    }
    repeat {
      skipSpace()
      do throws(JSONFault) {
        elements.append(try value())
      } catch {
        throw error.inside("[\(elements.count)]")
      }
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw unexpected(allowed: "a comma or ]") }
    depth -= 1
    return elements
  }

  private mutating func enter() throws(JSONFault) {
    guard depth < Self.depthLimit else {
      throw fault(
        "more than \(Self.depthLimit) arrays and objects inside each other",
        allowed: "\(Self.depthLimit)", fix: "flatten it")
    }
    depth += 1
    position += 1
  }

  private mutating func word() throws(JSONFault) -> JSONValue {
    for (text, value) in [
      ("true", JSONValue.bool(true)), ("false", .bool(false)), ("null", .null),
    ] where starts(with: text) {
      position += text.utf8.count
      return value
    }
    for text in ["NaN", "nan", "Infinity", "inf", "+"] where starts(with: text) {
      throw fault(
        text == "+" ? "a number with +" : text, allowed: "a finite JSON number",
        fix: "write a plain number, or leave the field out")
    }
    throw unexpected(allowed: "a JSON value")
  }

  private func starts(with text: String) -> Bool {
    var place = position
    for byte in text.utf8 {
      guard place < bytes.count, bytes[place] == byte else { return false }
      place += 1
    }
    return true
  }

  // MARK: Characters

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  private func fault(_ seen: String, allowed: String, fix: String) -> JSONFault {
    JSONFault(byte: position + 1, seen: seen, allowed: allowed, fix: fix)
  }

  private func unexpected(allowed: String) -> JSONFault {
    guard let byte = peek else {
      return fault("the end of the text", allowed: allowed, fix: "complete it")
    }
    guard byte < 0x80 else {
      return fault(hex(byte), allowed: allowed, fix: "write UTF-8 JSON")
    }
    let seen = byte < 0x20 ? hex(byte) : "'\(Character(UnicodeScalar(byte)))'"
    return fault(seen, allowed: allowed, fix: "write valid JSON")
  }

  private func hex(_ byte: UInt8) -> String { "byte 0x" + String(byte, radix: 16) }
}

// MARK: - Strings

extension JSONReader {
  /// A string in quotes; the common one, ASCII without escapes, is copied at once.
  private mutating func string() throws(JSONFault) -> String {
    position += 1
    let start = position
    var ascii = true
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        defer { position += 1 }
        return try text(start..<position, ascii: ascii)
      case UInt8(ascii: "\\"): return try escapedString(from: start)
      case 0..<0x20: throw unexpected(allowed: "a character, or its escape such as \\n")
      default:
        ascii = ascii && byte < 0x80
        position += 1
      }
    }
    throw unexpected(allowed: "a closing quote")
  }

  private func text(_ range: Range<Int>, ascii: Bool) throws(JSONFault) -> String {
    let slice = UnsafeBufferPointer(rebasing: bytes[range])
    if ascii { return String(decoding: slice, as: UTF8.self) }
    guard let text = String(validating: slice, as: UTF8.self) else {
      throw JSONFault(
        byte: range.lowerBound + 1, seen: "bytes that are not UTF-8", allowed: "UTF-8 text",
        fix: "save the file as UTF-8")
    }
    return text
  }

  private mutating func escapedString(from start: Int) throws(JSONFault) -> String {
    var result = try text(start..<position, ascii: false)
    var run = position
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        result += try text(run..<position, ascii: false)
        position += 1
        return result
      case UInt8(ascii: "\\"):
        result += try text(run..<position, ascii: false)
        result.unicodeScalars.append(try escape())
        run = position
      case 0..<0x20: throw unexpected(allowed: "a character, or its escape such as \\n")
      default: position += 1
      }
    }
    throw unexpected(allowed: "a closing quote")
  }

  private mutating func escape() throws(JSONFault) -> UnicodeScalar {
    position += 1
    guard let byte = peek else { throw unexpected(allowed: "a character after \\") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UnicodeScalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default:
      position -= 1
      throw unexpected(allowed: "one of \" \\ / b f n r t u after \\")
    }
  }

  private mutating func unicodeEscape() throws(JSONFault) -> UnicodeScalar {
    let first = try hexDigits()
    if let scalar = UnicodeScalar(first) { return scalar }
    if first < 0xDC00, starts(with: "\\u") {
      position += 2
      let second = try hexDigits()
      if (0xDC00...0xDFFF).contains(second),
        let scalar = UnicodeScalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
      {
        return scalar
      }
    }
    throw fault(
      "half of a surrogate pair", allowed: "two \\u escapes that make one character",
      fix: "write the character itself")
  }

  private mutating func hexDigits() throws(JSONFault) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(UnicodeScalar(byte)).hexDigitValue else {
        throw unexpected(allowed: "four hexadecimal digits after \\u")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}

// MARK: - Numbers

extension JSONReader {
  /// The digits of a number as they were scanned.
  private struct Digits {
    /// Of all digits, while they fit.
    var mantissa: UInt64 = 0
    var significant = 0
    /// Digits after the point.
    var fraction = 0
    var exponent = 0
  }

  /// 10ⁿ for n ≤ 22, each exact in a double (5²² < 2⁵³).
  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// The double nearest to the written number.
  ///
  /// Up to 2⁵³ with a power of ten up to 22 is one correctly rounded operation on two exact doubles
  /// (W. Clinger, PLDI 1990); everything else goes through the standard library, which rounds
  /// correctly too.
  private mutating func number() throws(JSONFault) -> Double {
    let start = position
    let negative = take(UInt8(ascii: "-"))
    let digits = try scan()
    let power = digits.exponent - digits.fraction
    if digits.significant <= 18, digits.mantissa <= 1 << 53, power.magnitude <= 22 {
      let whole = Double(digits.mantissa)
      let value =
        power < 0 ? whole / Self.powersOfTen[-power] : whole * Self.powersOfTen[power]
      return negative ? -value : value
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let value = Double(text), value.isFinite else {
      throw JSONFault(
        byte: start + 1, seen: text.count <= 40 ? text : text.prefix(37) + "...",
        allowed: "a number within ±1.7976931348623157e308", fix: "check its exponent")
    }
    return value
  }

  private mutating func scan() throws(JSONFault) -> Digits {
    var digits = Digits()
    let start = position
    try digitRun(&digits)
    if bytes[start] == UInt8(ascii: "0"), position > start + 1 {
      position = start
      throw fault("a leading 0", allowed: "a number without leading zeros", fix: "remove it")
    }
    if take(UInt8(ascii: ".")) {
      let point = position
      try digitRun(&digits)
      digits.fraction = position - point
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      position += 1
      let negative = take(UInt8(ascii: "-"))
      if !negative { _ = take(UInt8(ascii: "+")) }
      var exponent = Digits()
      try digitRun(&exponent)
      // Beyond four digits only the size matters: the standard library decides, not this path.
      let size = exponent.significant <= 4 ? Int(exponent.mantissa) : 100_000
      digits.exponent = negative ? -size : size
    }
    return digits
  }

  private mutating func digitRun(_ digits: inout Digits) throws(JSONFault) {
    let start = position
    while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
      if digits.significant > 0 || byte != UInt8(ascii: "0") { digits.significant += 1 }
      if digits.significant <= 18 {
        digits.mantissa = digits.mantissa * 10 + UInt64(byte - UInt8(ascii: "0"))
      }
      position += 1
    }
    guard position > start else { throw unexpected(allowed: "a digit") }
  }
}
