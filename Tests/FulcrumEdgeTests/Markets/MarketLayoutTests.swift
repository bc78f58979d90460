import Foundation
import FulcrumModel
import FulcrumWire
import Testing

/// Every layout, on fixtures written by hand; expected values are read off them.
@Suite struct MarketLayoutTests {
  static let instant = Timestamp(milliseconds: 1_792_483_200_000)

  /// One call, the same market in each layout.
  @Test(arguments: [
    "handmade-deribit-tickers.json", "handmade-fulcrum.json", "handmade-fulcrum.csv",
    "handmade-ticker-2020.csv", "handmade-book.csv", "handmade-chain.csv",
    "handmade-optionsdx.csv",
  ])
  func oneCallInEveryLayout(_ name: String) throws {
    let parsed = try MarketFixture.parse(name)
    #expect(parsed.issues.isEmpty, "\(parsed.issues)")
    let quote = try parsed.value.quote(named: "BTC-27NOV26-90000-C")
    #expect(quote.asOf == Self.instant)
    #expect(quote.bid == Price("0.0215"))
    #expect(quote.ask == (name == "handmade-book.csv" ? nil : Price("0.0225")))
    // The history layout states the volatility of the mark and not the mark.
    #expect(quote.mark == (name.contains("dx") ? nil : Price("0.022")))
    #expect(quote.markVolatility == 0.4825)
    #expect(quote.forward == Price("91000.5"))
    #expect(quote.instrument.lot == ExactDecimal("0.1"))
    if name.contains("tickers") || name.contains("fulcrum") {
      #expect(quote.bidVolatility == 0.475)
      #expect(quote.askVolatility == 0.4901)
    }
    if name.contains("dx") || name.contains("chain") {
      #expect(quote.index == nil)
    } else {
      #expect(parsed.value.indices[quote.instrument.underlying]?.price == Price("90950.25"))
    }
  }

  @Test func tickerReply() throws {
    let snapshot = try MarketFixture.parse("handmade-deribit-tickers.json").value
    let call = try snapshot.quote(named: "BTC-27NOV26-90000-C")
    #expect(call.forwardName == "SYN.BTC-27NOV26")
    #expect(call.openInterest == 12.5)
    #expect(call.last == nil)
    #expect(
      call.venueGreeks
        == VenueGreeks(delta: 0.56, gamma: 1e-05, vega: 40.2, theta: -80.5, rho: 20.1))
    let far = try snapshot.quote(named: "BTC-27NOV26-160000-C")
    #expect(far.mark == Price("0"))
    #expect(far.bid == nil)
    #expect(far.bidVolatility == nil)
    #expect(far.askVolatility == nil)
    #expect(far.markVolatility == 0.75)
    let linear = try snapshot.quote(named: "XRP_USDC-27NOV26-1d25-P")
    #expect(linear.instrument.settlementAsset == .usdc)
    #expect(linear.markVolatility == 0.814)
    let perpetual = try snapshot.quote(named: "BTC-PERPETUAL")
    #expect(perpetual.openInterest == 787_799_210)
    #expect(perpetual.instrument.contract == .usdFace(ExactDecimal(1)))
    #expect(snapshot.asOf == Timestamp(milliseconds: 1_792_483_200_300))
  }

  @Test func summaryReply() throws {
    let parsed = try MarketFixture.parse("handmade-deribit-summary.json")
    let call = try parsed.value.quote(named: "BTC-27NOV26-90000-C")
    #expect(call.bid == nil)
    #expect(call.mark == Price("0.02203148"))
    #expect(call.forwardName == "index_price")
    #expect(call.index == Price("90950.25"))
    #expect(try parsed.value.quote(named: "BTC-27NOV26").forward == nil)
    #expect(parsed.errors.isEmpty)
    #expect(parsed.issues.map(\.path) == ["$.result[2].instrument"])
    #expect(parsed.issues.first?.seen.contains("a combination") == true)
  }

  @Test func instrumentLists() throws {
    let deribit = try MarketFixture.parse("handmade-deribit-instruments.json")
    #expect(deribit.issues.isEmpty, "\(deribit.issues)")
    let sol = try #require(deribit.value.instruments[InstrumentID("SOL_USDC-27NOV26-150-C")])
    #expect(sol.contract == .coins(ExactDecimal(1)))
    #expect(sol.lot == ExactDecimal(10))
    let doge = try #require(deribit.value.instruments[InstrumentID("DOGE_USDC-PERPETUAL")])
    #expect(doge.lot == ExactDecimal(100))
    let okx = try MarketFixture.parse("handmade-okx-instruments.json")
    #expect(okx.issues.isEmpty, "\(okx.issues)")
    let call = try #require(okx.value.instruments[InstrumentID("BTC-USD-261127-90000-C")])
    #expect(call.contract == .coins(ExactDecimal(significand: 1, scale: 2)))
    let swap = try #require(okx.value.instruments[InstrumentID("ETH-USDT-SWAP")])
    #expect(swap.contract == .coins(ExactDecimal(significand: 1, scale: 1)))
    #expect(swap.lot == ExactDecimal(significand: 1, scale: 2))
  }

  @Test func okxReplies() throws {
    let parsed = try MarketFixture.parse("handmade-okx-summary.json")
    #expect(parsed.issues.isEmpty, "\(parsed.issues)")
    let call = try parsed.value.quote(named: "BTC-USD-261127-90000-C")
    #expect(call.markVolatility == 0.4825)
    #expect(call.bidVolatility == nil)
    #expect(call.forward == Price("91001.2"))
    #expect(call.index == nil)
    #expect(call.venueGreeks?.delta == 0.538)
    let put = try parsed.value.quote(named: "ETH-USD-261127-3000.5-P")
    #expect(put.markVolatility == nil)
    #expect(put.venueGreeks == nil)
    let index = try MarketFixture.parse("handmade-okx-index.json").value
    #expect(index.quotes.isEmpty)
    #expect(index.indices[Underlying(base: .eth)]?.price == Price("3101.7"))
    #expect(index.asOf == Self.instant)
  }

  /// Updates of a stream replace each other without a remark; a bad line is placed and passed over.
  @Test func streamLines() throws {
    let parsed = try MarketFixture.parse("handmade-deribit-stream.ndjson")
    let call = try parsed.value.quote(named: "BTC-27NOV26-90000-C")
    #expect(call.mark == Price("0.0224"))
    #expect(call.markVolatility == nil)
    #expect(parsed.value.indices[Underlying(base: .eth)]?.price == Price("3101.5"))
    #expect(parsed.issues.map(\.line) == [6, 7, nil])
    #expect(
      parsed.issues.first?.path == "$.msg.params.data.mark_iv"
        || parsed.issues.first?.path == "$.params.data.mark_iv")
    #expect(parsed.issues.last?.seen == "messages of other kinds: 1 book, 1 reply")
  }

  @Test func ownDocument() throws {
    for name in ["handmade-fulcrum.json", "handmade-fulcrum.csv"] {
      let snapshot = try MarketFixture.parse(name).value
      let perpetual = try snapshot.quote(named: "ETH-PERPETUAL")
      #expect(perpetual.asOf == Self.instant.adding(milliseconds: 1500))
      #expect(try snapshot.quote(named: "SOL_USDC-27NOV26-150-C").instrument.lot == ExactDecimal(5))
      #expect(snapshot.indices[Underlying(base: .eth)]?.price == Price("3101.5"))
    }
  }

  @Test func chainOfTwoVenues() throws {
    let snapshot = try MarketFixture.parse("handmade-chain.csv").value
    let okx = try snapshot.quote(named: "BTC-USD-261127-90000-C")
    #expect(okx.markVolatility == 0.4825)
    #expect(okx.forward == nil)
    #expect(okx.index == Price("90950.25"))
  }

  /// The time column of the book layout counts years of 365.25 days and is not read.
  @Test func bookLayoutIgnoresItsOwnTime() throws {
    let quote = try MarketFixture.parse("handmade-book.csv").value.quote(
      named: "BTC-27NOV26-90000-C")
    let expiry = try #require(quote.instrument.expiry)
    #expect(expiry == Timestamp("2026-11-27T08:00:00Z"))
    #expect(quote.asOf.years(to: expiry) == 38.0 / 365)
  }

  @Test func singleRowsMapsAndPushes() throws {
    let row = #"{"instrument_name":"BTC-PERPETUAL","timestamp":1792483200000,"mark_price":9.5}"#
    let bare = #"{"timestamp":1792483200000,"mark_price":"9.5"}"#
    for text in [
      row, "[\(row)]", #"{"result":\#(row)}"#, #"{"BTC-PERPETUAL":\#(bare)}"#,
      #"{"method":"subscription","params":{"channel":"ticker.BTC-PERPETUAL.raw","data":\#(row)}}"#,
    ] {
      let parsed = MarketFixture.parse(text: text)
      #expect(parsed.issues.isEmpty, "\(parsed.issues)")
      #expect(try parsed.value.quote(named: "BTC-PERPETUAL").mark == Price("9.5"))
    }
  }
}
