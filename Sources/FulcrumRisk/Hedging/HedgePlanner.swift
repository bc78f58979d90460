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
  /// Names of the pool's legs in their order, for those that the market does not list; or none.
  public var legNames: [String] = []
  /// Relative aversion to risk, ≥ 0: a variance of profit costs half of it times this over equity
  /// (`HedgeProgram.Risk`). 0 weighs no risk, 1 is that of whoever maximises logarithmic growth.
  public var riskAversion = 0.0
  /// Share of equity after a way that its initial margin may not use, in [0, 1).
  public var equityBuffer = 0.0
  /// Most that a way may cost with the capital that it takes, > 0, pool currency; nil for no limit.
  public var budget: Double?

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
    let before = try HedgeState(
      pool, margin: margin, day: day, measure: target.measure)
    guard before.equity > 0 else { throw .noEquity(seen: before.equity) }
    let search = HedgeSearch(
      planner: self, target: target, before: before, tolerances: tolerances(before),
      solver: solver)
    let isThere = search.isReached(before)
    var plan = HedgePlan(
      target: target, before: before, tolerances: search.tolerances, proposals: [], refusals: [],
      isThere: isThere, neutralCounts: search.neutralCounts, solver: solver?.name)
    plan.before.cone = cone(pool)
    guard !isThere else { return plan }
    for way in HedgeProposal.Way.allCases {
      switch search.outcome(way) {
      case .success(var proposal):
        proposal.after.cone = cone(
          applied(proposal.trades, cashAdded: proposal.cashAdded).pool)
        proposal.worsened += Self.exposed(plan.before.cone, proposal.after.cone)
        plan.proposals.append(proposal)
      case .failure(let refusal):
        plan.refusals.append(
          HedgeRefusal(way: way, reason: refusal.reason, obstacles: refusal.obstacles))
      }
    }
    plan.proposals.sort {
      $0.isReached != $1.isReached ? $0.isReached : $0.objective < $1.objective
    }
    return plan
  }

  /// A liquidation at today's price that there was none of.
  private static func exposed(
    _ before: LiquidationSurface?, _ after: LiquidationSurface?
  ) -> [String] {
    guard before?.liquidableAtIndex == nil, let node = after?.liquidableAtIndex else { return [] }
    return ["liquidation at today's price \(node)"]
  }

  /// Liquidation prices over time and volatility, of what is shown alone: it takes a dozen regions.
  private func cone(_ pool: RiskPool) -> LiquidationSurface? {
    try? Liquidation.surface(pool, margin: margin)
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
    // Bought from cash a contract brings no equity, so both deltas are moved alike.
    case .delta, .usdDelta: HedgeState.profitDelta(exposure, of: alone)
    case .gamma: exposure.total(\.gamma) / 100
    case .vega: HedgeState.vega30(alone)
    }
  }

  /// What the pool holds of each contract, legs of the same one together; none of those that cancel.
  var listings: [RiskLeg] {
    var held: [RiskLeg] = []
    for leg in pool.legs {
      if let place = held.firstIndex(where: { $0.isSameListing(as: leg) }) {
        held[place].quantity += leg.quantity
      } else {
        held.append(leg)
      }
    }
    return held.filter { $0.quantity != 0 }
  }

  /// The pool after trades at marks, less their cost.
  func applied(
    _ trades: [HedgeTrade], cashAdded: Double = 0
  ) -> (pool: RiskPool, premium: Double, spread: Double, fees: Double, isQuoted: Bool) {
    var (paid, spread, fees, isQuoted) = (0.0, 0.0, 0.0, true)
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
      paid += premium
      additions.append(
        RiskPool(
          indices: pool.indices, currency: pool.currency,
          cash: -premium - cost.spread - cost.fee, legs: [leg]))
    }
    var joint = Containment.joined([pool] + additions)
    joint.cash += cashAdded
    let scale = pool.legs.map(\.quantity.magnitude).max() ?? 1
    joint.legs.removeAll { $0.quantity.magnitude <= 1e-12 * scale }
    return (joint, paid, spread, fees, isQuoted)
  }
}
