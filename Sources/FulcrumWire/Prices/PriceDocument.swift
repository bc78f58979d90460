import Foundation
import FulcrumModel
package import FulcrumPricing

/// Reads price bars and volatility indices from CSV as exchanges and vendors write them.
///
/// A bar that cannot be true is left out with its line and reason, and the others are used; a file of
/// which more than a tenth cannot be used, or of which more than a tenth is missing, is refused.
package enum PriceDocument {
  /// Largest share of rows that may be bad, or of bars that may be missing.
  static let largestLoss = 0.1
  /// A price this many times its neighbours' is no price.
  static let largestJump = 10.0

  /// - Parameter coin: picks columns of files that hold several coins (`BTC:open`).
  package static func parse(_ input: InputBytes, coin: String? = nil) -> Parsed<PriceSeries?> {
    let opened = CSVTable.open(input)
    guard let table = opened.value else { return Parsed(nil, issues: opened.issues) }
    var issues = opened.issues
    guard let columns = PriceColumns(table, coin: coin) else {
      issues.append(PriceColumns.missing(table, coin: coin))
      return Parsed(nil, issues: issues)
    }
    var reading = PriceReading(source: input.source)
    for result in table.rows {
      switch result {
      case .failure(let issue): reading.refuse(issue)
      case .success(let row): reading.take(CSVRowReader(row, of: table), columns)
      }
    }
    reading.settle()
    issues += reading.issues
    return finished(reading, issues)
  }

  private static func finished(
    _ reading: PriceReading, _ issues: [Issue]
  ) -> Parsed<PriceSeries?> {
    var issues = issues
    func refused(_ seen: String, _ allowed: String, _ fix: String) -> Parsed<PriceSeries?> {
      issues.append(Issue(source: reading.source, seen: seen, allowed: allowed, fix: fix))
      return Parsed(nil, issues: issues)
    }
    guard reading.bars.count >= 3 else {
      return refused(
        "\(reading.bars.count) usable bars of \(reading.rowCount) rows", "at least 3",
        "give a longer file")
    }
    guard Double(reading.badCount) <= largestLoss * Double(reading.rowCount) else {
      return refused(
        "\(reading.badCount) of \(reading.rowCount) rows that cannot be used",
        "at most one in ten", "repair the file; the lines above say where")
    }
    let series: PriceSeries
    do throws(SeriesError) {
      series = try PriceSeries(reading.bars.map(\.timed))
    } catch {
      return refused(
        "bars at uneven instants (\(error))", "bars of one length",
        "give one file for each length of bar")
    }
    guard (60_000...PriceSeries.day).contains(series.interval) else {
      return refused(
        "bars of \(series.interval / 1000) s", "bars from 1 minute to 1 day",
        "resample the file")
    }
    let gaps = series.gaps
    guard series.missingShare <= largestLoss else {
      let missing = gaps.reduce(0) { $0 + $1.missing }
      return refused(
        "\(missing) bars missing of \(missing + series.bars.count)", "at most one in ten",
        "fill the gaps, or keep the part after the largest")
    }
    if let widest = gaps.max(by: { $0.missing < $1.missing }) {
      let missing = gaps.reduce(0) { $0 + $1.missing }
      issues.append(
        Issue(
          .warning, source: reading.source, line: reading.bars[widest.after].line,
          seen:
            "\(gaps.count) gap\(gaps.count == 1 ? "" : "s"), \(missing) bar\(missing == 1 ? "" : "s") missing, the widest of \(widest.missing) after "
            + "\(series.bars[widest.after].opens)",
          allowed: "bars without gaps",
          fix: "the price change across a gap counts as one bar's return"))
    }
    return Parsed(series, issues: issues)
  }
}

/// Where times and prices stand.
struct PriceColumns {
  let time: Int
  let close: Int
  /// Nil for files of one price a row.
  let open, high, low: Int?

  init?(_ table: CSVTable, coin: String?) {
    let prefix = coin.map { $0 + ":" } ?? ""
    // A first column without a name holds the index of whoever wrote the table.
    let first = table.header.first.map { $0.isEmpty } == true ? 0 : nil
    guard
      let time = table.column(
        "timestamp", "time", "date", "datetime", "open_time", "opentime") ?? first
    else { return nil }
    func column(_ name: String) -> Int? { table.column(prefix + name) ?? table.column(name) }
    guard let close = column("close") ?? column("price") else { return nil }
    self.time = time
    self.close = close
    (open, high, low) = (column("open"), column("high"), column("low"))
  }

  static func missing(_ table: CSVTable, coin: String?) -> Issue {
    let coins = Set(table.header.filter { $0.contains(":") }.map { $0.prefix { $0 != ":" } })
    let hint =
      coins.isEmpty
      ? "name the columns so"
      : "add --coin with one of " + coins.sorted().joined(separator: ", ")
    return Issue(
      source: table.source, line: 1,
      seen: "columns " + table.header.map(ScalarText.quoted).joined(separator: ", "),
      allowed: "timestamp (or date, time) with open, high, low and close, or with price",
      fix: hint)
  }
}

/// The rows of one file as they are judged.
struct PriceReading {
  struct Row {
    let timed: TimedBar
    let line: Int
  }

  let source: String
  var bars: [Row] = []
  private(set) var issues: [Issue] = []
  private(set) var rowCount = 0
  var badCount = 0

  init(source: String) { self.source = source }

  mutating func refuse(_ issue: Issue) {
    rowCount += 1
    badCount += 1
    note(issue)
  }

  /// Of the same kind of fault a screenful is enough.
  mutating func note(_ issue: Issue) {
    if issues.count < 50 { issues.append(issue) }
  }

  mutating func take(_ row: CSVRowReader, _ columns: PriceColumns) {
    var reader = row
    let time = reader.timestamp(columns.time)
    let close = reader.double(columns.close)
    let open = reader.double(columns.open)
    let high = reader.double(columns.high)
    let low = reader.double(columns.low)
    let line = reader.row.line
    // Before a coin was listed its columns are empty, which is no fault.
    if reader.issues.isEmpty, close == nil, open == nil, high == nil, low == nil { return }
    rowCount += 1
    guard reader.issues.isEmpty, let time, let close else {
      badCount += 1
      if reader.issues.isEmpty {
        note(fault(line, "no time or no price", "both", "fill the row or remove it"))
      } else {
        reader.issues.forEach { note($0) }
      }
      return
    }
    do throws(PricingError) {
      let bar =
        columns.open == nil
        ? try PriceBar(price: close)
        : try PriceBar(
          open: open ?? close, high: high ?? close, low: low ?? close, close: close)
      guard bar.high / max(bar.open, bar.close) < PriceDocument.largestJump,
        min(bar.open, bar.close) / bar.low < PriceDocument.largestJump
      else {
        badCount += 1
        return note(
          fault(
            line, "a range from \(bar.low) to \(bar.high) around \(bar.open) and \(bar.close)",
            "prices within ten times of each other", "correct the bar or remove it"))
      }
      bars.append(Row(timed: TimedBar(opens: time, bar: bar), line: line))
    } catch {
      badCount += 1
      note(fault(line, "\(error)", "0 < low ≤ open, close ≤ high", "correct the bar or remove it"))
    }
  }

  /// Sorts, and leaves out doubles and spikes.
  mutating func settle() {
    sort()
    leaveOutDoubles()
    leaveOutLateBars()
    leaveOutFirstSpike()
    leaveOutSpikes()
    noteLastingJumps()
  }

  private mutating func sort() {
    let broken = zip(bars, bars.dropFirst()).first { $1.timed.opens < $0.timed.opens }
    guard let broken else { return }
    note(
      Issue(
        .warning, source: source, line: broken.1.line,
        seen: "\(broken.1.timed.opens) after \(broken.0.timed.opens)",
        allowed: "rows in time order", fix: "the rows were sorted; check how the file was made"))
    bars = bars.enumerated().sorted {
      ($0.element.timed.opens, $0.offset) < ($1.element.timed.opens, $1.offset)
    }.map(\.element)
  }

  private mutating func leaveOutDoubles() {
    var kept: [Row] = []
    kept.reserveCapacity(bars.count)
    for row in bars {
      guard let last = kept.last, last.timed.opens == row.timed.opens else {
        kept.append(row)
        continue
      }
      if last.timed == row.timed {
        note(
          Issue(
            .warning, source: source, line: row.line,
            seen: "the bar of line \(last.line) again", allowed: "each bar once",
            fix: "the second was left out"))
      } else {
        badCount += 1
        note(
          fault(
            row.line, "another bar of \(row.timed.opens) than on line \(last.line)",
            "one bar for each instant", "remove the wrong one; the first was used"))
      }
    }
    bars = kept
  }

  /// A bar that both neighbours contradict; a level that stays is a move, however large.
  private mutating func leaveOutSpikes() {
    guard bars.count >= 3 else { return }
    var kept = [bars[0]]
    for place in 1..<bars.count {
      let row = bars[place]
      let next = place + 1 < bars.count ? bars[place + 1] : nil
      guard let before = kept.last, row.isFar(from: before),
        next.map({ row.isFar(from: $0) }) ?? true
      else {
        kept.append(row)
        continue
      }
      badCount += 1
      note(
        fault(
          row.line,
          "a close of \(row.timed.bar.close) after \(before.timed.bar.close)",
          "prices within ten times of their neighbours", "correct the bar or remove it"))
    }
    bars = kept
  }

  func fault(_ line: Int, _ seen: String, _ allowed: String, _ fix: String) -> Issue {
    Issue(source: source, line: line, seen: seen, allowed: allowed, fix: fix)
  }
}
