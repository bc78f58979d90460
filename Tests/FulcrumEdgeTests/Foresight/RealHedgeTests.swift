import Foundation
import FulcrumHedgeSolver
import Testing

@testable import FulcrumWire

/// Hedges on whole chains that a venue really showed, with the sizes at its best prices. Skipped
/// where the shared data folder is absent (FULCRUM_SHARED).
@Suite(.enabled(if: SharedData.isPresent, "no shared data folder: set FULCRUM_SHARED"))
struct RealHedgeTests {
  private static let instants = ["20260115T0030Z", "20260116T1230Z", "20260119T1230Z"]

  private static func files(_ instant: String) -> [String] {
    [
      SharedData.path("chains/deribit_btc_options_ticker_\(instant).csv.gz"),
      SharedData.path("chains/deribit_btc_futures_ticker_\(instant).csv"),
    ]
  }

  /// The files' own columns by instrument, read without the market reader.
  private static func rows(_ files: [String]) throws -> [String: [String: String]] {
    var rows: [String: [String: String]] = [:]
    for file in files {
      let table = try #require(CSVTable.open(try InputFile.read(file)).value)
      let place = try #require(table.column("instrument_name"))
      for row in table.rows {
        let row = try row.get()
        guard let name = row[place] else { continue }
        for (column, title) in table.header.enumerated() {
          rows[name, default: [:]][title] = row[column]
        }
      }
    }
    return rows
  }

  /// A strangle sold 30 to 60 days ahead, about 10 % out of the money, ten of each.
  private static func strangle(_ rows: [String: [String: String]]) throws -> (String, String) {
    let options = rows.compactMap {
      name, row -> (name: String, expiry: Double, strike: Double, index: Double, isCall: Bool)? in
      guard let expiry = row["expiration_timestamp"].flatMap(Double.init),
        let strike = row["strike"].flatMap(Double.init),
        let index = row["index_price"].flatMap(Double.init),
        let now = row["timestamp"].flatMap(Double.init), expiry - now > 30 * 86_400_000
      else { return nil }
      return (name, expiry, strike, index, row["option_type"] == "call")
    }
    let expiry = try #require(options.map(\.expiry).min())
    func nearest(_ isCall: Bool, _ share: Double) throws -> String {
      let of = options.filter { $0.expiry == expiry && $0.isCall == isCall }
      func far(
        _ option: (name: String, expiry: Double, strike: Double, index: Double, isCall: Bool)
      )
        -> Double
      { abs(option.strike - share * option.index) }
      return try #require(of.min { (far($0), $0.name) < (far($1), $1.name) }).name
    }
    return (try nearest(false, 0.9), try nearest(true, 1.1))
  }

  private func plan(
    _ instant: String, _ target: String, _ rows: [String: [String: String]]
  ) throws -> JSONObject {
    let (put, call) = try Self.strangle(rows)
    var plan: JSONObject?
    try ReportProgram.with { program in
      let book = try program.book(
        #"{"id":"sold","currency":"BTC","collateral":{"cash":"6"},"legs":["#
          + #"{"instrument":"\#(put)","size":"-10","entry":"0.02"},"#
          + #"{"instrument":"\#(call)","size":"-10","entry":"0.02"}]}"#)
      let files = Self.files(instant).flatMap { ["--market", $0] }
      let run = try Program.run(
        ["hedge", "--book", book, "--pool", "sold", "--to", target, "--format", "json"] + files)
      #expect(run.status == 0 || run.status == 2, "\(run.errors)")
      plan = try JSONObject(text: run.output)
    }
    return try #require(plan)
  }

  /// No order is larger than the size that the venue showed on its side, and what says so is said.
  @Test(arguments: instants, ["delta=0", "gamma,vega", "max-loss=2", "leverage=0.05x"])
  func ordersFitTheBook(instant: String, target: String) throws {
    let rows = try Self.rows(Self.files(instant))
    let plan = try plan(instant, target, rows)
    let ways = (plan["proposals"]?.array ?? []).compactMap(\.object)
    let refusals = (plan["refusals"]?.array ?? []).compactMap(\.object)
    #expect(ways.count + refusals.count == 6 || plan["reachedAlready"] == .bool(true))
    var checked = 0
    for trade in ways.flatMap({ $0["trades"]?.array ?? [] }).compactMap(\.object) {
      let name = try #require(trade["instrument"]?.string)
      let row = try #require(rows[name], "\(name)")
      let contracts = try #require(trade["contracts"]?.number)
      let column = contracts > 0 ? "best_ask_amount" : "best_bid_amount"
      let size = try #require(row[column].flatMap(Double.init), "\(name) \(column)")
      #expect(abs(contracts) <= size * (1 + 1e-9), "\(name): \(contracts) of \(size)")
      #expect(
        trade["most"]?.number == size && trade["depthSource"]?.string?.contains("size") == true)
      let step = try #require(row["min_trade_amount"].flatMap(Double.init))
      let lots = abs(contracts) / step
      #expect(abs(lots - lots.rounded()) < 1e-6, "\(name): \(contracts) in steps of \(step)")
      checked += 1
    }
    // A hundred thousand dollars of delta and less are never too much for the whole market.
    if target == "delta=0" { #expect(plan["reachable"] == .bool(true)) }
    let reached = ways.filter { $0["reached"] == .bool(true) }.compactMap { $0["way"]?.string }
    // Every way that does not arrive says why in numbers or in words.
    for way in ways where way["reached"] == .bool(false) {
      #expect(way["shortfall"]?.string?.contains { $0.isNumber } == true)
    }
    for refusal in refusals { #expect(refusal["reason"]?.string?.isEmpty == false) }
    print("\(instant) \(target): \(checked) orders within the sizes shown, arriving: \(reached)")
  }

  /// A chain without sizes, in the fall of February 2026: a share of each open interest.
  @Test(arguments: ["delta=0", "gamma,vega", "max-loss=3"]) func ordersFitTheInterest(
    target: String
  ) throws {
    let file = SharedData.path("chains/deribit_btc_eth_book_20260206T155121Z.csv.gz")
    let rows = try Self.rows([file])
    try ReportProgram.with { program in
      let book = try program.book(
        #"{"id":"sold","currency":"BTC","collateral":{"cash":"6"},"legs":["#
          + #"{"instrument":"BTC-26JUN26-60000-P","size":"-10","entry":"0.05"},"#
          + #"{"instrument":"BTC-26JUN26-90000-C","size":"-10","entry":"0.05"}]}"#)
      let run = try Program.run(
        ["hedge", "--book", book, "--market", file, "--pool", "sold", "--to", target]
          + ["--format", "json", "--depth", "2%"])
      #expect(run.status == 0, "\(run.errors)")
      let plan = try JSONObject(text: run.output)
      let ways = (plan["proposals"]?.array ?? []).compactMap(\.object)
      let trades = ways.flatMap { $0["trades"]?.array ?? [] }.compactMap(\.object)
      #expect(!trades.isEmpty)
      for trade in trades {
        let name = try #require(trade["instrument"]?.string)
        let interest = try #require(rows[name]?["open_interest"].flatMap(Double.init), "\(name)")
        let contracts = try #require(trade["contracts"]?.number)
        #expect(abs(contracts) <= 0.02 * interest * (1 + 1e-9), "\(name): of \(interest)")
        #expect(trade["depthSource"]?.string?.contains("2 % of an open interest") == true)
      }
      print("\(target): \(trades.count) orders within 2 % of open interest")
    }
  }
}
