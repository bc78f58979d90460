import FulcrumModel
import FulcrumRisk

extension VenueCalculation {
  static let deribitOptions = [
    deribitEquation, deribitOptionStandard, deribitOptionPosition, deribitDecay,
    numbers(
      "deribit.future.fee", "fee of an inverse future, coin",
      [
        NumberField("tradeUsd", .nonNegative, "size, USD"),
        NumberField("price", .positive, "price, USD"),
        NumberField("feeRate", .finite, "fee rate, negative for a rebate"),
      ]
    ) {
      [
        (
          "feeCoin",
          DeribitFees.future(
            tradeUsd: $0.of("tradeUsd"), price: $0.of("price"), rate: $0.of("feeRate"))
        )
      ]
    },
    numbers(
      "deribit.option.fee", "fee of an inverse option, coin per unit",
      [
        NumberField("optionPrice", .nonNegative, "price, coin"),
        NumberField("feeRate", .nonNegative, "coin per unit"),
        NumberField("feeCap", .nonNegative, "most, of the price"),
      ]
    ) {
      [
        (
          "feeCoin",
          DeribitFees.option(
            price: $0.of("optionPrice"), rate: $0.of("feeRate"), cap: $0.of("feeCap"))
        )
      ]
    },
    numbers(
      "deribit.lsp.capacity", "what a liquidity participant may still take over, USD",
      [
        NumberField("equity", .finite, "equity, USD"),
        NumberField("currentNotional", .nonNegative, "notional held, USD"),
        NumberField("groupUsed", .nonNegative, "used by the group, USD"),
        NumberField("groupLimitPercent", .nonNegative, "limit of the group, %"),
        NumberField("notionalCapacityFactor", .nonNegative, "notional per equity"),
      ]
    ) {
      [
        (
          "remainingCapacity",
          DeribitFees.liquidityCapacity(
            equity: $0.of("equity"), factor: $0.of("notionalCapacityFactor"),
            currentNotional: $0.of("currentNotional"),
            groupLimitPercent: $0.of("groupLimitPercent"), groupUsed: $0.of("groupUsed"))
        )
      ]
    },
  ]

  private static let deribitEquation = numbers(
    "deribit.account.equation", "balance, equity and available funds of an account",
    [
      NumberField("balance", .finite, "balance, coin"),
      NumberField("futuresSessionRpl", .finite, "realised session profit, coin"),
      NumberField("futuresSessionUpl", .finite, "open session profit, coin"),
      NumberField("optionsValue", .finite, "value of options, coin"), VenueField.initialMargin,
    ],
    optional: [
      NumberField("optionsSessionUpl", .finite, "open session profit of options, coin"),
      NumberField("deltaTotal", .finite, "delta, coin"),
    ]
  ) {
    let account = DeribitAccount(
      balance: $0.of("balance"), futuresSessionRealised: $0.of("futuresSessionRpl"),
      futuresSessionUnrealised: $0.of("futuresSessionUpl"), optionsValue: $0.of("optionsValue"),
      initialMargin: $0.of("initialMargin"))
    return [
      ("marginBalance", account.marginBalance), ("equity", account.equity),
      ("availableFunds", account.availableFunds),
      ("availableWithdrawalFunds", account.availableWithdrawalFunds),
    ]
      + ($0["optionsSessionUpl"].map {
        [("sessionUpl", account.sessionUnrealised(ofOptions: $0))]
      } ?? [])
      + ($0["deltaTotal"].map { [("deltaTotalMap", account.deltaTotalMap(deltaTotal: $0))] } ?? [])
  }

  private static let deribitOptionStandard = VenueCalculation(
    "deribit.option.standard", "standard margin of an option position"
  ) { (fields) throws(CalculationRefusal) in
    let style = fields.style()
    let right = fields.right()
    let index = fields.number(VenueField.index)
    let strike = fields.number(VenueField.strike)
    let mark = fields.number(VenueField.mark)
    let quantity = fields.number(VenueField.quantity)
    // Out of the money is measured against the index, or against the forward where that is given.
    let reference = fields.optionalNumber(NumberField("forward", .positive, "forward, USD"))
    let terms = DeribitOptionTerms(
      initial: fields.number(NumberField("imFactor", .nonNegative, "initial", fallback: 0.15)),
      initialFloor: fields.number(
        NumberField("imMinFactor", .nonNegative, "least initial", fallback: 0.10)),
      maintenance: fields.number(
        NumberField("mmFactor", .nonNegative, "maintenance", fallback: 0.075)))
    try fields.finish()
    let margin = terms.position(
      right ?? .call, settlement: style, index: index, reference: reference ?? index,
      strike: strike, mark: mark, quantity: quantity)
    return margin.object
  }

  private static let deribitOptionPosition = numbers(
    "deribit.option.position", "margin and profit of a long option as printed",
    [
      NumberField("qty", .positive, "coins, long"),
      NumberField("averagePrice", .nonNegative, "average price, coin"), VenueField.mark,
      NumberField("settlementPrice", .nonNegative, "last settlement, coin"), VenueField.index,
      NumberField("averagePriceUsd", .nonNegative, "average price, USD"),
    ]
  ) {
    let profit = DeribitOptionProfit(
      quantity: $0.of("qty"), averagePrice: $0.of("averagePrice"),
      markPrice: $0.of("markPrice"), settlementPrice: $0.of("settlementPrice"),
      indexPrice: $0.of("indexPrice"), averagePriceUsd: $0.of("averagePriceUsd"))
    let index = $0.of("indexPrice")
    // A long holds nothing whatever its right and strike.
    let margin = DeribitOptionTerms().position(
      .call, settlement: .inverse, index: index, reference: index, strike: index,
      mark: $0.of("markPrice"), quantity: $0.of("qty"))
    return [
      ("initialMargin", margin.initial), ("maintenanceMargin", margin.maintenance),
      ("totalProfitLoss", profit.total), ("floatingProfitLoss", profit.floating),
      ("floatingProfitLossUsd", profit.floatingUsd),
    ]
  }

  private static let deribitDecay = numbers(
    "deribit.settlement.deltaDecay", "delta that is left in the settlement window",
    [
      NumberField("deltaBefore", .finite, "delta"), VenueField.mark,
      NumberField("minutesIntoWindow", .nonNegative, "minutes"),
      NumberField("windowMinutes", .positive, "minutes"),
    ]
  ) {
    let decay = DeribitDeltaDecay(
      delta: $0.of("deltaBefore"), markPrice: $0.of("markPrice"),
      minutes: $0.of("minutesIntoWindow"), windowMinutes: $0.of("windowMinutes"))
    return [
      ("decayedDelta", decay.decayedDelta), ("netTransactionDelta", decay.netTransactionDelta),
    ]
  }
}

extension MarginPair {
  /// `initialMargin` and `maintenanceMargin`.
  var object: JSONObject {
    var outputs = Outputs()
    outputs.set("initialMargin", initial)
    outputs.set("maintenanceMargin", maintenance)
    return outputs.object
  }
}
