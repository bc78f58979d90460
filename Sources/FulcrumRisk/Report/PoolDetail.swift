import FulcrumModel

extension PoolAssembler {
  /// The pool with what costs more: the liquidation surface over time and volatility, the tail, and
  /// the drift earned per shortfall. A part that cannot be had is left absent.
  func detailed(_ report: PoolReport) -> PoolReport {
    guard report.capitalIsKnown, let risk = report.riskPool else { return report }
    var detailed = report
    for place in detailed.liquidation.indices {
      detailed.liquidation[place].surface = try? Liquidation.surface(
        risk, margin: settings.margin, underlying: place)
    }
    // One factor cannot stand for several coins; nothing here knows their correlation.
    guard report.underlyings.count == 1,
      let volatility = report.referenceVolatility.values.map(\.annual).max()
    else { return detailed }
    let tail = TailSettings(factorVol: volatility, horizonDays: 1, tail: 0.01)
    guard let found = try? TailValuation(risk, settings: tail) else { return detailed }
    let measures = found.measures
    detailed.tailRisk = TailRiskReport(
      horizonDays: tail.horizonDays, tail: tail.tail, factorVolatility: volatility,
      valueAtRisk: measures.valueAtRisk, expectedShortfall: measures.expectedShortfall,
      valueAtRiskLeverage: measures.valueAtRiskLeverage,
      expectedShortfallLeverage: measures.expectedShortfallLeverage)
    if let reward = try? found.returnForRisk(driftPerYear: settings.drift) {
      detailed.comparison?.expectedReturnOverShortfall = reward.expectedReturnOverShortfall
    }
    return detailed
  }

  /// Theta carry and the move it pays for, which every pool gets.
  func comparison(_ report: PoolReport, _ measures: PoolMeasures) -> ComparisonReport {
    let carry: Measure =
      switch measures.thetaDrainPerDay {
      case .value(let drain): .value(-drain)
      case .positiveInfinity: .negativeInfinity
      case .negativeInfinity: .positiveInfinity
      case .absent: measures.thetaDrainPerDay
      }
    let move = TailRisk.breakeven(
      thetaPerDay: measures.thetaCashPerDay, gammaCash: measures.gammaCash)
    var sigmas = move
    if let finite = move.finite {
      let daily = report.referenceVolatility.values.map(\.daily).max()
      sigmas = daily.map { .value(finite / $0) } ?? .absent(.noReferenceVolatility)
    }
    return ComparisonReport(
      thetaCarryPerDay: carry, breakevenMoveSigmas: sigmas,
      expectedReturnOverShortfall: .absent(.notComputed))
  }

  /// The regulatory lenses on one pool, its own equity as net asset value.
  func regulatory(_ risk: RiskPool, _ measures: PoolMeasures) -> RegulatoryReport? {
    guard measures.equityUsd > 0,
      let lens = try? RegulatoryLeverage.measures(
        risk, settings: RegulatorySettings(nav: measures.equityUsd))
    else { return nil }
    return RegulatoryReport(
      aifmdGross: .value(lens.aifmdGross), commitment: .value(lens.commitment),
      sec18f4Exposure: .value(lens.sec18f4Exposure),
      saccrEffectiveNotional: lens.saccrEffectiveNotional, saccrAddOn: lens.saccrAddOn,
      saccrEffectiveLeverage: .value(lens.saccrEffectiveLeverage))
  }
}
