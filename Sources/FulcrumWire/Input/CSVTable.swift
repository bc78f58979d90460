/// A table of comma-separated values (RFC 4180): a header and rows, read one at a time.
///
/// Every row is a result: one that cannot be used is an issue with its line, and the next one is
/// tried. Lines are counted in the file, so a quoted line break counts.
package struct CSVTable: Sendable {
  package let source: String
  /// Column names as the file has them.
  package let header: [String]
  private let bytes: [UInt8]
  private let body: CSVScanner

  /// The table, or nil with every fault of its header.
  package static func open(_ input: InputBytes) -> Parsed<CSVTable?> {
    if let fault = input.textFault() { return Parsed(nil, issues: [fault]) }
    let bytes = [UInt8](input.bytes)
    var scanner = CSVScanner()
    let first: CSVRow
    switch scanner.next(in: bytes, source: input.source) {
    case .success(let row)?: first = row
    case .failure(let issue)?: return Parsed(nil, issues: [issue])
    case nil:
      let issue = Issue(
        source: input.source, seen: "no line with text", allowed: "a header and rows",
        fix: "check how the file was made")
      return Parsed(nil, issues: [issue])
    }
    let header = (0..<first.count).map { first[$0] ?? "" }
    let table = CSVTable(source: input.source, header: header, bytes: bytes, body: scanner)
    let faults = table.headerFaults(line: first.line)
    return Parsed(faults.isEmpty ? table : nil, issues: faults)
  }

  private func headerFaults(line: Int) -> [Issue] {
    var seen: [String: Int] = [:]
    var faults: [Issue] = []
    for (place, name) in header.enumerated() {
      let key = Self.normalised(name)
      guard !key.isEmpty else { continue }
      if let earlier = seen.updateValue(place, forKey: key) {
        faults.append(
          Issue(
            source: source, line: line, path: name,
            seen: "the same name on columns \(earlier + 1) and \(place + 1)",
            allowed: "each column name once", fix: "rename or remove one of them"))
      }
    }
    if header.count == 1, let only = header.first, only.contains(where: { ";\t|".contains($0) }) {
      faults.append(
        Issue(
          source: source, line: line, seen: "one column, \(ScalarText.quoted(only))",
          allowed: "columns separated by commas", fix: "save the table with commas"))
    }
    return faults
  }

  /// The place of the first of these names that the header has. Case, spaces around a name and
  /// square brackets do not count.
  package func column(_ names: String...) -> Int? {
    let keys = header.map(Self.normalised)
    return names.lazy.compactMap { keys.firstIndex(of: Self.normalised($0)) }.first
  }

  private static func normalised(_ name: String) -> String {
    String(name.lowercased().filter { !"[] \t".contains($0) })
  }

  package var rows: Rows {
    Rows(bytes: bytes, source: source, width: header.count, scanner: body)
  }

  /// The rows in the order of the file, each a row or the issue that stands in its place.
  package struct Rows: Sequence, IteratorProtocol {
    fileprivate let bytes: [UInt8]
    fileprivate let source: String
    fileprivate let width: Int
    fileprivate var scanner: CSVScanner

    package mutating func next() -> Result<CSVRow, Issue>? {
      guard let result = scanner.next(in: bytes, source: source) else { return nil }
      guard case .success(let row) = result, row.count != width else { return result }
      return .failure(
        Issue(
          source: source, line: row.line, seen: "\(row.count) fields",
          allowed: "\(width) fields, as in the header",
          fix: "quote fields that hold a comma, and fill missing ones with nothing"))
    }
  }
}

/// One row: its fields and the line that it begins on.
package struct CSVRow: Sendable {
  struct Field: Sendable {
    let start: Int
    let end: Int
    /// Whether doubled quotes inside stand for one.
    let hasDoubledQuotes: Bool
  }

  /// 1-based.
  package let line: Int
  let bytes: [UInt8]
  let fields: [Field]

  package var count: Int { fields.count }

  /// The text of a column; nil where the column is not there or the field is empty.
  package subscript(column: Int?) -> String? {
    guard let column, fields.indices.contains(column) else { return nil }
    let field = fields[column]
    guard field.start < field.end else { return nil }
    let text = String(decoding: bytes[field.start..<field.end], as: UTF8.self)
    return field.hasDoubledQuotes ? text.replacing("\"\"", with: "\"") : text
  }
}
