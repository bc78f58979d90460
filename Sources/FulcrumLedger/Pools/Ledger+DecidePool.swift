import FulcrumModel

/// Decisions about one pool. Nothing here looks at another one.
extension Ledger {
  func open(_ terms: PoolTerms) throws(Rejection) -> Fact {
    try Self.check(name: terms.name)
    if case .backstop(let lossCap) = terms.role { try Self.check(amount: lossCap) }
    if let cap = terms.leverageCap { try Self.check(cap: cap) }
    // What a backstop's cap counts is one asset.
    if case .backstop = terms.role, let pledge = terms.accepted.first {
      throw .rulesInvalid(.pledge(pledge.asset))
    }
    if let fault = terms.accepted.lazy.compactMap(\.fault).first { throw .rulesInvalid(fault) }
    guard owner(terms.owner) != nil else { throw .ownerUnknown(terms.owner) }
    guard poolNumbers[terms.name] == nil else { throw .nameTaken(terms.name) }
    return .poolOpened(PoolID(UInt32(pools.count)), terms)
  }

  /// Top-up is open in every phase but the last two, frozen or not; one that lifts a pool over the
  /// exit level ends its liquidation at once.
  func fund(
    _ id: PoolID, _ money: Money, on board: MarkBoard?, at instant: Timestamp
  ) throws(Rejection) -> [Fact] {
    try Self.check(amount: money.minorUnits)
    var pool = try known(id)
    let isOwn = money.asset == pool.terms.asset
    if !isOwn { try Self.check(money.asset, isAcceptedBy: pool) }
    try Self.check(lives: pool)
    let held = wallet(pool.terms.owner, money.asset)
    guard held >= money.minorUnits else {
      throw .walletShort(needed: money.minorUnits, held: held)
    }
    // All that is in a pool is at risk, and nothing else: who may lose so much has no more in it.
    if case .backstop(let lossCap) = pool.terms.role {
      let room = max(0, lossCap - (pool.paidIn - pool.paidOut))
      guard money.minorUnits <= room else {
        throw .beyondLossCap(asked: money.minorUnits, room: room)
      }
    }
    var facts: [Fact] = [isOwn ? .funded(id, money.minorUnits) : .pledged(id, money)]
    if isOwn {
      pool.collateral += money.minorUnits
    } else {
      pool.add(money.minorUnits, pledgedIn: money.asset)
    }
    if pool.freeze == nil, let board = try? fresh(board, at: instant),
      let health = try? health(of: pool, on: board),
      let fact = recovery(of: pool, health)
    {
      facts.append(fact)
    }
    return facts
  }

  /// What a pool that is better off has come back to; nil where nothing changes.
  func recovery(of pool: Pool, _ health: Health) -> Fact? {
    switch pool.phase {
    case .liquidating where health.equity >= exitLevel(health.maintenance):
      .liquidationEnded(pool.id, health)
    case .warning where health.equity >= rules.warning.of(health.maintenance, rounding: .up):
      .calmed(pool.id, health)
    case .empty, .open, .warning, .liquidating, .bankrupt, .closed: nil
    }
  }

  /// M + buffer, rounded up.
  func exitLevel(_ maintenance: Int128) -> Int128 {
    maintenance + rules.exitBuffer.of(maintenance, rounding: .up)
  }

  func release(
    _ id: PoolID, _ money: Money, on board: MarkBoard?, at instant: Timestamp
  ) throws(Rejection) -> Fact {
    try Self.check(amount: money.minorUnits)
    let pool = try known(id)
    let isOwn = money.asset == pool.terms.asset
    if !isOwn { try Self.check(money.asset, isAcceptedBy: pool) }
    try Self.check(lives: pool)
    if pool.isLiquidating { throw .poolLiquidating(id) }
    if pool.freeze != nil { throw .poolFrozen(id) }
    if books[pool.book].indebted > 0 { throw .outflowGated(pool.terms.asset) }
    if !isOwn { return try unpledge(pool, money, on: board, at: instant) }
    var free = pool.collateral
    if !pool.legs.isEmpty {
      free = Self.free(try value(pool, on: try fresh(board, at: instant)), pool, rules)
    }
    guard money.minorUnits <= free else {
      throw .withdrawalShort(asked: money.minorUnits, free: free)
    }
    return .released(id, money.minorUnits)
  }

  /// A pledge may leave where the pool stands without it.
  private func unpledge(
    _ pool: Pool, _ money: Money, on board: MarkBoard?, at instant: Timestamp
  ) throws(Rejection) -> Fact {
    let held = pool.pledged(money.asset)
    guard money.minorUnits <= held else {
      throw .withdrawalShort(asked: money.minorUnits, free: held)
    }
    guard !pool.legs.isEmpty || pool.collateral < 0 else { return .unpledged(pool.id, money) }
    var after = pool
    after.add(-money.minorUnits, pledgedIn: money.asset)
    let valuation = try value(after, on: try fresh(board, at: instant))
    let kept = max(valuation.health.initial, rules.withdrawalFloor)
    guard valuation.freeEquity >= kept else {
      throw .initialMarginShort(required: kept, equity: valuation.freeEquity)
    }
    return .unpledged(pool.id, money)
  }

  /// What may be taken out: conservative equity less initial margin (or the floor), and never more
  /// than the cash that is there.
  static func free(_ valuation: PoolValuation, _ pool: Pool, _ rules: LedgerRules) -> Int128 {
    let kept = max(valuation.health.initial, rules.withdrawalFloor)
    return max(0, min(pool.collateral, valuation.freeEquity - kept))
  }

  /// Free collateral of a pool on a board; what `release` would allow.
  public func freeCollateral(
    of pool: Pool, on board: MarkBoard
  ) throws(ValuationFault) -> Int128 {
    guard !pool.legs.isEmpty else { return max(0, pool.collateral) }
    return Self.free(try valuation(of: pool, on: board), pool, rules)
  }

  func capLeverage(
    _ id: PoolID, _ cap: Ratio?, on board: MarkBoard?, at instant: Timestamp
  ) throws(Rejection) -> Fact {
    if let cap { try Self.check(cap: cap) }
    var pool = try live(id)
    if pool.isLiquidating { throw .poolLiquidating(id) }
    if pool.freeze != nil { throw .poolFrozen(id) }
    pool.leverageCap = cap
    if cap != nil, !pool.legs.isEmpty {
      let valuation = try value(pool, on: try fresh(board, at: instant))
      guard valuation.tradeEquity >= valuation.health.initial else {
        throw .initialMarginShort(
          required: valuation.health.initial, equity: valuation.tradeEquity)
      }
    }
    return .leverageCapped(id, cap)
  }

  /// Never beyond the cash that is there, nor beyond what the pool is worth.
  func charge(
    _ id: PoolID, _ money: Money, _ charge: Charge, on board: MarkBoard?, at instant: Timestamp
  ) throws(Rejection) -> Fact {
    try Self.check(amount: money.minorUnits)
    let pool = try known(id)
    try Self.check(money.asset, is: pool.terms.asset)
    try Self.check(lives: pool)
    guard pool.collateral >= money.minorUnits else {
      throw .collateralShort(needed: money.minorUnits, held: pool.collateral)
    }
    if !pool.legs.isEmpty {
      let equity = try value(pool, on: try fresh(board, at: instant)).health.equity
      guard equity >= money.minorUnits else {
        throw .feeBeyondEquity(fee: money.minorUnits, equity: equity)
      }
    }
    return .charged(id, money.minorUnits, charge)
  }

  func freeze(_ id: PoolID) throws(Rejection) -> Fact {
    let pool = try live(id)
    // An order stands over a freeze that the next good market would lift.
    if pool.freeze?.reason == .ordered { throw .poolFrozen(id) }
    return .frozen(id, .ordered)
  }

  func thaw(_ id: PoolID) throws(Rejection) -> Fact {
    let pool = try live(id)
    guard pool.freeze != nil else { throw .poolNotFrozen(id) }
    return .thawed(id)
  }

  func close(_ id: PoolID) throws(Rejection) -> Fact {
    let pool = try live(id)
    guard !pool.legs.isEmpty || pool.collateral >= 0 else { throw .poolBankrupt(id) }
    // What closes goes home: out of a frozen pool nothing does.
    if pool.freeze != nil { throw .poolFrozen(id) }
    guard pool.legs.isEmpty else { throw .poolNotFlat(id, legs: pool.legs.count) }
    if books[pool.book].indebted > 0 { throw .outflowGated(pool.terms.asset) }
    return .closed(id)
  }

  func deliver(
    _ id: ContractID, _ price: Price, at instant: Timestamp
  ) throws(Rejection) -> Fact {
    guard price.value > .zero else { throw .priceInvalid(price) }
    guard let contract = contract(id) else { throw .contractUnknown(id) }
    guard let expiry = contract.instrument.expiry, let marketAsOf, expiry <= marketAsOf else {
      throw .contractNotExpired(id)
    }
    // A price may be corrected until the next mark has settled by it.
    guard contract.delivery == nil || contract.holders > 0 else { throw .contractDelivered(id) }
    for pool in pools {
      guard let leg = pool.leg(id) else { continue }
      guard contract.settlement(of: leg, delivery: price, rules: rules) != nil else {
        throw .sizeOutOfRange(id)
      }
    }
    return .priced(id, delivery: price)
  }

  /// Above 0, and not below a thousandth: less says no more and its reciprocal would grow without bound.
  static func check(cap: Ratio) throws(Rejection) {
    guard cap.numerator > 0, Int128(cap.numerator) * 1000 >= Int128(cap.denominator) else {
      throw .capInvalid(cap)
    }
  }

  static func check(_ seen: Asset, isAcceptedBy pool: Pool) throws(Rejection) {
    guard pool.terms.accepted.contains(where: { $0.asset == seen }) else {
      throw .assetMismatch(seen: seen, allowed: pool.terms.asset)
    }
  }

  static func check(_ seen: Asset, is allowed: Asset) throws(Rejection) {
    guard seen == allowed else { throw .assetMismatch(seen: seen, allowed: allowed) }
  }
}
