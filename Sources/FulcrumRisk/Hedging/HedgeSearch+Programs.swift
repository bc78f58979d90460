import FulcrumModel

extension HedgeSearch {
  static let noSolver = "no solver of linear programs is at hand in this build"

  // MARK: Cheapest combination

  func combination() -> Outcome {
    guard case .neutral(let kinds) = target else {
      return .failure(Refusal("for exposures only; the other ways cover this target"))
    }
    guard kinds != [.delta] else {
      return .failure(Refusal("for delta alone it is the perpetual"))
    }
    guard let solver else { return .failure(Refusal(Self.noSolver)) }
    // Delta is held where it was even if nobody asked: options bring one of their own.
    let order = HedgeExposure.allCases
      .filter { kinds.contains($0) || $0 == .delta }
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
      unitCosts: chosen.map(unitCost), caps: chosen.map(\.depth.buy))
    program.sellCaps = chosen.map(\.depth.sell)
    program.floors = floors(chosen)
    switch program.solve(solver, giveFirst: Array(order.indices.reversed())) {
    case .failed(let reason): return .failure(Refusal(reason))
    case .optimal(let contracts, let cost, let gap):
      guard gap <= 1e-7 * max(cost, Double.leastNormalMagnitude) + 1e-15 else {
        return .failure(Refusal("the solver's optimum is not certified: duality gap \(gap)"))
      }
      return proposal(.combination, rounded(contracts, chosen, program))
    case .infeasible(let short, let contracts):
      let limits = short.map { "\(order[$0.limit].rawValue) by \(Self.short($0.excess)) USD" }
      let said = "over tolerance " + limits.joined(separator: ", ")
      let cuts = obstacles(program, chosen, solver)
      switch proposal(.combination, rounded(contracts, chosen, program), cuts: cuts) {
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
              + [refusal.reason]).joined(separator: "; ")))
      }
    }
  }

  /// Losses in scenarios that contracts may not deepen.
  private func floors(_ chosen: [HedgeInstrument]) -> HedgeProgram.Floors {
    let (pool, own) = (planner.pool, HedgeScenarios.profits(of: planner.pool))
    let units = chosen.map { instrument in
      HedgeScenarios.profits(
        of: RiskPool(indices: pool.indices, currency: pool.currency, cash: 0, legs: [instrument.leg])
      )
    }
    // A pool that loses nothing anywhere may come to lose a hundredth of its equity.
    return HedgeProgram.Floors(
      book: own, units: units, limit: max(before.scenarioLoss, 0.01 * before.equity))
  }

  /// The orders that would arrive if depth were no limit, where they exceed it.
  private func obstacles(
    _ program: HedgeProgram, _ chosen: [HedgeInstrument], _ solver: any LinearProgramSolver
  ) -> [HedgeCut] {
    var deep = program
    deep.caps = program.caps.map { $0 * 1e6 }
    deep.sellCaps = program.sellCaps.map { $0 * 1e6 }
    guard case .optimal(let contracts, _, _) = deep.solve(solver) else { return [] }
    return zip(chosen, contracts).compactMap { instrument, wanted in
      let cut = HedgeCut(instrument, wanted: wanted)
      return wanted.magnitude > cut.most * (1 + 1e-9) && wanted.magnitude >= instrument.lot
        ? cut : nil
    }
  }

  /// Futures, and of every exposure in turn the options that move it at least cost, 40 in all.
  private func candidates(for kinds: [HedgeExposure]) -> [HedgeInstrument] {
    let perpetuals = futures.filter(\.isTradable).prefix(8)
    let options = planner.instruments.filter { $0.leg.isOption && $0.isTradable }
    let costs = options.map(unitCost)
    let ranked = kinds.filter { $0 != .delta }.map { kind in
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
    let chosen = planner.instruments.filter { instrument in
      guard let other = instrument.leg.optionYears else { return false }
      return (other - years).magnitude < 1e-9 && instrument.depth.buy >= instrument.lot
    }
    guard !chosen.isEmpty else {
      return .failure(
        Refusal(
          "the chain offers no option of the pool's expiry; add those it lacks to the market file"))
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
            "depth does not suffice to bring the maximum loss to \(Self.short(maxLoss)): \(said)"))
      }
      return .failure(
        Refusal(
          "listed options of the pool's expiry cannot bring the maximum loss to "
            + "\(Self.short(maxLoss)): their own price adds to it, and \(program.obstacle)"))
    case .unbounded: return .failure(Refusal("the program of wings is unbounded"))
    case .failed(let reason): return .failure(Refusal(reason))
    }
  }

  /// The wings that would do if depth were no limit, where they exceed it.
  private func obstacles(
    _ program: WingProgram, _ solver: any LinearProgramSolver
  ) -> [HedgeCut] {
    var deep = program
    for place in deep.instruments.indices { deep.instruments[place].depth.buy *= 1e6 }
    guard case .optimal(let solution) = solver.solve(deep.program) else { return [] }
    return zip(program.instruments, solution.values).compactMap { instrument, wanted in
      wanted > instrument.depth.buy * (1 + 1e-9) ? HedgeCut(instrument, wanted: wanted) : nil
    }
  }
}
