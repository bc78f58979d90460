import FulcrumRisk

extension CalculationFamily {
  static let varLeverage = CalculationFamily(
    name: "var_leverage", summary: "VaR and ES leverage against a long of the same capital",
    outputs: [
      "VaR", "ES", "capitalAtRisk", "VaRLeverage", "ESLeverage", "benchmarkVaR", "benchmarkES",
      "VaRMultiple",
    ]
  ) { (fields) throws(CalculationRefusal) in
    let pool = fields.pool()
    let settings = TailSettings(
      factorVol: fields.number(
        NumberField("factorVol", .positive, "volatility of the underlying, 1 = 100 % a year")),
      horizonDays: fields.number(NumberField("horizonDays", .positive, "calendar days")),
      tail: fields.number(NumberField("tail", .probability, "tail probability, such as 0.01")))
    try fields.finish()
    let measures = try refusing { () throws(RiskError) in
      try TailRisk.measures(pool, settings: settings)
    }
    return outputs(measures)
  }

  private static func outputs(_ m: TailMeasures) -> Outputs {
    var outputs = Outputs()
    outputs.set("VaR", m.valueAtRisk)
    outputs.set("ES", m.expectedShortfall)
    outputs.set("capitalAtRisk", m.capitalAtRisk)
    outputs.set("VaRLeverage", m.valueAtRiskLeverage)
    outputs.set("ESLeverage", m.expectedShortfallLeverage)
    outputs.set("benchmarkVaR", m.benchmarkValueAtRisk)
    outputs.set("benchmarkES", m.benchmarkExpectedShortfall)
    outputs.set("VaRMultiple", m.valueAtRiskMultiple)
    return outputs
  }
}
