import FulcrumModel
import FulcrumPricing
import FulcrumRisk

/// Decisions with all that they were reached from, as reference vectors of the family `policy`:
/// `fulcrum verify LOG` decides again and compares, without any of the files of that day.
package enum DecisionLog {
  /// UTF-8, ends with a newline.
  package static func render(_ contents: TargetContents) -> [UInt8] {
    var root = JSONObject()
    root["family"] = .string("policy")
    root["format"] = .number(Double(VectorFile.format))
    root["description"] = .string("Decisions of fulcrum target; fulcrum verify replays them")
    root["source"] = .string("fulcrum \(ProductVersion.text)")
    root["date"] = .string(contents.asOf.description)
    root["units"] = .string("leverages are ratios, money USD, quantities units of a pool")
    let cases = contents.rows.compactMap { row -> JSONValue? in
      switch row.pool.method {
      case .leverage(let decision):
        .object(
          entry(row, inputs(decision, row), expected(decision, row), contents.outlook))
      case .moneyAtRisk(let target, let budget):
        .object(entry(row, inputs(row, budget), expected(target, row), contents.outlook))
      case .notSteered: nil
      }
    }
    root["count"] = .number(Double(cases.count))
    root["cases"] = .array(cases)
    return JSONWriter.bytes(.object(root)) + [0x0A]
  }

  private static func entry(
    _ row: TargetContents.Row, _ inputs: JSONObject, _ expected: JSONObject,
    _ outlook: MarketOutlook
  ) -> JSONObject {
    var entry = JSONObject()
    entry["id"] = .string(row.pool.id)
    entry["regime"] = .string(row.pool.level.name)
    entry["reasons"] = .array(TargetWords.reasons(row, outlook).map(JSONValue.string))
    entry["inputs"] = .object(inputs)
    entry["expected"] = .object(expected)
    entry["tolerance"] = .object(["rel": .number(1e-9), "abs": .number(1e-12)])
    return entry
  }

  /// Seconds before the decision: what `PolicyPaceInputs` reads.
  private static func memory(_ decision: PolicyDecision) -> JSONObject {
    var memory = JSONObject()
    func set(_ name: String, _ value: Double?) {
      if let value { memory[name] = .number(value) }
    }
    func since(_ instant: Timestamp?) -> Double? {
      instant.map { Double(decision.question.at.milliseconds - $0.milliseconds) / 1000 }
    }
    let before = decision.before
    set("highWater", before.highWater)
    set("sinceEvaluation", since(before.lastEvaluation))
    set("sinceIncrease", since(before.lastIncrease))
    set("sizeAtIncrease", before.sizeAtIncrease)
    set("increasesAsked", Double(before.increasesAsked))
    set("smoothedVolatility", before.smoothedVolatility)
    return memory
  }

  private static func legs(_ row: TargetContents.Row) -> JSONValue {
    .array(
      (row.pool.unit?.legs ?? []).map { leg in
        .object([
          "instrument": .string("\(leg.instrument.id)"),
          "lots": .number(Double(leg.lotsPerUnit)),
          "lot": .number(leg.instrument.lot.doubleValue),
        ])
      })
  }

  private static func inputs(
    _ decision: PolicyDecision, _ row: TargetContents.Row
  ) -> JSONObject {
    var inputs = JSONObject()
    func set(_ name: String, _ value: Double?) {
      if let value { inputs[name] = .number(value) }
    }
    set("forecast", decision.forecast)
    set("dwell", Double(decision.pace.dwell) / 1000)
    set("smoothing", Double(decision.pace.smoothing) / 1000)
    set("confirmations", Double(decision.pace.confirmations))
    inputs["memory"] = .object(memory(decision))
    inputs["legs"] = legs(row)
    let (limits, conditions) = (decision.limits, decision.conditions)
    let pool = conditions.pool
    set("sigmaTarget", limits.volatilityTarget)
    set("muHat", conditions.outlook.drift)
    set("muSe", conditions.outlook.driftError)
    set("kellyFraction", limits.kelly?.fraction)
    set("kellyZ", limits.kelly?.errors)
    set("es1", conditions.outlook.shortfall)
    set("cvarBudget", limits.shortfallBudget)
    set("equity", pool.equity)
    set("maxDrawdown", limits.drawdown?.limit)
    set("cppiMultiple", limits.drawdown?.multiple)
    set("liqProbMax", limits.liquidation?.probability)
    set("liqHorizon", limits.liquidation?.years)
    set("liquidationCap", pool.resized.liquidationCap)
    set("growthOptimum", pool.resized.growthOptimum)
    set("mmRate", pool.maintenanceRate)
    set("regimeMultiplier", conditions.regimeMultiplier)
    set("capitalAtRisk", pool.capitalAtRisk)
    set("maxNotional", pool.largestNotional)
    set("hardMax", limits.hardMax)
    set("unitDeltaCash", decision.question.unitDeltaCash)
    set("lot", decision.rule.lot)
    set("minQty", decision.rule.leastQuantity)
    set("bandRel", decision.rule.band)
    inputs["mode"] = .string(decision.rule.mode.rawValue)
    inputs["side"] = .string(pool.side == .down ? "long" : "short")
    set("current", decision.question.leverage)
    return inputs
  }

  private static func expected(
    _ decision: PolicyDecision, _ row: TargetContents.Row
  ) -> JSONObject {
    var expected = JSONObject()
    for term in decision.target.terms where term.constraint != .hard {
      expected[term.constraint.rawValue] = .number(term.leverage)
    }
    expected["target"] = .number(decision.target.target)
    expected["binding"] = .string(decision.target.binding.rawValue)
    expected["breach"] = .bool(decision.resize.isBreach)
    expected["insideBand"] = .bool(decision.resize.isInsideBand)
    expected["newLeverage"] = .number(decision.resize.newLeverage)
    expected["orderQty"] = .number(decision.resize.quantity)
    expected["sigmaHat"] = .number(decision.conditions.outlook.volatility)
    expected["highWater"] = .number(decision.conditions.pool.highWater)
    expected["action"] = .string(TargetWords.action(row.pool))
    switch decision.action {
    case .order(let quantity):
      expected["orderUnits"] = .number(quantity.rounded())
    case .none(let pause):
      expected["pause"] = .string(pause.rawValue)
      expected["orderUnits"] = .number(0)
    }
    expected["increasesAsked"] = .number(Double(row.memory.increasesAsked))
    expected["remembered"] = .string(
      PolicyPaceInputs.words(decision.before, at: decision.question.at))
    return expected
  }

  private static func inputs(_ row: TargetContents.Row, _ budget: Double) -> JSONObject {
    let measures = row.pool.measures
    return [
      "capitalAtRisk": .number(measures?.capitalAtRiskUsd ?? 0),
      "stressMultiple": .number(measures?.stressMultiple.severity ?? 0),
      "riskBudget": .number(budget), "openUnits": .number(Double(row.pool.unit?.open ?? 0)),
      "bandRel": .number(row.pool.band ?? 0), "fillsBudget": .bool(row.fillsRiskBudget),
      "legs": legs(row),
    ]
  }

  private static func expected(
    _ target: MoneyAtRiskTarget, _ row: TargetContents.Row
  ) -> JSONObject {
    [
      "targetAtRisk": .number(target.target), "breach": .bool(target.isBreach),
      "insideBand": .bool(target.isInsideBand), "orderUnits": .number(Double(target.units)),
      "action": .string(TargetWords.action(row.pool)),
    ]
  }
}
