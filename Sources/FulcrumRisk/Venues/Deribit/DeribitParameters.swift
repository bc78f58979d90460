import FulcrumModel

extension DeribitStandardTerms {
  private static let since2022 = RuleDate(
    2022, 1, 11, .reproduced,
    source: "Deribit support, 11 January 2022 and Linear Perpetual: worked examples come out")
  private static let since2026 = RuleDate(
    2026, 8, 5, .secondary,
    source: "Deribit support, Standard Margin, as quoted by two public notes of September 2026")

  private static func legacy(
    _ coin: String, initial: Double, maintenance: Double, increment: Double, hasOptions: Bool
  ) -> DatedSet<Self> {
    let rule = DeribitFuturesRule.sizeScaled(
      DeribitSizeScaledRates(
        initial: initial, maintenance: maintenance, incrementPerCoin: increment))
    return DatedSet(
      since2022,
      Self(
        coin: coin, options: hasOptions ? DeribitOptionTerms() : nil,
        futures: Futures(perpetual: rule, dated: rule), dated: since2022))
  }

  /// By coin. The option factors did not change in 2026; those of other coins were not found.
  static let known: [String: [DatedSet<Self>]] = [
    "BTC": [
      legacy("BTC", initial: 0.02, maintenance: 0.01, increment: 5e-5, hasOptions: true),
      DatedSet(
        since2026,
        Self(
          coin: "BTC", options: DeribitOptionTerms(),
          futures: Futures(
            perpetual: .leverage(
              DeribitLeverageCurve(top: 50, flatLimitCoins: 0.05 * limitOfDatedBitcoin)),
            dated: .leverage(
              DeribitLeverageCurve(top: 25, flatLimitCoins: 0.03 * limitOfDatedBitcoin)),
            countsWholePosition: true, perpetualIsAssumed: true), dated: since2026)),
    ],
    "ETH": [
      legacy("ETH", initial: 0.02, maintenance: 0.01, increment: 4e-6, hasOptions: true),
      DatedSet(
        since2026,
        Self(coin: "ETH", options: DeribitOptionTerms(), futures: nil, dated: since2026)),
    ],
    "SOL": [
      legacy("SOL", initial: 0.04, maintenance: 0.02, increment: 5e-6, hasOptions: false),
      DatedSet(since2026, Self(coin: "SOL", options: nil, futures: nil, dated: since2026)),
    ],
  ]

  /// N_max of the dated linear BTC future from 24 September 2026, coins. That of the perpetual, which
  /// is in a better tier, is not published; no less than this one is assumed, and said.
  private static let limitOfDatedBitcoin = 885.0
}

extension DeribitPortfolioParameters {
  /// By coin: the echoes of two simulations that come out digit for digit, and a later reading of
  /// some of the parameters with the rest taken over.
  static let known: [String: [DatedSet<Self>]] = [
    "BTC": [
      DatedSet(
        RuleDate(2024, 6, 17, .reproduced, source: "Deribit API example of private/simulate"),
        bitcoin(priceRange: 0.16, rangeUp: 0.5, dampenerUsd: 100_000, minMove: 0.01)),
      DatedSet(
        RuleDate(
          2026, 9, 23, .secondary,
          source: "third-party reading of 23 September 2026; roll rate, delta shock of 2024"),
        bitcoin(priceRange: 0.14, rangeUp: 0.4, dampenerUsd: 200_000, minMove: 0.005)),
    ],
    "ETH": [
      DatedSet(
        RuleDate(
          2026, 2, 15, .reproduced, source: "public capture of private/simulate, 15 February 2026"),
        Self(
          grid: .init(priceRange: 0.18), extended: .init(dampenerUsd: 200_000),
          offsets: .init(share: 0.6, mostUsd: 20_000_000),
          shocks: .init(
            annualisedMoveRisk: 0.05, minAnnualisedMove: 0.005, incrementPerCoin: 4e-6)))
    ],
  ]

  private static func bitcoin(
    priceRange: Double, rangeUp: Double, dampenerUsd: Double, minMove: Double
  ) -> Self {
    Self(
      grid: .init(priceRange: priceRange), volatility: .init(rangeUp: rangeUp),
      extended: .init(dampenerUsd: dampenerUsd), offsets: .init(),
      shocks: .init(
        annualisedMoveRisk: 0.075, minAnnualisedMove: minMove, incrementPerCoin: 5e-5))
  }
}
