import ArgumentParser
import FulcrumModel
import FulcrumTestKit
import FulcrumWire

/// Recorded crashes, replayed through pools.
struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Recorded crashes through pools of many leverages: contained, and what it took.",
    discussion: """
      Reads ohlcv/, dvol/ and chains/ of a data folder. A window whose file is absent is left out and \
      named. Within a bar the marks are its open, low, high and close.
      """)

  @Option(help: "Folder of recorded data.") var data: String

  func run() throws {
    var reports: [CrashReport] = []
    do {
      for source in HistorySource.all {
        guard let window = try source.window(in: data) else {
          print("\(source.name): left out, \(source.file) is not there")
          continue
        }
        var run = CrashRun(window)
        reports.append(try run.run())
      }
      let chains = HistorySource.chains(in: data)
      if chains.isEmpty {
        print("February 2026: left out, no chains there")
      } else {
        var run = ChainRun("February 2026, options", chains)
        reports.append(try run.run())
      }
    } catch let failure as SimulationFailure {
      StandardError.write("\(failure)\n")
      throw ExitCode(1)
    }
    print(Self.table(reports))
    print("contained: every wallet and every pool to the last unit; violations 0")
  }

  static func table(_ reports: [CrashReport]) -> String {
    let head = [
      "window", "fall", "pools", "ticks", "liquidated", "backstop", "bankrupt", "deleveraged",
      "insurance", "haircut", "shortfall",
    ]
    let rows = reports.map { report in
      [
        report.name, "\(Int((report.fall * 100).rounded())) %", "\(report.pools)",
        "\(report.ticks)", "\(report.liquidations)", "\(report.takeovers)",
        "\(report.bankruptcies)", "\(report.deleveragings)", amounts(report.insurance),
        amounts(report.haircut), amounts(report.shortfall),
      ]
    }
    let all = [head] + rows
    let widths = head.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
        .joined(separator: "  ")
    }.joined(separator: "\n")
  }

  private static func amounts(_ sums: [String: Int128]) -> String {
    if sums.isEmpty { return "0" }
    return sums.sorted { $0.key < $1.key }.map { code, units in
      guard let asset = Asset(code) else { return "\(units)" }
      return "\(Money(minorUnits: units, asset: asset))"
    }.joined(separator: " + ")
  }
}

/// A crash in the data folder.
struct HistorySource {
  let name: String
  let file: String
  let from: String
  let through: String
  var barMilliseconds: Int64 = 3_600_000

  private static let hourly = "ohlcv/binance_spot_BTCUSDT_1h_20200101_20251105.csv.gz"

  static let all = [
    HistorySource(name: "March 2020", file: hourly, from: "2020-03-09", through: "2020-03-16"),
    HistorySource(name: "May 2021", file: hourly, from: "2021-05-16", through: "2021-05-24"),
    HistorySource(name: "November 2022", file: hourly, from: "2022-11-06", through: "2022-11-12"),
    HistorySource(name: "August 2024", file: hourly, from: "2024-08-02", through: "2024-08-08"),
    HistorySource(
      name: "October 2025", file: "ohlcv/binance_BTCUSDT_5m_20251001_20251020.csv.gz",
      from: "2025-10-09", through: "2025-10-12", barMilliseconds: 300_000),
  ]

  /// Nil where the file is not there.
  func window(in folder: String) throws -> CrashWindow? {
    guard let input = try? InputFile.read("\(folder)/\(file)"),
      let table = CSVTable.open(input).value
    else { return nil }
    let columns = [
      table.column("open"), table.column("high"), table.column("low"), table.column("close"),
    ]
    let time = table.column("timestamp")
    var bars: [MarketBar] = []
    for case .success(let row) in table.rows {
      var reader = CSVRowReader(row, of: table)
      guard let at = Self.instant(row[time]), isInside(at) else { continue }
      let numbers = columns.compactMap { reader.double($0) }
      guard numbers.count == 4 else { continue }
      bars.append(
        MarketBar(at: at, open: numbers[0], high: numbers[1], low: numbers[2], close: numbers[3]))
    }
    return CrashWindow(
      name: name, barMilliseconds: barMilliseconds, bars: bars,
      stated: Self.volatility(in: folder))
  }

  private func isInside(_ at: Timestamp) -> Bool {
    guard let first = Self.instant("\(from) 00:00:00+00:00"),
      let last = Self.instant("\(through) 00:00:00+00:00")
    else { return false }
    return at >= first && at < last.adding(milliseconds: 86_400_000)
  }

  /// Milliseconds, or `2020-01-01 00:00:00+00:00`.
  private static func instant(_ text: String?) -> Timestamp? {
    guard let text else { return nil }
    if let milliseconds = Int64(text) { return Timestamp(milliseconds: milliseconds) }
    let digits = text.split { !$0.isNumber }.compactMap { Int($0) }
    guard digits.count >= 4,
      let day = CalendarDay(year: digits[0], month: digits[1], day: digits[2])
    else { return nil }
    let minute = digits.count > 4 ? digits[4] : 0
    return day.at(hour: digits[3]).adding(milliseconds: Int64(minute) * 60_000)
  }

  private static func volatility(in folder: String) -> [CalendarDay: Double] {
    let path = "\(folder)/dvol/deribit_btc_dvol_1d_20210324_20250630.csv"
    guard let input = try? InputFile.read(path), let table = CSVTable.open(input).value else {
      return [:]
    }
    var levels: [CalendarDay: Double] = [:]
    let (date, high) = (table.column("date"), table.column("high"))
    for case .success(let row) in table.rows {
      var reader = CSVRowReader(row, of: table)
      guard let text = row[date], let at = instant("\(text) 00:00:00"),
        let level = reader.double(high)
      else { continue }
      levels[CalendarDay(at)] = level / 100
    }
    return levels
  }

  /// The chains of February 2026, in order; those that cannot be read are left out.
  static func chains(in folder: String) -> [MarketSnapshot] {
    let instants = [
      "20260204T213308Z", "20260205T042952Z", "20260205T093647Z", "20260205T155132Z",
      "20260205T212937Z", "20260206T043012Z", "20260206T093516Z", "20260206T155121Z",
      "20260206T213057Z",
    ]
    return instants.compactMap { instant in
      let path = "\(folder)/chains/deribit_btc_eth_book_\(instant).csv.gz"
      guard let input = try? InputFile.read(path) else { return nil }
      return MarketDocument.parse(input).value
    }.sorted { $0.asOf < $1.asOf }
  }
}
