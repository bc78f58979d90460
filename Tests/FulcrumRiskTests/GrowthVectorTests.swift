import FulcrumRisk
import Testing

@Suite struct GrowthVectorTests {
  /// Expected values: 50-digit arithmetic (quadratures 30 digits), see the file's `source`.
  @Test func everyCaseIsWithinItsTolerance() throws {
    let file = try VectorFile.read("growth")
    var comparison = Comparison()
    for reference in file.cases {
      comparison.compare(try Self.answer(reference.inputs), with: reference)
    }
    print(comparison.report("growth"))
    #expect(file.cases.count == file.count)
    #expect(comparison.failures.isEmpty, "\(comparison.failures.joined(separator: "\n"))")
  }

  private static func answer(_ inputs: JSONValue) throws -> [String: JSONValue] {
    func number(_ key: String) throws -> Double { try PoolInput.number(inputs, key) }
    func grid(_ key: String) -> [Double] { PoolInput.numbers(inputs, key) ?? [] }
    switch inputs["model"]?.string {
    case "gbm":
      let law = try Growth.Diffusion(
        drift: number("mu"), volatility: number("sigma"), rate: number("r"))
      return [
        "g": JSONValue(grid("L").map(law.rate(at:))), "Lstar": .number(law.optimum),
        "gMax": .number(law.rate(at: law.optimum)), "breakEven": .number(law.breakEven),
        "costOfError1": .number(law.costOfOne),
        "halfKellyShare": law.optimum == 0 ? .null : .number(Growth.share(ofMultiple: 0.5)),
      ]
    case "fixedJump":
      let law = try Growth.FixedJump(
        drift: number("mu"), volatility: number("sigma"), perYear: number("lambda"),
        jump: number("jump"))
      return [
        "g": .array(grid("L").map { JSONValue(law.rate(at: $0)) }),
        "Lstar": .number(law.optimum), "gMax": .number(law.best),
        "breakEven": .number(law.breakEven), "maxLeverage": .number(law.maxLeverage),
      ]
    case "mertonIsolated":
      let law = try Growth.IsolatedJumps(
        drift: number("mu"), volatility: number("sigma"),
        jump: JumpLaw(
          mean: number("jumpMean"), deviation: number("jumpSd"), perYear: number("lambda")))
      let fraction = try number("poolFraction")
      return [
        "g": .array(
          grid("poolLeverage").map { JSONValue(law.rate(fraction: fraction, leverage: $0)) }),
        "kBar": .number(law.meanJump),
      ]
    case "isolatedPeriod":
      let period = try Growth.IsolatedPeriod(
        drift: number("mu"), volatility: number("sigma"), years: number("horizon"),
        pool: (number("poolFraction"), number("poolLeverage")),
        maintenanceRate: number("mmRate"))
      return [
        "liquidationRatio": .number(period.liquidationRatio),
        "liquidationProbability": JSONValue(period.liquidationProbability),
        "growthWithLiquidation": JSONValue(period.growthWithLiquidation),
        "growthTerminalOnly": .number(period.growthTerminalOnly),
        "liquidationDrag": JSONValue(period.liquidationDrag),
      ]
    default:
      let (c, floor) = (try number("kellyMultiple"), try number("floor"))
      return [
        "everFall": .number(Growth.everFall(multiple: c, to: floor)),
        "goalBeforeFloor": .number(
          Growth.goalBeforeFloor(multiple: c, goal: try number("goal"), floor: floor)),
        "growthShare": .number(Growth.share(ofMultiple: c)),
      ]
    }
  }

  @Test func everythingCanBeLost() throws {
    let jumps = try Growth.IsolatedJumps(
      drift: 0.1, volatility: 0.5, jump: JumpLaw(mean: 0, deviation: 0.1, perYear: 1))
    #expect(jumps.rate(fraction: 1, leverage: 2).absence == .ruinPossible)
    #expect(jumps.rate(fraction: 1, leverage: 1).finite != nil)
    let fixed = try Growth.FixedJump(drift: 0.1, volatility: 0.5, perYear: 1, jump: -0.5)
    #expect(fixed.rate(at: 2).absence == .ruinPossible)
    #expect(fixed.optimum == 0 && fixed.breakEven == 0)
  }
}
