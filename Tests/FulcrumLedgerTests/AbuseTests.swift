import FulcrumLedger
import FulcrumModel
import Testing

/// What somebody would try who wants more out of a pool than is his.
@Suite struct AbuseTests {
  private func usdc(_ amount: Int128) -> Money {
    Money(minorUnits: amount * 1_000_000, asset: .usdc)
  }

  @Test func anOlderMarketOrAnotherRuleJudgesNobody() throws {
    var world = try World()
    let pool = try world.pool("long", world.alice, usdc: 2_600)
    world.mark(50_000)
    try #require(world.trade(pool, world.perpetual, lots: 1000, at: 50_000).refusal == nil)
    let old = world.board(50_000)
    world.mark(48_600, isQuoted: false)
    #expect(world.phase(pool) == .liquidating(since: world.clock))
    world.engine.look(at: old)
    world.run(.deposit(world.alice, usdc(1)))
    let facts = world.facts(.fund(pool, usdc(1)))
    #expect(facts == [.funded(pool, 1_000_000)])
    #expect(world.phase(pool) != .open)
    let other = try world.pool("other", world.bob, usdc: 10_000)
    #expect(
      world.trade(other, world.perpetual, lots: 10, at: 50_000).refusal?.code
        == "market-not-accepted")
    let cheap = MarkBoard(
      asOf: world.clock, ruleSet: "nothing asked", marks: world.board(48_600).marks)
    world.engine.look(at: cheap)
    #expect(
      world.trade(other, world.perpetual, lots: 10, at: 48_600).refusal?.code
        == "market-not-accepted")
  }

  @Test func aRebateIsNoMoneyPress() throws {
    var world = try World()
    let pool = try world.pool("p", world.alice, usdc: 1_000)
    world.mark(50_000)
    func trade(_ lots: Int64, fee: Int128, _ admission: Trade.Admission = .checked) -> Receipt {
      world.run(
        .trade(
          pool,
          Trade(
            contract: world.perpetual, lots: lots, price: Price(ExactDecimal(50_000)),
            fee: Money(minorUnits: fee, asset: .usdc), admission: admission)))
    }
    // 50 USDC of value earn 0.05 at the most.
    #expect(trade(1, fee: -50_001).refusal?.code == "rebate-too-large")
    #expect(trade(1, fee: -50_000).refusal == nil)
    #expect(world.engine.ledger.book(.usdc)?.fees == -50_000)
    // A rebate is no equity that carries a position: initial margin of 1,000.05 against 1,000.05.
    #expect(trade(400, fee: -20_000_000).refusal?.code == "initial-margin-short")
  }

  @Test func aFeeNeverBankrupts() throws {
    var world = try World()
    let pool = try world.pool("p", world.alice, usdc: 2_000)
    world.mark(50_000)
    try #require(world.trade(pool, world.perpetual, lots: 600, at: 50_000).refusal == nil)
    world.mark(48_000)
    // E = 2,000 − 1,200 = 800.
    #expect(world.run(.charge(pool, usdc(801), .fee)).refusal?.code == "fee-beyond-equity")
    let trade = Trade(
      contract: world.perpetual, lots: -1, price: Price(ExactDecimal(48_000)), fee: usdc(801),
      admission: .reduceOnly)
    #expect(world.run(.trade(pool, trade)).refusal?.code == "fee-beyond-equity")
    #expect(world.run(.charge(pool, usdc(800), .fee)).refusal == nil)
  }

  /// Below nothing no fee is left to take; for nothing the leg may still go.
  @Test func norTakesFromWhoHasNothing() throws {
    var world = try World()
    let pool = try world.pool("p", world.alice, usdc: 2_600)
    world.mark(50_000)
    try #require(world.trade(pool, world.perpetual, lots: 1000, at: 50_000).refusal == nil)
    // E = 2,600 − 3,000 of the recorded price = −400, and no mark has seen it yet.
    let top = Price(ExactDecimal(53_000))
    let far = Trade(
      contract: world.perpetual, lots: 1000, price: top, fee: usdc(0), admission: .recorded)
    try #require(world.run(.trade(pool, far)).refusal == nil)
    #expect(
      reduce(&world, pool, by: 1, at: 50_000, fee: usdc(1)).refusal?.code == "fee-beyond-equity")
    #expect(reduce(&world, pool, by: 1, at: 50_000, fee: usdc(0)).refusal == nil)
  }

  /// Where a leg that stays has no mark, nobody knows what the pool is worth: the fee is paid from cash.
  @Test func aFeeThatNobodyCanJudgeIsPaidFromCash() throws {
    var world = try World()
    let pool = try world.pool("p", world.alice, usdc: 5_000)
    world.mark(50_000, premium: 100)
    try #require(world.trade(pool, world.perpetual, lots: 100, at: 50_000).refusal == nil)
    try #require(world.trade(pool, world.call, lots: 1000, at: 100).refusal == nil)
    world.clock = world.clock.adding(milliseconds: 1000)
    let marks = world.board(50_000).marks
    let board = MarkBoard(
      asOf: world.clock, ruleSet: "test", marks: [marks[0], marks[1], .failure(.missing)])
    world.run(.mark(MarketTick(board: board)))
    // Of 5,000 the premium has taken 100.
    #expect(
      reduce(&world, pool, by: 1, at: 50_000, fee: usdc(4_901)).refusal?.code
        == "fee-beyond-equity")
    #expect(reduce(&world, pool, by: 1, at: 50_000, fee: usdc(4_900)).refusal == nil)
  }

  private func reduce(
    _ world: inout World, _ pool: PoolID, by lots: Int64, at price: Int, fee: Money,
    _ admission: Trade.Admission = .checked
  ) -> Receipt {
    world.run(
      .trade(
        pool,
        Trade(
          contract: world.perpetual, lots: -lots, price: Price(ExactDecimal(price)), fee: fee,
          admission: admission)))
  }

  /// A gain that no market stands behind is others' money: without one a reduction must have happened
  /// at a venue.
  @Test(arguments: [Trade.Admission.checked, .reduceOnly])
  func aReductionTakesNoPriceThatNoMarketKnows(_ admission: Trade.Admission) throws {
    var world = try World()
    let pool = try world.pool("p", world.alice, usdc: 5_000)
    world.mark(50_000)
    try #require(world.trade(pool, world.perpetual, lots: 1000, at: 50_000).refusal == nil)
    func code(_ world: World, at price: Int) -> String? {
      var world = world
      return reduce(&world, pool, by: 1000, at: price, fee: usdc(0), admission).refusal?.code
    }
    #expect(code(world, at: 5_000_000) == "price-out-of-band")
    #expect(code(world, at: 50_000) == nil)
    // After a start nobody has given a market yet.
    var blind = world
    blind.engine = Engine(ledger: world.engine.ledger)
    #expect(code(blind, at: 5_000_000) == "market-unknown-yet")
    var late = world
    late.clock = late.clock.adding(milliseconds: 3_600_000)
    #expect(code(late, at: 5_000_000) == "market-stale")
    // A leg without a mark freezes its pool, and goes by a fill that is recorded.
    var frozen = world
    frozen.clock = frozen.clock.adding(milliseconds: 1000)
    let nothing = MarkBoard(asOf: frozen.clock, ruleSet: "test", marks: [.failure(.divergent)])
    frozen.run(.mark(MarketTick(board: nothing)))
    #expect(frozen.engine.ledger.pool(pool)?.freeze?.reason == .divergent)
    #expect(code(frozen, at: 5_000_000) == "valuation")
    #expect(
      reduce(&frozen, pool, by: 1000, at: 49_000, fee: usdc(0), .recorded).refusal == nil)
    // A freeze that was ordered leaves the marks good: the band judges.
    var ordered = world
    ordered.run(.freeze(pool))
    #expect(code(ordered, at: 5_000_000) == "price-out-of-band")
    #expect(code(ordered, at: 50_500) == nil)
  }

  /// Closing pays out what is left, as a release does.
  @Test func aFrozenPoolPaysNothingOutByClosing() throws {
    var world = try World()
    let pool = try world.pool("p", world.alice, usdc: 100)
    world.run(.freeze(pool))
    #expect(world.run(.close(pool)).refusal?.code == "pool-frozen")
    #expect(world.collateral(pool) == 100_000_000 && world.wallet(world.alice) == 0)
    world.run(.thaw(pool))
    #expect(world.run(.close(pool)).refusal == nil)
    #expect(world.wallet(world.alice) == 100_000_000)
  }

  @Test func twoPoolsCannotMilkTheInsuranceByAFillFarFromTheMarket() throws {
    var world = try World()
    let a = try world.pool("a", world.alice, usdc: 5_000)
    let b = try world.pool("b", world.alice, usdc: 5_000)
    world.run(.endow(.insurance(MarketID(0)), usdc(100_000)))
    world.mark(50_000)
    _ = world.trade(a, world.perpetual, lots: 1000, at: 50_000)
    _ = world.trade(b, world.perpetual, lots: -1000, at: 50_000)
    #expect(
      world.trade(a, world.perpetual, lots: -1000, at: 1).refusal?.code == "price-out-of-band")
    // 10 % of value and exposure together: 20 % of the price of a future.
    #expect(world.trade(a, world.perpetual, lots: -1, at: 40_000).refusal == nil)
    #expect(
      world.trade(a, world.perpetual, lots: -1, at: 39_999).refusal?.code == "price-out-of-band")
    // What a venue reports is recorded, but until its loss has been borne nothing leaves another pool.
    #expect(world.trade(a, world.perpetual, lots: -999, at: 1, admission: .recorded).refusal == nil)
    #expect(world.run(.release(b, usdc(1))).refusal?.code == "outflow-gated")
    world.mark(50_000)
    #expect(world.run(.release(b, usdc(1))).refusal == nil)
  }

  @Test func aWorthlessPledgeDoesNotGoHomeWhileOthersPay() throws {
    var world = try World()
    let coin = try #require(Asset("JUNK"))
    let rule = CollateralRule(asset: coin, haircut: Ratio(1, 1))
    world.run(.deposit(world.alice, Money(minorUnits: 777, asset: coin)))
    world.run(.deposit(world.alice, usdc(2_600)))
    world.run(
      .openPool(PoolTerms(name: "p", owner: world.alice, asset: .usdc, accepted: [rule])))
    let pool = try #require(world.engine.ledger.pool(named: "p"))
    world.run(.fund(pool, usdc(2_600)))
    world.run(.fund(pool, Money(minorUnits: 777, asset: coin)))
    func mark(_ price: Int) -> [Fact] {
      world.clock = world.clock.adding(milliseconds: 1000)
      let prices = [AssetPrice(asset: coin, quote: .usdc, price: .success(Price(ExactDecimal(9))))]
      let board = MarkBoard(
        asOf: world.clock, ruleSet: "test", marks: world.board(price).marks, prices: prices)
      return world.facts(.mark(MarketTick(board: board)))
    }
    _ = mark(50_000)
    try #require(world.trade(pool, world.perpetual, lots: 1000, at: 50_000).refusal == nil)
    let facts = mark(47_000)
    #expect(facts.contains { $0 == .converted(pool, Money(minorUnits: 777, asset: coin), into: 0) })
    #expect(world.engine.ledger.wallet(world.alice, coin) == 0)
  }

  @Test func oneLatePrintIsNoAverage() throws {
    var world = try World()
    let pool = try world.pool("p", world.alice, usdc: 1_000)
    world.mark(50_000, premium: 100)
    _ = world.trade(pool, world.call, lots: 100, at: 100)
    world.clock = World.expiry.adding(milliseconds: -1)
    let index = IndexOfMarket(market: MarketID(0), price: Price(ExactDecimal(90_000)))
    world.run(.mark(MarketTick(board: world.board(50_000, premium: 100), indices: [index])))
    let facts = world.mark(50_000)
    #expect(facts.contains { $0 == .frozen(pool, .undelivered) })
    #expect(world.engine.ledger.contract(world.call)?.delivery == nil)
  }

  @Test func aLossAtExpiryFallsOnThoseWhoWonByIt() throws {
    var world = try World()
    let long = try world.pool("long", world.alice, usdc: 2_000)
    let short = try world.pool("short", world.bob, usdc: 9_000)
    world.mark(60_000, premium: 1_000)
    try #require(world.trade(long, world.call, lots: 1000, at: 1_000).refusal == nil)
    try #require(world.trade(short, world.call, lots: -1000, at: 1_000).refusal == nil)
    // Delivered at 80,000: the short owes 20,000 of its 10,000; no fee is left to take from it.
    for minutes in [-25, -10] as [Int64] {
      world.clock = World.expiry.adding(milliseconds: minutes * 60_000)
      let index = IndexOfMarket(market: MarketID(0), price: Price(ExactDecimal(80_000)))
      // The mark still says 1,000: nobody is liquidated on the way.
      world.run(.mark(MarketTick(board: world.board(60_000, premium: 1_000), indices: [index])))
    }
    world.clock = World.expiry.adding(milliseconds: 1)
    let facts = world.facts(.mark(MarketTick(board: world.board(80_000))))
    let cuts = facts.compactMap { if case .haircut(let cut) = $0 { cut } else { nil } }
    #expect(cuts.map(\.winner) == [long] && cuts.map(\.amount) == [10_000_000_000])
    // Premium 1,000 out, 20,000 in, 12 of delivery fee, 10,000 of haircut.
    #expect(world.collateral(long) == 10_988_000_000)
    #expect(world.engine.ledger.book(.usdc)?.shortfall == 0)
    #expect(world.engine.ledger.book(.usdc)?.clearing == 0)
  }

  @Test func anUnsettledGainOfASoldOptionIsNotFree() throws {
    var world = try World()
    let pool = try world.pool("p", world.alice, usdc: 10_000)
    world.mark(60_000, premium: 2_000)
    try #require(world.trade(pool, world.call, lots: -1000, at: 2_000).refusal == nil)
    world.mark(60_000, premium: 100)
    let state = try #require(world.engine.ledger.pool(pool))
    let board = world.board(60_000, premium: 100)
    // C = 12,000; owed 100, of which 1,900 less than was sold at is not settled; initial 10 % of 60,000.
    #expect(try world.engine.ledger.freeCollateral(of: state, on: board) == 4_000_000_000)
  }
}
