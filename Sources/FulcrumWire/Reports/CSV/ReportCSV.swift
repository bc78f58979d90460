import FulcrumModel
import FulcrumRisk

/// A report as CSV: one row a pool, then one row for each of its legs; the header never changes
/// within a version. Described in docs/reference/report-files.md.
///
/// Amounts are plain decimals in their smallest units, ratios read back as the same double; +∞ is
/// `inf`. An empty field with a code in `absence` is absent; any other empty field does not belong
/// to that kind of row.
public enum ReportCSV {
  public static let version = 1

  /// Column names with their units, in order.
  public static let header: [String] = columns.map(\.name)

  /// UTF-8 with CRLF line ends.
  public static func render(_ contents: ReportContents, view: ReportView = ReportView()) -> [UInt8]
  {
    var csv = CSVText()
    for name in header { csv.plain(name) }
    csv.endLine()
    for pool in view.pools(of: contents.report) {
      write(ReportRow(report: contents.report, pool: pool, leg: nil), &csv)
      for leg in pool.legs {
        write(ReportRow(report: contents.report, pool: pool, leg: leg), &csv)
      }
    }
    return csv.bytes
  }

  private static func write(_ row: ReportRow, _ csv: inout CSVText) {
    for column in columns {
      switch column.value(row) {
      case .text(let text): csv.text(text)
      case .plain(let text): csv.plain(text)
      }
    }
    csv.endLine()
  }
}

/// What a row is made from.
struct ReportRow {
  let report: LeverageReport
  let pool: PoolReport
  let leg: LegReport?

  var measures: PoolMeasures? { leg == nil ? pool.measures : nil }
  var known: PoolMeasures? { pool.capitalIsKnown ? measures : nil }
  var valuation: LegValuation? { leg?.valuation }
  /// Liquidation of a pool on one underlying; of several, the one that is nearest.
  var liquidation: UnderlyingLiquidation? {
    guard leg == nil else { return nil }
    return pool.liquidation.min { Self.distance($0) < Self.distance($1) }
  }

  private static func distance(_ side: UnderlyingLiquidation) -> Double {
    guard side.today.healthy else { return -1 }
    return min(side.today.distanceDown ?? .infinity, side.today.distanceUp ?? .infinity)
  }
}

enum ReportField {
  /// From a file: guarded against being read as a formula.
  case text(String?)
  case plain(String?)

  static func usd(_ amount: Double?, _ rounding: Rounding = .toNearestEven) -> ReportField {
    .plain(amount.flatMap { ReportAmount.usd($0, rounding) })
  }

  static func number(_ number: Double?) -> ReportField {
    .plain(number.flatMap { $0.isNaN ? nil : "\($0)" })
  }

  static func measure(_ measure: Measure?) -> ReportField {
    switch measure {
    case .value(let number): .number(number)
    case .positiveInfinity: .plain("inf")
    case .negativeInfinity: .plain("-inf")
    case .absent, nil: .plain(nil)
    }
  }
}

struct ReportColumn: Sendable {
  let name: String
  let value: @Sendable (ReportRow) -> ReportField

  init(_ name: String, _ value: @escaping @Sendable (ReportRow) -> ReportField) {
    self.name = name
    self.value = value
  }
}
