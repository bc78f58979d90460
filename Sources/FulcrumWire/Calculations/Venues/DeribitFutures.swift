import FulcrumRisk

extension VenueCalculation {
  static let deribitFutures = [
    numbers(
      "deribit.future.legacy", "futures margin whose rates rise with the position, to Aug 2026",
      [
        NumberField("positionCoin", .nonNegative, "position, coin"), VenueField.index,
        NumberField("imBase", .nonNegative, "initial rate"),
        NumberField("mmBase", .nonNegative, "maintenance rate"),
        NumberField("incrementPerCoin", .nonNegative, "rate per coin"),
      ]
    ) {
      let coins = $0.of("positionCoin")
      let rates = DeribitSizeScaledRates(
        initial: $0.of("imBase"), maintenance: $0.of("mmBase"),
        incrementPerCoin: $0.of("incrementPerCoin")
      ).rates(coins: coins)
      let index = $0.of("indexPrice")
      return [
        ("imRate", rates.initial), ("imCoin", coins * rates.initial),
        ("imUsdc", coins * rates.initial * index), ("mmRate", rates.maintenance),
        ("mmCoin", coins * rates.maintenance), ("mmUsdc", coins * rates.maintenance * index),
      ]
    },
    numbers(
      "deribit.future.leverageCurve", "futures margin since Aug 2026, its flat part",
      [NumberField("c1", .positive, "top leverage")],
      optional: [
        NumberField("positionCoin", .nonNegative, "position, coin"),
        NumberField("positionLimitCoin", .positive, "position limit, coin"),
        NumberField("c2", .positive, "least leverage"),
        NumberField("c3", .nonNegative, "flat part of the limit"),
        NumberField("c4", .nonNegative, "shape of the tail, unknown"),
      ]
    ) { (inputs) throws(VenueRuleError) in
      var flat: Double?
      if let share = inputs["c3"], let limit = inputs["positionLimitCoin"] {
        flat = share * limit
      }
      let curve = DeribitLeverageCurve(top: inputs.of("c1"), flatLimitCoins: flat)
      let coins = inputs["positionCoin"] ?? 0
      let rates = try curve.rates(coins: coins)
      return (flat.map { [("flatLimitCoin", $0)] } ?? []) + [
        ("leverage", try curve.leverage(coins: coins)), ("imRate", rates.initial),
        ("mmRate", rates.maintenance),
      ]
    },
    numbers(
      "deribit.future.position", "margin, profit and leverage of an inverse future as printed",
      [
        NumberField("sizeUsd", .finite, "size, USD, signed"), VenueField.futureMark,
        NumberField("averagePrice", .positive, "average price, USD"),
        NumberField("settlementPrice", .positive, "last settlement, USD"),
        NumberField("imRate", .positive, "initial rate"),
        NumberField("mmRate", .nonNegative, "maintenance rate"),
      ]
    ) {
      let position = DeribitFuturePosition(
        sizeUsd: $0.of("sizeUsd"), markPrice: $0.of("markPrice"))
      return [
        ("sizeCurrency", position.sizeCurrency),
        ("initialMargin", position.margin(rate: $0.of("imRate"))),
        ("maintenanceMargin", position.margin(rate: $0.of("mmRate"))),
        ("floatingProfitLoss", position.profit(since: $0.of("settlementPrice"))),
        ("totalProfitLoss", position.profit(since: $0.of("averagePrice"))),
        ("leverage", DeribitFuturePosition.displayedLeverage(initialRate: $0.of("imRate"))),
      ]
    },
    numbers(
      "deribit.future.displayedLeverage", "leverage as displayed: round(1 / initial rate)",
      [
        NumberField("sizeUsd", .finite, "size, USD, signed"), VenueField.futureMark,
        NumberField("initialMargin", .positive, "initial margin, coin"),
      ]
    ) {
      let position = DeribitFuturePosition(
        sizeUsd: $0.of("sizeUsd"), markPrice: $0.of("markPrice"))
      let leverage = position.displayedLeverage(initialMargin: $0.of("initialMargin"))
      return [("sizeCurrency", position.sizeCurrency), ("leverage", leverage)]
    },
  ]
}
