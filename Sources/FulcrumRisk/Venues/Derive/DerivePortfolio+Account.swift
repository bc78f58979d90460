extension DerivePortfolio {
  public struct Expiry: Hashable, Sendable {
    /// To expiry; at 0 or below the options are worth their intrinsic value.
    public var seconds: Double
    /// USD per coin, > 0.
    public var forward: Double
    public var forwardConfidence: Double
    /// A year, continuous; below 0 counts as 0.
    public var rate: Double
    public var rateConfidence: Double
    public var volatilityConfidence: Double
    public var options: [DeriveStandard.Option]

    public init(
      seconds: Double, forward: Double, forwardConfidence: Double = 1, rate: Double = 0,
      rateConfidence: Double = 1, volatilityConfidence: Double = 1,
      options: [DeriveStandard.Option]
    ) {
      self.seconds = seconds
      self.forward = forward
      self.forwardConfidence = forwardConfidence
      self.rate = rate
      self.rateConfidence = rateConfidence
      self.volatilityConfidence = volatilityConfidence
      self.options = options
    }
  }

  public struct Collateral: Hashable, Sendable {
    public var name: String
    public var amount: Double
    /// USD per unit.
    public var price: Double
    public var confidence: Double
    /// Whether it moves with spot in the scenarios.
    public var isRiskCancelling: Bool
    /// IM on top of MM, shares of its value.
    public var initialHaircut: Double
    public var maintenanceHaircut: Double
    /// Confidence below this costs (1 − confidence)·the rule's factor of its value, IM only.
    public var confidenceThreshold: Double

    public init(
      name: String, amount: Double, price: Double, confidence: Double = 1,
      isRiskCancelling: Bool, haircuts: (initial: Double, maintenance: Double),
      confidenceThreshold: Double
    ) {
      self.name = name
      self.amount = amount
      self.price = price
      self.confidence = confidence
      self.isRiskCancelling = isRiskCancelling
      initialHaircut = haircuts.initial
      maintenanceHaircut = haircuts.maintenance
      self.confidenceThreshold = confidenceThreshold
    }
  }

  public struct Perpetual: Hashable, Sendable {
    /// Coins, negative for a short.
    public var position: Double
    public var price: Double
    public var confidence: Double
    /// Profit and funding not yet settled into cash, USD.
    public var unrealised: Double
    public var funding: Double

    public init(
      position: Double, price: Double, confidence: Double = 1, unrealised: Double,
      funding: Double = 0
    ) {
      self.position = position
      self.price = price
      self.confidence = confidence
      self.unrealised = unrealised
      self.funding = funding
    }
  }

  public struct Account: Hashable, Sendable {
    public var cash: Double
    /// USD per coin, > 0.
    public var spot: Double
    public var spotConfidence: Double
    /// USD per unit of the settlement stablecoin, > 0.
    public var stablePrice: Double
    public var perpetual: Perpetual
    public var collaterals: [Collateral]
    public var expiries: [Expiry]

    public init(
      cash: Double, spot: Double, spotConfidence: Double = 1, stablePrice: Double = 1,
      perpetual: Perpetual, collaterals: [Collateral] = [], expiries: [Expiry]
    ) {
      self.cash = cash
      self.spot = spot
      self.spotConfidence = spotConfidence
      self.stablePrice = stablePrice
      self.perpetual = perpetual
      self.collaterals = collaterals
      self.expiries = expiries
    }
  }

  /// What set the scenario loss.
  public enum Worst: Hashable, Sendable {
    case scenario(Scenario)
    /// Forwards against spot.
    case basis
    /// Nothing loses.
    case none
  }

  public struct Margin: Hashable, Sendable {
    /// Net of everything held: trading needs `initial` ≥ 0, liquidation begins at `maintenance` < 0.
    public let net: DeriveStandard.Net
    public let worst: Worst
    /// ≤ 0, before the loss factors.
    public let worstLoss: Double
    /// worst·factor ≤ 0, then the contingencies ≤ 0 (initial including maintenance).
    public let scenarioCharge: DeriveStandard.Net
    public let contingency: DeriveStandard.Net
    /// Marks of all options, and of all collateral over the stablecoin.
    public let optionValue: Double
    public let collateralValue: Double
    /// Options, collateral, unrealised profit and funding, and cash.
    public let markToMarket: Double
  }

  // MARK: Domains

  func validate(_ account: Account) throws(VenueRuleError) {
    try validateParameters()
    try VenueInput.finite(account.cash, "Cash")
    try VenueInput.positive(account.spot, "SpotPrice")
    try VenueInput.fraction(account.spotConfidence, "SpotConfidence")
    try VenueInput.positive(account.stablePrice, "StablePrice")
    try VenueInput.finite(account.perpetual.position, "NumPerps")
    try VenueInput.nonNegative(account.perpetual.price, "PerpPrice")
    try VenueInput.fraction(account.perpetual.confidence, "PerpConfidence")
    try VenueInput.finite(account.perpetual.unrealised, "UnrealisedPerpPNL")
    try VenueInput.finite(account.perpetual.funding, "UnrealisedFunding")
    for collateral in account.collaterals {
      try VenueInput.nonNegative(collateral.amount, "Amount")
      try VenueInput.nonNegative(collateral.price, "Price")
      try VenueInput.fraction(collateral.confidence, "Confidence")
      try VenueInput.nonNegative(collateral.initialHaircut, "IMHaircut")
      try VenueInput.nonNegative(collateral.maintenanceHaircut, "MMHaircut")
      try VenueInput.fraction(collateral.confidenceThreshold, "ConfidenceFactor")
    }
    for expiry in account.expiries { try validate(expiry) }
  }

  private func validate(_ expiry: Expiry) throws(VenueRuleError) {
    try VenueInput.finite(expiry.seconds, "Expiry")
    try VenueInput.positive(expiry.forward, "Forward")
    try VenueInput.fraction(expiry.forwardConfidence, "ForwardConfidence")
    try VenueInput.finite(expiry.rate, "Rate")
    try VenueInput.fraction(expiry.rateConfidence, "RateConfidence")
    try VenueInput.fraction(expiry.volatilityConfidence, "OptionVolConfidences")
    for option in expiry.options {
      try VenueInput.positive(option.strike, "Strike")
      try VenueInput.finite(option.amount, "Amount")
      try VenueInput.nonNegative(option.volatility, "MarkVol")
    }
    let root = (max(expiry.seconds, 0) / Self.yearSeconds).squareRoot()
    for scenario in scenarios where scenario.volatility.isSkew {
      // What the venue does with a cap below 0 is not stated anywhere that was read.
      guard skewCap(scenario.volatility, root) >= 0 else {
        throw .notKnown(
          what: "the skew shock of an expiry in \(root * root) years",
          upTo: "the time at which its cap base + slope·√T reaches 0")
      }
    }
  }

  private func validateParameters() throws(VenueRuleError) {
    try VenueInput.nonNegative(factors.initialLoss, "IM_LOSS_FACTOR")
    try VenueInput.hold(
      factors.maintenanceLoss >= 0 && factors.maintenanceLoss <= factors.initialLoss,
      factors.maintenanceLoss, "MM_LOSS_FACTOR", "a factor from 0 to IM_LOSS_FACTOR")
    try VenueInput.positive(skew.leastWidth, "MIN_K_STAR")
    try VenueInput.nonNegative(volatilityShock.floorDays, "DTE_FLOOR")
    try VenueInput.hold(
      contingency.perpetualInitial >= 0 && contingency.perpetualMaintenance >= 0
        && contingency.optionInitial >= 0 && contingency.optionMaintenance >= 0,
      -1, "OtherContingency", "shares of 0 or more")
    for scenario in scenarios {
      try VenueInput.positive(scenario.spot, "Scenarios")
      try VenueInput.nonNegative(scenario.damp, "Scenarios")
    }
  }
}
