import FulcrumLedger
import FulcrumModel
import Testing

/// A pool that accepts a second stablecoin: what counts, what a depeg does, what is sold and what not.
@Suite struct PledgeTests {
  private static let usde: Asset = Asset("USDE") ?? .usdt
  private static let rule = CollateralRule(
    asset: usde, haircut: Ratio(10, 100), depegBelow: Ratio(99, 100), depegFactor: Ratio(4, 1))

  private func pledged(_ world: inout World, usdc: Int128, usde: Int128) throws -> PoolID {
    world.run(.deposit(world.alice, Money(minorUnits: usdc * 1_000_000, asset: .usdc)))
    world.run(.deposit(world.alice, Money(minorUnits: usde * 1_000_000, asset: Self.usde)))
    let terms = PoolTerms(
      name: "mixed", owner: world.alice, asset: .usdc, accepted: [Self.rule])
    try #require(world.run(.openPool(terms)).refusal == nil)
    let id = try #require(world.engine.ledger.pool(named: "mixed"))
    world.run(.fund(id, Money(minorUnits: usdc * 1_000_000, asset: .usdc)))
    try #require(
      world.run(.fund(id, Money(minorUnits: usde * 1_000_000, asset: Self.usde))).refusal == nil)
    return id
  }

  private func board(
    _ world: World, _ price: Int, usde: Result<Price, MarkFault>
  ) -> MarkBoard {
    MarkBoard(
      asOf: world.clock, ruleSet: "test", marks: world.board(price).marks,
      prices: [AssetPrice(asset: Self.usde, quote: .usdc, price: usde)])
  }

  private func mark(
    _ world: inout World, _ price: Int, usde: String
  ) throws -> [Fact] {
    world.clock = world.clock.adding(milliseconds: 1000)
    let usde = try #require(Price(usde))
    return world.facts(.mark(MarketTick(board: board(world, price, usde: .success(usde)))))
  }

  @Test func aPledgeCountsLessItsHaircutAndLessStillWhenItLosesItsPeg() throws {
    var world = try World()
    let id = try pledged(&world, usdc: 1_000, usde: 2_000)
    let pool = try #require(world.engine.ledger.pool(id))
    func equity(_ price: String) throws -> Int128 {
      let price = try #require(Price(price))
      return try world.engine.ledger.health(
        of: pool, on: board(world, 50_000, usde: .success(price))
      ).equity
    }
    #expect(try equity("1") == 1_000_000_000 + 1_800_000_000)
    #expect(try equity("0.99") == 1_000_000_000 + 1_782_000_000)
    // 0.94: the haircut grows by 4 × 0.05 to 30 %: 2,000 × 0.94 × 0.7 = 1,316.
    #expect(try equity("0.94") == 1_000_000_000 + 1_316_000_000)
    // 0.65: 10 % and 4 × 0.34 are more than all of it.
    #expect(try equity("0.65") == 1_000_000_000)
  }

  @Test func withoutATrustedPriceThePoolIsFrozen() throws {
    var world = try World()
    let id = try pledged(&world, usdc: 3_000, usde: 2_000)
    _ = try mark(&world, 50_000, usde: "1")
    try #require(world.trade(id, world.perpetual, lots: 1000, at: 50_000).refusal == nil)
    world.clock = world.clock.adding(milliseconds: 1000)
    // A crash that would liquidate it: but nobody may say what the pledge is worth.
    let blind = MarketTick(board: board(world, 46_500, usde: .failure(.divergent)))
    let facts = world.facts(.mark(blind))
    #expect(facts.contains { $0 == .frozen(id, .divergent) })
    #expect(world.phase(id) == .open)
    #expect(
      world.run(.release(id, Money(minorUnits: 1, asset: Self.usde))).refusal?.code
        == "pool-frozen")
    // Top-up and reduction stay open.
    world.run(.deposit(world.alice, Money(minorUnits: 5, asset: .usdc)))
    #expect(world.run(.fund(id, Money(minorUnits: 5, asset: .usdc))).refusal == nil)
    #expect(world.trade(id, world.perpetual, lots: -1, at: 46_500).refusal == nil)
  }

  @Test func aLossIsCoveredByJustEnoughOfThePledgeAndTheRestGoesHome() throws {
    var world = try World()
    let id = try pledged(&world, usdc: 1_000, usde: 2_000)
    _ = try mark(&world, 50_000, usde: "1")
    try #require(world.trade(id, world.perpetual, lots: 1000, at: 50_000).refusal == nil)
    // E = 1,000 + 1,800 − 2,500 = 300 of 1,187.5: deep, so all is closed: fee 0.5 % of 47,500.
    let facts = try mark(&world, 47_500, usde: "1")
    let sold = facts.compactMap { fact -> Int128? in
      if case .converted(id, let money, let received) = fact {
        #expect(received == 1_737_500_000)
        return money.minorUnits
      }
      return nil
    }
    // 1,000 − 2,500 − 237.5 = −1,737.5, at 0.9 a coin: 1,930.555556.
    #expect(sold == [1_930_555_556])
    #expect(world.phase(id) == .closed(at: world.clock))
    #expect(world.engine.ledger.wallet(world.alice, Self.usde) == 69_444_444)
    #expect(world.engine.ledger.wallet(world.alice, .usdc) == 0)
    #expect(world.engine.ledger.books.allSatisfy { $0.sum == 0 })
  }

  @Test func whatIsNotAcceptedIsRefused() throws {
    var world = try World()
    let id = try world.pool("plain", world.alice, usdc: 10)
    world.run(.deposit(world.alice, Money(minorUnits: 10, asset: Self.usde)))
    let receipt = world.run(.fund(id, Money(minorUnits: 10, asset: Self.usde)))
    #expect(receipt.refusal?.code == "asset-mismatch")
  }

  @Test func bytesOfALedgerWithPledgesComeBack() throws {
    var world = try World()
    _ = try pledged(&world, usdc: 1_000, usde: 2_000)
    let ledger = world.engine.ledger
    #expect(try Ledger(bytes: ledger.bytes) == ledger)
  }
}
