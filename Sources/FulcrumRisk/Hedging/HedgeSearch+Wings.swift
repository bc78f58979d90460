import FulcrumModel
import RealModule

extension HedgeSearch {
  // MARK: Wings

  func wing() -> Outcome {
    if case .neutral = target {
      return .failure(Refusal("a wing bounds a loss; for exposures see the combination"))
    }
    let legs = planner.pool.legs
    guard !TerminalFloor.hasSeveralExpiries(legs) else {
      return .failure(
        Refusal(
          "options of several expiries have no common maximum loss to bound", severalExpiries))
    }
    // A future alone has no expiry of its own: those will do that outlast the time a hedge is held.
    let own = legs.compactMap(\.optionYears).first
    let listed = Set(planner.instruments.compactMap(\.leg.optionYears)).sorted()
    let horizon = planner.costs.capitalYears
    let lasting = listed.filter { $0 >= horizon }.prefix(Self.expiriesTried)
    let expiries = own.map { [$0] } ?? (lasting.isEmpty ? listed.suffix(1) : Array(lasting))
    guard !expiries.isEmpty else { return .failure(Refusal("the chain lists no option", unlisted)) }
    // Leverage falls with a bound only where the loss has none.
    if case .leverage = target, before.maxLoss.finite != nil {
      return .failure(
        Refusal("the maximum loss has its bound already, so a wing only adds what it costs"))
    }
    guard let solver else { return .failure(Refusal(Self.noSolver)) }
    let outcomes = expiries.flatMap { years in
      if case .maxLoss(let limit) = target {
        return bounded(by: limit) { wings(maxLoss: $0, years: years, solver: solver) }
      }
      return bisected(leastShare(years: years, solver)) {
        wings(maxLoss: $0 * before.equity, years: years, solver: solver)
      }
    }
    let best =
      Self.best(outcomes, countingPremium: true)
      ?? .failure(Refusal("no listed option bounds the loss", unlisted))
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

  /// Of the bound asked for; where the lots for it need more margin or money than there is, lower ones
  /// too, since to buy back what is short frees margin.
  private func bounded(by limit: Double, _ wings: (Double) -> Outcome) -> [Outcome] {
    let first = wings(limit)
    guard let found = try? first.get(), !found.isReached,
      found.obstacles.contains(where: { $0.limit == .margin })
    else { return [first] }
    return [first] + Self.tighterBounds.map { wings($0 * limit) }
  }

  private static let tighterBounds = [0.5, 0.2, 0.05]

  /// Bounds that are tried for a leverage, shares of equity, and how many with those between them.
  static let firstBounds = [0.5, 0.75, 1]
  private static let mostBounds = 8
  /// Beside them, from just over the least that any wings leave up to the first.
  private static let lowBounds = 5
  private static let lowestBound = 0.02

  /// Wings for a leverage. Where a bound arrives, the largest that does, which is the cheapest, is
  /// bisected from the next that does not. Where none does, the bound is bisected at which the delta that
  /// wings add has taken out the pool's; or else between those nearest to the least leverage.
  private func bisected(_ least: Double?, _ wings: (Double) -> Outcome) -> [Outcome] {
    let shares = lowShares(least) + Self.firstBounds
    let most = shares.count + Self.mostBounds - Self.firstBounds.count
    var tried = shares.map { (share: $0, outcome: wings($0)) }
    func found(_ place: Int) -> HedgeProposal? { try? tried[place].outcome.get() }
    func middle(_ place: Int) -> Double { 0.5 * (tried[place].share + tried[place + 1].share) }
    func leverage(_ place: Int) -> Double {
      found(place)?.after.deltaLeverage.finite ?? .infinity
    }
    /// Between the bound of least leverage and its farther neighbour.
    func besideLeast() -> Double {
      let least = tried.indices.min { leverage($0) < leverage($1) } ?? 0
      let here = tried[least].share
      let below = least > 0 ? tried[least - 1].share : 0
      let above = least + 1 < tried.count ? tried[least + 1].share : here
      return 0.5 * (here + (here - below > above - here ? below : above))
    }
    while tried.count < most {
      let next: Double
      if let largest = tried.indices.last(where: { found($0)?.isReached ?? false }) {
        guard largest + 1 < tried.count else { break }
        next = middle(largest)
      } else {
        let crossing = tried.indices.dropLast().last { place in
          guard let one = found(place), let other = found(place + 1) else { return false }
          return one.after.deltaCash * other.after.deltaCash < 0
        }
        next = crossing.map(middle) ?? besideLeast()
      }
      tried.append((next, wings(next)))
      tried.sort { $0.share < $1.share }
    }
    if tried.indices.contains(where: { found($0)?.isReached ?? false }) {
      return tried.map(\.outcome)
    }
    // What comes nearest; without any the reason that the largest bound has.
    let nearest = tried.indices.filter { found($0) != nil }.min { leverage($0) < leverage($1) }
    return [searched(tried[nearest ?? tried.count - 1].outcome, bounds: tried.count)]
  }

  /// Even in their logarithms.
  private func lowShares(_ least: Double?) -> [Double] {
    guard let least else { return [] }
    let (low, high) = (max(1.02 * least, Self.lowestBound), Self.firstBounds[0])
    guard low < high else { return [] }
    var share = low
    let step = Double.pow(high / low, 1 / Double(Self.lowBounds))
    return (0..<Self.lowBounds).map { _ in
      defer { share *= step }
      return share
    }
  }

  /// The least maximum loss that wings of an expiry leave in any numbers, of equity; nil where that
  /// is not known.
  private func leastShare(years: Double, _ solver: any LinearProgramSolver) -> Double? {
    let chosen = planner.instruments.filter { instrument in
      instrument.depth.buy >= instrument.lot
        && (instrument.leg.optionYears.map { ($0 - years).magnitude < 1e-9 } ?? false)
    }
    let program = WingProgram(
      pool: planner.pool, instruments: chosen, costs: planner.costs, maxLoss: before.equity,
      equity: before.equity)
    guard case .optimal(let solution) = solver.solve(program.leastLoss) else { return nil }
    return solution.cost / before.equity
  }

  /// Bounds between those tried may do better: that none does is not known.
  private func searched(_ outcome: Outcome, bounds: Int) -> Outcome {
    Self.restated(outcome, as: .search) { "\($0) with the best of \(bounds) bounds tried" }
  }

  /// The cheapest long options of an expiry with which no terminal value falls more than `maxLoss`
  /// below today's equity.
  func wings(
    maxLoss: Double, years: Double, solver: any LinearProgramSolver
  ) -> Outcome {
    let listed = planner.instruments.filter { instrument in
      instrument.leg.optionYears.map { ($0 - years).magnitude < 1e-9 } ?? false
    }
    guard !listed.isEmpty else {
      return .failure(
        Refusal(
          "the chain lists no option of the pool's expiry; add those it lacks to the market file",
          unlisted))
    }
    let chosen = listed.filter { $0.depth.buy >= $0.lot }
    guard !chosen.isEmpty else {
      return .failure(Refusal(listed.prefix(4).map { .depth($0, wanted: $0.lot) }))
    }
    var program = WingProgram(
      pool: planner.pool, instruments: chosen, costs: planner.costs, maxLoss: maxLoss,
      equity: before.equity)
    program.budget = planner.budget
    if case .maxLoss = target { return wholeWings(program, solver) }
    guard let contracts = contracts(program, solver) else { return unreachable(program, solver) }
    return proposal(.wing, upward(program, contracts))
  }

  /// Whole lots that bound no less but for what they are worth.
  func upward(_ program: WingProgram, _ contracts: [Double]) -> [HedgeTrade] {
    zip(program.instruments, contracts).map { instrument, contracts in
      HedgeTrade(
        instrument, min(Self.lots(contracts, instrument.lot, .up), instrument.most(toward: 1)))
    }
  }

  func contracts(
    _ program: WingProgram, _ solver: any LinearProgramSolver
  ) -> [Double]? {
    if case .optimal(let solution) = solver.solve(program.affordable) { return solution.values }
    // Over the budget: the orders are shown with what is missing.
    guard program.budget != nil, case .optimal(let solution) = solver.solve(program.program) else {
      return nil
    }
    return solution.values
  }

  func unreachable(
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
