public import FulcrumModel
public import FulcrumPricing

/// What a policy is asked to decide about: one directional pool at one instant.
public struct PolicyQuestion: Hashable, Sendable {
  public let at: Timestamp
  public let side: FirstPassage.Side
  /// L ≥ 0 now.
  public let leverage: Double
  public let equity: Double
  public let capitalAtRisk: Double
  public let maintenanceRate: Double
  public let resized: PolicyConditions.Resized
  /// u: USD of exposure of one contract, > 0.
  public let unitDeltaCash: Double
  /// Contracts of a lot and of the smallest order.
  public let lot: Double
  public let leastQuantity: Double

  /// Contracts that are open, whichever side.
  public var openSize: Double { leverage * capitalAtRisk / unitDeltaCash }

  public init(
    at: Timestamp, side: FirstPassage.Side, leverage: Double,
    capital: (equity: Double, atRisk: Double, maintenanceRate: Double),
    contract: (unitDeltaCash: Double, lot: Double, leastQuantity: Double),
    resized: PolicyConditions.Resized = .init()
  ) {
    self.resized = resized
    self.at = at
    self.side = side
    self.leverage = leverage
    equity = capital.equity
    capitalAtRisk = capital.atRisk
    maintenanceRate = capital.maintenanceRate
    unitDeltaCash = contract.unitDeltaCash
    lot = contract.lot
    leastQuantity = contract.leastQuantity
  }
}

/// The answer of a policy for one pool, with all that it was reached from.
public struct PolicyDecision: Hashable, Sendable {
  public enum Action: Hashable, Sendable {
    /// Contracts, + increases; reductions are reduce-only.
    case order(Double)
    case none(Pause)
  }

  /// Why nothing is done.
  public enum Pause: String, Hashable, Sendable, CaseIterable {
    case insideBand, belowSmallestOrder, awaitingConfirmation, dwelling
  }

  public let question: PolicyQuestion
  /// What was remembered when the question was asked, and how that paces orders.
  public let before: PolicyMemory
  public let pace: PolicyPlan.Pace
  /// σ̂ before it was smoothed: annual, 1 = 100 %.
  public let forecast: Double
  public let level: RegimeLevel
  public let limits: PolicyLimits
  public let conditions: PolicyConditions
  public let rule: ResizeRule
  public let target: LeverageTarget
  public let resize: Resize
  public let action: Action
}

extension PolicyPlan {
  /// Decides about one pool and notes in `memory` what the next decision needs.
  ///
  /// - Throws: `PolicyError.outOfDomain` for a forecast of 0, a pool without capital at risk, or
  ///   numbers outside the domains of the question.
  public func decide(
    _ question: PolicyQuestion, outlook: MarketOutlook, memory: inout PolicyMemory
  ) throws(PolicyError) -> PolicyDecision {
    let before = memory
    let volatility = pace.smoothed(outlook.volatility, at: question.at, memory)
    let highWater = max(memory.highWater ?? question.equity, question.equity)
    let place = outlook.level.rawValue
    let conditions = try PolicyConditions(
      outlook: .init(
        volatility: volatility, drift: question.side == .down ? drift.mean : -drift.mean,
        driftError: drift.error,
        shortfall: PolicyConditions.Outlook.shortfall(
          volatility: volatility, years: shortfall.years, tail: shortfall.tail,
          side: question.side)),
      pool: .init(
        side: question.side, equity: (question.equity, highWater),
        capitalAtRisk: question.capitalAtRisk, largestNotional: largestNotional,
        maintenanceRate: question.maintenanceRate, resized: question.resized),
      regimeMultiplier: multipliers[place])
    let target = try LeverageTarget(limits[place], under: conditions)
    let rule = try ResizeRule(
      band: bandWidth(around: target.target), mode: mode, lot: question.lot,
      leastQuantity: max(question.leastQuantity, pace.smallestOrder / question.unitDeltaCash))
    let resize = try Resize(
      from: question.leverage, to: target, by: rule, capitalAtRisk: question.capitalAtRisk,
      unitDeltaCash: question.unitDeltaCash)
    memory.smoothedVolatility = volatility
    memory.highWater = highWater
    let action = pace.action(
      for: resize, openSize: question.openSize, at: question.at, memory: &memory)
    return PolicyDecision(
      question: question, before: before, pace: pace, forecast: outlook.volatility,
      level: outlook.level, limits: limits[place], conditions: conditions, rule: rule,
      target: target, resize: resize, action: action)
  }
}
