import FulcrumModel
import FulcrumPricing

/// Finds ways to bring a pool to a target, rounds them to lots and checks each with the exact engine
/// (leverage-math 7).
public struct HedgePlanner: Sendable {
  let pool: RiskPool
  let margin: StandardMargin
  let instruments: [HedgeInstrument]
  let costs: HedgeCosts
  let day: HedgeState.Day
  /// Share of an exposure that may be left.
  let tolerance: Double

  /// - Parameters:
  ///   - instruments: of the pool's own coin and settlement; others are passed over.
  ///   - tolerance: share of the present exposure that counts as none, in (0, 1).
  public init(
    _ pool: RiskPool, margin: StandardMargin, instruments: [HedgeInstrument], costs: HedgeCosts,
    day: HedgeState.Day, tolerance: Double
  ) {
    self.pool = pool
    self.margin = margin
    self.instruments = instruments.filter {
      $0.leg.settlement == pool.currency.settlement && $0.lot > 0
    }
    self.costs = costs
    self.day = day
    self.tolerance = tolerance
  }

  /// - Throws: `RiskError` where the pool or the rule is outside its domain, or it has several coins.
  public func plan(
    _ target: HedgeTarget, solver: (any LinearProgramSolver)?
  ) throws(RiskError) -> HedgePlan {
    try pool.validate()
    try margin.validate()
    guard pool.indices.count == 1 else {
      throw .severalUnderlyings(count: pool.indices.count)
    }
    let before = try HedgeState(pool, margin: margin, day: day)
    guard before.equity > 0 else { throw .noEquity(seen: before.equity) }
    let search = HedgeSearch(
      planner: self, target: target, before: before, tolerances: tolerances(before),
      solver: solver)
    let isThere = search.isReached(before)
    var plan = HedgePlan(
      target: target, before: before, tolerances: search.tolerances, proposals: [], refusals: [],
      isThere: isThere, solver: solver?.name)
    guard !isThere else { return plan }
    for way in HedgeProposal.Way.allCases {
      switch search.outcome(way) {
      case .success(let proposal): plan.proposals.append(proposal)
      case .failure(let refusal):
        plan.refusals.append(HedgeRefusal(way: way, reason: refusal.reason))
      }
    }
    plan.proposals.sort {
      $0.isReached != $1.isReached ? $0.isReached : $0.cost < $1.cost
    }
    return plan
  }

  /// A share of what is there, and never less than half a lot of the finest instrument moves.
  private func tolerances(_ before: HedgeState) -> [HedgeExposure: Double] {
    var tolerances: [HedgeExposure: Double] = [:]
    for kind in HedgeExposure.allCases {
      let finest =
        instruments.compactMap { instrument -> Double? in
          let unit = unitExposure(instrument.leg, kind).magnitude * instrument.lot
          return unit > 0 ? unit : nil
        }.min() ?? 0
      tolerances[kind] = max(
        tolerance * before.exposure(kind).magnitude, 0.5 * finest, .leastNormalMagnitude)
    }
    return tolerances
  }

  /// Delta cash, gamma cash per 1 % or vega per point of one contract, USD.
  func unitExposure(_ leg: RiskLeg, _ kind: HedgeExposure) -> Double {
    let alone = RiskPool(indices: pool.indices, currency: pool.currency, cash: 0, legs: [leg])
    let exposure = Exposure(Revaluation(alone), indices: pool.indices)
    return switch kind {
    case .delta: exposure.total(\.delta)
    case .gamma: exposure.total(\.gamma) / 100
    case .vega: exposure.total(\.vega) / 100
    }
  }

  /// The pool after trades at marks, less their cost.
  func applied(
    _ trades: [HedgeTrade], cashAdded: Double = 0
  ) -> (pool: RiskPool, spread: Double, fees: Double, isQuoted: Bool) {
    var (spread, fees, isQuoted) = (0.0, 0.0, true)
    var additions: [RiskPool] = []
    for trade in trades where trade.contracts != 0 {
      let cost = costs.cost(
        of: trade.instrument, contracts: trade.contracts, index: pool.indices[0])
      spread += cost.spread
      fees += cost.fee
      isQuoted = isQuoted && cost.isQuoted
      var leg = trade.instrument.leg
      leg.quantity = trade.contracts
      leg.underlying = 0
      let premium = leg.isOption ? leg.signedSize * costs.markValue(leg) : 0
      additions.append(
        RiskPool(
          indices: pool.indices, currency: pool.currency,
          cash: -premium - cost.spread - cost.fee, legs: [leg]))
    }
    var joint = Containment.joined([pool] + additions)
    joint.cash += cashAdded
    let scale = pool.legs.map(\.quantity.magnitude).max() ?? 1
    joint.legs.removeAll { $0.quantity.magnitude <= 1e-12 * scale }
    return (joint, spread, fees, isQuoted)
  }
}

/// One search for one target.
struct HedgeSearch {
  let planner: HedgePlanner
  let target: HedgeTarget
  let before: HedgeState
  let tolerances: [HedgeExposure: Double]
  let solver: (any LinearProgramSolver)?

  struct Refusal: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
  }

  typealias Outcome = Result<HedgeProposal, Refusal>

  func outcome(_ way: HedgeProposal.Way) -> Outcome {
    switch way {
    case .perpetual: perpetual()
    case .reduce: reduce()
    case .topUp: topUp()
    case .roll: roll()
    case .wing: wing()
    case .combination: combination()
    }
  }

  // MARK: Judging

  func isReached(_ state: HedgeState) -> Bool {
    // A hair of rounding is no breach.
    let slack = 1 + 1e-9
    switch target {
    case .leverage(let limit): return (state.deltaLeverage.finite ?? .infinity) <= limit * slack
    case .maxLoss(let limit): return (state.maxLoss.finite ?? .infinity) <= limit * slack
    case .neutral(let kinds):
      return kinds.allSatisfy {
        state.exposure($0).magnitude <= (tolerances[$0] ?? 0) * slack
      }
    }
  }

  /// What is left to the target, in words.
  func shortfall(_ state: HedgeState) -> String? {
    guard !isReached(state) else { return nil }
    switch target {
    case .leverage(let limit):
      let seen = state.deltaLeverage.finite.map { "\(Self.short($0))x" } ?? "unbounded"
      return "leverage is \(seen), over \(Self.short(limit))x"
    case .maxLoss(let limit):
      guard let loss = state.maxLoss.finite else { return "maximum loss is unbounded" }
      return "maximum loss is over the limit by \(Self.short(loss - limit))"
    case .neutral(let kinds):
      let left = HedgeExposure.allCases.filter { kinds.contains($0) }.compactMap {
        kind -> String? in
        let excess = state.exposure(kind).magnitude - (tolerances[kind] ?? 0)
        return excess > 0 ? "\(kind.rawValue) by \(Self.short(excess)) USD" : nil
      }
      return "over tolerance: " + left.joined(separator: ", ")
    }
  }

  /// Four digits.
  static func short(_ number: Double) -> String {
    guard number.isFinite, number != 0 else { return "\(number)" }
    var factor = 1.0
    while (number * factor).magnitude < 1000, factor < 1e12 { factor *= 10 }
    let rounded = (number * factor).rounded() / factor
    return rounded == rounded.rounded() && rounded.magnitude < 1e15
      ? "\(Int(rounded))" : "\(rounded)"
  }

  func state(_ trades: [HedgeTrade], cashAdded: Double = 0) -> HedgeState? {
    let pool = planner.applied(trades, cashAdded: cashAdded).pool
    do throws(RiskError) {
      return try HedgeState(pool, margin: planner.margin, day: planner.day)
    } catch {
      return nil
    }
  }

  func proposal(
    _ way: HedgeProposal.Way, _ trades: [HedgeTrade], cashAdded: Double = 0
  ) -> Outcome {
    let kept = trades.filter { $0.contracts != 0 }
    guard !kept.isEmpty || cashAdded > 0 else {
      return .failure(Refusal("rounded to lots nothing is left to trade"))
    }
    guard let after = state(kept, cashAdded: cashAdded) else {
      return .failure(Refusal("the pool after it cannot be measured"))
    }
    let applied = planner.applied(kept, cashAdded: cashAdded)
    let held = max(cashAdded + after.initialMargin - before.initialMargin, 0)
    var obstacle = shortfall(after)
    if obstacle == nil, after.equity < after.initialMargin, before.equity >= before.initialMargin {
      obstacle =
        "initial margin would exceed equity by \(Self.short(after.initialMargin - after.equity))"
    }
    return .success(
      HedgeProposal(
        way: way, trades: kept, cashAdded: cashAdded, spread: applied.spread, fees: applied.fees,
        capitalCost: held * planner.costs.capitalRate * planner.costs.capitalYears,
        isQuoted: applied.isQuoted, after: after, isReached: obstacle == nil,
        shortfall: obstacle))
  }

  /// Whole lots toward 0, or away from it.
  static func lots(_ contracts: Double, _ lot: Double, _ rule: FloatingPointRoundingRule) -> Double
  {
    let count = contracts.magnitude / lot
    let nearest = count.rounded()
    let whole =
      (count - nearest).magnitude <= 1e-9 * max(1, count) ? nearest : count.rounded(rule)
    return contracts < 0 ? -whole * lot : whole * lot
  }
}
