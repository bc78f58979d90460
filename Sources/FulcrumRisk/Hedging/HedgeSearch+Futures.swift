import FulcrumModel

extension HedgeSearch {
  // MARK: Perpetual

  func perpetual() -> Outcome {
    if case .neutral(let kinds) = target, !kinds.isSubset(of: [.delta, .usdDelta]) {
      return .failure(Refusal("a future has neither gamma nor vega"))
    }
    guard !futures.isEmpty else {
      return .failure(Refusal("the market lists no perpetual or future of this coin", unlisted))
    }
    if case .maxLoss = target { return Self.best(futures.map(bound)) ?? .failure(noneFits) }
    let outcomes = futures.map(hedge)
    return Self.best(outcomes) ?? .failure(noneFits)
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
    guard case .leverage(let limit) = target else { return nearest(neutral, instrument) }
    let wanted = DeltaHedge.perpetuals(
      deltaCash: before.deltaCash, equity: before.equity * planner.pool.usdPerUnit,
      leverage: limit, unitCash: unit)
    // Between nothing and neutral: on the equity basis first, further where capital at risk is less.
    var least = Self.lots(Self.between(wanted, 0, neutral), instrument.lot, .up)
    let first = [HedgeTrade(instrument, least)]
    if holds(first) {
      return closesAll(first) ? .failure(onlyClosing(first)) : proposal(.perpetual, first)
    }
    let most = Self.lots(neutral, instrument.lot, .toNearestOrEven)
    guard most != 0 else { return .failure(Refusal([.lots(instrument, wanted: neutral)])) }
    guard holds([HedgeTrade(instrument, most)]) else {
      return proposal(.perpetual, [HedgeTrade(instrument, most)])
    }
    var (low, high) = (least / instrument.lot, most / instrument.lot)
    while (high - low).magnitude > 1 {
      let middle = ((low + high) / 2).rounded()
      if holds([HedgeTrade(instrument, middle * instrument.lot)]) {
        high = middle
      } else {
        low = middle
      }
    }
    if high == most / instrument.lot, isFlat(most, instrument) {
      return onEquity(high, instrument, limit)
    }
    least = high * instrument.lot
    return proposal(.perpetual, [HedgeTrade(instrument, least)])
  }

  /// The lots nearest to none of a delta; where they close all of it, one lot less of them.
  private func nearest(_ neutral: Double, _ instrument: HedgeInstrument) -> Outcome {
    let contracts = Self.lots(neutral, instrument.lot, .toNearestOrEven)
    guard contracts != 0 else { return .failure(Refusal([.lots(instrument, wanted: neutral)])) }
    let trades = [HedgeTrade(instrument, contracts)]
    let outcome = proposal(.perpetual, trades)
    guard case .failure(let refusal) = outcome, refusal.closesAll else { return outcome }
    let side = contracts < 0 ? -1.0 : 1
    let less = [
      HedgeTrade(
        instrument,
        Self.lots(contracts - side * instrument.lot, instrument.lot, .toNearestOrEven))
    ]
    return reaches(less) ? proposal(.perpetual, less) : .failure(onlyClosing(trades, less))
  }

  /// Nothing is at risk any more: the pool is closed, which is no way back.
  private func isFlat(_ contracts: Double, _ instrument: HedgeInstrument) -> Bool {
    state([HedgeTrade(instrument, contracts)]).map { $0.capitalAtRisk <= 0 } ?? false
  }

  /// Where leverage on capital at risk is held up by capital at risk falling alike: the trade that
  /// brings leverage on equity to the target.
  private func onEquity(
    _ most: Double, _ instrument: HedgeInstrument, _ limit: Double
  ) -> Outcome {
    let held = "leverage on capital at risk stays at every size but none, for it falls alike"
    if let now = before.leverageOnEquity.finite, now <= limit {
      return .failure(
        Refusal("\(held); on equity it is \(Self.short(now))x already", remains(before)))
    }
    func trades(_ lots: Double) -> [HedgeTrade] {
      [HedgeTrade(instrument, lots * instrument.lot)]
    }
    var (low, high) = (0.0, most)
    while (high - low).magnitude > 1 {
      let middle = (0.5 * (low + high)).rounded()
      let seen = state(trades(middle))?.leverageOnEquity.finite ?? .infinity
      if seen <= limit { high = middle } else { low = middle }
    }
    let trades = trades(high)
    guard !closesAll(trades) else { return .failure(onlyClosing(trades)) }
    let contracts = high * instrument.lot
    let said =
      "\(held); to \(contracts < 0 ? "sell" : "buy") \(Self.short(contracts.magnitude)) contracts of "
      + "\(instrument.name) brings that on equity to \(Self.short(limit))x"
    return proposal(.perpetual, trades).map { found in
      var found = found
      found.isReached = false
      found.shortfall = said
      return found
    }.mapError { Refusal(said, $0.obstacles) }
  }

  private static func between(_ x: Double, _ a: Double, _ b: Double) -> Double {
    min(max(x, min(a, b)), max(a, b))
  }

  /// The target holds with these orders, and something of the pool stays.
  func reaches(_ trades: [HedgeTrade], cashAdded: Double = 0) -> Bool {
    holds(trades, cashAdded: cashAdded) && !closesAll(trades)
  }

  /// The target holds with them, though they close all of it.
  private func holds(_ trades: [HedgeTrade], cashAdded: Double = 0) -> Bool {
    state(trades, cashAdded: cashAdded).map(isReached) ?? false
  }

  /// Of several, one that arrives before one that does not, then the cheapest, risk counted.
  ///
  /// - Parameter countingPremium: of wings, whose premiums are most of what they take.
  static func best(_ outcomes: [Outcome], countingPremium: Bool = false) -> Outcome? {
    func price(_ proposal: HedgeProposal) -> Double {
      proposal.objective + (countingPremium ? proposal.premium : 0)
    }
    let proposals = outcomes.compactMap { try? $0.get() }
    let best = proposals.min {
      $0.isReached != $1.isReached ? $0.isReached : price($0) < price($1)
    }
    return best.map { .success($0) } ?? outcomes.first
  }

  private var noneFits: Refusal { Refusal("no future fits") }

  // MARK: Maximum loss

  /// Of a grid of a future's contracts, points on each side of none.
  private static let gridSide = 32

  /// The fewest contracts with which the maximum loss is small enough, on either side; where none
  /// are, those that leave the least of it. It is convex in them, so its bounds are one interval.
  private func bound(_ instrument: HedgeInstrument) -> Outcome {
    func trades(_ lots: Double) -> [HedgeTrade] {
      [HedgeTrade(instrument, lots * instrument.lot)]
    }
    func loss(_ lots: Double) -> Double {
      let pool = planner.applied(trades(lots)).pool
      return (try? LeverageEngine.measures(pool))?.maxLoss.finite ?? .infinity
    }
    let places = grid(instrument)
    let losses = places.map(loss)
    guard let least = losses.indices.min(by: { losses[$0] < losses[$1] }), losses[least].isFinite
    else {
      return .failure(
        Refusal("no size of \(instrument.name) bounds the loss", remains(before)))
    }
    let ends = [places.first ?? 0, places.last ?? 0]
    let best =
      ends.map { lowest(from: places[least], to: $0, loss) }.min { loss($0) < loss($1) } ?? 0
    guard best != 0 else {
      return .failure(
        Refusal("no size of \(instrument.name) brings the maximum loss down", remains(before)))
    }
    guard holds(trades(best)) else { return proposal(.perpetual, trades(best)) }
    // From where it holds back toward none.
    var (low, high) = (0.0, best)
    while (high - low).magnitude > 1 {
      let middle = (0.5 * (low + high)).rounded()
      if holds(trades(middle)) { high = middle } else { low = middle }
    }
    if isFlat(high * instrument.lot, instrument) {
      return .failure(onlyClosing(trades(high), trades(high - (high < 0 ? -1 : 1))))
    }
    return proposal(.perpetual, trades(high))
  }

  /// Lots of an even grid over what the pool holds on either side, and those that level its open end.
  private func grid(_ instrument: HedgeInstrument) -> [Double] {
    let legs = planner.pool.legs
    let unit = instrument.leg.coins * instrument.lot
    let gross = (legs.reduce(0) { $0 + $1.coins } / unit).rounded(.up)
    let even = (-Self.gridSide...Self.gridSide).map {
      (gross * Double($0) / Double(Self.gridSide)).rounded()
    }
    let slope = legs.reduce(0) { $0 + WingProgram.slope($1) }
    let level = -slope / (WingProgram.slope(instrument.leg) * instrument.lot)
    let most = (
      Self.lots(instrument.depth.sell, instrument.lot, .down) / instrument.lot,
      Self.lots(instrument.depth.buy, instrument.lot, .down) / instrument.lot
    )
    let ends = level.isFinite ? [level.rounded(.down), level.rounded(.up)] : []
    // Depth is a size like others: what lies beyond it cannot be traded.
    return Set((even + ends).map { min(max($0, -most.0), most.1) }).sorted()
  }

  /// The lots with the least of a convex function between some where it is finite and an end: where
  /// a lot more no longer takes off anything.
  private func lowest(
    from start: Double, to end: Double, _ value: (Double) -> Double
  ) -> Double {
    let side = end < start ? -1.0 : 1
    var (low, high) = (0.0, (end - start).magnitude.rounded(.down))
    while high > low {
      let middle = (0.5 * (low + high)).rounded(.down)
      if value(start + side * (middle + 1)) < value(start + side * middle) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return start + side * low
  }
}
