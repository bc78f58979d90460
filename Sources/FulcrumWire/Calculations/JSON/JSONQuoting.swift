extension [UInt8] {
  /// Appends a text as a JSON string (RFC 8259): quotes, backslashes and control characters escaped.
  mutating func append(quoted text: String) {
    append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): append(contentsOf: #"\""#.utf8)
      case UInt8(ascii: "\\"): append(contentsOf: #"\\"#.utf8)
      case 0x0A: append(contentsOf: #"\n"#.utf8)
      case 0x0D: append(contentsOf: #"\r"#.utf8)
      case 0x09: append(contentsOf: #"\t"#.utf8)
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        append(contentsOf: (#"\u00"# + (byte < 0x10 ? "0" : "") + digits).utf8)
      default: append(byte)
      }
    }
    append(UInt8(ascii: "\""))
  }
}
