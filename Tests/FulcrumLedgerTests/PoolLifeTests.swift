import FulcrumLedger
import FulcrumModel
import Testing

/// A pool from its opening to its end, every amount worked out by hand.
@Suite struct PoolLifeTests {
  @Test func profitMovesOnlyWhenALegCloses() throws {
    var world = try World()
    let pool = try world.pool("long", world.alice, usdc: 10_000)
    world.mark(50_000)
    #expect(world.trade(pool, world.perpetual, lots: 1000, at: 50_000).refusal == nil)
    #expect(world.collateral(pool) == 10_000_000_000)
    // A third of it at +3,000: 0.333 × 3,000 = 999 exactly, cost 333/1000 of 50,000.
    world.mark(53_000)
    #expect(world.trade(pool, world.perpetual, lots: -333, at: 53_000).refusal == nil)
    #expect(world.collateral(pool) == 10_999_000_000)
    let leg = try #require(world.engine.ledger.pool(pool)?.leg(world.perpetual))
    #expect(leg.lots == 667 && leg.cost == 33_350_000_000)
    // The rest turned around in one trade at 49,000: 0.667 × (49,000 − 50,000) = −667.
    #expect(world.trade(pool, world.perpetual, lots: -1000, at: 49_000).refusal == nil)
    #expect(world.collateral(pool) == 10_332_000_000)
    let short = try #require(world.engine.ledger.pool(pool)?.leg(world.perpetual))
    #expect(short.lots == -333 && short.cost == -16_317_000_000)
  }

  @Test func inverseProfitIsInCoinsRoundedDownAndTheRestGoesToTheSink() throws {
    var world = try World()
    let money = Money(minorUnits: 100_000_000, asset: .btc)
    world.run(.deposit(world.alice, money))
    world.run(.openPool(PoolTerms(name: "coin", owner: world.alice, asset: .btc)))
    let pool = try #require(world.engine.ledger.pool(named: "coin"))
    world.run(.fund(pool, money))
    world.mark(60_000)
    // 100 lots of 10 USD: 1000/60,000 BTC = 1,666,666.67 units, cost −1,666,667.
    #expect(world.trade(pool, world.inverse, lots: 100, at: 60_000).refusal == nil)
    #expect(world.engine.ledger.pool(pool)?.leg(world.inverse)?.cost == -1_666_667)
    world.mark(70_000)
    // 1000/60,000 − 1000/70,000 BTC = 1,666,667 − 1,428,571.43: the owner gets the floor.
    #expect(world.trade(pool, world.inverse, lots: -100, at: 70_000).refusal == nil)
    let gained = world.collateral(pool) - 100_000_000
    #expect(gained == 238_095)
    let book = try #require(world.engine.ledger.book(.btc))
    #expect(book.rounding == 1 && book.clearing == -238_096 && book.sum == 0)
  }

  /// A lot of 10 USD at 55,000 is 18,181.8 units, its rate 9/10: the short is due 0.9 · 18,181, down, the
  /// long owes 0.9 · 18,182, up, and the two units between are the sink's.
  @Test func whatFundingLeavesOverIsTheSinksToTheUnit() throws {
    var world = try World()
    for (name, owner) in [("long", world.alice), ("short", world.bob)] {
      let money = Money(minorUnits: 100_000_000, asset: .btc)
      world.run(.deposit(owner, money))
      world.run(.openPool(PoolTerms(name: name, owner: owner, asset: .btc)))
      world.run(.fund(try #require(world.engine.ledger.pool(named: name)), money))
    }
    world.mark(55_000)
    for (pool, lots) in [(PoolID(0), 1), (PoolID(1), -1)] as [(PoolID, Int64)] {
      try #require(world.trade(pool, world.inverse, lots: lots, at: 55_000).refusal == nil)
    }
    world.clock = world.clock.adding(milliseconds: 1000)
    let rate = Accrual.funding(world.inverse, rate: Ratio(9, 10))
    world.run(.mark(MarketTick(board: world.board(55_000), accruals: [rate])))
    #expect(world.collateral(PoolID(0)) == 100_000_000 - 16_364)
    #expect(world.collateral(PoolID(1)) == 100_000_000 + 16_362)
    let book = try #require(world.engine.ledger.book(.btc))
    #expect(book.rounding == 2 && book.clearing == 0 && book.sum == 0)
  }

  /// An order outlives the freeze that it found, and the next good mark.
  @Test func anOrderedFreezeStandsAboveOneForPrices() throws {
    var world = try World()
    let pool = try world.pool("p", world.alice, usdc: 10_000)
    world.mark(50_000)
    try #require(world.trade(pool, world.perpetual, lots: 100, at: 50_000).refusal == nil)
    world.clock = world.clock.adding(milliseconds: 1000)
    world.run(
      .mark(
        MarketTick(
          board: MarkBoard(asOf: world.clock, ruleSet: "test", marks: [.failure(.missing)]))))
    #expect(world.engine.ledger.pool(pool)?.freeze?.reason == .missing)
    #expect(world.run(.freeze(pool)).refusal == nil)
    #expect(world.engine.ledger.pool(pool)?.freeze?.reason == .ordered)
    #expect(world.run(.freeze(pool)).refusal?.code == "pool-frozen")
    world.mark(50_000)
    #expect(world.engine.ledger.pool(pool)?.freeze?.reason == .ordered)
    world.run(.thaw(pool))
    #expect(world.engine.ledger.pool(pool)?.freeze == nil)
  }

  /// A history in which a pool closes below nothing is not ours: the owner's wallet would pay.
  @Test func aPoolThatOwesIsNotClosed() async {
    await #expect(processExitsWith: .failure) {
      var ledger = Ledger()
      let facts: [Fact] = [
        .ownerOpened(OwnerID(0), name: "a"),
        .deposited(OwnerID(0), Money(minorUnits: 9, asset: .btc)),
        .poolOpened(PoolID(0), PoolTerms(name: "p", owner: OwnerID(0), asset: .btc)),
        .charged(PoolID(0), 5, .fee), .closed(PoolID(0)),
      ]
      for (place, fact) in facts.enumerated() {
        ledger.apply(
          Event(
            sequence: UInt64(place + 1), cause: CommandID("c", 1), at: Timestamp(milliseconds: 0),
            fact: fact))
      }
    }
  }

  @Test func aPremiumIsPaidAtOnceAndGivesNoCredit() throws {
    var world = try World()
    let pool = try world.pool("options", world.alice, usdc: 1_000)
    world.mark(60_000, premium: 800)
    // One coin of calls at 800: cash 200 left, equity still 1,000.
    #expect(world.trade(pool, world.call, lots: 1000, at: 800).refusal == nil)
    #expect(world.collateral(pool) == 200_000_000)
    // Another quarter needs 200 and is there; a lot more is not.
    #expect(world.trade(pool, world.call, lots: 250, at: 800).refusal == nil)
    #expect(world.trade(pool, world.call, lots: 1, at: 800).refusal?.code == "collateral-short")
    // Long options carry no short: 1,250 of value do not back an initial margin of 600.
    #expect(
      world.trade(pool, world.perpetual, lots: 200, at: 60_000).refusal?.code
        == "initial-margin-short")
  }

  @Test func expiryPaysTheAverageOfTheLastHalfHour() throws {
    var world = try World()
    let long = try world.pool("long", world.alice, usdc: 2_000)
    let short = try world.pool("short", world.bob, usdc: 20_000)
    world.mark(60_000, premium: 1_000)
    #expect(world.trade(long, world.call, lots: 1000, at: 1_000).refusal == nil)
    #expect(world.trade(short, world.call, lots: -1000, at: 1_000).refusal == nil)
    let market = try #require(world.engine.ledger.contract(world.call)?.market)
    // Prints at −20 min 61,000, −10 min 64,000: each holds ten minutes, mean 62,500.
    for (minutes, price) in [(Int64(20), 61_000), (10, 64_000)] {
      world.clock = World.expiry.adding(milliseconds: -minutes * 60_000)
      let board = world.board(price, premium: 1_000)
      let index = IndexOfMarket(market: market, price: Price(ExactDecimal(price)))
      world.run(.mark(MarketTick(board: board, indices: [index])))
    }
    world.clock = World.expiry.adding(milliseconds: 1_000)
    let facts = world.facts(.mark(MarketTick(board: world.board(66_000))))
    #expect(world.engine.ledger.contract(world.call)?.delivery == Price("62500"))
    // Payoff 2,500; the fee is 0.015 % of 62,500 = 9.375, below 12.5 % of the payoff.
    #expect(world.collateral(long) == 2_000_000_000 - 1_000_000_000 + 2_500_000_000 - 9_375_000)
    #expect(world.collateral(short) == 20_000_000_000 + 1_000_000_000 - 2_509_375_000)
    #expect(facts.contains { if case .settled = $0 { true } else { false } })
    #expect(world.engine.ledger.book(.usdc)?.clearing == 0)
    #expect(world.engine.ledger.pool(long)?.legs.isEmpty == true)
  }

  @Test func fundingPaysFromLongsToShortsAndNetsToTheRounding() throws {
    var world = try World()
    let long = try world.pool("long", world.alice, usdc: 10_000)
    let short = try world.pool("short", world.bob, usdc: 10_000)
    world.mark(50_001)
    _ = world.trade(long, world.perpetual, lots: 1001, at: 50_001)
    _ = world.trade(short, world.perpetual, lots: -1001, at: 50_001)
    // 1.001 × 50,001 × 1/30,000,000 = 1,668.366 units: the long pays 1,669, the short gets 1,668.
    let tick = MarketTick(
      board: {
        world.clock = world.clock.adding(milliseconds: 1000); return world.board(50_001)
      }(),
      accruals: [.funding(world.perpetual, rate: Ratio(1, 30_000_000))])
    world.run(.mark(tick))
    #expect(world.collateral(long) == 10_000_000_000 - 1_669)
    #expect(world.collateral(short) == 10_000_000_000 + 1_668)
    let book = try #require(world.engine.ledger.book(.usdc))
    #expect(book.rounding == 1 && book.clearing == 0 && book.sum == 0)
  }

  @Test func whatIsFreeLeavesInitialMarginAndNoUnsettledProfit() throws {
    var world = try World()
    let pool = try world.pool("long", world.alice, usdc: 10_000)
    world.mark(50_000)
    _ = world.trade(pool, world.perpetual, lots: 1000, at: 50_000)
    world.mark(60_000)
    // Profit of 10,000 is not settled; initial margin 5 % of 60,000 = 3,000: free are 7,000.
    let board = world.board(60_000)
    let state = try #require(world.engine.ledger.pool(pool))
    #expect(try world.engine.ledger.freeCollateral(of: state, on: board) == 7_000_000_000)
    let refused = world.run(.release(pool, Money(minorUnits: 7_000_000_001, asset: .usdc)))
    #expect(refused.refusal?.code == "withdrawal-short")
    #expect(
      world.run(.release(pool, Money(minorUnits: 7_000_000_000, asset: .usdc))).refusal == nil)
    #expect(world.wallet(world.alice) == 7_000_000_000)
  }

  @Test func aCapRaisesInitialMarginAndNeverMaintenance() throws {
    var world = try World()
    let pool = try world.pool("capped", world.alice, usdc: 10_000, cap: Ratio(2, 1))
    world.mark(50_000)
    #expect(
      world.trade(pool, world.perpetual, lots: 401, at: 50_000).refusal?.code
        == "initial-margin-short")
    #expect(world.trade(pool, world.perpetual, lots: 400, at: 50_000).refusal == nil)
    let state = try #require(world.engine.ledger.pool(pool))
    let health = try world.engine.ledger.health(of: state, on: world.board(50_000))
    #expect(health.initial == 10_000_000_000 && health.maintenance == 500_000_000)
  }
}
