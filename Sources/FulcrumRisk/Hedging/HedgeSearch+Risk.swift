import FulcrumModel

extension HedgeSearch {
  /// Exposures whose squares make the variance of profit: in USD where the target is.
  private var risky: [HedgeExposure] {
    guard case .neutral(let kinds) = target, kinds.contains(.usdDelta) else {
      return [.delta, .gamma, .vega]
    }
    return [.usdDelta, .gamma, .vega]
  }

  /// A·h/(E·E_usd in USD): what a USD² of a day's variance costs twice over in the pool's currency,
  ///
  ///     ½ (A/E) Var,   Var = h · (a day's variance in the pool's currency),
  ///
  /// h the days that capital is counted for, each taken to be like today and independent.
  private var unitCharge: Double {
    let unit = planner.pool.usdPerUnit
    return planner.riskAversion * planner.costs.capitalYears * 365 / (before.equity * unit * unit)
  }

  /// The charge of what a state leaves, pool currency.
  func riskCharge(_ state: HedgeState) -> Double {
    guard planner.riskAversion > 0 else { return 0 }
    let variance = risky.reduce(0) {
      $0 + planner.day.weight($1) * state.exposure($1) * state.exposure($1)
    }
    return 0.5 * unitCharge * variance
  }

  /// The same of the program's contracts; nil where nothing is charged.
  func risk(_ chosen: [HedgeInstrument]) -> HedgeProgram.Risk? {
    guard planner.riskAversion > 0 else { return nil }
    return HedgeProgram.Risk(
      book: risky.map { before.exposure($0) },
      units: chosen.map { instrument in
        risky.map { planner.unitExposure(instrument.leg, $0) }
      },
      weights: risky.map { unitCharge * planner.day.weight($0) })
  }
}
