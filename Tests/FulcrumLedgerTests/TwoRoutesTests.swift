import FulcrumLedger
import FulcrumModel
import FulcrumPricing
import FulcrumRisk
import Testing

/// A pool's health by adding integers of single lots, and by the margin rule over the whole pool in
/// doubles: two routes to one number.
@Suite struct TwoRoutesTests {
  private static let now = Timestamp(milliseconds: 1_760_000_000_000)

  private struct Draw {
    var state: UInt64
    mutating func next(_ below: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(below))
    }
  }

  /// Options of both rights and styles, and both perpetuals, without marks of the venue, so that both
  /// routes price them by the same volatility.
  private static func market(_ settlement: Settlement) -> MarketSnapshot {
    var market = MarketSnapshot(asOf: now)
    let coin = settlement == .inverse
    for place in 0..<24 {
      let instrument = Instrument(
        id: InstrumentID("\(settlement)-\(place)"),
        kind: place == 0
          ? .perpetual
          : .option(
            place.isMultiple(of: 2) ? .call : .put,
            strike: Price(ExactDecimal(40_000 + 2_000 * place)),
            expiry: now.adding(milliseconds: Int64(1 + place % 3) * 864_000_000)),
        settlement: settlement, base: .btc, quote: coin ? .usd : .usdc,
        contract: coin && place == 0 ? .usdFace(ExactDecimal(1)) : .coins(ExactDecimal(1)),
        lot: place == 0 && coin ? ExactDecimal(10) : ExactDecimal(significand: 1, scale: 1))
      var quote = Quote(instrument: instrument, asOf: now)
      quote.index = Price("61234.5")
      quote.forward = instrument.isOption ? Price("61300.25") : nil
      quote.markVolatility = instrument.isOption ? 0.4 + 0.01 * Double(place) : nil
      quote.mark = instrument.isOption ? nil : Price("61280.5")
      market.insert(quote)
    }
    return market
  }

  @Test(arguments: [Settlement.linear, .inverse], UInt64(1)...60)
  func lotsAddUpToThePool(settlement: Settlement, seed: UInt64) throws {
    let market = Self.market(settlement)
    let asset: Asset = settlement == .inverse ? .btc : .usdc
    var draw = Draw(state: seed)
    var engine = Engine()
    var number: UInt64 = 0
    func run(_ action: Command.Action) throws {
      number += 1
      let command = Command(id: CommandID("c", number), issuedAt: Self.now, action: action)
      let refusal = engine.execute(command, prior: nil).receipt.refusal
      try #require(refusal == nil, "\(String(describing: refusal))")
    }
    try run(.openOwner(name: "o"))
    for quote in market.quotes.values.sorted(by: { $0.instrument.id < $1.instrument.id }) {
      try run(.list(quote.instrument))
    }
    let view = MarketView(market, at: Self.now)
    let marks = try engine.ledger.contracts.map { contract in
      Result<ContractMark, MarkFault>.success(
        try StandardMargin.standard.mark(
          of: contract.instrument, in: view, staleAfterMilliseconds: 0))
    }
    let cash = Money(minorUnits: 1_000_000_000_000, asset: asset)
    try run(.deposit(OwnerID(0), cash))
    try run(.openPool(PoolTerms(name: "p", owner: OwnerID(0), asset: asset)))
    try run(.fund(PoolID(0), cash))
    for _ in 0...draw.next(8) {
      let contract = ContractID(UInt32(draw.next(engine.ledger.contracts.count)))
      guard case .success(let mark) = marks[Int(contract.number)] else { continue }
      // Longs and shorts alike, 1 to 40 lots.
      let lots = Int64(draw.next(40)) + 1
      let trade = Trade(
        contract: contract, lots: draw.next(2) == 0 ? lots : -lots, price: mark.price,
        fee: .zero(asset), admission: .recorded)
      try run(.trade(PoolID(0), trade))
    }
    let pool = try #require(engine.ledger.pool(PoolID(0)))
    let board = MarkBoard(asOf: Self.now, ruleSet: "sum", marks: marks)
    let rule = WholePoolRule(model: StandardMargin.standard, market: market)
    let whole = MarkBoard(asOf: Self.now, ruleSet: "whole", marks: marks, rule: rule)
    let sum = try engine.ledger.health(of: pool, on: board)
    let model = try engine.ledger.health(of: pool, on: whole)
    // One unit of rounding for each leg's price of 12 decimals times its size, and one for the sum.
    let slack = Int128(1 + pool.legs.count)
    #expect((sum.maintenance - model.maintenance).magnitude <= slack.magnitude)
    #expect((sum.initial - model.initial).magnitude <= slack.magnitude)
    #expect(sum.maintenance >= model.maintenance - 1, "lots ask less than the pool")
  }
}
