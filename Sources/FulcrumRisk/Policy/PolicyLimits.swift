/// What a policy allows one pool: soft budgets, which the regime scales, and hard caps, which it does
/// not (leverage-math 5.1 and 5.2). A nil part does not limit.
public struct PolicyLimits: Hashable, Sendable {
  /// Fractional growth optimum on a cautious drift: κ max(0, μ̂ − z·se)/σ̂².
  public struct Kelly: Hashable, Sendable {
    /// κ in (0, 1].
    public let fraction: Double
    /// z ≥ 0: standard errors that the drift is lowered by.
    public let errors: Double
    /// Years, > 0, over which a pool with options grows; others have no horizon.
    public let years: Double

    public static let usualYears = 7 / 365.0

    public init(
      fraction: Double, errors: Double, years: Double = usualYears
    ) throws(PolicyError) {
      try require(years > 0, "kelly.horizon", years, "above 0")
      try require(fraction > 0 && fraction <= 1, "kelly.fraction", fraction, "above 0, at most 1")
      try require(errors >= 0, "kelly.z", errors, "0 or more")
      self.fraction = fraction
      self.errors = errors
      self.years = years
    }
  }

  /// Cushion above a floor: multiple · max(0, 1 − (1 − limit)·highWater/equity).
  public struct Drawdown: Hashable, Sendable {
    /// δ in (0, 1): share of the high-water mark that may be lost.
    public let limit: Double
    /// > 0; the floor holds through a gap J while multiple·(1 + band)·|J| ≤ 1.
    public let multiple: Double
    /// |J| in (0, 1]: the largest loss of 1× between two evaluations that the floor must survive.
    public let gap: Double

    /// A little beyond the worst hour of BTC since 2020, −18.2 % (12 March 2020); its worst day lost
    /// 39.5 %.
    public static let usualGap = 0.2

    public init(
      limit: Double, multiple: Double, gap: Double = usualGap
    ) throws(PolicyError) {
      try require(gap > 0 && gap <= 1, "drawdown.gap", gap, "above 0, at most 1")
      try require(limit > 0 && limit < 1, "drawdown.limit", limit, "above 0 and below 1")
      try require(multiple > 0, "drawdown.multiple", multiple, "above 0")
      self.limit = limit
      self.multiple = multiple
      self.gap = gap
    }
  }

  /// Largest probability of liquidation within a horizon, at μ = 0.
  public struct LiquidationCap: Hashable, Sendable {
    /// In (0, 1).
    public let probability: Double
    /// Years, > 0.
    public let years: Double

    public init(probability: Double, years: Double) throws(PolicyError) {
      try require(
        probability > 0 && probability < 1, "liquidation.probability", probability,
        "above 0 and below 1")
      try require(years > 0, "liquidation.horizon", years, "above 0")
      self.probability = probability
      self.years = years
    }
  }

  /// σ_target, annual, > 0.
  public let volatilityTarget: Double?
  public let kelly: Kelly?
  /// Tolerated expected shortfall over the policy's horizon, as a fraction of capital at risk, > 0.
  public let shortfallBudget: Double?
  public let drawdown: Drawdown?
  public let liquidation: LiquidationCap?
  /// L_max ≥ 0.
  public let hardMax: Double?

  /// - Throws: `.outOfDomain`; `.nothingLimits` where every part is nil.
  public init(
    volatilityTarget: Double? = nil, kelly: Kelly? = nil, shortfallBudget: Double? = nil,
    drawdown: Drawdown? = nil, caps: (liquidation: LiquidationCap?, hardMax: Double?)
  ) throws(PolicyError) {
    if let volatilityTarget {
      try require(volatilityTarget > 0, "volatility-target", volatilityTarget, "above 0")
    }
    if let shortfallBudget {
      try require(shortfallBudget > 0, "shortfall.budget", shortfallBudget, "above 0")
    }
    if let hardMax = caps.hardMax {
      try require(hardMax >= 0, "caps.leverage", hardMax, "0 or more")
    }
    let hasBudget =
      volatilityTarget != nil || kelly != nil || shortfallBudget != nil || drawdown != nil
    guard hasBudget || caps.liquidation != nil || caps.hardMax != nil else {
      throw .nothingLimits
    }
    self.volatilityTarget = volatilityTarget
    self.kelly = kelly
    self.shortfallBudget = shortfallBudget
    self.drawdown = drawdown
    liquidation = caps.liquidation
    hardMax = caps.hardMax
  }
}
