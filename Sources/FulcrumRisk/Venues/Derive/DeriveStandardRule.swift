import RealModule

/// Derive's standard margin over a pool.
///
/// Option value is not in what is held: the mark of a short is part of what it asks for, and a long
/// earns nothing but what it takes off its expiry's worst payoff.
public struct DeriveStandardRule: VenueRule, Hashable {
  /// One coin's rates, and whether the coin has options.
  public struct Terms: Hashable, Sendable {
    public var coin: String
    public var rates: DeriveStandard.Rates
    public var listsOptions: Bool

    public init(coin: String, rates: DeriveStandard.Rates, listsOptions: Bool = true) {
      self.coin = coin
      self.rates = rates
      self.listsOptions = listsOptions
    }
  }

  public let ruleSet: VenueRuleSet
  public var terms: PerUnderlying<Terms>
  /// USD per unit of the settlement stablecoin, and what it costs below the threshold.
  public var stablePrice: Double
  public var depegThreshold: Double
  public var depegFactor: Double
  /// Of every oracle: spot, forwards, volatilities, perpetual.
  public var confidence: Double

  public init(
    ruleSet: VenueRuleSet, terms: PerUnderlying<Terms>, stablePrice: Double = 1,
    depegThreshold: Double = 0.99, depegFactor: Double = 2, confidence: Double = 1
  ) {
    self.ruleSet = ruleSet
    self.terms = terms
    self.stablePrice = stablePrice
    self.depegThreshold = depegThreshold
    self.depegFactor = depegFactor
    self.confidence = confidence
  }

  public func requirement(for pool: RiskPool) throws(VenueRuleError) -> VenueRequirement {
    try pool.checked()
    try pool.settledInDollars("Derive")
    let perpetuals = try pool.perpetuals("Derive")
    let groups = try pool.optionGroups()
    var markets: [DeriveStandard.Market] = []
    for (place, spot) in pool.indices.enumerated() {
      let expiries = groups.filter { $0.underlying == place }
      let perpetual = perpetuals.first { $0.underlying == place }
      guard !expiries.isEmpty || perpetual != nil else { continue }
      let terms = try listed(place, options: !expiries.isEmpty)
      markets.append(
        DeriveStandard.Market(
          name: terms.coin, rates: terms.rates, spot: spot, spotConfidence: confidence,
          perpetual: perpetual.map {
            DeriveStandard.Perpetual(
              position: $0.coins, mark: $0.mark, confidence: confidence,
              unrealised: $0.profitAtMark)
          }, expiries: expiries.map(expiry)))
    }
    let margin = try DeriveStandard.margin(
      of: DeriveStandard.Account(
        cash: pool.cash, stablePrice: stablePrice, depegThreshold: depegThreshold,
        depegFactor: depegFactor, markets: markets))
    return try requirement(margin, held: pool.cash + perpetuals.sum(\.profitAtMark))
  }

  /// Where the IM factor of an option begins and ends to fall: OTM = 0, and OTM = max − min of spot.
  public func bends(of pool: RiskPool, moving underlying: Int) -> [Double] {
    guard let rates = try? terms.of(underlying).rates.options else { return [] }
    return pool.legs.flatMap { leg -> [Double] in
      guard leg.underlying == underlying, case .option(let right, let strike, _, _) = leg.contract,
        strike > 0
      else { return [] }
      let slope = 1 + right.sign * (rates.maxSpot - rates.minSpot)
      let index = pool.indices[underlying]
      return [1, slope].filter { $0 > 0 }.map { Double.log(strike / ($0 * index)) }
    }
  }

  private func expiry(_ group: OptionGroup) -> DeriveStandard.Expiry {
    DeriveStandard.Expiry(
      forward: group.forward, years: group.years, forwardConfidence: confidence,
      volatilityConfidence: confidence, options: group.options)
  }

  private func listed(_ place: Int, options: Bool) throws(VenueRuleError) -> Terms {
    let terms = try terms.of(place)
    guard terms.listsOptions || !options else {
      throw .notCovered(
        what: "options on \(terms.coin) on Derive", fix: "keep them in a pool of another venue")
    }
    return terms
  }

  private func requirement(
    _ margin: DeriveStandard.Margin, held: Double
  ) throws(VenueRuleError) -> VenueRequirement {
    var parts = RequirementParts()
    for (name, net) in [
      ("options", margin.options), ("perpetuals", margin.perpetuals), ("depeg", margin.depeg),
    ] where net.initial != 0 || net.maintenance != 0 {
      // Rates given from outside may ask less of IM than of MM; the venue's own never do.
      parts.add(
        name, initial: 0 - min(net.initial, net.maintenance), maintenance: 0 - net.maintenance)
    }
    return try VenueRequirement(
      initial: parts.initial, maintenance: parts.maintenance, balance: held, parts: parts.parts,
      confidence: ruleSet.confidence, caveats: Self.caveats + (confidence == 1 ? [] : [Self.cliff])
    ).representable()
  }

  private static let caveats = [
    "parameters of the deployment scripts, not read from the chain",
    "option value is not in what is held; marks are undiscounted at the legs' own volatilities",
  ]

  private static let cliff =
    "doubt of an oracle costs nothing above its threshold and (1 − confidence) of notional below it"
}

extension DeriveStandardRule {
  private static let date = RuleDate(
    2026, 1, 21, .reproduced,
    source: "derivexyz/v2-core 7736900d: StandardManager.sol, scripts/config-mainnet.sol")

  /// Of the deployment scripts, by coin.
  static let known: [String: [DatedSet<Terms>]] = [
    "BTC": [DatedSet(date, Terms(coin: "BTC", rates: rates(0.10, 0.065)))],
    "ETH": [DatedSet(date, Terms(coin: "ETH", rates: rates(0.10, 0.065)))],
    "TRUMP": [
      DatedSet(date, Terms(coin: "TRUMP", rates: rates(0.50, 0.4545), listsOptions: false))
    ],
  ]

  private static func rates(_ initial: Double, _ maintenance: Double) -> DeriveStandard.Rates {
    DeriveStandard.Rates(
      options: DeriveStandard.OptionRates(
        maxSpot: 0.15, minSpot: 0.13, maintenanceCall: 0.09, maintenancePut: 0.09,
        maintenancePutMark: 0.09, unpairedInitial: 1.2, unpairedMaintenance: 1.1,
        putOffset: 1.05),
      perpetualInitial: initial, perpetualMaintenance: maintenance, confidenceThreshold: 0.55,
      confidenceFactor: 1)
  }
}
