import Foundation
import FulcrumModel
import Testing

@testable import FulcrumWire

/// How much of a contract a hedge may take, and what says so: sizes, open interest, the command.
@Suite struct HedgeDepthTests {
  private static let head =
    "instrument,timestamp,bid,ask,bidSize,askSize,mark,index,openInterest\n"

  /// A perpetual as the market has it, and a pool that is long 60 000 USD of it on 0.2 coins: 5×.
  private func hedge(
    _ quote: String, instant: String = "2026-10-20T08:00:00Z", _ more: [String] = []
  ) throws -> (json: JSONObject, run: Program.Run) {
    var found: (JSONObject, Program.Run)?
    try ReportProgram.with { program in
      let market = try program.write(
        "market.csv", Self.head + "BTC-PERPETUAL,\(instant),\(quote)\n")
      let book = try program.book(
        #"{"id":"long","currency":"BTC","collateral":{"cash":"0.2"},"legs":"#
          + #"[{"instrument":"BTC-PERPETUAL","size":"60000","entry":"60000"}]}"#)
      let run = try Program.run(
        ["hedge", "--book", book, "--market", market, "--pool", "long", "--to", "delta=0"]
          + ["--format", "json"] + more)
      found = (try JSONObject(text: run.output), run)
    }
    return try #require(found)
  }

  private func trade(_ json: JSONObject) throws -> JSONObject {
    let ways = (json["proposals"]?.array ?? []).compactMap(\.object)
    let way = try #require(ways.first { $0["way"] == .string("perpetual") }, "\(json)")
    return try #require(way["trades"]?.array?.first?.object)
  }

  struct Bound: Sendable, CustomTestStringConvertible {
    let quote: String
    var more: [String] = []
    let contracts: Double
    let most: Double?
    let source: String
    var testDescription: String { "\(source) \(more)" }
  }

  static let bounds: [Bound] = [
    // Selling takes the bid; the offer does not matter, nor does open interest beside a size.
    Bound(
      quote: "59999,60001,20000,7,60000,60000,1000000", contracts: -20_000, most: 20_000,
      source: "the size bid for at the best price"),
    Bound(
      quote: "59999,60001,,,60000,60000,300000", contracts: -30_000, most: 30_000,
      source: "10 % of an open interest of 300,000"),
    Bound(
      quote: "59999,60001,,,60000,60000,300000", more: ["--depth", "2.5%"], contracts: -7_500,
      most: 7_500, source: "2.5 % of an open interest of 300,000"),
    Bound(
      quote: "59999,60001,,,60000,60000,", contracts: -59_990, most: nil,
      source: "no limit known: the market states neither sizes nor open interest"),
    Bound(
      quote: "59999,60001,,,60000,60000,", more: ["--most", "0.5"], contracts: -30_000,
      most: 30_000, source: "--most 0.5 coins"),
    // The lesser of the two, and it is said which.
    Bound(
      quote: "59999,60001,20000,7,60000,60000,1000000", more: ["--most", "0.5"],
      contracts: -20_000, most: 20_000, source: "the size bid for at the best price"),
    Bound(
      quote: "59999,60001,20000,7,60000,60000,1000000", more: ["--most", "0.1"], contracts: -6_000,
      most: 6_000, source: "--most 0.1 coins"),
  ]

  @Test(arguments: bounds) func isBound(_ bound: Bound) throws {
    let (json, run) = try hedge(bound.quote, bound.more)
    let trade = try trade(json)
    #expect(trade["contracts"]?.number == bound.contracts)
    #expect(trade["most"]?.number == bound.most)
    #expect(trade["depthSource"]?.string == bound.source)
    // 60 000 less what there is, in one obstacle; and no way arrives. Without one a lot is left, since
    // closing all of it is no way.
    let isCut = bound.contracts != -59_990
    #expect(run.status == (isCut ? 2 : 0))
    let ways = (json["proposals"]?.array ?? []).compactMap(\.object)
    let obstacle = ways.first { $0["way"] == .string("perpetual") }?["obstacles"]?.array?
      .first?.object
    #expect((obstacle != nil) == isCut)
    if let obstacle {
      #expect(obstacle["limit"] == .string("depth") && obstacle["seen"]?.number == 60_000)
      #expect(obstacle["missing"]?.number == 60_000 + bound.contracts)
    }
  }

  /// Whole numbers whole, others to four digits and without zeros at their end.
  @Test(arguments: [
    (300_000, "300,000"), (0.5, "0.5"), (2.5, "2.5"), (11.99999, "12"), (113.46, "113.5"),
    (0.1 + 0.2, "0.3"),
  ]) func sizesAsText(size: Double, text: String) {
    #expect(HedgeNumber.text(size) == text)
  }

  /// A quote that the market has left behind is nobody's offer.
  @Test func oldQuotes() throws {
    let row = "2026-10-20T08:21:00Z,0.01,0.011,9,9,0.0105,60000,"
    let (json, run) = try hedge(
      "59999,60001,20000,7,60000,60000,1000000\nBTC-27NOV26-70000-C,\(row)")
    #expect(run.status == 2)
    let refusals = (json["refusals"]?.array ?? []).compactMap(\.object)
    let refusal = refusals.first { $0["way"] == .string("perpetual") }
    #expect(refusal?["reason"]?.string?.contains("its quote is 21 minutes old") == true)
  }

  /// Nobody bids: nothing can be sold, and why is said.
  @Test func nobodyBids() throws {
    let (json, run) = try hedge(",60001,,7,60000,60000,1000000")
    #expect(run.status == 2)
    let refusals = (json["refusals"]?.array ?? []).compactMap(\.object)
    let refusal = refusals.first { $0["way"] == .string("perpetual") }
    let reason = try #require(refusal?["reason"]?.string)
    let obstacle = try #require(refusal?["obstacles"]?.array?.first?.object)
    #expect(obstacle["limit"] == .string("depth") && obstacle["unit"] == .string("contracts"))
    #expect(obstacle["instrument"] == .string("BTC-PERPETUAL"))
    #expect(obstacle["allowed"]?.number == 0 && obstacle["missing"]?.number == 60_000)
    #expect(reason.contains("nobody bids for it") && reason.contains("60000 to sell, 0.0 at most"))
  }

  @Test(arguments: [
    ("59999,60001,-5,7,60000,60000,1000000", "bid size -5"),
    ("59999,60001,0,7,60000,60000,1000000", "bid size 0"),
    ("59999,60001,20000,-7,60000,60000,1000000", "ask size -7"),
    ("59999,,20000,7,60000,60000,1000000", "ask size 7.0 without its price"),
    ("59999,60001,,,60000,60000,-4", "open interest -4"),
  ]) func badSizes(quote: String, seen: String) throws {
    let (json, run) = try hedge(quote)
    #expect(run.errors.contains(seen) && run.errors.contains("left out"), "\(run.errors)")
    #expect(run.errors.contains("warning"), "\(run.errors)")
    // What is left out bounds nothing: open interest stands in, or nothing does.
    let isBid = seen.hasPrefix("bid")
    let isInterest = seen.hasPrefix("open")
    let trade = try trade(json)
    #expect(
      trade["depthSource"]?.string?.contains(
        isBid ? "10 % of an open interest" : isInterest ? "no limit known" : "bid for") == true)
  }

  @Test(arguments: ["0", "-1", "nan", "inf", "x"]) func badMost(value: String) throws {
    let run = try Program.run(
      ["hedge"] + ReportProgram.demo
        + ["--pool", "perp-long-3x", "--to", "delta=0", "--most=\(value)"])
    #expect(run.status == 64 && run.errors.contains("most"), "\(run.errors)")
  }

  @Test(arguments: ["0", "-5%", "1", "x"]) func badShare(value: String) throws {
    let run = try Program.run(
      ["hedge"] + ReportProgram.demo
        + ["--pool", "perp-long-3x", "--to", "delta=0", "--depth=\(value)"])
    #expect(run.status == 64 && run.errors.contains("depth"), "\(run.errors)")
  }

  /// A cheap option pays a share of its premium, not 0.0003 coins.
  @Test(arguments: ["12.5%", "7%", "100%"]) func capOfAnOptionsFee(cap: String) throws {
    try ReportProgram.with { program in
      let market = try program.write(
        "market.csv",
        "instrument,timestamp,bid,ask,mark,markIV,forward,index\n"
          + "BTC-27NOV26-75000-C,2026-10-20T08:00:00Z,0.0009,0.0011,0.001,0.3,60000,60000\n"
          + "BTC-PERPETUAL,2026-10-20T08:00:00Z,59999,60001,60000,,,60000\n")
      let book = try program.book(
        #"{"id":"calls","currency":"BTC","collateral":{"cash":"0"},"legs":"#
          + #"[{"instrument":"BTC-27NOV26-75000-C","size":"2","entry":"0.001"}]}"#)
      let run = try Program.run(
        ["hedge", "--book", book, "--market", market, "--pool", "calls", "--to", "gamma"]
          + ["--format", "json", "--option-cap", cap])
      let json = try JSONObject(text: run.output)
      #expect(json["fees"]?.object?["premium"]?.number != nil)
      let ways = (json["proposals"]?.array ?? []).compactMap(\.object)
      let way = try #require(ways.first { $0["way"] == .string("reduce") }, "\(run.output)")
      let trade = try #require(way["trades"]?.array?.first?.object)
      let contracts = try #require(trade["contracts"]?.number)
      let mark = try #require(json["before"]?.object?["equity"]?.number) / 2
      // The engine's own value of the call, which the file's volatility makes.
      let share = (Double(cap.dropLast()) ?? 0) / 100
      let expected = min(0.0003, share * mark) * abs(contracts)
      #expect(abs(try #require(way["fees"]?.number) - expected) < 1e-12)
      print("--option-cap \(cap): \(expected / abs(contracts)) a coin, at a mark of \(mark)")
    }
    let bad = try Program.run(
      ["hedge"] + ReportProgram.demo
        + ["--pool", "perp-long-3x", "--to", "delta=0", "--option-cap=-1%"])
    #expect(bad.status == 64 && bad.errors.contains("--option-cap"))
  }

  /// The table names what bounds an order and what stands in the way.
  @Test func tableSaysWhichBound() throws {
    try ReportProgram.with { program in
      let market = try program.write(
        "market.csv",
        Self.head + "BTC-PERPETUAL,2026-10-20T08:00:00Z,59999,60001,20000,7,60000,60000,\n")
      let book = try program.book(
        #"{"id":"long","currency":"BTC","collateral":{"cash":"0.2"},"legs":"#
          + #"[{"instrument":"BTC-PERPETUAL","size":"60000","entry":"60000"}]}"#)
      let run = try Program.run(
        ["hedge", "--book", book, "--market", market, "--pool", "long", "--to", "delta=0"])
      #expect(run.status == 2)
      let said = run.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        .joined(separator: " ")
      #expect(said.contains("at most 20,000: the size bid for at the best price"))
      #expect(
        said.contains(
          "In the way, depth: BTC-PERPETUAL: 60000 to sell, 20000 at most "
            + "(the size bid for at the best price), 40000 too many."), "\(run.output)")
    }
  }

  /// 60 000 USD of an inverse perpetual at 60 000 but for a lot of 10: so much of a coin times the rate
  /// of the day.
  @Test(arguments: [
    ("2026-07-31T23:59:59Z", [String](), 0.0005), ("2026-08-01T00:00:00Z", [], 0.00035),
    ("2026-10-20T08:00:00Z", ["--future-fee", "0.02%"], 0.0002),
  ]) func feeOfTheDay(instant: String, more: [String], rate: Double) throws {
    let (json, _) = try hedge("59999,60001,,,60000,60000,", instant: instant, more)
    let ways = (json["proposals"]?.array ?? []).compactMap(\.object)
    let way = try #require(ways.first { $0["way"] == .string("perpetual") })
    #expect(abs(try #require(way["fees"]?.number) - rate * 59_990 / 60_000) < 1e-12)
    #expect(json["fees"]?.object?["future"]?.array?.first?.number == rate)
    #expect(json["fees"]?.object?["option"]?.number == 0.0003)
    #expect(json["fees"]?.object?["premium"]?.number == 0.125)
  }

  /// Sizes of the layouts of venues.
  @Test func sizesOfVenues() throws {
    let deribit = MarketFixture.parse(
      text: #"{"instrument_name":"BTC-PERPETUAL","timestamp":1792483200000,"#
        + #""best_bid_price":60000.5,"best_ask_price":60001,"best_bid_amount":4120,"#
        + #""best_ask_amount":870,"mark_price":60000.7,"index_price":60000}"#)
    let perpetual = try deribit.value.quote(named: "BTC-PERPETUAL")
    #expect(perpetual.bidSize == 4120 && perpetual.askSize == 870)
    let okx = MarketFixture.parse(
      text: #"{"code":"0","data":[{"instId":"BTC-USD-SWAP","ts":"1792483200000","#
        + #""bidPx":"60000.1","bidSz":"31","askPx":"60000.2","askSz":"8","last":"60000"}]}"#)
    let swap = try okx.value.quote(named: "BTC-USD-SWAP")
    #expect(swap.bidSize == 31 && swap.askSize == 8)
    // A side that nobody quotes is written as zeros, which is no fault.
    let empty = MarketFixture.parse(
      text: Self.head + "BTC-PERPETUAL,2026-10-20T08:00:00Z,0,60001,0,7,60000,60000,\n")
    #expect(empty.issues.isEmpty, "\(empty.issues)")
    #expect(try empty.value.quote(named: "BTC-PERPETUAL").bidSize == nil)
  }
}
