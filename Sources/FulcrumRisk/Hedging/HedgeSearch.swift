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
      return try HedgeState(pool, margin: planner.margin, day: planner.day)
    } catch {
      return nil
    }
  }

  /// A way with these orders, cut to what the market holds and measured.
  func proposal(
    _ way: HedgeProposal.Way, _ trades: [HedgeTrade], cashAdded: Double = 0,
    cuts: [HedgeCut] = []
  ) -> Outcome {
    let wanted = trades.filter { $0.contracts != 0 }
    let kept = wanted.map(Self.cut).filter { $0.contracts != 0 }
    let cuts =
      cuts
      + wanted.filter { Self.cut($0) != $0 }.map {
        HedgeCut($0.instrument, wanted: $0.contracts)
      }
    guard !kept.isEmpty || cashAdded > 0 else {
      let reasons = cuts.map(\.explanation).joined(separator: "; ")
      return .failure(
        Refusal(cuts.isEmpty ? "rounded to lots nothing is left to trade" : "depth: \(reasons)"))
    }
    let cash = max(cashAdded, cashMissing(kept))
    guard let after = state(kept, cashAdded: cash) else {
      return .failure(Refusal("the pool after it cannot be measured"))
    }
    var obstacle = shortfall(after)
    if let obstacle, distance(after) >= distance(before) {
      return .failure(Refusal("it leads away from the target: after it \(obstacle)"))
    }
    if obstacle == nil, after.equity < after.initialMargin, before.equity >= before.initialMargin {
      obstacle =
        "initial margin would exceed equity by \(Self.short(after.initialMargin - after.equity))"
    }
    let applied = planner.applied(kept, cashAdded: cash)
    let held = max(cash + after.initialMargin - before.initialMargin, 0)
    return .success(
      HedgeProposal(
        way: way, trades: kept, cashAdded: cash, spread: applied.spread, fees: applied.fees,
        capitalCost: held * planner.costs.capitalRate * planner.costs.capitalYears,
        isQuoted: applied.isQuoted, after: after, isReached: obstacle == nil,
        shortfall: obstacle, cuts: cuts, worsened: worsened(after)))
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
        found.append("maximum loss, \(Self.short(old)) before, has no bound")
      }
    }
    compare(
      "the loss in the worst of \(HedgeScenarios.count) scenarios", before.scenarioLoss,
      after.scenarioLoss, "")
    compare("a day's deviation", before.dailyDeviation, after.dailyDeviation, " USD")
    return found
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
