import FulcrumModel
import FulcrumPricing

extension CalculationFamily {
  private static let optionKeys = [
    "coinPrice", "bsDelta", "netDelta", "coinSlope", "coinConvexity", "netGamma", "coinVega",
    "coinTheta", "coinVanna", "coinVolga", "usdAtIndex", "usdAtForward",
  ]
  private static let settlementKeys = ["payoffUsd", "payoffCoin", "cashflowCoin", "cashflowUsd"]
  private static let perpetualKeys = ["pnlCoin", "pnlUsdAtMark", "coinDelta", "notionalUsd"]

  /// The kind of a case follows from its fields: `deliveryPrice` is a settlement, the type
  /// `inversePerp` a perpetual, everything else an option.
  static let inverseOptions = CalculationFamily(
    name: "inverse_options",
    summary: "coin-margined options, their settlement, and inverse perpetuals",
    outputs: optionKeys + settlementKeys + perpetualKeys
  ) { (fields) throws(CalculationRefusal) in
    if fields.has("deliveryPrice") { return try settlement(&fields) }
    if fields.isPerpetual { return try perpetual(&fields) }
    return try option(&fields)
  }

  private static func option(_ fields: inout InputFields) throws(CalculationRefusal) -> Outputs {
    let option = OptionInput(
      right: fields.right() ?? .call, forward: fields.number(InverseField.forward),
      strike: fields.number(OptionField.strike), years: fields.number(OptionField.years),
      volatility: fields.number(OptionField.volatility))
    let index = fields.number(OptionField.index)
    try fields.finish()
    let greeks = InverseOption.greeks(option)
    var outputs = Outputs()
    outputs.set("coinPrice", greeks.coinPrice)
    outputs.set("bsDelta", greeks.bsDelta)
    outputs.set("netDelta", greeks.netDelta)
    outputs.set("coinSlope", greeks.coinSlope)
    outputs.set("coinConvexity", greeks.coinConvexity)
    outputs.set("netGamma", greeks.netGamma)
    outputs.set("coinVega", greeks.coinVega)
    outputs.set("coinTheta", greeks.coinTheta)
    outputs.set("coinVanna", greeks.coinVanna)
    outputs.set("coinVolga", greeks.coinVolga)
    outputs.set("usdAtIndex", greeks.coinPrice * index)
    outputs.set("usdAtForward", Black76.undiscounted(option))
    return outputs
  }

  private static func settlement(
    _ fields: inout InputFields
  ) throws(CalculationRefusal) -> Outputs {
    let right = fields.right() ?? .call
    let strike = fields.number(OptionField.strike)
    let delivery = fields.number(InverseField.delivery)
    let quantity = fields.number(InverseField.coins)
    try fields.finish()
    let payoff = InverseOption.payoff(right, strike: strike, deliveryPrice: delivery)
    var outputs = Outputs()
    outputs.set("payoffUsd", payoff.usd)
    outputs.set("payoffCoin", payoff.coin)
    outputs.set("cashflowCoin", quantity * payoff.coin)
    outputs.set("cashflowUsd", quantity * payoff.usd)
    return outputs
  }

  private static func perpetual(
    _ fields: inout InputFields
  ) throws(CalculationRefusal) -> Outputs {
    fields.allow("type")
    let perpetual = InversePerpetual(
      quantity: fields.number(PoolField.quantity), faceUsd: fields.number(PoolField.face),
      entry: fields.number(PoolField.entry), mark: fields.number(InverseField.mark))
    try fields.finish()
    var outputs = Outputs()
    outputs.set("pnlCoin", perpetual.pnlCoin)
    outputs.set("pnlUsdAtMark", perpetual.pnlUsdAtMark)
    outputs.set("coinDelta", perpetual.coinDelta)
    outputs.set("notionalUsd", perpetual.notionalUsd)
    outputs.set("coinSlope", perpetual.coinSlope)
    outputs.set("coinConvexity", perpetual.coinConvexity)
    return outputs
  }
}

private enum InverseField {
  static let forward = NumberField("F", .positive, "forward of the option's expiry, USD")
  static let delivery = NumberField("deliveryPrice", .positive, "settlement price, USD")
  static let coins = NumberField("qty", .finite, "contracts of one coin, negative for a short")
  static let mark = NumberField("mark", .positive, "mark price, USD")
}

extension InputFields {
  fileprivate var isPerpetual: Bool { string("type") == "inversePerp" }
}
