import FulcrumLedger
import FulcrumModel

/// One bankruptcy down the waterfall (invariants 14, 15, 16).
extension Auditor {
  static func stage(of fact: Fact) -> WaterfallStage? {
    switch fact {
    case .liquidationBegan: .began
    case .liquidated: .liquidated
    case .backstopped: .backstopped
    case .bankrupted: .bankrupt
    case .insuranceDrawn: .insured
    case .commonDrawn: .common
    case .deleveraged: .closing
    case .haircut: .cut
    case .shortfall: .short
    case .closed: .closed
    default: nil
    }
  }

  mutating func judgeStage(of fact: Fact, _ scope: inout Scope) {
    guard var stage = Self.stage(of: fact), let id = Scope.pools(of: fact).first else { return }
    if !scope.isTick { return }
    let last = scope.stages[id] ?? .began
    // Legs that nobody takes are closed after the funds have paid.
    if stage == .liquidated, last >= .bankrupt { stage = .closing }
    check(
      .waterfallOrder, stage >= last,
      "pool \(id.number): \(stage) after \(last)")
    check(
      .waterfallOrder, stage <= .bankrupt || stage == .closed || scope.bankruptcies[id] != nil,
      "pool \(id.number): \(stage) without a bankruptcy")
    judgePhase(of: fact, id)
    scope.stages[id] = max(stage, last)
  }

  /// Nobody is liquidated whose liquidation has not begun, and nobody bankrupt who is neither in
  /// liquidation nor flat below zero.
  private mutating func judgePhase(of fact: Fact, _ id: PoolID) {
    guard let pool = books.pools[id] else { return }
    let owes = pool.legs.isEmpty && books.collateral(id) < 0
    let holds =
      switch fact {
      case .liquidated: pool.isLiquidating || pool.phase == .bankrupt
      case .backstopped: pool.isLiquidating
      case .bankrupted: pool.isLiquidating || owes
      default: true
      }
    check(.waterfallOrder, holds, "pool \(id.number), \(pool.phase): \(fact)")
  }

  /// A bankruptcy ends within its tick, with the pool closed.
  mutating func judgeEnds(of scope: Scope) {
    for id in scope.bankruptcies.keys.sorted() {
      check(
        .waterfallOrder, books.pools[id]?.isClosed ?? false,
        "pool \(id.number) went bankrupt and was not closed")
    }
  }

  mutating func openBankruptcy(
    _ id: PoolID, _ deficit: Int128, _ board: MarkBoard?, _ scope: inout Scope
  ) {
    guard let pool = books.pools[id] else { return }
    if let board {
      let health = worthOrCash(id, board)
      check(
        .maintenanceContinuous, health?.isShort ?? false,
        "pool \(id.number) is bankrupt and was not liquidatable: "
          + "\(health.map { "\($0)" } ?? "no price"), \(pool)")
    }
    var losses: [MarketID: Int128] = [:]
    for (market, result) in pool.results { losses[market] = -result }
    for (contract, leg) in pool.legs {
      guard let terms = books.contracts[contract] else { continue }
      // Of an option the premium is in the result already, so that its value counts in full.
      let cost = terms.isOption ? leg.cost : 0
      let profit = board.flatMap { books.profit(of: leg, contract, on: $0) } ?? 0
      losses[terms.market, default: 0] -= profit + cost
    }
    let isKnown = board != nil || pool.legs.isEmpty
    var rooms: [MarketID: Int128] = [:]
    for market in losses.keys {
      let fund = books.balance(.insurance(market), pool.terms.asset)
      rooms[market] = Self.part(books.rules.insuranceDraw, of: fund)?.floor ?? 0
    }
    let common = books.balance(.common, pool.terms.asset)
    scope.bankruptcies[id] = Bankruptcy(
      deficit: deficit, contracts: Set(pool.legs.keys),
      losses: isKnown ? losses.filter { $0.value > 0 } : nil, rooms: rooms,
      commonRoom: Self.part(books.rules.commonDraw, of: common)?.floor ?? 0)
  }

  mutating func judgeDraw(
    _ id: PoolID, _ market: MarketID, _ amount: Int128, _ scope: inout Scope
  ) {
    guard var case_ = scope.bankruptcies[id] else { return }
    case_.drawn[market, default: 0] += amount
    case_.isPaidFor = true
    let traded =
      books.pools[id]?.results[market] != nil
      || case_.contracts.contains { books.contracts[$0]?.market == market }
    check(
      .insuranceStaysHome, traded,
      "insurance of market \(market.number) for pool \(id.number), which never traded it")
    if let losses = case_.losses {
      check(
        .insuranceStaysHome, losses.isEmpty || losses[market] != nil,
        "insurance of market \(market.number) for a loss that others made")
    }
    let drawn = case_.drawn[market] ?? 0
    check(
      .insuranceStaysHome,
      amount > 0 && drawn <= (case_.rooms[market] ?? 0)
        && books.balance(.insurance(market), books.pools[id]?.terms.asset ?? .usd) >= amount,
      "\(drawn) drawn from market \(market.number), room was \(case_.rooms[market] ?? 0)")
    check(
      .insuranceStaysHome, case_.drawn.values.reduce(0, +) <= case_.deficit,
      "drawn \(case_.drawn) for a deficit of \(case_.deficit)")
    scope.bankruptcies[id] = case_
  }

  mutating func judgeCommonDraw(_ id: PoolID, _ amount: Int128, _ scope: inout Scope) {
    guard var case_ = scope.bankruptcies[id] else { return }
    judgeFunds(id, case_, before: "the common fund")
    case_.commonDrawn += amount
    case_.isPaidFor = true
    let own = case_.drawn.values.reduce(0, +)
    check(
      .waterfallOrder,
      amount > 0 && case_.commonDrawn <= case_.commonRoom
        && own + case_.commonDrawn <= case_.deficit,
      "\(case_.commonDrawn) from the common fund, room \(case_.commonRoom), deficit "
        + "\(case_.deficit), insurance \(own)")
    scope.bankruptcies[id] = case_
  }

  /// What the insurance of each losing market owes: its share of the deficit, as far as it goes.
  private mutating func judgeFunds(_ id: PoolID, _ case_: Bankruptcy, before step: String) {
    guard let losses = case_.losses else { return }
    let sum = losses.values.reduce(0, +)
    var owed: Int128 = 0
    for (market, loss) in losses {
      let share = Quotient(case_.deficit, times: loss, over: max(1, sum))?.floor ?? 0
      owed += min(share, case_.rooms[market] ?? 0)
    }
    let drawn = case_.drawn.values.reduce(0, +)
    check(
      .waterfallOrder, drawn >= owed,
      "pool \(id.number): \(step) with \(drawn) of \(owed) drawn from insurance, deficit "
        + "\(case_.deficit)")
  }

  private mutating func judgeAllFunds(_ id: PoolID, _ scope: Scope, before step: String) {
    guard let case_ = scope.bankruptcies[id] else { return }
    judgeFunds(id, case_, before: step)
    let left = case_.deficit - case_.drawn.values.reduce(0, +)
    check(
      .waterfallOrder, case_.commonDrawn == min(left, case_.commonRoom),
      "pool \(id.number): \(step) with \(case_.commonDrawn) of \(min(left, case_.commonRoom)) "
        + "drawn from the common fund")
  }

  // MARK: Deleveraging

  mutating func judgeDeleveraging(
    _ step: Deleveraging, _ board: MarkBoard?, _ scope: inout Scope
  ) {
    judgeAllFunds(step.bankrupt, scope, before: "deleveraging")
    scope.bankruptcies[step.bankrupt]?.isPaidFor = true
    guard let loser = books.pools[step.bankrupt], let other = books.pools[step.counterparty],
      let mine = loser.legs[step.closing.contract], let theirs = other.legs[step.closing.contract]
    else {
      check(.deleveragingFair, false, "deleveraging without a leg on both sides")
      return
    }
    check(
      .deleveragingFair,
      (mine.lots < 0) != (theirs.lots < 0) && step.reducing.lots == -step.closing.lots
        && step.closing.contract == step.reducing.contract
        && Self.isReduction(mine, step.closing.lots)
        && Self.isReduction(theirs, step.reducing.lots),
      "deleveraging moves \(step.closing.lots) of \(mine.lots) and \(step.reducing.lots) of "
        + "\(theirs.lots)")
    check(
      .deleveragingFair,
      !isPassedOver(other, step.closing.contract, board) && other.freeze == nil
        && (other.phase == .open || other.phase == .warning),
      "pool \(step.counterparty.number) is not one to be deleveraged")
    check(
      .conservation,
      step.closing.cash + step.closing.dust + step.reducing.cash + step.reducing.dust
        == step.closing.cost + step.reducing.cost
        || books.contracts[step.closing.contract]?.isOption == true
          && step.closing.cash + step.closing.dust == -step.reducing.cash - step.reducing.dust,
      "deleveraging makes or loses value: \(step)")
    check(
      .deleveragingFair,
      step.closing.fee == 0 && step.reducing.fee == 0 && step.closing.dust == 0
        && step.reducing.dust == 0,
      "deleveraging takes a fee or leaves dust")
    guard let board, let health = books.worth(step.counterparty, on: board) else { return }
    // |q| after · capEquity ≤ capLots · E, but for the one lot that rounding gives back.
    let kept = Int128(theirs.lots.magnitude - step.reducing.lots.magnitude)
    check(
      .deleveragingFair,
      Wide(kept - 1) * step.capEquity <= Wide(step.capLots) * health.equity
        && Wide(kept + 1) * step.capEquity >= Wide(step.capLots) * health.equity,
      "pool \(step.counterparty.number) keeps \(kept) lots on \(health.equity), the cap is "
        + "\(step.capLots) on \(step.capEquity)")
  }

  /// A backstop, or a hedge whose legs in the market of a contract offset: of what they move with the
  /// coin at least a third cancels (the lesser side is half of the greater). Without a market a hedge is
  /// taken for none.
  private func isPassedOver(
    _ pool: PlainPool, _ contract: ContractID, _ board: MarkBoard?
  ) -> Bool {
    if pool.backstopCap != nil { return true }
    guard pool.terms.role == .hedge, let board else { return false }
    var (net, gross): (Int128, Int128) = (0, 0)
    for (id, leg) in pool.legs {
      guard let terms = books.contracts[id], terms.market == books.contracts[contract]?.market,
        case .success(let mark) = PlainBooks.mark(id, on: board),
        let exposure = PlainBooks.terms(leg, mark)?.exposure
      else { continue }
      var sign: Int128 = leg.lots < 0 ? -1 : 1
      if case .option(.put, _, _) = terms.instrument.kind { sign = -sign }
      let units = (exposure + 999_999_999) / 1_000_000_000
      net += sign * units
      gross += units
    }
    return 3 * abs(net) <= gross
  }

  mutating func judgeReduced(_ step: Deleveraging, _ before: PlainBooks, _ board: MarkBoard) {
    let id = step.counterparty
    guard let old = before.worth(id, on: board), let new = worthOrCash(id, board),
      let was = before.pools[id]?.legs[step.reducing.contract]
    else { return }
    let kept = Int128(books.pools[id]?.legs[step.reducing.contract]?.lots.magnitude ?? 0)
    check(
      .deleveragingFair,
      Wide(kept) * old.equity <= Wide(Int128(was.lots.magnitude)) * (new.equity + 1),
      "deleveraging raised pool \(id.number) from \(was.lots) on \(old.equity) to \(kept) on "
        + "\(new.equity)")
    check(
      .liquidationMonotonic, old.isShort || !new.isShort,
      "deleveraging made pool \(id.number) liquidatable: \(old) to \(new)")
  }

  // MARK: Haircut and shortfall

  mutating func judgeHaircut(_ cut: Haircut, _ board: MarkBoard?, _ scope: inout Scope) {
    judgeAllFunds(cut.bankrupt, scope, before: "a haircut")
    scope.bankruptcies[cut.bankrupt]?.isPaidFor = true
    var contracts = scope.bankruptcies[cut.bankrupt]?.contracts ?? []
    contracts.formUnion((scope.settled[cut.bankrupt] ?? [:]).keys)
    let leg = books.pools[cut.winner]?.legs[cut.contract]
    let expired = leg == nil ? scope.settled[cut.winner]?[cut.contract] : nil
    check(
      .noContagion,
      contracts.contains(cut.contract) && (leg != nil || expired != nil)
        && cut.winner != cut.bankrupt,
      "a haircut on contract \(cut.contract.number) of pool \(cut.winner.number)")
    check(.waterfallOrder, cut.amount > 0, "a haircut of \(cut.amount)")
    var profit: Int128?
    if expired != nil {
      // Rounding of the cash may be a unit below what the profit was counted at.
      profit = settledProfit(of: cut.winner, cut.contract, scope).map { $0 + 1 }
      scope.cuts[cut.winner, default: [:]][cut.contract, default: 0] += cut.amount
    } else if let board, let leg {
      profit = books.profit(of: leg, cut.contract, on: board) ?? 0
    }
    if let profit {
      check(
        .waterfallOrder, cut.amount <= profit,
        "a haircut of \(cut.amount) on a profit of \(profit)")
    }
    let isOption = books.contracts[cut.contract]?.isOption ?? false
    check(
      .waterfallOrder, cut.fromCost == (!isOption && expired == nil),
      "a haircut out of the wrong account")
    if isOption {
      scope.bankruptcies[cut.bankrupt]?.cuts[cut.winner, default: [:]][
        cut.contract, default: 0] += cut.amount
    }
  }

  /// Nothing is recognised as lost while somebody still has a profit on the same contracts.
  mutating func judgeShortfall(
    _ id: PoolID, _ amount: Int128, _ board: MarkBoard?, _ scope: inout Scope
  ) {
    judgeAllFunds(id, scope, before: "a shortfall")
    scope.bankruptcies[id]?.isPaidFor = true
    let left = books.collateral(id)
    check(.waterfallOrder, amount == -left, "a shortfall of \(amount) for \(left)")
    judgeSettledWinners(id, amount, board, scope)
    guard let board else { return }
    var contracts = scope.bankruptcies[id]?.contracts ?? []
    contracts.formUnion((scope.settled[id] ?? [:]).keys)
    for (other, pool) in books.pools where other != id && !pool.isClosed {
      guard let worth = books.worth(other, on: board)?.equity, worth > 0 else { continue }
      for contract in contracts {
        guard let leg = pool.legs[contract],
          let profit = books.profit(of: leg, contract, on: board)
        else { continue }
        let cut = scope.bankruptcies[id]?.cuts[other]?[contract] ?? 0
        check(
          .waterfallOrder, min(profit - cut, worth) <= 0,
          "a shortfall of \(amount) while pool \(other.number) has won \(profit)")
      }
    }
  }

  /// What an expiry in this tick has won a pool, less what haircuts have taken of it.
  private func settledProfit(
    of id: PoolID, _ contract: ContractID, _ scope: Scope
  ) -> Int128? {
    guard let leg = scope.settled[id]?[contract], let cash = scope.paid[id]?[contract] else {
      return nil
    }
    let isOption = books.contracts[contract]?.isOption ?? false
    return cash - (isOption ? leg.cost : 0) - (scope.cuts[id]?[contract] ?? 0)
  }

  /// Nor while somebody still has what the same expiry has won him, in cash.
  private mutating func judgeSettledWinners(
    _ id: PoolID, _ amount: Int128, _ board: MarkBoard?, _ scope: Scope
  ) {
    for contract in (scope.settled[id] ?? [:]).keys {
      for other in scope.settled.keys where other != id {
        guard let pool = books.pools[other], !pool.isClosed, pool.legs[contract] == nil,
          let profit = settledProfit(of: other, contract, scope)
        else { continue }
        // A pool whose other legs have no price is not asked.
        let worth =
          pool.legs.isEmpty
          ? books.collateral(other) : board.flatMap { worthOrCash(other, $0)?.equity }
        guard let worth else { continue }
        check(
          .waterfallOrder, min(profit, worth, books.collateral(other)) <= 0,
          "a shortfall of \(amount) while pool \(other.number) has won \(profit) by the expiry of "
            + "contract \(contract.number)")
      }
    }
  }
}
