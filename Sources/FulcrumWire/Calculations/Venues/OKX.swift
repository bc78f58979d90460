import FulcrumModel
import FulcrumRisk

/// What an OKX option is margined in.
private enum OKXStyle: String, CaseIterable { case coin, usd }

extension VenueCalculation {
  static let okx = [
    okxShort, okxOrder,
    numbers(
      "okx.option.lever", "lever of an option instrument",
      [
        NumberField("deltaBS", .finite, "Black-Scholes delta"),
        NumberField("deltaPA", .finite, "premium-adjusted delta"),
      ]
    ) {
      [
        (
          "lever",
          OKXAccount.lever(
            deltaBlackScholes: $0.of("deltaBS"), deltaPremiumAdjusted: $0.of("deltaPA"))
        )
      ]
    },
    numbers(
      "okx.isolated.spotMargin", "what an isolated long of spot posts, owes and holds",
      [
        NumberField("sizeCoin", .positive, "size, coin"), VenueField.leverage,
        NumberField("fillPrice", .positive, "price, USDT"),
      ]
    ) {
      let margin = OKXAccount.isolatedSpot(
        coins: $0.of("sizeCoin"), leverage: $0.of("leverage"), price: $0.of("fillPrice"))
      return [
        ("marginCoin", margin.marginCoin), ("liabilityUsdt", margin.liability),
        ("positionAssetsCoin", margin.assetsCoin),
      ]
    },
  ]

  /// Per contract: `positionMargin` and, where `c` is given, `maintenanceMargin`.
  private static let okxShort = VenueCalculation(
    "okx.option.short", "margin of a short option, per contract"
  ) { (fields) throws(CalculationRefusal) in
    let style = fields.choice("style", among: OKXStyle.allCases, meaning: "margin currency")
    let right = fields.right()
    let outOfTheMoney = fields.number(NumberField("otmUsd", .nonNegative, "USD"))
    let forward = fields.number(NumberField("forward", .positive, "forward, USD"))
    let mark = fields.number(VenueField.mark)
    let multiplier = fields.number(VenueField.multiplier)
    let index = style == .usd ? fields.number(VenueField.index) : 1
    let maintenance = fields.optionalNumber(NumberField("c", .nonNegative, "maintenance"))
    let terms = OKXOptionTerms(
      initialFloor: fields.number(NumberField("a", .nonNegative, "least", fallback: 0.10)),
      initial: fields.number(NumberField("b", .nonNegative, "initial", fallback: 0.15)),
      maintenance: maintenance ?? 0,
      marginFactor: fields.number(NumberField("marginFactor", .positive, "f of the tier")))
    try fields.finish()
    let margin = terms.short(
      right ?? .call, mark: mark, unit: index, outOfTheMoney: outOfTheMoney, forward: forward
    ).scaled(by: multiplier)
    var outputs = Outputs()
    outputs.set("positionMargin", margin.initial)
    if maintenance != nil { outputs.set("maintenanceMargin", margin.maintenance) }
    return outputs.object
  }

  private static let okxOrder = VenueCalculation(
    "okx.option.order", "margin that an order of options holds back"
  ) { (fields) throws(CalculationRefusal) in
    let side = fields.choice("side", among: OKXOptionOrder.Side.allCases, meaning: "side")
    let effect = fields.choice("effect", among: OKXOptionOrder.Effect.allCases, meaning: "effect")
    let order = OKXOptionOrder(
      side: side ?? .buy, effect: effect ?? .open,
      price: fields.number(NumberField("orderPrice", .nonNegative, "price per coin")),
      positionMargin: fields.number(
        NumberField("positionMargin", .nonNegative, "position margin per contract")),
      multiplier: fields.number(VenueField.multiplier),
      feePerContract: fields.number(NumberField("feePerContract", .nonNegative, "fee")),
      contracts: fields.number(NumberField("contracts", .positive, "contracts")),
      minOrderMargin: fields.number(
        NumberField("minOrderMargin", .nonNegative, "per coin", fallback: 0.10)))
    try fields.finish()
    var outputs = Outputs()
    outputs.set("orderMargin", order.margin)
    return outputs.object
  }
}
