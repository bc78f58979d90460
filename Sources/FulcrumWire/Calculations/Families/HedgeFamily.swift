import FulcrumHedgeSolver
import FulcrumModel
import FulcrumRisk

private enum HedgeKind: String, CaseIterable {
  case inverseDelta, targetAndWings, minCostLp
}

extension CalculationFamily {
  static let hedge = CalculationFamily(
    name: "hedge", summary: "contracts that neutralise delta, reach a leverage or cap a loss",
    outputs: [
      "contractsCoinNeutral", "contractsUsdNeutral", "exactCoinNeutral", "exactUsdNeutral",
      "deltaCash", "equity", "leverageBefore", "perpQty", "wingCost", "maxLossWithWings",
      "capitalAtRiskWithWings", "leverageWithWings", "status", "cost", "example", "dualityGapOk",
    ], uncompared: ["example"]
  ) { (fields) throws(CalculationRefusal) in
    switch fields.choice("kind", among: HedgeKind.allCases, meaning: "hedge") {
    case .inverseDelta: return try inverseDelta(&fields)
    case .targetAndWings: return try targetAndWings(&fields)
    case .minCostLp: return try cheapest(&fields)
    case nil: throw CalculationRefusal(fields.issues)
    }
  }

  private static func inverseDelta(
    _ fields: inout InputFields
  ) throws(CalculationRefusal) -> Outputs {
    let forward = fields.number(NumberField("F", .positive, "mark of the future, USD"))
    let equity = fields.number(NumberField("equityCoin", .finite, "equity, coins"))
    let delta = fields.number(
      NumberField("netCoinDelta", .finite, "premium-adjusted delta of the pool, coins"))
    let face = fields.number(NumberField("faceUsd", .positive, "USD of face per contract"))
    try fields.finish()
    let hedge = DeltaHedge.Inverse(
      coinDelta: delta, equity: equity, forward: forward, face: face)
    var outputs = Outputs()
    outputs.set("contractsCoinNeutral", DeltaHedge.nearestWhole(hedge.coinNeutral))
    outputs.set("contractsUsdNeutral", DeltaHedge.nearestWhole(hedge.usdNeutral))
    outputs.set("exactCoinNeutral", hedge.coinNeutral)
    outputs.set("exactUsdNeutral", hedge.usdNeutral)
    return outputs
  }

  private static func targetAndWings(
    _ fields: inout InputFields
  ) throws(CalculationRefusal) -> Outputs {
    let pool = fields.pool()
    let target = fields.number(NumberField("targetLeverage", .nonNegative, "of |D|/E"))
    let strike = fields.number(NumberField("wingStrike", .positive, "strike bought, USD"))
    guard let wing = pool.legs.first.flatMap({ WingHedge.wing(of: $0, strike: strike) }) else {
      fields.refuse(
        "legs", seen: "\(pool.legs.count) legs", allowed: "a short call first",
        fix: "put the naked short call first")
      throw CalculationRefusal(fields.issues)
    }
    try fields.finish()
    let before = try refusing { () throws(RiskError) in try LeverageEngine.measures(pool) }
    let winged = WingHedge.bought(wing, into: pool)
    let after = try refusing { () throws(RiskError) in try LeverageEngine.measures(winged.pool) }
    var outputs = Outputs()
    outputs.set("deltaCash", before.deltaCash)
    outputs.set("equity", before.equity)
    outputs.set("leverageBefore", before.equityLeverageSigned.magnitude)
    outputs.set(
      "perpQty",
      DeltaHedge.perpetuals(
        deltaCash: before.deltaCash, equity: before.equityUsd, leverage: target,
        unitCash: pool.indices[0]))
    outputs.set("wingCost", winged.cost)
    outputs.set("maxLossWithWings", after.maxLoss)
    outputs.set("capitalAtRiskWithWings", after.capitalAtRisk)
    outputs.set("leverageWithWings", after.deltaLeverage)
    return outputs
  }

  private static func cheapest(
    _ fields: inout InputFields
  ) throws(CalculationRefusal) -> Outputs {
    fields.allow("index", "instruments")
    let rows = fields.any("unitExposure")?.array ?? []
    let exposures = rows.map { ($0.array ?? []).compactMap(\.number) }
    let program = HedgeProgram(
      unitExposures: exposures,
      book: fields.numbers(
        NumberField("bookExposure", .finite, "exposures of the book"), fallback: []),
      tolerances: fields.numbers(
        NumberField("tolerances", .positive, "what may be left"), fallback: []),
      unitCosts: fields.numbers(
        NumberField("unitCost", .nonNegative, "cost of one contract"), fallback: []),
      caps: fields.numbers(NumberField("caps", .nonNegative, "most contracts"), fallback: []))
    if !program.isSound {
      fields.refuse(
        "unitExposure", seen: "\(rows.count) rows",
        allowed: "one row a contract with a number for each exposure of the book",
        fix: "give as many costs and caps as rows, and as many tolerances as exposures")
    }
    guard let solver = HedgeSolver.available else {
      fields.refuse(
        "kind", seen: "minCostLp", allowed: "inverseDelta or targetAndWings here",
        fix: HedgeSolver.missing)
      throw CalculationRefusal(fields.issues)
    }
    try fields.finish()
    return try outputs(program, program.solve(solver))
  }

  private static func outputs(
    _ program: HedgeProgram, _ outcome: HedgeProgram.Outcome
  ) throws(CalculationRefusal) -> Outputs {
    var outputs = Outputs()
    switch outcome {
    case .optimal(let contracts, let cost, let gap):
      // A solution that breaks a limit is none, whatever the solver calls it.
      outputs.set("status", .string(program.isFeasible(contracts) ? "optimal" : "broken"))
      outputs.set("cost", cost)
      outputs.set("example", contracts)
      outputs.set("dualityGapOk", .bool(gap <= 1e-7 * max(1, cost)))
    case .infeasible:
      outputs.set("status", .string("infeasible"))
      outputs.set("cost", nil, orAbsent: .noHedge)
      outputs.set("example", nil, orAbsent: .noHedge)
    case .failed(let reason):
      throw CalculationRefusal([
        Issue(
          source: InputFields.source, path: "$", seen: reason, allowed: "a program with a solution",
          fix: "check exposures, costs and caps")
      ])
    }
    return outputs
  }
}
