import FulcrumModel
import FulcrumRisk

extension VenueCalculation {
  static let deribitPortfolio = [
    VenueCalculation(
      "deribit.pm.riskVector", "cells of one position in the risk matrix"
    ) { (fields) throws(CalculationRefusal) in
      let coins = fields.number(NumberField("deltaCoin", .finite, "delta, coin"))
      let parameters = fields.portfolioGrid(dampener: 0)
      try fields.finish()
      try refusing("deribit.pm.riskVector") { () throws(VenueRuleError) in
        try parameters.validate()
      }
      let vector = DeribitRiskVector(.future(coins: coins, years: nil), parameters)
      var outputs = Outputs()
      outputs.set("standard", vector.standard)
      outputs.set("extended", vector.extended)
      return outputs.object
    },
    VenueCalculation(
      "deribit.pm.matrix", "portfolio margin: matrix, shocks, initial and maintenance"
    ) { (fields) throws(CalculationRefusal) in
      let index = fields.number(VenueField.index)
      let positions = fields.portfolioPositions()
      let dampener = fields.number(NumberField("extendedDampenerUsd", .nonNegative, "USD"))
      let parameters = fields.portfolioParameters(fields.portfolioGrid(dampener: dampener))
      let additions = DeribitPortfolioAdditions(
        spot: fields.number(NumberField("spotMargin", .nonNegative, "margin", fallback: 0)),
        marketMaker: fields.number(
          NumberField("mmpMargin", .nonNegative, "margin", fallback: 0)),
        openOrders: fields.number(
          NumberField("openOrdersMargin", .nonNegative, "margin", fallback: 0)))
      try fields.finish()
      let matrix = try refusing("deribit.pm.matrix") { () throws(VenueRuleError) in
        try DeribitPortfolioMatrix(positions, index: index, parameters: parameters)
      }
      return matrix.outputs(additions).object
    },
  ]
}

extension DeribitPortfolioMatrix {
  fileprivate func outputs(_ additions: DeribitPortfolioAdditions) -> Outputs {
    var outputs = Outputs()
    outputs.set("standard", standard)
    outputs.set("extended", extended)
    outputs.set("aggregatedStandard", aggregatedStandard)
    outputs.set("aggregatedExtended", aggregatedExtended)
    outputs.set("worstCase", worstCase)
    outputs.set("rollShock", rollShock)
    outputs.set("deltaShock", deltaShock)
    outputs.set("riskMatrixMargin", roundedRiskMatrixMargin)
    outputs.set("initialMargin", initial(additions, rounded: true))
    outputs.set("maintenanceMargin", maintenance(rounded: true))
    return outputs
  }
}

extension InputFields {
  /// The grid and the extended table; the shocks are those of `portfolioParameters`.
  mutating func portfolioGrid(dampener: Double) -> DeribitPortfolioParameters {
    DeribitPortfolioParameters(
      grid: .init(
        priceRange: number(NumberField("priceRange", .share, "half-width of the grid")),
        bucketsEachSide: count("bucketsEachSide", 1000),
        volScenarios: count("volScenarios", 3)),
      volatility: .init(
        rangeUp: number(NumberField("volRangeUp", .nonNegative, "up", fallback: 0.4)),
        rangeDown: number(NumberField("volRangeDown", .nonNegative, "down", fallback: 0.25)),
        minUp: number(NumberField("minVolUp", .nonNegative, "least up", fallback: 0.5)),
        shortTermPower: number(
          NumberField("shortTermVegaPower", .nonNegative, "below 30 days", fallback: 0.3)),
        longTermPower: number(
          NumberField("longTermVegaPower", .nonNegative, "above 30 days", fallback: 0.13))),
      extended: .init(
        moves: numbers(
          NumberField("extendedMoves", .aboveMinusOne, "moves of the extended table"),
          fallback: [-0.66, -0.33, 0.5, 1, 2, 3, 4, 5]),
        tableFactor: number(NumberField("extendedTableFactor", .nonNegative, "factor")),
        dampenerUsd: dampener),
      offsets: .init(),
      shocks: .init(
        annualisedMoveRisk: 0, minAnnualisedMove: 0, incrementPerCoin: 0))
  }

  /// The grid given with everything beside it.
  mutating func portfolioParameters(
    _ grid: DeribitPortfolioParameters
  ) -> DeribitPortfolioParameters {
    var parameters = grid
    parameters.pnlOffset = number(NumberField("pnlOffset", .nonNegative, "share of a gain"))
    parameters.maxOffsetablePnlUsd = number(
      NumberField("maxOffsetablePnlUsd", .nonNegative, "USD"))
    parameters.minAnnualisedMove = number(NumberField("minAnnualisedMove", .nonNegative, "floor"))
    parameters.annualisedMoveRisk = number(
      NumberField("annualisedMoveRisk", .nonNegative, "a year"))
    parameters.deltaShockIncrementPerCoin = number(
      NumberField("deltaShockIncrementPerCoin", .nonNegative, "per coin"))
    parameters.deltaShockThresholdUsd = number(
      NumberField("deltaShockThresholdUsd", .nonNegative, "USD"))
    parameters.maxDeltaShock = number(NumberField("maxDeltaShock", .nonNegative, "most"))
    parameters.maintenanceFactor = number(NumberField("mmFactor", .positive, "of the matrix"))
    parameters.floorsBeforeShock = bool(
      "floorsBeforeShock", meaning: "whether the floor stands under the unshocked volatility",
      fallback: false)
    parameters.longOptionsOnlyReduceDelta = bool(
      "longOptionsOnlyReduceDelta", meaning: "whether long options only reduce the delta",
      fallback: false)
    return parameters
  }

  private mutating func count(_ name: String, _ most: Int) -> Int {
    let value = number(NumberField(name, .positive, "a count"))
    guard let count = Int(exactly: value), count <= most else {
      refuse(name, seen: "\(value)", allowed: "a whole number, at most \(most)", fix: "round it")
      return 1
    }
    return count
  }

  /// Plain deltas, or options with their own forward and volatility.
  fileprivate mutating func portfolioPositions() -> [DeribitPortfolioPosition] {
    let settlement = choice(
      "style", among: Settlement.allCases, meaning: "settlement", fallback: .inverse)
    return each("positions", meaning: "positions") { fields in
      guard fields.has("strike") else {
        let perpetual = fields.bool("perpetual", meaning: "no expiry", fallback: false)
        let years = fields.optionalNumber(
          NumberField("years", .nonNegative, "years of 365 days to expiry"))
        let forward = fields.number(
          NumberField("forward", .positive, "mark, USD", fallback: 1))
        return .future(
          coins: fields.number(NumberField("deltaCoin", .finite, "delta, coin")),
          forward: forward, years: perpetual ? nil : years ?? 0,
          settlement: settlement ?? .inverse)
      }
      let right = fields.right()
      let contract = RiskLeg.Contract.option(
        right ?? .call, strike: fields.number(VenueField.strike),
        years: fields.number(NumberField("years", .nonNegative, "years of 365 days to expiry")),
        volatility: fields.number(NumberField("iv", .nonNegative, "volatility, 1 = 100 %")))
      return DeribitPortfolioPosition(
        RiskLeg(
          contract: contract, settlement: settlement ?? .inverse,
          forward: fields.number(NumberField("forward", .positive, "forward, USD")),
          quantity: fields.number(VenueField.quantity)))
    }
  }
}
