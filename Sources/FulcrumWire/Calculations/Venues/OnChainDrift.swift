import FulcrumRisk

extension VenueCalculation {
  /// Drift v2's liquidation arithmetic in whole units.
  static let driftLiquidation = driftSteps + driftLosses

  private static let driftSteps = [
    VenueCalculation(
      "drift.liquidation.baseToCover", "base that a Drift liquidation takes to cover a shortage"
    ) { (fields) throws(CalculationRefusal) in
      let market = fields.driftMarket()
      let shortage = fields.whole("marginShortage", "shortage, 1e-6 USD")
      let fee = fields.whole("ifFee1e6", "insurance fee, 1e-6")
      try fields.finish()
      let base = try refusingRule { () throws(VenueRuleError) in
        try DriftLiquidation.baseToCover1e9(
          shortage1e6: shortage, market: market, insuranceFee1e6: fee)
      }
      return ["base1e9": base.map { JSONValue(whole: $0) } ?? .string("unlimited")]
    },
    VenueCalculation(
      "drift.liquidation.insuranceFee", "insurance fee that a Drift liquidation leaves room for"
    ) { (fields) throws(CalculationRefusal) in
      let market = fields.driftMarket()
      let shortage = fields.whole("marginShortage", "shortage, 1e-6 USD")
      let base = fields.whole("base1e9", "position, 1e-9 coins")
      let most = fields.whole("maxIfFee1e6", "largest insurance fee, 1e-6")
      try fields.finish()
      let fee = try refusingRule { () throws(VenueRuleError) in
        try DriftLiquidation.insuranceFee1e6(
          shortage1e6: shortage, base1e9: base, market: market, most1e6: most)
      }
      return ["ifFee1e6": JSONValue(whole: fee)]
    },
    VenueCalculation(
      "drift.liquidation.liquidatorFee", "Drift liquidator's fee by the slots waited"
    ) { (fields) throws(CalculationRefusal) in
      let base = fields.whole("baseFee1e6", "fee at first, 1e-6")
      let most = fields.whole("maxFee1e6", "largest fee, 1e-6")
      let active = fields.whole("lastActiveSlot", "slot of the last activity")
      let slot = fields.whole("slot", "slot now")
      let grace = fields.whole("graceSlots", "slots before the fee grows")
      let step = fields.whole("incrementPerSlot1e6", "growth a slot, 1e-6")
      try fields.finish()
      let fee = try refusingRule { () throws(VenueRuleError) in
        try DriftLiquidation.liquidatorFee1e6(
          base1e6: base, most1e6: most, slotsIdle: slot - active, graceSlots: grace,
          perSlot1e6: step)
      }
      return ["fee1e6": JSONValue(whole: fee)]
    },
    VenueCalculation(
      "drift.liquidation.maxPercent", "share of a cross account that one Drift step may take"
    ) { (fields) throws(CalculationRefusal) in
      let shortage = fields.number("marginShortage", "shortage, USD", .nonNegative)
      let threshold = fields.number("threshold", "shortage taken whole, USD", .nonNegative)
      let initial = fields.number("initialPct", "share at first", .share)
      try fields.finish()
      let share = try refusingRule { () throws(VenueRuleError) in
        try DriftLiquidation.largestShare(
          shortage: shortage, threshold: threshold, initialShare: initial)
      }
      return ["pct": try finite(share)]
    },
  ]

  private static let driftLosses = [
    VenueCalculation(
      "drift.socialLoss.funding", "funding that a loss adds to Drift's open interest"
    ) { (fields) throws(CalculationRefusal) in
      let loss = fields.whole("loss", "loss, 1e-6 USD")
      let long = fields.whole("baseLong", "long open interest, coins")
      let short = fields.whole("baseShort", "short open interest, coins, negative")
      try fields.finish()
      let delta = try refusingRule { () throws(VenueRuleError) in
        try DriftLiquidation.fundingDelta1e9(
          loss1e6: loss, long1e9: long * 1_000_000_000, short1e9: short * 1_000_000_000)
      }
      return ["fundingDelta1e9": JSONValue(whole: delta)]
    },
    VenueCalculation(
      "drift.socialLoss.deposit", "what a spot loss takes off every Drift deposit"
    ) { (fields) throws(CalculationRefusal) in
      let loss = fields.whole("loss", "loss, 1e-6")
      let deposits = fields.whole("deposits", "deposits, 1e-6")
      let interest = fields.whole("cumulativeInterest1e10", "cumulative interest, 1e-10")
      try fields.finish()
      let delta = try refusingRule { () throws(VenueRuleError) in
        try DriftLiquidation.depositDelta1e10(
          loss: loss, deposits: deposits, cumulativeInterest1e10: interest)
      }
      return ["delta1e10": JSONValue(whole: delta)]
    },
    VenueCalculation(
      "drift.socialLoss.users", "what two holders pay of a loss spread over open interest"
    ) { (fields) throws(CalculationRefusal) in
      let loss = fields.number("loss", "loss, USD", .nonNegative)
      let insurance = fields.number("insurancePaid", "paid by insurance, USD", .nonNegative)
      let long = fields.number("baseLong", "long open interest, coins")
      let short = fields.number("baseShort", "short open interest, coins")
      let otherLong = fields.number("otherLongBase", "a holder's coins")
      let otherShort = fields.number("otherShortBase", "a holder's coins")
      try fields.finish()
      let each = try refusingRule { () throws(VenueRuleError) in
        try DriftLiquidation.socialLossPerCoin(
          loss: loss, insurance: insurance, long: long, short: short)
      }
      return [
        "fundingDeltaPerBase": try finite(each),
        "longLoss": try finite(each * otherLong.magnitude),
        "shortLoss": try finite(each * otherShort.magnitude),
      ]
    },
  ]
}

extension InputFields {
  fileprivate mutating func driftMarket() -> DriftLiquidation.Market {
    DriftLiquidation.Market(
      marginRatio1e4: whole("marginRatio1e4", "margin ratio with the buffer, 1e-4"),
      liquidatorFee1e6: whole("liquidatorFee1e6", "liquidator's fee, 1e-6"),
      oraclePrice1e6: whole("oraclePrice1e6", "price, 1e-6 USD"),
      quoteOraclePrice1e6: whole("quoteOraclePrice1e6", "price of the quote, 1e-6 USD"))
  }
}
