import FulcrumLedger
import FulcrumModel
import Testing

/// What the seeded worlds have found, each made small enough to work out by hand.
@Suite struct FoundBySimulatorTests {
  @Test func theLastSweepCountsAsPaidOut() throws {
    var world = try World()
    let pool = try world.pool("p", world.alice, usdc: 100)
    world.run(.close(pool))
    #expect(world.engine.ledger.pool(pool)?.paidOut == 100_000_000)
    #expect(world.engine.ledger.pool(pool)?.paidIn == 100_000_000)
  }

  @Test func theClosingPartOfATurnIsRoundedAgainstItsOwner() throws {
    var world = try World()
    let coin = Money(minorUnits: 100_000_000, asset: .btc)
    world.run(.deposit(world.alice, coin))
    world.run(.openPool(PoolTerms(name: "p", owner: world.alice, asset: .btc)))
    world.run(.fund(PoolID(0), coin))
    world.mark(50_000)
    #expect(world.trade(PoolID(0), world.inverse, lots: 1, at: 50_000).refusal == nil)
    // Bought for 20,000 units short of coin; a third of 3·10⁹/49,997 = 60,003.6 closes it: the exact
    // result is −1.2 units, and to the nearest it was −1.
    #expect(
      world.trade(PoolID(0), world.inverse, lots: -3, at: 49_997, admission: .recorded).refusal
        == nil)
    #expect(world.collateral(PoolID(0)) == 100_000_000 - 2)
  }

  @Test func insuranceAnswersForALossWhoseLegIsGone() throws {
    var world = try World()
    let long = try world.pool("long", world.alice, usdc: 2_600)
    world.mark(50_000)
    world.run(.endow(.insurance(MarketID(0)), Money(minorUnits: 9_000_000_000, asset: .usdc)))
    #expect(world.trade(long, world.perpetual, lots: 1000, at: 50_000).refusal == nil)
    // Sold at the venue for 40,000: 2,600 − 10,000 = −7,400, and flat.
    let sold = world.trade(long, world.perpetual, lots: -1000, at: 40_000, admission: .recorded)
    #expect(sold.refusal == nil)
    let facts = world.mark(40_000)
    #expect(facts.contains { $0 == .insuranceDrawn(long, MarketID(0), 7_400_000_000) })
    #expect(!facts.contains { if case .shortfall = $0 { true } else { false } })
  }

  @Test func aThinBookBankruptsNobodyWhoIsWorthSomething() throws {
    var world = try World()
    let long = try world.pool("long", world.alice, usdc: 2_600)
    world.mark(50_000)
    world.run(.endow(.insurance(MarketID(0)), Money(minorUnits: 90_000_000_000, asset: .usdc)))
    #expect(world.trade(long, world.perpetual, lots: 1000, at: 50_000).refusal == nil)
    // Worth 1,200 at the mark, bid 10,000 below it.
    let facts = world.mark(48_600, spread: 10_000)
    #expect(!facts.contains { if case .bankrupted = $0 { true } else { false } })
    #expect(world.phase(long) == .liquidating(since: world.clock))
    #expect(world.engine.ledger.markets.first?.insurance == 90_000_000_000)
  }

  @Test func contractsOfOneExpiryAllGetTheirPrice() throws {
    var world = try World()
    world.run(
      .list(
        Instrument(
          id: InstrumentID("BTC_USDC-15NOV23-50000-C"),
          kind: .option(.call, strike: Price(ExactDecimal(50_000)), expiry: World.expiry),
          settlement: .linear, base: .btc, quote: .usdc, contract: .coins(ExactDecimal(1)),
          lot: ExactDecimal(significand: 1, scale: 3))))
    let pool = try world.pool("p", world.alice, usdc: 10_000)
    for contract in [world.call, ContractID(3)] {
      let bought = world.trade(pool, contract, lots: 10, at: 100, admission: .recorded)
      #expect(bought.refusal == nil)
    }
    for minutes in [-20, -10, 1] as [Int64] {
      world.clock = World.expiry.adding(milliseconds: minutes * 60_000)
      let flat = world.board(52_000)
      let board = MarkBoard(
        asOf: world.clock, ruleSet: "test", marks: flat.marks + flat.marks.suffix(1))
      let index = IndexOfMarket(market: MarketID(0), price: Price(ExactDecimal(52_000)))
      world.run(.mark(MarketTick(board: board, indices: [index])))
    }
    #expect(world.engine.ledger.pool(pool)?.legs.isEmpty == true)
    #expect(world.engine.ledger.pool(pool)?.freeze == nil)
    #expect(world.engine.ledger.samples.isEmpty)
  }

  @Test func aLateTradeDoesNotReopenWhatHasExpired() throws {
    var world = try World()
    let pool = try world.pool("p", world.alice, usdc: 10_000)
    let issued = world.clock
    world.mark(50_000, after: 90_000)
    world.clock = issued
    let late = world.trade(pool, world.call, lots: 10, at: 100, admission: .recorded)
    #expect(late.refusal?.code == "contract-expired")
  }

  @Test func ratesAndCapsThatWouldOverflowAreRefused() throws {
    var world = try World()
    let pool = try world.pool("p", world.alice, usdc: 10_000)
    #expect(world.run(.capLeverage(pool, Ratio(1, .max))).refusal?.code == "cap-invalid")
    for accrual in [
      Accrual.funding(world.perpetual, rate: Ratio(.max, 1)),
      .funding(world.perpetual, rate: Ratio(.min, 1)), .interest(.usdc, rate: Ratio(-1, 100)),
    ] {
      let tick = MarketTick(board: world.board(50_000), accruals: [accrual])
      #expect(world.run(.mark(tick)).refusal?.code == "rate-invalid")
    }
  }
}
