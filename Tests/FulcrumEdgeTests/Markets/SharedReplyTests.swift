import Foundation
import FulcrumModel
import FulcrumWire
import Testing

/// Real replies of public endpoints; counts were taken by hand with another JSON reader.
@Suite(.enabled(if: SharedData.isPresent, "the shared data folder (FULCRUM_SHARED) is absent"))
struct SharedReplyTests {
  private func parse(_ file: String, asOf: Timestamp? = nil) throws -> Parsed<MarketSnapshot> {
    MarketDocument.parse(try InputFile.read(SharedData.path("api/\(file)")), asOf: asOf)
  }

  @Test(arguments: [
    ("deribit_20260920/option_tickers.json", 12),
    ("deribit_20260920/book_summary_instrument.json", 1),
    ("deribit_20260920/ticker_future.json", 1),
    ("deribit_20260920/order_book.json", 1),
    ("deribit_ticker_btc_perpetual_20260522.json", 1),
    ("deribit_nautilus/ws_ticker.json", 1),
    ("deribit_nautilus/ws_quote.json", 1),
  ])
  func quotesOfReplies(_ file: String, _ count: Int) throws {
    let parsed = try parse(file)
    #expect(parsed.value.quotes.count == count)
    #expect(parsed.issues.isEmpty, "\(parsed.issues)")
  }

  @Test func linearOptionTicker() throws {
    let quotes = try parse("deribit_20260920/option_tickers.json").value.quotes
    let quote = try #require(quotes[InstrumentID("XRP_USDC-21SEP26-1d25-C")])
    #expect(quote.mark == Price("0.1491"))
    #expect(quote.bid == nil)
    #expect(quote.ask == nil)
    #expect(quote.markVolatility == 1.2313)
    #expect(quote.forward == Price("1.3991"))
    #expect(quote.index == Price("1.3987"))
    #expect(quote.instrument.settlement == .linear)
    #expect(quote.instrument.lot == ExactDecimal(1000))
    if case .option(.call, let strike, _) = quote.instrument.kind {
      #expect(strike == Price("1.25"))
    } else {
      Issue.record("not a call")
    }
  }

  @Test func summaryWithANullBid() throws {
    let quotes = try parse("deribit_book_summary_btc_option_20260522.json").value.quotes
    let quote = try #require(quotes[InstrumentID("BTC-23MAY26-69000-P")])
    #expect(quote.asOf == Timestamp(milliseconds: 1_779_460_433_267))
    #expect(quote.bid == nil)
    #expect(quote.mark == Price("0.00000013"))
    #expect(quote.markVolatility == 0.586)
    #expect(quote.forward == Price("76736.07"))
    #expect(quote.forwardName == "index_price")
    #expect(quote.index == Price("76736.07"))
  }

  @Test(arguments: [
    ("deribit_get_instruments_BTC_20210722.json.gz", "BTC-PERPETUAL", "10"),
    ("deribit_get_instruments_btc_future_20260522.json", "BTC-23MAY26", "10"),
    ("deribit_get_instruments_btc_option_20260522.json", "BTC-23MAY26-68000-C", "0.1"),
    ("deribit_20260920/instruments_future.json", "BTC-25DEC26", "10"),
    ("deribit_20260920/instrument.json", "BTC-PERPETUAL", "10"),
  ])
  func instrumentLists(_ file: String, _ name: String, _ lot: String) throws {
    let parsed = try parse(file)
    #expect(parsed.issues.isEmpty, "\(parsed.issues.prefix(2))")
    #expect(parsed.value.quotes.isEmpty)
    let listed = try #require(parsed.value.instruments[InstrumentID(name)])
    #expect(listed.lot == ExactDecimal(lot))
    #expect(listed.contract.value == ExactDecimal(1))
  }

  /// 136 messages: 89 tickers of 10 instruments, 46 books, one reply.
  @Test func websocketLines() throws {
    let parsed = try parse("deribit_ws_20210722.ndjson")
    #expect(parsed.errors.isEmpty, "\(parsed.errors)")
    #expect(parsed.issues.map(\.seen) == ["messages of other kinds: 46 book, 1 reply"])
    #expect(parsed.value.quotes.count == 10)
    let name = InstrumentID("ETH-30JUL21-2800-C")
    #expect(parsed.value.quotes[name]?.instrument.base == .eth)
  }

  /// Other replies of the same venue hold no quotes, and say so without ending the run.
  @Test(arguments: [
    "index_price", "delivery_prices", "funding_chart", "historical_volatility", "tradingview_chart",
    "expirations_flat", "contract_size", "combos", "settlements_currency", "volatility_index",
    "trades_currency", "block_rfq_trades", "index_chart_data",
  ])
  func otherReplies(_ name: String) throws {
    let parsed = try parse("deribit_20260920/\(name).json")
    #expect(!parsed.issues.isEmpty)
    #expect(parsed.value.quotes.isEmpty)
  }
}
