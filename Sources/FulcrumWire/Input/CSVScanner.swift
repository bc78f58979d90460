/// Cuts CSV text into rows, a byte at a time; remembers where it is.
struct CSVScanner: Sendable {
  private var at = 0
  private var line = 1

  private enum Byte {
    static let quote = UInt8(ascii: "\"")
    static let space = UInt8(ascii: " ")
    static let comma = UInt8(ascii: ",")
    static let newline = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")

    static func endsLine(_ byte: UInt8) -> Bool { byte == newline || byte == carriageReturn }
  }

  /// The next row that is not blank; nil at the end. After a fault the scan goes on with the line
  /// below the one where the row began.
  mutating func next(in bytes: [UInt8], source: String) -> Result<CSVRow, Issue>? {
    while at < bytes.count, Byte.endsLine(bytes[at]) {
      endLine(in: bytes)
    }
    guard at < bytes.count else { return nil }
    let (startAt, startLine) = (at, line)
    var fields: [CSVRow.Field] = []
    while true {
      guard let field = field(in: bytes) else {
        let reason =
          at < bytes.count
          ? "text after a closing quote on line \(line)" : "a quote that is never closed"
        (at, line) = (startAt, startLine)
        while at < bytes.count, !Byte.endsLine(bytes[at]) { at += 1 }
        endLine(in: bytes)
        return .failure(
          Issue(
            source: source, line: startLine, seen: reason,
            allowed: "fields wholly inside quotes, with \"\" for a quote",
            fix: "close the quote or double the quotes inside"))
      }
      fields.append(field)
      if at < bytes.count, bytes[at] == Byte.comma {
        at += 1
        continue
      }
      endLine(in: bytes)
      return .success(CSVRow(line: startLine, bytes: bytes, fields: fields))
    }
  }

  /// A field without the spaces around it, up to its comma or line end; nil where its quotes are wrong.
  private mutating func field(in bytes: [UInt8]) -> CSVRow.Field? {
    guard at < bytes.count, bytes[at] == Byte.quote else {
      var start = at
      while at < bytes.count, bytes[at] != Byte.comma, !Byte.endsLine(bytes[at]) { at += 1 }
      var end = at
      while start < end, bytes[start] == Byte.space { start += 1 }
      while start < end, bytes[end - 1] == Byte.space { end -= 1 }
      return CSVRow.Field(start: start, end: end, hasDoubledQuotes: false)
    }
    at += 1
    let start = at
    var doubled = false
    while at < bytes.count {
      switch bytes[at] {
      case Byte.newline: line += 1
      case Byte.quote where at + 1 < bytes.count && bytes[at + 1] == Byte.quote:
        doubled = true
        at += 1
      case Byte.quote:
        let end = at
        at += 1
        let closes =
          at == bytes.count || bytes[at] == Byte.comma || Byte.endsLine(bytes[at])
        return closes ? CSVRow.Field(start: start, end: end, hasDoubledQuotes: doubled) : nil
      default: break
      }
      at += 1
    }
    return nil
  }

  private mutating func endLine(in bytes: [UInt8]) {
    guard at < bytes.count else { return }
    if bytes[at] == Byte.carriageReturn, at + 1 < bytes.count, bytes[at + 1] == Byte.newline {
      at += 1
    }
    at += 1
    line += 1
  }
}
