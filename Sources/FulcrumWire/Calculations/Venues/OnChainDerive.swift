import FulcrumModel
import FulcrumRisk

extension VenueCalculation {
  /// Derive's standard manager: one option, one expiry, an account.
  static let deriveStandard = [
    VenueCalculation(
      "derive.srm.option", "what one short option asks for under Derive's standard margin"
    ) { (fields) throws(CalculationRefusal) in
      let spot = fields.number("spot", "spot, USD", .positive)
      let expiry = DeriveStandard.Expiry(
        forward: fields.number("forward", "forward, USD", .positive),
        years: fields.years("secondsToExpiry"), options: [])
      let option = fields.standardOption()
      let rates = fields.nested("params", meaning: "margin parameters") {
        $0.optionRates(unpaired: false)
      }
      try fields.finish()
      let net = try refusingRule { () throws(VenueRuleError) in
        try DeriveStandard.margin(of: option, in: expiry, spot: spot, rates: rates)
      }
      return ["im": try finite(net.initial), "mm": try finite(net.maintenance)]
    },
    VenueCalculation(
      "derive.srm.expiry", "whether cash carries one expiry under Derive's standard margin"
    ) { (fields) throws(CalculationRefusal) in
      let spot = fields.number("spot", "spot, USD", .positive)
      let forward = fields.number("forward", "forward, USD", .positive)
      let options = fields.each("legs", meaning: "options") { $0.standardOption() }
      let scale = fields.number("unpairedIMScale", "multiple of net short calls", .positive)
      let cash = fields.number("cash", "cash, USD")
      var rates = fields.nested("optionParams", meaning: "margin parameters") {
        $0.optionRates(unpaired: false)
      }
      rates.unpairedInitial = scale
      try fields.finish()
      let net = try refusingRule { () throws(VenueRuleError) in
        try DeriveStandard.margin(
          of: DeriveStandard.Expiry(forward: forward, years: 0, options: options), spot: spot,
          rates: DeriveStandard.Rates(
            options: rates, perpetualInitial: 0, perpetualMaintenance: 0,
            confidenceThreshold: 0, confidenceFactor: 0))
      }
      return [
        "accepted": .bool(cash + net.initial >= 0), "im": try finite(net.initial),
      ]
    },
    VenueCalculation(
      "derive.srm.portfolio", "an account under Derive's standard margin"
    ) { (fields) throws(CalculationRefusal) in
      let account = fields.standardAccount()
      try fields.finish()
      let margin = try refusingRule { () throws(VenueRuleError) in
        try DeriveStandard.margin(of: account)
      }
      return [
        "im": try finite(margin.net.initial),
        "mm": try finite(margin.net.maintenance),
        "mtm": try finite(margin.markToMarket),
      ]
    },
  ]

  static let deriveCash = [
    VenueCalculation(
      "derive.cash.rate", "what borrowing cash costs on Derive, a year"
    ) { (fields) throws(CalculationRefusal) in
      let (cash, supply, borrows) = fields.cashMarket()
      try fields.finish()
      let rate = try refusingRule { () throws(VenueRuleError) in
        try cash.borrowRate(supply: supply, borrows: borrows)
      }
      return ["borrowRate": try finite(rate)]
    },
    VenueCalculation(
      "derive.cash.accrual", "growth of a cash debt on Derive over a time"
    ) { (fields) throws(CalculationRefusal) in
      let (cash, supply, borrows) = fields.cashMarket()
      let seconds = fields.number("seconds", "time, seconds", .nonNegative)
      try fields.finish()
      let factor = try refusingRule { () throws(VenueRuleError) in
        try cash.accrual(supply: supply, borrows: borrows, seconds: seconds)
      }
      return ["factor": try finite(factor)]
    },
    VenueCalculation(
      "derive.cash.socialisedRate", "stablecoin per cash on Derive after a printed loss"
    ) { (fields) throws(CalculationRefusal) in
      let stable = fields.number("stableBalance", "stablecoin held", .nonNegative)
      let supply = fields.number("cashSupplyBefore", "cash before the loss", .nonNegative)
      let printed = fields.number("lossPrinted", "cash printed for the loss", .nonNegative)
      try fields.finish()
      let rate = try refusingRule { () throws(VenueRuleError) in
        try DeriveCash.exchangeRate(stableBalance: stable, supply: supply, printed: printed)
      }
      return ["exchangeRate": try finite(rate)]
    },
    VenueCalculation(
      "derive.cash.withdrawBurn", "cash burned on Derive for stablecoin taken out"
    ) { (fields) throws(CalculationRefusal) in
      let rate = fields.number("exchangeRate", "stablecoin per cash", .positive)
      let stable = fields.number("stableOut", "stablecoin taken out", .nonNegative)
      try fields.finish()
      let burned = try refusingRule { () throws(VenueRuleError) in
        try DeriveCash.burned(stable: stable, exchangeRate: rate)
      }
      return ["cashBurned": try finite(burned)]
    },
  ]
}

extension InputFields {
  fileprivate mutating func years(_ name: String) -> Double {
    number(name, "time to expiry, seconds", .nonNegative) / 31_536_000
  }

  fileprivate mutating func standardOption() -> DeriveStandard.Option {
    DeriveStandard.Option(
      right: right(), strike: number("strike", "strike, USD", .nonNegative),
      amount: number("amount", "coins, negative for a short"),
      volatility: number("vol", "volatility, 1 = 100 %", .nonNegative))
  }

  fileprivate mutating func optionRates(unpaired: Bool) -> DeriveStandard.OptionRates {
    func share(_ name: String, _ fields: inout InputFields) -> Double {
      fields.number(name, "share of spot or mark", .nonNegative)
    }
    var rates = DeriveStandard.OptionRates(
      maxSpot: share("maxSpotReq", &self), minSpot: share("minSpotReq", &self),
      maintenanceCall: share("mmCallSpotReq", &self),
      maintenancePut: share("mmPutSpotReq", &self),
      maintenancePutMark: share("mmPutMtmReq", &self),
      putOffset: number("mmOffsetScale", "most IM of a put, times its MM", .positive))
    if unpaired {
      rates.unpairedInitial = number("unpairedIMScale", "multiple of net short calls", .positive)
      rates.unpairedMaintenance = number(
        "unpairedMMScale", "multiple of net short calls", .positive)
    }
    return rates
  }

  fileprivate mutating func standardAccount() -> DeriveStandard.Account {
    let options = nested("optionParams", meaning: "margin parameters of options") {
      $0.optionRates(unpaired: true)
    }
    let rates = DeriveStandard.Rates(
      options: options, perpetualInitial: number("perpIM", "perpetual IM rate", .share),
      perpetualMaintenance: number("perpMM", "perpetual MM rate", .share),
      confidenceThreshold: number("oracleThreshold", "confidence threshold", .share),
      confidenceFactor: number("ocFactor", "charge of doubt", .nonNegative))
    return DeriveStandard.Account(
      cash: number("cash", "cash, USD"),
      stablePrice: number("stablePrice", "USD per stablecoin", .positive),
      depegThreshold: number("depegThreshold", "price of a depeg, USD", .nonNegative),
      depegFactor: number("depegFactor", "charge of a depeg", .nonNegative),
      markets: eachNamed("markets", meaning: "markets by name") { name, market in
        market.standardMarket(name, rates)
      })
  }

  private mutating func standardMarket(
    _ name: String, _ rates: DeriveStandard.Rates
  ) -> DeriveStandard.Market {
    DeriveStandard.Market(
      name: name, rates: rates, spot: number("spot", "spot, USD", .positive),
      spotConfidence: number("spotConf", "confidence", .share),
      perpetual: DeriveStandard.Perpetual(
        position: number("perpPosition", "perpetual, coins"),
        mark: number("perpPrice", "perpetual mark, USD", .nonNegative),
        confidence: number("perpConf", "confidence", .share),
        unrealised: number("perpUnrealised", "unrealised profit, USD")),
      base: DeriveStandard.Base(
        amount: number("basePosition", "coins held as collateral"),
        marginFactor: number("baseMarginFactor", "share that counts", .share),
        initialScale: number("baseIMScale", "share of that for IM", .share)),
      expiries: eachNamed("expiries", meaning: "expiries by name") { _, expiry in
        DeriveStandard.Expiry(
          forward: expiry.number("forward", "forward, USD", .positive),
          years: expiry.years("secondsToExpiry"),
          forwardConfidence: expiry.number("fwdConf", "confidence", .share),
          volatilityConfidence: expiry.number("volConf", "confidence", .share),
          options: expiry.each("options", meaning: "options") { $0.standardOption() })
      })
  }

  fileprivate mutating func cashMarket() -> (DeriveCash, supply: Double, borrows: Double) {
    let cash = DeriveCash(
      leastRate: number("minRate", "least rate a year", .nonNegative),
      multiplier: number("rateMultiplier", "slope", .nonNegative),
      highMultiplier: number("highRateMultiplier", "slope beyond u*", .nonNegative),
      bestUtilisation: number("optimalUtil", "u*", .share))
    return (
      cash, number("supply", "cash supplied", .nonNegative),
      number("borrows", "cash borrowed", .nonNegative)
    )
  }
}
