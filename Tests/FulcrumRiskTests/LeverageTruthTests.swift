import FulcrumModel
import FulcrumPricing
import FulcrumRisk
import RealModule
import Testing

/// Numbers known from outside: venue rows and the worked example of leverage-math 2.8.
@Suite struct LeverageTruthTests {
  /// An inverse call with a given Black delta and coin price: d₁ = N⁻¹(Δ), and w from the price.
  private func inverseCall(delta: Double, coinPrice: Double, forward: Double) -> RiskLeg {
    func call(_ w: Double) -> OptionValue {
      let d1 = self.d1(delta)
      let strike = forward * Double.exp(w * w / 2 - d1 * w)
      return Black76.valueAndFirstOrder(
        OptionInput(
          right: .call, forward: forward, strike: strike, years: 1, volatility: w, rate: 0))
    }
    var (low, high) = (1e-6, 3.0)
    for _ in 0..<200 {
      let middle = 0.5 * (low + high)
      if call(middle).undiscounted / forward < coinPrice { low = middle } else { high = middle }
    }
    let w = 0.5 * (low + high)
    return Make.option(
      .call, 1, strike: forward * Double.exp(w * w / 2 - d1(delta) * w), years: 1, volatility: w,
      forward: forward, settlement: .inverse)
  }

  private func d1(_ delta: Double) -> Double {
    var (low, high) = (-8.0, 8.0)
    for _ in 0..<200 {
      let middle = 0.5 * (low + high)
      if 0.5 * Double.erfc(-middle / 2.0.squareRoot()) < delta {
        low = middle
      } else {
        high = middle
      }
    }
    return 0.5 * (low + high)
  }

  @Test(arguments: [
    (delta: 0.5848, mark: 0.016574, index: 3220.99, forward: 3220.99, expected: 35.28),
    (delta: 0.59833, mark: 0.2169, index: 36_707.05, forward: 39_165.86, expected: 2.759),
  ])
  func venueRowHasDeltaOverCoinPrice(
    row: (delta: Double, mark: Double, index: Double, forward: Double, expected: Double)
  ) throws {
    let leg = inverseCall(delta: row.delta, coinPrice: row.mark, forward: row.forward)
    let pool = RiskPool(index: row.index, currency: .coin, cash: 0, legs: [leg])
    let measures = try LeverageEngine.measures(pool)
    let leverage = try #require(measures.deltaLeverage.finite)
    #expect((leverage - row.expected).magnitude < 0.005)
    // Not forward exposure over index capital, 2.943× for the second row.
    let elasticity = try #require(measures.elasticity.finite)
    #expect((elasticity / leverage - 1).magnitude < 1e-12)
  }

  @Test func accountHidesTheLeverageOfFortyCalls() throws {
    let leg = Make.option(.call, 40, strike: 66_000, years: 7.0 / 365, volatility: 0.55)
    let pool = Make.pool(0, leg)
    let measures = try LeverageEngine.measures(
      pool,
      settings: LeverageSettings(curveShocks: [-0.03, 0.03], accountEquityUsd: 1_000_000))
    func close(_ measure: Measure, _ expected: Double, _ half: Double) -> Bool {
      guard let value = measure.finite else { return false }
      return (value - expected).magnitude <= half
    }
    #expect(close(.value(measures.capitalAtRisk), 9667, 0.5))
    #expect(close(.value(measures.deltaCash), 270_040, 50))
    #expect(close(measures.deltaLeverage, 27.93, 0.005))
    #expect(close(measures.elasticity, 27.93, 0.005))
    #expect(close(measures.grossLeverage, 248, 0.5))
    #expect(close(measures.accountDeltaLeverage, 0.27, 0.005))
    #expect(close(measures.accountGrossLeverage, 2.4, 1e-12))
    #expect(measures.secantLeverage.count == 2)
    #expect(close(measures.secantLeverage[0], 19.9, 0.05))
    #expect(close(measures.secantLeverage[1], 38.7, 0.05))
  }

  /// leverage-math 2.6: 10× long at 60 000 with 1 % + 0.05 %.
  @Test func inverseTwinLiquidatesAtASmallerMove() throws {
    let linear = try Liquidation.region(Make.pool(6000, Make.perpetual(1)))
    let inverse = try Liquidation.region(
      Make.pool(0.1, Make.perpetual(1, size: 60_000, settlement: .inverse)))
    #expect((try #require(linear.below) - 54_573.02).magnitude < 0.005)
    #expect((try #require(inverse.below) - 55_118.18).magnitude < 0.005)
  }

  @Test func syntheticDollarHasNoUsdLeverage() throws {
    // Short 1× of its coin collateral (leverage-math 2.6), long 3× and short 3×.
    for (quantity, expected) in [(-1.0, 0.0), (3, 4), (-3, -2), (0, 1)] {
      let pool = Make.pool(
        1, Make.perpetual(quantity, size: Make.index, settlement: .inverse))
      let measures = try LeverageEngine.measures(pool)
      #expect(measures.usdEquityLeverage == .value(expected))
    }
  }
}
