import FulcrumModel

extension HedgeSearch {
  // MARK: Wings

  func wing() -> Outcome {
    if case .neutral = target {
      return .failure(Refusal("a wing bounds a loss; for exposures see the combination"))
    }
    let legs = planner.pool.legs
    guard !TerminalFloor.hasSeveralExpiries(legs) else {
      return .failure(Refusal("options of several expiries have no common maximum loss to bound"))
    }
    // A future alone has no expiry of its own: those will do that outlast the time a hedge is held.
    let own = legs.compactMap(\.optionYears).first
    let listed = Set(planner.instruments.compactMap(\.leg.optionYears)).sorted()
    let horizon = planner.costs.capitalYears
    let lasting = listed.filter { $0 >= horizon }.prefix(Self.expiriesTried)
    let expiries = own.map { [$0] } ?? (lasting.isEmpty ? listed.suffix(1) : Array(lasting))
    guard !expiries.isEmpty else { return .failure(Refusal("the chain lists no option")) }
    let budgets = budgets
    guard !budgets.isEmpty else {
      return .failure(
        Refusal("the maximum loss has its bound already, so a wing only adds what it costs"))
    }
    guard let solver else { return .failure(Refusal(Self.noSolver)) }
    let outcomes = expiries.flatMap { years in
      budgets.map { wings(maxLoss: $0, years: years, solver: solver) }
    }
    let best = Self.best(outcomes) ?? .failure(Refusal("no listed option bounds the loss"))
    return best.map { found in
      var found = found
      let years = found.trades.compactMap(\.instrument.leg.optionYears).first
      if own == nil, let years {
        found.worsened.append(
          "the bound ends with its options in \(Self.short(years * 365)) days, and the future does "
            + "not")
      }
      return found
    }
  }

  /// Maximum losses to try: the one asked for, or shares of equity for a leverage.
  private var budgets: [Double] {
    switch target {
    case .maxLoss(let limit): [limit]
    // Leverage falls with a bound only where the loss has none.
    case .leverage:
      before.maxLoss.finite == nil ? [1, 0.75, 0.5].map { $0 * before.equity } : []
    case .neutral: []
    }
  }

  /// The cheapest long options of an expiry with which no terminal value falls more than `maxLoss`
  /// below today's equity.
  private func wings(
    maxLoss: Double, years: Double, solver: any LinearProgramSolver
  ) -> Outcome {
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
    var program = WingProgram(
      pool: planner.pool, instruments: chosen, costs: planner.costs, maxLoss: maxLoss,
      equity: before.equity)
    program.budget = planner.budget
    var first: Outcome?
    for _ in 0..<Self.wingRounds {
      guard let contracts = contracts(program, solver) else { break }
      let trades = zip(chosen, contracts).map { instrument, contracts in
        HedgeTrade(
          instrument,
          min(Self.lots(contracts, instrument.lot, .up), instrument.most(toward: 1)))
      }
      let outcome = proposal(.wing, trades)
      first = first ?? outcome
      guard case .success(let found) = outcome, case .maxLoss = target else { return outcome }
      if found.isReached { return outcome }
      // Whole lots and their costs took it over: as much less is asked for.
      guard let loss = found.after.maxLoss.finite, loss > maxLoss else { return outcome }
      program.maxLoss -= loss - maxLoss
    }
    return first ?? unreachable(program, solver)
  }

  /// Times that a wing in whole lots is asked to bound a little more.
  private static let wingRounds = 4

  private func contracts(
    _ program: WingProgram, _ solver: any LinearProgramSolver
  ) -> [Double]? {
    if case .optimal(let solution) = solver.solve(program.affordable) { return solution.values }
    // Over the budget: the orders are shown with what is missing.
    guard program.budget != nil, case .optimal(let solution) = solver.solve(program.program) else {
      return nil
    }
    return solution.values
  }

  private func unreachable(
    _ program: WingProgram, _ solver: any LinearProgramSolver
  ) -> Outcome {
    switch solver.solve(program.program) {
    case .optimal, .infeasible: break
    case .unbounded: return .failure(Refusal("the program of wings is unbounded"))
    case .failed(let reason): return .failure(Refusal(reason))
    }
    let cuts = obstacles(program, solver)
    guard cuts.isEmpty else {
      let said = cuts.map(\.explanation).joined(separator: "; ")
      return .failure(
        Refusal(
          "depth does not suffice to bring the maximum loss to \(Self.short(program.maxLoss)): "
            + said, cuts))
    }
    return .failure(unboundable(program, solver))
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
    else { return Refusal(said, unlisted) }
    let least = solution.cost
    let obstacle = HedgeObstacle(
      limit: .listing, seen: least, allowed: limit, unit: .currency,
      explanation: "at best the maximum loss would be \(Self.short(least)), over "
        + "\(Self.short(limit)) by \(Self.short(least - limit))")
    return Refusal("\(said); \(obstacle.explanation)", [obstacle])
  }

  /// What the pool stays at, where no listed option is of use.
  private var unlisted: [HedgeObstacle] {
    remains(before).map { found in
      var found = found
      found.limit = .listing
      return found
    }
  }

  /// The wings that would do if depth were no limit, where they exceed it.
  private func obstacles(
    _ program: WingProgram, _ solver: any LinearProgramSolver
  ) -> [HedgeObstacle] {
    var deep = program
    for place in deep.instruments.indices { deep.instruments[place].depth.buy *= 1e6 }
    guard case .optimal(let solution) = solver.solve(deep.program) else { return [] }
    return zip(program.instruments, solution.values).compactMap { instrument, wanted in
      wanted > instrument.most(toward: 1) * (1 + 1e-9) ? .depth(instrument, wanted: wanted) : nil
    }
  }
}
