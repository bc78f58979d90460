import FulcrumModel
import FulcrumPricing
import FulcrumRisk
import Testing

/// A small hand-made market at one instant, and a book to go with it.
struct ReportFixture {
  static let instant =
    CalendarDay(year: 2026, month: 11, day: 20)?.at(hour: 8) ?? Timestamp(milliseconds: 0)
  static let provenance = Provenance(
    engineVersion: "test", ruleSet: "test", kernel: "test", inputs: [])

  static func option(
    _ right: OptionRight, _ strike: String, days: Int, base: Asset = .btc,
    settlement: Settlement = .linear
  ) throws -> Instrument {
    let expiry = instant.adding(milliseconds: Int64(days) * 86_400_000)
    return Instrument(
      id: InstrumentID("\(base)-\(days)d-\(strike)-\(right.rawValue)-\(settlement.rawValue)"),
      kind: .option(right, strike: try #require(Price(strike)), expiry: expiry),
      settlement: settlement, base: base, quote: settlement == .inverse ? .usd : .usdc,
      contract: .coins(ExactDecimal(1)), lot: try #require(ExactDecimal("0.01")))
  }

  static func perpetual(_ settlement: Settlement, base: Asset = .btc) throws -> Instrument {
    Instrument(
      id: InstrumentID("\(base)-PERPETUAL-\(settlement.rawValue)"), kind: .perpetual,
      settlement: settlement, base: base, quote: settlement == .inverse ? .usd : .usdc,
      contract: settlement == .inverse ? .usdFace(ExactDecimal(1)) : .coins(ExactDecimal(1)),
      lot: settlement == .inverse ? ExactDecimal(10) : try #require(ExactDecimal("0.001")))
  }

  static func quote(
    _ instrument: Instrument, forward: String? = nil, volatility: Double? = nil,
    mark: String? = nil, index: String? = "60000", ageSeconds: Int64 = 0
  ) -> Quote {
    var quote = Quote(
      instrument: instrument, asOf: instant.adding(milliseconds: -1000 * ageSeconds))
    quote.forward = forward.flatMap { Price($0) }
    quote.markVolatility = volatility
    quote.mark = mark.flatMap { Price($0) }
    quote.index = index.flatMap { Price($0) }
    return quote
  }

  static func market(_ quotes: [Quote]) -> MarketSnapshot {
    var market = MarketSnapshot(asOf: instant)
    for quote in quotes { market.insert(quote) }
    return market
  }

  static func money(_ amount: String, _ asset: Asset) throws -> Money {
    try Money(try #require(ExactDecimal(amount)), asset: asset, rounding: .down)
  }

  static func position(
    _ instrument: Instrument, contracts: String, entry: String? = nil
  ) throws -> Position {
    let size = try #require(ExactDecimal(contracts)?.count(of: instrument.lot))
    return Position(
      instrument: instrument, size: SignedLots(Int64(size)), entry: entry.flatMap { Price($0) })
  }

  static func pool(
    _ id: String, _ currency: Asset, _ collateral: Collateral, _ positions: [Position]
  ) -> IsolatedPool {
    IsolatedPool(
      id: id, strategy: nil, currency: currency, collateral: collateral, positions: positions)
  }

  static func report(
    _ pools: [IsolatedPool], _ quotes: [Quote], accountEquity: [Asset: Money] = [:],
    settings: ReportSettings = ReportSettings()
  ) -> LeverageReport {
    ReportEngine.report(
      Book(pools: pools, accountEquity: accountEquity), in: market(quotes), settings: settings,
      provenance: provenance)
  }
}
