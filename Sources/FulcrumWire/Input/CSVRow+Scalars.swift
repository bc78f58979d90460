package import FulcrumModel

/// Reads the fields of one row and gathers what it could not read.
package struct CSVRowReader {
  package let row: CSVRow
  package let table: CSVTable
  package private(set) var issues: [Issue] = []

  package init(_ row: CSVRow, of table: CSVTable) {
    self.row = row
    self.table = table
  }

  package func text(_ column: Int?) -> String? { row[column] }

  package mutating func decimal(_ column: Int?) -> ExactDecimal? {
    read(column) { text throws(ScalarText.Refusal) in try ScalarText.decimal(text) }
  }

  package mutating func double(_ column: Int?) -> Double? {
    read(column) { text throws(ScalarText.Refusal) in try ScalarText.double(text) }
  }

  package mutating func timestamp(_ column: Int?) -> Timestamp? {
    read(column) { text throws(ScalarText.Refusal) in try ScalarText.timestamp(text) }
  }

  package mutating func note(
    _ severity: Issue.Severity = .error, at column: Int?, seen: String, allowed: String, fix: String
  ) {
    let name = column.flatMap { table.header.indices.contains($0) ? table.header[$0] : nil }
    issues.append(
      Issue(
        severity, source: table.source, line: row.line, path: name, seen: seen, allowed: allowed,
        fix: fix))
  }

  private mutating func read<Value>(
    _ column: Int?, _ convert: (String) throws(ScalarText.Refusal) -> Value?
  ) -> Value? {
    guard let text = row[column] else { return nil }
    do throws(ScalarText.Refusal) {
      return try convert(text)
    } catch {
      note(at: column, seen: error.seen, allowed: error.allowed, fix: error.fix)
      return nil
    }
  }
}
