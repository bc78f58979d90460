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
  /// Of each underlying of the pool; nil where the coin has no tiers in the documentation.
  public var markets: PerUnderlying<Market?>

  public init(ruleSet: VenueRuleSet, markets: PerUnderlying<Market?>) {
    self.ruleSet = ruleSet
    self.markets = markets
  }

  /// The documented tiers of the coins of a pool, in the order of its indices.
  public init(coins: [String], leverageCap: Double? = nil) {
    self.init(
      ruleSet: VenueRuleSet(
        name: Self.name, dated: Self.dated.day, confidence: Self.dated.confidence,
        source: Self.dated.source),
      markets: PerUnderlying(
        coins.map { coin in
          Self.tiers(of: coin).map {
            Market(coin: coin, tiers: $0, leverageCap: leverageCap)
          }
        }))
  }

  public static let name = "hyperliquid-perpetual"
  static let dated = RuleDate(
    2026, 9, 27, .documented,
    source: "hyperliquid.gitbook.io: trading/margin-tiers, trading/liquidations")

  public func requirement(for pool: RiskPool) throws(VenueRuleError) -> VenueRequirement {
    try pool.checked()
    try pool.settledInDollars("Hyperliquid")
    let positions = try pool.perpetualsOnly("Hyperliquid")
    var parts = RequirementParts()
    var isTiered = false
    for position in positions {
      let place = position.underlying
      guard let market = try markets.of(place) else {
        throw .notKnown(
          what: "Hyperliquid's tiers of underlying \(place)",
          upTo: "the coins of its documented table; give the market its tiers")
      }
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
    return VenueRequirement(
      initial: parts.initial, maintenance: parts.maintenance,
      balance: pool.cash + positions.sum(\.profitAtMark), parts: parts.parts,
      confidence: isTiered ? ruleSet.confidence.weakened(by: .inferred) : ruleSet.confidence,
      caveats: Self.caveats + (isTiered ? [Self.tiered] : []))
  }

  private static let caveats = [
    "the tiers of the documentation; the venue's meta reply is what binds",
    "below two thirds of maintenance the backstop takes position and margin",
  ]
  private static let tiered =
    "initial margin above the first tier: notional over the tier's largest leverage (inferred)"

  /// Documented mainnet tiers; nil for a coin that is not in that table.
  public static func tiers(of coin: String) -> HyperliquidTiers? {
    switch coin {
    case "BTC": tiers(40, 150e6, 20)
    case "ETH": tiers(25, 100e6, 15)
    case "SOL": tiers(20, 70e6, 10)
    case "XRP": tiers(20, 40e6, 10)
    case "DOGE", "kPEPE", "SUI", "WLD", "TRUMP", "LTC", "ENA", "POPCAT", "WIF", "AAVE", "kBONK",
      "LINK", "CRV", "AVAX", "ADA", "UNI", "NEAR", "TIA", "APT", "BCH", "HYPE", "FARTCOIN":
      tiers(10, 20e6, 5)
    case "OP", "ARB", "LDO", "TON", "MKR", "ONDO", "JUP", "INJ", "kSHIB", "SEI", "TRX", "BNB",
      "DOT":
      tiers(10, 3e6, 5)
    default: nil
    }
  }

  private static func tiers(
    _ first: Double, _ bound: Double, _ second: Double
  ) -> HyperliquidTiers {
    HyperliquidTiers(unchecked: [
      (lowerBound: 0, maxLeverage: first), (lowerBound: bound, maxLeverage: second),
    ])
  }
}
