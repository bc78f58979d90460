import RealModule

/// Hyperliquid's margin over a pool of perpetuals, at mark prices.
public struct HyperliquidPerpetualRule: VenueRule, Hashable {
  public struct Market: Hashable, Sendable {
    public var coin: String
    public var tiers: HyperliquidTiers
    /// The leverage that the user set; nil for the tier's largest. Never liquidates.
    public var leverageCap: Double?

    public init(coin: String, tiers: HyperliquidTiers, leverageCap: Double? = nil) {
      self.coin = coin
      self.tiers = tiers
      self.leverageCap = leverageCap
    }
  }

  public let ruleSet: VenueRuleSet
  public var markets: PerUnderlying<Market>

  public init(ruleSet: VenueRuleSet, markets: PerUnderlying<Market>) {
    self.ruleSet = ruleSet
    self.markets = markets
  }

  public func requirement(for pool: RiskPool) throws(VenueRuleError) -> VenueRequirement {
    try pool.checked()
    try pool.settledInDollars("Hyperliquid")
    let positions = try pool.perpetualsOnly("Hyperliquid")
    var parts = RequirementParts()
    var isTiered = false
    for position in positions {
      let market = try markets.of(position.underlying)
      if let cap = market.leverageCap {
        try VenueInput.hold(
          cap >= 1 && cap.isFinite, cap, "leverage", "a finite leverage of 1 or more")
      }
      let notional = position.coins.magnitude * position.mark
      parts.add(
        market.coin,
        initial: market.tiers.initial(notional: notional, leverage: market.leverageCap),
        maintenance: market.tiers.maintenance(notional: notional))
      isTiered = isTiered || market.tiers.tier(notional: notional).lowerBound > 0
    }
    return try VenueRequirement(
      initial: parts.initial, maintenance: parts.maintenance,
      balance: pool.cash + positions.sum(\.profitAtMark), parts: parts.parts,
      confidence: isTiered ? ruleSet.confidence.weakened(by: .inferred) : ruleSet.confidence,
      caveats: Self.caveats + (isTiered ? [Self.tiered] : [])
    ).representable()
  }

  private static let caveats = [
    "the tiers of the documentation; the venue's meta reply is what binds",
    "below two thirds of maintenance the backstop takes position and margin",
  ]
  private static let tiered =
    "initial margin above the first tier: notional over the tier's largest leverage (inferred)"

  /// The ends of the tiers.
  public func bends(of pool: RiskPool, moving underlying: Int) -> [Double] {
    guard let tiers = try? markets.of(underlying).tiers,
      let position = try? pool.perpetuals("").first(where: { $0.underlying == underlying })
    else { return [] }
    let notional = position.coins.magnitude * position.mark
    guard notional > 0 else { return [] }
    return tiers.tiers.dropFirst().map { Double.log($0.lowerBound / notional) }
  }
}

extension HyperliquidPerpetualRule {
  private static let date = RuleDate(
    2026, 9, 27, .documented,
    source: "hyperliquid.gitbook.io: trading/margin-tiers, trading/liquidations")

  /// The documented tiers of mainnet, by coin.
  static let known: [String: [DatedSet<Market>]] = {
    let large = [
      ("BTC", 40.0, 150e6, 20.0), ("ETH", 25, 100e6, 15), ("SOL", 20, 70e6, 10),
      ("XRP", 20, 40e6, 10),
    ]
    let middle = [
      "DOGE", "kPEPE", "SUI", "WLD", "TRUMP", "LTC", "ENA", "POPCAT", "WIF", "AAVE", "kBONK",
      "LINK", "CRV", "AVAX", "ADA", "UNI", "NEAR", "TIA", "APT", "BCH", "HYPE", "FARTCOIN",
    ].map { ($0, 10.0, 20e6, 5.0) }
    let small = [
      "OP", "ARB", "LDO", "TON", "MKR", "ONDO", "JUP", "INJ", "kSHIB", "SEI", "TRX", "BNB", "DOT",
    ].map { ($0, 10.0, 3e6, 5.0) }
    return Dictionary(
      uniqueKeysWithValues: (large + middle + small).map { coin, first, bound, second in
        let tiers = HyperliquidTiers(unchecked: [
          (lowerBound: 0, maxLeverage: first), (lowerBound: bound, maxLeverage: second),
        ])
        return (coin, [DatedSet(date, Market(coin: coin, tiers: tiers))])
      })
  }()
}
