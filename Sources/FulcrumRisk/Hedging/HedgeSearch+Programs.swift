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
      return .failure(Refusal("the market lists nothing with these exposures"))
    }
    let program = HedgeProgram(
      unitExposures: chosen.map { instrument in
        order.map { planner.unitExposure(instrument.leg, $0) }
      },
      book: order.map { before.exposure($0) }, tolerances: allowed,
      unitCosts: chosen.map(unitCost), caps: chosen.map(\.cap))
    switch program.solve(solver, giveFirst: Array(order.indices.reversed())) {
    case .failed(let reason): return .failure(Refusal(reason))
    case .optimal(let contracts, _, _):
      return proposal(.combination, rounded(contracts, chosen, program))
    case .infeasible(let short, let contracts):
      let limits = short.map { "\(order[$0.limit].rawValue) by \(Self.short($0.excess)) USD" }
      let outcome = proposal(.combination, rounded(contracts, chosen, program))
      guard case .success(var found) = outcome else {
        return .failure(
          Refusal("listed contracts cannot hold \(limits.joined(separator: " and "))"))
      }
      found.isReached = false
      found.shortfall =
        "depth of the listed contracts does not suffice: over tolerance "
        + limits.joined(separator: ", ")
      return .success(found)
    }
  }

  /// Futures, and the options whose exposures are cheapest to buy, 40 in all.
  private func candidates(for kinds: [HedgeExposure]) -> [HedgeInstrument] {
    let options = planner.instruments.filter { $0.leg.isOption && $0.cap >= $0.lot }
    let wanted = kinds.filter { $0 != .delta }
    guard !wanted.isEmpty else { return Array(futures.prefix(40)) }
    let priced = options.compactMap { instrument -> (HedgeInstrument, Double)? in
      let use = wanted.map {
        planner.unitExposure(instrument.leg, $0).magnitude / (tolerances[$0] ?? 1)
      }.reduce(0, +)
      return use > 0 ? (instrument, unitCost(instrument) / use) : nil
    }
    let cheapest = priced.sorted { ($0.1, $0.0.name) < ($1.1, $1.0.name) }.map(\.0)
    return Array((futures.prefix(8) + cheapest).prefix(40))
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
    var whole = zip(contracts, chosen).map { Self.lots($0, $1.lot, .down) }
    func violation(_ contracts: [Double]) -> Double {
      zip(program.residuals(contracts), program.tolerances).reduce(0) {
        $0 + max($1.0.magnitude / $1.1 - 1, 0)
      }
    }
    var left = violation(whole)
    for _ in 0..<400 where left > 0 {
      var best: (score: Double, place: Int, contracts: Double, left: Double)?
      for place in chosen.indices {
        for side in [1.0, -1.0] {
          var tried = whole
          tried[place] += side * chosen[place].lot
          guard tried[place].magnitude <= chosen[place].cap * (1 + 1e-12) else { continue }
          let rest = violation(tried)
          let score = (left - rest) / max(program.unitCosts[place] * chosen[place].lot, 1e-300)
          if rest < left, score > best?.score ?? 0 { best = (score, place, tried[place], rest) }
        }
      }
      guard let best else { break }
      whole[best.place] = best.contracts
      left = best.left
    }
    return zip(chosen, whole).map { HedgeTrade($0, $1) }
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
      return (other - years).magnitude < 1e-9 && instrument.cap >= instrument.lot
    }
    guard !chosen.isEmpty else {
      return .failure(
        Refusal("the chain lists no option of the pool's expiry; add it to the market file"))
    }
    let program = WingProgram(
      pool: planner.pool, instruments: chosen, costs: planner.costs, maxLoss: maxLoss,
      equity: before.equity)
    switch solver.solve(program.program) {
    case .optimal(let solution):
      let trades = zip(chosen, solution.values).map {
        HedgeTrade($0, min(Self.lots($1, $0.lot, .up), Self.lots($0.cap, $0.lot, .down)))
      }
      return proposal(.wing, trades)
    case .infeasible:
      return .failure(
        Refusal(
          "listed options of the pool's expiry cannot bring the maximum loss to "
            + "\(Self.short(maxLoss)): their own price adds to it, and \(program.obstacle)"))
    case .unbounded: return .failure(Refusal("the program of wings is unbounded"))
    case .failed(let reason): return .failure(Refusal(reason))
    }
  }
}

/// Long options as a linear program: terminal values at every node and the slope beyond the last.
struct WingProgram {
  let pool: RiskPool
  let instruments: [HedgeInstrument]
  let costs: HedgeCosts
  let maxLoss: Double
  let equity: Double

  /// Prices at which a piecewise linear terminal value can have its least, ascending, without ∞.
  private var nodes: [Double] {
    let legs = pool.legs + instruments.map(\.leg)
    var strikes: Set<Double> = []
    for leg in legs {
      if case .option(_, let strike, _, _) = leg.contract, strike > 0 { strikes.insert(strike) }
    }
    return strikes.sorted()
  }

  private func payoff(_ leg: RiskLeg, at price: Double) -> Double {
    let unit: Double =
      switch leg.contract {
      case .option(let right, let strike, _, _): max(right.sign * (price - strike), 0)
      case .future(let entry, _):
        leg.settlement == .linear ? price - entry : (price - entry) / entry
      }
    return leg.signedSize * (leg.settlement == .linear ? unit : unit / price)
  }

  /// Value at S = 0 of a USD pool, at S = ∞ of a coin pool.
  private func payoffAtEnd(_ leg: RiskLeg) -> Double {
    if leg.settlement == .linear { return payoff(leg, at: 0) }
    switch leg.contract {
    case .option(let right, _, _, _): return right == .call ? leg.signedSize : 0
    case .future(let entry, _): return leg.signedSize / entry
    }
  }

  /// Slope where the value may fall without bound: in S beyond the last strike, or in 1/S.
  private func slope(_ leg: RiskLeg) -> Double {
    switch (leg.settlement, leg.contract) {
    case (.linear, .option(let right, _, _, _)): right == .call ? leg.signedSize : 0
    case (.linear, .future): leg.signedSize
    case (.inverse, .option(let right, let strike, _, _)):
      right == .put ? leg.signedSize * strike : 0
    case (.inverse, .future): -leg.signedSize
    }
  }

  /// What one contract costs to buy, pool currency.
  private func price(_ instrument: HedgeInstrument) -> Double {
    let cost = costs.cost(of: instrument, contracts: 1, index: pool.indices[0])
    return instrument.leg.size * costs.markValue(instrument.leg) + cost.spread + cost.fee
  }

  var program: LinearProgram {
    let points = nodes
    let floor = equity - maxLoss
    var rows = points.map { node in
      let value = pool.legs.reduce(pool.cash) { $0 + payoff($1, at: node) }
      return LinearProgram.Bounds(floor - value, .infinity)
    }
    let end = pool.legs.reduce(pool.cash) { $0 + payoffAtEnd($1) }
    rows.append(LinearProgram.Bounds(floor - end, .infinity))
    let scale = slopeScale
    rows.append(LinearProgram.Bounds(-pool.legs.reduce(0) { $0 + slope($1) } / scale, .infinity))
    let columns = instruments.map { instrument in
      let price = price(instrument)
      var coefficients = points.map { payoff(instrument.leg, at: $0) - price }
      coefficients.append(payoffAtEnd(instrument.leg) - price)
      coefficients.append(slope(instrument.leg) / scale)
      return LinearProgram.Column(
        cost: price, bounds: .init(0, instrument.cap), coefficients: coefficients)
    }
    return LinearProgram(columns: columns, rows: rows)
  }

  private var slopeScale: Double {
    let steepest = (pool.legs + instruments.map(\.leg)).map { slope($0).magnitude }.max() ?? 0
    return steepest > 0 ? steepest : 1
  }

  /// Which of the limits the listed options miss at their depth.
  var obstacle: String {
    let open = pool.legs.reduce(0) { $0 + slope($1) }
    let most = instruments.reduce(0) { $0 + slope($1.leg) * $1.cap }
    if open + most < 0 {
      return "their depth covers \(HedgeSearch.short(most)) of a short slope of "
        + "\(HedgeSearch.short(-open))"
    }
    return "no strikes near enough are listed with the depth it takes"
  }
}
