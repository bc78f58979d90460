/// Derive's scenario margin (PMRM_2) over a pool of one coin.
///
/// Losses are measured from today's marks, so what is held counts option value.
public struct DerivePortfolioRule: VenueRule, Hashable {
  public let ruleSet: VenueRuleSet
  /// The pool's coin.
  public var coin: String
  public var parameters: DerivePortfolio
  /// USD per unit of the settlement stablecoin.
  public var stablePrice: Double
  /// Of every oracle.
  public var confidence: Double
  /// Interest a year at which every expiry is discounted; a pool's own rates are 0.
  public var rate: Double

  public init(
    ruleSet: VenueRuleSet, coin: String, parameters: DerivePortfolio, stablePrice: Double = 1,
    confidence: Double = 1, rate: Double = 0
  ) {
    self.ruleSet = ruleSet
    self.coin = coin
    self.parameters = parameters
    self.stablePrice = stablePrice
    self.confidence = confidence
    self.rate = rate
  }

  public func requirement(for pool: RiskPool) throws(VenueRuleError) -> VenueRequirement {
    try pool.checked()
    try pool.settledInDollars("Derive")
    guard pool.indices.count == 1 else {
      throw .notCovered(
        what:
          "a pool of \(pool.indices.count) coins under Derive's portfolio margin, one coin each",
        fix: "split the pool by coin")
    }
    let perpetual = try pool.perpetuals("Derive").first
    let account = DerivePortfolio.Account(
      cash: pool.cash, spot: pool.indices[0], spotConfidence: confidence,
      stablePrice: stablePrice,
      perpetual: DerivePortfolio.Perpetual(
        position: perpetual?.coins ?? 0, price: perpetual?.mark ?? pool.indices[0],
        confidence: confidence, unrealised: perpetual?.profitAtMark ?? 0),
      expiries: try pool.optionGroups().map(expiry))
    return try requirement(try parameters.margin(of: account))
  }

  private func expiry(_ group: OptionGroup) -> DerivePortfolio.Expiry {
    DerivePortfolio.Expiry(
      seconds: group.years * DerivePortfolio.yearSeconds, forward: group.forward,
      forwardConfidence: confidence, rate: rate, rateConfidence: confidence,
      volatilityConfidence: confidence, options: group.options)
  }

  private func requirement(
    _ margin: DerivePortfolio.Margin
  ) throws(VenueRuleError) -> VenueRequirement {
    var parts = RequirementParts()
    parts.add(
      "worst scenario", initial: 0 - margin.scenarioCharge.initial,
      maintenance: 0 - margin.scenarioCharge.maintenance)
    parts.add(
      "contingencies", initial: 0 - margin.contingency.initial,
      maintenance: 0 - margin.contingency.maintenance)
    return try VenueRequirement(
      initial: parts.initial, maintenance: parts.maintenance, balance: margin.markToMarket,
      worst: parameters.words(margin.worst), parts: parts.parts, confidence: ruleSet.confidence,
      caveats: Self.caveats
    ).representable()
  }

  private static let caveats = [
    "parameters of the deployment scripts, not read from the chain; static discounts, k* and rate "
      + "multiples of the venue's tests",
    "interest rates are 0 unless the rule is given one",
  ]
}

extension DerivePortfolioRule {
  /// The formula is reproduced on 139 portfolios; some parameters are those of the tests
  /// (decision 0021).
  private static let date = RuleDate(
    2026, 1, 21, .inferred,
    source: "derivexyz/v2-core 7736900d: PMRM_2.sol, PMRMLib_2.sol, scripts/config-mainnet.sol")

  static let known: [String: [DatedSet<DerivePortfolio>]] = [
    "BTC": [DatedSet(date, .standard)], "ETH": [DatedSet(date, .standard)],
  ]
}

extension DerivePortfolio {
  /// The mainnet configuration of PMRM_2, its 33 scenarios included.
  ///
  /// The script's static discounts (0.95 for shorts, 1.05 for longs) look swapped: they would
  /// *raise* what is held for long. Those of the venue's tests stand here (decision 0021).
  public static let standard = DerivePortfolio(
    factors: Factors(
      initialLoss: 1, maintenanceLoss: 0.8, longBase: 0.95, longMultiple: 1, longAdd: 0.16,
      shortBase: 1.04, shortMultiple: 0.5, shortAdd: 0.16),
    volatilityShock: VolatilityShock(
      up: 0.5, down: 0.3, leastUp: 0.4, shortTermPower: 0.3, longTermPower: 0.13,
      floorDays: 1),
    skew: SkewShock(
      linearBase: 0.25, linearSlope: -0.1, absoluteBase: 0.25, absoluteSlope: -0.1,
      leastWidth: 0.01, widthScale: 4, volatilityStatic: 0.6, volatilityScale: -0.1),
    basis: Basis(up: 1.045, down: 0.955, add: 0.5, multiple: 2),
    contingency: Contingency(
      pegThreshold: 0.99, pegFactor: 4, confidenceThreshold: 0.55, confidenceFactor: 1,
      perpetualMaintenance: 0.03, perpetualInitial: 0.01, optionMaintenance: 0.003,
      optionInitial: 0.002),
    scenarios: standardScenarios)

  /// Seven moves of spot by three of volatility, two wider ones, eight damped tails, two skews.
  public static let standardScenarios: [Scenario] = {
    let grid = [0.865, 0.91, 0.955, 1, 1.045, 1.09, 1.135].flatMap { spot in
      [VolatilityCase.up, .none, .down].map { Scenario(spot, $0) }
    }
    // Damping makes |move|·damp the same in every tail: 0.1386.
    let tails = [
      (0.34, 0.21), (0.67, 0.42), (1.5, 0.2772), (2, 0.1386), (3, 0.0693), (4, 0.0462),
      (5, 0.03465), (6, 0.02772),
    ].map { Scenario($0.0, .up, damp: $0.1) }
    return grid + [Scenario(0.82, .up), Scenario(1.18, .up)] + tails
      + [Scenario(1, .linearSkew), Scenario(1, .absoluteSkew)]
  }()

  /// "spot −13.5 %, volatility up".
  func words(_ worst: Worst) -> String {
    switch worst {
    case .none: "no scenario loses"
    case .basis:
      "forwards \(Self.percent(basis.up - 1)) or \(Self.percent(basis.down - 1)) against spot"
    case .scenario(let scenario):
      switch scenario.volatility {
      case .linearSkew: "skew of the smile, the bad way in every expiry"
      case .absoluteSkew: "wings of the smile, the bad way in every expiry"
      case .up, .none, .down:
        "spot \(scenario.spot == 1 ? "unchanged" : Self.percent(scenario.spot - 1)), "
          + "volatility \(scenario.volatility == .none ? "unchanged" : scenario.volatility.word)"
          + (scenario.damp == 1
            ? "" : ", the loss counted at \(Self.percent(scenario.damp, signed: false))")
      }
    }
  }

  /// One decimal, with a minus sign and no zero that says nothing.
  private static func percent(_ share: Double, signed: Bool = true) -> String {
    let tenths = (share.magnitude * 1000).rounded()
    guard tenths < 1e15 else { return "\(share * 100) %" }
    let whole = Int(tenths)
    let digits = whole % 10 == 0 ? "\(whole / 10)" : "\(whole / 10).\(whole % 10)"
    return (signed ? (share < 0 ? "−" : "+") : "") + digits + " %"
  }
}

extension DerivePortfolio.VolatilityCase {
  fileprivate var word: String { rawValue.lowercased() }
}
