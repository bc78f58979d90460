import Foundation
import FulcrumModel
import FulcrumPricing
import FulcrumRisk
import Testing

@testable import FulcrumWire

/// Nothing in the JSON of `regime` is null without saying why beside it.
@Suite struct RegimeNullTests {
  typealias C = RegimeContentsTests

  /// - Returns: the names that were null, each with its reasons.
  static func nulls(_ contents: RegimeContents) throws -> [String: Set<String>] {
    NullWalk.nulls(try C.json(contents))
  }

  static let noChain = "give an index with --dvol or a chain with --market"
  static let noIndex = "needs an index with --dvol that reaches the end of the prices"
  static let premium: [String: Set<String>] = [
    "implied": [noChain], "impliedOverForecast": [noChain], "variancePremium": [noChain],
    "premiumScore": [noIndex],
  ]

  static func index(_ count: Int, of steps: Int = 300) -> InputBytes {
    C.file(
      ((steps - count)..<steps).map {
        [Double(C.start + Int64($0) * PriceSeries.day), 60 + Double($0 % 9)]
      }, "date,close")
  }

  /// The demo's market with some of its quotes, changed.
  static func market(_ change: (String) -> String?) throws -> InputBytes {
    let file = try InputFile.read(Repository.root.appendingPathComponent("Demo/market.json").path)
    let lines = String(decoding: file.bytes, as: UTF8.self).split(separator: "\n")
    let isQuote = { (line: Substring) in line.contains("\"instrument\"") }
    let quotes = lines.filter(isQuote).compactMap { line in
      change(line.hasSuffix(",") ? String(line.dropLast()) : String(line))
    }
    let head = lines.prefix { !isQuote($0) }.joined(separator: "\n")
    return PriceDocumentTests.bytes(
      head + "\n" + quotes.joined(separator: ",\n") + "\n]}", "market.json")
  }

  @Test func aShortSeries() throws {
    let nulls = try Self.nulls(C.contents(C.file(C.bars(C.calm(21)))))
    #expect(nulls["score"] == Set((1...20).map { "\($0) of 30 steps" }))
    #expect(nulls.filter { $0.key != "score" } == Self.premium)
  }

  @Test func closesAlone() throws {
    let closes = C.bars(C.calm(300)).map { [$0[0], $0[4]] }
    let nulls = try Self.nulls(C.contents(C.file(closes, "timestamp,close")))
    for name in ["parkinson", "garmanKlass", "rogersSatchell", "yangZhang"] {
      #expect(nulls[name] == ["no range in these bars"])
    }
  }

  @Test func barsAlone() throws {
    let nulls = try Self.nulls(C.contents(C.file(C.bars(C.calm(300)))))
    #expect(nulls["score"]?.count == 29)
    for (name, reasons) in Self.premium { #expect(nulls[name] == reasons, "\(name)") }
    // GARCH has no γ and so no error of it.
    #expect(nulls["gammaError"]?.contains("not in this model") == true)
  }

  @Test func anIndexOfTenDaysAndOfAYear() throws {
    let prices = C.file(C.bars(C.calm(300)))
    let few = try Self.nulls(C.contents(prices, dvol: Self.index(10)))
    #expect(
      few["premiumScore"]?.first?.hasSuffix(" of 30 steps of the past year with an index") == true)
    #expect(few["implied"] == nil && few["variancePremium"] == nil)
    let all = try Self.nulls(C.contents(prices, dvol: Self.index(300)))
    #expect(all["premiumScore"] == nil && all["implied"] == nil)
    let old = try C.contents(prices, dvol: Self.index(40, of: 260))
    let reason = "the index has no value within a week before \(old.outlook.asOf)"
    #expect(try Self.nulls(old)["implied"] == [reason])
    #expect(!old.issues.isEmpty)
  }

  @Test func statesThatAreNotFittedYet() throws {
    let contents = try RegimeBuilder.contents(
      RegimeInputs(prices: C.file(C.bars(C.calm(300)))),
      settings: OutlookSettings(regime: .hidden()))
    let nulls = try Self.nulls(contents)
    let reasons = try #require(nulls["score"])
    #expect(reasons.contains("29 of 30 steps"))
    #expect(reasons.contains { $0.contains("250 are needed") }, "\(reasons)")
  }

  @Test func aFitOnItsBounds() throws {
    var returns = C.calm(301)
    returns[151] = 100 * log(20)
    let nulls = try Self.nulls(C.contents(C.file(C.bars(returns))))
    for name in ["omegaError", "betaError"] {
      #expect(nulls[name]?.contains("no error: persistence is on its bound") == true, "\(nulls)")
    }
  }

  /// Chains: whole, with nothing beyond a week, and with marks but no bids in December.
  @Test func chains() throws {
    func nulls(_ change: (String) -> String?) throws -> [String: Set<String>] {
      let chain = try Self.market(change)
      let end = try #require(MarketDocument.parse(chain, asOf: nil).value).asOf
      let shift = Double(end.milliseconds - C.start - 300 * PriceSeries.day)
      let bars = C.bars(C.calm(300)).map { [$0[0] + shift] + $0.dropFirst() }
      let contents = try C.contents(C.file(bars), markets: [chain], coin: "BTC")
      #expect(contents.chain.contains { "\($0.coin)" == "BTC" })
      return try Self.nulls(contents)
    }
    let whole = try nulls { $0 }
    #expect(whole["implied"] == nil && whole["index30d"] == nil)
    #expect(whole["premiumScore"] == [Self.noIndex])
    let near = try nulls { $0.contains("-21NOV26") || $0.contains("-27NOV26") ? $0 : nil }
    for name in ["index30d", "index30dQuotesAlone", "index30dWithWings"] {
      #expect(near[name] == ["no expiries on both sides of 30 days"], "\(name)")
    }
    #expect(near["implied"] == ["the chain has no expiries around 30 days"])
    let marks = try nulls { line in
      guard line.contains("-25DEC26-") else { return line }
      return line.replacing(#/"(bid|ask)": "[0-9.]*", /#, with: "")
    }
    #expect(marks["index30d"] == nil && marks["index30dQuotesAlone"] == nil)
    #expect(
      marks["index30dWithWings"]?.contains { $0.hasPrefix("2026-12-25T08:00:00Z: ") } == true,
      "\(marks)")
  }
}
