import FulcrumPricing
import FulcrumRisk
import Testing

/// Targets and orders against reference values.
struct PolicyVectorTests {
  @Test func everyCase() throws {
    let file = try VectorFile.read("policy")
    var comparison = Comparison()
    for item in file.cases { comparison.compare(try answer(item.inputs), with: item) }
    print(comparison.report("policy"))
    #expect(comparison.failures.isEmpty, "\(comparison.failures.prefix(8))")
    #expect(comparison.compared >= 90 * 14)
  }

  private func answer(_ inputs: JSONValue) throws -> [String: JSONValue] {
    func number(_ key: String) throws -> Double { try PoolInput.number(inputs, key) }
    let limits = try PolicyLimits(
      volatilityTarget: number("sigmaTarget"),
      kelly: .init(fraction: number("kellyFraction"), errors: number("kellyZ")),
      shortfallBudget: number("cvarBudget"),
      drawdown: .init(limit: number("maxDrawdown"), multiple: number("cppiMultiple")),
      caps: (
        .init(probability: try number("liqProbMax"), years: try number("liqHorizon")),
        try number("hardMax")
      ))
    let capital = try number("capitalAtRisk")
    let target = try LeverageTarget(
      limits,
      under: PolicyConditions(
        outlook: .init(
          volatility: number("sigmaHat"), drift: number("muHat"), driftError: number("muSe"),
          shortfall: number("es1")),
        pool: .init(
          side: .down, equity: (number("equity"), number("highWater")), capitalAtRisk: capital,
          largestNotional: number("maxNotional"), maintenanceRate: number("mmRate")),
        regimeMultiplier: number("regimeMultiplier")))
    let mode = try #require(inputs["mode"]?.string.flatMap(ResizeRule.Mode.init))
    let resize = try Resize(
      from: number("current"), to: target,
      by: ResizeRule(
        band: number("bandRel"), mode: mode, lot: number("lot"),
        leastQuantity: number("minQty")),
      capitalAtRisk: capital, unitDeltaCash: number("unitDeltaCash"))
    var answer: [String: JSONValue] = [:]
    for constraint in PolicyConstraint.allCases {
      answer[constraint.rawValue] = JSONValue(target[constraint])
    }
    answer["target"] = .number(target.target)
    answer["binding"] = .string(target.binding.rawValue)
    answer["breach"] = .bool(resize.isBreach)
    answer["insideBand"] = .bool(resize.isInsideBand)
    answer["restLeverage"] = .number(resize.restLeverage)
    answer["newLeverage"] = .number(resize.newLeverage)
    answer["rawQty"] = .number(resize.rawQuantity)
    answer["orderQty"] = .number(resize.quantity)
    return answer
  }
}
