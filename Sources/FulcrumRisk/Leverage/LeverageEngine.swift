import FulcrumModel

/// The leverage of one isolated pool: leverage-math 2.2 to 2.6.
public enum LeverageEngine {
  /// Every measure of section 2 for one pool, at r = 0.
  ///
  /// - Throws: `RiskError` where the pool or a setting is outside its domain, or a result outside
  ///   that of doubles.
  /// - Cost: one valuation with Greeks a leg and curve shock, one price a leg and stress node.
  /// - Accuracy: the tolerances of `leverage.json`; worst error by key printed by its test.
  public static func measures(
    _ pool: RiskPool, settings: LeverageSettings = .standard
  ) throws(RiskError) -> PoolMeasures {
    try pool.validate()
    try settings.validate()
    let valuation = PoolValuation(pool)
    guard valuation.isRepresentable else { throw .notRepresentable("exposure of the pool") }
    let stress = valuation.stress(settings)
    var measures = valuation.headline(stress: stress)
    valuation.addRatiosOnEquity(to: &measures)
    valuation.addAccount(settings.accountEquityUsd, to: &measures)
    let moved = valuation.moved(by: settings.curveShocks)
    measures.curve = valuation.curve(moved)
    measures.secantLeverage = valuation.secants(moved)
    measures.largestSecant =
      pool.indices.count == 1
      ? measures.secantLeverage.largest ?? .absent(.noCapital)
      : valuation.largestIndependentSecant(settings.curveShocks)
    measures.gammaAdjusted = valuation.gammaAdjusted(settings.curveShocks)
    return measures
  }
}

/// A pool valued at the present, with what its measures are derived from.
struct PoolValuation {
  let pool: RiskPool
  let now: Revaluation
  let base: Exposure
  let capital: Capital
  /// CaR$ and E$.
  let capitalUsd: Double
  let equityUsd: Double
  let gross: Double
  let delta: Double
  let deltaMagnitude: Double

  init(_ pool: RiskPool) {
    self.pool = pool
    now = Revaluation(pool)
    // By the kernels, as every move of it is: a pool that can lose its worth loses it to the last bit.
    base = Exposure.ladder(now, indices: pool.indices, ratios: [1])[0]
    capital = Capital(pool, exposure: base)
    capitalUsd = capital.atRisk * pool.usdPerUnit
    equityUsd = capital.equity * pool.usdPerUnit
    gross = base.total(\.gross)
    delta = base.total(\.delta)
    deltaMagnitude = base.deltaMagnitude
  }

  var isRepresentable: Bool {
    [
      capital.equity, equityUsd, gross, base.total(\.absDelta), base.total(\.gamma),
      base.total(\.vega), base.total(\.theta), capital.scale,
    ].allSatisfy(\.isFinite)
  }

  /// x / CaR$, 0 or ±∞ on no capital.
  func onCapital(_ usd: Double) -> Measure {
    .ratio(usd, over: capitalUsd, negligible: Capital.negligible * gross)
  }

  func headline(stress: StressResult) -> PoolMeasures {
    let gamma = base.total(\.gamma)
    let vegaPoint = base.total(\.vega) / 100
    let thetaDay = base.total(\.theta) / 365
    return PoolMeasures(
      status: capital.status, currency: pool.currency, usdPerUnit: pool.usdPerUnit,
      equity: capital.equity, equityUsd: equityUsd,
      maxLoss: Measure(capital.maxLoss, orAbsent: .notRepresentable),
      capitalAtRisk: capital.atRisk, capitalAtRiskUsd: capitalUsd, exposures: byUnderlying,
      grossNotional: gross, deltaCash: delta, absDeltaCash: base.total(\.absDelta),
      gammaCash: gamma, gammaCash1pct: gamma / 100, vegaCashPerPoint: vegaPoint,
      thetaCashPerDay: thetaDay, grossLeverage: onCapital(gross),
      deltaLeverage: onCapital(deltaMagnitude),
      signedDeltaLeverage: pool.indices.count == 1
        ? onCapital(delta) : .absent(.severalUnderlyings),
      vegaLeveragePerPoint: onCapital(vegaPoint.magnitude),
      volElasticity: onCapital(base.total(\.vegaSigma).magnitude),
      thetaDrainPerDay: onCapital(-thetaDay), elasticity: elasticity, curve: [],
      secantLeverage: [], largestSecant: .absent(.noCapital), gammaAdjusted: [],
      worstLoss: stress.worstLoss,
      stressMultiple: stress.multiple, stressLeverage: stress.leverage,
      stressProfit: stress.profit, aifmdGross: .absent(.noCapital),
      commitment: .absent(.noCapital), equityLeverageSigned: .absent(.notDefinedInCoinPool),
      leverageSlopeLnS: .absent(.notDefinedInCoinPool), coinDelta: .absent(.notDefinedInUsdPool),
      coinLeverage: .absent(.notDefinedInUsdPool),
      usdEquityLeverage: .absent(.notDefinedInUsdPool),
      accountDeltaLeverage: .absent(.noAccountEquity),
      accountGrossLeverage: .absent(.noAccountEquity))
  }

  private var byUnderlying: [UnderlyingExposure] {
    base.sums.enumerated().map { place, sums in
      UnderlyingExposure(
        underlying: place, grossNotional: sums.gross.value, deltaCash: sums.delta.value,
        absDeltaCash: sums.absDelta.value, gammaCash: sums.gamma.value,
        vegaCashPerPoint: sums.vega.value / 100, thetaCashPerDay: sums.theta.value / 365)
    }
  }

  /// λ = Δ F / B of a single option, whatever its size and currency.
  private var elasticity: Measure {
    guard pool.legs.count == 1, let line = now.lines.first, line.isOption else {
      return .absent(.notOneOption)
    }
    return line.elasticity
  }
}
