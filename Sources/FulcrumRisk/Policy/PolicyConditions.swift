public import FulcrumPricing

/// What a policy is told of the market and of one pool at one instant.
public struct PolicyConditions: Hashable, Sendable {
  /// What is believed of the index.
  public struct Outlook: Hashable, Sendable {
    /// σ̂ > 0: annual, 1 = 100 %.
    public let volatility: Double
    /// μ̂: arithmetic drift a year in excess of the rate and of funding; 0 without a view.
    public let drift: Double
    /// se ≥ 0 of it.
    public let driftError: Double
    /// ES₁ > 0: expected shortfall of one times leverage over the policy's horizon, a fraction.
    public let shortfall: Double

    public init(
      volatility: Double, drift: Double = 0, driftError: Double = 0, shortfall: Double
    ) throws(PolicyError) {
      try require(volatility > 0, "volatility", volatility, "above 0")
      try require(drift.isFinite, "drift", drift, "a finite number")
      try require(driftError >= 0, "drift error", driftError, "0 or more")
      try require(shortfall > 0, "shortfall", shortfall, "above 0")
      self.volatility = volatility
      self.drift = drift
      self.driftError = driftError
      self.shortfall = shortfall
    }
  }

  /// What was found by resizing a pool for which a closed form does not hold; nil for the closed form.
  public struct Resized: Hashable, Sendable {
    /// The largest leverage whose liquidation is no likelier than allowed: of every pool that is not
    /// one linear future (an inverse one is not).
    public let liquidationCap: Double?
    /// The leverage at which money is expected to grow fastest: of pools with options.
    public let growthOptimum: Double?

    public init(liquidationCap: Double? = nil, growthOptimum: Double? = nil) {
      self.liquidationCap = liquidationCap
      self.growthOptimum = growthOptimum
    }
  }

  /// What the pool is.
  public struct Pool: Hashable, Sendable {
    /// Where the pool's liquidation lies: below the index for a long, above for a short.
    public let side: FirstPassage.Side
    /// V and HWM, USD; HWM > 0.
    public let equity: Double
    public let highWater: Double
    /// CaR$ > 0.
    public let capitalAtRisk: Double
    /// Qmax ≥ 0 USD: what can be left in time; nil where nothing is known.
    public let largestNotional: Double?
    /// κ_mm in [0, 1): maintenance per unit of notional.
    public let maintenanceRate: Double
    public let resized: Resized

    public init(
      side: FirstPassage.Side, equity: (now: Double, highWater: Double), capitalAtRisk: Double,
      largestNotional: Double? = nil, maintenanceRate: Double, resized: Resized = Resized()
    ) throws(PolicyError) {
      for (name, found) in [
        ("liquidation cap", resized.liquidationCap), ("growth optimum", resized.growthOptimum),
      ] {
        if let found { try require(found >= 0, name, found, "0 or more") }
      }
      try require(equity.now.isFinite, "equity", equity.now, "a finite number")
      try require(equity.highWater > 0, "high-water mark", equity.highWater, "above 0")
      try require(capitalAtRisk > 0, "capital at risk", capitalAtRisk, "above 0")
      if let largestNotional {
        try require(largestNotional >= 0, "largest notional", largestNotional, "0 or more")
      }
      try require(
        maintenanceRate >= 0 && maintenanceRate < 1, "maintenance rate", maintenanceRate,
        "0 or more and below 1")
      self.side = side
      self.equity = equity.now
      self.highWater = equity.highWater
      self.capitalAtRisk = capitalAtRisk
      self.largestNotional = largestNotional
      self.maintenanceRate = maintenanceRate
      self.resized = resized
    }
  }

  public let outlook: Outlook
  public let pool: Pool
  /// ρ in [0, 1] by default; soft budgets are multiplied by it.
  public let regimeMultiplier: Double

  public init(
    outlook: Outlook, pool: Pool, regimeMultiplier: Double = 1
  ) throws(PolicyError) {
    try require(regimeMultiplier >= 0, "regime multiplier", regimeMultiplier, "0 or more")
    self.outlook = outlook
    self.pool = pool
    self.regimeMultiplier = regimeMultiplier
  }
}
