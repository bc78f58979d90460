import FulcrumModel

extension Draft {
  /// One step of the liquidation of one pool, and all of its bankruptcy where it comes to that.
  mutating func liquidate(_ id: PoolID) {
    let pool = pool(id)
    guard let health = try? ledger.health(of: pool, on: board) else { return }
    if pool.legs.isEmpty {
      // A step before it may have taken its last leg and left it with money.
      if pool.collateral < 0 { resolve(id, at: .book) }
      return
    }
    let since: Timestamp
    if case .liquidating(let begun) = pool.phase {
      since = begun
    } else {
      // A step before it may have made it whole.
      guard health.excess < 0 else { return }
      emit(.liquidationBegan(id, health))
      since = board.asOf
    }
    let waited = board.asOf.milliseconds - since.milliseconds
    // A pool on its way back over maintenance has time.
    let isLate =
      waited >= ledger.rules.liquidationTimeoutMilliseconds && waited > 0 && health.excess < 0
    let isDeep = health.equity < ledger.rules.backstopBelow.of(health.maintenance, rounding: .up)
    if isLate || isDeep, takeOver(id) { return }
    guard let closing = Closing(pool, in: self, at: .book) else {
      // Nobody quotes a leg: wait for the book, but not for ever and not below nothing.
      if health.equity < 0 || isLate { resolve(id, at: .mark) }
      return
    }
    if !isLate, !isDeep, let fills = partial(pool, closing) {
      for fill in fills { emit(.liquidated(id, fill)) }
      finishPartial(id)
      return
    }
    let whole = closing.fills(65_536, in: self, feeRoom: nil)
    guard let whole, whole.equityAfter >= 0 else {
      if takeOver(id) { return }
      // A thin book makes nobody bankrupt who is worth something at the mark.
      if health.equity < 0 { resolve(id, at: .book) } else if isLate { resolve(id, at: .mark) }
      return
    }
    for fill in whole.fills { emit(.liquidated(id, fill)) }
    convert(id)
    emit(.closed(id))
  }

  private mutating func finishPartial(_ id: PoolID) {
    let pool = pool(id)
    if pool.legs.isEmpty {
      convert(id)
      emit(.closed(id))
    } else if let health = try? ledger.health(of: pool, on: board),
      let fact = ledger.recovery(of: pool, health)
    {
      emit(fact)
    }
  }

  /// The least part of every leg alike, in 65,536ths, that brings the pool to its exit level, found by
  /// bisection and then held against the exact valuation; nil where no part does.
  private func partial(_ pool: Pool, _ closing: Closing) -> [Fill]? {
    func restores(_ part: UInt64) -> [Fill]? {
      guard let step = closing.fills(part, in: self, feeRoom: nil), step.equityAfter >= 0 else {
        return nil
      }
      var after = pool
      for fill in step.fills {
        after.change(fill.contract, lots: fill.lots, cost: fill.cost)
        after.collateral += fill.cash - fill.fee
      }
      guard !after.legs.isEmpty, let health = try? ledger.health(of: after, on: board),
        health.equity >= ledger.exitLevel(health.maintenance)
      else { return nil }
      return step.fills
    }
    var low: UInt64 = 0
    var high: UInt64 = 65_536
    var best: [Fill]?
    while high - low > 1 {
      let middle = (low + high) / 2
      if let fills = restores(middle) {
        (best, high) = (fills, middle)
      } else {
        low = middle
      }
    }
    return best
  }

  /// Sells pledged collateral for what it is counted at, as far as the pool is below zero, or all of it.
  mutating func convert(_ id: PoolID, all: Bool = false) {
    for money in pool(id).pledged where money.minorUnits > 0 {
      let pool = pool(id)
      guard all || pool.collateral < 0,
        let credit = try? pool.credit(of: money, on: board, isCapped: false), credit > 0
      else { continue }
      let missing = all ? credit : min(credit, -pool.collateral)
      // The least that brings what is missing, rounded against the owner.
      let (quotient, remainder) = credit.dividingFullWidth(
        money.minorUnits.multipliedFullWidth(by: missing))
      let given = min(money.minorUnits, remainder > 0 ? quotient + 1 : quotient)
      emit(.converted(id, Money(minorUnits: given, asset: money.asset), into: missing))
    }
  }

  /// What counts for nothing by its rule does not go home while others pay.
  mutating func surrender(_ id: PoolID) {
    for money in pool(id).pledged where money.minorUnits > 0 {
      emit(.converted(id, money, into: 0))
    }
  }

  /// Legs and collateral pass to the backstop where it can carry them. Its loss cap bounds what is in it,
  /// so that no later mark can cost it more (decision 0042).
  private mutating func takeOver(_ id: PoolID) -> Bool {
    let pool = pool(id)
    // Pledges of other assets stay with the rest of the waterfall, which can sell them.
    guard pool.pledged.allSatisfy({ $0.minorUnits == 0 }) else { return false }
    guard !pool.isBackstop, let health = try? ledger.health(of: pool, on: board) else {
      return false
    }
    for backstop in ledger.backstops where ledger.pools[backstop.place].book == pool.book {
      guard let takeover = takeover(of: pool, health.equity, by: ledger.pools[backstop.place])
      else { continue }
      emit(.backstopped(id, by: backstop, takeover))
      emit(.closed(id))
      return true
    }
    return false
  }

  private func takeover(
    of pool: Pool, _ equity: Int128, by backstop: Pool
  ) -> Takeover? {
    switch backstop.phase {
    case .empty, .open, .warning: break
    case .liquidating, .bankrupt, .closed: return nil
    }
    guard backstop.freeze == nil, backstop.collateral > 0 else { return nil }
    var after = backstop
    var netted: Int128 = 0
    for leg in pool.legs {
      let held = backstop.leg(leg.contract)
      let isFlat = (held?.lots ?? 0) + leg.lots == 0
      let residue = isFlat ? (held?.cost ?? 0) + leg.cost : 0
      if !contract(leg.contract).isOption { netted -= residue }
      after.change(leg.contract, lots: leg.lots, cost: leg.cost - residue)
    }
    after.collateral += pool.collateral + netted
    guard let health = try? ledger.health(of: after, on: board),
      health.equity >= health.maintenance
    else { return nil }
    return Takeover(
      legs: pool.legs, collateral: pool.collateral, netted: netted, equity: equity)
  }
}
