import FulcrumModel

extension Draft {
  /// Delivery prices are the time-weighted average of the index over the last half hour.
  static var windowMilliseconds: Int64 { 1_800_000 }

  /// Keeps the index prints of markets that have an expiry within the window.
  mutating func sample(_ indices: [IndexOfMarket]) {
    var expiries: [(MarketID, Timestamp)] = []
    for contract in ledger.contracts where contract.delivery == nil && contract.holders > 0 {
      guard let expiry = contract.instrument.expiry, board.asOf <= expiry,
        board.asOf >= expiry.adding(milliseconds: -Self.windowMilliseconds),
        !expiries.contains(where: { $0 == (contract.market, expiry) })
      else { continue }
      expiries.append((contract.market, expiry))
    }
    for (market, expiry) in expiries {
      if let index = indices.first(where: { $0.market == market }), index.price.value > .zero {
        emit(.sampled(market, expiry: expiry, price: index.price))
      }
    }
  }

  /// Prices what has expired, and settles every leg of what has a price.
  mutating func settle() {
    for contract in ledger.contracts where contract.holders > 0 {
      guard let expiry = contract.instrument.expiry, expiry <= board.asOf else { continue }
      if contract.delivery == nil, let price = average(contract.market, expiry) {
        emit(.priced(contract.id, delivery: price))
      }
    }
    let due = ledger.contracts.filter { $0.holders > 0 && $0.delivery != nil }.map(\.id)
    guard !due.isEmpty else { return }
    for pool in ledger.pools where pool.legs.contains(where: { due.contains($0.contract) }) {
      settle(due, of: pool)
    }
  }

  /// Each print holds until the next; before the first there is nothing.
  private func average(_ market: MarketID, _ expiry: Timestamp) -> Price? {
    guard
      let window = ledger.samples.first(where: { $0.market == market && $0.expiry == expiry })
    else { return nil }
    let prints = window.prints.sorted { $0.at < $1.at }
    // Prints must cover the second half of the window at the least: a single one at the last second is
    // no average, and is left to a delivery price by the operator's word.
    guard let first = prints.first, let last = prints.last,
      expiry.milliseconds - first.at.milliseconds >= Self.windowMilliseconds / 2
    else { return nil }
    var sum: Int128 = 0
    var time: Int128 = 0
    for (place, print) in prints.enumerated() {
      let end = place + 1 < prints.count ? prints[place + 1].at : expiry
      let held = Int128(max(0, end.milliseconds - print.at.milliseconds))
      guard let units = print.price.value.units(decimals: 12, rounding: .toNearestEven) else {
        return nil
      }
      sum += units * held
      time += held
    }
    guard time > 0 else { return last.price }
    let mean = Rounding.toNearestEven.quotient(sum, by: time * 10_000)
    return Price(ExactDecimal(significand: mean, scale: 8))
  }

  private mutating func settle(_ due: [ContractID], of pool: Pool) {
    let fills = due.compactMap { id -> Fill? in
      let contract = contract(id)
      guard let leg = pool.leg(id), let delivery = contract.delivery else { return nil }
      return contract.settlement(of: leg, delivery: delivery, rules: ledger.rules)
    }
    var room = worth(of: pool, after: fills)
    for fill in fills {
      // A fee never takes more than is there, nor more than the pool is worth with its other legs.
      let fee = max(0, min(fill.fee, room, self.pool(pool.id).collateral + fill.cash))
      room -= fee
      emit(.settled(pool.id, fill.with(fee: fee)))
    }
  }

  /// Equity once the fills are taken; cash alone where a leg that stays has no price.
  private func worth(of pool: Pool, after fills: [Fill]) -> Int128 {
    var after = pool
    for fill in fills {
      after.change(fill.contract, lots: fill.lots, cost: fill.cost)
      after.collateral += fill.cash
    }
    return (try? ledger.health(of: after, on: board).equity) ?? after.collateral
  }
}

extension Fill {
  func with(fee: Int128) -> Fill {
    Fill(
      contract: contract, lots: lots, price: price, cash: cash, dust: dust, cost: cost,
      realised: realised, fee: fee)
  }
}
