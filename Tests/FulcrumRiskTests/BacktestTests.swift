import FulcrumModel
import FulcrumPricing
import FulcrumRisk
import Testing

/// A pool taken through history, and that it never looks ahead.
struct BacktestTests {
  /// A seeded walk of daily bars with quiet and rough stretches.
  private func series(days: Int, seed: UInt64 = 7) throws -> PriceSeries {
    var draw = PolicyPropertyTests.Draw(state: seed)
    var price = 10_000.0
    var bars: [TimedBar] = []
    for day in 0..<days {
      let rough = (day / 60).isMultiple(of: 2) ? 0.02 : 0.06
      let open = price
      let move = (draw.share() + draw.share() + draw.share() - 1.5) * 2 * rough
      price = max(1, open * (1 + move))
      let wick = 1 + draw.share() * rough
      bars.append(
        TimedBar(
          opens: Timestamp(milliseconds: 1_577_836_800_000 + Int64(day) * PriceSeries.day),
          bar: try PriceBar(
            open: open, high: max(open, price) * wick, low: min(open, price) / wick,
            close: price)))
    }
    return try PriceSeries(bars)
  }

  private func plan() throws -> PolicyPlan {
    let limits = try PolicyLimits(
      volatilityTarget: 0.8, drawdown: .init(limit: 0.7, multiple: 3),
      caps: (.init(probability: 0.02, years: 30 / 365.0), 4))
    return try PolicyPlan(
      limits: [limits, limits, limits], multipliers: [1, 0.7, 0.4],
      conduct: .init(
        estimates: (.init(tail: 0.05, years: 1 / 365.0), .init(mean: 0, error: 0)),
        budgets: (nil, nil), band: .fixed(0.1), mode: .edge,
        pace: .init(dwell: 3_600_000, confirmations: 2, smoothing: 86_400_000)))
  }

  private func strategy(_ side: FirstPassage.Side = .down) throws -> BacktestStrategy {
    try BacktestStrategy(
      side: side, capital: 100_000, maintenanceRate: 0.005,
      trading: (0.001, 0.001, PriceSeries.day),
      costs: .init(fee: 0.0005, slippage: [0.0001, 0.0002, 0.001], liquidationFee: 0.01))
  }

  private func settings() throws -> OutlookSettings {
    try OutlookSettings(regime: .relative(), windowDays: 300)
  }

  private func market(_ prices: PriceSeries) throws -> BacktestMarket {
    BacktestMarket(
      prices: prices, outlooks: OutlookEngine.walk(prices, settings: try settings()))
  }

  /// What was decided before a day does not depend on what comes after it.
  @Test func aTruncatedFutureChangesNothing() throws {
    let whole = try series(days: 420)
    let short = whole.prefix(360)
    let a = try BacktestRun(.policy(plan()), through: market(whole), strategy: strategy())
    let b = try BacktestRun(.policy(plan()), through: market(short), strategy: strategy())
    #expect(b.points.count == 360)
    #expect(Array(a.points.prefix(360)) == b.points)
    #expect(b.orders.count > 10)
    #expect(Array(a.orders.prefix(b.orders.count)) == b.orders)
  }

  /// The same policy that is told tomorrow's outlook today decides otherwise, so the test above can
  /// see a look ahead.
  @Test func aShiftedOutlookIsSeen() throws {
    let prices = try series(days: 420)
    let honest = try market(prices)
    let ahead = BacktestMarket(
      prices: prices,
      outlooks: zip(honest.outlooks, honest.outlooks.dropFirst()).map { now, next in
        next.known(at: now.asOf)
      })
    let a = try BacktestRun(.policy(plan()), through: honest, strategy: strategy())
    let b = try BacktestRun(.policy(plan()), through: ahead, strategy: strategy())
    #expect(a.points != b.points)
    #expect(a.orders != b.orders)
  }

  @Test func fillsAreAtTheNextOpen() throws {
    let prices = try series(days: 300)
    let run = try BacktestRun(.policy(plan()), through: market(prices), strategy: strategy())
    for order in run.orders {
      #expect(order.decidedAt <= order.filledAt)
      let bar = try #require(prices.bars.first { $0.opens == order.filledAt })
      #expect(order.price == bar.bar.open)
    }
    #expect(!run.orders.isEmpty)
  }

  /// A plain second route: one coin bought at the first fill and held.
  @Test func moneyAddsUp() throws {
    let prices = try series(days: 200)
    let market = try market(prices)
    for side in [FirstPassage.Side.down, .up] {
      let run = try BacktestRun(
        .fixed(leverage: 0.5, band: 0.99), through: market, strategy: strategy(side))
      #expect(run.tally.liquidations == 0)
      var coins = 0.0
      var cash = 100_000.0
      for order in run.orders {
        coins += order.quantity
        cash -= order.quantity * order.price
      }
      cash -= run.tally.fees + run.tally.slippage + run.tally.funding
      let last = try #require(prices.bars.last)
      #expect(abs(cash + coins * last.bar.close - run.finalEquity) < 1e-6)
      #expect(side == .down ? coins > 0 : coins < 0)
    }
  }

  @Test func aFallLiquidatesAtTheMarginAndNeverBelowZero() throws {
    var bars: [TimedBar] = []
    for day in 0..<60 {
      // Small moves for a forecast, then half of the price in a day.
      let level = day < 50 ? 100 + Double(day % 3) : 50
      let before = day == 50 ? 101.0 : level
      bars.append(
        TimedBar(
          opens: Timestamp(milliseconds: Int64(day) * PriceSeries.day),
          bar: try PriceBar(
            open: before, high: max(before, level), low: min(before, level), close: level)))
    }
    let prices = try PriceSeries(bars)
    let run = try BacktestRun(
      .fixed(leverage: 5, band: 0.1), through: market(prices), strategy: strategy())
    #expect(run.tally.liquidations == 1)
    #expect(run.liquidatedAt == [Timestamp(milliseconds: 50 * PriceSeries.day)])
    #expect(run.points.allSatisfy { $0.equity >= 0 })
    #expect(run.tally.badDebt == 0)
    // A pool that is dead turns nothing over: ten days more of history change nothing.
    #expect(run.finalEquity < 1000)
    let lived = try BacktestRun(
      .fixed(leverage: 5, band: 0.1), through: market(prices.prefix(51)), strategy: strategy())
    #expect(run.turnover == lived.turnover && (run.turnover ?? 0) > 10)
    let short = try BacktestRun(
      .fixed(leverage: 5, band: 0.1), through: market(prices), strategy: strategy(.up))
    #expect(short.tally.liquidations == 0)
    #expect(short.finalEquity > 100_000)
  }

  /// A constant rate on a constant price is paid once for each bar.
  @Test func fundingIsPaidOnNotional() throws {
    let prices = try series(days: 100)
    let base = try market(prices)
    let funded = BacktestMarket(
      prices: prices,
      funding: prices.bars.map {
        FundingRate(from: $0.opens, length: PriceSeries.day, rate: 0.0003)
      }, outlooks: base.outlooks)
    let run = try BacktestRun(
      .fixed(leverage: 1, band: 0.3), through: funded, strategy: strategy())
    #expect(run.tally.funding > 0)
    #expect(run.timeWithoutFunding == 0)
    let short = try BacktestRun(
      .fixed(leverage: 1, band: 0.3), through: funded, strategy: strategy(.up))
    #expect(short.tally.funding < 0)
  }
}
