import Foundation
import FulcrumLedger
import FulcrumModel
import Testing

@testable import FulcrumWire

/// Facts as text and back, over a ledger with something of everything in it.
@Suite struct EventDocumentTests {
  private static let expiry = Timestamp(milliseconds: 1_795_161_600_000)

  private static let instrument = Instrument(
    id: InstrumentID("BTC-20NOV26-60000-C"),
    kind: .option(.call, strike: Price(ExactDecimal(60_000)), expiry: expiry),
    settlement: .inverse, base: .btc, quote: .usd, contract: .coins(ExactDecimal(1)),
    lot: ExactDecimal(significand: 1, scale: 1))

  private static let linear = Instrument(
    id: InstrumentID("SOL_USDC-PERPETUAL"), kind: .perpetual, settlement: .linear,
    base: Asset("SOL") ?? .btc, quote: .usdc, contract: .coins(ExactDecimal(10)),
    lot: ExactDecimal(1))

  private static func fill(_ contract: UInt32 = 0) -> Fill {
    Fill(
      contract: ContractID(contract), lots: -25,
      price: Price(ExactDecimal(significand: 19, scale: 4)),
      cash: 475_000, dust: 1, cost: -475_001, realised: -3, fee: 12)
  }

  /// Two owners, two contracts, three pools in BTC.
  private static let opening: [Fact] = [
    .ownerOpened(OwnerID(0), name: "anna"), .ownerOpened(OwnerID(1), name: "b.mm-1"),
    .contractListed(ContractID(0), instrument), .contractListed(ContractID(1), linear),
    .poolOpened(
      PoolID(0),
      PoolTerms(
        name: "calls", owner: OwnerID(0), asset: .btc, leverageCap: Ratio(5, 2),
        accepted: [
          CollateralRule(
            asset: .usdc, haircut: Ratio(1, 10), depegBelow: Ratio(99, 100),
            depegFactor: Ratio(2, 1), cap: 5_000_000)
        ])),
    .poolOpened(PoolID(1), PoolTerms(name: "maker", owner: OwnerID(1), asset: .btc, role: .hedge)),
    .poolOpened(
      PoolID(2),
      PoolTerms(
        name: "house", owner: OwnerID(1), asset: .btc, role: .backstop(lossCap: 500_000_000))),
  ]

  private static var others: [Fact] {
    let (pool, other, house) = (PoolID(0), PoolID(1), PoolID(2))
    let health = Health(equity: -5, initial: 20, maintenance: 10)
    var rules = LedgerRules.standard
    rules.withdrawalFloor = 77
    rules.commonDraw = Ratio(25, 100)
    return [
      .rulesSet(rules), .deposited(OwnerID(0), Money(minorUnits: 150_000_000, asset: .btc)),
      .withdrawn(OwnerID(1), Money(minorUnits: 1, asset: .usdc)),
      .endowed(.insurance(MarketID(0)), Money(minorUnits: 5, asset: .btc)),
      .endowed(.common, Money(minorUnits: 5, asset: .usdc)), .funded(pool, 20_000_000),
      .released(pool, 1), .pledged(pool, Money(minorUnits: 9, asset: .usdc)),
      .unpledged(pool, Money(minorUnits: 9, asset: .usdc)),
      .converted(pool, Money(minorUnits: 9, asset: .usdc), into: 3),
      .leverageCapped(pool, Ratio(3, 1)), .leverageCapped(pool, nil), .filled(pool, fill()),
      .charged(pool, 4, .interest), .charged(pool, 4, .fee),
      .ticked(at: expiry, ruleSet: "standard-option/2026-11", source: [0, 171, 255]),
      .accrued(pool, ContractID(0), -7, dust: 1),
      .sampled(MarketID(1), expiry: expiry, price: Price(ExactDecimal(140))),
      .priced(ContractID(0), delivery: Price(ExactDecimal(significand: 6_100_012, scale: 2))),
      .settled(pool, fill()), .frozen(pool, .divergent), .frozen(pool, .ordered), .thawed(pool),
      .warned(pool, health), .calmed(pool, health), .liquidationBegan(pool, health),
      .liquidationEnded(pool, health), .liquidated(pool, fill()),
      .backstopped(
        pool, by: house,
        Takeover(
          legs: [Leg(contract: ContractID(0), lots: -4, cost: -8)], collateral: 6, netted: -2,
          equity: -1)),
      .bankrupted(pool, deficit: 8), .insuranceDrawn(pool, MarketID(0), 2), .commonDrawn(pool, 3),
      .deleveraged(
        Deleveraging(
          bankrupt: pool, counterparty: other, closing: fill(), reducing: fill(),
          cap: (Int128(1) << 90, 12))),
      .haircut(
        Haircut(
          bankrupt: pool, winner: other, contract: ContractID(0), amount: 4, fromCost: true)),
      .haircut(
        Haircut(
          bankrupt: pool, winner: other, contract: ContractID(0), amount: 4, fromCost: false)),
      .shortfall(pool, 1), .closed(pool),
      .refused(code: "wallet-short", detail: "the \"wallet\" holds\n0"),
    ]
  }

  private static func event(_ fact: Fact, after ledger: Ledger) throws -> Event {
    Event(
      sequence: ledger.sequence + 1, cause: try #require(CommandID("k:1/\"x\"")),
      at: Timestamp(milliseconds: 1_795_161_600_123), fact: fact)
  }

  private static func reread(_ object: JSONObject) throws -> JSONObject {
    let value = try JSONReader.read(JSONWriter.bytes(.object(object)))
    return try #require(value.object)
  }

  @Test func everyFactComesBackFromItsLine() throws {
    var ledger = Ledger()
    var kinds: Set<FactKind> = []
    for fact in Self.opening {
      let event = try Self.event(fact, after: ledger)
      let text = try Self.reread(EventJSON.object(event, in: ledger))
      #expect(try EventJSON.event(text, in: ledger) == event)
      kinds.insert(FactKind(fact))
      ledger.apply(event)
    }
    for fact in Self.others {
      let event = try Self.event(fact, after: ledger)
      let text = try Self.reread(EventJSON.object(event, in: ledger))
      #expect(try EventJSON.event(text, in: ledger) == event, "\(FactKind(fact).rawValue)")
      kinds.insert(FactKind(fact))
    }
    #expect(kinds == Set(FactKind.allCases))
  }

  @Test func amountsAreExactAndNamed() throws {
    var ledger = Ledger()
    for fact in Self.opening { ledger.apply(try Self.event(fact, after: ledger)) }
    let event = try Self.event(.funded(PoolID(0), 20_000_001), after: ledger)
    let object = EventJSON.object(event, in: ledger)
    #expect(object["pool"] == .string("calls"))
    #expect(object["amount"] == .string("0.20000001 BTC"))
    let posting = try #require(object["postings"]?.array?.first?.object)
    #expect(posting["debit"] == .string("pool:calls"))
    #expect(posting["credit"] == .string("wallet:anna"))
    #expect(posting["amount"] == .string("0.20000001 BTC"))
    #expect(object["at"] == .string("2026-11-20T08:00:00.123Z"))
  }

  /// Each line changed in one place says the place, what was seen and what is allowed.
  @Test func aLineThatCannotBeUsedSaysWhere() throws {
    var ledger = Ledger()
    for fact in Self.opening { ledger.apply(try Self.event(fact, after: ledger)) }
    let good = EventJSON.object(
      try Self.event(.funded(PoolID(0), 5), after: ledger), in: ledger)
    let changes: [(String, JSONValue?, String, String)] = [
      ("pool", .string("cals"), "$.pool", "did you mean \"calls\"?"),
      ("amount", .string("1,5 BTC"), "$.amount", "write 1.5 BTC"),
      ("amount", .string("0.000000001 BTC"), "$.amount", "the smallest amount is"),
      ("amount", .string("5 USDC"), "$.amount", "give it in the pool's currency"),
      ("amount", .number(5), "$.amount", "write it in quotes"),
      ("amount", nil, "$.amount", "add the field"),
      ("kind", .string("fundet"), "$.kind", "did you mean \"funded\"?"),
      ("sequence", .number(99), "$.sequence", "give every event once"),
      ("version", .number(2), "$.format", "export the events again"),
      ("at", .string("yesterday"), "$.at", "write it like"),
    ]
    for (name, value, path, fix) in changes {
      var object = good
      object[name] = value
      do throws(LedgerDocumentFault) {
        _ = try EventJSON.event(object, in: ledger)
        Issue.record("\(name) \(String(describing: value)) was accepted")
      } catch {
        #expect(error.path == path)
        #expect(error.fix.hasPrefix(fix), "\(error)")
        #expect(!error.seen.isEmpty && !error.allowed.isEmpty)
      }
    }
  }

  @Test func everyCommandComesBackFromItsLine() throws {
    var ledger = Ledger()
    for fact in Self.opening { ledger.apply(try Self.event(fact, after: ledger)) }
    let (pool, money) = (PoolID(0), Money(minorUnits: 123, asset: .btc))
    let actions: [Command.Action] = [
      .openOwner(name: "carl"), .list(Self.instrument), .setRules(.standard),
      .deposit(OwnerID(1), money), .withdraw(OwnerID(0), money),
      .endow(.insurance(MarketID(1)), Money(minorUnits: 4, asset: .usdc)),
      .endow(.common, money),
      .openPool(PoolTerms(name: "new", owner: OwnerID(0), asset: .usdc, leverageCap: Ratio(7, 1))),
      .fund(pool, money), .release(pool, money),
      .trade(
        pool,
        Trade(
          contract: ContractID(0), lots: 400, price: Price(ExactDecimal(significand: 19, scale: 4)),
          fee: Money(minorUnits: -2, asset: .btc), admission: .reduceOnly)),
      .capLeverage(pool, nil), .capLeverage(pool, Ratio(5, 2)), .charge(pool, money, .fee),
      .freeze(pool), .thaw(pool), .close(pool),
      .deliver(ContractID(0), Price(ExactDecimal(61_000))),
    ]
    for (place, action) in actions.enumerated() {
      let command = Command(
        id: CommandID("c", UInt64(place)), issuedAt: Self.expiry, action: action)
      let object = try Self.reread(CommandJSON.object(command, in: ledger))
      let read = try CommandJSON.command(object, in: ledger, at: Timestamp(milliseconds: 0))
      #expect(read == command)
    }
  }

  @Test func amountsOfTheCommandLine() throws {
    #expect(try AmountText.money("0.5 BTC") == Money(minorUnits: 50_000_000, asset: .btc))
    #expect(try AmountText.money("2500USDC") == Money(minorUnits: 2_500_000_000, asset: .usdc))
    for (text, fix) in [
      ("1,5 BTC", "write 1.5 BTC"), ("5", "write it like"), ("BTC", "write it like"),
      ("1.234567891 BTC", "write \"1.23456789 BTC\""), ("1.5 B-C", "write it like BTC"),
      ("1..5 BTC", "write it like"), ("1,000.5 USDC", "write 1500.25 USDC"),
    ] {
      do throws(ScalarText.Refusal) {
        _ = try AmountText.money(text)
        Issue.record("\(text) was accepted")
      } catch {
        #expect(error.fix.hasPrefix(fix), "\(text): \(error.fix)")
      }
    }
    #expect(try AmountText.ratio("2.5") == Ratio(5, 2))
    #expect(try AmountText.ratio("15%") == Ratio(3, 20))
    #expect(try AmountText.ratio("15/100") == Ratio(15, 100))
    #expect(throws: ScalarText.Refusal.self) { try AmountText.ratio("5/0") }
  }
}
