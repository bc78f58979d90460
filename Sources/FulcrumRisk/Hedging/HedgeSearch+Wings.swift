import FulcrumModel

extension HedgeSearch {
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
