/// Writes JSON on one line; every number is the shortest text that reads back as the same double,
/// without a fraction where it is whole: 3, 0.1, 1e-300.
package struct JSONWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package static func bytes(_ value: JSONValue) -> [UInt8] {
    var writer = JSONWriter()
    writer.write(value)
    return writer.bytes
  }

  package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  package mutating func newline() { bytes.append(0x0A) }

  package mutating func write(_ value: JSONValue) {
    switch value {
    case .null: append("null")
    case .bool(let bool): append(bool ? "true" : "false")
    case .number(let number): write(number)
    case .string(let string): write(string)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (place, element) in elements.enumerated() {
        if place > 0 { bytes.append(UInt8(ascii: ",")) }
        write(element)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let object): write(object)
    }
  }

  package mutating func write(_ object: JSONObject) {
    bytes.append(UInt8(ascii: "{"))
    var first = true
    for member in object.members {
      if !first { bytes.append(UInt8(ascii: ",")) }
      first = false
      write(member.name)
      bytes.append(UInt8(ascii: ":"))
      write(member.value)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// - Precondition: finite; JSON has no other numbers.
  private mutating func write(_ number: Double) {
    precondition(number.isFinite, "JSON cannot carry \(number)")
    let text = number.description
    let whole = text.hasSuffix(".0") && !(number == 0 && number.sign == .minus)
    append(whole ? String(text.dropLast(2)) : text)
  }

  private mutating func write(_ string: String) { bytes.append(quoted: string) }
}
