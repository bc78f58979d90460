import FulcrumRisk

extension VenueCalculation {
  static let binance = [
    binanceBrackets, binanceLiquidation, binanceOptionMargin,
    numbers(
      "binance.bracket.amountStep", "maintenance amount of a bracket from the one before",
      [
        NumberField("floorCoin", .nonNegative, "floor"), VenueField.mmr,
        NumberField("mmrPrevious", .nonNegative, "rate of the one before"),
        NumberField("amountPrevious", .finite, "amount of the one before"),
      ]
    ) {
      [
        (
          "maintenanceAmount",
          BinanceBrackets.amountStep(
            floor: $0.of("floorCoin"), rate: $0.of("mmr"), previousRate: $0.of("mmrPrevious"),
            previousAmount: $0.of("amountPrevious"))
        )
      ]
    },
    numbers(
      "binance.coin.maintenance", "maintenance of a coin-margined contract",
      [
        NumberField("contracts", .finite, "contracts"),
        NumberField("contractUsd", .positive, "face, USD"), VenueField.futureMark,
        VenueField.mmr, NumberField("maintenanceAmount", .finite, "coin"),
      ]
    ) {
      let found = BinanceFutures.coinMargined(
        contracts: $0.of("contracts"), faceUsd: $0.of("contractUsd"), mark: $0.of("markPrice"),
        rate: $0.of("mmr"), amount: $0.of("maintenanceAmount"))
      return [
        ("notionalCoin", found.notionalCoin), ("maintenanceMarginCoin", found.maintenance),
      ]
    },
    numbers(
      "binance.option.position", "value and profit of an option position as printed",
      [
        NumberField("entryPrice", .nonNegative, "USDT"), VenueField.mark,
        NumberField("quantity", .finite, "signed"),
      ]
    ) {
      let found = BinanceOptionAccount.position(
        quantity: $0.of("quantity"), entryPrice: $0.of("entryPrice"),
        markPrice: $0.of("markPrice"))
      return [("markValue", found.markValue), ("unrealizedPNL", found.unrealisedProfit)]
    },
    numbers(
      "binance.option.account", "equity and profit of an options account",
      [
        NumberField("wallet", .finite, "USDT"), NumberField("positionValue", .finite, "USDT"),
        NumberField("positionCost", .finite, "USDT"),
      ]
    ) {
      let found = BinanceOptionAccount.account(
        wallet: $0.of("wallet"), positionValue: $0.of("positionValue"),
        positionCost: $0.of("positionCost"))
      return [("equity", found.equity), ("unrealisedPnl", found.unrealisedProfit)]
    },
  ]

  private static let binanceBrackets = VenueCalculation(
    "binance.bracket.maintenance", "rate and maintenance amount of the bracket of a notional"
  ) { (fields) throws(CalculationRefusal) in
    let notional = fields.number(NumberField("notional", .nonNegative, "notional, USDT"))
    let brackets = fields.each("brackets", meaning: "brackets, ascending") { fields in
      BinanceBracket(
        cap: fields.number(NumberField("cap", .positive, "cap")),
        rate: fields.number(VenueField.mmr))
    }
    try fields.finish()
    let level = try refusing("binance.bracket.maintenance") { () throws(VenueRuleError) in
      try BinanceBrackets(brackets).level(of: notional)
    }
    var outputs = Outputs()
    outputs.set("mmr", level.rate)
    outputs.set("maintenanceAmount", level.amount)
    outputs.set("maintenanceMargin", notional * level.rate - level.amount)
    return outputs.object
  }

  private static let binanceLiquidation = VenueCalculation(
    "binance.future.isolatedLiquidation", "isolated liquidation price of a future"
  ) { (fields) throws(CalculationRefusal) in
    let price = BinanceFutures.isolatedLiquidation(
      side: fields.side(), entry: fields.number(VenueField.entry),
      size: fields.number(NumberField("size", .positive, "coins")),
      wallet: fields.number(NumberField("isolatedWallet", .finite, "USDT")),
      rate: fields.number(VenueField.mmr),
      amount: fields.number(NumberField("maintenanceAmount", .finite, "USDT")))
    try fields.finish()
    var outputs = Outputs()
    outputs.set("liqPrice", price, orAbsent: .noLiquidation)
    return outputs.object
  }

  private static let binanceOptionMargin = numbers(
    "binance.option.short", "margin of a short option, inferred from parameter names",
    [
      VenueField.index, VenueField.mark, NumberField("otmUsd", .nonNegative, "USDT"),
      NumberField("qty", .finite, "coins, negative"),
    ]
  ) {
    BinanceOptionTerms().short(
      index: $0.of("indexPrice"), mark: $0.of("markPrice"), outOfTheMoney: $0.of("otmUsd")
    ).answers(coins: max(-$0.of("qty"), 0))
  }
}

extension MarginPair {
  fileprivate func answers(coins: Double) -> [(String, Double?)] {
    [("initialMargin", initial * coins), ("maintenanceMargin", maintenance * coins)]
  }
}
