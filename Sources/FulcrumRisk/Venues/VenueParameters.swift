import FulcrumModel

/// Every set of parameters that the rules of venues are made with, by coin and day.
///
/// Venues change them without notice: sets that a user has read are added to those known here.
public struct VenueParameters: Hashable, Sendable {
  public typealias Table<Value: Hashable & Sendable> = [String: [DatedSet<Value>]]

  public var deribitStandard: Table<DeribitStandardTerms>
  public var deribitPortfolio: Table<DeribitPortfolioParameters>
  public var okxOptions: Table<OKXOptionTerms>
  public var bybitOptions: Table<BybitOptionTerms>
  public var bybitFutures: Table<BybitFutureTerms>
  public var binanceFutures: Table<[BinanceBracket]>
  public var binanceOptions: Table<BinanceOptionTerms>
  public var onChain = OnChainParameters.known

  /// What this program itself knows.
  public static let known = VenueParameters(
    deribitStandard: DeribitStandardTerms.known,
    deribitPortfolio: DeribitPortfolioParameters.known, okxOptions: OKXOptionTerms.known,
    bybitOptions: BybitOptionTerms.known, bybitFutures: BybitFutureTerms.known,
    binanceFutures: BinanceBrackets.known, binanceOptions: BinanceOptionTerms.known)
}

extension OKXOptionTerms {
  private static let date = RuleDate(
    2026, 5, 1, .documented, source: "OKX help, Option Margin, of 12 April 2024 and 1 May 2026")

  static let known: [String: [DatedSet<Self>]] = [
    "BTC": [DatedSet(date, Self(maintenance: 0.03))],
    "ETH": [DatedSet(date, Self(maintenance: 0.05))],
  ]
}

extension BybitOptionTerms {
  /// The factor of the venue's own example; tables of other coins were not found.
  static let known: [String: [DatedSet<Self>]] = [
    "BTC": [
      DatedSet(
        RuleDate(
          2023, 12, 4, .secondary,
          source: "Bybit help of 4 December 2023; initial margin from a copy of 2022"), Self())
    ]
  ]
}

extension BybitFutureTerms {
  static let known: [String: [DatedSet<Self>]] = [
    "BTC": [
      DatedSet(
        RuleDate(
          2026, 5, 27, .documented, source: "Bybit help, liquidation price of isolated positions"),
        Self(maintenanceRate: 0.005, leverage: 10))
    ]
  ]

  static let inverseFollowsMarkFrom = RuleDate(2026, 5, 27, .documented, source: "").day
}

extension BinanceBrackets {
  /// Rates and caps of the announcement of March 2021, whose published amounts come out. Leverages of
  /// the brackets are left out: they were not among what was read.
  static let known: [String: [DatedSet<[BinanceBracket]>]] = [
    "BTC": [
      DatedSet(
        RuleDate(
          2021, 3, 18, .outdated, source: "Binance announcement of 18 March 2021, BTCUSDT"),
        [
          BinanceBracket(cap: 50_000, rate: 0.004), BinanceBracket(cap: 250_000, rate: 0.005),
          BinanceBracket(cap: 1_000_000, rate: 0.01),
          BinanceBracket(cap: 10_000_000, rate: 0.025),
          BinanceBracket(cap: 20_000_000, rate: 0.05), BinanceBracket(cap: 50_000_000, rate: 0.1),
          BinanceBracket(cap: 100_000_000, rate: 0.125),
          BinanceBracket(cap: 200_000_000, rate: 0.15),
          BinanceBracket(cap: 300_000_000, rate: 0.25),
          BinanceBracket(cap: 500_000_000, rate: 0.5),
        ])
    ]
  ]
}

extension BinanceOptionTerms {
  private static let date = RuleDate(
    2025, 7, 16, .inferred, source: "Binance API, option parameters of exchangeInfo")

  static let known: [String: [DatedSet<Self>]] = [
    "BTC": [DatedSet(date, Self())], "ETH": [DatedSet(date, Self())],
  ]
}
