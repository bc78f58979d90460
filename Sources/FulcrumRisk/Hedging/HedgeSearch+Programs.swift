import FulcrumModel

extension HedgeSearch {
  static let noSolver = "no solver of linear programs is at hand in this build"

  // MARK: Cheapest combination

  func combination() -> Outcome {
    guard case .neutral(let kinds) = target else {
      return .failure(Refusal("for exposures only; the other ways cover this target"))
    }
    // Several contracts for delta alone only where one future does not do.
    if kinds.isSubset(of: [.delta, .usdDelta]), case .success(let one) = perpetual(),
      one.isReached
    {
      return .failure(Refusal("for delta alone it is the perpetual"))
    }
    guard let solver else { return .failure(Refusal(Self.noSolver)) }
    // Delta is held where it was even if nobody asked: options bring one of their own.
    let order = HedgeExposure.allCases
      .filter { kinds.contains($0) || ($0 == .delta && !kinds.contains(.usdDelta)) }
    let allowed = order.map { kind in
      kinds.contains(kind)
        ? tolerances[kind] ?? 1
        : max(before.exposure(kind).magnitude, tolerances[kind] ?? 1)
    }
    let chosen = candidates(for: order)
    guard !chosen.isEmpty else {
      return .failure(Refusal("the market lists nothing with these exposures that can be traded"))
    }
    var program = HedgeProgram(
      unitExposures: chosen.map { instrument in
        order.map { planner.unitExposure(instrument.leg, $0) }
      },
      book: order.map { before.exposure($0) }, tolerances: allowed,
      unitCosts: chosen.map(unitCost), caps: chosen.map { cap($0.depth.buy, $0) })
    program.sellCaps = chosen.map { cap($0.depth.sell, $0) }
    program.floors = floors(chosen)
    switch program.solve(solver, giveFirst: Array(order.indices.reversed())) {
    case .failed(let reason): return .failure(Refusal(reason))
    case .optimal(let contracts, let cost, let gap):
      guard gap <= 1e-7 * max(cost, Double.leastNormalMagnitude) + 1e-15 else {
        return .failure(Refusal("the solver's optimum is not certified: duality gap \(gap)"))
      }
      return inLots(program, contracts, chosen, solver)
    case .infeasible(let short, let contracts):
      let limits = short.map { "\(order[$0.limit].rawValue) by \(Self.short($0.excess)) USD" }
      let said = "over tolerance " + limits.joined(separator: ", ")
      let cuts = obstacles(program, chosen, solver)
      let known =
        cuts.isEmpty
        ? short.map { unlisted(order[$0.limit], $0.excess, allowed[$0.limit]) } : cuts
      switch proposal(.combination, rounded(contracts, chosen, program), obstacles: known) {
      case .success(var found):
        found.isReached = false
        found.shortfall =
          cuts.isEmpty
          ? "no depth would do without a larger loss in a scenario: \(said)"
          : "depth of the listed contracts does not suffice: \(said)"
        return .success(found)
      case .failure(let refusal):
        return .failure(
          Refusal(
            (["listed contracts do not arrive: \(said)"] + cuts.map(\.explanation)
              + [refusal.reason]).joined(separator: "; "), refusal.obstacles))
      }
    }
  }

  /// The optimum in whole lots. Where rounding takes it over a tolerance, the optimum of tighter
  /// tolerances, which leave rounding some room; where margin would exceed equity, one that sells no
  /// option. The cheapest that arrives.
  private func inLots(
    _ program: HedgeProgram, _ optimum: [Double], _ chosen: [HedgeInstrument],
    _ solver: any LinearProgramSolver
  ) -> Outcome {
    let first = proposal(.combination, rounded(optimum, chosen, program))
    var basis = program
    var shares = [0.75, 0.5, 0.25, 0.01]
    if case .success(let found) = first {
      if found.isReached { return first }
      if found.obstacles.contains(where: { $0.limit == .margin }) {
        for place in chosen.indices where chosen[place].leg.isOption { basis.sellCaps[place] = 0 }
        shares.insert(1, at: 0)
      }
    }
    let others = shares.compactMap { share -> Outcome? in
      var tight = basis
      tight.tolerances = basis.tolerances.map { share * $0 }
      guard case .optimal(let contracts, _, _) = tight.solve(solver) else { return nil }
      return proposal(.combination, rounded(contracts, chosen, basis))
    }
    let best = Self.best([first] + others) ?? first
    let lots = zip(chosen, optimum).filter { $1 != 0 && $1.magnitude < $0.lot }
    guard case .failure(let refusal) = best, refusal.obstacles.isEmpty, !lots.isEmpty else {
      return best
    }
    return .failure(Refusal(lots.map { .lots($0, wanted: $1) }))
  }

  /// An exposure that no depth brings within its tolerance.
  private func unlisted(
    _ kind: HedgeExposure, _ excess: Double, _ allowed: Double
  ) -> HedgeObstacle {
    HedgeObstacle(
      limit: .listing, seen: allowed + excess, allowed: allowed, unit: .usd,
      explanation: "\(kind.rawValue) stays \(Self.short(allowed + excess)) USD, over its tolerance "
        + "of \(Self.short(allowed)) by \(Self.short(excess)), with the contracts listed at any depth"
    )
  }

  /// The depth, or where nobody states any a thousand times the pool: a program needs a number.
  private func cap(_ depth: Double, _ instrument: HedgeInstrument) -> Double {
    let gross = planner.pool.legs.reduce(0) { $0 + $1.coins }
    return min(depth, max(1000 * gross / instrument.leg.coins, instrument.lot))
  }

  /// Losses in scenarios that contracts may not deepen.
  private func floors(_ chosen: [HedgeInstrument]) -> HedgeProgram.Floors {
    let (pool, own) = (planner.pool, HedgeScenarios.profits(of: planner.pool))
    let units = chosen.map { instrument in
      HedgeScenarios.profits(
        of: RiskPool(
          indices: pool.indices, currency: pool.currency, cash: 0, legs: [instrument.leg])
      )
    }
    // A pool that loses nothing anywhere may come to lose a hundredth of its equity.
    return HedgeProgram.Floors(
      book: own, units: units, limit: max(before.scenarioLoss, 0.01 * before.equity))
  }

  /// The orders that would arrive if depth were no limit, where they exceed it.
  private func obstacles(
    _ program: HedgeProgram, _ chosen: [HedgeInstrument], _ solver: any LinearProgramSolver
  ) -> [HedgeObstacle] {
    var deep = program
    deep.caps = program.caps.map { $0 * 1e6 }
    deep.sellCaps = program.sellCaps.map { $0 * 1e6 }
    guard case .optimal(let contracts, _, _) = deep.solve(solver) else { return [] }
    return zip(chosen, contracts).compactMap { instrument, wanted in
      let cut = HedgeObstacle.depth(instrument, wanted: wanted)
      return wanted.magnitude > cut.allowed * (1 + 1e-9) && wanted.magnitude >= instrument.lot
        ? cut : nil
    }
  }

  /// Futures, and of every exposure in turn the options that move it at least cost, 40 in all. For
  /// delta alone, where perpetuals do not suffice, dated futures too.
  private func candidates(for kinds: [HedgeExposure]) -> [HedgeInstrument] {
    let isDelta = Set(kinds).isSubset(of: [.delta, .usdDelta])
    let linear = isDelta ? planner.instruments.filter { !$0.leg.isOption } : futures
    let perpetuals = linear.filter(\.isTradable).prefix(8)
    let options = planner.instruments.filter { $0.leg.isOption && $0.isTradable }
    let costs = options.map(unitCost)
    let ranked = kinds.filter { isDelta || ($0 != .delta && $0 != .usdDelta) }.map { kind in
      let uses = options.map { planner.unitExposure($0.leg, kind).magnitude }
      return options.indices.filter { uses[$0] > 0 }.sorted {
        (costs[$0] / uses[$0], options[$0].name) < (costs[$1] / uses[$1], options[$1].name)
      }
    }
    var places: [Int] = []
    var taken: Set<Int> = []
    for rank in 0..<(ranked.map(\.count).max() ?? 0) {
      for list in ranked where rank < list.count && taken.insert(list[rank]).inserted {
        places.append(list[rank])
      }
    }
    return Array((Array(perpetuals) + places.map { options[$0] }).prefix(40))
  }

  /// Mean of buying and selling one contract.
  private func unitCost(_ instrument: HedgeInstrument) -> Double {
    let index = planner.pool.indices[0]
    let buy = planner.costs.cost(of: instrument, contracts: 1, index: index)
    let sell = planner.costs.cost(of: instrument, contracts: -1, index: index)
    return 0.5 * (buy.spread + buy.fee + sell.spread + sell.fee)
  }

  /// Toward 0 to lots, then one lot at a time where it takes most violation off for its cost.
  private func rounded(
    _ contracts: [Double], _ chosen: [HedgeInstrument], _ program: HedgeProgram
  ) -> [HedgeTrade] {
    var repair = HedgeRepair(
      program, lots: chosen.map(\.lot),
      contracts: zip(contracts, chosen).map { Self.lots($0, $1.lot, .down) })
    repair.run()
    return zip(chosen, repair.contracts).map { HedgeTrade($0, $1) }
  }

  // MARK: Wings

  func wing() -> Outcome {
    if case .neutral = target {
      return .failure(Refusal("a wing bounds a loss; for exposures see the combination"))
    }
    guard planner.pool.legs.contains(where: { $0.isOption && $0.quantity < 0 }) else {
      return .failure(Refusal("no short option to buy a wing for"))
    }
    guard !TerminalFloor.hasSeveralExpiries(planner.pool.legs) else {
      return .failure(Refusal("options of several expiries have no common maximum loss to bound"))
    }
    let budgets = budgets
    guard !budgets.isEmpty else {
      return .failure(Refusal("maximum loss is bounded already, and no smaller one was asked for"))
    }
    guard let solver else { return .failure(Refusal(Self.noSolver)) }
    let outcomes = budgets.map { wings(maxLoss: $0, solver: solver) }
    return Self.best(outcomes) ?? .failure(Refusal("no listed option bounds the loss"))
  }

  /// Maximum losses to try: the one asked for, or shares of equity for a leverage.
  private var budgets: [Double] {
    switch target {
    case .maxLoss(let limit): [limit]
    case .leverage: [1, 0.75, 0.5].map { $0 * before.equity }
    case .neutral: []
    }
  }

  /// The cheapest long options of the pool's expiry with which no terminal value falls more than
  /// `maxLoss` below today's equity.
  private func wings(maxLoss: Double, solver: any LinearProgramSolver) -> Outcome {
    let years = planner.pool.legs.compactMap(\.optionYears).first ?? 0
    let listed = planner.instruments.filter { instrument in
      instrument.leg.optionYears.map { ($0 - years).magnitude < 1e-9 } ?? false
    }
    guard !listed.isEmpty else {
      return .failure(
        Refusal(
          "the chain lists no option of the pool's expiry; add those it lacks to the market file"))
    }
    let chosen = listed.filter { $0.depth.buy >= $0.lot }
    guard !chosen.isEmpty else {
      return .failure(Refusal(listed.prefix(4).map { .depth($0, wanted: $0.lot) }))
    }
    let program = WingProgram(
      pool: planner.pool, instruments: chosen, costs: planner.costs, maxLoss: maxLoss,
      equity: before.equity)
    switch solver.solve(program.program) {
    case .optimal(let solution):
      let trades = zip(chosen, solution.values).map { instrument, contracts in
        let most = instrument.most(toward: 1)
        return HedgeTrade(instrument, min(Self.lots(contracts, instrument.lot, .up), most))
      }
      return proposal(.wing, trades)
    case .infeasible:
      let cuts = obstacles(program, solver)
      guard cuts.isEmpty else {
        let said = cuts.map(\.explanation).joined(separator: "; ")
        return .failure(
          Refusal(
            "depth does not suffice to bring the maximum loss to \(Self.short(maxLoss)): \(said)",
            cuts))
      }
      return .failure(unboundable(program, solver))
    case .unbounded: return .failure(Refusal("the program of wings is unbounded"))
    case .failed(let reason): return .failure(Refusal(reason))
    }
  }

  /// Why no wing does, and the least maximum loss that one leaves.
  private func unboundable(
    _ program: WingProgram, _ solver: any LinearProgramSolver
  ) -> Refusal {
    let limit = program.maxLoss
    let said =
      "listed options of the pool's expiry cannot bring the maximum loss to "
      + "\(Self.short(limit)): their own price adds to it, and \(program.obstacle)"
    guard case .optimal(let solution) = solver.solve(program.leastLoss), solution.cost > limit
    else { return Refusal(said) }
    let least = solution.cost
    let obstacle = HedgeObstacle(
      limit: .listing, seen: least, allowed: limit, unit: .currency,
      explanation: "at best the maximum loss would be \(Self.short(least)), over "
        + "\(Self.short(limit)) by \(Self.short(least - limit))")
    return Refusal("\(said); \(obstacle.explanation)", [obstacle])
  }

  /// The wings that would do if depth were no limit, where they exceed it.
  private func obstacles(
    _ program: WingProgram, _ solver: any LinearProgramSolver
  ) -> [HedgeObstacle] {
    var deep = program
    for place in deep.instruments.indices { deep.instruments[place].depth.buy *= 1e6 }
    guard case .optimal(let solution) = solver.solve(deep.program) else { return [] }
    return zip(program.instruments, solution.values).compactMap { instrument, wanted in
      wanted > instrument.depth.buy * (1 + 1e-9) ? .depth(instrument, wanted: wanted) : nil
    }
  }
}
