import FulcrumRisk
import Testing

@Suite struct LeverageVectorTests {
  /// Expected values: 50-digit arithmetic, see the file's `source`.
  @Test func everyCaseIsWithinItsTolerance() throws {
    let file = try VectorFile.read("leverage")
    var comparison = Comparison()
    for reference in file.cases {
      let inputs = reference.inputs
      let settings = LeverageSettings(
        curveShocks: PoolInput.numbers(inputs, "curveShocks") ?? [],
        stressSpot: PoolInput.numbers(inputs, "stressSpot") ?? [],
        stressVolRel: PoolInput.numbers(inputs, "stressVolRel") ?? [],
        accountEquityUsd: inputs["accountEquityUsd"]?.double)
      let measures = try LeverageEngine.measures(PoolInput.pool(inputs), settings: settings)
      comparison.compare(Self.answer(measures), with: reference)
    }
    print(comparison.report("leverage"))
    #expect(file.cases.count == file.count)
    #expect(comparison.failures.isEmpty, "\(comparison.failures.joined(separator: "\n"))")
  }

  static func answer(_ m: PoolMeasures) -> [String: JSONValue] {
    var answer: [String: JSONValue] = [
      "status": .string(m.status.rawValue), "equity": .number(m.equity),
      "equityUsd": .number(m.equityUsd), "maxLoss": JSONValue(m.maxLoss),
      "capitalAtRisk": .number(m.capitalAtRisk), "capitalAtRiskUsd": .number(m.capitalAtRiskUsd),
      "grossNotional": .number(m.grossNotional), "deltaCash": .number(m.deltaCash),
      "absDeltaCash": .number(m.absDeltaCash), "gammaCash": .number(m.gammaCash),
      "gammaCash1pct": .number(m.gammaCash1pct),
      "vegaCashPerPoint": .number(m.vegaCashPerPoint),
      "thetaCashPerDay": .number(m.thetaCashPerDay), "grossLeverage": JSONValue(m.grossLeverage),
      "deltaLeverage": JSONValue(m.deltaLeverage),
      "signedDeltaLeverage": JSONValue(m.signedDeltaLeverage),
      "vegaLeveragePerPoint": JSONValue(m.vegaLeveragePerPoint),
      "volElasticity": JSONValue(m.volElasticity),
      "thetaDrainPerDay": JSONValue(m.thetaDrainPerDay), "elasticity": JSONValue(m.elasticity),
      "curve": .array(m.curve.map(JSONValue.init)),
      "secantLeverage": .array(m.secantLeverage.map(JSONValue.init)),
      "worstLoss": .number(m.worstLoss), "stressMultiple": JSONValue(m.stressMultiple),
      "stressLeverage": JSONValue(m.stressLeverage), "aifmdGross": JSONValue(m.aifmdGross),
      "commitment": JSONValue(m.commitment),
      "equityLeverageSigned": JSONValue(m.equityLeverageSigned),
      "leverageSlopeLnS": JSONValue(m.leverageSlopeLnS), "coinDelta": JSONValue(m.coinDelta),
      "coinLeverage": JSONValue(m.coinLeverage),
      "usdEquityLeverage": JSONValue(m.usdEquityLeverage),
      "accountDeltaLeverage": JSONValue(m.accountDeltaLeverage),
      "accountGrossLeverage": JSONValue(m.accountGrossLeverage),
    ]
    answer["gammaAdjusted"] =
      m.currency == .coin ? .null : .array(m.gammaAdjusted.map(JSONValue.init))
    return answer
  }
}
