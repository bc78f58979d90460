import FulcrumRisk

extension CalculationFamily {
  static let leverage = CalculationFamily(
    name: "leverage", summary: "every leverage measure of one isolated pool",
    outputs: [
      "status", "equity", "equityUsd", "maxLoss", "capitalAtRisk", "capitalAtRiskUsd",
      "grossNotional", "deltaCash", "absDeltaCash", "gammaCash", "gammaCash1pct",
      "vegaCashPerPoint", "thetaCashPerDay", "grossLeverage", "deltaLeverage",
      "signedDeltaLeverage", "vegaLeveragePerPoint", "volElasticity", "thetaDrainPerDay",
      "aifmdGross", "commitment", "equityLeverageSigned", "leverageSlopeLnS", "coinDelta",
      "coinLeverage", "usdEquityLeverage", "accountDeltaLeverage", "accountGrossLeverage",
      "elasticity", "curve", "secantLeverage", "gammaAdjusted", "worstLoss", "stressMultiple",
      "stressLeverage",
    ]
  ) { (fields) throws(CalculationRefusal) in
    let pool = fields.pool()
    let settings = fields.leverageSettings()
    try fields.finish()
    let measures = try refusing { () throws(RiskError) in
      try LeverageEngine.measures(pool, settings: settings)
    }
    return outputs(measures, pool: pool, settings: settings)
  }

  private static func outputs(
    _ m: PoolMeasures, pool: RiskPool, settings: LeverageSettings
  ) -> Outputs {
    var outputs = Outputs()
    outputs.set("status", .string(m.status.rawValue))
    outputs.setMoney(m)
    outputs.set("grossLeverage", m.grossLeverage)
    outputs.set("deltaLeverage", m.deltaLeverage)
    outputs.set("signedDeltaLeverage", m.signedDeltaLeverage)
    outputs.set("vegaLeveragePerPoint", m.vegaLeveragePerPoint)
    outputs.set("volElasticity", m.volElasticity)
    outputs.set("thetaDrainPerDay", m.thetaDrainPerDay)
    outputs.setRatiosOnEquity(m)
    if settings.accountEquityUsd != nil {
      outputs.set("accountDeltaLeverage", m.accountDeltaLeverage)
      outputs.set("accountGrossLeverage", m.accountGrossLeverage)
    }
    if pool.legs.count == 1, pool.legs[0].isOption { outputs.set("elasticity", m.elasticity) }
    outputs.set("curve", m.curve)
    outputs.set("secantLeverage", m.secantLeverage)
    outputs.setGammaAdjusted(m)
    outputs.set("worstLoss", m.worstLoss)
    outputs.set("stressMultiple", m.stressMultiple)
    outputs.set("stressLeverage", m.stressLeverage)
    return outputs
  }
}

extension Outputs {
  fileprivate mutating func setMoney(_ m: PoolMeasures) {
    set("equity", m.equity)
    set("equityUsd", m.equityUsd)
    set("maxLoss", m.maxLoss)
    set("capitalAtRisk", m.capitalAtRisk)
    set("capitalAtRiskUsd", m.capitalAtRiskUsd)
    set("grossNotional", m.grossNotional)
    set("deltaCash", m.deltaCash)
    set("absDeltaCash", m.absDeltaCash)
    set("gammaCash", m.gammaCash)
    set("gammaCash1pct", m.gammaCash1pct)
    set("vegaCashPerPoint", m.vegaCashPerPoint)
    set("thetaCashPerDay", m.thetaCashPerDay)
  }

  /// Each currency has ratios of its own; those of a USD pool are there where E > 0.
  fileprivate mutating func setRatiosOnEquity(_ m: PoolMeasures) {
    set("aifmdGross", m.aifmdGross)
    set("commitment", m.commitment)
    switch m.currency {
    case .usd:
      guard m.equity > 0 else { return }
      set("equityLeverageSigned", m.equityLeverageSigned)
      set("leverageSlopeLnS", m.leverageSlopeLnS)
    case .coin:
      set("coinDelta", m.coinDelta)
      set("coinLeverage", m.coinLeverage)
      set("usdEquityLeverage", m.usdEquityLeverage)
    }
  }

  /// One null for the whole array in a coin pool; no key where there is no capital at risk.
  fileprivate mutating func setGammaAdjusted(_ m: PoolMeasures) {
    guard m.capitalAtRisk > 0 else { return }
    if m.currency == .coin {
      set("gammaAdjusted", Measure.absent(.notDefinedInCoinPool))
    } else {
      set("gammaAdjusted", m.gammaAdjusted)
    }
  }
}

extension InputFields {
  fileprivate mutating func leverageSettings() -> LeverageSettings {
    let standard = LeverageSettings.standard
    return LeverageSettings(
      curveShocks: numbers(
        NumberField("curveShocks", .aboveMinusOne, "relative moves of the leverage curve"),
        fallback: standard.curveShocks),
      stressSpot: numbers(
        NumberField("stressSpot", .aboveMinusOne, "relative moves of the stress grid"),
        fallback: standard.stressSpot),
      stressVolRel: numbers(
        NumberField(
          "stressVolRel", .atLeastMinusOne, "relative volatility shifts of the stress grid"),
        fallback: standard.stressVolRel),
      accountEquityUsd: optionalNumber(
        NumberField("accountEquityUsd", .finite, "equity of the whole account, USD")))
  }
}
