import FulcrumAuditor
import FulcrumLedger
import FulcrumModel

/// Invariants about rules rather than histories, on drawn samples.
extension Auditor {
  mutating func judgeRules(of engine: Engine, _ draws: inout SeededDraws) -> [Violation] {
    found = []
    guard let board else { return [] }
    if let place = board.marks.indices.randomElement(using: &draws),
      case .success(let mark) = board.marks[place]
    {
      judgeSchedule(mark.long)
      judgeSchedule(mark.short)
      if books.contracts[ContractID(UInt32(place))]?.isOption == false {
        let rules = books.rules
        judgeEnvelope(mark) { $0.fault(of: $1, rules: rules) == nil }
      }
    }
    judgeSameMarket(engine, board)
    guard let pool = engine.ledger.pools.filter({ !$0.legs.isEmpty }).randomElement(using: &draws)
    else { return found }
    judgeCap(of: pool, engine, Ratio(Int64(draws.number(1...100)), 1))
    if pool.legs.count == 1, pool.pledged.allSatisfy({ $0.minorUnits == 0 }) {
      let ledger = engine.ledger
      judgeSingle(pool, board) { try? ledger.health(of: $0, on: $1) }
      judgeRoot(of: pool, engine, board) { try? ledger.health(of: $0, on: $1) }
    }
    return found
  }

  /// Invariant 9: the same market twice is once.
  private mutating func judgeSameMarket(_ engine: Engine, _ board: MarkBoard) {
    guard !board.source.isEmpty, engine.ledger.marketAsOf == board.asOf,
      engine.ledger.marketSource == board.source
    else { return }
    let again = Command(
      id: CommandID("audit", 1), issuedAt: board.asOf, action: .mark(MarketTick(board: board)))
    let events = engine.preview(again).outcome.events
    check(.idempotent, events.isEmpty, "the same market again made \(events.count) events")
  }

  /// Invariant 11.
  private mutating func judgeCap(of pool: Pool, _ engine: Engine, _ cap: Ratio) {
    let command = Command(
      id: CommandID("audit", 2), issuedAt: pool.opened, action: .capLeverage(pool.id, cap))
    let after = engine.preview(command).after
    guard let board, let changed = after.pool(pool.id),
      let old = try? engine.ledger.health(of: pool, on: board),
      let new = try? after.health(of: changed, on: board)
    else { return }
    check(
      .capTouchesInitialOnly,
      old.maintenance == new.maintenance && old.equity == new.equity
        && new.initial >= new.maintenance,
      "a cap of \(cap.numerator) moved pool \(pool.id.number) from \(old) to \(new)")
  }

  // MARK: Schedules

  /// Invariant 12: no jump at a bracket but for the rounding of one rate, and never less for more.
  mutating func judgeSchedule(_ schedule: LotSchedule) {
    judgeBrackets(schedule.initialRate, schedule.initialSteps)
    judgeBrackets(schedule.maintenanceRate, schedule.maintenanceSteps)
    let mark = ContractMark(
      price: Price(ExactDecimal(1)), valueDown: 0, valueUp: 0, exposure: 0, long: schedule,
      short: schedule)
    var last: Int128 = 0
    for size in Self.sizes(around: schedule) {
      guard let terms = PlainBooks.terms(PlainLeg(lots: size), mark) else { continue }
      check(
        .capTouchesInitialOnly, terms.initial >= terms.maintenance && terms.maintenance >= 0,
        "initial \(terms.initial) below maintenance \(terms.maintenance) at \(size) lots")
      check(
        .maintenanceContinuous, terms.maintenance >= last,
        "maintenance falls from \(last) to \(terms.maintenance) at \(size) lots")
      check(
        .maintenanceContinuous,
        schedule.maintenance(lots: size.magnitude) == terms.maintenance
          && schedule.initial(lots: size.magnitude) == terms.initial,
        "the schedule asks something else at \(size) lots: \(terms)")
      last = terms.maintenance
    }
  }

  /// Small ones, and both sides of each bracket, ascending.
  private static func sizes(around schedule: LotSchedule) -> [Int64] {
    let edges = (schedule.initialSteps + schedule.maintenanceSteps).flatMap {
      [$0.lots - 1, $0.lots, $0.lots + 1]
    }
    return Set(edges + [1, 7, 1000]).filter { $0 > 0 }.sorted()
  }

  private mutating func judgeBrackets(_ rate: Int128, _ steps: [LotSchedule.Bracket]) {
    var last = LotSchedule.Bracket(lots: 0, rate: rate, deduction: 0)
    for step in steps {
      let below = last.rate * Int128(step.lots) - last.deduction
      let above = step.rate * Int128(step.lots) - step.deduction
      check(
        .maintenanceContinuous,
        step.lots > last.lots && step.rate >= last.rate
          && (above - below).magnitude
            <= step.rate.magnitude,
        "at \(step.lots) lots the requirement jumps from \(below) to \(above)")
      last = step
    }
  }

  /// Invariant 17, both ways: what the envelope lets through holds at the worst it allows, what it
  /// refuses does not.
  mutating func judgeEnvelope(
    _ mark: ContractMark, _ verdict: (SolvencyEnvelope, ContractMark) -> Bool
  ) {
    for (move, funding) in [(1, 1), (2, 0), (10, 2)] {
      let envelope = SolvencyEnvelope(
        move: Ratio(Int64(move), 100), funding: Ratio(Int64(funding), 1000))
      let fee = books.rules.liquidationFee
      let parts: [(Int64, Int64)] = [
        (Int64(move), 100), (Int64(funding), 1000), (fee.numerator, fee.denominator),
      ]
      let worst = parts.reduce(Int128(0)) { sum, part in
        sum + (Quotient(mark.exposure, times: Int128(part.0), over: Int128(part.1))?.ceiling ?? 0)
      }
      let holds = min(mark.long.maintenanceRate, mark.short.maintenanceRate) - worst >= 0
      check(
        .solvencyEnvelope, holds == verdict(envelope, mark),
        "a move of \(move) % is \(holds ? "" : "not ")covered and was judged otherwise")
    }
  }

  // MARK: Single positions

  /// Invariant 20: a cross account with this one position and the same cash is worth and must hold what
  /// the pool does.
  mutating func judgeSingle(
    _ pool: Pool, _ board: MarkBoard, health: (Pool, MarkBoard) -> Health?
  ) {
    guard board.rule == nil, let leg = pool.legs.first,
      let contract = books.contracts[leg.contract],
      case .success(let mark) = PlainBooks.mark(leg.contract, on: board),
      let health = health(pool, board)
    else { return }
    // An account: cash, less what the position cost, plus what closing it at the mark would bring.
    let held = PlainLeg(lots: leg.lots, cost: leg.cost)
    guard let terms = PlainBooks.terms(held, mark),
      let worth = Quotient(Wide(terms.worth), over: 1_000_000_000),
      let maintenance = Quotient(Wide(terms.maintenance), over: 1_000_000_000)
    else { return }
    let account = pool.collateral + worth.floor - (contract.isOption ? 0 : leg.cost)
    check(
      .isolatedEqualsCross,
      account == health.equity && maintenance.ceiling == health.maintenance,
      "pool \(pool.id.number) at \(health), a cross account at \(account) and "
        + "\(maintenance.ceiling)")
  }

  /// Invariant 13, for one future: scaling its mark, the solution of E = M in one division is where the
  /// ledger begins to liquidate, and not a step before.
  mutating func judgeRoot(
    of pool: Pool, _ engine: Engine, _ board: MarkBoard, health: (Pool, MarkBoard) -> Health?
  ) {
    guard let leg = pool.legs.first, books.contracts[leg.contract]?.isOption == false,
      pool.freeze == nil, pool.phase == .open,
      case .success(let mark) = PlainBooks.mark(leg.contract, on: board)
    else { return }
    guard let terms = PlainBooks.terms(PlainLeg(lots: leg.lots, cost: leg.cost), mark) else {
      return
    }
    let slope = terms.worth - terms.maintenance
    let fixed = (pool.collateral - leg.cost) * 1_000_000_000
    // fixed + slope · k/2²⁰ = 0
    guard slope != 0,
      let root = Quotient(
        Wide(slope > 0 ? -fixed : fixed) * Scaled.one, over: Int128(slope.magnitude)),
      (1000...Scaled.one * 8).contains(root.floor)
    else { return }
    // Rounding of lots, value and requirement: two steps to either side.
    let step: Int128 = slope > 0 ? 1 : -1
    for (scale, isShort) in [(root.floor - 2 * step, true), (root.floor + 3 * step, false)] {
      let scaled = Scaled.board(board, leg.contract, scale)
      guard let health = health(pool, scaled) else { continue }
      let near = Int128(slope.magnitude) / Scaled.one / 1_000_000_000 * 4 + lotsSlack(leg)
      check(
        .liquidationPriceIsRoot,
        (health.excess < 0) == isShort || health.excess.magnitude <= UInt128(lotsSlack(leg)),
        "pool \(pool.id.number) at \(scale)/2²⁰ of its mark has \(health), root \(root.floor)")
      check(
        .liquidationPriceIsRoot, health.excess.magnitude <= near.magnitude,
        "pool \(pool.id.number) beside its root has an excess of \(health.excess)")
      judgeBeginning(pool, engine, scaled, isShort: health.excess < 0)
    }
  }

  /// What the rounding of one nanounit a lot, times the lots, may come to.
  private func lotsSlack(_ leg: Leg) -> Int128 {
    Int128(leg.lots.magnitude) * 4 / 1_000_000_000 + 4
  }

  private mutating func judgeBeginning(
    _ pool: Pool, _ engine: Engine, _ board: MarkBoard, isShort: Bool
  ) {
    let command = Command(
      id: CommandID("audit", 3), issuedAt: board.asOf, action: .mark(MarketTick(board: board)))
    let begun = engine.preview(command).outcome.events.contains {
      if case .liquidationBegan(pool.id, _) = $0.fact { return true }
      return false
    }
    // Another pool's deleveraging may come first and leave this one whole, or flat.
    guard begun != isShort else {
      check(.liquidationPriceIsRoot, true, "")
      return
    }
    let isTouched = engine.preview(command).outcome.events.contains {
      Auditor.pools(of: $0.fact).contains(pool.id)
    }
    check(
      .liquidationPriceIsRoot, isTouched && isShort,
      "pool \(pool.id.number) short: \(isShort), liquidation begun: \(begun)")
  }
}

/// A board with one mark scaled: for a future that is another price.
enum Scaled {
  static let one: Int128 = 1 << 20

  static func board(_ board: MarkBoard, _ id: ContractID, _ scale: Int128) -> MarkBoard {
    var marks = board.marks
    let place = Int(id.number)
    if place < marks.count, case .success(let mark) = marks[place] {
      marks[place] = .success(Self.mark(mark, scale))
    }
    return MarkBoard(
      asOf: board.asOf.adding(milliseconds: 1), ruleSet: board.ruleSet, marks: marks)
  }

  private static func mark(_ mark: ContractMark, _ scale: Int128) -> ContractMark {
    ContractMark(
      price: mark.price, bid: mark.bid, ask: mark.ask, valueDown: times(mark.valueDown, scale),
      valueUp: times(mark.valueUp, scale), exposure: times(mark.exposure, scale),
      long: schedule(mark.long, scale), short: schedule(mark.short, scale))
  }

  private static func schedule(_ schedule: LotSchedule, _ scale: Int128) -> LotSchedule {
    LotSchedule(
      initialRate: times(schedule.initialRate, scale),
      maintenanceRate: times(schedule.maintenanceRate, scale),
      initialSteps: schedule.initialSteps.map { bracket($0, scale) },
      maintenanceSteps: schedule.maintenanceSteps.map { bracket($0, scale) })
  }

  private static func bracket(
    _ bracket: LotSchedule.Bracket, _ scale: Int128
  ) -> LotSchedule.Bracket {
    LotSchedule.Bracket(
      lots: bracket.lots, rate: times(bracket.rate, scale),
      deduction: times(bracket.deduction, scale))
  }

  private static func times(_ amount: Int128, _ scale: Int128) -> Int128 {
    Quotient(amount, times: scale, over: one)?.floor ?? amount
  }
}
