import FulcrumModel

extension Draft {
  /// The bankruptcy of one pool, to its end: insurance, common fund, deleveraging, haircut, shortfall,
  /// in this order, none passed over, each with its own fact.
  ///
  /// Where the funds carry the deficit the legs are closed on the book. Where they do not, what they
  /// have is drawn as far as the mark calls for it, the legs go to the pools on the other side at the
  /// price that leaves nothing, bounded by what those have won, and the rest is cut from profits.
  mutating func resolve(_ id: PoolID, at venue: Closing.Venue) {
    convert(id, all: !pool(id).legs.isEmpty)
    if isWhole(id) { return }
    surrender(id)
    let pool = pool(id)
    let losers = Set(pool.legs.map(\.contract)).union(settledContracts(of: id))
    let book = venue == .book ? Closing(pool, in: self, at: .book) : nil
    let whole = book?.fills(65_536, in: self, feeRoom: 0)
    let atBook = pool.legs.isEmpty ? pool.collateral : whole?.equityAfter
    if let atBook, funds(max(0, -atBook), for: pool) >= max(0, -atBook) {
      begin(id, deficit: max(0, -atBook))
      draw(max(0, -atBook), for: id)
      for fill in whole?.fills ?? [] { emit(.liquidated(id, fill)) }
    } else {
      let equity = (try? ledger.health(of: pool, on: board).equity) ?? pool.collateral
      begin(id, deficit: max(0, -equity))
      draw(max(0, -equity), for: id)
      deleverage(id)
      closeRest(id)
    }
    cut(id, contracts: losers)
    emit(.closed(id))
  }

  /// Whether the sale of what was pledged has saved the pool: sold, it brings more than it counted for
  /// under a cap.
  private mutating func isWhole(_ id: PoolID) -> Bool {
    let pool = pool(id)
    if pool.legs.isEmpty { return pool.collateral >= 0 }
    guard let health = try? ledger.health(of: pool, on: board), health.excess >= 0 else {
      return false
    }
    if let fact = ledger.recovery(of: pool, health) { emit(fact) }
    return true
  }

  private mutating func begin(_ id: PoolID, deficit: Int128) {
    emit(.bankrupted(id, deficit: deficit))
  }

  // MARK: Funds

  /// What insurance and the common fund give towards a deficit in one bankruptcy.
  private func funds(_ deficit: Int128, for pool: Pool) -> Int128 {
    grants(deficit, for: pool).reduce(commonRoom(pool)) { $0 + $1.amount }
  }

  /// Each market gives by the part of the loss that was made in it, as far as its fund goes: the
  /// insurance of one never pays for another, and a market without a loss pays nothing.
  private func grants(
    _ deficit: Int128, for pool: Pool
  ) -> [(market: MarketID, amount: Int128)] {
    let losses = pool.results.map { ($0.market, max(0, -result(of: pool, in: $0))) }
    let sum = losses.reduce(Int128(0)) { $0 + $1.1 }
    guard sum > 0 else { return [] }
    var left = deficit
    var grants: [(market: MarketID, amount: Int128)] = []
    for (market, loss) in losses where loss > 0 {
      let given = min(left, ceilingShare(deficit, loss, sum), room(of: market))
      if given > 0 { grants.append((market, given)) }
      left -= given
    }
    return grants
  }

  private func room(of id: MarketID) -> Int128 {
    ledger.rules.insuranceDraw.of(ledger.markets[id.place].insurance, rounding: .down)
  }

  private func commonRoom(_ pool: Pool) -> Int128 {
    ledger.rules.commonDraw.of(ledger.books[pool.book].common, rounding: .down)
  }

  /// The markets first, then the common fund.
  private mutating func draw(_ amount: Int128, for id: PoolID) {
    let pool = pool(id)
    var left = amount
    for grant in grants(amount, for: pool) {
      emit(.insuranceDrawn(id, grant.market, grant.amount))
      left -= grant.amount
    }
    let common = min(left, commonRoom(pool))
    if common > 0 { emit(.commonDrawn(id, common)) }
  }

  private func ceilingShare(_ amount: Int128, _ part: Int128, _ whole: Int128) -> Int128 {
    let (quotient, remainder) = whole.dividingFullWidth(amount.multipliedFullWidth(by: part))
    return remainder > 0 ? quotient + 1 : quotient
  }

  /// What a market has brought the pool: settled, and at the mark of what is still open. The premium of
  /// an option is settled, so that its whole value counts.
  private func result(of pool: Pool, in settled: MarketResult) -> Int128 {
    var sum = settled.amount
    for leg in pool.legs {
      let contract = contract(leg.contract)
      guard contract.market == settled.market else { continue }
      sum += profit(of: leg) + (contract.isOption ? leg.cost : 0)
    }
    return sum
  }

  /// Value at the mark less cost, smallest units, rounded down.
  func profit(of leg: Leg) -> Int128 {
    guard let mark = try? board.mark(leg.contract), let value = mark.value(lots: leg.lots) else {
      return 0
    }
    return Rounding.down.quotient(value, by: ContractMark.nanounitsPerUnit) - leg.cost
  }

  // MARK: What is left

  /// Legs that found no other side are closed at the mark against clearing.
  private mutating func closeRest(_ id: PoolID) {
    guard let step = Closing(pool(id), in: self, at: .mark)?.fills(65_536, in: self, feeRoom: 0)
    else { return }
    for fill in step.fills { emit(.liquidated(id, fill)) }
  }

  /// Profits on the same contracts bear what is left, pro rata and never beyond what their pools are
  /// worth; what they cannot bear is recognised.
  private mutating func cut(_ id: PoolID, contracts: Set<ContractID>) {
    let deficit = max(0, -pool(id).collateral)
    guard deficit > 0 else { return }
    var winners: [(pool: PoolID, contract: ContractID, profit: Int128)] = []
    for pool in ledger.pools where pool.id != id && !pool.isClosed {
      guard pool.legs.contains(where: { contracts.contains($0.contract) }),
        let health = try? ledger.health(of: pool, on: board)
      else { continue }
      var worth = max(0, health.equity)
      for leg in pool.legs where contracts.contains(leg.contract) {
        let profit = min(profit(of: leg), worth)
        guard profit > 0 else { continue }
        winners.append((pool.id, leg.contract, profit))
        worth -= profit
      }
    }
    winners += settledWinners(id, contracts: contracts, beside: winners)
    let shares = ProfitHaircut(deficit: deficit, profits: winners.map(\.profit))
    for (winner, amount) in zip(winners, shares.amounts) where amount > 0 {
      // What has been settled already is paid from collateral, as an option's always is.
      let isOption =
        contract(winner.contract).isOption || pool(winner.pool).leg(winner.contract) == nil
      emit(
        .haircut(
          Haircut(
            bankrupt: id, winner: winner.pool, contract: winner.contract, amount: amount,
            fromCost: !isOption)))
    }
    if shares.uncovered > 0 { emit(.shortfall(id, shares.uncovered)) }
  }

  private func settledContracts(of id: PoolID) -> [ContractID] {
    settled.filter { $0.pool == id }.map(\.contract)
  }

  /// Pools that won by the expiry of the same contracts in this tick, as far as they are worth it still.
  private func settledWinners(
    _ id: PoolID, contracts: Set<ContractID>,
    beside open: [(pool: PoolID, contract: ContractID, profit: Int128)]
  ) -> [(pool: PoolID, contract: ContractID, profit: Int128)] {
    var winners: [(pool: PoolID, contract: ContractID, profit: Int128)] = []
    // A pool's profits on open legs and on settled ones are bounded together by what it is worth, and those
    // that are paid in cash by its cash.
    var taken: [PoolID: Int128] = [:]
    var paid: [PoolID: Int128] = [:]
    for winner in open {
      taken[winner.pool, default: 0] += winner.profit
      if contract(winner.contract).isOption { paid[winner.pool, default: 0] += winner.profit }
    }
    for entry in settled where entry.pool != id && contracts.contains(entry.contract) {
      let pool = pool(entry.pool)
      guard !pool.isClosed, entry.realised > 0 else { continue }
      // Of a flat pool the cash is there, whatever its pledges are worth; one whose legs have no price is
      // not asked.
      let worth =
        pool.legs.isEmpty
        ? pool.collateral : (try? ledger.health(of: pool, on: board).equity) ?? 0
      let left = min(
        worth - (taken[entry.pool] ?? 0), pool.collateral - (paid[entry.pool] ?? 0))
      // A leg of the same contract has been counted at the mark already; a settled one has none.
      guard pool.leg(entry.contract) == nil else { continue }
      let profit = min(entry.realised, left)
      guard profit > 0 else { continue }
      winners.append((entry.pool, entry.contract, profit))
      taken[entry.pool, default: 0] += profit
      paid[entry.pool, default: 0] += profit
    }
    return winners
  }
}
