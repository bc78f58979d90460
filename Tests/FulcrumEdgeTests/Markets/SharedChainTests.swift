import Foundation
import FulcrumModel
import FulcrumWire
import Synchronization
import Testing

/// Real chains: counts are those of the data folder's own README, spot values were read off the
/// files by eye.
@Suite(.enabled(if: SharedData.isPresent, "the shared data folder (FULCRUM_SHARED) is absent"))
struct SharedChainTests {
  struct Chain: Sendable, CustomTestStringConvertible {
    let file: String
    let rows: Int
    var testDescription: String { file }
  }

  static let chains: [Chain] = [
    Chain(file: "deribit_btc_options_ticker_20200521T2320Z.csv.gz", rows: 326),
    Chain(file: "deribit_btc_options_ticker_20260115T0030Z.csv.gz", rows: 656),
    Chain(file: "deribit_btc_options_ticker_20260116T1230Z.csv.gz", rows: 668),
    Chain(file: "deribit_btc_options_ticker_20260119T1230Z.csv.gz", rows: 648),
    Chain(file: "deribit_btc_futures_ticker_20260115T0030Z.csv", rows: 9),
    Chain(file: "deribit_btc_futures_ticker_20260116T1230Z.csv", rows: 8),
    Chain(file: "deribit_btc_futures_ticker_20260119T1230Z.csv", rows: 8),
    Chain(file: "deribit_btc_eth_book_20251230T173115Z.csv.gz", rows: 1304),
    Chain(file: "deribit_btc_eth_book_20260204T213308Z.csv.gz", rows: 1688),
    Chain(file: "deribit_btc_eth_book_20260205T042952Z.csv.gz", rows: 1700),
    Chain(file: "deribit_btc_eth_book_20260205T093647Z.csv.gz", rows: 1652),
    Chain(file: "deribit_btc_eth_book_20260205T155132Z.csv.gz", rows: 1782),
    Chain(file: "deribit_btc_eth_book_20260205T212937Z.csv.gz", rows: 1840),
    Chain(file: "deribit_btc_eth_book_20260206T043012Z.csv.gz", rows: 1884),
    Chain(file: "deribit_btc_eth_book_20260206T093516Z.csv.gz", rows: 1720),
    Chain(file: "deribit_btc_eth_book_20260206T155121Z.csv.gz", rows: 1734),
    Chain(file: "deribit_btc_eth_book_20260206T213057Z.csv.gz", rows: 1750),
    Chain(file: "deribit_btc_eth_book_20260515T112731Z.csv.gz", rows: 1674),
    Chain(file: "deribit_btc_eth_book_20260822T035045Z.csv.gz", rows: 2062),
    Chain(file: "deribit_btc_eth_chain_2026-08-01.csv.gz", rows: 1614),
    Chain(file: "okx_btc_eth_chain_2026-08-01.csv.gz", rows: 1412),
  ]

  /// Each file is read once for all tests.
  private static let parsed = Mutex<[String: Parsed<MarketSnapshot>]>([:])

  private func snapshot(_ file: String) throws -> Parsed<MarketSnapshot> {
    try Self.parsed.withLock { parsed in
      if let known = parsed[file] { return known }
      let input = try InputFile.read(SharedData.path("chains/\(file)"))
      let fresh = MarketDocument.parse(input)
      parsed[file] = fresh
      return fresh
    }
  }

  private func quote(_ name: String, in file: String) throws -> Quote {
    try #require(try snapshot(file).value.quotes[InstrumentID(name)])
  }

  @Test(arguments: chains)
  func everyRowIsKept(_ chain: Chain) throws {
    let parsed = try snapshot(chain.file)
    #expect(parsed.value.quotes.count == chain.rows)
    #expect(parsed.issues.isEmpty, "\(parsed.issues.prefix(3))")
    for quote in parsed.value.quotes.values {
      #expect(quote.mark != nil, "\(quote.instrument.id)")
      #expect(quote.markVolatility != nil || !quote.instrument.isOption)
    }
  }

  @Test func noChainIsForgotten() throws {
    let folder = try FileManager.default.contentsOfDirectory(atPath: SharedData.path("chains"))
    #expect(Set(folder) == Set(Self.chains.map(\.file)))
  }

  /// Every name prints back to itself in its own dialect and through the unified symbol.
  @Test(arguments: chains)
  func namesRoundTrip(_ chain: Chain) throws {
    for (id, quote) in try snapshot(chain.file).value.quotes {
      let name = try InstrumentName(id.name)
      #expect(quote.instrument.name(in: name.dialect) == id.name)
      let unified = try #require(quote.instrument.name(in: .ccxt))
      #expect(try InstrumentName(unified).instrument.name(in: name.dialect) == id.name)
    }
  }

  @Test func tickerRow() throws {
    let quote = try quote(
      "BTC-15JAN26-100000-P", in: "deribit_btc_options_ticker_20260115T0030Z.csv.gz")
    #expect(quote.asOf == Timestamp(milliseconds: 1_768_437_008_046))
    #expect(quote.bid == Price("0.0325"))
    #expect(quote.ask == Price("0.0355"))
    #expect(quote.mark == Price("0.0338"))
    #expect(quote.markVolatility == 0.485)
    #expect(quote.bidVolatility == nil)
    #expect(quote.askVolatility == 0.9724)
    #expect(quote.forward == Price("96733.8607"))
    #expect(quote.forwardName == "SYN.BTC-15JAN26")
    #expect(quote.index == Price("96744.36"))
    #expect(quote.openInterest == 0.4)
    #expect(
      quote.venueGreeks
        == VenueGreeks(
          delta: -0.99017, gamma: 2e-05, vega: 0.74311, theta: -18.02058, rho: -0.84806))
    #expect(quote.instrument.lot == ExactDecimal("0.1"))
  }

  /// The far call of the same chain: mark rounded to 0 stays 0, bid 0 is no bid.
  @Test func markOfZeroIsKept() throws {
    let quote = try quote(
      "BTC-15JAN26-100000-C", in: "deribit_btc_options_ticker_20260115T0030Z.csv.gz")
    #expect(quote.mark == Price("0"))
    #expect(quote.bid == nil)
    #expect(quote.ask == Price("0.0001"))
  }

  @Test func tickerRowOf2020() throws {
    let quote = try quote(
      "BTC-22MAY20-9250-P", in: "deribit_btc_options_ticker_20200521T2320Z.csv.gz")
    #expect(quote.mark == Price("0.02124908"))
    #expect(quote.markVolatility == 0.8505)
    #expect(quote.bidVolatility == 0.724)
    #expect(quote.askVolatility == 1.0117)
    #expect(quote.forward == Price("9096.11"))
    #expect(quote.index == Price("9095.83"))
    #expect(
      quote.venueGreeks
        == VenueGreeks(
          delta: -0.73032, gamma: 0.00136, vega: 0.94545, theta: -40.20419, rho: -0.06764))
  }

  @Test func futureRow() throws {
    let file = "deribit_btc_futures_ticker_20260115T0030Z.csv"
    let perpetual = try quote("BTC-PERPETUAL", in: file)
    #expect(perpetual.mark == Price("96721.82"))
    #expect(perpetual.index == Price("96737.32"))
    #expect(perpetual.forward == nil)
    #expect(perpetual.instrument.contract == .usdFace(ExactDecimal(1)))
    #expect(perpetual.instrument.lot == ExactDecimal(10))
    #expect(perpetual.openInterest == 1_283_531_070)
    #expect(try quote("BTC-25DEC26", in: file).bid == Price("101447.5"))
  }

  @Test func bookRow() throws {
    let file = "deribit_btc_eth_book_20260822T035045Z.csv.gz"
    let parsed = try snapshot(file)
    #expect(parsed.value.asOf == Timestamp("2026-08-22T03:50:45.199Z"))
    let quote = try quote("BTC-30OCT26-90000-P", in: file)
    #expect(quote.mark == Price("0.16376055"))
    #expect(quote.markVolatility == 0.41619999999999996)
    #expect(quote.forward == Price("79189.67"))
    #expect(quote.index == Price("78602.37"))
    #expect(quote.venueGreeks == VenueGreeks(delta: -0.73091, vega: 113.79381))
    #expect(parsed.value.indices.keys.map(\.description).sorted() == ["BTC", "ETH"])
  }

  /// An expiry without a listed future: the forward is in the row all the same.
  @Test func forwardWithoutAListedFuture() throws {
    let quotes = try snapshot("deribit_btc_eth_book_20260515T112731Z.csv.gz").value.quotes.values
    let names = Set(quotes.compactMap { $0.forwardName?.prefix(4) })
    #expect(names.isSuperset(of: ["SYN.", "inde"]))
    #expect(quotes.allSatisfy { $0.forward != nil })
  }

  @Test func chainRowOfDeribit() throws {
    let quote = try quote("BTC-25DEC26-20000-P", in: "deribit_btc_eth_chain_2026-08-01.csv.gz")
    #expect(quote.asOf == Timestamp("2026-08-01T03:52:47Z"))
    #expect(quote.markVolatility == 0.8653)
    #expect(quote.forward == Price("63994.68"))
    #expect(quote.index == nil)
  }

  /// OKX: volatility is a ratio and the underlying price is the index, never the forward.
  @Test func chainRowOfOKX() throws {
    let quote = try quote("BTC-USD-270326-90000-C", in: "okx_btc_eth_chain_2026-08-01.csv.gz")
    #expect(quote.mark == Price("0.0310557889253041"))
    #expect(quote.markVolatility == 0.4048440894929157)
    #expect(quote.index == Price("62946"))
    #expect(quote.forward == nil)
    #expect(quote.instrument.contract == .coins(ExactDecimal(significand: 1, scale: 2)))
    #expect(quote.venueGreeks?.delta == 0.16678058721285835)
  }
}
