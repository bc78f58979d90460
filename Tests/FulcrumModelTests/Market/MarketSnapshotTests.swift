import FulcrumModel
import Testing

struct MarketSnapshotTests {
  private func quote(_ milliseconds: Int64) throws -> Quote {
    Quote(
      instrument: try InstrumentName("BTC-USD-261127-90000-C").instrument,
      asOf: Timestamp(milliseconds: milliseconds))
  }

  /// Ticker, mark price and option summary of one option, in any order: one quote with every part,
  /// as old as the oldest of them.
  @Test func repliesOfDifferentKindsCompleteEachOther() throws {
    var ticker = try quote(3000)
    ticker.parts = .trading
    ticker.bid = Price("0.05")
    var mark = try quote(2000)
    mark.parts = .mark
    mark.mark = Price("0.051")
    var summary = try quote(1000)
    summary.parts = .model
    summary.markVolatility = 0.6
    for order in [[ticker, mark, summary], [summary, mark, ticker], [mark, summary, ticker]] {
      var market = MarketSnapshot(asOf: Timestamp(milliseconds: 0))
      for reply in order { market.insert(reply) }
      let held = try #require(market.quotes[ticker.instrument.id])
      #expect(held.bid == ticker.bid && held.mark == mark.mark && held.markVolatility == 0.6)
      #expect(held.asOf.milliseconds == 1000)
      #expect(market.asOf.milliseconds == 3000)
    }
  }

  /// A newer whole ticker replaces an older one whole: a bid that is gone is gone.
  @Test func aWholeQuoteReplacesAnOlderOne() throws {
    var older = try quote(1000)
    older.bid = Price("0.05")
    older.mark = Price("0.05")
    var newer = try quote(2000)
    newer.mark = Price("0.06")
    for order in [[older, newer], [newer, older]] {
      var market = MarketSnapshot(asOf: Timestamp(milliseconds: 0))
      for reply in order { market.insert(reply) }
      #expect(market.quotes[newer.instrument.id] == newer)
    }
  }

  /// Two reports of one instant fill each other's gaps.
  @Test func oneInstantFillsGaps() throws {
    var first = try quote(1000)
    first.mark = Price("0.05")
    var second = try quote(1000)
    second.bid = Price("0.04")
    second.mark = Price("0.99")
    var market = MarketSnapshot(asOf: Timestamp(milliseconds: 0))
    market.insert(first)
    market.insert(second)
    let held = try #require(market.quotes[first.instrument.id])
    #expect(held.mark == first.mark && held.bid == second.bid)
  }

  @Test func staleAndMissingQuotesAreRefused() throws {
    let held = try quote(1000)
    var market = MarketSnapshot(asOf: held.asOf)
    market.insert(held)
    let later = Timestamp(milliseconds: 95_000)
    #expect(
      throws: MarketError.staleQuote(
        held.instrument.id, ageMilliseconds: 94_000, limitMilliseconds: 30_000)
    ) { try market.quote(held.instrument.id, at: later, maxAgeMilliseconds: 30_000) }
    #expect(throws: MarketError.missingQuote(InstrumentID("X"))) {
      try market.quote(InstrumentID("X"), at: later, maxAgeMilliseconds: 30_000)
    }
    #expect(
      try market.quote(held.instrument.id, at: later, maxAgeMilliseconds: 94_000) == held)
  }
}
