public import FulcrumModel
public import FulcrumPricing
internal import RealModule

/// What a policy remembers of one pool between evaluations.
public struct PolicyMemory: Hashable, Sendable {
  public var highWater: Double?
  public var lastIncrease: Timestamp?
  /// Evaluations in a row that asked for an increase.
  public var increasesAsked: Int
  public var smoothedVolatility: Double?
  public var lastEvaluation: Timestamp?

  public init(
    highWater: Double? = nil, lastIncrease: Timestamp? = nil, increasesAsked: Int = 0,
    smoothedVolatility: Double? = nil, lastEvaluation: Timestamp? = nil
  ) {
    self.highWater = highWater
    self.lastIncrease = lastIncrease
    self.increasesAsked = increasesAsked
    self.smoothedVolatility = smoothedVolatility
    self.lastEvaluation = lastEvaluation
  }
}

/// What a policy is asked to decide about: one directional pool at one instant.
public struct PolicyQuestion: Hashable, Sendable {
  public let at: Timestamp
  public let side: FirstPassage.Side
  /// L ≥ 0 now.
  public let leverage: Double
  public let equity: Double
  public let capitalAtRisk: Double
  public let maintenanceRate: Double
  /// See `PolicyConditions.Pool`.
  public let liquidationCap: Double?
  /// u: USD of exposure of one contract, > 0.
  public let unitDeltaCash: Double
  /// Contracts of a lot and of the smallest order.
  public let lot: Double
  public let leastQuantity: Double

  public init(
    at: Timestamp, side: FirstPassage.Side, leverage: Double,
    capital: (equity: Double, atRisk: Double, maintenanceRate: Double),
    contract: (unitDeltaCash: Double, lot: Double, leastQuantity: Double),
    liquidationCap: Double? = nil
  ) {
    self.liquidationCap = liquidationCap
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
    let volatility = smoothed(outlook.volatility, at: question.at, memory)
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
        maintenanceRate: question.maintenanceRate, liquidationCap: question.liquidationCap),
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
    memory.lastEvaluation = question.at
    let action = paced(resize, at: question.at, &memory)
    return PolicyDecision(
      question: question, level: outlook.level, limits: limits[place], conditions: conditions,
      rule: rule, target: target, resize: resize, action: action)
  }

  /// ln σ̂ moves a share of the way that the time since the last evaluation earns.
  func smoothed(
    _ volatility: Double, at now: Timestamp, _ memory: PolicyMemory
  ) -> Double {
    guard pace.smoothing > 0, let before = memory.smoothedVolatility, before > 0,
      volatility > 0, let last = memory.lastEvaluation, now > last
    else { return volatility }
    let halves = Double(now.milliseconds - last.milliseconds) / Double(pace.smoothing)
    let keep = Double.exp2(-halves)
    return Double.exp(keep * .log(before) + (1 - keep) * .log(volatility))
  }

  /// Increases wait for their confirmation and their dwell; reductions never do.
  private func paced(
    _ resize: Resize, at now: Timestamp, _ memory: inout PolicyMemory
  ) -> PolicyDecision.Action {
    guard resize.quantity > 0 else {
      memory.increasesAsked = 0
      if resize.quantity < 0 { return .order(resize.quantity) }
      return .none(
        resize.isInsideBand && !resize.isBreach ? .insideBand : .belowSmallestOrder)
    }
    memory.increasesAsked += 1
    guard memory.increasesAsked >= pace.confirmations else { return .none(.awaitingConfirmation) }
    if let last = memory.lastIncrease, now.milliseconds - last.milliseconds < pace.dwell {
      return .none(.dwelling)
    }
    memory.lastIncrease = now
    memory.increasesAsked = 0
    return .order(resize.quantity)
  }
}
