import FulcrumRisk
import Testing

@Suite struct TailRiskVectorTests {
  /// Expected values: 50-digit arithmetic (quadratures 30 digits), see the file's `source`.
  @Test func everyCaseIsWithinItsTolerance() throws {
    let file = try VectorFile.read("var_leverage")
    var comparison = Comparison()
    for reference in file.cases {
      let inputs = reference.inputs
      let settings = TailSettings(
        factorVol: try PoolInput.number(inputs, "factorVol"),
        horizonDays: try PoolInput.number(inputs, "horizonDays"),
        tail: try PoolInput.number(inputs, "tail"))
      let measures = try TailRisk.measures(PoolInput.pool(inputs), settings: settings)
      comparison.compare(Self.answer(measures), with: reference)
    }
    print(comparison.report("var_leverage"))
    #expect(file.cases.count == file.count)
    #expect(comparison.failures.isEmpty, "\(comparison.failures.joined(separator: "\n"))")
  }

  static func answer(_ m: TailMeasures) -> [String: JSONValue] {
    [
      "VaR": .number(m.valueAtRisk), "ES": .number(m.expectedShortfall),
      "capitalAtRisk": .number(m.capitalAtRisk),
      "benchmarkVaR": .number(m.benchmarkValueAtRisk),
      "benchmarkES": .number(m.benchmarkExpectedShortfall),
      "VaRLeverage": JSONValue(m.valueAtRiskLeverage),
      "ESLeverage": JSONValue(m.expectedShortfallLeverage),
      "VaRMultiple": JSONValue(m.valueAtRiskMultiple),
    ]
  }
}
