public import FulcrumModel
internal import RealModule

/// What a policy remembers of one pool between evaluations.
public struct PolicyMemory: Hashable, Sendable {
  public var highWater: Double?
  /// When the last increase was ordered, and how many contracts were open then: where no more are
  /// open at the next evaluation, it was not made.
  public var lastIncrease: Timestamp?
  public var sizeAtIncrease: Double?
  /// Evaluations in a row, at different instants, that asked for an increase.
  public var increasesAsked: Int
  public var smoothedVolatility: Double?
  public var lastEvaluation: Timestamp?

  public init(
    highWater: Double? = nil, lastIncrease: Timestamp? = nil, sizeAtIncrease: Double? = nil,
    increasesAsked: Int = 0, smoothedVolatility: Double? = nil, lastEvaluation: Timestamp? = nil
  ) {
    self.highWater = highWater
    self.lastIncrease = lastIncrease
    self.sizeAtIncrease = sizeAtIncrease
    self.increasesAsked = increasesAsked
    self.smoothedVolatility = smoothedVolatility
    self.lastEvaluation = lastEvaluation
  }

  /// When the last increase was ordered, where the pool shows that it was not made.
  public func unmadeIncrease(openSize: Double, at now: Timestamp) -> Timestamp? {
    guard let lastIncrease, now >= lastIncrease, let sizeAtIncrease,
      abs(openSize - sizeAtIncrease) <= 1e-9 * max(1, sizeAtIncrease)
    else { return nil }
    return lastIncrease
  }
}

extension PolicyPlan.Pace {
  /// ln σ̂ moves a share of the way that the time since the last evaluation earns.
  ///
  ///     σ = σ_before^k · σ̂^(1−k),   k = 2^(−Δt/half-life)
  ///
  /// - Parameter volatility: σ̂ ≥ 0, annual.
  /// - Returns: σ̂ itself without smoothing, memory or time gone by.
  public func smoothed(
    _ volatility: Double, at now: Timestamp, _ memory: PolicyMemory
  ) -> Double {
    guard smoothing > 0, let before = memory.smoothedVolatility, before > 0,
      volatility > 0, let last = memory.lastEvaluation
    else { return volatility }
    // The same instant again knows nothing newer than it did.
    let halves = Double(max(0, now.milliseconds - last.milliseconds)) / Double(smoothing)
    let keep = Double.exp2(-halves)
    return Double.exp(keep * .log(before) + (1 - keep) * .log(volatility))
  }

  /// What is done about a resize, noted in `memory`: increases wait for their confirmation and their
  /// dwell; reductions never do.
  ///
  /// One instant counts once, however often it is asked about. An increase that was ordered and not
  /// made stands: it is ordered again without a new confirmation, and nothing dwells on it.
  public func action(
    for resize: Resize, openSize: Double, at now: Timestamp, memory: inout PolicyMemory
  ) -> PolicyDecision.Action {
    let isNew = memory.lastEvaluation.map { now > $0 } ?? true
    if isNew { memory.lastEvaluation = now }
    if memory.unmadeIncrease(openSize: openSize, at: now) != nil {
      memory.lastIncrease = nil
      memory.sizeAtIncrease = nil
      memory.increasesAsked = confirmations
    } else if isNew {
      memory.increasesAsked += 1
    }
    guard resize.quantity > 0 else {
      memory.increasesAsked = 0
      if resize.quantity < 0 { return .order(resize.quantity) }
      return .none(
        resize.isInsideBand && !resize.isBreach ? .insideBand : .belowSmallestOrder)
    }
    guard memory.increasesAsked >= confirmations else { return .none(.awaitingConfirmation) }
    if let last = memory.lastIncrease, now.milliseconds - last.milliseconds < dwell {
      return .none(.dwelling)
    }
    memory.lastIncrease = now
    memory.sizeAtIncrease = openSize
    memory.increasesAsked = 0
    return .order(resize.quantity)
  }
}
