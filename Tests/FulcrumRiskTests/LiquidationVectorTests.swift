import FulcrumRisk
import Testing

@Suite struct LiquidationVectorTests {
  /// Expected values: 50-digit arithmetic, see the file's `source`.
  @Test func everyCaseIsWithinItsTolerance() throws {
    let file = try VectorFile.read("liquidation")
    var comparison = Comparison()
    for reference in file.cases {
      let inputs = reference.inputs
      let region = try Liquidation.region(
        PoolInput.pool(inputs), margin: PoolInput.margin(inputs),
        timeForward: PoolInput.number(inputs, "dt"),
        volShift: PoolInput.number(inputs, "volShift"))
      comparison.compare(Self.answer(region), with: reference)
    }
    print(comparison.report("liquidation"))
    #expect(file.cases.count == file.count)
    #expect(comparison.failures.isEmpty, "\(comparison.failures.joined(separator: "\n"))")
  }

  static func answer(_ region: LiquidationRegion) -> [String: JSONValue] {
    [
      "equity": .number(region.equity), "maintenance": .number(region.maintenance),
      "excess": .number(region.excess), "healthy": .bool(region.healthy),
      "liquidationPrices": JSONValue(region.liquidationPrices),
      "bankruptcyPrices": JSONValue(region.bankruptcyPrices),
      "liquidationBelow": JSONValue(region.below), "liquidationAbove": JSONValue(region.above),
      "distanceDown": JSONValue(region.distanceDown),
      "distanceUp": JSONValue(region.distanceUp),
    ]
  }
}
