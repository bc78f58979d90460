import FulcrumModel

extension HedgeSearch {
  // MARK: Reduce

  /// Most of it that may be closed: a pool that is closed is flat and riskless, which always arrives
  /// but is no way back.
  static let mostClosed = 0.98
  /// Steps of a pool whose legs have no common part in whole lots, and how far, of what stays, a leg
  /// may then be from its share: more would be another strategy.
  private static let steps = 1000
  private static let unlike = 0.05
  /// Sizes that are tried before the steps between two of them.
  private static let tried = 32

  func reduce() -> Outcome {
    let parts = heldInstruments
    let common = commonParts(parts)
    let whole = common > 1 ? common : Self.steps
    func trades(_ closed: Int) -> [HedgeTrade]? { closing(closed, of: whole, parts) }
    func arrives(_ closed: Int) -> Bool { trades(closed).map { reaches($0) } ?? false }
    let most = min(whole - 1, Int(Self.mostClosed * Double(whole)))
    // Lots make reaching uneven: the first size that does, not any.
    let stride = max(most / Self.tried, 1)
    let coarse = Array(Swift.stride(from: stride, to: most, by: stride)) + [most]
    guard most > 0, var high = coarse.first(where: arrives) else {
      return .failure(onlyAll(parts))
    }
    var low = max(high - stride, 0)
    while high - low > 1 {
      let middle = (low + high) / 2
      if arrives(middle) { high = middle } else { low = middle }
    }
    guard let found = trades(high) else { return .failure(onlyAll(parts)) }
    return reduced(found, fitting: (0..<high).reversed().lazy.compactMap(trades))
  }

  /// How many equal parts in whole lots every leg has; 0 where one has a broken lot.
  private func commonParts(_ parts: [HedgeInstrument]) -> Int {
    var common = 0
    for (instrument, leg) in zip(parts, planner.pool.legs) {
      let count = leg.quantity.magnitude / instrument.lot
      guard (count - count.rounded()).magnitude < 1e-6, count < 1e15 else { return 0 }
      var (a, b) = (Int(count.rounded()), common)
      while b != 0 { (a, b) = (b, a % b) }
      common = a
    }
    return common
  }

  /// Every leg less by the same share in whole lots; nil where they do not stay alike. Where lots do
  /// not divide, a hedging leg keeps the lot and a short one does not (leverage-math 5.4).
  private func closing(
    _ closed: Int, of whole: Int, _ parts: [HedgeInstrument]
  ) -> [HedgeTrade]? {
    var trades: [HedgeTrade] = []
    for (instrument, leg) in zip(parts, planner.pool.legs) {
      let stays = leg.quantity.magnitude * Double(whole - closed) / Double(whole)
      let keeps = leg.isOption && leg.quantity > 0
      let kept = Self.lots(stays, instrument.lot, keeps ? .up : .down)
      guard (kept - stays).magnitude <= Self.unlike * stays else { return nil }
      let side = leg.quantity < 0 ? 1.0 : -1
      let lots = ((leg.quantity.magnitude - kept) / instrument.lot).rounded()
      let isAll = kept == 0 || lots * instrument.lot > leg.quantity.magnitude
      trades.append(
        HedgeTrade(
          instrument, side * (isAll ? leg.quantity.magnitude - kept : lots * instrument.lot)))
    }
    return trades
  }

  /// Every leg alike also where the market holds too little of one: then less of all of them.
  private func reduced(
    _ trades: [HedgeTrade], fitting less: some Sequence<[HedgeTrade]>
  ) -> Outcome {
    func isDeep(_ trade: HedgeTrade) -> Bool {
      trade.contracts.magnitude <= trade.instrument.most(toward: trade.contracts) * (1 + 1e-12)
    }
    let cuts = trades.filter { !isDeep($0) }
    guard !cuts.isEmpty else { return proposal(.reduce, trades) }
    return proposal(
      .reduce, less.first { $0.allSatisfy(isDeep) } ?? [],
      obstacles: cuts.map { .depth($0.instrument, wanted: $0.contracts) })
  }

  /// Why no smaller size does: what a fiftieth of it would leave.
  private func irreducible(_ fiftieth: [HedgeTrade]) -> Refusal {
    if case .maxLoss = target, before.maxLoss.finite == nil {
      return Refusal(
        before.maxLoss.absence.map { "the maximum loss is known at no size: \($0.explanation)" }
          ?? (TerminalFloor.hasSeveralExpiries(planner.pool.legs)
            ? "the loss has no bound at any size"
            : "the loss has no bound at any size; buy a wing"),
        remains(before))
    }
    let least = state(fiftieth)
    let left = least.flatMap(shortfall) ?? "it cannot be measured"
    let obstacles = least.map(remains) ?? []
    guard case .leverage = target else {
      return Refusal("no smaller size arrives: of a fiftieth \(left)", obstacles)
    }
    let now = before.deltaLeverage.finite ?? .infinity
    let then = least?.deltaLeverage.finite ?? .infinity
    return Refusal(
      then > 0.9 * now
        ? "no smaller size arrives: leverage on capital at risk is the same at every size (of a "
          + "fiftieth \(left)); change the structure"
        : "no smaller size arrives: of a fiftieth \(left)", obstacles)
  }

  /// Why less than a lot would have to stay.
  private func onlyAll(_ parts: [HedgeInstrument]) -> Refusal {
    let legs = planner.pool.legs
    func part(_ share: Double) -> [HedgeTrade] {
      zip(parts, legs).map { HedgeTrade($0, -share * $1.quantity) }
    }
    var (low, high) = (0.0, Self.mostClosed)
    guard reaches(part(high)) else { return irreducible(part(high)) }
    for _ in 0..<24 {
      let middle = 0.5 * (low + high)
      if reaches(part(middle)) { high = middle } else { low = middle }
    }
    let obstacles = zip(parts, legs).compactMap { instrument, leg -> HedgeObstacle? in
      let kept = (1 - high) * leg.quantity.magnitude
      return Self.isLessThanALot(kept, instrument.lot) ? .lots(instrument, wanted: kept) : nil
    }
    guard obstacles.isEmpty else {
      let said = ["\(Self.onlyClosingAll) in whole lots"] + obstacles.map(\.explanation)
      return Refusal(said.joined(separator: "; of "), obstacles)
    }
    let broken = zip(parts, legs).map { instrument, leg in
      HedgeObstacle.brokenLots(instrument, wanted: (1 - high) * leg.quantity.magnitude)
    }.filter { $0.missing > 1e-6 * $0.seen }
    guard !broken.isEmpty else { return inNearestLots(part(high)) }
    let said =
      ["in whole lots no size that arrives keeps the legs alike"] + broken.map(\.explanation)
    return Refusal(said.joined(separator: "; "), broken)
  }

  /// Lots that are all but whole where the target is reached, and just short of it in whole ones.
  private func inNearestLots(_ trades: [HedgeTrade]) -> Refusal {
    let whole = trades.map {
      HedgeTrade($0.instrument, Self.lots($0.contracts, $0.instrument.lot, .toNearestOrEven))
    }
    let obstacles = state(whole).map { inTheWay(whole, $0) } ?? []
    return Refusal(
      (["no size arrives in whole lots"] + obstacles.map(\.explanation)).joined(separator: "; "),
      obstacles)
  }

  /// The pool's own legs as instruments; what the market does not list cannot be traded.
  private var heldInstruments: [HedgeInstrument] {
    let legs = planner.pool.legs
    let names = planner.legNames.count == legs.count ? planner.legNames : legs.map(\.description)
    return zip(legs, names).map { leg, name in
      var unit = leg
      unit.quantity = 1
      // A future closes at its mark: what it has gained since its entry is kept.
      if case .future(_, let years) = leg.contract {
        unit.contract = .future(entry: leg.forward, years: years)
      }
      guard let listed = planner.instruments.first(where: { $0.leg.isSameListing(as: leg) }) else {
        var missing = HedgeInstrument(
          name: name, leg: unit, lot: lot(like: leg), quote: (nil, nil),
          depth: HedgeDepth(0, source: "the market does not list it"))
        missing.isLotStated = false
        return missing
      }
      var held = listed
      held.leg = unit
      return held
    }
  }

  /// The finest step of contracts of its kind; all of it where none are listed.
  private func lot(like leg: RiskLeg) -> Double {
    planner.instruments.filter { $0.leg.isOption == leg.isOption }.map(\.lot).min()
      ?? leg.quantity.magnitude
  }

  // MARK: Top up

  func topUp() -> Outcome {
    if case .neutral(let kinds) = target, kinds.contains(.usdDelta),
      planner.pool.currency == .coin
    {
      return coinsPaidIn()
    }
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

  /// A coin paid in moves the pool's value in USD by its own: of −x USD of usd-delta x/S coins leave
  /// none, and none leave less of what is above 0.
  private func coinsPaidIn() -> Outcome {
    let (now, allowed) = (before.usdDelta, tolerances[.usdDelta] ?? 0)
    guard now < -allowed else {
      let over = now.magnitude - allowed
      guard over > 0 else {
        return .failure(Refusal("coins change no gamma and no vega", remains(before)))
      }
      return .failure(
        Refusal(
          "coins paid in add their own value to usd-delta, which is above 0",
          [
            HedgeObstacle(
              limit: .collateral, seen: now, allowed: allowed, unit: .usd,
              explanation: "usd-delta is \(Self.short(now)) USD, over its tolerance of "
                + "\(Self.short(allowed)) by \(Self.short(over)), and coins only add to it")
          ]))
    }
    return proposal(.topUp, [], cashAdded: -now / planner.pool.usdPerUnit)
  }

  /// Leverage that no cash lowers, over the limit.
  private func stuck(at limit: Double) -> [HedgeObstacle] {
    let seen = before.deltaLeverage.finite ?? .infinity
    guard seen.isFinite else { return remains(before) }
    return [
      HedgeObstacle(
        limit: .collateral, seen: seen, allowed: limit, unit: .leverage,
        explanation: "leverage on the maximum loss stays \(Self.short(seen))x with any cash, over "
          + "\(Self.short(limit))x by \(Self.short(seen - limit))x")
    ]
  }

  // MARK: Roll

  /// Expiries to roll to that are tried, nearest first.
  static let expiriesTried = 6

  func roll() -> Outcome {
    let held = zip(heldInstruments, planner.pool.legs).filter { $0.1.isOption }
    guard !held.isEmpty else { return .failure(Refusal("the pool holds no option")) }
    let own = Set(held.compactMap { $0.1.optionYears }).sorted()
    let listed = Set(planner.instruments.compactMap(\.leg.optionYears)).sorted()
    let later = listed.filter { $0 > own.last ?? 0 }
    // All to as many later expiries in their order, or the first alone to one that no other has.
    var moves = later.indices.prefix(Self.expiriesTried).compactMap { start in
      start + own.count <= later.count
        ? Dictionary(uniqueKeysWithValues: zip(own, later[start...])) : nil
    }
    if own.count > 1, let first = own.first {
      moves += listed.filter { $0 > first && !own.contains($0) }.prefix(Self.expiriesTried)
        .map { [first: $0] }
    }
    guard !moves.isEmpty else {
      return .failure(
        Refusal(
          "the chain lists no expiry after the pool's last; roll where one is listed", unlisted))
    }
    let outcomes = moves.compactMap { roll(held, to: $0) }
    return Self.best(outcomes)
      ?? .failure(
        Refusal("no later expiry lists options of the same kind near these strikes", unlisted))
  }

  /// Options of some expiries to others, the same share of each: as much as both sides of every roll
  /// hold.
  private func roll(_ held: [(HedgeInstrument, RiskLeg)], to expiries: [Double: Double]) -> Outcome?
  {
    var moves: [(from: HedgeInstrument, to: HedgeInstrument, size: Double)] = []
    var cuts: [HedgeObstacle] = []
    var taken: Set<String> = []
    var share = 1.0
    for (instrument, leg) in held {
      guard let years = leg.optionYears.flatMap({ expiries[$0] }) else { continue }
      guard let next = listed(like: leg, years: years) else { return nil }
      guard taken.insert(next.name).inserted else {
        return .failure(
          Refusal("two legs would come to \(next.name), the nearest strike listed: no roll"))
      }
      moves.append((instrument, next, leg.quantity))
      for (side, sign) in [(instrument, -1.0), (next, 1)] {
        let most = side.most(toward: sign * leg.quantity)
        guard most < leg.quantity.magnitude * (1 - 1e-9) else { continue }
        share = min(share, most / leg.quantity.magnitude)
        cuts.append(.depth(side, wanted: sign * leg.quantity))
      }
    }
    var trades: [HedgeTrade] = []
    for move in moves {
      let size = Self.lots(share * move.size, max(move.from.lot, move.to.lot), .down)
      guard size != 0 else {
        return .failure(Refusal(cuts.isEmpty ? [.lots(move.to, wanted: move.size)] : cuts))
      }
      trades += [HedgeTrade(move.from, -size), HedgeTrade(move.to, size)]
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
