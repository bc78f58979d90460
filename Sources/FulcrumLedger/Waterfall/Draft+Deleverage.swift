import FulcrumModel

extension Draft {
  /// Passes the legs of a bankrupt pool to the other side of the same contracts, the most levered
  /// pools first.
  ///
  /// All legs change hands at the mark, made dearer for the counterparties by the pool's shortage, which
  /// falls on the legs by their exposure and on the counterparties by their lots; nobody pays more
  /// than the profit of the lots that are taken. Hedges are passed over while they are hedges.
  mutating func deleverage(_ id: PoolID) {
    let legs = pool(id).legs
    let exposures = legs.map { exposure(of: $0) }
    var exposureLeft = exposures.reduce(0, +)
    for (leg, exposure) in zip(legs, exposures) {
      let shortage = max(0, -equity(of: id))
      let share =
        exposureLeft > 0 && exposure < exposureLeft
        ? floorShare(shortage, exposure, exposureLeft) : shortage
      exposureLeft -= exposure
      deleverage(id, leg, shortage: share)
    }
  }

  private mutating func deleverage(_ id: PoolID, _ leg: Leg, shortage: Int128) {
    let plan = WaterFill(
      quantity: leg.lots.magnitude, candidates: candidates(against: leg, of: id))
    let placed = plan.reductions.reduce(Int128(0)) { $0 + Int128($1.lots) }
    var done: Int128 = 0
    var given: Int128 = 0
    for reduction in plan.reductions {
      done += Int128(reduction.lots)
      // What could not be placed carries its part of the shortage on to the haircut.
      let whole = Int128(leg.lots.magnitude)
      let due =
        done == placed && plan.unplaced == 0 ? shortage : floorShare(shortage, done, whole)
      let cost = due - given
      given = due
      step(id, leg, reduction, shortage: cost, plan)
    }
  }

  private mutating func step(
    _ id: PoolID, _ leg: Leg, _ reduction: WaterFill.Reduction, shortage: Int128, _ plan: WaterFill
  ) {
    let contract = contract(leg.contract)
    let lots = leg.lots > 0 ? -Int64(reduction.lots) : Int64(reduction.lots)
    guard let mark = try? board.mark(leg.contract), let held = pool(id).leg(leg.contract),
      let other = pool(reduction.pool).leg(leg.contract), let worth = mark.value(lots: lots)
    else { return }
    let atMark = Rounding.toNearestEven.quotient(worth, by: ContractMark.nanounitsPerUnit)
    let released = ListedContract.share(
      other.cost, reduction.lots, of: other.lots.magnitude, rounding: .up)
    // The counterparty's lots have the sign of the lots that close.
    let profit = max(0, atMark - released)
    let bearable = bearable(contract, lots: -lots, atMark: -atMark, by: reduction.pool)
    let value = atMark - min(shortage, profit, bearable)
    let price = contract.arithmetic.price(lots: lots, value: value) ?? mark.price
    guard
      let closing = contract.fill(held, lots: lots, price: price, value: value, valueUp: value),
      let reducing = contract.fill(
        other, lots: -lots, price: price, value: -value, valueUp: -value)
    else { return }
    emit(
      .deleveraged(
        Deleveraging(
          bankrupt: id, counterparty: reduction.pool, closing: closing, reducing: reducing,
          cap: (plan.capLots, plan.capEquity))))
  }

  /// What a counterparty can give up beyond the mark and still be no more levered than before, nor short
  /// of its maintenance: who is deleveraged is not liquidated by it.
  private func bearable(
    _ contract: ListedContract, lots: Int64, atMark value: Int128, by id: PoolID
  ) -> Int128 {
    var after = pool(id)
    guard let leg = after.leg(contract.id),
      let before = try? ledger.health(of: after, on: board).equity, before > 0,
      let fill = contract.fill(
        leg, lots: lots, price: Price(ExactDecimal(1)), value: value, valueUp: value)
    else { return 0 }
    after.change(contract.id, lots: fill.lots, cost: fill.cost)
    after.collateral += fill.cash
    guard let health = try? ledger.health(of: after, on: board) else { return 0 }
    let share = floorShare(before, Int128(lots.magnitude), Int128(leg.lots.magnitude))
    return max(0, min(share, health.excess, health.equity))
  }

  private func candidates(against leg: Leg, of id: PoolID) -> [WaterFill.Candidate] {
    var candidates: [WaterFill.Candidate] = []
    for pool in ledger.pools where pool.id != id {
      guard let other = pool.leg(leg.contract), (other.lots > 0) != (leg.lots > 0),
        !isPassedOver(pool, contract(leg.contract).market), pool.freeze == nil
      else { continue }
      switch pool.phase {
      case .open, .warning: break
      case .empty, .liquidating, .bankrupt, .closed: continue
      }
      guard let health = try? ledger.health(of: pool, on: board), health.equity > 0 else {
        continue
      }
      candidates.append(
        WaterFill.Candidate(pool: pool.id, lots: other.lots.magnitude, equity: health.equity))
    }
    return candidates
  }

  /// A backstop, and a hedge whose legs offset each other in the market: what one side of them is exposed
  /// to is at least half of the other's. A name alone protects nobody (decision 0043).
  private func isPassedOver(_ pool: Pool, _ market: MarketID) -> Bool {
    switch pool.terms.role {
    case .position: return false
    case .backstop: return true
    case .hedge: break
    }
    var (up, down): (Int128, Int128) = (0, 0)
    for leg in pool.legs where contract(leg.contract).market == market {
      if (leg.lots > 0) == contract(leg.contract).risesWithUnderlying {
        up += exposure(of: leg)
      } else {
        down += exposure(of: leg)
      }
    }
    return min(up, down) >= max(up, down) - min(up, down)
  }

  private func equity(of id: PoolID) -> Int128 {
    (try? ledger.health(of: pool(id), on: board).equity) ?? pool(id).collateral
  }

  private func exposure(of leg: Leg) -> Int128 {
    guard let mark = try? board.mark(leg.contract) else { return 0 }
    return Rounding.up.quotient(
      mark.exposure * Int128(leg.lots.magnitude), by: ContractMark.nanounitsPerUnit)
  }

  private func floorShare(_ amount: Int128, _ part: Int128, _ whole: Int128) -> Int128 {
    guard whole > 0 else { return 0 }
    return whole.dividingFullWidth(amount.multipliedFullWidth(by: part)).quotient
  }
}
