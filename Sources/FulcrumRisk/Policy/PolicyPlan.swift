internal import FulcrumPricing

/// A whole policy for one kind of pool: what is allowed in each regime, and how orders are made.
public struct PolicyPlan: Hashable, Sendable {
  public enum Band: Hashable, Sendable {
    /// Half-width as a share of the target.
    case fixed(Double)
    /// From the proportional cost per unit of notional, 5 % at least.
    case fromCost(Double)
  }

  /// How an expected shortfall of 1× is computed from σ̂.
  public struct Shortfall: Hashable, Sendable {
    /// α in (0, 1).
    public let tail: Double
    /// Years, > 0.
    public let years: Double

    public init(tail: Double, years: Double) throws(PolicyError) {
      try require(tail > 0 && tail < 1, "shortfall.tail", tail, "above 0 and below 1")
      try require(years > 0, "shortfall.horizon", years, "above 0")
      self.tail = tail
      self.years = years
    }
  }

  /// What is believed of the drift, per year in excess of rate and funding.
  public struct Drift: Hashable, Sendable {
    public let mean: Double
    public let error: Double

    public init(mean: Double, error: Double) throws(PolicyError) {
      try require(mean.isFinite, "kelly.drift", mean, "a finite number")
      try require(error >= 0, "kelly.drift-error", error, "0 or more")
      self.mean = mean
      self.error = error
    }
  }

  /// Brakes against churn (leverage-math 5.5).
  public struct Pace: Hashable, Sendable {
    /// Milliseconds between two increases; reductions never wait.
    public let dwell: Int64
    /// Evaluations in a row that must ask for an increase, ≥ 1.
    public let confirmations: Int
    /// Half-life of the smoothing of ln σ̂, milliseconds; 0 for none.
    public let smoothing: Int64
    /// USD of exposure below which no order is sent, but for a breach; ≥ 0.
    public let smallestOrder: Double

    public init(
      dwell: Int64, confirmations: Int, smoothing: Int64, smallestOrder: Double = 0
    ) throws(PolicyError) {
      try require(dwell >= 0, "dwell", Double(dwell), "0 or more")
      try require(
        confirmations >= 1, "confirmations", Double(confirmations), "1 or more")
      try require(smoothing >= 0, "smoothing", Double(smoothing), "0 or more")
      try require(smallestOrder >= 0, "smallest-order", smallestOrder, "0 or more")
      self.dwell = dwell
      self.smallestOrder = smallestOrder
      self.confirmations = confirmations
      self.smoothing = smoothing
    }

    init(_ pace: Pace, confirmations: Int) {
      dwell = pace.dwell
      self.confirmations = confirmations
      smoothing = pace.smoothing
      smallestOrder = pace.smallestOrder
    }
  }

  /// Limits in calm, normal and stressed markets.
  public let limits: [PolicyLimits]
  /// ρ in the same order, never increasing with stress.
  public let multipliers: [Double]
  public let shortfall: Shortfall
  public let drift: Drift
  /// Qmax, USD; nil where it does not limit.
  public let largestNotional: Double?
  /// Share of the account's equity that a pool's worst loss may take, where leverage cannot steer.
  public let riskBudget: Double?
  /// Whether pools below the risk budget are enlarged to it; otherwise it only limits.
  public let fillsRiskBudget: Bool
  public let band: Band
  public let mode: ResizeRule.Mode
  public let pace: Pace

  /// Everything that is not a limit.
  public struct Conduct: Hashable, Sendable {
    public let shortfall: Shortfall
    public let drift: Drift
    public let largestNotional: Double?
    public let riskBudget: Double?
    public let fillsRiskBudget: Bool
    public let band: Band
    public let mode: ResizeRule.Mode
    public let pace: Pace

    public init(
      estimates: (shortfall: Shortfall, drift: Drift),
      budgets: (largestNotional: Double?, risk: Double?), fillsRiskBudget: Bool = false,
      band: Band, mode: ResizeRule.Mode, pace: Pace
    ) {
      self.fillsRiskBudget = fillsRiskBudget
      shortfall = estimates.shortfall
      drift = estimates.drift
      largestNotional = budgets.largestNotional
      riskBudget = budgets.risk
      self.band = band
      self.mode = mode
      self.pace = pace
    }
  }

  /// - Throws: `.outOfDomain`; `.contradiction` where a multiplier or a cap rises with stress, or the
  ///   drawdown's multiple breaks its own floor inside the band.
  public init(
    limits: [PolicyLimits], multipliers: [Double], conduct: Conduct
  ) throws(PolicyError) {
    let count = RegimeLevel.allCases.count
    try require(limits.count == count, "limits", Double(limits.count), "one for each regime")
    try require(
      multipliers.count == count, "multipliers", Double(multipliers.count),
      "one for each regime")
    try Self.checkOrder(limits, multipliers)
    try Self.check(conduct)
    for limits in limits { try Self.check(limits, conduct) }
    self.limits = limits
    self.multipliers = multipliers
    shortfall = conduct.shortfall
    drift = conduct.drift
    largestNotional = conduct.largestNotional
    riskBudget = conduct.riskBudget
    fillsRiskBudget = conduct.fillsRiskBudget
    band = conduct.band
    mode = conduct.mode
    pace = conduct.pace
  }

  /// The same plan opening at its first evaluation, for runs that start in the middle of history: a
  /// pool that is already there needs no second opinion on its first order.
  package var immediate: PolicyPlan {
    PolicyPlan(self, confirmations: 1)
  }

  private init(_ plan: PolicyPlan, confirmations: Int) {
    limits = plan.limits
    multipliers = plan.multipliers
    shortfall = plan.shortfall
    drift = plan.drift
    largestNotional = plan.largestNotional
    riskBudget = plan.riskBudget
    fillsRiskBudget = plan.fillsRiskBudget
    band = plan.band
    mode = plan.mode
    pace = Pace(plan.pace, confirmations: confirmations)
  }

  /// Half-width of the band around a target.
  public func bandWidth(around target: Double) -> Double {
    switch band {
    case .fixed(let width): width
    case .fromCost(let cost): ResizeRule.bandFromCost(cost, leverage: target)
    }
  }
}
