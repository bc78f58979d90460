import FulcrumModel
import FulcrumNumerics
import FulcrumRisk
import RealModule
import Testing

/// VaR and ES against a brute-force law of profit on 40 001 nodes of z, and against closed forms.
@Suite struct TailRiskTests {
  static let shapes: [(String, RiskPool)] = [
    ("long at a basis", Make.pool(20_000, Make.perpetual(1, mark: 63_000))),
    (
      "short straddle",
      Make.pool(
        30_000, Make.option(.call, -1, strike: 60_000, forward: 61_000),
        Make.option(.put, -1, strike: 60_000, forward: 61_000))
    ),
    (
      "long strangle, both tails gain",
      Make.pool(
        0, Make.option(.call, 1, strike: 66_000, forward: 59_000),
        Make.option(.put, 1, strike: 54_000, forward: 59_000))
    ),
    (
      "condor",
      Make.pool(
        5000, Make.option(.put, 1, strike: 50_000), Make.option(.put, -1, strike: 55_000),
        Make.option(.call, -1, strike: 65_000), Make.option(.call, 1, strike: 70_000))
    ),
    (
      "coin short strangle with a future at a basis",
      Make.pool(
        1, Make.option(.call, -1, strike: 70_000, forward: 61_500, settlement: .inverse),
        Make.option(.put, -1, strike: 52_000, forward: 61_500, settlement: .inverse),
        Make.perpetual(1, entry: 58_000, mark: 60_600, size: 20_000, settlement: .inverse))
    ),
    (
      "expired butterfly",
      Make.pool(
        100, Make.option(.call, 1, strike: 58_000, years: 0),
        Make.option(.call, -2, strike: 60_000, years: 0),
        Make.option(.call, 1, strike: 62_000, years: 0))
    ),
  ]

  @Test(arguments: shapes.indices) func bruteForceAgrees(shape: Int) throws {
    let (name, pool) = Self.shapes[shape]
    let settings = TailSettings(factorVol: 0.7, horizonDays: 3, tail: 0.05)
    let measures = try TailRisk.measures(pool, settings: settings)
    let (atRisk, shortfall) = bruteForce(pool, settings)
    let base = try LeverageEngine.measures(pool)
    // The grid of 40 001 nodes moves a quantile by at most one step of the law: 6e-4 in z.
    let step =
      6e-4 * 0.7 * (3.0 / 365).squareRoot() * max(base.grossNotional, 1)
      / base.usdPerUnit
    #expect((measures.valueAtRisk - atRisk).magnitude <= step, "\(name): VaR")
    #expect((measures.expectedShortfall - shortfall).magnitude <= step, "\(name): ES")
    #expect(measures.expectedShortfall >= measures.valueAtRisk - 1e-9)
  }

  /// Sorted profits with their normal weights: no roots, no shape assumed.
  private func bruteForce(
    _ pool: RiskPool, _ settings: TailSettings
  ) -> (Double, Double) {
    let s = settings.factorVol * (settings.horizonDays / 365).squareRoot()
    let now = PlainBalance(pool).equity
    let width = 16.0 / 40_000
    let outcomes = (0...40_000).map { place -> (profit: Double, weight: Double) in
      let z = -8 + Double(place) * width
      let moved = PlainBalance(pool, at: Double.exp(s * z - s * s / 2)).equity
      return (moved - now, Double.exp(-z * z / 2) / (2 * Double.pi).squareRoot() * width)
    }.sorted { $0.profit < $1.profit }
    var mass = 0.0
    var sum = 0.0
    var quantile = 0.0
    for (place, outcome) in outcomes.enumerated() {
      mass += outcome.weight
      sum += outcome.weight * outcome.profit
      quantile = outcome.profit
      // The whole of an atom belongs to {profit ≤ quantile}.
      let more = place + 1 < outcomes.count && outcomes[place + 1].profit <= quantile + 1e-9
      if mass >= settings.tail, !more { break }
    }
    return (-quantile, -sum / mass)
  }

  /// The expected profit in closed form against the trapezoidal rule over 4 001 prices, which converges
  /// faster than any power for what is smooth; with time passing, drift and every shape.
  @Test(arguments: shapes.indices) func expectedProfitIsTheMeanOfProfits(shape: Int) throws {
    let (name, pool) = Self.shapes[shape]
    let settings = TailSettings(factorVol: 0.7, horizonDays: 3, tail: 0.05)
    let drift = 0.4
    let found = try TailRisk.returnForRisk(pool, settings: settings, driftPerYear: drift)
    let years = settings.horizonDays / 365
    let s = settings.factorVol * years.squareRoot()
    var later = pool
    for place in later.legs.indices {
      if case .option(let right, let strike, let left, let volatility) = later.legs[place].contract
      {
        later.legs[place].contract = .option(
          right, strike: strike, years: max(left - years, 0), volatility: volatility)
      }
    }
    let now = PlainBalance(pool).equity
    let width = 20.0 / 4000
    let mean = (0...4000).map { place -> Double in
      let z = -10 + Double(place) * width
      let moved = PlainBalance(later, at: Double.exp(drift * years - s * s / 2 + s * z)).equity
      return (moved - now) * Double.exp(-z * z / 2) / (2 * Double.pi).squareRoot() * width
    }.neumaierSum
    // The kinks of the expired butterfly cost the rule its speed: a cell of z.
    let tolerance = name.hasPrefix("expired") ? 0.05 : 1e-9 * max(1, now.magnitude)
    #expect((found.expectedProfit - mean).magnitude <= tolerance, "\(name): \(mean)")
  }

  @Test func unleveredLongHasLeverageOne() throws {
    let pool = Make.pool(Make.index, Make.perpetual(1))
    let measures = try TailRisk.measures(pool, settings: TailSettings(factorVol: 0.6))
    let atRisk = try #require(measures.valueAtRiskLeverage.finite)
    let shortfall = try #require(measures.expectedShortfallLeverage.finite)
    #expect((atRisk - 1).magnitude < 1e-12)
    #expect((shortfall - 1).magnitude < 1e-11)
  }

  /// Carry and gamma of a straddle at the money: at its own volatility a hedged holder breaks even
  /// at one daily standard deviation.
  @Test func breakevenOfAHedgedOptionIsItsOwnVolatility() throws {
    let call = Make.option(.call, 1, strike: 60_000, volatility: 0.6)
    let settings = TailSettings(factorVol: 0.6)
    let comparison = try TailRisk.returnForRisk(Make.pool(0, call), settings: settings)
    // θ = −½σ²F²Γ a year, so ½Γ$u² = −θ/365 at u = σ/√365.
    let sigmas = try #require(comparison.breakevenSigmas.finite)
    #expect((sigmas - 1).magnitude < 1e-12)
    #expect(try #require(comparison.thetaCarryPerDay.finite) < 0)
    let none = try TailRisk.returnForRisk(
      Make.pool(60_000, Make.perpetual(1)), settings: settings, driftPerYear: 0.3)
    #expect(none.breakevenSigmas == .absent(.noBreakeven))
    // E[S_h] = S e^{μh}.
    let expected = 60_000 * Double.expMinusOne(0.3 / 365)
    #expect((none.expectedProfit / expected - 1).magnitude < 1e-10)
  }

  /// An option fairly priced at the factor's own volatility earns nothing on average.
  @Test func fairOptionsEarnNothing() throws {
    let settings = TailSettings(factorVol: 0.6, horizonDays: 5)
    for leg in [
      Make.option(.call, -1, strike: 64_000), Make.option(.put, 2, strike: 58_000),
    ] {
      let comparison = try TailRisk.returnForRisk(Make.pool(9000, leg), settings: settings)
      #expect(comparison.expectedProfit.magnitude < 1e-6)
    }
  }

  /// A linear long from 10×: P(gap) = N((ln(S_B/S) − mean)/deviation).
  @Test func gapOfALongIsANormalTail() throws {
    let pool = Make.pool(6000, Make.perpetual(1))
    let jump = JumpLaw(mean: -0.02, deviation: 0.05, perYear: 12)
    let risk = try Liquidation.gapRisk(pool, jump: jump, years: 1.0 / 12)
    let bound = (Double.log(0.9) + 0.02) / 0.05
    #expect((risk.probability / Normal.cdf(bound) - 1).magnitude < 1e-11)
    // E[(S_B − S e^Y)⁺] is a Black put: K = 54 000, forward S e^{mean + sd²/2}.
    let forward = 60_000 * Double.exp(-0.02 + 0.05 * 0.05 / 2)
    let d2 = (Double.log(forward / 54_000)) / 0.05 - 0.025
    let put = 54_000 * Normal.cdf(-d2) - forward * Normal.cdf(-d2 - 0.05)
    #expect((risk.expectedShortfall / put - 1).magnitude < 1e-10)
    #expect((risk.expectedBadDebt / put - 1).magnitude < 1e-10)
    let worst = 54_000 - 60_000 * Double.exp(-0.02 + 0.05 * Normal.inverseCdf(0.01))
    #expect((risk.quantile99 / worst - 1).magnitude < 1e-11)
    let none = try Liquidation.gapRisk(
      Make.pool(0, Make.option(.call, 1, strike: 60_000)), jump: jump, years: 1)
    #expect(none.probability == 0 && none.expectedShortfall == 0 && none.quantile99 == 0)
  }
}
