import FulcrumModel
import FulcrumNumerics
import RealModule

extension PoolAssembler {
  /// Fills the headline part of a pool report: measures, margin, today's liquidation region.
  func measure(
    _ report: inout PoolReport, _ risk: RiskPool, _ pool: IsolatedPool
  ) throws(RiskError) {
    let shocks = curveShocks(report)
    let leverageSettings = LeverageSettings(
      curveShocks: shocks, stressSpot: settings.stressSpot, stressVolRel: settings.stressVolRel,
      accountEquityUsd: accountEquityUsd)
    var measures = try LeverageEngine.measures(risk, settings: leverageSettings)
    report.curveShocks = shocks
    let known = report.collateralBasis != .unknown
    let initial = try settings.margin.initial(of: risk)
    let maintenance = try settings.margin.maintenance(of: risk)
    report.margin = PoolMargin(
      ruleSet: settings.margin.ruleSet, initial: initial, maintenance: maintenance,
      excess: known ? measures.equity - maintenance : nil)
    if known {
      report.liquidation = try liquidation(report, risk)
    } else {
      measures.forgetCapital(because: .unknownCollateral)
    }
    report.worstSecant = known ? measures.largestSecant : .absent(.unknownCollateral)
    report.measures = measures
    report.comparison = known ? comparison(report, measures) : nil
    report.regulatory = known ? regulatory(risk, measures) : nil
    report.leverageByBasis = try leverages(report, measures, risk, pool)
  }

  /// The settings' shocks, 0, and a one-day sigma each way where a volatility is known.
  private func curveShocks(_ report: PoolReport) -> [Double] {
    var shocks = Set(settings.curveShocks).union([0])
    if let sigma = report.referenceVolatility.values.map(\.daily).max(), sigma < 1 {
      shocks.formUnion([-sigma, sigma])
    }
    return shocks.sorted()
  }

  // MARK: Liquidation

  private func liquidation(
    _ report: PoolReport, _ risk: RiskPool
  ) throws(RiskError) -> [UnderlyingLiquidation] {
    var found: [UnderlyingLiquidation] = []
    for (place, underlying) in report.underlyings.enumerated() {
      let region = try Liquidation.region(risk, margin: settings.margin, underlying: place)
      let volatility = report.referenceVolatility[underlying]
      found.append(
        UnderlyingLiquidation(
          underlying: underlying, today: region, surface: nil,
          sigmasDown: region.distanceDown.flatMap { sigmas($0, -$0, volatility) },
          sigmasUp: region.distanceUp.flatMap { sigmas($0, $0, volatility) },
          probability1Day: touch(region, volatility, days: 1),
          probability7Days: touch(region, volatility, days: 7)))
    }
    return found
  }

  /// A distance in daily sigmas: of the relative and the logarithmic move the smaller, so that
  /// neither side looks safer than it is.
  private func sigmas(
    _ distance: Double, _ move: Double, _ volatility: ReferenceVolatility?
  ) -> Double? {
    volatility.map { min(distance, Double.log(onePlus: move).magnitude) / $0.daily }
  }

  private func touch(
    _ region: LiquidationRegion, _ volatility: ReferenceVolatility?, days: Double
  ) -> Measure {
    guard let volatility else { return .absent(.noReferenceVolatility) }
    return FirstPassageRisk.probability(
      region, volatility: volatility.annual, years: days / 365)
  }

  // MARK: Bases

  private func leverages(
    _ report: PoolReport, _ measures: PoolMeasures, _ risk: RiskPool, _ pool: IsolatedPool
  ) throws(RiskError) -> [CapitalBasis: Measure] {
    let isKnown = report.collateralBasis != .unknown
    let holdsCash = report.collateralBasis == .cashGiven || report.collateralBasis == .equityGiven
    let known = KnownCapital(
      premiumPaid: premiumPaid(pool), collateral: holdsCash ? risk.cash : nil,
      venueInitialMargin: venueInitialMargin(pool))
    var leverages: [CapitalBasis: Measure] = [:]
    let capital = try LeverageEngine.capital(
      of: risk, measures: measures, margin: settings.margin, known: known)
    for (basis, amount) in capital {
      leverages[basis] =
        isKnown || !basis.needsCollateral
        ? measures.deltaLeverage(on: basis, capitalUsd: amount) : .absent(.unknownCollateral)
    }
    if report.collateralBasis == .premiumOnly {
      leverages[.collateral] = .absent(.noCollateralGiven)
    }
    return leverages
  }

  /// What the long options cost at entry; nil unless every leg is a long option with an entry price.
  private func premiumPaid(_ pool: IsolatedPool) -> Double? {
    var sum = NeumaierSum()
    for position in pool.positions {
      guard position.instrument.isOption, position.size.count > 0,
        let entry = position.entry?.doubleValue
      else { return nil }
      sum.add(position.contracts * position.instrument.contract.value.doubleValue * entry)
    }
    return sum.value > 0 ? sum.value : nil
  }

  private func venueInitialMargin(_ pool: IsolatedPool) -> Double? {
    var sum = NeumaierSum()
    for position in pool.positions {
      guard let margin = position.venue.initialMargin?.doubleValue else { return nil }
      sum.add(margin)
    }
    return sum.value > 0 ? sum.value : nil
  }
}

extension CapitalBasis {
  /// Whether the basis means nothing without knowing the pool's cash.
  var needsCollateral: Bool {
    switch self {
    case .capitalAtRisk, .equity, .collateral, .maintenanceExcess: true
    case .premiumPaid, .initialMargin, .venueInitialMargin: false
    }
  }
}

extension PoolMeasures {
  /// Leaves the exposures and blanks everything that stands on capital.
  mutating func forgetCapital(because reason: Absence) {
    let absent = Measure.absent(reason)
    maxLoss = absent
    grossLeverage = absent
    deltaLeverage = absent
    signedDeltaLeverage = absent
    vegaLeveragePerPoint = absent
    volElasticity = absent
    thetaDrainPerDay = absent
    curve = curve.map { _ in absent }
    secantLeverage = secantLeverage.map { _ in absent }
    largestSecant = absent
    gammaAdjusted = gammaAdjusted.map { _ in absent }
    stressMultiple = absent
    stressLeverage = absent
    aifmdGross = absent
    commitment = absent
    equityLeverageSigned = absent
    leverageSlopeLnS = absent
    coinLeverage = absent
    usdEquityLeverage = absent
  }

  /// Leverage on the account's equity, USD, once that is known.
  mutating func setAccount(equityUsd: Double) {
    guard equityUsd > 0 else { return }
    accountDeltaLeverage = .value(deltaCash.magnitude / equityUsd)
    accountGrossLeverage = .value(grossNotional / equityUsd)
  }
}
