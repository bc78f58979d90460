import FulcrumModel
import FulcrumNumerics
import RealModule

/// The one-factor lognormal reference of leverage-math 2.4.
public struct TailSettings: Hashable, Sendable {
  /// σ_f > 0 a year.
  public var factorVol: Double
  /// h > 0, calendar days.
  public var horizonDays: Double
  /// α in (0, 1): 0.01.
  public var tail: Double

  public init(factorVol: Double, horizonDays: Double = 1, tail: Double = 0.01) {
    self.factorVol = factorVol
    self.horizonDays = horizonDays
    self.tail = tail
  }

  func validate() throws(RiskError) {
    guard factorVol > 0, factorVol.isFinite else {
      throw .settingOutOfDomain(.factorVol, seen: factorVol)
    }
    guard horizonDays > 0, horizonDays.isFinite else {
      throw .settingOutOfDomain(.horizonDays, seen: horizonDays)
    }
    guard tail > 0, tail < 1 else { throw .settingOutOfDomain(.tail, seen: tail) }
  }
}

/// Value at risk and expected shortfall of a pool and the leverage they imply.
public struct TailMeasures: Hashable, Sendable {
  /// −(α-quantile of profit), pool currency; neither floored at 0 nor capped at E.
  public var valueAtRisk: Double
  /// −E[profit | profit ≤ that quantile], pool currency.
  public var expectedShortfall: Double
  /// CaR, pool currency.
  public var capitalAtRisk: Double
  /// VaR₁ₓ and ES₁ₓ of an unlevered long, fractions of its capital.
  public var benchmarkValueAtRisk: Double
  public var benchmarkExpectedShortfall: Double
  /// VaR/(CaR·VaR₁ₓ): 1 for an unlevered long.
  public var valueAtRiskLeverage: Measure
  public var expectedShortfallLeverage: Measure
  /// VaR/CaR.
  public var valueAtRiskMultiple: Measure
}

/// VaR and ES leverage: any shape of profit, futures at a basis to the index included.
public enum TailRisk {
  /// Instantaneous move of all indices together, T and every leg's σ held.
  ///
  ///     S_h = S exp(−s²/2 + sz),  s = σ_f √(h/365)
  ///     VaR₁ₓ = 1 − exp(−s²/2 + s z_α),   ES₁ₓ = 1 − N(z_α − s)/α
  ///
  /// - Throws: `RiskError` where the pool or a setting is outside its domain.
  /// - Accuracy: VaR 1e−11, ES 1e−9 relative; worst error by key printed by `TailRiskTests`.
  public static func measures(
    _ pool: RiskPool, settings: TailSettings
  ) throws(RiskError) -> TailMeasures {
    try TailValuation(pool, settings: settings).measures
  }
}

/// A pool with the tail of its profit, from which all that is said of the tail follows.
struct TailValuation {
  let valuation: PoolValuation
  let settings: TailSettings
  /// VaR and ES in the pool's currency.
  let valueAtRisk: Double
  let expectedShortfall: Double

  init(_ pool: RiskPool, settings: TailSettings) throws(RiskError) {
    try pool.validate()
    try settings.validate()
    valuation = PoolValuation(pool)
    self.settings = settings
    guard valuation.isRepresentable else { throw .notRepresentable("exposure of the pool") }
    let law = ReturnLaw(volatility: settings.factorVol, horizonDays: settings.horizonDays)
    guard law.isRepresentable else { throw .notRepresentable("the move over the horizon") }
    let z = Normal.inverseCdf(settings.tail)
    let profit = ProfitDistribution(
      valuation.now, above: valuation.capital.equity, law: law,
      reach: z.magnitude + 9 + law.deviation, marks: [z, -z])
    guard profit.isRepresentable else { throw .notRepresentable("profit of the pool in the tail") }
    let quantile = profit.quantile(settings.tail)
    let region = profit.region(atMost: quantile)
    let mass = ProfitDistribution.mass(region)
    valueAtRisk = -quantile
    expectedShortfall = mass > 0 ? -profit.integral(over: region) / mass : -quantile
  }

  var measures: TailMeasures {
    let s = ReturnLaw(volatility: settings.factorVol, horizonDays: settings.horizonDays).deviation
    let z = Normal.inverseCdf(settings.tail)
    let benchmark = -Double.expMinusOne(s * z - s * s / 2)
    let benchmarkShortfall = 1 - Normal.cdf(z - s) / settings.tail
    let capital = valuation.capital.atRisk
    let negligible = Capital.negligible * valuation.capital.scale
    return TailMeasures(
      valueAtRisk: valueAtRisk, expectedShortfall: expectedShortfall, capitalAtRisk: capital,
      benchmarkValueAtRisk: benchmark, benchmarkExpectedShortfall: benchmarkShortfall,
      valueAtRiskLeverage: .ratio(
        valueAtRisk / benchmark, over: capital, negligible: negligible),
      expectedShortfallLeverage: .ratio(
        expectedShortfall / benchmarkShortfall, over: capital, negligible: negligible),
      valueAtRiskMultiple: .ratio(valueAtRisk, over: capital, negligible: negligible))
  }
}
