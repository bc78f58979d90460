import Foundation
import FulcrumModel
import FulcrumPricing
import FulcrumWire
import Testing

/// Our numbers against the venues' own on real chains, row by row, none dropped.
///
/// Limits are the accuracy table that comes with the data (a plain double-precision Black-76 against
/// the venue's print), so that they measure the venue's rounding and asynchrony, not us. The table's
/// volatility columns are over rows whose vega is worth something, by a filter that it does not
/// state; ours (`isVegaRich`) reproduces them to a unit of the last digit, which is their slack.
@Suite(.enabled(if: SharedData.isPresent, "the shared data folder is absent: set FULCRUM_SHARED"))
struct RealChainTests {
  struct TickerLimits {
    let file: String
    let rows: Int
    let price, delta: AccuracyLimit
    let gamma, vega, theta, rho, bidVol, askVol, parity: AccuracyLimit
  }

  static let tickers: [TickerLimits] = [
    TickerLimits(
      file: "20200521T2320Z", rows: 326, price: .init("3.9e-06 / 1.1e-04 / 2.4e-04"),
      delta: .init("3.9e-06 / 6.0e-05 / 1.0e-04"), gamma: .init("- / - / 5.1e-06"),
      vega: .init("8.0e-05 / 1.1e-03 / 1.6e-03"), theta: .init("3.2e-04 / 2.5e-02 / 4.5e-02"),
      rho: .init("3.0e-05 / 6.1e-04 / 6.7e-04"), bidVol: .init("0.0027 / 0.0079 / 0.010", slack: 1),
      askVol: .init("0.0024 / 0.0077 / 0.011", slack: 1),
      parity: .init("4.7e-05 / 6.1e-04 / 8.5e-04")),
    TickerLimits(
      file: "20260115T0030Z", rows: 656, price: .init("2.8e-05 / 1.4e-04 / 2.0e-04"),
      delta: .init("6.1e-06 / 3.4e-05 / 5.1e-05"), gamma: .init("- / - / 5.0e-06"),
      vega: .init("1.6e-03 / 2.7e-02 / 2.8e-02"), theta: .init("2.3e-03 / 2.8e-01 / 6.4e-01"),
      rho: .init("5.9e-04 / 1.5e-02 / 1.8e-02"), bidVol: .init("0.0026 / 0.0051 / 0.005", slack: 1),
      askVol: .init("0.0026 / 0.0051 / 1.499", slack: 1),
      parity: .init("3.9e-05 / 1.8e-04 / 2.7e-04")),
    TickerLimits(
      file: "20260116T1230Z", rows: 668, price: .init("2.6e-05 / 1.3e-04 / 2.5e-04"),
      delta: .init("6.5e-06 / 3.4e-05 / 4.0e-05"), gamma: .init("- / - / 5.0e-06"),
      vega: .init("1.8e-03 / 3.4e-02 / 3.7e-02"), theta: .init("2.6e-03 / 3.5e-02 / 5.7e-02"),
      rho: .init("6.1e-04 / 1.8e-02 / 2.3e-02"), bidVol: .init("0.0025 / 0.0052 / 0.005", slack: 1),
      askVol: .init("0.0025 / 0.0051 / 0.006", slack: 1),
      parity: .init("3.5e-05 / 2.3e-04 / 2.7e-04")),
    TickerLimits(
      file: "20260119T1230Z", rows: 648, price: .init("2.6e-05 / 1.9e-04 / 4.3e-04"),
      delta: .init("5.8e-06 / 3.5e-05 / 3.9e-05"), gamma: .init("- / - / 5.0e-06"),
      vega: .init("1.5e-03 / 2.7e-02 / 3.2e-02"), theta: .init("2.5e-03 / 3.7e-02 / 7.8e-01"),
      rho: .init("6.0e-04 / 1.5e-02 / 2.3e-02"), bidVol: .init("0.0028 / 0.0053 / 0.664", slack: 1),
      askVol: .init("0.0027 / 0.0052 / 0.642", slack: 1),
      parity: .init("3.5e-05 / 4.2e-04 / 4.7e-04")),
  ]

  @Test(arguments: tickers)
  func tickerChain(_ limits: TickerLimits) throws {
    let quotes = try Chain.options(in: "deribit_btc_options_ticker_\(limits.file).csv.gz")
    #expect(quotes.count == limits.rows)
    var price: [Double] = []
    var delta: [Double] = []
    var gamma: [Double] = []
    var vega: [Double] = []
    var theta: [Double] = []
    var rho: [Double] = []
    var bidVol: [Double] = []
    var askVol: [Double] = []
    for quote in quotes {
      let row = try #require(ChainRow(quote, at: quote.asOf))
      let greeks = Black76.greeks(row.input)
      let venue = try #require(quote.venueGreeks)
      price.append(row.coinPrice - (try #require(row.mark)))
      delta.append(greeks.delta - (try #require(venue.delta)))
      gamma.append(greeks.gamma - (try #require(venue.gamma)))
      vega.append(greeks.vega / 100 - (try #require(venue.vega)))
      let display = VenueDisplay.deribitTheta(
        thetaPerYear: greeks.theta, years: row.input.years, valueUsd: greeks.price)
      theta.append(display - (try #require(venue.theta)))
      rho.append(greeks.rhoSpot / 100 - (try #require(venue.rho)))
      if let error = row.volatilityError(quote.bid, quote.bidVolatility) { bidVol.append(error) }
      if let error = row.volatilityError(quote.ask, quote.askVolatility) { askVol.append(error) }
    }
    let cells: [(String, [Double], AccuracyLimit)] = [
      ("price (coin)", price, limits.price), ("delta", delta, limits.delta),
      ("gamma", gamma, limits.gamma),
      ("vega (USD)", vega, limits.vega), ("theta, venue's rule (USD)", theta, limits.theta),
      ("rho", rho, limits.rho), ("bid IV (points)", bidVol, limits.bidVol),
      ("ask IV (points)", askVol, limits.askVol),
      ("parity (coin)", Chain.parityErrors(quotes), limits.parity),
    ]
    Chain.judge("ticker \(limits.file)", cells)
  }

  struct BookLimits {
    let file, coin: String
    let rows: Int
    let price, volatility, parity, delta: AccuracyLimit
  }

  static let books: [BookLimits] = [
    BookLimits(
      file: "20251230T173115Z", coin: "BTC", rows: 630, price: .init("4.8e-06 / 4.9e-05 / 9.3e-05"),
      volatility: .init("0.004 / 0.12 / 0.37", slack: 1),
      parity: .init("1.2e-05 / 5.8e-05 / 9.5e-05"),
      delta: .init("6.3e-05 / 1.7e-03 / 3.2e-03")),
    BookLimits(
      file: "20251230T173115Z", coin: "ETH", rows: 674, price: .init("3.6e-06 / 4.3e-05 / 6.2e-05"),
      volatility: .init("0.004 / 0.09 / 0.16", slack: 1),
      parity: .init("7.3e-06 / 4.9e-05 / 6.1e-05"),
      delta: .init("8.5e-05 / 3.1e-03 / 6.3e-03")),
    BookLimits(
      file: "20260515T112731Z", coin: "BTC", rows: 934, price: .init("3.5e-06 / 5.8e-04 / 6.3e-04"),
      volatility: .init("0.003 / 1.42 / 2.17", slack: 1),
      parity: .init("3.2e-06 / 6.0e-04 / 6.4e-04"),
      delta: .init("1.7e-04 / 4.3e-03 / 6.5e-03")),
    BookLimits(
      file: "20260515T112731Z", coin: "ETH", rows: 740, price: .init("4.6e-06 / 2.1e-04 / 2.3e-04"),
      volatility: .init("0.004 / 0.51 / 0.85", slack: 1),
      parity: .init("1.3e-05 / 2.2e-04 / 2.3e-04"),
      delta: .init("3.6e-05 / 1.5e-03 / 3.9e-03")),
    BookLimits(
      file: "20260822T035045Z", coin: "BTC", rows: 1078,
      price: .init("2.4e-06 / 6.4e-05 / 8.1e-05"),
      volatility: .init("0.004 / 0.14 / 0.28", slack: 1),
      parity: .init("2.3e-06 / 8.1e-05 / 8.7e-05"),
      delta: .init("1.9e-04 / 8.7e-03 / 1.7e-02")),
    BookLimits(
      file: "20260822T035045Z", coin: "ETH", rows: 984, price: .init("3.2e-05 / 3.4e-04 / 4.6e-04"),
      volatility: .init("0.036 / 0.49 / 0.76", slack: 1),
      parity: .init("8.6e-05 / 4.0e-04 / 4.7e-04"),
      delta: .init("3.0e-04 / 1.0e-02 / 2.1e-02")),
  ]

  @Test(arguments: books)
  func bookChain(_ limits: BookLimits) throws {
    let cells = try Chain.bookCells("deribit_btc_eth_book_\(limits.file).csv.gz", limits.coin)
    #expect(cells.rows == limits.rows)
    Chain.judge(
      "book \(limits.file) \(limits.coin)",
      [
        ("price (coin)", cells.price, limits.price),
        ("IV (points)", cells.volatility, limits.volatility),
        ("parity (coin)", cells.parity, limits.parity), ("delta", cells.delta, limits.delta),
      ])
  }

  /// The fall of February 2026: marks, forwards and volatilities of different ticks. Run without an
  /// error, reported, not judged.
  @Test(
    arguments: [
      "20260204T213308Z", "20260205T042952Z", "20260205T093647Z", "20260205T155132Z",
      "20260205T212937Z", "20260206T043012Z", "20260206T093516Z", "20260206T155121Z",
      "20260206T213057Z",
    ], ["BTC", "ETH"])
  func crashChain(_ file: String, _ coin: String) throws {
    let cells = try Chain.bookCells("deribit_btc_eth_book_\(file).csv.gz", coin)
    #expect(cells.rows > 700)
    #expect(cells.price.allSatisfy(\.isFinite) && cells.volatility.allSatisfy(\.isFinite))
    print(
      "crash \(file) \(coin): price \(ErrorSummary(cells.price)), IV "
        + "\(ErrorSummary(cells.volatility)), delta \(ErrorSummary(cells.delta))")
  }

  @Test(arguments: [
    ("BTC", 870, "3.9e-06 / 2.6e-05 / 3.5e-05", "9.4e-06 / 3.0e-05 / 3.5e-05"),
    ("ETH", 744, "3.1e-05 / 4.7e-04 / 7.3e-04", "1.2e-04 / 5.3e-04 / 7.3e-04"),
  ])
  func deribitChainOfAugust(_ coin: String, rows: Int, price: String, parity: String) throws {
    let cells = try Chain.bookCells("deribit_btc_eth_chain_2026-08-01.csv.gz", coin)
    #expect(cells.rows == rows)
    Chain.judge(
      "chain 2026-08-01 \(coin)",
      [
        ("price (coin)", cells.price, .init(price)),
        ("parity (coin)", cells.parity, .init(parity)),
      ])
  }

  /// OKX prints premium-adjusted deltas and coin vegas; its forwards come from parity.
  @Test(arguments: [
    (
      "BTC", 748, "8.9e-07 / 1.1e-03 / 2.3e-03",
      ["1.4e-04 / 4.2e-03 / 7.8e-03", "2.1e-07 / 4.8e-06 / 5.1e-06"]
    ),
    (
      "ETH", 664, "3.4e-06 / 1.2e-04 / 4.1e-04",
      ["2.1e-04 / 5.9e-03 / 1.5e-02", "4.2e-07 / 1.8e-06 / 2.0e-06"]
    ),
  ])
  func okxChainOfAugust(_ coin: String, rows: Int, price: String, greeks: [String]) throws {
    let cells = try Chain.okxCells("okx_btc_eth_chain_2026-08-01.csv.gz", coin)
    #expect(cells.rows == rows)
    Chain.judge(
      "okx 2026-08-01 \(coin)",
      [
        ("price (coin)", cells.price, .init(price)),
        ("premium-adjusted delta", cells.delta, .init(greeks[0])),
        ("vega (coin)", cells.vega, .init(greeks[1])),
      ])
  }
}
