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
        .withdrawalRule, scope.isTick || !isGated(id) && books.pools[id]?.freeze == nil,
        "pool \(id.number) closed, frozen or beside one that owes")
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
    scope.command.flatMap { freshBoard($0, seen: scope.seen) }
  }

  private func freshBoard(_ command: Command, seen: MarkBoard?) -> MarkBoard? {
    guard let board, let seen, seen.asOf == board.asOf, seen.ruleSet == board.ruleSet,
      seen.source == board.source
    else { return nil }
    let age = command.issuedAt.milliseconds - board.asOf.milliseconds
    return age.magnitude <= UInt64(books.rules.staleAfterMilliseconds) ? board : nil
  }

  /// A pool of the asset that is flat below zero: until its loss is borne, nothing leaves another one.
  private func isGated(_ id: PoolID) -> Bool {
    guard let asset = books.pools[id]?.terms.asset else { return false }
    return books.owing.contains { books.pools[$0]?.terms.asset == asset }
  }

  /// Invariant 5, the other half: what was refused was no reduction, or no market stands behind its
  /// price. What is recorded needs none.
  mutating func judgeReduction(_ step: Observation, _ refusal: Receipt.Refusal) {
    guard case .trade(let id, let trade) = step.command.action,
      let leg = books.pools[id]?.legs[trade.contract], Self.isReduction(leg, trade.lots)
    else { return }
    let forMargin = [
      "initial-margin-short", "collateral-short", "pool-liquidating", "pool-frozen",
      "not-reducing",
    ]
    let forPrice = [
      "market-unknown-yet", "market-not-accepted", "market-stale", "valuation",
      "price-out-of-band", "rebate-too-large", "fee-beyond-equity",
    ]
    check(
      .reductionsFree,
      !forMargin.contains(refusal.code)
        && (trade.admission != .recorded || !forPrice.contains(refusal.code)),
      "a reduction by \(trade.lots) of \(leg.lots) lots was refused: \(refusal.code)")
    let board = freshBoard(step.command, seen: step.boardBefore)
    let isTrue: Bool
    switch refusal.code {
    case "market-unknown-yet", "market-not-accepted", "market-stale": isTrue = board == nil
    case "valuation": isTrue = board.flatMap { band(of: trade, on: $0) } == nil
    case "price-out-of-band":
      isTrue = board.flatMap { band(of: trade, on: $0) }.map { $0.off > $0.allowed - 2 } ?? false
    default: return
    }
    check(
      .reductionsFree, isTrue,
      "a reduction was refused with \(refusal.code), and a market judges its price")
  }

  /// How far a trade lies off the mark, and how far it may, smallest units, to two units; nil where
  /// there is no mark.
  private func band(of trade: Trade, on board: MarkBoard) -> (off: Int128, allowed: Int128)? {
    guard case .success(let mark) = PlainBooks.mark(trade.contract, on: board),
      let terms = PlainBooks.terms(PlainLeg(lots: trade.lots), mark),
      let contract = books.contracts[trade.contract],
      let paid = contract.value(lots: trade.lots, at: trade.price)
    else { return nil }
    let nano: Int128 = 1_000_000_000
    let value = terms.worth / nano
    let size = (value < 0 ? -value : value) + terms.exposure / nano + 2
    guard let allowed = Self.part(books.rules.priceBand, of: size) else { return nil }
    return (abs(paid.nearest - value), allowed.ceiling)
  }

  /// A price that no market knows makes money that others pay, whether the leg grows or shrinks.
  private mutating func judgePrice(_ trade: Trade, _ id: PoolID, _ scope: Scope) {
    guard let board = freshBoard(of: scope), let band = band(of: trade, on: board) else {
      check(
        .noContagion, false,
        "pool \(id.number) took \(trade.lots) lots at \(trade.price) that no market stands behind")
      return
    }
    check(
      .noContagion, band.off <= band.allowed + 2,
      "pool \(id.number) took \(trade.lots) lots at \(trade.price), \(band.off) off the mark; "
        + "allowed are \(band.allowed)")
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
      if !scope.isTick { judgeFee(amount, id, scope) }
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
    case .funded(let id, _), .pledged(let id, _):
      guard let pool = books.pools[id], let cap = pool.backstopCap else { return }
      check(
        .lossBoundedByCollateral,
        pool.movedIn - pool.movedOut <= cap && pool.pledgedAssets.isEmpty,
        "backstop \(id.number) holds \(pool.movedIn - pool.movedOut) of a loss cap of \(cap)")
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
    guard case .trade(let named, let trade) = scope.command?.action else { return }
    check(
      .noContagion,
      named == id && trade.contract == fill.contract && trade.lots == fill.lots
        && trade.price == fill.price && trade.fee.minorUnits == fill.fee,
      "pool \(id.number) took a fill that its command does not name")
    if trade.admission != .recorded {
      judgePrice(trade, id, scope)
      judgeFee(fill.fee, id, scope)
    }
    guard let board = scope.seen else { return }
    let new = books.worth(id, on: board)
    if Self.isReduction(leg, fill.lots) {
      if let old = before.worth(id, on: board), let new {
        let slack =
          board.rule == nil ? 0 : max(before.slackOfRule(id, old), books.slackOfRule(id, new))
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

  /// Invariant 7: a fee or charge takes no more than the pool is worth without it; where nobody can say
  /// what that is, no more than its cash.
  private mutating func judgeFee(_ fee: Int128, _ id: PoolID, _ scope: Scope) {
    guard fee > 0, let pool = books.pools[id] else { return }
    let worth: Int128?
    if pool.legs.isEmpty, books.pledges(of: id).isEmpty {
      worth = books.collateral(id)
    } else {
      worth = (scope.tick?.board ?? freshBoard(of: scope)).flatMap { worthOrCash(id, $0)?.equity }
    }
    let left = worth ?? books.collateral(id)
    check(
      .feeNeverBankrupts, left >= 0,
      "a fee or charge of \(fee) leaves pool \(id.number) with \(left)")
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
