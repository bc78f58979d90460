import FulcrumRisk

extension CalculationFamily {
  static let liquidation = CalculationFamily(
    name: "liquidation", summary: "liquidation and bankruptcy prices on both sides",
    outputs: [
      "equity", "maintenance", "excess", "healthy", "liquidationPrices", "liquidationBelow",
      "liquidationAbove", "distanceDown", "distanceUp", "bankruptcyPrices",
    ]
  ) { (fields) throws(CalculationRefusal) in
    let pool = fields.pool()
    let margin = fields.margin()
    let years = fields.number(
      NumberField("dt", .nonNegative, "years of 365 days that pass first", fallback: 0))
    let shift = fields.number(
      NumberField("volShift", .atLeastMinusOne, "relative volatility shift", fallback: 0))
    try fields.finish()
    let region = try refusing { () throws(RiskError) in
      try Liquidation.region(pool, margin: margin, timeForward: years, volShift: shift)
    }
    return outputs(region)
  }

  private static func outputs(_ region: LiquidationRegion) -> Outputs {
    let missing: Absence = region.healthy ? .noLiquidation : .alreadyLiquidable
    var outputs = Outputs()
    outputs.set("equity", region.equity)
    outputs.set("maintenance", region.maintenance)
    outputs.set("excess", region.excess)
    outputs.set("healthy", .bool(region.healthy))
    outputs.set("liquidationPrices", region.liquidationPrices)
    outputs.set("liquidationBelow", region.below, orAbsent: missing)
    outputs.set("liquidationAbove", region.above, orAbsent: missing)
    outputs.set("distanceDown", region.distanceDown, orAbsent: missing)
    outputs.set("distanceUp", region.distanceUp, orAbsent: missing)
    outputs.set("bankruptcyPrices", region.bankruptcyPrices)
    return outputs
  }
}

extension InputFields {
  fileprivate mutating func margin() -> StandardMargin {
    nested("margin", meaning: "the maintenance rule", optional: true) { fields in
      StandardMargin(
        optionRate: fields.number(
          NumberField("optionRate", .nonNegative, "of the forward, short options", fallback: 0.075)),
        futuresRate: fields.number(
          NumberField("futuresRate", .nonNegative, "of the notional, futures", fallback: 0.01)),
        liquidationFee: fields.number(
          NumberField("liqFee", .nonNegative, "of the notional, futures", fallback: 0.0005)))
    }
  }
}
