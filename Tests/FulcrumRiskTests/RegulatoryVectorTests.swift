import FulcrumRisk
import Testing

@Suite struct RegulatoryVectorTests {
  /// Expected values: 50-digit arithmetic, see the file's `source`.
  @Test func everyCaseIsWithinItsTolerance() throws {
    let file = try VectorFile.read("regulatory_leverage")
    var comparison = Comparison()
    for reference in file.cases {
      let inputs = reference.inputs
      let settings = RegulatorySettings(
        nav: try PoolInput.number(inputs, "nav"),
        supervisoryVol: try PoolInput.number(inputs, "supervisoryVol"),
        supervisoryFactor: try PoolInput.number(inputs, "supervisoryFactor"),
        marginPeriodDays: inputs["saccrMargined"]?.bool == true
          ? try PoolInput.number(inputs, "mporDays") : nil,
        businessDays: try PoolInput.number(inputs, "businessDays"))
      let measures = try RegulatoryLeverage.measures(PoolInput.pool(inputs), settings: settings)
      comparison.compare(Self.answer(measures), with: reference)
    }
    print(comparison.report("regulatory_leverage"))
    #expect(file.cases.count == file.count)
    #expect(comparison.failures.isEmpty, "\(comparison.failures.joined(separator: "\n"))")
  }

  static func answer(_ m: RegulatoryMeasures) -> [String: JSONValue] {
    [
      "grossNotionalLeverage": .number(m.grossNotionalLeverage),
      "aifmdGross": .number(m.aifmdGross), "commitment": .number(m.commitment),
      "sec18f4Exposure": .number(m.sec18f4Exposure),
      "sec18f4LimitedUser": .bool(m.sec18f4LimitedUser),
      "saccrEffectiveNotional": .number(m.saccrEffectiveNotional),
      "saccrAddOn": .number(m.saccrAddOn),
      "saccrEffectiveLeverage": .number(m.saccrEffectiveLeverage),
    ]
  }
}
