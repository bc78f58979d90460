package import FulcrumModel
package import FulcrumPricing
package import FulcrumRisk

/// Reads funding rates of a perpetual: a row an interval, or the mean of a day's eight-hour rates.
package enum FundingDocument {
  /// Ascending rates, each over the distance to the next row; before a hole, and at the end, over the
  /// distance most common so far.
  ///
  /// A column `rate` or `funding_rate` is what is paid over that distance; `funding_mean` is the mean
  /// of eight-hour rates, so a day pays three of them.
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
    var reading = FundingReading(source: input.source)
    for result in table.rows {
      switch result {
      case .failure(let issue): reading.note(issue)
      case .success(let row): reading.take(CSVRowReader(row, of: table), time, value)
      }
    }
    reading.settle()
    issues += reading.issues
    let rows = reading.rows
    guard rows.count >= 2 else {
      issues.append(
        Issue(
          source: input.source, seen: "\(rows.count) usable rows", allowed: "at least 2",
          fix: "give a longer file"))
      return Parsed(nil, issues: issues)
    }
    let rates = zip(rows, lengths(rows.map(\.at))).map { row, length in
      FundingRate(
        from: row.at, length: length,
        rate: mean == nil ? row.rate : row.rate * Double(length) / 28_800_000)
    }
    return Parsed(rates, issues: issues)
  }

  /// - Parameter times: ascending strictly, two or more.
  private static func lengths(_ times: [Timestamp]) -> [Int64] {
    var counts: [Int64: Int] = [:]
    var common = times[0].distance(to: times[1])
    var lengths = zip(times, times.dropFirst()).map { earlier, later in
      let distance = earlier.distance(to: later)
      let count = counts[distance, default: 0] + 1
      counts[distance] = count
      if count > counts[common, default: 0] { common = distance }
      // Half as much again is no jitter of the clock: rows are missing.
      return 2 * distance <= 3 * common ? distance : common
    }
    lengths.append(common)
    return lengths
  }
}

extension Timestamp {
  fileprivate func distance(to later: Timestamp) -> Int64 { later.milliseconds - milliseconds }
}

/// The rows of a funding file as they are judged.
private struct FundingReading {
  let source: String
  private(set) var rows: [(at: Timestamp, rate: Double, line: Int)] = []
  private(set) var issues: [Issue] = []

  init(source: String) { self.source = source }

  /// Of the same kind of fault a screenful is enough.
  mutating func note(_ issue: Issue) {
    if issues.count < 50 { issues.append(issue) }
  }

  mutating func take(_ row: CSVRowReader, _ time: Int, _ value: Int) {
    var reader = row
    let (at, rate) = (reader.timestamp(time), reader.double(value))
    let line = reader.row.line
    reader.issues.forEach { note($0) }
    guard let at, let rate else { return }
    guard rate.magnitude < 0.1 else {
      return note(
        Issue(
          source: source, line: line, seen: "a rate of \(rate)",
          allowed: "a fraction of notional below 0.1", fix: "write 0.0001 for 0.01 %"))
    }
    rows.append((at, rate, line))
  }

  /// Sorts, and leaves out doubles.
  mutating func settle() {
    if let (before, after) = zip(rows, rows.dropFirst()).first(where: { $1.at < $0.at }) {
      note(
        Issue(
          .warning, source: source, line: after.line, seen: "\(after.at) after \(before.at)",
          allowed: "rows in time order", fix: "the rows were sorted; check how the file was made"))
      rows.sort { ($0.at, $0.line) < ($1.at, $1.line) }
    }
    var kept: [(at: Timestamp, rate: Double, line: Int)] = []
    kept.reserveCapacity(rows.count)
    for row in rows {
      guard let last = kept.last, last.at == row.at else {
        kept.append(row)
        continue
      }
      let isSame = last.rate == row.rate
      note(
        Issue(
          isSame ? .warning : .error, source: source, line: row.line,
          seen: isSame
            ? "the rate of line \(last.line) again"
            : "another rate of \(row.at) than on line \(last.line)",
          allowed: "one rate for each instant",
          fix: isSame
            ? "the second was left out" : "remove the wrong one; the first was used"))
    }
    rows = kept
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
