/// dYdX v4's margin over a pool of perpetuals, at index prices.
///
/// In doubles, so that searches can move the market; the chain's whole numbers (`DYDXMargin`) are at
/// most two millionths of a dollar a position above it.
public struct DYDXPerpetualRule: VenueRule, Hashable {
  /// A liquidity tier, as fractions.
  public struct Tier: Hashable, Sendable {
    public var name: String
    public var initial: Double
    /// Of the initial margin at the base fraction.
    public var maintenanceShare: Double
    /// Open interest in USD where the fraction begins to rise, and where it reaches 1; 0 for never.
    public var lowerCap: Double
    public var upperCap: Double
    /// A subaccount with such a market holds no other.
    public var isIsolated: Bool

    public init(
      name: String, initial: Double, maintenanceShare: Double, lowerCap: Double = 0,
      upperCap: Double = 0, isIsolated: Bool = false
    ) {
      self.name = name
      self.initial = initial
      self.maintenanceShare = maintenanceShare
      self.lowerCap = lowerCap
      self.upperCap = upperCap
      self.isIsolated = isIsolated
    }

    /// Initial fraction at an open interest, USD.
    func initial(openInterest: Double) -> Double {
      if upperCap == 0 || openInterest <= lowerCap { return initial }
      if openInterest >= upperCap { return 1 }
      return initial + (1 - initial) * (openInterest - lowerCap) / (upperCap - lowerCap)
    }
  }

  /// What is known of one coin's market.
  public struct Market: Hashable, Sendable {
    public var coin: String
    public var tier: Tier
    /// USD; 0 leaves the fraction at its base.
    public var openInterest: Double
    /// The leverage that the user set for this market; nil for none. Never liquidates.
    public var leverageCap: Double?

    public init(
      coin: String, tier: Tier, openInterest: Double = 0, leverageCap: Double? = nil
    ) {
      self.coin = coin
      self.tier = tier
      self.openInterest = openInterest
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
    try pool.settledInDollars("dYdX")
    let positions = try pool.perpetualsOnly("dYdX")
    var parts = RequirementParts()
    var scales = false
    for position in positions {
      let market = try market(position.underlying, alone: positions.count == 1)
      let notional = position.coins.magnitude * position.index
      let scaled = market.tier.initial(openInterest: market.openInterest)
      let initial = max(scaled, try ownFraction(market))
      parts.add(
        market.coin, initial: notional * initial,
        maintenance: notional * market.tier.initial * market.tier.maintenanceShare)
      scales = scales || (market.tier.upperCap > 0 && market.openInterest == 0)
    }
    return try VenueRequirement(
      initial: parts.initial, maintenance: parts.maintenance,
      balance: pool.cash + positions.sum(\.profitAtIndex), parts: parts.parts,
      confidence: ruleSet.confidence, caveats: Self.caveats + (scales ? [Self.interest] : [])
    ).representable()
  }

  private func market(_ place: Int, alone: Bool) throws(VenueRuleError) -> Market {
    let market = try markets.of(place)
    let tier = market.tier
    try VenueInput.hold(
      tier.initial > 0 && tier.initial <= 1, tier.initial, "initial margin fraction",
      "a fraction above 0, at most 1")
    try VenueInput.fraction(tier.maintenanceShare, "maintenance fraction")
    try VenueInput.nonNegative(market.openInterest, "open interest")
    guard alone || !tier.isIsolated else {
      throw .notCovered(
        what: "\(market.coin), an isolated market of dYdX, beside other coins",
        fix: "keep it in a pool of its own")
    }
    return market
  }

  /// 1/leverage: at least the tier's base.
  private func ownFraction(_ market: Market) throws(VenueRuleError) -> Double {
    guard let cap = market.leverageCap else { return 0 }
    try VenueInput.hold(
      cap > 0 && 1 / cap >= market.tier.initial, cap, "leverage",
      "a leverage above 0, at most \(1 / market.tier.initial)")
    // The chain stores a fraction of at most 100 %: leverage below 1 asks for the whole notional.
    return min(1 / cap, 1)
  }

  private static let caveats = [
    "tiers of the genesis file; governance may have changed them since",
    "positions are valued at the index, as the chain values them at its oracle",
  ]
  private static let interest =
    "open interest is not given, so the initial fraction is the tier's base"
}

extension DYDXPerpetualRule {
  private static let date = RuleDate(
    2026, 3, 4, .documented,
    source: "dydxprotocol/v4-chain 84d4664b: protocol/testing/genesis.sh")

  public static let largeCap = Tier(name: "Large-Cap", initial: 0.02, maintenanceShare: 0.6)
  public static let midCap = Tier(
    name: "Mid-Cap", initial: 0.05, maintenanceShare: 0.6, lowerCap: 40e6, upperCap: 100e6)
  public static let smallCap = Tier(
    name: "Small-Cap", initial: 0.10, maintenanceShare: 0.5, lowerCap: 20e6, upperCap: 50e6)
  public static let longTail = Tier(
    name: "Long-Tail", initial: 0.20, maintenanceShare: 0.5, lowerCap: 5e6, upperCap: 10e6)
  public static let safety = Tier(
    name: "Safety", initial: 1, maintenanceShare: 0.2, lowerCap: 2e6, upperCap: 5e6)
  public static let isolated = Tier(
    name: "Isolated", initial: 0.05, maintenanceShare: 0.6, lowerCap: 0.5e6, upperCap: 1e6,
    isIsolated: true)
  public static let foreignExchange = Tier(
    name: "FX", initial: 0.01, maintenanceShare: 0.5, lowerCap: 0.5e6, upperCap: 1e6)

  /// By coin, as far as the genesis file was read.
  static let known: [String: [DatedSet<Market>]] = {
    let smallCaps = [
      "LINK", "POL", "CRV", "SOL", "ADA", "AVAX", "FIL", "LTC", "DOGE", "ATOM", "DOT", "UNI",
      "BCH", "TRX", "NEAR", "XLM", "ETC",
    ]
    let tiers =
      [("BTC", largeCap), ("ETH", largeCap), ("MKR", longTail)] + smallCaps.map { ($0, smallCap) }
    return Dictionary(
      uniqueKeysWithValues: tiers.map { coin, tier in
        (coin, [DatedSet(date, Market(coin: coin, tier: tier))])
      })
  }()
}
