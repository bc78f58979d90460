import Foundation
import FulcrumModel
import FulcrumWire
import Testing

/// Strange rows: each is named, and kept wherever it can be.
@Suite struct MarketTrapTests {
  private static let head =
    "instrument,timestamp,bid,ask,mark,markIV,forward,index\n"

  struct Trap: Sendable, CustomTestStringConvertible {
    let row: String
    let seen: String
    let severity: FulcrumWire.Issue.Severity
    let isKept: Bool
    var testDescription: String { seen }
  }

  static let traps: [Trap] = [
    Trap(
      row: "BTC-27NOV26-90000-C,2026-10-20T08:00:00Z,0.03,0.02,0.022,0.5,91000,90950",
      seen: "bid 0.03 over ask 0.02", severity: .warning, isKept: true),
    Trap(
      row: "BTC-27NOV26-90000-C,2026-10-20T08:00:00Z,-0.03,0.02,0.022,0.5,91000,90950",
      seen: "bid -0.03", severity: .error, isKept: true),
    Trap(
      row: "BTC-27NOV26-90000-C,2026-10-20T08:00:00Z,,,-1,0.5,91000,90950", seen: "mark -1",
      severity: .error, isKept: true),
    Trap(
      row: "BTC-27NOV26-90000-C,2026-10-20T08:00:00Z,,,NaN,0.5,91000,90950", seen: "\"NaN\"",
      severity: .error, isKept: true),
    Trap(
      row: "BTC-27NOV26-90000-C,2026-10-20T08:00:00Z,,,0.02,-inf,91000,90950", seen: "\"-inf\"",
      severity: .error, isKept: true),
    Trap(
      row: "BTC-27NOV26-90000-C,2026-10-20T08:00:00Z,,,0.02,48.25,91000,90950",
      seen: "mark volatility 48.25", severity: .error, isKept: true),
    Trap(
      row: "BTC-27NOV26-90000-C,2026-10-20T08:00:00Z,,,0.02,-0.5,91000,90950",
      seen: "mark volatility -0.5", severity: .error, isKept: true),
    Trap(
      row: "BTC-27NOV26-90000-C,2026-10-20T08:00:00Z,,,0.02,0.5,0,90950", seen: "forward 0",
      severity: .error, isKept: true),
    Trap(
      row: "BTC-27NOV26-90000-C,2026-10-20T08:00:00Z,,,0.02,0.5,91000,-1", seen: "index -1",
      severity: .error, isKept: true),
    Trap(
      row: "BTC-PERPETUAL,2026-10-20T08:00:00Z,,,0,,,90950", seen: "mark 0", severity: .error,
      isKept: true),
    Trap(
      row: "BTC-25SEP26-90000-C,2026-10-20T08:00:00Z,,,0.02,0.5,91000,90950",
      seen: "BTC-25SEP26-90000-C, expired at 2026-09-25T08:00:00Z", severity: .warning,
      isKept: true),
    Trap(
      row: "GOLD,2026-10-20T08:00:00Z,,,0.02,0.5,91000,90950", seen: "no known form",
      severity: .error, isKept: false),
    Trap(
      row: "BTC-27NOV26--90000-C,2026-10-20T08:00:00Z,,,0.02,0.5,91000,90950",
      seen: "is not a strike and a right", severity: .error, isKept: false),
    Trap(
      row: ",2026-10-20T08:00:00Z,,,0.02,0.5,91000,90950", seen: "no instrument name",
      severity: .error, isKept: false),
    Trap(
      row: "BTC-27NOV26-90000-C,,,,0.02,0.5,91000,90950", seen: "no instant", severity: .error,
      isKept: false),
    Trap(
      row: "BTC-27NOV26-90000-C,2026-10-20T08:00:00Z,,,0.02,0.5,91000", seen: "7 fields",
      severity: .error, isKept: false),
    Trap(
      row: "BTC-27NOV26-90000-C,2026-10-20T08:00:00Z,,,1;5,0.5,91000,90950", seen: "\"1;5\"",
      severity: .error, isKept: true),
  ]

  @Test(arguments: traps)
  func strangeRowsAreNamed(_ trap: Trap) throws {
    let sound = "ETH-PERPETUAL,2026-10-20T08:00:00Z,3100,3101,3100.5,,,3100\n"
    let parsed = MarketFixture.parse(
      text: Self.head + sound + trap.row + "\n"
        + sound.replacing("ETH", with: "BTC").replacing("PERPETUAL", with: "25DEC26"))
    let issue = try #require(parsed.issues.first)
    #expect(issue.seen.contains(trap.seen), "\(issue)")
    #expect(issue.severity == trap.severity)
    #expect(issue.line == 3)
    #expect(parsed.value.quotes.count == (trap.isKept ? 3 : 2))
  }

  @Test func crossedQuotesKeepBothSides() throws {
    let parsed = MarketFixture.parse(text: Self.head + Self.traps[0].row)
    let quote = try parsed.value.quote(named: "BTC-27NOV26-90000-C")
    #expect(quote.bid == Price("0.03"))
    #expect(quote.ask == Price("0.02"))
  }

  @Test func ofTwoRowsTheNewerStands() throws {
    let older = "BTC-PERPETUAL,2026-10-20T08:00:00Z,,,100,,,\n"
    let newer = "BTC-PERPETUAL,2026-10-20T08:00:01Z,,,200,,,\n"
    for rows in [older + newer, newer + older] {
      let parsed = MarketFixture.parse(text: Self.head + rows)
      #expect(try parsed.value.quote(named: "BTC-PERPETUAL").mark == Price("200"))
      #expect(parsed.issues.map(\.severity) == [.warning])
      #expect(parsed.issues.first?.line == 3)
    }
  }

  @Test func rowsWithoutAnInstantTakeTheGivenOne() throws {
    let given = try #require(Timestamp("2026-10-20T09:00:00Z"))
    let parsed = MarketFixture.parse(
      text: Self.head + "BTC-PERPETUAL,,,,100,,,\n", asOf: given)
    #expect(try parsed.value.quote(named: "BTC-PERPETUAL").asOf == given)
    #expect(parsed.issues.isEmpty)
  }

  /// The name's 08:00 UTC is believed over a column that disagrees.
  @Test func expiryColumnIsHeldAgainstTheName() throws {
    let text = """
      instrument_name,mark_price,timestamp,expiration_timestamp
      BTC-5FEB27-90000-C,0.02,1792483200000,1801728000000
      """
    let parsed = MarketFixture.parse(text: text)
    let quote = try parsed.value.quote(named: "BTC-5FEB27-90000-C")
    #expect(quote.instrument.expiry == Timestamp("2027-02-05T08:00:00Z"))
    #expect(parsed.issues.first?.seen.contains("2027-02-04T08:00:00Z") == true, "\(parsed.issues)")
  }

  /// Within the last hour the estimate of delivery may be an average: it is not an index then.
  @Test func deliveryEstimateIsAnIndexOnlyAwayFromExpiry() throws {
    func index(at milliseconds: Int64) throws -> Price? {
      let text = """
        [{"instrument_name": "BTC-27NOV26-90000-C", "mark_price": 0.02,
          "creation_timestamp": \(milliseconds), "estimated_delivery_price": 90950.25}]
        """
      return try MarketFixture.parse(text: text).value.quote(named: "BTC-27NOV26-90000-C").index
    }
    #expect(try index(at: 1_795_766_400_000 - 3_600_001) == Price("90950.25"))
    #expect(try index(at: 1_795_766_400_000 - 1_800_000) == nil)
  }

  @Test(arguments: [
    ("", "no line with text"),
    ("name,price\nBTC,1\n", "\"name,price\""),
    ("{}", "JSON without market rows"),
    ("[]", "JSON without market rows"),
    (#"{"index_price": 5, "estimated_delivery_price": 5}"#, "without the name of its index"),
    (#"{"jsonrpc":"2.0","error":{"code":10001,"message":"error"}}"#, "error 10001"),
    (#"{"code":"51001","msg":"no instrument","data":[]}"#, "error 51001: no instrument"),
    (#"{"format":"fulcrum.market","version":2}"#, "version 2"),
    (#"{"format":"fulcrum.book","version":1}"#, "fulcrum.book"),
    (#"{"result":[{"instrument_name":"BTC-27NOV26","#, "the end of the text"),
  ])
  func whatIsNoMarketSaysSo(_ text: String, _ seen: String) throws {
    let parsed = MarketFixture.parse(text: text)
    #expect(parsed.value.quotes.isEmpty)
    #expect(parsed.issues.count == 1, "\(parsed.issues)")
    #expect(parsed.issues.first?.seen.contains(seen) == true, "\(parsed.issues)")
  }

  /// Best prices alone, a moment later, do not wipe out the mark of a ticker.
  @Test(arguments: [true, false])
  func quotePushesYieldToTickers(_ tickerFirst: Bool) throws {
    func push(_ channel: String, _ fields: String) -> String {
      #"{"params":{"channel":"\#(channel)","data":{"instrument_name":"BTC-PERPETUAL",\#(fields)}}}"#
    }
    let ticker = push("ticker.BTC-PERPETUAL.raw", #""timestamp":1792483200000,"mark_price":90000"#)
    let quote = push("quote.BTC-PERPETUAL", #""timestamp":1792483200500,"best_bid_price":89999"#)
    let lines = tickerFirst ? [ticker, quote] : [quote, ticker]
    let both = MarketFixture.parse(text: lines.joined(separator: "\n"))
    #expect(both.issues.isEmpty, "\(both.issues)")
    #expect(try both.value.quote(named: "BTC-PERPETUAL").mark == Price("90000"))
    let alone = MarketFixture.parse(text: quote)
    #expect(try alone.value.quote(named: "BTC-PERPETUAL").bid == Price("89999"))
  }

  @Test func everyFaultOfAFileIsListed() {
    let text = """
      [{"instrument_name": "BTC-27NOV26-90000-C", "timestamp": "soon", "mark_price": "x",
        "mark_iv": [], "best_bid_price": -1}, 7, {"instrument_name": "GOLD"},
       {"instrument_name": "BTC-PERPETUAL", "timestamp": 1792483200000, "mark_price": true}]
      """
    let parsed = MarketFixture.parse(text: text)
    #expect(
      Set(parsed.issues.compactMap(\.path)) == [
        "$[0].timestamp", "$[0].mark_price", "$[0].mark_iv", "$[1]", "$[2].instrument",
        "$[3].mark_price",
      ])
    #expect(parsed.value.quotes.count == 1)
  }

  /// Whatever the bytes: no trap, and nothing lost without an issue.
  @Test(arguments: MarketFixture.all)
  func garbledFixtures(_ name: String) throws {
    let sound = try MarketFixture.parse(name)
    let whole = try MarketFixture.input(name).bytes
    for length in stride(from: 0, to: whole.count, by: 7) {
      let parsed = MarketDocument.parse(InputBytes(Data(whole.prefix(length)), source: name))
      #expect(parsed.value.quotes.count <= sound.value.quotes.count)
      let isCut = name.hasSuffix(".json") && length < whole.count - 1
      #expect(!isCut || !parsed.issues.isEmpty, "\(length) bytes")
    }
    var random = SplitMix64(state: 20_261_122)
    for _ in 0..<300 {
      var bytes = whole
      for _ in 0...Int.random(in: 0..<4, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      let parsed = MarketDocument.parse(InputBytes(bytes, source: name))
      for quote in parsed.value.quotes.values {
        #expect(quote.bid.map { $0.value > .zero } ?? true)
        #expect(quote.markVolatility.map { $0 > 0 && $0 <= 10 } ?? true)
      }
    }
  }
}
