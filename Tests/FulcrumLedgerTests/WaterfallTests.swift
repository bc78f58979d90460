import FulcrumLedger
import FulcrumModel
import Testing

/// Every step of the waterfall, with amounts worked out by hand. Long 1 BTC at 50,000 with 2,500:
/// maintenance 2.5 %, so it is short below 48,717.95, deep (under 2/3 of it) below 48,305.08.
@Suite struct WaterfallTests {
  private func levered(_ world: inout World, usdc: Int128 = 2_600) throws -> (PoolID, PoolID) {
    let long = try world.pool("long", world.alice, usdc: usdc)
    let short = try world.pool("short", world.bob, usdc: 40_000)
    world.mark(50_000)
    try #require(world.trade(long, world.perpetual, lots: 1000, at: 50_000).refusal == nil)
    try #require(world.trade(short, world.perpetual, lots: -1000, at: 50_000).refusal == nil)
    return (long, short)
  }

  @Test func theLeastPartThatRestoresTheBufferIsClosed() throws {
    var world = try World()
    let (long, _) = try levered(&world)
    // E = 1,200 of 1,215 maintenance at 48,600: short by 15, not deep.
    let facts = world.mark(48_600)
    let fills = facts.compactMap { if case .liquidated(_, let fill) = $0 { fill } else { nil } }
    #expect(fills.count == 1)
    // Exit wants 1.15 × 2.5 % × 48.6 × q = 1.397250 q; closing x pays 0.5 % = 0.243 x of fee:
    // 1,200 − 0.243 x ≥ 1.39725 (1000 − x): x ≥ 170.877…, so 171 lots.
    #expect(fills.first?.lots == -171)
    #expect(fills.first?.fee == 41_553_000)
    #expect(world.phase(long) == .open)
    #expect(world.engine.ledger.markets.first?.insurance == 41_553_000)
    #expect(facts.contains { if case .liquidationEnded = $0 { true } else { false } })
  }

  @Test func equalToMaintenanceIsSafe() throws {
    var world = try World()
    // At 48,000: E = 3,200 − 2,000 = 1,200 = 0.025 × 48,000.
    let (long, _) = try levered(&world, usdc: 3_200)
    world.mark(48_000)
    #expect(world.phase(long) == .warning(since: world.clock))
    let facts = world.mark(47_999)
    #expect(facts.contains { if case .liquidationBegan(long, _) = $0 { true } else { false } })
  }

  @Test func insuranceMakesWholeBeforeAnybodyElsePays() throws {
    var world = try World()
    let (long, short) = try levered(&world)
    let market = MarketID(0)
    world.run(.endow(.insurance(market), Money(minorUnits: 1_000_000_000, asset: .usdc)))
    // At 47,000 the pool is worth 2,600 − 3,000 = −400.
    let facts = world.mark(47_000)
    #expect(
      facts.contains { $0 == .insuranceDrawn(long, market, 400_000_000) })
    #expect(facts.contains { $0 == .closed(long) })
    #expect(world.engine.ledger.market(market)?.insurance == 600_000_000)
    #expect(world.engine.ledger.pool(short)?.leg(world.perpetual)?.lots == -1000)
    #expect(world.wallet(world.alice) == 0)
  }

  @Test func theCommonFundComesAfterTheMarketsOwn() throws {
    var rules = LedgerRules.standard
    rules.commonDraw = Ratio(1, 2)
    var world = try World(rules: rules)
    let (long, _) = try levered(&world)
    world.run(.endow(.insurance(MarketID(0)), Money(minorUnits: 100_000_000, asset: .usdc)))
    world.run(.endow(.common, Money(minorUnits: 700_000_000, asset: .usdc)))
    let facts = world.mark(47_000)
    #expect(facts.contains { $0 == .insuranceDrawn(long, MarketID(0), 100_000_000) })
    #expect(facts.contains { $0 == .commonDrawn(long, 300_000_000) })
    #expect(world.engine.ledger.book(.usdc)?.common == 400_000_000)
  }

  @Test func deleveragingClosesTheOtherSideAtTheBankruptcyPrice() throws {
    var world = try World()
    let (long, short) = try levered(&world)
    let facts = world.mark(47_000)
    let steps = facts.compactMap { if case .deleveraged(let step) = $0 { step } else { nil } }
    #expect(steps.count == 1)
    // The long is worth nothing at 50,000 − 2,600 = 47,400.
    #expect(steps.first?.closing.price == Price("47400"))
    #expect(world.engine.ledger.pool(short)?.legs.isEmpty == true)
    #expect(world.collateral(short) == 42_600_000_000)
    #expect(world.phase(long) == .closed(at: world.clock))
    let book = try #require(world.engine.ledger.book(.usdc))
    #expect(book.clearing == 0 && book.shortfall == 0 && book.sum == 0)
  }

  @Test func nobodyPaysMoreThanTheProfitOfTheLotsTaken() throws {
    var world = try World()
    let long = try world.pool("long", world.alice, usdc: 2_600)
    let late = try world.pool("late", world.bob, usdc: 40_000)
    world.mark(50_000)
    _ = world.trade(long, world.perpetual, lots: 1000, at: 50_000)
    world.mark(48_800)
    // The short came in at 47,100: at 47,000 it has won 100, of the 400 that are missing.
    _ = world.trade(late, world.perpetual, lots: -1000, at: 47_100, admission: .recorded)
    let facts = world.mark(47_000)
    #expect(world.collateral(late) == 40_000_000_000)
    #expect(facts.contains { $0 == .shortfall(long, 300_000_000) })
    #expect(world.engine.ledger.pool(late)?.legs.isEmpty == true)
    #expect(world.engine.ledger.book(.usdc)?.sum == 0)
  }

  @Test func whatNobodyCanTakeIsCutFromProfits() throws {
    var world = try World()
    let long = try world.pool("long", world.alice, usdc: 2_600)
    let hedge = try world.pool("hedge", world.bob, usdc: 40_000, role: .hedge)
    world.mark(50_000, premium: 100)
    _ = world.trade(long, world.perpetual, lots: 1000, at: 50_000)
    _ = world.trade(hedge, world.perpetual, lots: -1000, at: 50_000)
    // Calls that move with half of the underlying: half of the short is offset.
    try #require(world.trade(hedge, world.call, lots: 1000, at: 100).refusal == nil)
    let facts = world.mark(47_000, premium: 100)
    // A hedge is not deleveraged; its profit of 3,000 bears the 400.
    #expect(!facts.contains { if case .deleveraged = $0 { true } else { false } })
    let cuts = facts.compactMap { if case .haircut(let cut) = $0 { cut } else { nil } }
    #expect(cuts.map(\.amount) == [400_000_000] && cuts.first?.fromCost == true)
    let leg = try #require(world.engine.ledger.pool(hedge)?.leg(world.perpetual))
    #expect(leg.lots == -1000 && leg.cost == -49_600_000_000)
    #expect(world.collateral(hedge) == 39_900_000_000)
    #expect(world.engine.ledger.book(.usdc)?.sum == 0)
  }

  /// One leg under the name of a hedge is deleveraged as any other, and so is one that a lot too few
  /// offset.
  @Test(arguments: [0, 999] as [Int64])
  func aHedgeInNameAloneIsDeleveraged(calls: Int64) throws {
    var world = try World()
    let long = try world.pool("long", world.alice, usdc: 2_600)
    let naked = try world.pool("naked", world.bob, usdc: 40_000, role: .hedge)
    world.mark(50_000, premium: 100)
    _ = world.trade(long, world.perpetual, lots: 1000, at: 50_000)
    _ = world.trade(naked, world.perpetual, lots: -1000, at: 50_000)
    if calls > 0 {
      try #require(world.trade(naked, world.call, lots: calls, at: 100).refusal == nil)
    }
    let facts = world.mark(47_000, premium: 100)
    let steps = facts.compactMap { if case .deleveraged(let step) = $0 { step } else { nil } }
    #expect(steps.map(\.counterparty) == [naked])
    #expect(steps.first?.closing.price == Price("47400"))
    #expect(world.engine.ledger.pool(naked)?.leg(world.perpetual) == nil)
  }

  @Test func whatNobodyCanBearIsRecognised() throws {
    var world = try World()
    let long = try world.pool("long", world.alice, usdc: 2_600)
    world.mark(50_000)
    _ = world.trade(long, world.perpetual, lots: 1000, at: 50_000)
    let facts = world.mark(47_000)
    #expect(facts.contains { $0 == .shortfall(long, 400_000_000) })
    #expect(world.engine.ledger.book(.usdc)?.shortfall == -400_000_000)
    #expect(world.engine.ledger.book(.usdc)?.sum == 0)
  }

  @Test func theBackstopTakesOverWithinItsCapAndNotBeyond() throws {
    var world = try World()
    let (long, short) = try levered(&world)
    let backstop = try world.pool(
      "backstop", world.alice, usdc: 5_000, role: .backstop(lossCap: 5_000_000_000))
    // Deep at 48,000 (600 of 1,200): it passes with its 600 of equity.
    var facts = world.mark(48_000)
    #expect(facts.contains { if case .backstopped(long, backstop, _) = $0 { true } else { false } })
    #expect(world.engine.ledger.pool(backstop)?.leg(world.perpetual)?.lots == 1000)
    #expect(world.collateral(backstop) == 7_600_000_000)
    #expect(world.phase(long) == .closed(at: world.clock))
    #expect(world.engine.ledger.pool(short)?.legs.count == 1)

    var second = try World()
    let (other, _) = try levered(&second)
    _ = try second.pool(
      "backstop", second.alice, usdc: 300, role: .backstop(lossCap: 300_000_000))
    // At 47,000 the loss would be 400 of its 300.
    facts = second.mark(47_000)
    #expect(!facts.contains { if case .backstopped = $0 { true } else { false } })
    #expect(facts.contains { if case .deleveraged = $0 { true } else { false } })
    #expect(facts.contains { $0 == .closed(other) })
  }

  /// The cap holds at the marks after the takeover, over a gap of any size, by what may be in the pool.
  @Test func aBackstopLosesItsCapAndNoMore() throws {
    var world = try World()
    let (long, short) = try levered(&world)
    let cap: Int128 = 1_000_000_000
    let backstop = try world.pool("backstop", world.alice, usdc: 900, role: .backstop(lossCap: cap))
    world.run(.deposit(world.alice, Money(minorUnits: 5_000_000_000, asset: .usdc)))
    func fund(_ usdc: Int128) -> String? {
      world.run(.fund(backstop, Money(minorUnits: usdc * 1_000_000, asset: .usdc))).refusal?.code
    }
    #expect(fund(101) == "beyond-loss-cap")
    #expect(fund(100) == nil)
    #expect(fund(1) == "beyond-loss-cap")
    #expect(
      world.run(
        .openPool(
          PoolTerms(
            name: "two", owner: world.alice, asset: .usdc, role: .backstop(lossCap: cap),
            accepted: [CollateralRule(asset: .btc, haircut: Ratio(1, 10))]))
      ).refusal?.code == "rules-invalid")
    // Deep at 48,000 (600 of 1,200): taken over with 600, which makes 1,600.
    #expect(
      world.mark(48_000).contains {
        if case .backstopped(long, backstop, _) = $0 { true } else { false }
      })
    // Ten thousand below: 8,400 are missing beyond its 1,600, and the short has won them.
    let facts = world.mark(38_000)
    #expect(facts.contains { $0 == .bankrupted(backstop, deficit: 8_400_000_000) })
    #expect(world.phase(backstop) == .closed(at: world.clock))
    let pool = try #require(world.engine.ledger.pool(backstop))
    #expect(pool.paidIn - pool.paidOut == cap)
    // Of the 12,000 that the short has won, 8,400 stay unpaid.
    #expect(world.collateral(short) == 40_000_000_000 + 3_600_000_000)
    #expect(world.wallet(world.alice) == 4_900_000_000)
    #expect(world.engine.ledger.book(.usdc)?.shortfall == 0)
  }

  @Test func anUnquotedBookWaitsThenPassesOn() throws {
    var world = try World()
    let (long, short) = try levered(&world)
    world.mark(48_600, isQuoted: false)
    #expect(world.phase(long) == .liquidating(since: world.clock))
    #expect(
      world.trade(long, world.perpetual, lots: 1, at: 48_600).refusal?.code == "pool-liquidating")
    // After the timeout the legs go to the other side at the mark, and the rest home.
    let facts = world.mark(48_600, isQuoted: false, after: 30)
    #expect(facts.contains { if case .deleveraged = $0 { true } else { false } })
    #expect(world.wallet(world.alice) == 1_200_000_000)
    #expect(world.collateral(short) == 41_400_000_000)
  }

  @Test func aTopUpEndsALiquidation() throws {
    var world = try World()
    let (long, _) = try levered(&world)
    world.mark(48_600, isQuoted: false)
    let money = Money(minorUnits: 250_000_000, asset: .usdc)
    world.run(.deposit(world.alice, money))
    let facts = world.facts(.fund(long, money))
    #expect(facts.contains { if case .liquidationEnded(long, _) = $0 { true } else { false } })
    #expect(world.phase(long) == .open)
  }

  @Test func theSameMarketTwiceIsOnce() throws {
    var world = try World()
    _ = try levered(&world)
    let board = MarkBoard(
      asOf: world.clock.adding(milliseconds: 1), ruleSet: "test", source: [1, 2, 3],
      marks: world.board(49_000).marks)
    #expect(!world.facts(.mark(MarketTick(board: board))).isEmpty)
    #expect(world.facts(.mark(MarketTick(board: board))).isEmpty)
  }

  @Test func withoutAMarkAPoolIsFrozenAndOnlyItself() throws {
    var world = try World()
    let (long, short) = try levered(&world)
    _ = short
    let option = try world.pool("option", world.alice, usdc: 10_000)
    world.mark(50_000, premium: 100)
    _ = world.trade(option, world.call, lots: 100, at: 100)
    world.clock = world.clock.adding(milliseconds: 1000)
    let marks = world.board(50_000).marks
    let board = MarkBoard(
      asOf: world.clock, ruleSet: "test",
      marks: [marks[0], marks[1], .failure(.stale(ageMilliseconds: 9))])
    let facts = world.facts(.mark(MarketTick(board: board)))
    #expect(facts.contains { $0 == .frozen(option, .stale) })
    #expect(world.engine.ledger.pool(long)?.freeze == nil)
    #expect(
      world.run(.release(option, Money(minorUnits: 1, asset: .usdc))).refusal?.code
        == "pool-frozen")
    #expect(world.trade(option, world.call, lots: 1, at: 100).refusal?.code == "pool-frozen")
    // What has no mark is reduced by what has happened at a venue.
    #expect(world.trade(option, world.call, lots: -1, at: 100).refusal?.code == "valuation")
    #expect(
      world.trade(option, world.call, lots: -1, at: 100, admission: .recorded).refusal == nil)
    #expect(world.mark(50_000, premium: 100).contains { $0 == .thawed(option) })
  }
}
