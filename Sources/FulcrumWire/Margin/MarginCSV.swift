import FulcrumModel
import FulcrumRisk

/// A comparison of margin rules as CSV: one row a pool and rule; the header never changes within a
/// version. An empty field is absent; `refused` says why a rule has no answer.
package enum MarginCSV {
  package static let version = 1

  package static let header = [
    "pool", "strategy", "currency", "model", "parametersOf", "confidence", "initial",
    "maintenance", "held", "excess", "healthy", "liquidationBelowUsd", "liquidationAboveUsd",
    "distanceDown", "distanceUp", "worst", "caveats", "refused",
  ]

  /// UTF-8 with CRLF line ends.
  package static func render(_ contents: MarginContents) -> [UInt8] {
    var csv = CSVText()
    for name in header { csv.plain(name) }
    csv.endLine()
    for pool in contents.pools {
      for row in pool.rows { write(MarginLine(row: row, pool: pool.report), &csv) }
      guard pool.rows.isEmpty else { continue }
      csv.text(pool.report.id)
      csv.text(pool.report.strategy)
      csv.plain(pool.report.currency.code)
      for _ in 3..<(header.count - 1) { csv.plain(nil) }
      csv.text("not valued: " + pool.report.problems.map(\.explanation).joined(separator: "; "))
      csv.endLine()
    }
    return csv.bytes
  }

  private static func write(_ line: MarginLine, _ csv: inout CSVText) {
    let currency = line.pool.currency
    let requirement = line.answer?.requirement
    let region = line.answer?.nearest
    func amount(_ value: Double?, _ rounding: Rounding) -> String? {
      value.flatMap { ReportAmount.text($0, currency, rounding) }
    }
    let held = line.collateralIsKnown ? requirement : nil
    csv.text(line.pool.id)
    csv.text(line.pool.strategy)
    csv.plain(currency.code)
    csv.plain(line.row.name)
    csv.plain(line.row.ruleSet?.dated.description)
    csv.plain(line.confidence?.word)
    csv.plain(amount(requirement?.initial, .up))
    csv.plain(amount(requirement?.maintenance, .up))
    csv.plain(amount(held?.balance, .down))
    csv.plain(amount(held?.excess, .down))
    csv.plain(region.map { $0.healthy ? "true" : "false" })
    for number in [region?.below, region?.above, region?.distanceDown, region?.distanceUp] {
      csv.plain(number.map { "\($0)" })
    }
    csv.text(requirement?.worst)
    csv.text(line.caveats.joined(separator: "; "))
    csv.text(line.refusal)
    csv.endLine()
  }
}
