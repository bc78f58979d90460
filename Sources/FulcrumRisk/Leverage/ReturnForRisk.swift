import FulcrumModel
import FulcrumNumerics
import RealModule

/// Measures that make positions comparable by what they pay for what they risk.
public struct ReturnForRisk: Hashable, Sendable {
  /// Σ n m theta/365 over CaR$: > 0 earns with time.
  public var thetaCarryPerDay: Measure
  /// The move in a day, as a fraction, at which gamma and theta cancel: √(−2 θ_day/Γ$).
  public var breakevenMove: Measure
  /// The same in daily standard deviations σ_f/√365: a long gamma pool earns beyond it, a short
  /// one within it.
  public var breakevenSigmas: Measure
  /// E[E(S_h; T − h) − E] at the drift, pool currency: with time passing and every σ held.
  public var expectedProfit: Double
  /// The same over ES of the instantaneous move.
  public var expectedReturnOverShortfall: Measure
}

extension TailRisk {
  /// Carry, breakeven move and expected return over expected shortfall.
  ///
  /// - Parameters:
  ///   - driftPerYear: μ of the index, continuous: S_h = S exp(μh − s²/2 + sz).
  /// - Throws: as `measures`.
  public static func returnForRisk(
    _ pool: RiskPool, settings: TailSettings, driftPerYear: Double = 0
  ) throws(RiskError) -> ReturnForRisk {
    try pool.validate()
    try settings.validate()
    guard driftPerYear.isFinite else { throw .settingOutOfDomain(.drift, seen: driftPerYear) }
    let valuation = PoolValuation(pool)
    guard valuation.isRepresentable else { throw .notRepresentable("exposure of the pool") }
    // What is left of a fair game after the sums is their rounding (leverage-math 2.2).
    let negligible = Capital.negligible * valuation.capital.scale
    let mean = try expectedProfit(valuation, settings: settings, drift: driftPerYear)
    let expected = mean.magnitude > negligible ? mean : 0
    let shortfall = try tail(of: valuation, settings: settings).expectedShortfall
    let thetaDay = valuation.base.total(\.theta) / 365
    let move = breakeven(thetaPerDay: thetaDay, gammaCash: valuation.base.total(\.gamma))
    let daily = settings.factorVol / 365.0.squareRoot()
    return ReturnForRisk(
      thetaCarryPerDay: valuation.onCapital(thetaDay), breakevenMove: move,
      breakevenSigmas: move.finite.map { Measure($0 / daily, orAbsent: .notRepresentable) } ?? move,
      expectedProfit: expected,
      expectedReturnOverShortfall: shortfall > negligible
        ? Measure(expected / shortfall, orAbsent: .notRepresentable) : .absent(.noShortfall))
  }

  static func breakeven(thetaPerDay: Double, gammaCash: Double) -> Measure {
    let squared = -2 * thetaPerDay / gammaCash
    guard squared > 0, squared.isFinite else { return .absent(.noBreakeven) }
    return .value(squared.squareRoot())
  }

  private static func expectedProfit(
    _ valuation: PoolValuation, settings: TailSettings, drift: Double
  ) throws(RiskError) -> Double {
    let law = ReturnLaw(
      volatility: settings.factorVol, horizonDays: settings.horizonDays, driftPerYear: drift)
    guard law.isRepresentable else { throw .notRepresentable("the move over the horizon") }
    let later = Revaluation(valuation.pool, timeForward: settings.horizonDays / 365)
    let equity = valuation.capital.equity
    let profit = ProfitDistribution(lines: later.lines, law: law, reach: 10 + law.deviation) {
      later.equity(at: law.ratio($0)) - equity
    }
    guard profit.isRepresentable else { throw .notRepresentable("profit of the pool in the tail") }
    return profit.mean
  }
}
