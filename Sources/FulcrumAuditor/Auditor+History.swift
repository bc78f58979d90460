import FulcrumLedger
import FulcrumModel

/// What a history alone can tell, event by event.
extension Auditor {
  mutating func judgeKey(_ event: Event, isNew: Bool) -> [Violation] {
    found = []
    check(
      .idempotent, isNew,
      "the key \(event.cause) has made events before, which another command followed")
    return found
  }

  /// One event that has not been applied. Its form comes first: the books cannot follow what names
  /// things that are not there.
  mutating func judge(next event: Event, after earlier: ArraySlice<Event>) -> [Violation] {
    found = []
    if earlier.isEmpty { historyScope = Scope(history: [event]) }
    judgeForm(of: event, after: earlier)
    guard found.isEmpty else { return found }
    // Taken out and put back, so that it is nobody else's meanwhile.
    var scope = Scope(history: [])
    swap(&scope, &historyScope)
    judge(event, &scope)
    swap(&scope, &historyScope)
    judgeBalances(after: event.fact)
    return found
  }

  /// After the last event of a command, all applied.
  mutating func endHistoryCommand(_ ledger: Ledger) -> [Violation] {
    found = []
    var scope = historyScope
    settleRun(&scope, next: nil)
    if scope.isTick { judgeOrder(of: scope) }
    let pools = scope.pools.sorted()
    check(
      .noContagion, scope.isTick || pools.count <= 1,
      "one command of a user touched pools \(pools.map(\.number))")
    for id in pools {
      if let pool = ledger.pool(id) { compare(pool) }
    }
    for place in scope.wallets {
      guard case .wallet(let owner) = place.account else { continue }
      let own = books.balance(place.account, place.asset)
      check(
        .conservation, ledger.wallet(owner, place.asset) == own && own >= 0,
        "wallet of owner \(owner.number) holds \(ledger.wallet(owner, place.asset)), by the facts "
          + "\(own)")
    }
    return found
  }

  mutating func compareEverything(
    from old: Ledger, to new: Ledger, _ touched: Scope
  ) -> [Violation] {
    found = []
    compareBooks(with: new)
    compareFrame(from: old, to: new, touched)
    return found
  }

  /// Read back and written again, a ledger is the same bytes.
  mutating func judgeBytes(of ledger: Ledger) -> [Violation] {
    found = []
    let bytes = ledger.bytes
    let again = try? Ledger(bytes: bytes)
    check(.deterministic, again == ledger, "a ledger read back from its bytes is another one")
    check(
      .deterministic, again?.bytes == bytes, "a ledger read back from its bytes writes others")
    return found
  }

  // MARK: Form

  /// Whether everything that a fact names is there, in bounds, and the fact is in its place.
  private mutating func judgeForm(of event: Event, after earlier: ArraySlice<Event>) {
    let fact = event.fact
    let again = try? Fact(bytes: fact.bytes)
    check(.deterministic, again == fact, "event \(event.sequence) read back is another fact")
    if let first = earlier.first {
      check(
        .deterministic, first.at == event.at,
        "event \(event.sequence) has another instant than its command")
      let isRefused = if case .refused = first.fact { true } else { false }
      check(.refusalLeavesState, !isRefused, "a refused command made \(fact.self)")
    }
    if case .refused = fact {
      check(.refusalLeavesState, earlier.isEmpty, "a refusal after facts")
    }
    if case .ticked(let at, _, let source) = fact {
      judgeTick(at: at, source, event, isFirst: earlier.isEmpty)
    }
    for id in Scope.pools(of: fact) {
      if case .poolOpened = fact { continue }
      let isLive = books.pools[id].map { !$0.isClosed } ?? false
      check(.conservation, isLive, "\(fact) of a pool that is not there, or closed")
    }
    judgeNumbers(of: fact)
    let amounts = Self.amounts(of: fact)
    let limit = Int128(1) << 100
    check(
      .conservation, amounts.allSatisfy { $0.magnitude < limit.magnitude },
      "amounts of \(amounts) units")
    for (id, fill) in Self.fills(of: fact) {
      let held = books.pools[id]?.legs[fill.contract] ?? PlainLeg()
      let after = Int128(held.lots) + Int128(fill.lots)
      check(
        .conservation,
        books.contracts[fill.contract]?.asset == books.pools[id]?.terms.asset && fill.lots != 0
          && after.magnitude <= UInt128(Ledger.lotsLimit)
          && (after != 0 || held.cost + fill.cost == 0),
        "a fill of \(fill.lots) lots on \(held) of contract \(fill.contract.number)")
    }
  }

  private mutating func judgeTick(
    at: Timestamp, _ source: [UInt8], _ event: Event, isFirst: Bool
  ) {
    check(
      .deterministic, isFirst && at == event.at, "a tick of \(at) at \(event.at)")
    guard let last = books.market else { return }
    check(
      .idempotent,
      at >= last.asOf && (at > last.asOf || source.isEmpty || source != last.source),
      "the market of \(at) after that of \(last.asOf), or the same again")
  }

  /// New numbers follow the last ones; others are known.
  private mutating func judgeNumbers(of fact: Fact) {
    let isKnown: Bool
    switch fact {
    case .ownerOpened(let id, _): isKnown = Int(id.number) == books.owners.count
    case .contractListed(let id, let instrument):
      isKnown =
        Int(id.number) == books.contracts.count && ContractArithmetic(instrument) != nil
    case .poolOpened(let id, let terms):
      isKnown = Int(id.number) == books.pools.count && books.owners[terms.owner] != nil
    case .deposited(let owner, let money), .withdrawn(let owner, let money):
      isKnown = books.owners[owner] != nil && money.minorUnits > 0
    case .endowed(.insurance(let market), let money):
      isKnown = books.markets[market]?.asset == money.asset && money.minorUnits > 0
    case .insuranceDrawn(_, let market, _), .sampled(let market, _, _):
      isKnown = books.markets[market] != nil
    case .accrued(let id, let contract, _, _):
      isKnown = books.contracts[contract]?.asset == books.pools[id]?.terms.asset
    case .priced(let contract, let delivery):
      isKnown = books.contracts[contract] != nil && delivery.value > .zero
    case .backstopped(_, _, let takeover):
      isKnown = takeover.legs.allSatisfy { books.contracts[$0.contract] != nil }
    case .haircut(let cut):
      // A leg, or one that has expired in this tick and pays in cash.
      isKnown =
        books.pools[cut.winner]?.legs[cut.contract] != nil
        || !cut.fromCost && historyScope.settled[cut.winner]?[cut.contract] != nil
    case .funded(_, let amount): isKnown = amount > 0
    default: isKnown = true
    }
    check(.conservation, isKnown, "\(fact) names what is not there, or moves nothing")
  }

  private static func fills(of fact: Fact) -> [(PoolID, Fill)] {
    switch fact {
    case .filled(let id, let fill), .settled(let id, let fill), .liquidated(let id, let fill):
      [(id, fill)]
    case .deleveraged(let step):
      [(step.bankrupt, step.closing), (step.counterparty, step.reducing)]
    default: []
    }
  }

  private static func amounts(of fact: Fact) -> [Int128] {
    switch fact {
    case .deposited(_, let money), .withdrawn(_, let money), .endowed(_, let money),
      .pledged(_, let money), .unpledged(_, let money):
      [money.minorUnits]
    case .funded(_, let amount), .released(_, let amount), .charged(_, let amount, _),
      .bankrupted(_, let amount), .insuranceDrawn(_, _, let amount), .commonDrawn(_, let amount),
      .shortfall(_, let amount):
      [amount]
    case .converted(_, let money, let received): [money.minorUnits, received]
    case .accrued(_, _, let amount, let dust): [amount, dust]
    case .haircut(let cut): [cut.amount]
    case .backstopped(_, _, let takeover):
      [takeover.collateral, takeover.netted, takeover.equity] + takeover.legs.map(\.cost)
    default:
      fills(of: fact).flatMap { [$0.1.cash, $0.1.dust, $0.1.cost, $0.1.realised, $0.1.fee] }
    }
  }

  // MARK: Balances

  /// What a ledger would stop at: no fund, wallet or pledge below zero.
  private mutating func judgeBalances(after fact: Fact) {
    for id in Scope.pools(of: fact) {
      guard let terms = books.pools[id]?.terms else { continue }
      for asset in [terms.asset] + terms.accepted.map(\.asset) {
        let held = books.balance(.wallet(terms.owner), asset)
        check(
          .conservation, held >= 0, "wallet of owner \(terms.owner.number): \(held) \(asset)")
      }
      for (asset, amount) in books.pledges(of: id) {
        check(.conservation, amount > 0, "pool \(id.number) has \(amount) \(asset) pledged")
      }
      for asset in [terms.asset] {
        let funds = [books.balance(.common, asset), books.balance(.rounding, asset)]
        check(
          .insuranceStaysHome, funds.allSatisfy { $0 >= 0 }, "funds of \(asset): \(funds)")
      }
    }
    switch fact {
    case .withdrawn(let owner, let money):
      let held = books.balance(.wallet(owner), money.asset)
      check(.conservation, held >= 0, "wallet of owner \(owner.number): \(held) \(money.asset)")
    case .insuranceDrawn(_, let market, _):
      let fund = books.balance(.insurance(market), books.markets[market]?.asset ?? .usd)
      check(.insuranceStaysHome, fund >= 0, "insurance of market \(market.number): \(fund)")
    default: break
    }
  }
}
