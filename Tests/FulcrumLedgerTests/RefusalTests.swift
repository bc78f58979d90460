import FulcrumLedger
import FulcrumModel
import Testing

/// Every refusal, in the order in which causes are looked for: one row a case, each leaving the ledger
/// as it was.
@Suite struct RefusalTests {
  private struct Row {
    let code: String
    let action: Command.Action
  }

  private static func usdc(_ amount: Int128) -> Money { Money(minorUnits: amount, asset: .usdc) }

  private static func trade(
    _ contract: UInt32 = 0, lots: Int64 = 1, at price: Int = 50_000, fee: Money = usdc(0),
    _ admission: Trade.Admission = .checked
  ) -> Trade {
    Trade(
      contract: ContractID(contract), lots: lots, price: Price(ExactDecimal(price)), fee: fee,
      admission: admission)
  }

  /// Pools: 0 rich and long, 1 closed, 2 liquidating, 3 frozen, 4 flat.
  private func stage() throws -> World {
    var world = try World()
    let rich = try world.pool("rich", world.alice, usdc: 10_000)
    let closed = try world.pool("closed", world.alice, usdc: 1)
    let short = try world.pool("short", world.bob, usdc: 2_600)
    let frozen = try world.pool("frozen", world.bob, usdc: 5_000)
    _ = try world.pool("flat", world.bob, usdc: 100)
    world.run(.close(closed))
    world.mark(50_000, premium: 100)
    for pool in [rich, short, frozen] {
      _ = world.trade(pool, world.perpetual, lots: 1000, at: 50_000)
    }
    world.mark(48_600, premium: 100, isQuoted: false)
    world.run(.freeze(frozen))
    return world
  }

  private static let rows: [Row] = {
    let (rich, closed, short, frozen, flat) = (
      PoolID(0), PoolID(1), PoolID(2), PoolID(3), PoolID(4)
    )
    let none = PoolID(99)
    var broken = LedgerRules.standard
    broken.warning = Ratio(1, 2)
    let size = ExactDecimal(significand: Int128.max, scale: 0)
    let huge = Instrument(
      id: InstrumentID("HUGE"), kind: .perpetual, settlement: .linear, base: .btc, quote: .usdc,
      contract: .coins(size), lot: ExactDecimal(10))
    let again = Instrument(
      id: InstrumentID("BTC_USDC-PERPETUAL"), kind: .perpetual, settlement: .linear, base: .btc,
      quote: .usdc, contract: .coins(ExactDecimal(1)), lot: ExactDecimal(1))
    func terms(_ name: String, owner: UInt32 = 0, cap: Ratio? = nil) -> PoolTerms {
      PoolTerms(name: name, owner: OwnerID(owner), asset: .usdc, leverageCap: cap)
    }
    return [
      Row(code: "name-invalid", action: .openOwner(name: "a b")),
      Row(code: "amount-not-positive", action: .deposit(OwnerID(0), usdc(0))),
      Row(code: "amount-too-large", action: .deposit(OwnerID(0), usdc(.max))),
      // Two causes: the one that comes first in the table.
      Row(
        code: "amount-too-large",
        action: .trade(none, trade(lots: 0, fee: usdc(.max)))),
      Row(code: "lots-zero", action: .trade(none, trade(lots: 0, at: 0))),
      Row(code: "contract-unknown", action: .trade(closed, trade(9))),
      Row(code: "asset-mismatch", action: .fund(closed, Money(minorUnits: 1, asset: .btc))),
      Row(code: "asset-mismatch", action: .trade(closed, trade(1))),
      Row(code: "pool-closed", action: .trade(closed, trade(lots: 1 << 50, at: 2_000_000_000))),
      Row(code: "not-reducing", action: .trade(frozen, trade(lots: 1, .reduceOnly))),
      Row(code: "pool-liquidating", action: .trade(short, trade(lots: 1 << 50, at: 2_000_000_000))),
      Row(
        code: "size-out-of-range",
        action: .trade(rich, trade(lots: 1 << 50, at: 2_000_000_000, fee: usdc(-1 << 60)))),
      Row(code: "rebate-too-large", action: .trade(rich, trade(at: 1, fee: usdc(-1_000_000)))),
      Row(code: "price-out-of-band", action: .trade(rich, trade(lots: 1_000_000, at: 1))),
      Row(code: "price-out-of-band", action: .trade(rich, trade(lots: -1, at: 1))),
      Row(
        code: "fee-beyond-equity",
        action: .trade(rich, trade(lots: -1, at: 48_600, fee: usdc(1_000_000_000_000)))),
      Row(code: "lots-too-many", action: .trade(none, trade(lots: .min))),
      Row(code: "price-invalid", action: .trade(none, trade(at: 0))),
      Row(code: "cap-invalid", action: .openPool(terms("x", owner: 9, cap: Ratio(0, 1)))),
      Row(code: "rules-invalid", action: .setRules(broken)),
      Row(code: "contract-invalid", action: .list(huge)),
      Row(code: "owner-unknown", action: .deposit(OwnerID(9), usdc(1))),
      Row(code: "pool-unknown", action: .fund(none, usdc(1))),
      Row(code: "contract-unknown", action: .trade(rich, trade(9))),
      Row(code: "market-unknown", action: .endow(.insurance(MarketID(9)), usdc(1))),
      Row(code: "name-taken", action: .openPool(terms("closed"))),
      Row(code: "contract-listed", action: .list(again)),
      Row(code: "asset-mismatch", action: .trade(rich, trade(1))),
      Row(
        code: "time-backwards",
        action: .mark(
          MarketTick(
            board: MarkBoard(asOf: Timestamp(milliseconds: 0), ruleSet: "test", marks: [])))),
      Row(code: "pool-closed", action: .fund(closed, usdc(1))),
      Row(code: "pool-liquidating", action: .release(short, usdc(1))),
      Row(code: "pool-frozen", action: .trade(frozen, trade())),
      Row(code: "pool-not-frozen", action: .thaw(rich)),
      Row(code: "pool-not-flat", action: .close(rich)),
      Row(code: "contract-not-expired", action: .deliver(ContractID(2), Price(ExactDecimal(1)))),
      Row(code: "not-reducing", action: .trade(rich, trade(lots: 1, .reduceOnly))),
      Row(code: "wallet-short", action: .withdraw(OwnerID(0), usdc(1_000_000_000_000))),
      Row(code: "collateral-short", action: .charge(flat, usdc(100_000_001), .fee)),
      Row(code: "initial-margin-short", action: .trade(rich, trade(lots: 1_000_000, at: 48_600))),
      Row(code: "withdrawal-short", action: .release(flat, usdc(100_000_001))),
      Row(
        code: "size-out-of-range", action: .trade(rich, trade(lots: 1 << 50, at: 2_000_000_000))),
    ]
  }()

  @Test func everyCauseIsFoundInItsOrderAndChangesNothing() throws {
    let world = try stage()
    for row in Self.rows {
      var copy = world
      let before = copy.engine.ledger
      let receipt = copy.run(row.action)
      #expect(receipt.refusal?.code == row.code, "\(row.code): \(String(describing: receipt))")
      #expect(receipt.refusal?.detail.isEmpty == false)
      // Nothing has changed but that the key is spent, where the cause depends on the state.
      var after = copy.engine.ledger.bytes
      var same = before.bytes
      if receipt.events != nil {
        #expect(copy.engine.ledger.sequence == before.sequence + 1)
        after = Array(after.dropFirst(Self.head(copy.engine.ledger)))
        same = Array(same.dropFirst(Self.head(before)))
      }
      #expect(after == same, "\(row.code) changed the ledger")
    }
  }

  /// Bytes of version and sequence at the head of a ledger.
  private static func head(_ ledger: Ledger) -> Int {
    var count = 1
    var rest = ledger.sequence
    repeat {
      count += 1
      rest >>= 7
    } while rest > 0
    return count
  }

  @Test func whatNeedsAMarketSaysSo() throws {
    var world = try World()
    let pool = try world.pool("p", world.alice, usdc: 100)
    #expect(
      world.trade(pool, world.perpetual, lots: 1, at: 50_000).refusal?.code
        == "market-unknown-yet")
    world.mark(50_000)
    world.clock = world.clock.adding(milliseconds: 300_001)
    #expect(world.trade(pool, world.perpetual, lots: 1, at: 50_000).refusal?.code == "market-stale")
    let blind = MarkBoard(
      asOf: world.clock, ruleSet: "test", marks: [.failure(.divergent)])
    world.run(.mark(MarketTick(board: blind)))
    #expect(world.trade(pool, world.perpetual, lots: 1, at: 50_000).refusal?.code == "valuation")
  }

  @Test func whatHasExpiredIsNotTradedAndIsDeliveredOnce() throws {
    var world = try World()
    let pool = try world.pool("p", world.alice, usdc: 1_000)
    world.mark(50_000, premium: 100)
    _ = world.trade(pool, world.call, lots: 100, at: 100)
    world.clock = World.expiry.adding(milliseconds: 1)
    let facts = world.facts(.mark(MarketTick(board: world.board(50_000, premium: 100))))
    // No print in the window: nobody may say what it delivers at.
    #expect(facts.contains { $0 == .frozen(pool, .undelivered) })
    #expect(world.trade(pool, world.call, lots: 1, at: 100).refusal?.code == "contract-expired")
    let price = Price(ExactDecimal(60_500))
    // A wrong price may be corrected until a mark has settled by it.
    #expect(world.run(.deliver(world.call, Price(ExactDecimal(605_000)))).refusal == nil)
    #expect(world.run(.deliver(world.call, price)).refusal == nil)
    world.mark(50_000)
    #expect(world.run(.deliver(world.call, price)).refusal?.code == "contract-delivered")
    // 0.1 of 500, less 0.015 % of 6,050 = 0.9075.
    #expect(world.collateral(pool) == 1_000_000_000 - 10_000_000 + 50_000_000 - 907_500)
    #expect(world.engine.ledger.pool(pool)?.freeze == nil)
  }

  @Test func aKeyStandsForOneCommandForEver() throws {
    var world = try World()
    let money = Self.usdc(5)
    let command = Command(
      id: try #require(CommandID("k")), issuedAt: world.clock,
      action: .deposit(world.alice, money))
    let first = world.engine.execute(command, prior: nil)
    let later = Command(
      id: command.id, issuedAt: world.clock.adding(milliseconds: 9), action: command.action)
    let second = world.engine.execute(later, prior: first.record)
    #expect(second.receipt.isRepeat && second.receipt.events == first.receipt.events)
    #expect(second.events.isEmpty && world.engine.ledger.wallet(world.alice, .usdc) == 5)
    let other = Command(
      id: command.id, issuedAt: world.clock, action: .deposit(world.bob, money))
    let third = world.engine.execute(other, prior: first.record)
    #expect(third.receipt.refusal?.code == "key-reused" && third.events.isEmpty)
  }

  @Test func aRefusalIsRepeatedEvenWhenItWouldNowBeAccepted() throws {
    var world = try World()
    let id = try #require(CommandID("w"))
    let withdraw = Command(
      id: id, issuedAt: world.clock, action: .withdraw(world.alice, Self.usdc(5)))
    let first = world.engine.execute(withdraw, prior: nil)
    #expect(first.receipt.refusal?.code == "wallet-short")
    world.run(.deposit(world.alice, Self.usdc(5)))
    let second = world.engine.execute(withdraw, prior: first.record)
    #expect(second.receipt.isRepeat && second.receipt.refusal == first.receipt.refusal)
    #expect(world.engine.ledger.wallet(world.alice, .usdc) == 5)
  }
}
