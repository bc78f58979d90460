import FulcrumModel
import FulcrumPricing
import FulcrumRisk
import RealModule
import Testing

@Suite struct FirstPassageRiskTests {
  private func probability(_ measure: Measure) throws -> Double { try #require(measure.finite) }

  /// Driftless, one barrier below: P = N((b − νT)/s) + (S/B) N((b + νT)/s), ν = −σ²/2.
  @Test func longPerpetualIsTheClosedForm() throws {
    let region = try Liquidation.region(Make.pool(6000, Make.perpetual(1)))
    let risk = FirstPassageRisk(region, volatility: 0.6)
    for (measure, days) in [(risk.oneDay, 1.0), (risk.sevenDays, 7)] {
      let s = 0.6 * (days / 365).squareRoot()
      let b = Double.log(try #require(region.below) / region.index)
      func normal(_ x: Double) -> Double { 0.5 * Double.erfc(-x / 2.0.squareRoot()) }
      let expected =
        normal((b + s * s / 2) / s) + Double.exp(-b) * normal((b - s * s / 2) / s)
      #expect((try probability(measure) / expected - 1).magnitude < 1e-10)
    }
  }

  @Test func twoSidesLieBetweenTheLargerAndTheSum() throws {
    let strangle = Make.pool(
      20_000, Make.option(.call, -1, strike: 72_000), Make.option(.put, -1, strike: 50_000))
    var region = try Liquidation.region(strangle)
    let both = try probability(FirstPassageRisk(region, volatility: 0.6).sevenDays)
    let above = region.above
    region.above = nil
    let down = try probability(FirstPassageRisk(region, volatility: 0.6).sevenDays)
    region.above = above
    region.below = nil
    let up = try probability(FirstPassageRisk(region, volatility: 0.6).sevenDays)
    // Touching both within a week is rarer than the 1e-10 that either is known to.
    print("both \(both), down \(down), up \(up)")
    #expect(both >= max(down, up) && both <= (down + up) * (1 + 1e-10))
    #expect(down > 0 && up > 0)
  }

  /// More volatility, more time or less collateral: never less likely.
  @Test func riskGrowsWithVolatilityTimeAndThinCollateral() throws {
    var last = 0.0
    for volatility in [0.2, 0.4, 0.8, 1.6] {
      let region = try Liquidation.region(Make.pool(6000, Make.perpetual(1)))
      let risk = FirstPassageRisk(region, volatility: volatility)
      let week = try probability(risk.sevenDays)
      #expect(week > last)
      #expect(try probability(risk.oneDay) < week)
      last = week
    }
    last = 1
    for cash in [2000.0, 6000, 12_000, 30_000] {
      let region = try Liquidation.region(Make.pool(cash, Make.perpetual(-1)))
      let week = try probability(FirstPassageRisk(region, volatility: 0.6).sevenDays)
      #expect(week < last)
      last = week
    }
  }

  @Test func certainAndImpossible() throws {
    let dead = try Liquidation.region(Make.pool(500, Make.perpetual(1)))
    #expect(FirstPassageRisk(dead, volatility: 0.6).oneDay == .value(1))
    let safe = try Liquidation.region(Make.pool(0, Make.option(.call, 1, strike: 60_000)))
    #expect(FirstPassageRisk(safe, volatility: 0.6).sevenDays == .value(0))
    #expect(
      FirstPassageRisk.probability(dead, volatility: -1, years: 1) == .absent(.noMarket))
  }
}
