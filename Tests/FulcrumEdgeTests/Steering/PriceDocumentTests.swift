import Foundation
import FulcrumModel
import FulcrumPricing
import Testing

@testable import FulcrumWire

/// Bars as files have them, good and bad.
@Suite struct PriceDocumentTests {
  static func bytes(_ text: String, _ name: String = "bars.csv") -> InputBytes {
    InputBytes(Data(text.utf8), source: name)
  }

  private func rows(_ count: Int) -> [String] {
    (0..<count).map { day in
      let price = 100 + day % 7
      return
        "\(1_600_000_000_000 + day * 86_400_000),\(price),\(price + 2),\(price - 2),\(price + 1)"
    }
  }

  private func parse(_ rows: [String]) -> Parsed<PriceSeries?> {
    PriceDocument.parse(
      Self.bytes((["timestamp,open,high,low,close"] + rows).joined(separator: "\n") + "\n"))
  }

  @Test func whatIsSoundIsReadWithoutARemark() throws {
    let parsed = parse(rows(40))
    #expect(parsed.issues.isEmpty)
    #expect(parsed.value?.bars.count == 40 && parsed.value?.interval == PriceSeries.day)
  }

  /// Each fault: a line changed, what the issue must name, and how many bars are left of 40.
  @Test(arguments: [
    ("100,102,98,", "no time or no price", 39), ("100,102,103,101", "low", 39),
    ("100,99,98,100.5", "high", 39), ("0,102,98,101", "open", 39),
    ("-5,102,-7,101", "open", 39), ("100,nan,98,101", "nan", 39),
    ("100,5000,98,101", "ten times", 39), ("100,102,0.5,101", "ten times", 39),
    ("9000,9100,8900,9050", "neighbours", 39), ("100,102,98", "4 fields", 39),
  ]) func aBadBarIsLeftOutWithItsLine(fault: (String, String, Int)) throws {
    var rows = rows(40)
    let time = rows[20].prefix { $0 != "," }
    rows[20] = "\(time),\(fault.0)"
    let parsed = parse(rows)
    let error = try #require(parsed.errors.first, "\(fault.0)")
    #expect(error.line == 22, "\(fault.0)")
    #expect("\(error)".contains(fault.1), "\(error)")
    #expect(parsed.value?.bars.count == fault.2)
    #expect(parsed.value?.gaps.count == 1)
  }

  @Test func rowsOutOfOrderAreSortedAndSaid() throws {
    var rows = rows(40)
    rows.swapAt(10, 11)
    let parsed = parse(rows)
    #expect(parsed.errors.isEmpty && parsed.issues.count == 1)
    #expect("\(parsed.issues[0])".contains("sorted"))
    #expect(parsed.value == parse(self.rows(40)).value)
  }

  @Test func doublesAreDroppedAndContradictionsRefused() throws {
    var rows = rows(40)
    rows.insert(rows[10], at: 11)
    let same = parse(rows)
    #expect(same.errors.isEmpty && same.value?.bars.count == 40)
    rows[11] = rows[11].replacingOccurrences(of: ",10", with: ",11")
    let other = parse(rows)
    #expect(other.errors.first?.line == 13)
    #expect(other.value?.bars.count == 40)
  }

  /// A first bar of a hundred times what follows is one bad bar, as it is in the middle.
  @Test func aFirstBarThatTheNextOnesContradictIsLeftOut() throws {
    var rows = rows(40)
    rows[0] = "\(rows[0].prefix { $0 != "," }),10000,10200,9800,10100"
    let parsed = parse(rows)
    #expect(parsed.errors.count == 1 && parsed.errors.first?.line == 2)
    #expect(parsed.value == parse(Array(self.rows(40).dropFirst())).value)
  }

  /// A daily bar three hours late is a fault of its own line.
  @Test func oneLateBarIsLeftOutWithItsLine() throws {
    var rows = rows(40)
    let time = try #require(Int64(rows[20].prefix { $0 != "," }))
    rows[20] = rows[20].replacingOccurrences(of: "\(time)", with: "\(time + 3 * 3_600_000)")
    let parsed = parse(rows)
    #expect(parsed.errors.count == 1 && parsed.errors.first?.line == 22)
    #expect(parsed.value?.bars.count == 39)
    #expect("\(parsed.issues)".contains("1 gap, 1 bar missing"))
  }

  /// Twenty times as much from one bar on: used, and said.
  @Test func aLastingJumpIsSaid() throws {
    let rows = rows(40).enumerated().map { place, row -> String in
      guard place >= 20 else { return row }
      let parts = row.split(separator: ",").map { Double($0) ?? 0 }
      return "\(Int64(parts[0]))," + parts.dropFirst().map { "\(20 * $0)" }.joined(separator: ",")
    }
    let parsed = parse(rows)
    #expect(parsed.errors.isEmpty && parsed.value?.bars.count == 40)
    #expect(parsed.issues.count == 1 && parsed.issues.first?.line == 22)
    #expect("\(parsed.issues)".contains("split the file"))
  }

  @Test func tooMuchLossIsARefusal() throws {
    var rows = rows(40)
    for place in stride(from: 0, to: 40, by: 5) { rows[place] = rows[place].prefix(14) + "0,0,0,0" }
    #expect(parse(rows).value == nil)
    let holed = self.rows(60).enumerated().filter { !(20..<30).contains($0.offset) }.map(\.element)
    let parsed = parse(holed)
    #expect(parsed.value == nil)
    #expect("\(parsed.issues)".contains("10 bars missing of 60"))
    #expect(parse(Array(self.rows(2))).value == nil)
    #expect(parse([]).value == nil)
  }

  @Test func otherTablesSayWhatIsMissing() throws {
    let parsed = PriceDocument.parse(Self.bytes("a,b\n1,2\n"))
    #expect(parsed.value == nil && "\(parsed.issues)".contains("timestamp (or date, time)"))
    let coins = ",BTC:open,BTC:high,BTC:low,BTC:close,ETH:open,ETH:high,ETH:low,ETH:close"
    let body = (0..<30).map { "2020-01-\($0 < 9 ? "0" : "")\($0 + 1),10,11,9,10.5,,,," }
    let table = Self.bytes(([coins] + body).joined(separator: "\n"))
    #expect("\(PriceDocument.parse(table).issues)".contains("--coin"))
    #expect(PriceDocument.parse(table, coin: "BTC").value?.bars.count == 30)
    #expect(PriceDocument.parse(table, coin: "ETH").value == nil)
  }

  @Test(.enabled(if: SharedData.isPresent, "no shared data folder"))
  func recordedFilesAreRead() throws {
    for (name, coin, count, gaps) in [
      ("binance_spot_BTCUSDT_1d_20200101_20251106.csv", nil, 2137, 0),
      ("binance_spot_BTCUSDT_1h_20200101_20251105.csv.gz", nil, 51_224, 15),
      ("binance_BTCUSDT_5m_20251001_20251020.csv.gz", nil, 5760, 0),
      ("btc_daily_close_20150101_20260213.csv", nil, 4062, 0),
      ("bitstamp_BTC_ETH_LTC_USD_1d_20141128_20200117.csv", "BTC", 1865, 1),
    ] as [(String, String?, Int, Int)] {
      let input = try InputFile.read(SharedData.path("ohlcv/\(name)"))
      let parsed = PriceDocument.parse(input, coin: coin)
      #expect(parsed.errors.isEmpty, "\(name): \(parsed.errors.prefix(3))")
      #expect(parsed.value?.bars.count == count, "\(name)")
      #expect(parsed.value?.gaps.count == gaps, "\(name)")
    }
  }
}
