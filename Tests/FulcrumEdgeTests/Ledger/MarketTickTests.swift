import Foundation
import FulcrumLedger
import FulcrumModel
import FulcrumRisk
import Testing

@testable import FulcrumWire

/// From a market to the marks of a ledger, with amounts worked out by hand.
@Suite struct MarketTickTests {
  private static let call = "BTC_USDC-20NOV26-30000-C"
  private static let perpetual = "BTC_USDC-PERPETUAL"
  /// 2026-11-20T08:00:00Z.
  private static let expiry = Timestamp(milliseconds: 1_795_161_600_000)

  /// A market `minutes` before the expiry: index 60,000, forward as given.
  private func market(
    minutes: Double, forward: Int, index: Int = 60_000, funding: String? = nil
  ) -> MarketSnapshot {
    let asOf = Self.expiry.adding(milliseconds: -Int64(minutes * 60_000))
    let rate = funding.map { #","funding8h":"\#($0)""# } ?? ""
    return MarketFixture.parse(
      text: """
        {"format":"fulcrum.market","version":1,"asOf":"\(asOf)","index":{"BTC":"\(index)"},"quotes":[
        {"instrument":"\(Self.call)","mark":"29000","markIV":0.5,"forward":"\(forward)"},
        {"instrument":"\(Self.perpetual)","mark":"60000"\(rate)}]}
        """
    ).value
  }

  /// A ledger with both contracts listed and one long pool in each of them.
  private func engine() throws -> Engine {
    var engine = Engine()
    var number: UInt64 = 0
    func run(_ action: Command.Action) throws {
      number += 1
      let command = Command(
        id: CommandID("t", number), issuedAt: Self.expiry.adding(milliseconds: -7_200_000),
        action: action)
      try #require(engine.execute(command, prior: nil).receipt.refusal == nil)
    }
    try run(.openOwner(name: "anna"))
    for name in [Self.call, Self.perpetual] {
      try run(.list(try InstrumentName(name).instrument))
    }
    let money = Money(minorUnits: 100_000_000_000, asset: .usdc)
    try run(.deposit(OwnerID(0), money))
    try run(.openPool(PoolTerms(name: "p", owner: OwnerID(0), asset: .usdc)))
    try run(.fund(PoolID(0), money))
    for contract in engine.ledger.contracts {
      let one = ExactDecimal(1).count(of: contract.instrument.lot).map { Int64($0) }
      try run(
        .trade(
          PoolID(0),
          Trade(
            contract: contract.id, lots: try #require(one), price: Price(ExactDecimal(29_000)),
            fee: .zero(.usdc), admission: .recorded)))
    }
    return engine
  }

  private func mark(_ engine: inout Engine, _ market: MarketSnapshot, _ number: UInt64) throws {
    let tick = MarketTickBuilder().tick(market, source: [UInt8(number)], for: engine.ledger)
    let command = Command(
      id: CommandID("m", number), issuedAt: market.asOf, action: .mark(tick))
    try #require(engine.execute(command, prior: nil).receipt.refusal == nil)
  }

  @Test func beforeTheWindowTheVenuesMarkStands() throws {
    let engine = try engine()
    let board = MarketTickBuilder().board(
      market(minutes: 31, forward: 61_000), source: [], for: engine.ledger)
    #expect(try board.marks[0].get().price == Price("29000"))
  }

  /// First print at 30 minutes, 60,000; at 15 minutes half of the average is fixed there, and the
  /// other half is to come at the forward of 61,000: D = 60,500, and a call at 30,000 so deep in
  /// the money is worth 30,500. One coin of it moves by half a coin.
  @Test func halfwayTheAverageIsHalfFixed() throws {
    var engine = try engine()
    try mark(&engine, market(minutes: 30, forward: 60_000), 1)
    #expect(engine.ledger.samples.first?.prints.count == 1)
    let tick = MarketTickBuilder().tick(
      market(minutes: 15, forward: 61_000), source: [], for: engine.ledger)
    let mark = try tick.board.marks[0].get()
    let price = mark.price.doubleValue
    print("price at 15 minutes \(price), expected 30500")
    #expect(abs(price - 30_500) < 1e-6)
    let lots = Double(
      try #require(ExactDecimal(1).count(of: engine.ledger.contracts[0].instrument.lot)))
    let exposure = Double(mark.exposure) * lots / 1e9 / 1e6
    #expect(abs(exposure - 30_500) < 0.01)
    // Nothing of it touches the perpetual.
    #expect(try tick.board.marks[1].get().price == Price("60000"))
  }

  /// Prints of 60,000 for 20 minutes and 66,000 for 9 of the 30: A's fixed part is
  /// (20·60,000 + 9·66,000)/30 = 59,800 and one thirtieth is to come at 70,000: 62,133.33…
  @Test func theFixedPartIsWeightedByTime() throws {
    var engine = try engine()
    try mark(&engine, market(minutes: 30, forward: 60_000), 1)
    try mark(&engine, market(minutes: 10, forward: 66_000, index: 66_000), 2)
    let board = MarketTickBuilder().board(
      market(minutes: 1, forward: 70_000, index: 70_000), source: [], for: engine.ledger)
    let price = try board.marks[0].get().price.doubleValue
    print("price at 1 minute \(price), expected \(62_133 + 1.0 / 3 - 30_000)")
    #expect(abs(price - (62_133 + 1.0 / 3 - 30_000)) < 1e-6)
  }

  /// A ledger that begins to mark within the window averages from its first print: at 10 minutes
  /// nothing is fixed yet, at 5 half is.
  @Test func theWindowBeginsWithTheFirstPrint() throws {
    var engine = try engine()
    let first = MarketTickBuilder().board(
      market(minutes: 10, forward: 60_000), source: [], for: engine.ledger)
    #expect(try first.marks[0].get().price == Price("29000"))
    try mark(&engine, market(minutes: 10, forward: 60_000), 1)
    let board = MarketTickBuilder().board(
      market(minutes: 5, forward: 62_000, index: 62_000), source: [], for: engine.ledger)
    #expect(abs(try board.marks[0].get().price.doubleValue - 31_000) < 1e-6)
  }

  /// 0.01 % over eight hours for two minutes: 0.0001 · 120 / 28,800.
  @Test func fundingIsForTheTimeSinceTheLastMarket() throws {
    var engine = try engine()
    let none = MarketTickBuilder().tick(
      market(minutes: 62, forward: 60_000, funding: "0.0001"), source: [], for: engine.ledger)
    #expect(none.accruals.isEmpty)
    try mark(&engine, market(minutes: 62, forward: 60_000), 1)
    let tick = MarketTickBuilder().tick(
      market(minutes: 60, forward: 60_000, funding: "0.0001"), source: [], for: engine.ledger)
    #expect(
      tick.accruals == [.funding(ContractID(1), rate: Ratio(416_666_667, 1_000_000_000_000_000))])
    #expect(
      tick.indices == [IndexOfMarket(market: MarketID(0), price: Price(ExactDecimal(60_000)))])
  }

  @Test func whatTheMarketDoesNotKnowHasNoMark() throws {
    var engine = try engine()
    let listed = Command(
      id: CommandID("x", 1), issuedAt: Self.expiry,
      action: .list(try InstrumentName("SOL_USDC-PERPETUAL").instrument))
    try #require(engine.execute(listed, prior: nil).receipt.refusal == nil)
    let board = MarketTickBuilder().board(
      market(minutes: 60, forward: 60_000), source: [], for: engine.ledger)
    #expect(board.marks.count == 3)
    #expect(board.marks[2] == .failure(.missing))
  }

  /// A contract under a unified symbol is marked by the venue's quote of the same payoff.
  @Test func aUnifiedSymbolFindsItsQuote() throws {
    var engine = Engine()
    let name = "BTC/USDC:USDC"
    let command = Command(
      id: CommandID("x", 1), issuedAt: Self.expiry,
      action: .list(try InstrumentName(name).instrument))
    try #require(engine.execute(command, prior: nil).receipt.refusal == nil)
    let board = MarketTickBuilder().board(
      market(minutes: 60, forward: 60_000), source: [], for: engine.ledger)
    #expect(try board.marks[0].get().price == Price("60000"))
  }

  @Test func oneFileIsItsOwnDigestAndSeveralAreTheirs() {
    let (a, b) = (
      InputBytes(Data("a".utf8), source: "a"), InputBytes(Data("b".utf8), source: "b")
    )
    // SHA-256 of "a".
    let known = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    #expect(Hexadecimal.text(MarketTickBuilder.source(of: [a])) == known)
    #expect(MarketTickBuilder.source(of: [a, b]) != MarketTickBuilder.source(of: [b, a]))
  }
}
