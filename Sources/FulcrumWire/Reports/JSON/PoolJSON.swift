import FulcrumModel
import FulcrumRisk

/// One pool of the JSON report.
struct PoolJSON {
  let pool: PoolReport
  let settings: ReportSettings

  init(_ pool: PoolReport, _ settings: ReportSettings) {
    self.pool = pool
    self.settings = settings
  }

  private var onRisk: MeasureFrame { .init(basis: "capitalAtRisk", numeraire: "USD") }
  private var onRiskOwn: MeasureFrame {
    .init(basis: "capitalAtRisk", numeraire: pool.currency.code)
  }
  private var onEquity: MeasureFrame { .init(basis: "equity", numeraire: "USD") }

  func write(to json: inout JSONLayout) {
    json.object { json in
      json.text("id", pool.id)
      json.text("strategy", pool.strategy)
      json.text("currency", pool.currency.code)
      json.texts("underlyings", pool.underlyings.map(\.description))
      json.text("collateralBasis", pool.collateralBasis.name)
      json.text("status", status)
      headline(&json)
      capital(&json)
      exposures(&json)
      measures(&json)
      leverageByBasis(&json)
      curves(&json)
      liquidation(&json)
      comparison(&json)
      tailRisk(&json)
      regulatory(&json)
      json.array("legs") { json in
        for leg in pool.legs { LegJSON(leg, currency: pool.currency).write(to: &json) }
      }
      reasons(&json)
    }
  }

  /// The pool's status, or why it has none.
  private var status: String {
    guard let measures = pool.measures else { return "notValued" }
    return pool.collateralBasis == .unknown ? "unknownCollateral" : measures.status.rawValue
  }

  private func headline(_ json: inout JSONLayout) {
    let measure = pool.headline(settings.basis)
    json.object("leverage", inline: true) { json in
      json.value("value", measure)
      json.text("direction", Direction(pool).word)
      json.text("basis", settings.basis.rawValue)
      json.text("numeraire", "USD")
      json.text("definition", "deltaLeverage")
      if let absence = measure.absence { json.text("reason", absence.rawValue) }
    }
    json.measure("worstSecant", pool.worstSecant, onRiskOwn, definition: "secantLeverage")
  }

  // MARK: Money

  private func capital(_ json: inout JSONLayout) {
    let known = pool.capitalIsKnown ? pool.measures : nil
    let asset = pool.currency
    json.text("equity", known.flatMap { ReportAmount.text($0.equity, asset, .down) })
    json.text("equityUsd", known.flatMap { ReportAmount.usd($0.equityUsd, .down) })
    json.text("capitalAtRisk", known.flatMap { ReportAmount.text($0.capitalAtRisk, asset, .down) })
    json.text("capitalAtRiskUsd", known.flatMap { ReportAmount.usd($0.capitalAtRiskUsd, .down) })
    json.text("maxLoss", known.flatMap { maxLoss($0.maxLoss) })
    json.text("worstLoss", known.flatMap { ReportAmount.text($0.worstLoss, asset, .up) })
    json.text("cash", known == nil ? nil : pool.riskPool.flatMap { money($0.cash, .down) })
    let margin = pool.margin
    json.text("marginRuleSet", margin?.ruleSet)
    json.text("initialMargin", margin.flatMap { money($0.initial, .up) })
    json.text("maintenanceMargin", margin.flatMap { money($0.maintenance, .up) })
    json.text("excess", margin?.excess.flatMap { money($0, .down) })
  }

  private func maxLoss(_ loss: Measure) -> String? {
    switch loss {
    case .value(let amount): money(amount, .up)
    case .positiveInfinity: "inf"
    case .negativeInfinity, .absent: nil
    }
  }

  private func money(_ amount: Double, _ rounding: Rounding) -> String? {
    ReportAmount.text(amount, pool.currency, rounding)
  }

  /// A profit or loss of the pool, 0 where it is the rounding of what the pool is made of.
  private func change(_ amount: Double, _ rounding: Rounding) -> String? {
    let notional = pool.measures.map { $0.grossNotional / $0.usdPerUnit } ?? 0
    let scale = notional + (pool.riskPool?.cash.magnitude ?? 0)
    return ReportAmount.change(amount, of: scale, pool.currency, rounding)
  }

  private func exposures(_ json: inout JSONLayout) {
    let measures = pool.measures
    func usd(_ name: String, _ value: Double?, _ rounding: Rounding = .toNearestEven) {
      json.text(name, value.flatMap { ReportAmount.usd($0, rounding) })
    }
    usd("notional", measures?.grossNotional, .up)
    usd("deltaCash", measures?.deltaCash)
    usd("absDeltaCash", measures?.absDeltaCash, .up)
    usd("gammaCash", measures?.gammaCash)
    usd("gammaCash1pct", measures?.gammaCash1pct)
    usd("vegaCashPerPoint", measures?.vegaCashPerPoint)
    usd("thetaCashPerDay", measures?.thetaCashPerDay)
    json.array("exposures") { json in
      for exposure in measures?.exposures ?? [] {
        json.object(inline: true) { json in
          let place = exposure.underlying
          json.text(
            "underlying",
            pool.underlyings.indices.contains(place) ? pool.underlyings[place].description : nil)
          json.text("notional", ReportAmount.usd(exposure.grossNotional, .up))
          json.text("deltaCash", ReportAmount.usd(exposure.deltaCash, .toNearestEven))
          json.text("absDeltaCash", ReportAmount.usd(exposure.absDeltaCash, .up))
          json.text("gammaCash", ReportAmount.usd(exposure.gammaCash, .toNearestEven))
          json.text("vegaCashPerPoint", ReportAmount.usd(exposure.vegaCashPerPoint, .toNearestEven))
          json.text("thetaCashPerDay", ReportAmount.usd(exposure.thetaCashPerDay, .toNearestEven))
        }
      }
    }
  }

  // MARK: Ratios

  private func measures(_ json: inout JSONLayout) {
    let absent = Measure.absent(pool.measures == nil ? .noMarket : .unknownCollateral)
    let known = pool.capitalIsKnown ? pool.measures : nil
    json.object("measures") { json in
      for (name, path, frame) in ratios {
        json.measure(name, known?[keyPath: path] ?? absent, frame)
      }
      json.measure(
        "elasticity", pool.measures?.elasticity ?? absent,
        .init(basis: "optionValue", numeraire: "USD"))
    }
  }

  private var ratios: [(String, KeyPath<PoolMeasures, Measure>, MeasureFrame)] {
    let coin = pool.currency.code
    return [
      ("deltaLeverage", \.deltaLeverage, onRisk),
      ("signedDeltaLeverage", \.signedDeltaLeverage, onRisk),
      ("grossLeverage", \.grossLeverage, onRisk),
      ("vegaLeveragePerPoint", \.vegaLeveragePerPoint, onRisk),
      ("volElasticity", \.volElasticity, onRisk),
      ("thetaDrainPerDay", \.thetaDrainPerDay, onRisk),
      ("stressMultiple", \.stressMultiple, onRiskOwn),
      ("stressLeverage", \.stressLeverage, onRiskOwn),
      ("equityLeverageSigned", \.equityLeverageSigned, onEquity),
      ("leverageSlopeLnS", \.leverageSlopeLnS, onEquity),
      ("coinDelta", \.coinDelta, .init(basis: "none", numeraire: coin)),
      ("coinLeverage", \.coinLeverage, .init(basis: "equity", numeraire: coin)),
      ("usdEquityLeverage", \.usdEquityLeverage, onEquity),
      ("accountDeltaLeverage", \.accountDeltaLeverage, .accountEquity),
      ("accountGrossLeverage", \.accountGrossLeverage, .accountEquity),
    ]
  }

  private func leverageByBasis(_ json: inout JSONLayout) {
    json.object("leverageByBasis") { json in
      for basis in CapitalBasis.allCases {
        json.measure(
          basis.rawValue, pool.headline(basis), .init(basis: basis.rawValue, numeraire: "USD"),
          definition: "deltaLeverage")
      }
    }
  }

  private func curves(_ json: inout JSONLayout) {
    let known = pool.capitalIsKnown ? pool.measures : nil
    json.object("curve") { json in
      json.numbers("shocks", pool.curveShocks)
      json.list("leverage", known?.curve ?? [])
      json.list("secantLeverage", known?.secantLeverage ?? [])
      json.list("gammaAdjusted", known?.gammaAdjusted ?? [])
    }
    json.object("stress") { json in
      json.numbers("spot", settings.stressSpot)
      json.numbers("volatility", settings.stressVolRel)
      json.array("profit") { json in
        for row in pool.measures?.stressProfit ?? [] {
          json.array(inline: true) { json in
            for value in row { json.text(nil, change(value, .down)) }
          }
        }
      }
    }
  }

  // MARK: Liquidation and what follows

  private func liquidation(_ json: inout JSONLayout) {
    json.array("liquidation") { json in
      for side in pool.liquidation {
        LiquidationJSON(side, pool: pool).write(to: &json)
      }
    }
  }

  private func comparison(_ json: inout JSONLayout) {
    let comparison = pool.comparison
    let absent = Measure.absent(pool.measures == nil ? .noMarket : .unknownCollateral)
    json.object("comparison") { json in
      json.measure("thetaCarryPerDay", comparison?.thetaCarryPerDay ?? absent, onRisk)
      json.measure(
        "breakevenMoveSigmas", comparison?.breakevenMoveSigmas ?? absent,
        .init(basis: "dailySigma", numeraire: "USD"))
      json.measure(
        "expectedReturnOverShortfall", comparison?.expectedReturnOverShortfall ?? absent,
        .init(basis: "expectedShortfall", numeraire: "USD"))
    }
  }

  private func tailRisk(_ json: inout JSONLayout) {
    guard let tail = pool.tailRisk else { return json.text("tailRisk", nil) }
    json.object("tailRisk") { json in
      json.number("horizonDays", tail.horizonDays)
      json.number("tail", tail.tail)
      json.number("factorVolatility", tail.factorVolatility)
      json.text("valueAtRisk", change(tail.valueAtRisk, .up))
      json.text("expectedShortfall", change(tail.expectedShortfall, .up))
      json.measure("VaRLeverage", tail.valueAtRiskLeverage, onRiskOwn)
      json.measure("ESLeverage", tail.expectedShortfallLeverage, onRiskOwn)
    }
  }

  private func regulatory(_ json: inout JSONLayout) {
    guard let lenses = pool.regulatory else { return json.text("regulatory", nil) }
    json.object("regulatory") { json in
      json.measure("aifmdGross", lenses.aifmdGross, onEquity)
      json.measure("commitment", lenses.commitment, onEquity)
      json.measure("sec18f4Exposure", lenses.sec18f4Exposure, onEquity)
      json.text(
        "saccrEffectiveNotional", ReportAmount.usd(lenses.saccrEffectiveNotional, .toNearestEven))
      json.text("saccrAddOn", ReportAmount.usd(lenses.saccrAddOn, .up))
      json.measure("saccrEffectiveLeverage", lenses.saccrEffectiveLeverage, onEquity)
    }
  }

  /// Why anything of this pool is null: codes with their sentences, and the faults of its legs.
  private func reasons(_ json: inout JSONLayout) {
    var codes = Set(ratios.compactMap { pool.measures?[keyPath: $0.1].absence })
    for basis in CapitalBasis.allCases { pool.headline(basis).absence.map { _ = codes.insert($0) } }
    for side in pool.liquidation {
      for measure in [side.probability1Day, side.probability7Days] {
        measure.absence.map { _ = codes.insert($0) }
      }
    }
    if pool.measures == nil { codes.insert(.noMarket) }
    if pool.collateralBasis == .unknown { codes.insert(.unknownCollateral) }
    json.object("reasons") { json in
      for code in codes.sorted(by: { $0.rawValue < $1.rawValue }) {
        json.text(code.rawValue, code.explanation)
      }
    }
    json.texts("problems", pool.problems.map(\.explanation))
  }
}

extension CollateralBasis {
  /// The stable name in files.
  var name: String {
    switch self {
    case .cashGiven: "cashGiven"
    case .equityGiven: "equityGiven"
    case .premiumOnly: "premiumOnly"
    case .unknown: "unknown"
    }
  }
}

extension JSONLayout {
  mutating func list(_ name: String, _ measures: [Measure]) {
    array(name, inline: true) { list in for measure in measures { list.value(nil, measure) } }
  }
}
