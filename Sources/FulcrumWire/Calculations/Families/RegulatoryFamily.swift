import FulcrumModel
import FulcrumRisk

extension CalculationFamily {
  static let regulatoryLeverage = CalculationFamily(
    name: "regulatory_leverage", summary: "AIFMD, SEC 18f-4 and SA-CCR exposure of a book",
    outputs: [
      "grossNotionalLeverage", "aifmdGross", "commitment", "sec18f4Exposure",
      "sec18f4LimitedUser", "saccrEffectiveNotional", "saccrAddOn", "saccrEffectiveLeverage",
    ]
  ) { (fields) throws(CalculationRefusal) in
    let index = fields.number(OptionField.index)
    let legs = fields.legs(of: nil)
    let settings = fields.regulatorySettings()
    if Set(legs.map(\.settlement)).count > 1 {
      fields.refuse(
        "legs", seen: "linear and inverse legs", allowed: "one settlement style",
        fix: "ask for each alone")
    }
    try fields.finish()
    let currency: PoolCurrency = legs.first?.settlement == .inverse ? .coin : .usd
    let pool = RiskPool(index: index, currency: currency, cash: 0, legs: legs)
    let measures = try refusing { () throws(RiskError) in
      try RegulatoryLeverage.measures(pool, settings: settings)
    }
    return outputs(measures)
  }

  private static func outputs(_ m: RegulatoryMeasures) -> Outputs {
    var outputs = Outputs()
    outputs.set("grossNotionalLeverage", m.grossNotionalLeverage)
    outputs.set("aifmdGross", m.aifmdGross)
    outputs.set("commitment", m.commitment)
    outputs.set("sec18f4Exposure", m.sec18f4Exposure)
    outputs.set("sec18f4LimitedUser", .bool(m.sec18f4LimitedUser))
    outputs.set("saccrEffectiveNotional", m.saccrEffectiveNotional)
    outputs.set("saccrAddOn", m.saccrAddOn)
    outputs.set("saccrEffectiveLeverage", m.saccrEffectiveLeverage)
    return outputs
  }
}

extension InputFields {
  /// Supervisory numbers default to those of the crypto-asset class; a book is unmargined unless
  /// `saccrMargined` says otherwise.
  fileprivate mutating func regulatorySettings() -> RegulatorySettings {
    let margined = bool(
      "saccrMargined", meaning: "whether the book is margined", fallback: false)
    let period = number(
      NumberField("mporDays", .positive, "margin period of risk, business days", fallback: 10))
    return RegulatorySettings(
      nav: number(NumberField("nav", .positive, "net asset value, USD")),
      supervisoryVol: number(
        NumberField("supervisoryVol", .positive, "supervisory volatility", fallback: 1.2)),
      supervisoryFactor: number(
        NumberField("supervisoryFactor", .positive, "supervisory factor", fallback: 0.32)),
      marginPeriodDays: margined ? period : nil,
      businessDays: number(
        NumberField("businessDays", .positive, "business days a year", fallback: 250)))
  }
}
