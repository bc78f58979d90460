import Foundation
import FulcrumModel
import FulcrumRisk
import Testing

@testable import FulcrumWire

/// Reports on what venues really sent. Skipped where the shared data folder is absent
/// (FULCRUM_SHARED).
@Suite(.enabled(if: SharedData.isPresent, "no shared data folder: set FULCRUM_SHARED"))
struct RealReportTests {
  private let book = SharedData.path("positions/deribit_short_put_book_paper_a.json")
  private let chain = SharedData.path("chains/deribit_btc_eth_book_20260822T035045Z.csv.gz")
  /// Mark of the perpetual given beside the chain, which has none.
  private let perpetual = 78_650.0

  private func report(_ arguments: [String] = []) throws -> JSONObject {
    try ReportProgram.json(["--book", book, "--market", chain] + arguments)
  }

  /// The chain's own columns of one instrument.
  private func columns(_ instrument: String) throws -> [String: Double] {
    let table = try #require(CSVTable.open(try InputFile.read(chain)).value)
    let place = try #require(table.column("instrument_name"))
    for row in table.rows {
      let row = try row.get()
      guard row[place] == instrument else { continue }
      return Dictionary(
        uniqueKeysWithValues: table.header.enumerated().compactMap { column, name in
          row[column].flatMap(Double.init).map { (name, $0) }
        })
    }
    throw Issue(source: chain, seen: "no \(instrument)", allowed: "a row of it", fix: "look again")
  }

  @Test func thePaperBookWithoutItsPerpetual() throws {
    let report = try report()
    #expect(report["whole"] == .bool(false))
    for name in ["BTC-28AUG26-50000-P", "BTC-4SEP26-55000-P"] {
      let pool = try report.pool(name)
      #expect(pool["status"] == .string("unknownCollateral"))
      #expect(pool["leverage"]?.object?["reason"] == .string("unknownCollateral"))
      let leg = try #require(pool.legs.first)
      let venue = try columns(name)
      let mark = try #require(venue["mark_price"])
      // Two routes: Black-76 at the venue's volatility (4 decimals) against the venue's mark.
      let error = try leg.double("unitValue") - mark
      print("\(name): our value less the venue's mark \(error) of \(mark) coin")
      #expect(abs(error) < 5e-5)
    }
    let hedge = try report.pool("BTC-PERPETUAL")
    #expect(hedge["status"] == .string("notValued"))
    #expect(
      hedge.texts("problems")
        == ["no mark for BTC-PERPETUAL; add a market file that quotes it"])
    #expect(hedge.legs[0]["contracts"] == .string("-3050"))
    let table = try ReportProgram.run(["--book", book, "--market", chain])
    #expect(table.status == 2)
    #expect(table.output.contains("COLLATERAL UNKNOWN"))
    #expect(table.output.contains("Their leverage is unknown, not infinite."))
  }

  /// One pool with a leg that nobody quotes: its other legs are shown in the table's own unit.
  @Test func aPoolThatCannotBeAddedUpStillShowsItsLegsInItsUnit() throws {
    let arguments = ["--pools", "underlying", "--collateral", "0.5 BTC"]
    let pool = try report(arguments).pool("BTC (coin)")
    #expect(pool["status"] == .string("notValued"))
    let table = try ReportProgram.run(["--book", book, "--market", chain] + arguments)
    let line = try #require(table.lines.first { $0.hasPrefix("  BTC-4SEP26-55000-P ") })
    let usd = try pool.legs.first { $0["symbol"] == .string("BTC-4SEP26-55000-P") }?
      .double("deltaCash")
    let index = try pool.legs[0].double("indexPrice")
    let coins = try #require(usd) / index
    let shown = line.split(separator: " ").compactMap { Double($0) }
    #expect(shown.contains { abs($0 - coins) < 1e-6 }, "\(line) has no \(coins)")
  }

  /// Leverage of the whole book against a computation from the chain's delta and mark columns.
  @Test func leverageAgainstTheVenuesColumns() throws {
    try ReportProgram.with { program in
      let futures = try program.write(
        "futures.csv",
        "instrument,timestamp,mark\nBTC-PERPETUAL,2026-08-22T03:50:45Z,\(perpetual)\n")
      let report = try report(
        ["--market", futures, "--pools", "underlying", "--collateral", "0.5 BTC"])
      #expect(report["whole"] == .bool(true))
      let pool = try report.pool("BTC (coin)")
      var coins = -3050 / perpetual
      var equity = 0.5 - 3050 * (1 / 62_984.77 - 1 / perpetual)
      for (name, size) in [("BTC-28AUG26-50000-P", -0.4), ("BTC-4SEP26-55000-P", -0.3)] {
        let venue = try columns(name)
        coins += try size * #require(venue["delta"])
        equity += try size * #require(venue["mark_price"])
      }
      let byHand = abs(coins) / equity
      let ours = try pool.double("leverage", "value")
      print("paper book: leverage \(ours), from the venue's delta and mark \(byHand)")
      // Deltas of these rows are rounded to 5e-6 and minutes older than the marks (seen: 1e-5 each);
      // a loss without bound makes equity the capital at risk.
      #expect(abs(ours - byHand) < 0.7 * 5e-5 / equity)
      #expect(try abs(pool.double("equity") - equity) < 0.7 * 5e-6)
      #expect(pool["maxLoss"] == .string("inf"))
      #expect(pool["leverage"]?.object?["direction"] == .string("short"))
    }
  }

  static let chains: [String] = {
    let folder = SharedData.path("chains")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasPrefix("deribit_btc_eth_book_") }.sorted()
  }()

  /// Every tenth instrument of a chain, long and short in turn, in isolated pools of one coin.
  @Test(arguments: chains)
  func nothingOfAWholeChainIsDropped(name: String) throws {
    let input = try InputFile.read(SharedData.path("chains/" + name))
    let table = try #require(CSVTable.open(input).value)
    let column = try #require(table.column("instrument_name"))
    let names = try table.rows.map { try #require($0.get()[column]) }.sorted()
    let held = names.enumerated().filter { $0.offset.isMultiple(of: 10) }.map(\.element)
    let pools = held.enumerated().map { place, instrument in
      let coin = instrument.hasPrefix("ETH") ? "ETH" : "BTC"
      return #"{"id":"\#(place)","currency":"\#(coin)","collateral":{"cash":"2"},"legs":[{"#
        + #""instrument":"\#(instrument)","size":"\#(place.isMultiple(of: 2) ? 1 : -1)"}]}"#
    }
    let book = InputBytes(
      Data(
        #"{"format":"fulcrum.book","version":1,"pools":[\#(pools.joined(separator: ","))]}"#.utf8),
      source: "every tenth")
    let contents = try ReportBuilder.contents(
      ReportInputs(book: book, markets: [input]), settings: ReportSettings())
    let report = contents.report
    #expect(contents.issues.filter { $0.severity == .error }.isEmpty)
    #expect(Set(report.pools.flatMap(\.legs).map(\.instrument.id.name)) == Set(held))
    #expect(report.account.poolsNotValued == 0 && report.account.poolsWithoutCapital == 0)
    for pool in report.pools {
      let measures = try #require(pool.measures)
      let amounts = [
        measures.equity, measures.deltaCash, measures.grossNotional, measures.worstLoss,
        measures.gammaCash, measures.vegaCashPerPoint, measures.thetaCashPerDay,
      ]
      #expect(amounts.allSatisfy { $0.isFinite }, "\(pool.id)")
      let side = try #require(pool.liquidation.first)
      let prices = side.today.liquidationPrices + side.today.bankruptcyPrices
      #expect(prices.allSatisfy { $0.isFinite && $0 > 0 }, "\(pool.id)")
      for measure in [side.probability1Day, side.probability7Days] {
        #expect(measure.finite.map { (0...1).contains($0) } ?? true, "\(pool.id)")
      }
    }
    let text = String(decoding: ReportJSON.render(contents), as: UTF8.self)
    for word in ["nan", "NaN"] { #expect(!text.contains(": \(word)")) }
    let worst = report.pools.first
    print(
      "\(name): \(held.count) positions of \(names.count), worst "
        + "\(worst?.legs.first?.instrument.id.name ?? "none") \(worst?.headlineSeverity ?? 0)")
  }
}
