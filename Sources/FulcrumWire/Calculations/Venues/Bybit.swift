import FulcrumRisk

extension VenueCalculation {
  static let bybit = [
    bybitShort, bybitLinear, bybitInverse, bybitCross,
    numbers(
      "bybit.option.cost", "premium and fee of an option",
      [
        VenueField.index, NumberField("price", .nonNegative, "price, USDC"), VenueField.quantity,
        NumberField("feeRate", .nonNegative, "of the index"),
        NumberField("feeCap", .nonNegative, "of the price"),
      ]
    ) {
      let cost = BybitOptionCost(
        index: $0.of("indexPrice"), price: $0.of("price"), quantity: $0.of("qty"),
        feeRate: $0.of("feeRate"), feeCap: $0.of("feeCap"))
      return [("premium", cost.premium), ("fee", cost.fee), ("cost", cost.cost)]
    },
  ]

  /// `initialMargin` is answered where `otmUsd` is given, the rate where the margin balance is.
  private static let bybitShort = numbers(
    "bybit.option.short", "margin of a short option and the account's maintenance rate",
    [
      VenueField.index, VenueField.mark, NumberField("qty", .finite, "coins, negative"),
      NumberField("mmFactor", .nonNegative, "maintenance"),
      NumberField("liqFeeRate", .nonNegative, "of the index"),
    ],
    optional: [
      NumberField("marginBalance", .positive, "margin balance, USDC"),
      NumberField("otmUsd", .nonNegative, "out of the money, USDC"),
      NumberField("averagePrice", .nonNegative, "sold at, USDC"),
    ]
  ) {
    let terms = BybitOptionTerms(
      maintenance: $0.of("mmFactor"), liquidationFee: $0.of("liqFeeRate"))
    let coins = max(-$0.of("qty"), 0)
    let (index, mark) = ($0.of("indexPrice"), $0.of("markPrice"))
    let maintenance = terms.maintenance(index: index, mark: mark) * coins
    var answers: [(String, Double?)] = [("maintenanceMargin", maintenance)]
    if let out = $0["otmUsd"] {
      let margin = terms.short(
        index: index, mark: mark, outOfTheMoney: out, averagePrice: $0["averagePrice"] ?? mark)
      answers.append(("initialMargin", margin.initial * coins))
    }
    if let balance = $0["marginBalance"] {
      answers.append(("accountMmRate", maintenance / balance))
    }
    return answers
  }

  private static let bybitLinear = VenueCalculation(
    "bybit.linear.isolatedLiquidation", "isolated liquidation price of a linear contract"
  ) { (fields) throws(CalculationRefusal) in
    let found = BybitFutures.linear(
      side: fields.side(), entry: fields.number(VenueField.entry),
      size: fields.number(NumberField("size", .positive, "coins")),
      leverage: fields.number(VenueField.leverage),
      maintenanceRate: fields.number(VenueField.mmr),
      deduction: fields.number(NumberField("mmDeduction", .nonNegative, "USDT", fallback: 0)),
      extraMargin: fields.number(NumberField("extraMargin", .finite, "USDT", fallback: 0)))
    try fields.finish()
    var outputs = Outputs()
    outputs.set("initialMargin", found.margin.initial)
    outputs.set("maintenanceMargin", found.margin.maintenance)
    outputs.set("liqPrice", found.liquidationPrice)
    return outputs.object
  }

  /// Liquidation prices are answered where side and maintenance rate are given.
  private static let bybitInverse = numbers(
    "bybit.inverse.isolated", "value, margin and liquidation prices of an inverse contract",
    [
      NumberField("qtyUsd", .positive, "size, USD"), VenueField.entry, VenueField.leverage,
    ], optional: [VenueField.side, VenueField.mmr]
  ) {
    let (quantity, entry, leverage) = ($0.of("qtyUsd"), $0.of("entry"), $0.of("leverage"))
    let found = BybitFutures.inverse(quantityUsd: quantity, entry: entry, leverage: leverage)
    var answers: [(String, Double?)] = [
      ("positionValue", found.positionValue), ("initialMargin", found.initialMargin),
    ]
    if let side = $0["side"], let rate = $0["mmr"] {
      answers.append(
        (
          "liqPriceLegacy",
          BybitFutures.inverseLiquidationLegacy(
            side: side < 0 ? -1 : 1, quantityUsd: quantity, entry: entry, leverage: leverage,
            maintenanceRate: rate)
        ))
      answers.append(
        (
          "liqPrice2026",
          BybitFutures.inverseLiquidation(
            side: side < 0 ? -1 : 1, quantityUsd: quantity, entry: entry, leverage: leverage,
            maintenanceRate: rate)
        ))
    }
    return answers
  }

  private static let bybitCross = VenueCalculation(
    "bybit.inverse.crossLiquidation", "cross liquidation price of a long inverse contract"
  ) { (fields) throws(CalculationRefusal) in
    if fields.side() < 0 {
      fields.refuse(
        "side", seen: "a short", allowed: "a long: only its rule was published", fix: "write 1")
    }
    let found = BybitFutures.inverseCrossLong(
      quantityUsd: fields.number(NumberField("qtyUsd", .positive, "size, USD")),
      entry: fields.number(VenueField.entry),
      balance: fields.number(NumberField("accountBalance", .nonNegative, "coin")),
      maintenanceRate: fields.number(VenueField.mmr),
      takerFee: fields.number(NumberField("takerFee", .nonNegative, "rate")),
      tick: fields.number(NumberField("tick", .positive, "USD")))
    try fields.finish()
    var outputs = Outputs()
    outputs.set("bankruptcyPrice", found?.bankruptcyPrice, orAbsent: .noLiquidation)
    outputs.set("liqPrice", found?.liquidationPrice, orAbsent: .noLiquidation)
    return outputs.object
  }
}
