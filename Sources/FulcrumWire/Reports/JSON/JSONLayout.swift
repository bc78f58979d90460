import FulcrumRisk

/// Writes a JSON document (RFC 8259) straight to bytes, in the order of the calls, two spaces deep
/// a level; objects and arrays asked for `inline` stay on one line. Nothing is kept but the text.
struct JSONLayout {
  private(set) var bytes: [UInt8] = []
  private var depth = 0
  private var isFirst = true
  private var inlineDepth = 0

  /// - Parameter capacity: bytes to expect; what is not used costs nothing.
  init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// The document with the newline that ends a text file.
  mutating func finished() -> [UInt8] {
    bytes.append(0x0A)
    return bytes
  }

  // MARK: Structure

  mutating func object(_ name: String? = nil, inline: Bool = false, _ body: (inout Self) -> Void) {
    container(name, open: "{", close: "}", inline: inline, body)
  }

  mutating func array(_ name: String? = nil, inline: Bool = false, _ body: (inout Self) -> Void) {
    container(name, open: "[", close: "]", inline: inline, body)
  }

  /// An array whose elements are written on all cores, in their order.
  ///
  /// - Parameter write: writes one element.
  mutating func array<Element: Sendable>(
    _ name: String, of elements: [Element],
    _ write: @Sendable (Element, inout JSONLayout) -> Void
  ) {
    array(name) { json in
      // A window at a time, so that the text is not held twice.
      for start in stride(from: 0, to: elements.count, by: Self.window) {
        let chunks = stride(
          from: start, to: min(start + Self.window, elements.count), by: Self.chunk)
        let (isFirst, blank) = (json.isFirst, json.blank)
        let parts = Parallel.map(Array(chunks), chunk: 1) { from in
          var part = blank
          part.isFirst = isFirst && from == start
          for element in elements[from..<min(from + Self.chunk, elements.count)] {
            write(element, &part)
          }
          return part.bytes
        }
        for part in parts { json.bytes += part }
        json.isFirst = false
      }
    }
  }

  private static let chunk = 32
  private static let window = 1024

  /// The same place in the document, with nothing written.
  private var blank: JSONLayout {
    var blank = JSONLayout()
    (blank.depth, blank.inlineDepth) = (depth, inlineDepth)
    return blank
  }

  private mutating func container(
    _ name: String?, open: Character, close: Character, inline: Bool, _ body: (inout Self) -> Void
  ) {
    begin(name)
    append(String(open))
    let outerInline = inlineDepth
    depth += 1
    isFirst = true
    if inline || inlineDepth > 0 { inlineDepth += 1 }
    body(&self)
    let empty = isFirst
    depth -= 1
    if !empty, inlineDepth == 0 { newline() }
    inlineDepth = outerInline
    append(String(close))
    isFirst = false
  }

  // MARK: Values

  mutating func text(_ name: String? = nil, _ value: String?) {
    begin(name)
    if let value { quoted(value) } else { append("null") }
  }

  /// Shortest text that reads back as the same double; infinities as the strings "inf" and "-inf".
  mutating func number(_ name: String? = nil, _ value: Double?) {
    begin(name)
    guard let value, !value.isNaN else { return append("null") }
    guard value.isFinite else { return quoted(value > 0 ? "inf" : "-inf") }
    append(value == value.rounded() && value.magnitude < 1e15 ? "\(Int64(value))" : "\(value)")
  }

  mutating func integer(_ name: String? = nil, _ value: Int64?) {
    begin(name)
    append(value.map(String.init) ?? "null")
  }

  mutating func flag(_ name: String? = nil, _ value: Bool) {
    begin(name)
    append(value ? "true" : "false")
  }

  mutating func texts(_ name: String, _ values: [String]) {
    array(name, inline: true) { list in for value in values { list.text(nil, value) } }
  }

  mutating func numbers(_ name: String, _ values: [Double]) {
    array(name, inline: true) { list in for value in values { list.number(nil, value) } }
  }

  // MARK: Text

  private mutating func begin(_ name: String?) {
    if !isFirst { append(inlineDepth > 0 ? ", " : ",") }
    isFirst = false
    if depth > 0, inlineDepth == 0 { newline() }
    if let name {
      quoted(name)
      append(": ")
    }
  }

  private mutating func newline() {
    bytes.append(0x0A)
    for _ in 0..<depth { append("  ") }
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func quoted(_ text: String) { bytes.append(quoted: text) }
}
