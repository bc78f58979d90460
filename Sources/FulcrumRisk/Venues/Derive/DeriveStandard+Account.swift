import FulcrumNumerics

extension DeriveStandard {
  /// An account under the standard manager, USD.
  public struct Margin: Hashable, Sendable {
    /// Net of everything held: trading needs `initial` ≥ 0, liquidation begins at `maintenance` < 0.
    public let net: Net
    /// Cash, unrealised profit, all options at their marks, and collateral over the stablecoin.
    public let markToMarket: Double
    /// What is charged, ≤ 0, by kind.
    public let options: Net
    public let perpetuals: Net
    public let depeg: Net
    /// Credit of base collateral.
    public let base: Net
  }

  /// The margin of a whole account.
  ///
  /// - Throws: `.parameter` for the first number outside its domain.
  public static func margin(of account: Account) throws(VenueRuleError) -> Margin {
    try validate(account)
    var options = Net.zero
    var perpetuals = Net.zero
    var bases = Net.zero
    var depegs = 0.0
    var mark = NeumaierSum(account.cash)
    var unrealised = NeumaierSum()
    for market in account.markets {
      for expiry in market.expiries {
        options =
          options + together(expiry, market.spot, market.spotConfidence, market.rates)
        for option in expiry.options { mark.add(Self.mark(option, expiry)) }
      }
      if let perpetual = market.perpetual {
        perpetuals = perpetuals + Self.perpetual(perpetual, market)
        unrealised.add(perpetual.unrealised)
      }
      if let base = market.base {
        bases = bases + Self.base(base, market)
        mark.add(base.amount * market.spot / account.stablePrice)
      }
      depegs += depeg(market, account)
    }
    mark.add(unrealised.value)
    let held = account.cash + unrealised.value
    let depeg = Net(initial: -depegs, maintenance: 0)
    return Margin(
      net: Net(initial: held, maintenance: held) + options + perpetuals + bases + depeg,
      markToMarket: mark.value, options: options, perpetuals: perpetuals, depeg: depeg,
      base: bases)
  }

  // MARK: Domains

  static func validate(_ rates: OptionRates) throws(VenueRuleError) {
    // The venue's own setters hold these; outside them IM could fall below MM.
    for (name, value) in [
      ("maxSpotReq", rates.maxSpot), ("minSpotReq", rates.minSpot),
      ("mmCallSpotReq", rates.maintenanceCall), ("mmPutSpotReq", rates.maintenancePut),
      ("mmPutMtmReq", rates.maintenancePutMark),
    ] {
      try VenueInput.hold(value >= 0 && value <= 1.2, value, name, "a share from 0 to 1.2")
    }
    for (name, value) in [
      ("unpairedIMScale", rates.unpairedInitial), ("unpairedMMScale", rates.unpairedMaintenance),
      ("mmOffsetScale", rates.putOffset),
    ] {
      try VenueInput.hold(value >= 1 && value <= 3, value, name, "a scale from 1 to 3")
    }
  }

  static func validate(_ rates: Rates) throws(VenueRuleError) {
    try validate(rates.options)
    try VenueInput.fraction(rates.perpetualInitial, "perpIM")
    try VenueInput.hold(
      rates.perpetualMaintenance >= 0 && rates.perpetualMaintenance <= rates.perpetualInitial,
      rates.perpetualMaintenance, "perpMM", "a rate from 0 to perpIM")
    try VenueInput.fraction(rates.confidenceThreshold, "oracleThreshold")
    try VenueInput.nonNegative(rates.confidenceFactor, "ocFactor")
  }

  static func validate(_ expiry: Expiry, _ options: [Option]) throws(VenueRuleError) {
    try VenueInput.positive(expiry.forward, "forward")
    try VenueInput.nonNegative(expiry.years, "secondsToExpiry")
    try VenueInput.fraction(expiry.forwardConfidence, "fwdConf")
    try VenueInput.fraction(expiry.volatilityConfidence, "volConf")
    for option in options {
      try VenueInput.nonNegative(option.strike, "strike")
      try VenueInput.finite(option.amount, "amount")
      try VenueInput.nonNegative(option.volatility, "vol")
    }
  }

  static func validate(_ account: Account) throws(VenueRuleError) {
    try VenueInput.finite(account.cash, "cash")
    try VenueInput.positive(account.stablePrice, "stablePrice")
    try VenueInput.nonNegative(account.depegThreshold, "depegThreshold")
    try VenueInput.nonNegative(account.depegFactor, "depegFactor")
    for market in account.markets {
      try validate(market.rates)
      try VenueInput.positive(market.spot, "spot")
      try VenueInput.fraction(market.spotConfidence, "spotConf")
      if let perpetual = market.perpetual {
        try VenueInput.finite(perpetual.position, "perpPosition")
        try VenueInput.nonNegative(perpetual.mark, "perpPrice")
        try VenueInput.fraction(perpetual.confidence, "perpConf")
        try VenueInput.finite(perpetual.unrealised, "perpUnrealised")
      }
      if let base = market.base {
        try VenueInput.finite(base.amount, "basePosition")
        try VenueInput.fraction(base.marginFactor, "baseMarginFactor")
        try VenueInput.fraction(base.initialScale, "baseIMScale")
      }
      for expiry in market.expiries { try validate(expiry, expiry.options) }
    }
  }
}
