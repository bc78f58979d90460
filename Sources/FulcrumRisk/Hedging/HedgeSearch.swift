import FulcrumModel

/// One search for one target.
struct HedgeSearch {
  let planner: HedgePlanner
  let target: HedgeTarget
  let before: HedgeState
  let tolerances: [HedgeExposure: Double]
  let solver: (any LinearProgramSolver)?

  struct Refusal: Error {
    let reason: String
    var obstacles: [HedgeObstacle]
    /// What would arrive leaves nothing of the pool.
    var closesAll = false

    init(_ reason: String, _ obstacles: [HedgeObstacle] = []) {
      self.reason = reason
      self.obstacles = obstacles
    }

    /// Limits that leave nothing else to say.
    init(_ obstacles: [HedgeObstacle]) {
      self.init(
        obstacles.map { "\($0.limit.rawValue): \($0.explanation)" }.joined(separator: "; "),
        obstacles)
    }
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
    case .leverage(let limit):
      return keepsBound(state) && (state.deltaLeverage.finite ?? .infinity) <= limit * slack
    case .maxLoss(let limit): return (state.maxLoss.finite ?? .infinity) <= limit * slack
    case .neutral(let kinds):
      return kinds.allSatisfy {
        state.exposure($0).magnitude <= (tolerances[$0] ?? 0) * slack
      }
    }
  }

  /// Without the bound capital at risk is all of the equity, which is less leverage for more risk: no
  /// way to less of it.
  func keepsBound(_ state: HedgeState) -> Bool {
    before.maxLoss.finite == nil || state.maxLoss.finite != nil
  }

  /// What is left to the target, in words.
  func shortfall(_ state: HedgeState) -> String? {
    guard !isReached(state) else { return nil }
    switch target {
    case .leverage where !keepsBound(state):
      return state.maxLoss.absence == nil
        ? "leverage falls only since the maximum loss loses its bound"
        : "leverage falls only since the maximum loss is no longer known"
    case .leverage(let limit):
      let seen = state.deltaLeverage.finite.map { "\(Self.short($0))x" } ?? "unbounded"
      return "leverage is \(seen), over \(Self.short(limit))x"
    case .maxLoss(let limit):
      if let reason = state.maxLoss.absence {
        return "maximum loss is not known: \(reason.explanation)"
      }
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

  /// How far a state is from the target, in any unit that falls on the way there; ∞ where unbounded.
  private func distance(_ state: HedgeState) -> Double {
    switch target {
    case .leverage: state.deltaLeverage.finite ?? .infinity
    case .maxLoss: state.maxLoss.finite ?? .infinity
    case .neutral(let kinds):
      kinds.reduce(0) { $0 + max(state.exposure($1).magnitude / (tolerances[$1] ?? 1) - 1, 0) }
    }
  }

  /// Cash that premiums and costs take beyond what the pool has: nobody buys on credit.
  func cashMissing(_ trades: [HedgeTrade]) -> Double {
    let missing = min(planner.pool.cash, 0) - planner.applied(trades).pool.cash
    return missing > 1e-12 * before.equity ? missing : 0
  }

  func state(_ trades: [HedgeTrade], cashAdded: Double = 0) -> HedgeState? {
    let cash = max(cashAdded, cashMissing(trades))
    let pool = planner.applied(trades, cashAdded: cash).pool
    do throws(RiskError) {
      return try HedgeState(
        pool, margin: planner.margin, day: planner.day, measure: target.measure)
    } catch {
      return nil
    }
  }

  /// A way with these orders, cut to what the market holds and measured.
  func proposal(
    _ way: HedgeProposal.Way, _ trades: [HedgeTrade], cashAdded: Double = 0,
    obstacles known: [HedgeObstacle] = []
  ) -> Outcome {
    let wanted = trades.filter { $0.contracts != 0 }
    let kept = wanted.map(Self.cut).filter { $0.contracts != 0 }
    var obstacles =
      known
      + wanted.filter { Self.cut($0) != $0 }.map {
        HedgeObstacle.depth($0.instrument, wanted: $0.contracts)
      }
    guard !kept.isEmpty || cashAdded > 0 else {
      return .failure(
        obstacles.isEmpty
          ? Refusal("rounded to lots nothing is left to trade", remains(before))
          : Refusal(obstacles))
    }
    let missing = cashMissing(kept)
    let cash = max(cashAdded, missing)
    if missing > cashAdded {
      let held = max(planner.pool.cash, 0)
      obstacles.append(.cash(spent: held + missing, held: held))
    }
    let applied = planner.applied(kept, cashAdded: cash)
    let cost = applied.spread + applied.fees
    guard cost < before.equity + cashAdded else {
      return .failure(Refusal([.collateral(cost: cost, equity: before.equity + cashAdded)]))
    }
    // A roll is to close all of it and to hold the same later.
    guard !closesAll(kept) || (way == .roll && !applied.pool.legs.isEmpty) else {
      return .failure(onlyClosing(kept))
    }
    guard let after = state(kept, cashAdded: cash) else {
      return .failure(Refusal("the pool after it cannot be measured", obstacles))
    }
    let left = shortfall(after)
    if let left, distance(after) >= distance(before) {
      if Self.isPaidIn(obstacles) { obstacles += remains(after) }
      return .failure(
        Refusal(
          (["it leads away from the target: after it \(left)"] + obstacles.map(\.explanation))
            .joined(separator: "; "), obstacles))
    }
    if left != nil, !obstacles.contains(where: { $0.limit == .depth }) {
      obstacles += lots(kept, after)
    }
    let held = max(cash + after.initialMargin - before.initialMargin, 0)
    let capitalCost = held * planner.costs.capitalRate * planner.costs.capitalYears
    let breaches = breaches(after, cost: cost + capitalCost)
    // Cash is paid in and margin is another limit: neither says why the target is missed.
    if left != nil, Self.isPaidIn(obstacles) { obstacles += remains(after) }
    return .success(
      HedgeProposal(
        way: way, trades: kept, cashAdded: cash, premium: applied.premium,
        spread: applied.spread, fees: applied.fees, capitalCost: capitalCost,
        riskCharge: riskCharge(after), isQuoted: applied.isQuoted, after: after,
        isReached: left == nil && breaches.isEmpty,
        shortfall: left ?? breaches.first?.explanation, obstacles: obstacles + breaches,
        worsened: worsened(after)))
  }

  /// Initial margin over what it may use of equity, where it was not as far over before, and costs
  /// over the budget.
  private func breaches(_ after: HedgeState, cost: Double) -> [HedgeObstacle] {
    let usable = 1 - planner.equityBuffer
    let (old, new) = (
      before.initialMargin - usable * before.equity, after.initialMargin - usable * after.equity
    )
    var found: [HedgeObstacle] = []
    if new > max(old, 0) { found.append(.margin(after, buffer: planner.equityBuffer)) }
    // A hair of rounding is no breach.
    if let budget = planner.budget, cost > budget * (1 + 1e-9) {
      found.append(.budget(cost: cost, budget: budget))
    }
    return found
  }

  private static func cut(_ trade: HedgeTrade) -> HedgeTrade {
    let most = trade.instrument.most(toward: trade.contracts)
    return HedgeTrade(trade.instrument, min(max(trade.contracts, -most), most))
  }

  /// Risks that a way adds, more than its costs can be blamed for.
  private func worsened(_ after: HedgeState) -> [String] {
    var found: [String] = []
    func compare(_ name: String, _ old: Double, _ new: Double, _ unit: String) {
      guard new > 1.05 * old, new - old > 1e-9 * before.equity else { return }
      found.append("\(name) rises from \(Self.short(old)) to \(Self.short(new))\(unit)")
    }
    if let old = before.maxLoss.finite {
      if let new = after.maxLoss.finite {
        compare("maximum loss", old, new, "")
      } else {
        let now = after.maxLoss.absence == nil ? "has no bound" : "is no longer known"
        found.append("maximum loss, \(Self.short(old)) before, \(now)")
      }
    }
    compare(
      "the loss in the worst of \(HedgeScenarios.count) scenarios", before.scenarioLoss,
      after.scenarioLoss, "")
    compare("a day's deviation", before.dailyDeviation, after.dailyDeviation, " USD")
    return found
  }

  /// By more than rounding: a millionth of one.
  static func isLessThanALot(_ contracts: Double, _ lot: Double) -> Bool {
    contracts.magnitude < lot * (1 - 1e-6)
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
