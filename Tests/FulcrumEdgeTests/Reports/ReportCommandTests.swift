import Foundation
import Testing

@testable import FulcrumWire

/// The built program on the demo: formats, streams and every option.
@Suite struct ReportCommandTests {
  @Test func theTableSaysWhatIsMissing() throws {
    let run = try ReportProgram.run(ReportProgram.demo)
    // The demo holds a short without collateral and a coin that nobody quotes.
    #expect(run.status == 2)
    #expect(run.errors.isEmpty)
    #expect(run.lines.allSatisfy { $0.count <= 120 })
    #expect(!run.output.contains("\u{1B}"))
    for said in [
      "16 pools, worst first", "COLLATERAL UNKNOWN", "naked-short-put", "--collateral AMOUNT",
      "no index price of AVAX; add a market file that carries one", "standard-option/2026-11",
      "the capital of a pool is unknown; the others can lose",
    ] { #expect(run.output.contains(said), "\(said)") }
  }

  @Test func fourFormatsShowTheSamePoolsInTheSameOrder() throws {
    try ReportProgram.with { program in
      let json = try ReportProgram.json(ReportProgram.demo)
      let ids = json.pools.compactMap { $0["id"]?.string }
      #expect(ids.count == 16)
      #expect(json["whole"] == .bool(false))
      #expect(json["account"]?.object?["poolsNotValued"] == .number(1))
      #expect(json["account"]?.object?["poolsWithoutCapital"] == .number(1))
      // A short that nobody put capital behind bounds no loss: no sum of the others stands for it.
      #expect(json["account"]?.object?["containedLoss"] == .null)
      let csv = try ReportProgram.run(ReportProgram.demo + ["--format", "csv"])
      #expect(csv.status == 2)
      let rows = csv.output.split(separator: "\r\n").map { $0.split(separator: ",") }
      #expect(rows.filter { $0[0] == "pool" }.map { String($0[1]) } == ids)
      #expect(rows.filter { $0[0] == "leg" }.count == json.pools.map(\.legs.count).reduce(0, +))
      let page = program.path("report.html")
      let html = try ReportProgram.run(ReportProgram.demo + ["--format", "html", "-o", page])
      #expect(html.status == 2 && html.output.isEmpty)
      let text = try String(contentsOfFile: page, encoding: .utf8)
      #expect(text.utf8.count < 1_000_000 && text.hasPrefix("<!DOCTYPE html>"))
      for id in ids { #expect(text.contains(id), "\(id)") }
    }
  }

  @Test func standardInputAndGzipGiveTheSameReport() throws {
    try ReportProgram.with { program in
      let book = try Repository.bytes("Demo/book.json")
      let market = try Repository.bytes("Demo/market.json")
      let plain = try program.write("market", market)
      let rest = ["--market", plain, "--format", "json"]
      let path = try program.write("book", book)
      let fromFile = try ReportProgram.run(["--book", path] + rest).output
      #expect(fromFile.contains("\"name\": \"\(path)\""))
      let packed = try program.write("packed", [UInt8](gzip(Data(book))))
      let fromGzip = try ReportProgram.run(["--book", packed] + rest).output
      #expect(fromGzip.replacing(packed, with: path) == fromFile)
      let fromStream = try ReportProgram.run(["--book", "-"] + rest, input: book).output
      #expect(fromStream.replacing("standard input", with: path) == fromFile)
      let packedMarket = try program.write("market.gz", [UInt8](gzip(Data(market))))
      let other = try ReportProgram.run(
        ["--book", path, "--market", packedMarket, "--format", "json"]
      ).output
      #expect(other.replacing(packedMarket, with: plain) == fromFile)
    }
  }

  @Test func severalMarketsGiveWhatOneGives() throws {
    try ReportProgram.with { program in
      let market = try JSONObject(text: Repository.text("Demo/market.json"))
      let quotes = try #require(market["quotes"]?.array)
      var arguments = ["--book", "Demo/book.json"]
      for part in 0..<3 {
        var file = market
        file["quotes"] = .array(quotes.enumerated().filter { $0.offset % 3 == part }.map(\.element))
        arguments += ["--market", try program.write("part\(part).json", file.text)]
      }
      let whole = try ReportProgram.json(ReportProgram.demo)
      let parts = try ReportProgram.json(arguments)
      for name in ["asOf", "account", "pools", "offers", "issues"] {
        #expect(parts[name] == whole[name], "\(name)")
      }
      #expect(parts["provenance"]?.object?["inputs"]?.array?.count == 4)
    }
  }

  @Test func theInstantOfValuationAndTheLimitOfAge() throws {
    let later = ["--as-of", "2026-11-21T08:00:00Z"]
    let report = try ReportProgram.json(ReportProgram.demo + later)
    #expect(report["asOf"] == .string("2026-11-21T08:00:00Z"))
    #expect(report["marketAgeMilliseconds"] == .number(23 * 3_600_000 + 55 * 60_000))
    let leg = try report.pool("naked-short-put").legs[0]
    #expect(leg["symbol"] == .string("BTC-25DEC26-76000-P"))
    // 21 November to 25 December, both at 08:00: 34 days.
    #expect(try abs(leg.double("yearsToExpiry") - 34.0 / 365) < 1e-15)
    // A day older than its mark, the option is worth less than the mark says: that is noted too.
    #expect(leg.texts("notes").first == "the quote is 86100 s old")
    #expect(leg.texts("notes").last?.hasPrefix("our value is below the venue's mark") == true)
    let patient = try ReportProgram.json(ReportProgram.demo + later + ["--stale", "2d"])
    let said = try patient.pool("naked-short-put").legs[0].texts("notes")
    #expect(said.count == 1 && said[0].hasPrefix("our value"))
    let now = try ReportProgram.json(ReportProgram.demo + ["--stale", "0s"])
    #expect(try now.pool("naked-short-put").legs[0].texts("notes").isEmpty)
  }

  @Test func amountsInDollarsOrInCoins() throws {
    func titles(_ currency: String) throws -> [String] {
      let table = try ReportProgram.run(ReportProgram.demo + ["--currency", currency])
      return table.lines.filter { $0.hasPrefix("POOLS in ") }.map { String($0.dropFirst(9)) }
    }
    #expect(try titles("usd") == ["USD"])
    #expect(try Set(titles("pool")) == ["BTC", "ETH", "USDC"])
    // A pool in dollars on one coin turns into that coin; on a coin without a price it cannot.
    #expect(try Set(titles("coin")) == ["BTC", "ETH", "SOL", "USDC"])
  }

  @Test func sortingAndFiltering() throws {
    func pools(_ arguments: String...) throws -> [JSONObject] {
      try ReportProgram.json(ReportProgram.demo + arguments).pools
    }
    let byName = try pools("--sort", "id").compactMap { $0["id"]?.string }
    #expect(byName == byName.sorted() && byName.count == 16)
    let levered = try pools("--sort", "leverage", "--filter", "leverage>5")
    let ratios = try levered.map { try $0.double("leverage", "value") }
    #expect(!ratios.isEmpty && ratios.allSatisfy { $0 > 5 } && ratios == ratios.sorted(by: >))
    let ether = try pools("--filter", "underlying=ETH")
    #expect(ether.count == 4 && ether.allSatisfy { $0.texts("underlyings") == ["ETH"] })
    let none = try ReportProgram.run(ReportProgram.demo + ["--filter", "zzzz"])
    #expect(none.errors.contains("--filter \"zzzz\" keeps none of the 16 pools"))
    let wrong = try ReportProgram.run(ReportProgram.demo + ["--sort", "levrage"])
    #expect(wrong.status == 64 && wrong.errors.contains("known are worst, id, leverage"))
  }

  @Test(arguments: ["equity", "collateral", "initialMargin", "maintenanceExcess"])
  func theHeadlineStandsOnTheBasisAskedFor(basis: String) throws {
    let report = try ReportProgram.json(ReportProgram.demo + ["--basis", basis])
    for pool in report.pools {
      let headline = try #require(pool["leverage"]?.object)
      let listed = try #require(pool["leverageByBasis"]?.object?[basis]?.object)
      #expect(headline["basis"] == .string(basis))
      #expect(headline["value"] == listed["value"])
      #expect(headline["reason"] == listed["reason"])
    }
    // Two routes: delta cash over the amount that the report names.
    let pool = try report.pool("weekly-strangle")
    let capital: Double =
      switch basis {
      case "equity": try pool.double("equity")
      case "collateral": try pool.double("cash")
      case "initialMargin": try pool.double("initialMargin")
      default: try pool.double("excess")
      }
    let index = try pool.legs[0].double("indexPrice")
    let ratio = try abs(pool.double("deltaCash")) / (capital * index)
    #expect(try abs(pool.double("leverage", "value") / ratio - 1) < 1e-6)
  }
}
