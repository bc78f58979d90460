import FulcrumModel
import FulcrumNumerics
import FulcrumPricing
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
    let tail = try TailValuation(pool, settings: settings)
    return try tail.returnForRisk(driftPerYear: driftPerYear)
  }

  static func breakeven(thetaPerDay: Double, gammaCash: Double) -> Measure {
    let squared = -2 * thetaPerDay / gammaCash
    guard squared > 0, squared.isFinite else { return .absent(.noBreakeven) }
    return .value(squared.squareRoot())
  }
}

extension TailValuation {
  func returnForRisk(driftPerYear: Double) throws(RiskError) -> ReturnForRisk {
    guard driftPerYear.isFinite else { throw .settingOutOfDomain(.drift, seen: driftPerYear) }
    // What is left of a fair game after the sums is their rounding (leverage-math 2.2).
    let negligible = Capital.negligible * valuation.capital.scale
    let mean = try expectedProfit(drift: driftPerYear)
    let expected = mean.magnitude > negligible ? mean : 0
    let thetaDay = valuation.base.total(\.theta) / 365
    let move = TailRisk.breakeven(
      thetaPerDay: thetaDay, gammaCash: valuation.base.total(\.gamma))
    let daily = settings.factorVol / 365.0.squareRoot()
    return ReturnForRisk(
      thetaCarryPerDay: valuation.onCapital(thetaDay), breakevenMove: move,
      breakevenSigmas: move.finite.map { Measure($0 / daily, orAbsent: .notRepresentable) } ?? move,
      expectedProfit: expected,
      expectedReturnOverShortfall: expectedShortfall > negligible
        ? Measure(expected / expectedShortfall, orAbsent: .notRepresentable)
        : .absent(.noShortfall))
  }

  private func expectedProfit(drift: Double) throws(RiskError) -> Double {
    let law = ReturnLaw(
      volatility: settings.factorVol, horizonDays: settings.horizonDays, driftPerYear: drift)
    guard law.isRepresentable else { throw .notRepresentable("the move over the horizon") }
    let later = Revaluation(valuation.pool, timeForward: settings.horizonDays / 365)
    let profit = later.expectedEquity(under: law) - valuation.capital.equity
    guard profit.isFinite else { throw .notRepresentable("profit of the pool in the tail") }
    return profit
  }
}

extension Revaluation {
  /// E[E] when every forward is multiplied by X, ln X ~ N(shift, s²): in closed form, since Black's
  /// price averaged over a lognormal forward is Black's price at the two variances together.
  ///
  ///     E[B(FX, K, w)] = B(F e^{shift + s²/2}, K, √(w² + s²))
  ///     E[B(FX)/(FX)] = e^{−shift + s²/2}/F · B(F e^{shift − s²/2}, K, √(w² + s²))
  ///     E[1/F₀ − 1/(FX)] = 1/F₀ − e^{−shift + s²/2}/F
  ///
  /// The coin forms are the first under the measure that 1/X weights, whose mean of ln X is
  /// shift − s². Tests hold them to a quadrature.
  func expectedEquity(under law: ReturnLaw) -> Double {
    let half = law.deviation * law.deviation / 2
    let rise = Double.exp(law.shift + half)
    let weight = Double.exp(half - law.shift)
    var sum = NeumaierSum(cash)
    for line in lines {
      let value: Double
      switch (currency, line.isOption) {
      case (.usd, false): value = line.forward * rise - line.entry
      case (.coin, false): value = 1 / line.entry - weight / line.forward
      case (.usd, true): value = Self.averaged(line, by: law, mean: rise)
      case (.coin, true):
        value = weight / line.forward * Self.averaged(line, by: law, mean: 1 / weight)
      }
      sum.add(line.signedSize * value)
    }
    return sum.value
  }

  private static func averaged(_ line: Line, by law: ReturnLaw, mean: Double) -> Double {
    let w = line.deviation
    return Black76.undiscounted(
      OptionInput(
        right: line.right, forward: line.forward * mean, strike: line.strike, years: 1,
        volatility: (w * w + law.deviation * law.deviation).squareRoot()))
  }
}
