import FulcrumModel
import FulcrumPricing
import FulcrumRisk
import Testing

/// What a liquidation within a bar closes, in numbers worked by hand.
///
/// The pool holds 100 coins from 100 USD; maintenance 5 %, buffer 25 %, liquidation fee 1 %, slippage
/// 0.25 % in stress and nothing else costs anything, so of a part (1 + β)κ − f = 0.0625 − 0.0125 = 5 %
/// of its notional is freed.
struct PartialLiquidationTests {
  private static let days = 10

  /// Nine days between 100 and 101 that open at the last close, the ninth `before` if given, then
  /// `crash`.
  private func market(_ crash: PriceBar, before: PriceBar? = nil) throws -> BacktestMarket {
    var bars: [TimedBar] = []
    for day in 0..<Self.days {
      let (open, close) = day.isMultiple(of: 2) ? (100.0, 101.0) : (101, 100)
      let fixed = [Self.days - 1: crash, Self.days - 2: before].compactMapValues(\.self)
      bars.append(
        TimedBar(
          opens: Timestamp(milliseconds: Int64(day) * PriceSeries.day),
          bar: try fixed[day]
            ?? PriceBar(
              open: open, high: max(open, close), low: min(open, close), close: close)))
    }
    let prices = try PriceSeries(bars)
    let settings = try OutlookSettings(regime: .relative(), windowDays: 300)
    return BacktestMarket(
      prices: prices, outlooks: OutlookEngine.walk(prices, settings: settings))
  }

  /// Decides at the second close, 100, and fills 100 coins at the next open, 100.
  private func run(
    _ side: FirstPassage.Side, capital: Double, _ crash: PriceBar,
    rule: ConsequenceSettings.LiquidationRule = .partial, fee: Double = 0.01,
    before: PriceBar? = nil
  ) throws -> BacktestRun {
    let strategy = try BacktestStrategy(
      side: side, capital: capital, maintenanceRate: 0.05, trading: (1, 1, PriceSeries.day),
      costs: .init(fee: 0, slippage: [0, 0, 0.0025], liquidationFee: fee)
    ).liquidating(rule)
    let run = try BacktestRun(
      .fixed(leverage: 10_000 / capital, band: 0.9),
      through: market(crash, before: before), strategy: strategy)
    let order = try #require(run.orders.first)
    #expect(order.price == 100)
    #expect(order.quantity == (side == .down ? 100 : -100))
    #expect(run.orders.count == 1)
    return run
  }

  private func expect(_ seen: Double, _ wanted: Double, _ what: Comment) {
    #expect(abs(seen - wanted) <= 1e-9 * max(1, wanted.magnitude), what)
  }

  /// Cash −7600 meets maintenance at 7600/(100 · 0.95) = 80: N 8000, E = M = 400, (1 + β)M = 500;
  /// ψ = (500 − 400)/(500 − 100) = ¼. 25 coins bring 2000 less 20 fee and 5 slippage: cash −5625,
  /// E = 75 · 80 − 5625 = 375 = 1.25 · 5 % of 6000. At the close, 90: 6750 − 5625 = 1125.
  @Test func aLongClosesAQuarterAndKeepsTheRest() throws {
    let run = try run(.down, capital: 2400, PriceBar(open: 100, high: 100, low: 79, close: 90))
    expect(run.finalEquity, 1125, "equity")
    expect(run.tally.fees, 20, "fee")
    expect(run.tally.slippage, 5, "slippage")
    expect(run.tally.traded, 10_000 + 2000, "traded")
    expect(try #require(run.points.last).leverage, 6750.0 / 1125, "leverage")
    expect(
      try #require(run.points.last?.liquidationDistance), 1 - 5625 / (75 * 0.95) / 90, "distance")
    #expect(run.tally.liquidations == 1)
    #expect(run.tally.partialLiquidations == 1)
    #expect(run.tally.badDebt == 0)
    #expect(run.liquidatedAt == [Timestamp(milliseconds: 9 * PriceSeries.day)])
  }

  /// Cash 12600 meets maintenance at 12600/(100 · 1.05) = 120: E = M = 600, (1 + β)M = 750, fN 150,
  /// ψ = ¼: 25 coins are bought for 3000 and 37.5 of costs, cash 9562.5; at 110 less 8250 = 1312.5.
  @Test func aShortBuysAQuarterBack() throws {
    let run = try run(.up, capital: 2600, PriceBar(open: 100, high: 121, low: 100, close: 110))
    expect(run.finalEquity, 1312.5, "equity")
    expect(run.tally.fees, 30, "fee")
    expect(run.tally.slippage, 7.5, "slippage")
    #expect(run.tally.partialLiquidations == 1)
  }

  /// Opened beyond the edge at 78: E 200, (1 + β)M = 487.5, fN 97.5, ψ = 287.5/390 = 0.737: 74 whole
  /// coins. Cash −7600 + 5772 − 57.72 − 14.43 = −1900.15; with 26 coins at 78, 127.85.
  @Test func aGapClosesMoreAndUpToAWholeLot() throws {
    let run = try run(.down, capital: 2400, PriceBar(open: 78, high: 79, low: 78, close: 78))
    expect(run.finalEquity, 127.85, "equity")
    expect(run.tally.fees, 57.72, "fee")
    expect(run.tally.slippage, 14.43, "slippage")
    #expect(run.tally.partialLiquidations == 1)
  }

  /// On down to 70 it is liquidated ten times: 25 at 80, then 19 at 5625/(75 · 0.95) = 78.947, and so
  /// on: 14, 11, 8, 6, 5, 3, 3, 2 (the recursion in exact fractions, by a script of its own). Four
  /// coins are left, with cash −261.228…; at the close, 75, they are worth 300.
  @Test func aLongFallClosesPartAfterPart() throws {
    let run = try run(.down, capital: 2400, PriceBar(open: 100, high: 100, low: 70, close: 75))
    expect(run.finalEquity, 38.77154060624149, "equity")
    expect(run.tally.fees, 74.31667382892397, "fees")
    expect(run.tally.traded, 10_000 + 7431.667382892397, "traded")
    #expect(run.tally.liquidations == 1)
    #expect(run.tally.partialLiquidations == 1)
  }

  /// All at 80: 400 left, less 80 fee and 20 slippage.
  @Test func theFullRuleClosesAll() throws {
    let run = try run(
      .down, capital: 2400, PriceBar(open: 100, high: 100, low: 79, close: 90), rule: .full)
    expect(run.finalEquity, 300, "equity")
    #expect(run.tally.liquidations == 1)
    #expect(run.tally.partialLiquidations == 0)
    #expect(run.points.last?.leverage == 0)
  }

  /// A fee of 6 % on what maintenance keeps 5 % for: no part helps. 400 less 20 slippage is less than
  /// the fee of 480, which takes it all and makes no debt.
  @Test func whereAPartWouldNotHelpAllIsClosed() throws {
    let run = try run(
      .down, capital: 2400, PriceBar(open: 100, high: 100, low: 79, close: 90), fee: 0.06)
    #expect(run.finalEquity == 0)
    #expect(run.tally.partialLiquidations == 0)
    #expect(run.tally.badDebt == 0)
    expect(run.tally.fees, 380, "fee")
  }

  /// Opened at 75, beyond bankruptcy at 76: 100 missing, and 18.75 of slippage.
  @Test func beyondBankruptcyAllIsClosedAndTheRestIsDebt() throws {
    let run = try run(.down, capital: 2400, PriceBar(open: 75, high: 75, low: 75, close: 75))
    #expect(run.finalEquity == 0)
    expect(run.tally.badDebt, 118.75, "bad debt")
    #expect(run.tally.partialLiquidations == 0)
  }

  /// At 85 the leverage, 8500/900, leaves the band, and coins are to be sold at the next open; that is
  /// at 78, beyond the edge at 80: all is liquidated there, 200 left, less 78 fee and 19.5 slippage,
  /// and the order is no more.
  @Test func liquidationAtTheOpenComesBeforeTheFill() throws {
    let run = try run(
      .down, capital: 2400, PriceBar(open: 78, high: 90, low: 78, close: 90), rule: .full,
      before: PriceBar(open: 100, high: 100, low: 85, close: 85))
    #expect(run.tally.liquidations == 1 && run.tally.orders == 1)
    expect(run.finalEquity, 102.5, "equity")
    expect(run.tally.traded, 10_000 + 7800, "traded")
    // The mirror: short at 2400 its edge is 12,400/105 = 118.10; at 114 it asks for fewer coins, and
    // at 120 there are 400 left, less 120 fee and 30 slippage.
    let short = try self.run(
      .up, capital: 2400, PriceBar(open: 120, high: 120, low: 110, close: 110), rule: .full,
      before: PriceBar(open: 100, high: 114, low: 100, close: 114))
    #expect(short.tally.liquidations == 1 && short.tally.orders == 1)
    expect(short.finalEquity, 250, "equity of the short")
  }

  @Test func aBufferBelowZeroIsRefused() throws {
    let strategy = try BacktestStrategy(
      side: .down, capital: 1, maintenanceRate: 0, trading: (1, 1, 1),
      costs: .init(fee: 0, slippage: [0, 0, 0], liquidationFee: 0))
    #expect(throws: PolicyError.self) { try strategy.liquidating(.partial, buffer: -0.1) }
    #expect(throws: PolicyError.self) { try strategy.liquidating(.partial, buffer: .nan) }
    #expect(!strategy.canCloseInPart)
  }
}
