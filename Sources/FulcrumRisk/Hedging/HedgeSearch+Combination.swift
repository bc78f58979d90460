import FulcrumModel

extension HedgeSearch {
  static let noSolver = "no solver of linear programs is at hand in this build"

  // MARK: Cheapest combination

  func combination() -> Outcome {
    let kinds: Set<HedgeExposure>
    switch target {
    case .neutral(let asked): kinds = asked
    case .leverage(let limit):
      return solver.map { leverageCombination(limit, $0) } ?? .failure(Refusal(Self.noSolver))
    case .maxLoss:
      return .failure(Refusal("for exposures and leverage; a wing bounds a loss"))
    }
    // Several contracts for delta alone only where one future does not do, or risk costs.
    if kinds.isSubset(of: [.delta, .usdDelta]), planner.riskAversion == 0,
      case .success(let one) = perpetual(),
      one.isReached
    {
      return .failure(Refusal("for delta alone it is the perpetual"))
    }
    guard let solver else { return .failure(Refusal(Self.noSolver)) }
    return unlessPerpetual(exposures(kinds, solver))
  }

  private func exposures(
    _ kinds: Set<HedgeExposure>, _ solver: any LinearProgramSolver
  ) -> Outcome {
    // Delta is held where it was even if nobody asked: options bring one of their own.
    let order = HedgeExposure.allCases
      .filter { kinds.contains($0) || ($0 == .delta && !kinds.contains(.usdDelta)) }
    let (program, chosen) = cheapest(order, kinds, solver)
    guard !chosen.isEmpty else {
      return .failure(
        Refusal("the market lists nothing with these exposures that can be traded", unlisted))
    }
    switch program.solve(solver, giveFirst: Array(order.indices.reversed())) {
    case .failed(let reason): return .failure(Refusal(reason))
    case .optimal(let contracts, let cost, let gap):
      guard gap <= 1e-7 * max(cost, Double.leastNormalMagnitude) + 1e-15 else {
        return .failure(Refusal("the solver's optimum is not certified: duality gap \(gap)"))
      }
      return keepingSome(program, contracts, chosen, solver)
    case .infeasible(let short, let contracts):
      if let beyond = beyondLimits(program, chosen, solver) { return beyond }
      return short.isEmpty
        ? keepingSome(program, contracts, chosen, solver)
        : shortOf(short, contracts, (program, chosen, order), solver)
    }
  }

  /// The optimum in whole lots; where the cheapest is to close all of it, the cheapest of what keeps
  /// some of one leg or of every leg.
  private func keepingSome(
    _ program: HedgeProgram, _ optimum: [Double], _ chosen: [HedgeInstrument],
    _ solver: any LinearProgramSolver
  ) -> Outcome {
    let first = firstLots(program, optimum, chosen, solver)
    guard case .failure(let refusal) = first, refusal.closesAll else {
      return inLots(program, optimum, first, chosen, solver)
    }
    let parts = closingParts(of: program).compactMap { part -> Outcome? in
      guard case .optimal(let some, _, _) = part.solve(solver) else { return nil }
      let found = inLots(part, some, firstLots(part, some, chosen, solver), chosen, solver)
      return (try? found.get()) == nil ? nil : found
    }
    return butClosing(Self.best(parts) ?? first)
  }

  /// What falls short where closing all of it would not.
  func butClosing(_ outcome: Outcome) -> Outcome {
    outcome.map { found in
      var found = found
      if let shortfall = found.shortfall {
        found.shortfall = "\(Self.onlyClosingAll); \(shortfall)"
      }
      return found
    }
  }

  /// A program to which margin and budget are no limit.
  func freed(_ program: HedgeProgram) -> HedgeProgram {
    var free = program
    free.margin?.room = 1e6 * max(before.equity, before.initialMargin)
    free.budget = nil
    return free
  }

  /// Where more margin than there is would do, or a larger budget: those orders, and by how much it is
  /// too little.
  private func beyondLimits(
    _ program: HedgeProgram, _ chosen: [HedgeInstrument], _ solver: any LinearProgramSolver
  ) -> Outcome? {
    let free = freed(program)
    guard case .optimal(let contracts, _, _) = free.solve(solver) else { return nil }
    return keepingSome(free, contracts, chosen, solver)
  }

  /// The best that the listed contracts do, with what stands in the way.
  private func shortOf(
    _ short: [HedgeProgram.Shortfall], _ contracts: [Double],
    _ of: (program: HedgeProgram, chosen: [HedgeInstrument], order: [HedgeExposure]),
    _ solver: any LinearProgramSolver
  ) -> Outcome {
    let (program, chosen, order) = of
    let limits = short.map { "\(order[$0.limit].rawValue) by \(Self.short($0.excess)) USD" }
    let said = "over tolerance " + limits.joined(separator: ", ")
    let cuts = obstacles(program, chosen, solver)
    let known =
      cuts.isEmpty
      ? short.map { unlisted(order[$0.limit], $0.excess, program.tolerances[$0.limit]) } : cuts
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

  /// The optimum in whole lots; where the exact engine sees it short of the target, those of tighter
  /// tolerances: by half a lot of every contract held, and by shares; and of less room for margin and
  /// for losses. The cheapest that arrives.
  private func inLots(
    _ program: HedgeProgram, _ optimum: [Double], _ first: Outcome, _ chosen: [HedgeInstrument],
    _ solver: any LinearProgramSolver
  ) -> Outcome {
    if case .success(let found) = first, found.isReached { return first }
    let outcomes = tighter(program, optimum, chosen).compactMap { tight -> Outcome? in
      guard let contracts = tight.optimum(solver)?.contracts else { return nil }
      return proposal(.combination, rounded(contracts, chosen, program))
    }
    let best = Self.best([first] + outcomes) ?? first
    let lots = zip(chosen, optimum).filter { $1 != 0 && Self.isLessThanALot($1, $0.lot) }
    guard case .failure(let refusal) = best, refusal.obstacles.isEmpty, !lots.isEmpty else {
      return best
    }
    return .failure(Refusal(lots.map { .lots($0, wanted: $1) }))
  }

  private func tighter(
    _ program: HedgeProgram, _ optimum: [Double], _ chosen: [HedgeInstrument]
  ) -> [HedgeProgram] {
    let held = chosen.indices.filter { optimum[$0] != 0 }
    let halves = program.tolerances.indices.map { limit in
      held.reduce(0) {
        $0 + 0.5 * (program.unitExposures[$1][limit] * chosen[$1].lot).magnitude
      }
    }
    func within(_ tolerances: [Double]) -> HedgeProgram {
      var tight = program
      tight.tolerances = tolerances
      return tight
    }
    let narrow =
      [within(zip(program.tolerances, halves).map { max($0 - $1, 0.01 * $0) })]
      + [0.75, 0.5, 0.25, 0.01].map { share in within(program.tolerances.map { share * $0 }) }
    return narrow
      + [0.9, 0.75, 0.5].flatMap { share -> [HedgeProgram] in
        var (poor, safe) = (program, program)
        poor.margin?.room *= share
        safe.floors?.limit *= share
        return [poor, safe]
      }
  }

  /// The cheapest lots measured. Where the search stopped before any held every limit, that is what is
  /// said: not the limit that the lots nearest to the optimum break.
  private func firstLots(
    _ program: HedgeProgram, _ optimum: [Double], _ chosen: [HedgeInstrument],
    _ solver: any LinearProgramSolver
  ) -> Outcome {
    var branching = branching(optimum, chosen, program, solver)
    let trades = zip(chosen, branching.cheapest()).map { HedgeTrade($0, $1) }
    let outcome = proposal(.combination, trades)
    guard branching.isUnknown, case .success(var found) = outcome, !found.isReached else {
      return outcome
    }
    found.shortfall =
      "the search stopped after \(branching.seen) programs and found no whole lots within every "
      + "limit; there may be some"
    let others = found.obstacles.filter { $0.limit != .margin && $0.limit != .budget }
    // Where margin or budget is all that these lots break, it is said with the search.
    if !others.isEmpty { found.obstacles = others }
    return .success(found)
  }

  func cheapestLots(
    _ optimum: [Double], _ chosen: [HedgeInstrument], _ program: HedgeProgram,
    _ solver: any LinearProgramSolver, known: Double = .infinity
  ) -> [HedgeTrade] {
    var branching = branching(optimum, chosen, program, solver, known: known)
    return zip(chosen, branching.cheapest()).map { HedgeTrade($0, $1) }
  }

  private func branching(
    _ optimum: [Double], _ chosen: [HedgeInstrument], _ program: HedgeProgram,
    _ solver: any LinearProgramSolver, known: Double = .infinity
  ) -> HedgeBranching {
    let lots = chosen.map(\.lot)
    return HedgeBranching(
      program, lots: lots, start: HedgeRounding(program, lots: lots).rounded(optimum),
      solver: solver, known: known)
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
  func cap(_ depth: Double, _ instrument: HedgeInstrument) -> Double {
    let gross = planner.pool.legs.reduce(0) { $0 + $1.coins }
    return min(depth, max(1000 * gross / instrument.leg.coins, instrument.lot))
  }

  /// Losses in scenarios that contracts may not deepen.
  func floors(_ chosen: [HedgeInstrument]) -> HedgeProgram.Floors {
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
    deep.budget = nil
    deep.caps = program.caps.map { $0 * 1e6 }
    deep.sellCaps = program.sellCaps.map { $0 * 1e6 }
    guard case .optimal(let contracts, _, _) = deep.solve(solver) else { return [] }
    return zip(chosen, contracts).compactMap { instrument, wanted in
      let cut = HedgeObstacle.depth(instrument, wanted: wanted)
      return wanted.magnitude > cut.allowed * (1 + 1e-9) && wanted.magnitude >= instrument.lot
        ? cut : nil
    }
  }

  /// Orders of whole lots near an optimum.
  private func rounded(
    _ contracts: [Double], _ chosen: [HedgeInstrument], _ program: HedgeProgram
  ) -> [HedgeTrade] {
    let rounding = HedgeRounding(program, lots: chosen.map(\.lot))
    return zip(chosen, rounding.rounded(contracts)).map { HedgeTrade($0, $1) }
  }
}
