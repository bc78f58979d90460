import FulcrumRisk

extension VenueCalculation {
  /// Drift v2's isolated positions.
  static let driftIsolated = [
    VenueCalculation(
      "drift.margin.leverageCap", "margin of a Drift position under leverage caps"
    ) { (fields) throws(CalculationRefusal) in
      let cap = fields.leverageCap()
      try fields.finish()
      return ["marginRequirement": JSONValue(double: cap)]
    },
    VenueCalculation(
      "drift.isolated.margin", "margin and collateral of an isolated Drift position"
    ) { (fields) throws(CalculationRefusal) in
      let position = fields.isolated()
      let ratio = fields.number("marginRatio", "margin ratio", .nonNegative)
      let buffer = fields.number("marginBuffer", "liquidation buffer", .nonNegative)
      try fields.finish()
      let margin = try refusingRule { () throws(VenueRuleError) in
        try position.margin(ratio: ratio, buffer: buffer)
      }
      return [
        "requirement": JSONValue(double: margin.requirement),
        "collateral": JSONValue(double: margin.collateral),
        "requirementPlusBuffer": JSONValue(double: margin.requirementPlusBuffer),
        "collateralPlusBuffer": JSONValue(double: margin.collateralPlusBuffer),
        "meetsRequirement": .bool(margin.meetsRequirement),
      ]
    },
    VenueCalculation(
      "drift.isolated.fullLiquidation", "an isolated Drift position taken whole"
    ) { (fields) throws(CalculationRefusal) in
      let position = fields.isolated()
      let fees = fields.fees(insuranceFallback: 0)
      try fields.finish()
      let taken = try refusingRule { () throws(VenueRuleError) in
        try position.fullyLiquidated(fees: fees)
      }
      return [
        "liquidatorQuote": JSONValue(double: taken.liquidatorQuote),
        "userQuoteAfter": JSONValue(double: taken.remaining.quote),
        "ifFeePaid": JSONValue(double: taken.insuranceFee),
      ]
    },
    VenueCalculation(
      "drift.isolated.partialLiquidation", "the step that restores an isolated Drift position"
    ) { (fields) throws(CalculationRefusal) in
      let position = fields.isolated()
      let ratio = fields.number("maintenanceRatio", "maintenance ratio", .nonNegative)
      let buffer = fields.number("buffer", "liquidation buffer", .nonNegative)
      let fees = fields.fees(insuranceFallback: nil)
      try fields.finish()
      let step = try refusingRule { () throws(VenueRuleError) in
        try position.liquidated(maintenance: ratio, buffer: buffer, fees: fees)
      }
      return [
        "shortage": JSONValue(double: step.shortage),
        "baseLiquidated": JSONValue(double: step.base),
        "liquidatorQuote": JSONValue(double: step.liquidatorQuote),
        "ifFeePaid": JSONValue(double: step.insuranceFee),
        "remainingBase": JSONValue(double: step.remaining.base),
      ]
    },
    VenueCalculation(
      "drift.isolated.bankruptcy", "an isolated Drift deposit seized against a debt"
    ) { (fields) throws(CalculationRefusal) in
      let position = DriftIsolated(
        base: 0, quote: fields.number("quote", "quote of the closed position, USD"),
        deposit: fields.number("isolatedDeposit", "deposit, USD", .nonNegative),
        oraclePrice: 0)
      let fee = fields.number("liquidatorFeeOnPnl", "liquidator's fee on PnL", .share)
      try fields.finish()
      let after = try refusingRule { () throws(VenueRuleError) in try position.seized(fee: fee) }
      return [
        "quoteAfterSeizure": JSONValue(double: after.quote),
        "depositAfter": JSONValue(double: after.deposit),
      ]
    },
  ]

  fileprivate enum MarginType: String, CaseIterable {
    case initial, fill, maintenance
  }
}

extension InputFields {
  fileprivate mutating func isolated() -> DriftIsolated {
    DriftIsolated(
      base: number("base", "coins, negative for a short"),
      quote: number("quote", "quote, USD, negative for a long"),
      deposit: number("isolatedDeposit", "deposit, USD"),
      oraclePrice: number("oraclePrice", "price, USD", .nonNegative))
  }

  fileprivate mutating func fees(insuranceFallback: Double?) -> DriftIsolated.Fees {
    DriftIsolated.Fees(
      liquidator: number("liquidatorFee", "liquidator's fee", .share),
      insurance: number("ifFee", "largest insurance fee", .share, fallback: insuranceFallback))
  }

  /// |base|·P·ratio, ratios in 1e-4.
  fileprivate mutating func leverageCap() -> Double {
    let notional =
      number("base", "coins").magnitude * number("oraclePrice", "price, USD", .nonNegative)
    let ratios = DriftIsolated.Ratios(
      initial: number("marketInitial1e4", "market's initial ratio, 1e-4", .nonNegative),
      maintenance: number(
        "marketMaintenance1e4", "market's maintenance ratio, 1e-4", .nonNegative))
    let user = number("userMaxMarginRatio1e4", "user's cap, 1e-4", .nonNegative)
    let position = number("positionMaxMarginRatio1e4", "position's cap, 1e-4", .nonNegative)
    let type = choice(
      "marginType", among: VenueCalculation.MarginType.allCases, meaning: "which margin")
    // The size premium is 0 here, so the size does not matter.
    let ratio =
      switch type ?? .initial {
      case .initial: ratios.initial(size: 0, caps: user, position)
      case .fill: ratios.fill(size: 0, caps: user, position)
      case .maintenance: ratios.maintenance(size: 0)
      }
    return notional * ratio / 10_000
  }
}
