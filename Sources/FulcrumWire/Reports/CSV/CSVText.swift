/// Writes CSV (RFC 4180): fields separated by commas, lines by CRLF, quotes doubled.
///
/// Text from files that a spreadsheet would take for a formula (first character `=`, `+`, `-`, `@`,
/// tab or carriage return) gets a leading apostrophe. Numbers of ours never do.
struct CSVText {
  private(set) var bytes: [UInt8] = []
  private var isFirst = true

  mutating func text(_ value: String?) {
    guard let value else { return field("") }
    field(Self.isFormula(value) ? "'" + value : value)
  }

  /// A number or amount of ours, as it stands.
  mutating func plain(_ value: String?) { field(value ?? "") }

  mutating func endLine() {
    bytes.append(contentsOf: [0x0D, 0x0A])
    isFirst = true
  }

  static func isFormula(_ value: String) -> Bool {
    guard let first = value.utf8.first else { return false }
    return "=+-@\t\r".utf8.contains(first)
  }

  private mutating func field(_ value: String) {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
    let special: (UInt8) -> Bool = { byte in
      byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D
    }
    guard value.utf8.contains(where: special) else {
      return bytes.append(contentsOf: value.utf8)
    }
    bytes.append(UInt8(ascii: "\""))
    for byte in value.utf8 {
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
