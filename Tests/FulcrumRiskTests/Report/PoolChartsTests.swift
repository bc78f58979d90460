import FulcrumModel
import FulcrumPricing
import FulcrumRisk
import Testing

/// Curves at the first expiry: the basis of today is gone from whatever ends there.
struct PoolChartsTests {
  private static func call(
    strike: Double, years: Double, forward: Double, volatility: Double, quantity: Double,
    settlement: Settlement = .linear
  ) -> RiskLeg {
    RiskLeg(
      contract: .option(.call, strike: strike, years: years, volatility: volatility),
      settlement: settlement, forward: forward, quantity: quantity)
  }

  /// The volatility at which a call is worth `premium` per coin, in its own currency.
  private static func volatility(
    premium: Double, forward: Double, strike: Double, years: Double
  ) throws -> Double {
    try #require(
      ImpliedVolatility.solve(
        right: .call, forward: forward, strike: strike, years: years, undiscountedPrice: premium
      ).volatility)
  }

  /// 200 calls on a coin at 150 with its future at 152, struck at 160 and bought at 7.818, break even
  /// at 160 + 7.818.
  @Test func longCallBreaksEvenAtStrikePlusPremium() throws {
    let years = 33.0 / 365
    let volatility = try Self.volatility(
      premium: 7.818, forward: 152, strike: 160, years: years)
    let pool = RiskPool(
      index: 150, currency: .usd, cash: 0,
      legs: [
        Self.call(
          strike: 160, years: years, forward: 152, volatility: volatility, quantity: 200)
      ])
    let charts = try PoolCharts.build(pool)
    #expect(charts.breakevens.count == 1)
    #expect(abs(try #require(charts.breakevens.first) - 167.818) < 1e-6)
    // The payoff at a price of the axis, on the index itself.
    let place = try #require(charts.spots.lastIndex { $0 > 170 })
    let profit = try #require(charts.profitAtExpiry?[place])
    #expect(abs(profit - 200 * (charts.spots[place] - 160 - 7.818)) < 1e-6)
  }

  /// A coin call costs c coins and pays 1 − K/S: it breaks even at K/(1 − c).
  @Test func coinCallBreaksEvenInCoin() throws {
    let years = 60.0 / 365
    let volatility = try #require(
      ImpliedVolatility.solveCoin(
        right: .call, forward: 2060, strike: 2100, years: years, coinPrice: 0.08
      ).volatility)
    let pool = RiskPool(
      index: 2000, currency: .coin, cash: 0.5,
      legs: [
        Self.call(
          strike: 2100, years: years, forward: 2060, volatility: volatility, quantity: 10,
          settlement: .inverse)
      ])
    let charts = try PoolCharts.build(pool)
    #expect(charts.breakevens.count == 1)
    #expect(abs(try #require(charts.breakevens.first) - 2100 / 0.92) < 1e-5)
  }

  /// A call against a future: at expiry the future stands at the index, so above the strike the sum
  /// is fixed: n(K + premium − entry).
  @Test func coveredCallIsFlatAboveItsStrike() throws {
    let years = 33.0 / 365
    let call = Self.call(
      strike: 160, years: years, forward: 152, volatility: 0.7, quantity: -10)
    let premium = Black76.undiscounted(
      OptionInput(right: .call, forward: 152, strike: 160, years: years, volatility: 0.7, rate: 0))
    let future = RiskLeg(
      contract: .future(entry: 151, years: 0.25), settlement: .linear, forward: 153, quantity: 10)
    let pool = RiskPool(index: 150, currency: .usd, cash: 500, legs: [call, future])
    let charts = try PoolCharts.build(pool)
    let profits = try #require(charts.profitAtExpiry)
    // From marks of today: the future moves from 153 to S, the call from its premium to S − 160.
    for (spot, profit) in zip(charts.spots, profits) where spot >= 160 {
      #expect(abs(profit - 10 * (160 - 153 + premium)) < 1e-9, "at \(spot)")
    }
  }

  /// An option of a later expiry keeps its own ratio of forward to index.
  @Test func laterOptionKeepsItsBasis() throws {
    let near = Self.call(strike: 160, years: 0.1, forward: 152, volatility: 0.7, quantity: -1)
    let far = Self.call(strike: 170, years: 0.5, forward: 159, volatility: 0.65, quantity: 1)
    let pool = RiskPool(index: 150, currency: .usd, cash: 100, legs: [near, far])
    let charts = try PoolCharts.build(pool)
    func value(_ leg: OptionInput) -> Double { Black76.undiscounted(leg) }
    let nearNow = value(
      OptionInput(right: .call, forward: 152, strike: 160, years: 0.1, volatility: 0.7, rate: 0))
    let farNow = value(
      OptionInput(right: .call, forward: 159, strike: 170, years: 0.5, volatility: 0.65, rate: 0))
    let profits = try #require(charts.profitAtExpiry)
    for (spot, profit) in zip(charts.spots, profits) {
      let later = value(
        OptionInput(
          right: .call, forward: spot * 159 / 150, strike: 170, years: 0.4, volatility: 0.65,
          rate: 0))
      let expected = later - farNow - max(spot - 160, 0) + nearNow
      #expect(abs(profit - expected) < 1e-9, "at \(spot)")
    }
  }
}
