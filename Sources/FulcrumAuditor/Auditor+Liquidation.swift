import FulcrumLedger
import FulcrumModel

/// Steps of liquidation and takeovers (invariants 6, 7, 12).
extension Auditor {
  /// Before the fact is taken.
  mutating func judgeWaterfall(_ fact: Fact, _ scope: inout Scope) {
    judgeStage(of: fact, &scope)
    let board = scope.tick?.board
    guard scope.isTick else {
      if Self.stage(of: fact) != nil, Self.stage(of: fact) != .closed {
        check(.waterfallOrder, false, "a step of liquidation outside a tick: \(fact)")
      }
      return
    }
    switch fact {
    case .liquidationBegan(let id, _):
      guard let board else { return }
      check(
        .idempotent, books.worth(id, on: board)?.isShort ?? false,
        "liquidation of pool \(id.number) began and it is not short")
    case .liquidated(let id, let fill): judgeStep(id, fill, board, &scope)
    case .backstopped(let id, let backstop, let takeover):
      judgeTakeover(id, backstop, takeover, board)
    case .bankrupted(let id, let deficit): openBankruptcy(id, deficit, board, &scope)
    case .insuranceDrawn(let id, let market, let amount):
      judgeDraw(id, market, amount, &scope)
    case .commonDrawn(let id, let amount): judgeCommonDraw(id, amount, &scope)
    case .deleveraged(let step): judgeDeleveraging(step, board, &scope)
    case .haircut(let cut): judgeHaircut(cut, board, &scope)
    case .shortfall(let id, let amount): judgeShortfall(id, amount, board, &scope)
    default: break
    }
  }

  private mutating func judgeStep(
    _ id: PoolID, _ fill: Fill, _ board: MarkBoard?, _ scope: inout Scope
  ) {
    let held = books.pools[id]?.legs[fill.contract]?.lots ?? 0
    check(
      .liquidationMonotonic,
      held != 0 && (held < 0) != (fill.lots < 0) && fill.lots.magnitude <= held.magnitude,
      "liquidation moved \(fill.lots) lots of \(held)")
    if scope.run?.pool != id {
      scope.run = (id, board.flatMap { books.worth(id, on: $0) }, 0, 0)
    }
    scope.run?.fees += fill.fee
    scope.run?.fills += 1
    check(.feeNeverBankrupts, fill.fee >= 0, "a liquidation fee of \(fill.fee)")
    guard let board, case .success(let mark) = PlainBooks.mark(fill.contract, on: board) else {
      return
    }
    let nano = Int128(1_000_000_000)
    let most = Quotient(mark.exposure, times: Int128(fill.lots.magnitude), over: nano)
      .flatMap { Self.part(books.rules.liquidationFee, of: $0.ceiling) }
    check(
      .feeNeverBankrupts, fill.fee <= (most?.ceiling ?? 0),
      "liquidation fee \(fill.fee), allowed \(most?.ceiling ?? 0)")
  }

  /// A run of fills is one step: it ends with the first other fact.
  mutating func settleRun(_ scope: inout Scope, next: Fact?) {
    guard let run = scope.run else { return }
    if case .liquidated(run.pool, _) = next { return }
    scope.run = nil
    guard let board = scope.tick?.board else { return judgeFlat(run.pool, fees: run.fees) }
    guard let after = worthOrCash(run.pool, board) else { return }
    check(
      .feeNeverBankrupts, run.fees == 0 || after.equity >= 0,
      "a liquidation fee of \(run.fees) leaves pool \(run.pool.number) worth \(after.equity)")
    guard let before = run.before else { return }
    // The value of all legs is rounded down once, the cash of each fill on its own: ⌊V⌋ − ⌊V′⌋ − Σ⌊cᵢ⌋
    // of V = V′ + Σcᵢ is at most the number of fills.
    check(
      .liquidationMonotonic, after.shortage <= before.shortage + run.fills,
      "a step raised the shortage of pool \(run.pool.number) from \(before.shortage) to "
        + "\(after.shortage)")
    // Who is bankrupt was liquidatable: E < 0 ≤ M at one price.
    check(
      .maintenanceContinuous, before.maintenance >= 0 && (before.equity >= 0 || before.isShort),
      "pool \(run.pool.number) at \(before)")
  }

  /// Without a market: what is flat is worth its cash.
  private mutating func judgeFlat(_ id: PoolID, fees: Int128) {
    guard books.pools[id]?.legs.isEmpty ?? false, books.pledges(of: id).isEmpty else { return }
    let left = books.collateral(id)
    check(
      .feeNeverBankrupts, fees == 0 || left >= 0,
      "a liquidation fee of \(fees) leaves \(left) in pool \(id.number)")
  }

  func worthOrCash(_ id: PoolID, _ board: MarkBoard) -> PlainHealth? {
    guard let pool = books.pools[id] else { return nil }
    guard pool.legs.isEmpty else { return books.worth(id, on: board) }
    let pledged = books.pledges(of: id).reduce(Int128(0)) { sum, pledge in
      sum + ((try? books.credit(pledge.amount, pledge.asset, pool, on: board).get()) ?? 0)
    }
    return PlainHealth(equity: books.collateral(id) + pledged)
  }

  private mutating func judgeTakeover(
    _ id: PoolID, _ backstop: PoolID, _ takeover: Takeover, _ board: MarkBoard?
  ) {
    guard let pool = books.pools[id], let other = books.pools[backstop] else { return }
    let legs = Dictionary(
      uniqueKeysWithValues: takeover.legs.map {
        ($0.contract, PlainLeg(lots: $0.lots, cost: $0.cost))
      })
    check(
      .conservation, legs == pool.legs && takeover.collateral == books.collateral(id),
      "a takeover of pool \(id.number) left something behind")
    check(
      .noContagion,
      id != backstop && other.backstopCap != nil && other.terms.asset == pool.terms.asset
        && other.freeze == nil,
      "pool \(backstop.number) is no backstop for pool \(id.number)")
    if let board {
      let worth = books.worth(id, on: board)?.equity
      check(
        .waterfallOrder, worth == takeover.equity,
        "a takeover at \(takeover.equity), worth \(worth.map { "\($0)" } ?? "unknown")")
    }
    var netted: Int128 = 0
    for (contract, leg) in legs where books.contracts[contract]?.isOption == false {
      guard let held = other.legs[contract], held.lots + leg.lots == 0 else { continue }
      netted -= held.cost + leg.cost
    }
    check(.conservation, netted == takeover.netted, "netted \(takeover.netted), exact \(netted)")
  }

  /// After the fact is taken.
  mutating func judgeWaterfallAfter(_ fact: Fact, before: PlainBooks, _ scope: inout Scope) {
    guard let board = scope.tick?.board else { return }
    switch fact {
    case .backstopped(_, let backstop, _):
      let health = books.worth(backstop, on: board) ?? worthOrCash(backstop, board)
      check(
        .liquidationMonotonic, health.map { !$0.isShort } ?? false,
        "a takeover leaves backstop \(backstop.number) at \(String(describing: health))")
      guard let pool = books.pools[backstop], let cap = pool.backstopCap, let health else { return }
      check(
        .waterfallOrder, pool.movedIn - pool.movedOut - health.equity <= cap,
        "backstop \(backstop.number) lost more than its cap of \(cap)")
    case .deleveraged(let step): judgeReduced(step, before, board)
    case .haircut(let cut):
      let health = worthOrCash(cut.winner, board)
      check(
        .noContagion, (health?.equity ?? 0) >= 0,
        "a haircut leaves pool \(cut.winner.number) at \(String(describing: health))")
    default: break
    }
  }
}
