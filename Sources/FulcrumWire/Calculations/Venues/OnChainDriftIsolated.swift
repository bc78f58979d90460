import FulcrumRisk

extension VenueCalculation {
  /// Drift v2's isolated positions.
  static let driftIsolated = [
    VenueCalculation(
      "drift.margin.leverageCap", "margin of a Drift position under leverage caps"
    ) { (fields) throws(CalculationRefusal) in
      let cap = fields.leverageCap()
      try fields.finish()
      return ["marginRequirement": try finite(cap)]
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
        "requirement": try finite(margin.requirement),
        "collateral": try finite(margin.collateral),
        "requirementPlusBuffer": try finite(margin.requirementPlusBuffer),
        "collateralPlusBuffer": try finite(margin.collateralPlusBuffer),
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
        "liquidatorQuote": try finite(taken.liquidatorQuote),
        "userQuoteAfter": try finite(taken.remaining.quote),
        "ifFeePaid": try finite(taken.insuranceFee),
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
        "shortage": try finite(step.shortage),
        "baseLiquidated": try finite(step.base),
        "liquidatorQuote": try finite(step.liquidatorQuote),
        "ifFeePaid": try finite(step.insuranceFee),
        "remainingBase": try finite(step.remaining.base),
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
        "quoteAfterSeizure": try finite(after.quote),
        "depositAfter": try finite(after.deposit),
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
