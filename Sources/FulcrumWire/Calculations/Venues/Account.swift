import FulcrumModel
import FulcrumPricing
import FulcrumRisk

extension VenueCalculation {
  /// What every venue's account and ticker have in common.
  static let account = [
    numbers(
      "account.availableFunds", "funds that no margin holds back",
      [VenueField.marginBalance, VenueField.initialMargin]
    ) {
      [
        (
          "availableFunds",
          VenueAccount.availableFunds(
            marginBalance: $0.of("marginBalance"), initialMargin: $0.of("initialMargin"))
        )
      ]
    },
    VenueCalculation(
      "option.ticker", "mark and Greeks of an option in a ticker's units"
    ) { (fields) throws(CalculationRefusal) in
      let style = fields.style()
      let right = fields.right()
      let forward = fields.number(NumberField("forward", .positive, "forward, USD"))
      let strike = fields.number(VenueField.strike)
      let volatility = fields.number(NumberField("markIv", .nonNegative, "volatility, 1 = 100 %"))
      let now = fields.number(NumberField("timestampMs", .finite, "instant, epoch ms"))
      let expiry = fields.number(NumberField("expiryMs", .finite, "expiry, epoch ms"))
      try fields.finish()
      let ticker = OptionTicker(
        OptionInput(
          right: right ?? .call, forward: forward, strike: strike,
          years: max(0, (expiry - now) / 31_536_000_000), volatility: volatility),
        settlement: style)
      var outputs = Outputs()
      outputs.set("markPrice", ticker.markPrice)
      outputs.set("delta", ticker.delta)
      outputs.set("gamma", ticker.gamma)
      outputs.set("vega", ticker.vegaPerPoint)
      outputs.set("theta", ticker.thetaPerDay)
      outputs.set("rho", ticker.rhoPerPercent)
      return outputs.object
    },
    VenueCalculation(
      "option.settlement", "cost, payoff and profit of an option at expiry"
    ) { (fields) throws(CalculationRefusal) in
      let style = fields.style()
      let right = fields.right()
      let strike = fields.number(VenueField.strike)
      let price = fields.number(NumberField("deliveryPrice", .positive, "delivery price, USD"))
      let premium = fields.number(
        NumberField("premium", .nonNegative, "premium of a unit, coin or USD"))
      let multiplier = fields.number(VenueField.multiplier)
      try fields.finish()
      let settled = OptionSettlement(
        right ?? .call, settlement: style, strike: strike, deliveryPrice: price, premium: premium,
        multiplier: multiplier)
      var outputs = Outputs()
      outputs.set("cost", settled.cost)
      outputs.set("payoff", settled.payoff)
      outputs.set("pnl", settled.profit)
      return outputs.object
    },
  ]
}
