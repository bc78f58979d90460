import FulcrumLedger
import FulcrumModel

/// The order of a tick and of the pools within it (invariants 9, 14 and 18).
extension Auditor {
  mutating func judgeOrder(of fact: Fact, _ scope: inout Scope) {
    guard scope.isTick, let phase = Self.phase(of: fact, scope) else { return }
    check(
      .waterfallOrder, phase >= scope.phase,
      "\(phase) after \(scope.phase) within a tick: \(fact)")
    scope.phase = max(phase, scope.phase)
    if phase == .liquidated, !scope.isRanked {
      scope.isRanked = true
      scope.ranking = scope.tick.map { short(on: $0.board) }
      judgeExpiries(scope)
    }
    if case .liquidationBegan(let id, let health) = fact, !scope.stepped.contains(id) {
      scope.begun.append(
        (id, PlainHealth(equity: health.equity, maintenance: health.maintenance)))
    }
    if phase == .liquidated { scope.stepped.formUnion(Scope.pools(of: fact)) }
    for id in Self.begun(by: fact) where !scope.taken.contains(id) { scope.taken.append(id) }
  }

  private static func begun(by fact: Fact) -> [PoolID] {
    switch fact {
    case .liquidationBegan(let id, _), .liquidated(let id, _), .backstopped(let id, _, _),
      .bankrupted(let id, _), .converted(let id, _, _):
      [id]
    default: []
    }
  }

  private static func phase(of fact: Fact, _ scope: Scope) -> TickPhase? {
    switch fact {
    case .ticked: .accepted
    case .accrued, .charged: .accrued
    case .sampled: .sampled
    case .priced: .priced
    case .settled: .settled
    case .frozen, .thawed, .warned: .looked
    case .calmed(let id, _), .liquidationEnded(let id, _):
      scope.taken.contains(id) ? .liquidated : .looked
    case .liquidationBegan, .liquidated, .backstopped, .bankrupted, .insuranceDrawn, .commonDrawn,
      .deleveraged, .haircut, .shortfall, .closed, .converted:
      .liquidated
    case .ownerOpened, .contractListed, .rulesSet, .deposited, .withdrawn, .endowed, .poolOpened,
      .funded, .released, .pledged, .unpledged, .leverageCapped, .filled, .refused:
      nil
    }
  }

  /// The pools to be taken, by the auditor's own look at all of them.
  private func short(on board: MarkBoard) -> [PoolID: PlainHealth] {
    var short: [PoolID: PlainHealth] = [:]
    for (id, pool) in books.pools where !pool.isClosed {
      if pool.legs.isEmpty {
        let cash = books.collateral(id)
        // A pledge without a price is waited for.
        let isPriced = books.pledges(of: id).allSatisfy {
          (try? books.credit($0.amount, $0.asset, pool, on: board).get()) != nil
        }
        if cash < 0, isPriced { short[id] = PlainHealth(equity: cash) }
        continue
      }
      guard pool.freeze == nil, let health = books.worth(id, on: board) else { continue }
      if health.isShort || pool.isLiquidating { short[id] = health }
    }
    return short
  }

  /// After the tick: each pool that was short was taken, worst first, and no healthy one was.
  mutating func judgeOrder(of scope: Scope) {
    guard let tickedAt = scope.tickedAt else { return }
    if !scope.isRanked { judgeExpiries(scope) }
    judgeTaken(scope.begun)
    judgeEnds(of: scope)
    for (key, prints) in books.prints
    where key.expiry <= tickedAt && Self.isCovered(prints, until: key.expiry) {
      let left = books.pools.values.flatMap(\.contracts).filter {
        guard let contract = books.contracts[$0] else { return false }
        return contract.market == key.market && contract.instrument.expiry == key.expiry
      }
      check(
        .waterfallOrder, left.isEmpty,
        "contracts \(left.map(\.number)) expired with \(prints.count) prints and are open")
      if left.isEmpty { books.prints[key] = nil }
    }
    guard let tick = scope.tick else { return }
    let ranking = scope.ranking ?? short(on: tick.board)
    for id in scope.taken {
      check(
        .idempotent, ranking[id] != nil,
        "pool \(id.number) was not short and was taken")
    }
    let taken = scope.taken.filter { ranking[$0] != nil }
    judgeTaken(taken.compactMap { id in ranking[id].map { (id, $0) } })
    for (id, health) in ranking where health.isShort && !scope.taken.contains(id) {
      let isWaiting = health.equity >= 0 && !canClose(id, on: tick.board)
      check(
        .riskOrder, isWaiting || scope.pools.contains(id),
        "pool \(id.number) is short with \(health) and was passed over")
    }
  }

  /// Invariant 18, of what the ledger did: every two of the pools that a tick took stand in the order of
  /// their risk, not the neighbours alone, so that a cycle or a tie taken either way shows.
  mutating func judgeTaken(_ taken: [(id: PoolID, health: PlainHealth)]) {
    for (place, first) in taken.enumerated() {
      for second in taken[(place + 1)...].prefix(20) {
        check(
          .riskOrder, Self.isWorse(first, than: second),
          "pool \(first.id.number) with \(first.health) was taken before \(second.id.number) "
            + "with \(second.health)")
      }
    }
  }

  /// Whether the book would close all legs and leave nothing owed.
  private func canClose(_ id: PoolID, on board: MarkBoard) -> Bool {
    guard let pool = books.pools[id] else { return false }
    var left = books.collateral(id)
    for pledge in books.pledges(of: id) {
      guard let credit = try? books.credit(pledge.amount, pledge.asset, pool, on: board).get()
      else {
        return false
      }
      left += credit
    }
    for (contract, leg) in pool.legs {
      guard case .success(let mark) = PlainBooks.mark(contract, on: board),
        let price = leg.lots > 0 ? mark.bid : mark.ask, let terms = books.contracts[contract],
        let value = terms.value(lots: -leg.lots, at: price)
      else { return false }
      left -= value.ceiling + (terms.isOption ? 0 : leg.cost)
    }
    return left >= 0
  }

  /// E/M by cross-multiplication, ties by number; less than nothing against no requirement is worst.
  static func isWorse(
    _ a: (id: PoolID, health: PlainHealth), than b: (id: PoolID, health: PlainHealth)
  ) -> Bool {
    let (x, y) = (rank(a.health), rank(b.health))
    if x != y { return x < y }
    let left = Wide(a.health.equity) * max(1, b.health.maintenance)
    let right = Wide(b.health.equity) * max(1, a.health.maintenance)
    return left == right ? a.id < b.id : left < right
  }

  /// Bankrupt without requirement, then ratios, then without requirement and not bankrupt.
  private static func rank(_ health: PlainHealth) -> Int {
    health.maintenance > 0 ? 1 : health.equity < 0 ? 0 : 2
  }
}
