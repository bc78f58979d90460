import FulcrumModel

extension HedgeSearch {
  // MARK: Perpetual

  func perpetual() -> Outcome {
    if case .neutral(let kinds) = target, !kinds.isSubset(of: [.delta, .usdDelta]) {
      return .failure(Refusal("a future has neither gamma nor vega"))
    }
    guard !futures.isEmpty else {
      return .failure(Refusal("the market lists no perpetual or future of this coin"))
    }
    if case .maxLoss(let limit) = target {
      return Self.best(futures.map { bound($0, limit) }) ?? .failure(Refusal("no future fits"))
    }
    return Self.best(futures.map(hedge)) ?? .failure(Refusal("no future fits"))
  }

  /// The fewest lots with which the maximum loss is at most `limit`.
  ///
  /// The maximum loss is the largest of linear functions of the contracts, so it is convex in them: one
  /// way down from where it stands, and one stretch that is low enough.
  private func bound(_ instrument: HedgeInstrument, _ limit: Double) -> Outcome {
    func loss(_ lots: Double) -> Double {
      state([HedgeTrade(instrument, lots * instrument.lot)])?.maxLoss.finite ?? .infinity
    }
    let sides = [1.0, -1].compactMap { side -> (lots: Double, loss: Double)? in
      let most = (instrument.most(toward: side) / instrument.lot).rounded(.down)
      return most >= 1 ? lowest(loss, side: side, most: min(most, 1e12)) : nil
    }
    guard let best = sides.min(by: { $0.loss < $1.loss }), best.loss < loss(0) else {
      return .failure(Refusal("no number of \(instrument.name) makes the maximum loss smaller"))
    }
    guard best.loss <= limit else {
      return proposal(.perpetual, [HedgeTrade(instrument, best.lots * instrument.lot)])
    }
    var (short, enough) = (0.0, best.lots)
    while (enough - short).magnitude > 1 {
      let middle = ((short + enough) / 2).rounded()
      if loss(middle) <= limit { enough = middle } else { short = middle }
    }
    return proposal(.perpetual, [HedgeTrade(instrument, enough * instrument.lot)])
  }

  /// Where a convex loss is least on one side of nothing, in whole lots; infinite up to where a future
  /// outweighs what has no bound.
  private func lowest(
    _ loss: (Double) -> Double, side: Double, most: Double
  ) -> (lots: Double, loss: Double)? {
    var (low, high) = (0.0, 1.0)
    // Beyond the least it rises: the doubled place is above the one before it.
    while high < most,
      loss(side * min(2 * high, most)) <= loss(side * high) || !loss(side * high).isFinite
    {
      low = high
      high = min(2 * high, most)
    }
    high = min(2 * high, most)
    while high - low > 2 {
      let (a, b) = ((low + (high - low) / 3).rounded(), (high - (high - low) / 3).rounded())
      // Infinite on the near side alone.
      if !loss(side * a).isFinite || loss(side * a) > loss(side * b) { low = a } else { high = b }
    }
    return [low, (low + high) / 2, high].map { ($0.rounded() * side, loss(side * $0.rounded())) }
      .min { $0.1 < $1.1 }
  }

  /// Perpetuals; dated futures, which bring a basis of their own, only where there are none.
  var futures: [HedgeInstrument] {
    let all = planner.instruments.filter { !$0.leg.isOption }
    let perpetuals = all.filter { $0.leg.contract.isPerpetual }
    return perpetuals.isEmpty ? all : perpetuals
  }

  /// Of a coin pool asked for a delta: the contracts of the first future that hold its coins, or its
  /// USD, still.
  var neutralCounts: HedgePlan.NeutralCounts? {
    guard case .neutral(let kinds) = target, !kinds.isDisjoint(with: [.delta, .usdDelta]),
      planner.pool.currency == .coin, let future = futures.first(where: \.isTradable)
    else { return nil }
    let hedge = DeltaHedge.Inverse(
      coinDelta: before.profitDelta / planner.pool.usdPerUnit, equity: before.equity,
      forward: future.leg.forward, face: future.leg.size)
    func lots(_ contracts: Double) -> Double {
      Self.lots(contracts, future.lot, .toNearestOrEven)
    }
    return HedgePlan.NeutralCounts(
      instrument: future.name, coin: lots(hedge.coinNeutral), usd: lots(hedge.usdNeutral))
  }

  private func hedge(_ instrument: HedgeInstrument) -> Outcome {
    let unit = planner.unitExposure(instrument.leg, .delta)
    let neutral: Double =
      switch target {
      case .neutral(let kinds):
        -before.exposure(kinds.contains(.usdDelta) ? .usdDelta : .delta) / unit
      case .leverage, .maxLoss: -before.deltaCash / unit
      }
    guard case .leverage(let limit) = target else {
      let contracts = Self.lots(neutral, instrument.lot, .toNearestOrEven)
      guard contracts != 0 else {
        return .failure(Refusal([.lots(instrument, wanted: neutral)]))
      }
      return proposal(.perpetual, [HedgeTrade(instrument, contracts)])
    }
    let wanted = DeltaHedge.perpetuals(
      deltaCash: before.deltaCash, equity: before.equity * planner.pool.usdPerUnit,
      leverage: limit, unitCash: unit)
    // Between nothing and neutral: on the equity basis first, further where capital at risk is less.
    var least = Self.lots(Self.between(wanted, 0, neutral), instrument.lot, .up)
    if reaches([HedgeTrade(instrument, least)]) {
      return proposal(.perpetual, [HedgeTrade(instrument, least)])
    }
    let most = Self.lots(neutral, instrument.lot, .toNearestOrEven)
    guard most != 0 else { return .failure(Refusal([.lots(instrument, wanted: neutral)])) }
    guard reaches([HedgeTrade(instrument, most)]) else {
      return proposal(.perpetual, [HedgeTrade(instrument, most)])
    }
    var (low, high) = (least / instrument.lot, most / instrument.lot)
    while (high - low).magnitude > 1 {
      let middle = ((low + high) / 2).rounded()
      if reaches([HedgeTrade(instrument, middle * instrument.lot)]) {
        high = middle
      } else {
        low = middle
      }
    }
    least = high * instrument.lot
    return proposal(.perpetual, [HedgeTrade(instrument, least)])
  }

  private static func between(_ x: Double, _ a: Double, _ b: Double) -> Double {
    min(max(x, min(a, b)), max(a, b))
  }

  func reaches(_ trades: [HedgeTrade], cashAdded: Double = 0) -> Bool {
    state(trades, cashAdded: cashAdded).map(isReached) ?? false
  }

  /// Of several, one that arrives before one that does not, then the cheapest.
  static func best(_ outcomes: [Outcome]) -> Outcome? {
    let proposals = outcomes.compactMap { try? $0.get() }
    let best = proposals.min {
      $0.isReached != $1.isReached ? $0.isReached : $0.cost < $1.cost
    }
    return best.map { .success($0) } ?? outcomes.first
  }

  // MARK: Reduce

  func reduce() -> Outcome {
    let parts = heldInstruments
    func trades(_ share: Double) -> [HedgeTrade] {
      zip(parts, planner.pool.legs).map { instrument, leg in
        // Of a hedging leg less is closed, of a short one more.
        let keeps = leg.isOption && leg.quantity > 0
        let contracts = Self.lots(share * leg.quantity, instrument.lot, keeps ? .down : .up)
        let most = leg.quantity.magnitude
        return HedgeTrade(instrument, -min(max(contracts, -most), most))
      }
    }
    // A pool that is closed is flat and riskless: that always arrives, but is no way back.
    var (low, high) = (0.0, 0.98)
    guard reaches(trades(high)) else { return .failure(onlyAll(parts)) }
    for _ in 0..<24 {
      let middle = 0.5 * (low + high)
      if reaches(trades(middle)) { high = middle } else { low = middle }
    }
    let found = trades(high)
    guard zip(found, planner.pool.legs).contains(where: { $0.contracts != -$1.quantity }) else {
      // Rounded up to lots the risky legs go altogether; that this arrives says nothing of less.
      return .failure(onlyAll(parts))
    }
    return reduced(found)
  }

  /// Every leg alike also where the market holds too little of one: then less of all of them.
  private func reduced(_ trades: [HedgeTrade]) -> Outcome {
    let cuts = trades.filter { $0.contracts.magnitude > $0.instrument.most(toward: $0.contracts) }
    guard !cuts.isEmpty else { return proposal(.reduce, trades) }
    let share = cuts.reduce(1) { share, trade in
      min(share, trade.instrument.most(toward: trade.contracts) / trade.contracts.magnitude)
    }
    let fitting = trades.map {
      HedgeTrade($0.instrument, Self.lots(share * $0.contracts, $0.instrument.lot, .down))
    }
    return proposal(
      .reduce, fitting,
      obstacles: cuts.map { .depth($0.instrument, wanted: $0.contracts) })
  }

  /// Why no smaller size does: what a fiftieth of it would leave.
  private func irreducible(_ fiftieth: [HedgeTrade]) -> Refusal {
    if case .maxLoss = target, before.maxLoss.finite == nil {
      return Refusal("the loss has no bound at any size; buy a wing")
    }
    let left = state(fiftieth).flatMap(shortfall) ?? "it cannot be measured"
    guard case .leverage = target else {
      return Refusal("no smaller size arrives: of a fiftieth \(left)")
    }
    return Refusal(
      "no smaller size arrives: leverage on capital at risk is the same at every size (of a "
        + "fiftieth \(left)); change the structure")
  }

  /// Why less than a lot would have to stay.
  private func onlyAll(_ parts: [HedgeInstrument]) -> Refusal {
    let legs = planner.pool.legs
    func part(_ share: Double) -> [HedgeTrade] {
      zip(parts, legs).map { HedgeTrade($0, -share * $1.quantity) }
    }
    var (low, high) = (0.0, 0.98)
    guard reaches(part(high)) else { return irreducible(part(high)) }
    for _ in 0..<24 {
      let middle = 0.5 * (low + high)
      if reaches(part(middle)) { high = middle } else { low = middle }
    }
    let obstacles = zip(parts, legs).compactMap { instrument, leg -> HedgeObstacle? in
      let kept = (1 - high) * leg.quantity.magnitude
      return kept < instrument.lot ? .lots(instrument, wanted: kept) : nil
    }
    let said = ["in whole lots only closing all of it arrives"] + obstacles.map(\.explanation)
    return Refusal(said.joined(separator: "; of "), obstacles)
  }

  /// The pool's own legs as instruments; what the market does not list cannot be traded.
  private var heldInstruments: [HedgeInstrument] {
    planner.pool.legs.map { leg in
      var unit = leg
      unit.quantity = 1
      // A future closes at its mark: what it has gained since its entry is kept.
      if case .future(_, let years) = leg.contract {
        unit.contract = .future(entry: leg.forward, years: years)
      }
      guard let listed = planner.instruments.first(where: { $0.leg.isSameListing(as: leg) }) else {
        return HedgeInstrument(
          name: unit.description, leg: unit, lot: leg.quantity.magnitude, quote: (nil, nil),
          depth: HedgeDepth(0, source: "the market does not list it"))
      }
      var held = listed
      held.leg = unit
      return held
    }
  }

  // MARK: Top up

  func topUp() -> Outcome {
    guard case .leverage(let limit) = target, limit > 0 else {
      return .failure(Refusal("cash changes no exposure and no maximum loss"))
    }
    let wantedUsd = before.deltaCash.magnitude / limit
    let cash = wantedUsd / planner.pool.usdPerUnit - before.equity
    guard cash > 0, reaches([], cashAdded: cash * (1 + 1e-9)) else {
      return .failure(
        Refusal(
          "capital at risk is the maximum loss, which cash does not change, so leverage on it stays",
          stuck(at: limit)))
    }
    return proposal(.topUp, [], cashAdded: cash * (1 + 1e-9))
  }

  /// Leverage that no cash lowers, over the limit.
  private func stuck(at limit: Double) -> [HedgeObstacle] {
    guard let seen = before.deltaLeverage.finite else { return [] }
    return [
      HedgeObstacle(
        limit: .collateral, seen: seen, allowed: limit, unit: .leverage,
        explanation: "leverage on the maximum loss stays \(Self.short(seen))x with any cash, over "
          + "\(Self.short(limit))x by \(Self.short(seen - limit))x")
    ]
  }

  // MARK: Roll

  func roll() -> Outcome {
    let held = zip(heldInstruments, planner.pool.legs).filter { $0.1.isOption }
    guard !held.isEmpty else { return .failure(Refusal("the pool holds no option")) }
    let last = held.compactMap { $0.1.optionYears }.max() ?? 0
    let later = Set(planner.instruments.compactMap(\.leg.optionYears).filter { $0 > last })
    guard !later.isEmpty else {
      return .failure(
        Refusal("the chain lists no expiry after the pool's last; roll where one is listed"))
    }
    let outcomes = later.sorted().prefix(6).compactMap { roll(held, years: $0) }
    return Self.best(outcomes)
      ?? .failure(Refusal("no later expiry lists options of the same kind near these strikes"))
  }

  /// Each option to one expiry, as much of it as both sides of the roll hold.
  private func roll(_ held: [(HedgeInstrument, RiskLeg)], years: Double) -> Outcome? {
    var trades: [HedgeTrade] = []
    var cuts: [HedgeObstacle] = []
    for (instrument, leg) in held {
      guard let next = listed(like: leg, years: years) else { return nil }
      let most = min(instrument.most(toward: -leg.quantity), next.most(toward: leg.quantity))
      for (side, sign) in [(instrument, -1.0), (next, 1)]
      where side.most(toward: sign * leg.quantity) < leg.quantity.magnitude * (1 - 1e-9) {
        cuts.append(.depth(side, wanted: sign * leg.quantity))
      }
      let size = leg.quantity < 0 ? max(leg.quantity, -most) : min(leg.quantity, most)
      let lot = max(instrument.lot, next.lot)
      trades.append(HedgeTrade(instrument, -Self.lots(size, lot, .down)))
      trades.append(HedgeTrade(next, Self.lots(size, lot, .down)))
    }
    return proposal(.roll, trades, obstacles: cuts)
  }

  /// The option of the same right at another expiry whose strike is nearest, within 5 %.
  private func listed(like leg: RiskLeg, years: Double) -> HedgeInstrument? {
    guard case .option(let right, let strike, _, _) = leg.contract else { return nil }
    let candidates = planner.instruments.compactMap {
      instrument -> (HedgeInstrument, Double)? in
      guard case .option(right, let other, years, _) = instrument.leg.contract else { return nil }
      return (instrument, (other - strike).magnitude)
    }
    guard let nearest = candidates.min(by: { $0.1 < $1.1 }), nearest.1 <= 0.05 * strike else {
      return nil
    }
    return nearest.0
  }
}

extension RiskLeg.Contract {
  var isPerpetual: Bool {
    if case .future(_, nil) = self { return true }
    return false
  }
}

extension RiskLeg {
  /// Coins of the underlying that it is of, ≥ 0: size of an option or a linear future, face of an
  /// inverse one at its forward.
  public var coins: Double {
    isOption || settlement == .linear
      ? signedSize.magnitude : signedSize.magnitude / forward
  }

  var optionYears: Double? {
    if case .option(_, _, let years, _) = contract { return years }
    return nil
  }

  /// What it is, where no venue's name is known.
  var description: String {
    switch contract {
    case .option(let right, let strike, let years, _):
      "\(right) at \(HedgeSearch.short(strike)) of \(HedgeSearch.short(years * 365)) days"
    case .future(_, nil): "perpetual"
    case .future(_, let years?): "future of \(HedgeSearch.short(years * 365)) days"
    }
  }

  /// The same contract, whatever it was entered at and whatever volatility it is given.
  func isSameListing(as other: RiskLeg) -> Bool {
    guard settlement == other.settlement, size == other.size else { return false }
    switch (contract, other.contract) {
    case (.option(let right, let strike, let years, _), .option(let r, let k, let t, _)):
      return right == r && strike == k && (years - t).magnitude < 1e-9
    case (.future(_, let years), .future(_, let t)): return years == t
    case (.option, .future), (.future, .option): return false
    }
  }
}
