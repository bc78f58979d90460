import FulcrumRisk

extension VenueCalculation {
  /// dYdX v4, in whole quantums.
  static let dydx = dydxMargin + dydxLiquidation

  private static let dydxMargin = [
    VenueCalculation(
      "dydx.openInterestImf", "initial margin fraction of a dYdX market by its open interest"
    ) { (fields) throws(CalculationRefusal) in
      let scaling = fields.openInterest()
      try fields.finish()
      let ppm = try refusingRule { () throws(VenueRuleError) in try scaling.ppm() }
      return ["imfPpm": JSONValue(whole: ppm)]
    },
    VenueCalculation(
      "dydx.initialMargin", "initial margin of a dYdX position"
    ) { (fields) throws(CalculationRefusal) in
      let scaling = fields.openInterest()
      let notional = fields.whole("notionalQuoteQuantums", "notional, quote quantums")
      try fields.finish()
      let margin = try refusingRule { () throws(VenueRuleError) in
        try DYDXMargin.initial(notional: notional, scaledPpm: try scaling.ppm())
      }
      return ["imr": JSONValue(whole: margin)]
    },
    VenueCalculation(
      "dydx.liquidatable", "whether a dYdX subaccount can be liquidated"
    ) { (fields) throws(CalculationRefusal) in
      let account = fields.onePosition()
      try fields.finish()
      let answer = try refusingRule { () throws(VenueRuleError) in
        try DYDXMargin.isLiquidatable(account)
      }
      return ["liquidatable": .bool(answer)]
    },
  ]

  private static let dydxLiquidation = [
    VenueCalculation(
      "dydx.bankruptcyPrice", "quote for a fill at a dYdX subaccount's bankruptcy price"
    ) { (fields) throws(CalculationRefusal) in
      let account = fields.subaccount()
      let closing = fields.whole("closingIndex", "place of the position, from 0")
      let delta = fields.whole("deltaQuantums", "change of the position, quantums")
      try fields.finish()
      let quote = try refusingRule { () throws(VenueRuleError) in
        try DYDXLiquidation.bankruptcyQuote(account, closing: place(closing), delta: delta)
      }
      return ["bankruptcyQuoteQuantums": JSONValue(whole: quote)]
    },
    VenueCalculation(
      "dydx.fillablePrice", "price of a dYdX liquidation order"
    ) { (fields) throws(CalculationRefusal) in
      let account = fields.subaccount()
      let closing = fields.whole("closingIndex", "place of the position, from 0")
      let adjustment = fields.whole("bankruptcyAdjustmentPpm", "bankruptcy adjustment, ppm")
      let spread = fields.whole("spreadToMaintenanceMarginRatioPpm", "spread over MMR, ppm")
      try fields.finish()
      let price = try refusingRule { () throws(VenueRuleError) in
        try DYDXLiquidation.fillablePrice(
          account, closing: place(closing), bankruptcyAdjustmentPpm: adjustment,
          spreadToMaintenancePpm: spread)
      }
      return ["fillablePrice": try finite(price.value)]
    },
    VenueCalculation(
      "dydx.insuranceDelta", "what a dYdX liquidation adds to or takes from insurance"
    ) { (fields) throws(CalculationRefusal) in
      let account = fields.onePosition()
      let isBuy = fields.bool("isBuy", meaning: "whether the fill buys", fallback: false)
      let fill = fields.whole("fillQuantums", "size of the fill, quantums, unsigned")
      let quote = fields.whole("fillQuoteQuantums", "quote of the fill, unsigned")
      let fee = fields.whole("maxLiquidationFeePpm", "largest fee, ppm")
      try fields.finish()
      let delta = try refusingRule { () throws(VenueRuleError) in
        let bankruptcy = try DYDXLiquidation.bankruptcyQuote(
          account, closing: 0, delta: isBuy ? fill : -fill)
        return try DYDXLiquidation.insuranceDelta(
          quoteReceived: isBuy ? -quote : quote, bankruptcyQuote: bankruptcy, maxFeePpm: fee)
      }
      return ["insuranceFundDelta": JSONValue(whole: delta)]
    },
    VenueCalculation(
      "dydx.isolatedClose", "closing an isolated dYdX pair, insurance credited first"
    ) { (fields) throws(CalculationRefusal) in
      let pool = fields.whole("poolBalance", "the isolated pool, quote")
      let short = fields.whole("shortQuote", "quote of the short")
      let long = fields.whole("longQuote", "quote of the long")
      let size = fields.whole("positionSize", "size closed")
      let price = fields.whole("closePrice", "quote per unit of size")
      try fields.finish()
      let close = try refusingRule { () throws(VenueRuleError) in
        try DYDXLiquidation.closeIsolated(
          pool: pool, shortQuote: short, longQuote: long, size: size, price: price)
      }
      return [
        "insurancePays": JSONValue(whole: close.insurancePays),
        "shortFinal": JSONValue(whole: close.shortFinal),
        "longFinal": JSONValue(whole: close.longFinal),
        "poolOutflowOnClose": JSONValue(whole: close.outflow),
      ]
    },
  ]

  /// A place beyond Int is beyond every array.
  private static func place(_ whole: Int128) -> Int { Int(exactly: whole) ?? -1 }

  fileprivate struct Scaling {
    var base: Int128
    var openInterest: Int128
    var lower: Int128
    var upper: Int128

    func ppm() throws(VenueRuleError) -> Int128 {
      try DYDXMargin.initialPpm(
        base: base, openInterest: openInterest, lowerCap: lower, upperCap: upper)
    }
  }
}

extension InputFields {
  fileprivate mutating func openInterest() -> VenueCalculation.Scaling {
    VenueCalculation.Scaling(
      base: whole("baseImfPpm", "base initial margin fraction, ppm"),
      openInterest: whole("openInterestNotional", "open interest, quote"),
      lower: whole("lowerCap", "open interest where scaling begins"),
      upper: whole("upperCap", "open interest where it ends"))
  }

  private mutating func position(_ quantums: String) -> DYDXMargin.Position {
    DYDXMargin.Position(
      quantums: whole(quantums, "size, quantums"),
      quoteQuantumsPerBase: whole("quoteQuantumsPerBase", "price, quote quantums per quantum"),
      initialPpm: whole("imfPpm", "initial margin fraction, ppm"),
      maintenancePpm: whole("maintFractionPpm", "maintenance share of it, ppm"))
  }

  fileprivate mutating func onePosition() -> DYDXMargin.Subaccount {
    DYDXMargin.Subaccount(
      quoteBalance: whole("quoteBalanceQuantums", "quote balance, quantums"),
      positions: [position("positionQuantums")])
  }

  fileprivate mutating func subaccount() -> DYDXMargin.Subaccount {
    DYDXMargin.Subaccount(
      quoteBalance: whole("quoteBalanceQuantums", "quote balance, quantums"),
      positions: each("positions", meaning: "positions") { $0.position("quantums") })
  }
}
