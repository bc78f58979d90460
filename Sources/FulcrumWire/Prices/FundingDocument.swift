package import FulcrumModel
package import FulcrumPricing
package import FulcrumRisk

/// Reads funding rates of a perpetual: a row an interval, or the mean of a day's eight-hour rates.
package enum FundingDocument {
  /// Ascending rates, each over the file's own interval.
  ///
  /// A column `rate` or `funding_rate` is what is paid over the distance to the next row;
  /// `funding_mean` is the mean of eight-hour rates, so a day pays three of them.
  package static func parse(_ input: InputBytes) -> Parsed<[FundingRate]?> {
    let opened = CSVTable.open(input)
    guard let table = opened.value else { return Parsed(nil, issues: opened.issues) }
    var issues = opened.issues
    let mean = table.column("funding_mean")
    let rate = table.column("rate", "funding_rate", "fundingRate", "interest_8h")
    let time = table.column("timestamp", "time", "date", "datetime", "fundingTime")
    guard let time, let value = mean ?? rate else {
      issues.append(
        Issue(
          source: input.source, line: 1,
          seen: "columns " + table.header.map(ScalarText.quoted).joined(separator: ", "),
          allowed: "time (or date) with rate, funding_rate or funding_mean",
          fix: "name the columns so"))
      return Parsed(nil, issues: issues)
    }
    var rows: [(at: Timestamp, rate: Double)] = []
    for result in table.rows {
      switch result {
      case .failure(let issue): issues.append(issue)
      case .success(let row):
        var reader = CSVRowReader(row, of: table)
        let (at, number) = (reader.timestamp(time), reader.double(value))
        issues += reader.issues
        guard let at, let number else { continue }
        guard number.magnitude < 0.1 else {
          issues.append(
            Issue(
              source: input.source, line: row.line, seen: "a rate of \(number)",
              allowed: "a fraction of notional below 0.1", fix: "write 0.0001 for 0.01 %"))
          continue
        }
        rows.append((at, number))
      }
    }
    rows.sort { $0.at < $1.at }
    guard let length = commonDistance(rows.map(\.at)) else {
      issues.append(
        Issue(
          source: input.source, seen: "\(rows.count) usable rows", allowed: "at least 2",
          fix: "give a longer file"))
      return Parsed(nil, issues: issues)
    }
    let factor = mean == nil ? 1 : Double(length) / 28_800_000
    return Parsed(
      rows.map { FundingRate(from: $0.at, length: length, rate: $0.rate * factor) },
      issues: issues)
  }

  private static func commonDistance(_ times: [Timestamp]) -> Int64? {
    var counts: [Int64: Int] = [:]
    for (later, earlier) in zip(times.dropFirst(), times) where later > earlier {
      counts[later.milliseconds - earlier.milliseconds, default: 0] += 1
    }
    return counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key
  }
}

/// A volatility index as it was known at each instant.
package struct ImpliedHistory: Sendable {
  private let known: [(at: Timestamp, volatility: Double)]
  /// Older values are not used.
  private static let longestAge: Int64 = 7 * 86_400_000

  /// - Parameter series: closes in volatility points, 65 for 65 %.
  package init(_ series: PriceSeries) {
    known = series.bars.indices.map { (series.closes($0), series.bars[$0].bar.close / 100) }
  }

  /// Says that no value is new enough.
  func tooOld(_ source: String, at now: Timestamp) -> Issue {
    Issue(
      .warning, source: source,
      seen:
        "values from \(known.first?.at.description ?? "") to \(known.last?.at.description ?? "")",
      allowed: "a value within a week before \(now)",
      fix: "implied volatility is left out there; fetch what is missing")
  }

  /// The newest value whose bar had closed by then; nil where none within a week had.
  package func volatility(at now: Timestamp) -> Double? {
    var (low, high) = (0, known.count)
    while low < high {
      let middle = (low + high) / 2
      if known[middle].at <= now { low = middle + 1 } else { high = middle }
    }
    guard low > 0, now.milliseconds - known[low - 1].at.milliseconds <= Self.longestAge else {
      return nil
    }
    return known[low - 1].volatility
  }
}
