import FulcrumModel

extension HedgeSearch {
  /// Nodes that are solved with every scenario, the cheapest without them first.
  private static let mostNodes = 12
  /// Of them, those whose contracts are kept.
  private static let nodesKept = 3
  /// Off the limit, so that rounding does not decide.
  private static let hair = 1e-9

  /// One node's program and the least that it costs without scenarios, in any numbers.
  private struct Node {
    let program: HedgeProgram
    let bound: Double
  }

  /// A node's optimum with all scenarios.
  private typealias Start = (program: HedgeProgram, contracts: [Double], cost: Double)

  // MARK: Cheapest combination for a leverage

  func leverageCombination(_ limit: Double, _ solver: any LinearProgramSolver) -> Outcome {
    let isBound = (before.maxLoss.finite ?? .infinity) <= before.equity * (1 + Self.hair)
    let single = try? perpetual().get()
    if !isBound, planner.riskAversion == 0, single?.isReached ?? false {
      return .failure(
        Refusal("capital at risk is equity, and for delta over equity it is the perpetual"))
    }
    let outcomes = leverageExpiries.map { leveraged(limit, years: $0, solver) }
    return unlessPerpetual(
      Self.best(outcomes)
        ?? .failure(Refusal("the market lists nothing that can be traded", unlisted)))
  }

  /// What one perpetual does as well is that way's. Costs that have to be paid in count against equity
  /// here, which may take a few lots more.
  func unlessPerpetual(_ outcome: Outcome) -> Outcome {
    guard case .success(let found) = outcome, found.trades.count == 1,
      let single = try? perpetual().get(), single.isReached,
      found.objective >= single.objective,
      found.trades[0].instrument == single.trades[0].instrument
    else { return outcome }
    return .failure(Refusal("the cheapest is the perpetual"))
  }

  /// The expiry whose options are traded; nil for all of them. Of two a pool has no maximum loss.
  private var leverageExpiries: [Double?] {
    let own = Set(planner.pool.legs.compactMap(\.optionYears))
    guard own.isEmpty else { return own.count > 1 ? [nil] : [own.first] }
    let listed = Set(planner.instruments.compactMap(\.leg.optionYears)).sorted()
    let lasting = listed.filter { $0 >= planner.costs.capitalYears }
    guard !listed.isEmpty else { return [nil] }
    return lasting.isEmpty ? listed.suffix(1) : lasting.prefix(2).map { $0 }
  }

  private func leveraged(
    _ limit: Double, years: Double?, _ solver: any LinearProgramSolver
  ) -> Outcome {
    let options = planner.instruments.filter { instrument in
      guard let own = instrument.leg.optionYears, instrument.isTradable else { return false }
      return years.map { (own - $0).magnitude < 1e-9 } ?? true
    }
    let all = Array(futures.filter(\.isTradable).prefix(Self.mostFutures)) + options
    guard !all.isEmpty else {
      return .failure(
        Refusal("the market lists nothing of its expiry that can be traded", unlisted))
    }
    let wide = program([], [], all)
    if let found = leveraged(limit, all, wide, solver) { return found }
    var free = freed(wide)
    if let beyond = leveraged(limit, all, free, solver) { return beyond }
    free.caps = free.caps.map { $0 * 1e6 }
    free.sellCaps = free.sellCaps.map { $0 * 1e6 }
    return .failure(undone(nodes(limit, all, free, solver), all, solver))
  }

  /// The cheapest of all nodes in whole lots that leaves something of the pool; nil where no node has
  /// any.
  private func leveraged(
    _ limit: Double, _ all: [HedgeInstrument], _ wide: HedgeProgram,
    _ solver: any LinearProgramSolver
  ) -> Outcome? {
    let first = cheapestNode(limit, all, wide, solver)
    guard first.closesAll else { return first.best }
    let parts = closingParts(of: wide).map { cheapestNode(limit, all, $0, solver).best }
    return Self.best(([first.best] + parts).compactMap { $0 }).map(butClosing)
  }

  /// Of a pool of more contracts only every one together is bounded: each takes a search of its own.
  private static let mostParts = 3

  /// The same with something kept of every contract held, and of each alone.
  func closingParts(of wide: HedgeProgram) -> [HedgeProgram] {
    let held = (wide.margin?.held ?? []).enumerated().filter { $1 != 0 }.map(\.offset)
    let each = (2...Self.mostParts).contains(held.count) ? held.map { [$0] } : []
    return ([held] + each).map { closingPart(of: wide, $0) }
  }

  private func closingPart(of wide: HedgeProgram, _ places: [Int]) -> HedgeProgram {
    var part = wide
    let holdings = wide.margin?.held ?? []
    for place in places {
      let held = holdings[place]
      let most = Self.mostClosed * held.magnitude
      if held > 0 {
        part.sellCaps[place] = min(wide.sellCaps[place], most)
      } else {
        part.caps[place] = min(wide.caps[place], most)
      }
    }
    return part
  }

  /// The same, and whether lots that close all of it were met.
  private func cheapestNode(
    _ limit: Double, _ all: [HedgeInstrument], _ wide: HedgeProgram,
    _ solver: any LinearProgramSolver
  ) -> (best: Outcome?, closesAll: Bool) {
    let nodes = nodes(limit, all, wide, solver)
    guard !nodes.isEmpty else { return (nil, false) }
    let places = kept(nodes, all, solver)
    let chosen = places.map { all[$0] }
    let floors = floors(chosen)
    let starts = nodes.prefix(Self.mostNodes).compactMap { node -> Start? in
      var program = node.program.keeping(places)
      program.floors = floors
      guard case .optimal(let contracts, let cost, let gap) = program.solve(solver),
        gap <= 1e-7 * max(cost, Double.leastNormalMagnitude) + 1e-15
      else { return nil }
      return (program, contracts, cost)
    }
    var best: Outcome?
    var (known, isClosed) = (Double.infinity, false)
    for (program, contracts, cost) in starts.sorted(by: { $0.cost < $1.cost }) {
      guard cost < known * (1 - HedgeBranching.worthwhile) else { break }
      let trades = cheapestLots(contracts, chosen, program, solver, known: known)
      let next = proposal(.combination, trades)
      if closesAll(trades) || (try? next.get())?.after.capitalAtRisk == 0 {
        isClosed = true
        best = best ?? .failure(onlyClosing(trades))
        continue
      }
      if case .success(let found) = next, found.isReached {
        known = min(known, program.objective(of: trades.map(\.contracts)))
      }
      best = Self.best([best, next].compactMap { $0 })
    }
    return (best, isClosed)
  }

  /// Those that some contracts reach, the cheapest first.
  private func nodes(
    _ limit: Double, _ all: [HedgeInstrument], _ wide: HedgeProgram,
    _ solver: any LinearProgramSolver
  ) -> [Node] {
    let pool = planner.pool
    let rows = LeverageRows(
      pool: pool, instruments: all, program: wide, costs: planner.costs, before: before,
      limit: limit * (1 - Self.hair))
    let deltas = all.map {
      LeverageRows.delta($0.leg, indices: pool.indices, currency: pool.currency)
    }
    let nodes = rows.nodes.compactMap { node -> Node? in
      var program = wide
      program.ceilings = rows.ceilings(node, deltas: deltas)
      return program.optimum(solver).map { Node(program: program, bound: $0.cost) }
    }
    return nodes.sorted { $0.bound < $1.bound }
  }

  /// Futures and the options that the cheapest nodes put first.
  private func kept(
    _ nodes: [Node], _ all: [HedgeInstrument], _ solver: any LinearProgramSolver
  ) -> [Int] {
    var places = all.indices.filter { !all[$0].leg.isOption }
    var taken = Set(places)
    let ranked = nodes.prefix(Self.nodesKept).compactMap { node -> [Int]? in
      guard let reduced = node.program.reducedCosts(solver) else { return nil }
      return all.indices.filter { all[$0].leg.isOption }.sorted {
        (reduced[$0] * all[$0].lot, all[$0].name) < (reduced[$1] * all[$1].lot, all[$1].name)
      }
    }
    for rank in 0..<all.count {
      for order in ranked where rank < order.count && places.count < Self.mostCandidates {
        if taken.insert(order[rank]).inserted { places.append(order[rank]) }
      }
    }
    return places
  }

  /// Why nothing does: the orders that would at any depth, or that none do.
  private func undone(
    _ deep: [Node], _ all: [HedgeInstrument], _ solver: any LinearProgramSolver
  ) -> Refusal {
    let wanted = deep.first?.program.optimum(solver)?.contracts ?? []
    let cuts = zip(all, wanted).compactMap { instrument, wanted -> HedgeObstacle? in
      let cut = HedgeObstacle.depth(instrument, wanted: wanted)
      return wanted.magnitude > cut.allowed * (1 + 1e-9) && wanted.magnitude >= instrument.lot
        ? cut : nil
    }
    guard cuts.isEmpty else {
      return Refusal(
        "depth of the listed contracts does not suffice: "
          + cuts.map(\.explanation).joined(separator: "; "), cuts)
    }
    return Refusal(
      "no listed contracts bring leverage there without a larger loss in a scenario, but for closing "
        + "all of it",
      unlisted)
  }
}
