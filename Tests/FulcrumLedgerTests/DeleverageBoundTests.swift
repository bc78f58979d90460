import FulcrumLedger
import FulcrumModel
import Testing

/// What a counterparty of deleveraging pays: the shortage, and never more than it has won.
@Suite struct DeleverageBoundTests {
  private func facts(_ facts: [Fact]) -> (steps: [Deleveraging], shortfalls: [Int128]) {
    (
      facts.compactMap { if case .deleveraged(let step) = $0 { step } else { nil } },
      facts.compactMap { if case .shortfall(_, let amount) = $0 { amount } else { nil } }
    )
  }

  /// 1,000 lots of 10 USD at 50,000 are 0.2 BTC; with 0.02 BTC the long is worth nothing where
  /// 10,000/P = 0.22, at 45,454.5454545455. The short gets those 0.02 BTC and nobody is short of any.
  @Test func aCoinPoolIsClosedAtItsBankruptcyPriceToo() throws {
    var world = try World()
    let pools = try ["long", "short"].enumerated().map { place, name in
      let owner = OwnerID(UInt32(place))
      let money = Money(minorUnits: place == 0 ? 2_000_000 : 100_000_000, asset: .btc)
      world.run(.deposit(owner, money))
      world.run(.openPool(PoolTerms(name: name, owner: owner, asset: .btc)))
      let id = try #require(world.engine.ledger.pool(named: name))
      world.run(.fund(id, money))
      return id
    }
    world.mark(50_000)
    for (pool, lots) in zip(pools, [1000, -1000] as [Int64]) {
      let receipt = world.trade(
        pool, world.inverse, lots: lots, at: 50_000, admission: .recorded)
      try #require(receipt.refusal == nil)
    }
    let seen = facts(world.mark(40_000))
    #expect(seen.steps.map(\.closing.price) == [Price("45454.5454545455")])
    #expect(seen.shortfalls.isEmpty)
    #expect(world.collateral(pools[1]) == 102_000_000)
    #expect(world.engine.ledger.book(.btc)?.shortfall == 0)
  }

  /// The short sold at 47,100 and has won 100 at 47,000; the long is short of 400. 300 are left.
  @Test func aCounterpartyNeverPaysMoreThanItHasWon() throws {
    var world = try World()
    let long = try world.pool("long", world.alice, usdc: 2_600)
    let short = try world.pool("short", world.bob, usdc: 40_000)
    world.mark(50_000)
    for (pool, lots, price) in [(long, 1000, 50_000), (short, -1000, 47_100)]
      as [(PoolID, Int64, Int)]
    {
      let receipt = world.trade(
        pool, world.perpetual, lots: lots, at: price, admission: .recorded)
      try #require(receipt.refusal == nil)
    }
    let seen = facts(world.mark(47_000))
    #expect(seen.steps.map(\.reducing.realised) == [0])
    #expect(world.collateral(short) == 40_000_000_000)
    #expect(seen.shortfalls == [300_000_000])
  }
}
