import FulcrumModel
import FulcrumRisk
import Testing

/// One rule, two faces: the double of the risk engine and the whole units of the ledger.
@Suite struct MarginFacesTests {
  private static let instant = Timestamp(milliseconds: 1_787_000_000_000)

  private static func decimal(_ text: String) throws -> ExactDecimal {
    try #require(ExactDecimal(text))
  }

  private static func instrument(
    _ name: String, _ kind: Instrument.Kind, _ settlement: Settlement, size: ContractSize
  ) throws -> Instrument {
    Instrument(
      id: InstrumentID(name), kind: kind, settlement: settlement, base: .btc,
      quote: settlement == .linear ? .usdc : .usd, contract: size, lot: try decimal("0.1"))
  }

  private struct Setup {
    var positions: [Position] = []
    var market: MarketSnapshot
    var legs: [RiskLeg] = []
  }

  /// A short put, a short call and a future, in both the exact types and the doubles.
  private static func setup(_ settlement: Settlement, forward text: String) throws -> Setup {
    let expiry = instant.adding(milliseconds: 40 * 86_400_000)
    let forward = try decimal(text)
    var setup = Setup(market: MarketSnapshot(asOf: instant))
    let index = try #require(Price("59999.37"))
    setup.market.insert(IndexPrint(price: index, asOf: instant), for: Underlying(base: .btc))
    for (right, strike, lots) in [(OptionRight.put, "52000", -13), (.call, "71000", -7)] {
      let price = try #require(Price(strike))
      let option = try instrument(
        "\(right)-\(strike)", .option(right, strike: price, expiry: expiry), settlement,
        size: .coins(try decimal("1")))
      var quote = Quote(instrument: option, asOf: instant)
      quote.forward = Price(forward)
      quote.markVolatility = 0.6137
      setup.market.insert(quote)
      setup.positions.append(
        Position(instrument: option, size: SignedLots(Int64(lots)), entry: nil))
      setup.legs.append(
        RiskLeg(
          contract: .option(
            right, strike: price.doubleValue, years: 40.0 / 365, volatility: 0.6137),
          settlement: settlement, forward: forward.doubleValue, quantity: Double(lots) * 0.1))
    }
    let size: ContractSize =
      settlement == .linear ? .coins(try decimal("1")) : .usdFace(try decimal("10"))
    let perpetual = try instrument("perpetual", .perpetual, settlement, size: size)
    var quote = Quote(instrument: perpetual, asOf: instant)
    quote.mark = Price("60012.5")
    setup.market.insert(quote)
    setup.positions.append(
      Position(instrument: perpetual, size: SignedLots(21), entry: Price("58750")))
    setup.legs.append(
      RiskLeg(
        contract: .future(entry: 58_750, years: nil), settlement: settlement, forward: 60_012.5,
        quantity: 21 * 0.1, size: size.value.doubleValue))
    return setup
  }

  @Test(arguments: [Settlement.linear, .inverse], ["59000.25", "60341.5", "64123.75"])
  func wholeUnitsAreTheDoubleRoundedAgainstThePool(
    settlement: Settlement, forward: String
  ) throws {
    let setup = try Self.setup(settlement, forward: forward)
    let asset: Asset = settlement == .linear ? .usdc : .btc
    let cash = settlement == .linear ? "31234.567891" : "0.61234567"
    let collateral = try Money(Self.decimal(cash), asset: asset, rounding: .down)
    let margin = StandardMargin.standard
    let exact = try margin.requirement(
      for: setup.positions, collateral: collateral, in: setup.market)
    let pool = RiskPool(
      index: 59_999.37, currency: settlement == .linear ? .usd : .coin,
      cash: collateral.amount.doubleValue, legs: setup.legs)
    let unit = settlement == .linear ? 1e-6 : 1e-8
    func units(_ money: Money) -> Double { money.amount.doubleValue / unit }
    let maintenance = try margin.maintenance(of: pool) / unit
    let initial = try margin.initial(of: pool) / unit
    let equity = try Liquidation.region(pool, margin: margin).equity / unit
    // A double of about 1e11 units carries an error of 1e-5 units.
    #expect(units(exact.maintenance) - maintenance > -1e-4)
    #expect(units(exact.maintenance) - maintenance < 1 + 1e-4)
    #expect(units(exact.initial) - initial > -1e-4)
    #expect(units(exact.initial) - initial < 1 + 1e-4)
    #expect(equity - units(exact.equity) > -1e-4)
    #expect(equity - units(exact.equity) < 1 + 1e-4)
    #expect(margin.ruleSet == "standard-option/2026-11")
  }

  @Test func whatTheSnapshotLacksIsNamed() throws {
    let setup = try Self.setup(.linear, forward: "60000")
    let collateral = Money(minorUnits: 1_000_000, asset: .usdc)
    let margin = StandardMargin.standard
    func requirement(
      _ positions: [Position], _ collateral: Money, _ market: MarketSnapshot
    ) throws {
      _ = try margin.requirement(for: positions, collateral: collateral, in: market)
    }
    let first = setup.positions[0]
    let empty = MarketSnapshot(asOf: Self.instant)
    #expect(throws: MarginError.market(.missingIndex(first.instrument.underlying))) {
      try requirement([first], collateral, empty)
    }
    var indexOnly = empty
    indexOnly.insert(
      IndexPrint(price: try #require(Price("60000")), asOf: Self.instant),
      for: Underlying(base: .btc))
    #expect(throws: MarginError.market(.missingQuote(first.instrument.id))) {
      try requirement([first], collateral, indexOnly)
    }
    var bare = indexOnly
    bare.insert(Quote(instrument: first.instrument, asOf: Self.instant))
    #expect(throws: MarginError.missingInput(first.instrument.id, what: "volatility")) {
      try requirement([first], collateral, bare)
    }
    let future = setup.positions[2]
    let noEntry = Position(instrument: future.instrument, size: future.size, entry: nil)
    #expect(throws: MarginError.missingInput(future.instrument.id, what: "entry")) {
      try requirement([noEntry], collateral, setup.market)
    }
    #expect(throws: MarginError.self) {
      try requirement(setup.positions, Money(minorUnits: 1, asset: .btc), setup.market)
    }
    let cash = try margin.requirement(for: [], collateral: collateral, in: empty)
    #expect(cash.maintenance == .zero(.usdc) && cash.equity == collateral)
  }

  /// A venue's rule through the same door: up, up and down, and named with its day.
  @Test(arguments: [Settlement.linear, .inverse]) func aVenuesRuleIsRoundedAgainstThePool(
    settlement: Settlement
  ) throws {
    let setup = try Self.setup(settlement, forward: "60341.5")
    let asset: Asset = settlement == .linear ? .usdc : .btc
    let cash = settlement == .linear ? "31234.567891" : "0.61234567"
    let collateral = try Money(Self.decimal(cash), asset: asset, rounding: .down)
    let currency: PoolCurrency = settlement == .linear ? .usd : .coin
    let pool = RiskPool(
      index: 59_999.37, currency: currency, cash: collateral.amount.doubleValue,
      legs: setup.legs)
    let rule = try #require(VenueRules.named("deribit-standard")).rule(
      for: VenueQuestion(coins: ["BTC"], currency: currency, day: CalendarDay(Self.instant)))
    let found = try rule.requirement(for: pool)
    let exact = try VenueMargin(rule).requirement(
      for: setup.positions, collateral: collateral, in: setup.market)
    let unit = settlement == .linear ? 1e-6 : 1e-8
    for (over, slack) in [
      (exact.initial.amount.doubleValue - found.initial, "initial"),
      (exact.maintenance.amount.doubleValue - found.maintenance, "maintenance"),
      (found.balance - exact.equity.amount.doubleValue, "held"),
    ] {
      #expect(over / unit > -1e-4 && over / unit < 1 + 1e-4, "\(slack): \(over / unit) units")
    }
    #expect(VenueMargin(rule).ruleSet == "deribit-standard/2026-08-05")
    let bybit = try #require(VenueRules.named("bybit-options")).rule(
      for: VenueQuestion(coins: ["BTC"], currency: currency, day: CalendarDay(Self.instant)))
    #expect(throws: MarginError.self) {
      try VenueMargin(bybit).requirement(
        for: setup.positions, collateral: collateral, in: setup.market)
    }
  }
}
