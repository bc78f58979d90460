import FulcrumLedger
import FulcrumModel

/// What owners and operators may do: withdrawals, trades, caps, closing.
extension Auditor {
  /// Before the fact is taken.
  mutating func judgeCommand(_ fact: Fact, _ scope: Scope) {
    switch fact {
    case .released(let id, let amount): judgeRelease(id, amount, scope)
    case .unpledged(let id, _):
      let gated =
        books.pools[id].map { $0.freeze != nil || $0.isLiquidating } ?? true || isGated(id)
      check(.withdrawalRule, !gated, "a pledge out of pool \(id.number), frozen or in liquidation")
    case .closed(let id):
      let left = books.collateral(id)
      let legs = books.pools[id]?.legs.count ?? 0
      check(
        .lossBoundedByCollateral, left >= 0 && legs == 0,
        "pool \(id.number) closed with \(left) and \(legs) legs")
      check(
        .withdrawalRule, scope.isTick || !isGated(id),
        "pool \(id.number) closed beside one that owes")
      let pledges = books.pledges(of: id).filter { $0.amount > 0 }
      check(
        .waterfallOrder, pledges.isEmpty || scope.bankruptcies[id]?.isPaidFor != true,
        "\(pledges) of the bankrupt pool \(id.number) go home and others pay")
    case .frozen(let id, let reason):
      guard reason != .ordered, let board = scope.tick?.board else { return }
      check(
        .liquidationMonotonic, books.health(id, on: board) == .failure(.unpriced(reason)),
        "pool \(id.number) frozen for \(reason)")
    default: break
    }
  }

  private mutating func judgeRelease(_ id: PoolID, _ amount: Int128, _ scope: Scope) {
    guard let pool = books.pools[id] else { return }
    check(
      .withdrawalRule,
      pool.freeze == nil && !pool.isLiquidating && amount > 0 && !isGated(id),
      "\(amount) out of pool \(id.number): frozen, in liquidation, or beside one that owes")
    let left = books.collateral(id) - amount
    check(.withdrawalRule, left >= 0, "a withdrawal leaves \(left) in pool \(id.number)")
    if pool.legs.isEmpty { return }
    if scope.isHistory { return }
    guard let board = judgeMarket(of: scope, "\(amount) out of pool \(id.number)"),
      let health = books.worth(id, on: board)
    else {
      check(.withdrawalRule, false, "\(amount) out of pool \(id.number) without a fresh market")
      return
    }
    check(
      .withdrawalRule,
      health.withdrawable - amount >= max(health.initial, books.rules.withdrawalFloor),
      "\(amount) out of pool \(id.number) leaves \(health.withdrawable - amount) below \(health)")
  }

  /// Invariant 4: a withdrawal is judged by exactly the last accepted market, under the rule set that it
  /// was accepted with, and fresh.
  private mutating func judgeMarket(of scope: Scope, _ what: String) -> MarkBoard? {
    guard let board, let seen = scope.seen, let command = scope.command else { return nil }
    check(
      .withdrawalRule,
      seen.asOf == board.asOf && seen.ruleSet == board.ruleSet && seen.source == board.source,
      "\(what) by the market of \(seen.asOf) under \(seen.ruleSet); accepted is that of "
        + "\(board.asOf) under \(board.ruleSet)")
    let age = command.issuedAt.milliseconds - board.asOf.milliseconds
    return age.magnitude <= UInt64(books.rules.staleAfterMilliseconds) ? board : nil
  }

  /// The accepted market where a command may be judged by it; nil where it is another one or too old.
  private func freshBoard(of scope: Scope) -> MarkBoard? {
    guard let board, let command = scope.command, board == scope.seen else { return nil }
    let age = command.issuedAt.milliseconds - board.asOf.milliseconds
    return age.magnitude <= UInt64(books.rules.staleAfterMilliseconds) ? board : nil
  }

  /// A pool of the asset that is flat below zero: until its loss is borne, nothing leaves another one.
  private func isGated(_ id: PoolID) -> Bool {
    guard let asset = books.pools[id]?.terms.asset else { return false }
    return books.owing.contains { books.pools[$0]?.terms.asset == asset }
  }

  /// Invariant 5, the other half: what was refused was no reduction.
  mutating func judgeReduction(_ step: Observation, _ refusal: Receipt.Refusal) {
    guard case .trade(let id, let trade) = step.command.action,
      let leg = books.pools[id]?.legs[trade.contract], Self.isReduction(leg, trade.lots)
    else { return }
    let forMargin = [
      "initial-margin-short", "collateral-short", "pool-liquidating", "pool-frozen",
      "market-unknown-yet", "market-stale", "valuation", "not-reducing",
    ]
    check(
      .reductionsFree, !forMargin.contains(refusal.code),
      "a reduction by \(trade.lots) of \(leg.lots) lots was refused: \(refusal.code)")
  }

  static func isReduction(_ leg: PlainLeg, _ lots: Int64) -> Bool {
    leg.lots != 0 && lots != 0 && (leg.lots < 0) != (lots < 0)
      && lots.magnitude <= leg.lots.magnitude
  }

  /// After the fact is taken.
  mutating func judgeAfter(_ fact: Fact, before: PlainBooks, _ scope: inout Scope) {
    switch fact {
    case .filled(let id, let fill): judgeTrade(id, fill, before, scope)
    case .charged(let id, let amount, _):
      // Interest of a tick is owed on a debt, as funding is: it may be what ends a pool.
      if scope.tick == nil { judgeFee(amount, id, before, scope) }
    case .leverageCapped(let id, _):
      guard !scope.isHistory, let board, let old = before.worth(id, on: board),
        let new = books.worth(id, on: board)
      else { return }
      check(
        .capTouchesInitialOnly,
        old.maintenance == new.maintenance && old.equity == new.equity
          && new.initial >= new.maintenance,
        "a cap moved pool \(id.number) from \(old) to \(new)")
    case .unpledged(let id, let money):
      let held = books.balance(.pool(id), money.asset)
      check(.withdrawalRule, held >= 0, "a pledge of \(held) is left in pool \(id.number)")
      let flat = books.pools[id]?.legs.isEmpty ?? true
      if flat, books.collateral(id) >= 0 { return }
      if scope.isHistory { return }
      let health = judgeMarket(of: scope, "\(money) out of pool \(id.number)").flatMap {
        books.worth(id, on: $0)
      }
      let floor = books.rules.withdrawalFloor
      check(
        .withdrawalRule, health.map { $0.withdrawable >= max($0.initial, floor) } ?? false,
        "\(money) out of pool \(id.number) leaves \(health.map { "\($0)" } ?? "no price")")
    case .settled(let id, let fill): noteSettlement(id, fill, before, &scope)
    default: judgeWaterfallAfter(fact, before: before, &scope)
    }
  }

  private mutating func judgeTrade(
    _ id: PoolID, _ fill: Fill, _ before: PlainBooks, _ scope: Scope
  ) {
    let leg = before.pools[id]?.legs[fill.contract] ?? PlainLeg()
    let isGated = before.pools[id].map { $0.isLiquidating || $0.freeze != nil } ?? true
    check(
      .reductionsFree, !isGated || Self.isReduction(leg, fill.lots),
      "pool \(id.number), frozen or in liquidation, grew by \(fill.lots) on \(leg.lots) lots")
    guard case .trade(let named, let trade) = scope.command?.action, let board = scope.seen else {
      return
    }
    check(
      .noContagion,
      named == id && trade.contract == fill.contract && trade.lots == fill.lots
        && trade.price == fill.price && trade.fee.minorUnits == fill.fee,
      "pool \(id.number) took a fill that its command does not name")
    let new = books.worth(id, on: board)
    if trade.admission == .checked { judgeFee(fill.fee, id, before, scope) }
    if Self.isReduction(leg, fill.lots) {
      if let old = before.worth(id, on: board), let new {
        let slack = board.rule == nil ? 0 : before.slackOfRule(id, old)
        check(
          .reductionsFree, new.maintenance <= old.maintenance + slack,
          "a reduction raised maintenance from \(old.maintenance) to \(new.maintenance)")
      }
    } else if trade.admission == .checked {
      check(
        .capTouchesInitialOnly, new.map { $0.trading >= $0.initial } ?? false,
        "a checked trade leaves pool \(id.number) at \(String(describing: new))")
    }
    check(
      .reductionsFree, trade.admission != .reduceOnly || Self.isReduction(leg, fill.lots),
      "a reduce-only trade of \(fill.lots) on \(leg.lots) lots was taken")
  }

  /// Invariant 7: what a fee or charge takes never turns a pool that is worth nothing or more without
  /// it into one that is worth less.
  private mutating func judgeFee(
    _ fee: Int128, _ id: PoolID, _ before: PlainBooks, _ scope: Scope
  ) {
    guard fee > 0, let pool = books.pools[id] else { return }
    let left: Int128?
    if pool.legs.isEmpty, books.pledges(of: id).isEmpty {
      left = books.collateral(id)
    } else {
      left = (scope.tick?.board ?? freshBoard(of: scope)).flatMap { worthOrCash(id, $0)?.equity }
    }
    guard let left else { return }
    check(
      .feeNeverBankrupts, left >= 0 || left + fee < 0,
      "a fee or charge of \(fee) leaves pool \(id.number) worth \(left)")
  }

  // MARK: Expiry

  private mutating func noteSettlement(
    _ id: PoolID, _ fill: Fill, _ before: PlainBooks, _ scope: inout Scope
  ) {
    scope.paid[id, default: [:]][fill.contract] = fill.cash
    scope.settled[id, default: [:]][fill.contract] = before.pools[id]?.legs[fill.contract]
    let cash = books.collateral(id)
    check(
      .feeNeverBankrupts, fill.fee == 0 || cash >= 0,
      "a delivery fee of \(fill.fee) leaves \(cash) in pool \(id.number)")
    // With other legs the fee may take no more than the pool is worth either.
    guard fill.fee > 0, let board = scope.tick?.board,
      let left = books.worth(id, on: board)
    else { return }
    check(
      .feeNeverBankrupts, left.equity >= 0,
      "a delivery fee of \(fill.fee) leaves pool \(id.number) worth \(left.equity)")
  }

  /// Invariant 21 in the history: the options of one market and expiry together never cost more at
  /// delivery than their worst payoff over all prices, which their strikes decide.
  mutating func judgeExpiries(_ scope: Scope) {
    for (pool, legs) in scope.settled {
      let options = legs.filter { books.contracts[$0.key]?.isOption == true }
      let groups = Dictionary(grouping: options.keys) { id -> PlainBooks.PrintKey? in
        guard let contract = books.contracts[id], let expiry = contract.instrument.expiry else {
          return nil
        }
        return PlainBooks.PrintKey(market: contract.market, expiry: expiry)
      }
      for group in groups.values {
        let cash = group.reduce(Int128(0)) { $0 + (scope.paid[pool]?[$1] ?? 0) }
        judgeExpiry(pool, options.filter { group.contains($0.key) }, paid: cash)
      }
    }
  }

  private mutating func judgeExpiry(
    _ pool: PoolID, _ legs: [ContractID: PlainLeg], paid: Int128
  ) {
    // A price of zero is the end of a put in dollars; in coins it has none.
    let isInverse = legs.keys.contains {
      books.contracts[$0]?.instrument.settlement == .inverse
    }
    var prices: [Price] = isInverse ? [] : [Price(.zero)]
    for (id, leg) in legs {
      guard let contract = books.contracts[id], leg.lots != 0,
        case .option(_, let strike, _) = contract.instrument.kind
      else { return }
      prices.append(strike)
    }
    guard let top = prices.max(), let worst = worst(of: legs, at: prices, top) else { return }
    check(
      .expiryMarginCovers, paid >= worst - Int128(2 * legs.count),
      "expiry cost pool \(pool.number) \(-paid), its worst payoff is \(-worst)")
  }

  /// The least payoff; nil where it has no bound: it falls beyond the highest strike, or (inverse, in
  /// coins) towards a price of zero.
  private func worst(
    of legs: [ContractID: PlainLeg], at prices: [Price], _ top: Price
  ) -> Int128? {
    let far = Price(ExactDecimal(significand: top.value.significand * 1000, scale: top.value.scale))
    func total(_ price: Price) -> Int128? {
      var sum: Int128 = 0
      for (id, leg) in legs {
        guard let part = books.contracts[id]?.payoff(lots: leg.lots, delivery: price) else {
          return nil
        }
        sum += part.floor
      }
      return sum
    }
    let isInverse = legs.keys.contains { books.contracts[$0]?.instrument.settlement == .inverse }
    if isInverse { return worstInCoins(of: legs, prices.compactMap { total($0) }) }
    let ends = prices.compactMap { total($0) }
    guard ends.count == prices.count, let highest = total(top), let beyond = total(far),
      let least = ends.min()
    else { return nil }
    return beyond < highest ? nil : least
  }

  /// In coins a call pays its whole size at a price without end, and a put at no price has none.
  private func worstInCoins(of legs: [ContractID: PlainLeg], _ ends: [Int128]) -> Int128? {
    var beyond: Int128 = 0
    for (id, leg) in legs {
      guard let contract = books.contracts[id],
        case .option(let right, let strike, _) = contract.instrument.kind
      else { return nil }
      if right == .put {
        if leg.lots < 0 { return nil }
        continue
      }
      guard let size = contract.underlying(lots: leg.lots, delivery: strike) else { return nil }
      beyond += leg.lots < 0 ? -size : size
    }
    return ends.min().map { min($0, beyond) }
  }
}
