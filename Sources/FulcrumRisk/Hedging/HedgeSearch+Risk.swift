import FulcrumModel

extension HedgeSearch {
  /// Exposures whose squares, with those of basis, make the variance.
  private var risky: [HedgeExposure] { [target.measure, .gamma, .vega] }

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
    return 0.5 * unitCharge * state.dailyDeviation * state.dailyDeviation
  }

  /// The same of the program's contracts; nil where nothing is charged.
  func risk(_ chosen: [HedgeInstrument]) -> HedgeProgram.Risk? {
    guard planner.riskAversion > 0 else { return nil }
    let basis = basisRows(chosen)
    return HedgeProgram.Risk(
      book: risky.map { before.exposure($0) } + basis.book,
      units: zip(chosen, basis.units).map { instrument, yearly in
        risky.map { planner.unitExposure(instrument.leg, $0) } + yearly
      },
      weights: (risky.map(planner.day.weight) + basis.weights).map { unitCharge * $0 })
  }

  /// D√T of all expiries together, then of each: linear in contracts, so rows like delta's.
  private func basisRows(
    _ chosen: [HedgeInstrument]
  ) -> (book: [Double], units: [[Double]], weights: [Double]) {
    let basis = planner.day.basis
    let dated = before.basis.map(\.years) + chosen.compactMap(\.leg.datedYears)
    let expiries = Set(dated).sorted()
    guard basis.deviation > 0, !expiries.isEmpty else {
      return ([], chosen.map { _ in [] }, [])
    }
    func row(_ buckets: [HedgeBasis.Bucket]) -> [Double] {
      let each = expiries.map { years in
        buckets.reduce(0) { $0 + ($1.years == years ? $1.yearly : 0) }
      }
      return [each.reduce(0, +)] + each
    }
    let units = chosen.map { instrument in
      row(
        instrument.leg.datedYears.map { years in
          [.init(years: years, deltaCash: planner.unitExposure(instrument.leg, .delta))]
        } ?? [])
    }
    return (
      row(before.basis), units,
      [basis.commonWeight] + expiries.map { _ in basis.ownWeight }
    )
  }
}
