import FulcrumNumerics
import FulcrumPricing
import Testing

/// The deterministic kernels of Monte Carlo against 50-digit reference values (`mc_kernels.json`).
struct PathKernelTests {
  @Test func everyCase() throws {
    var worst = (fraction: 0.0, id: "")
    var compared = 0
    for item in try VectorFile("mc_kernels").cases {
      for (key, got) in try answers(item) {
        let expected = try #require(item.expected[key], "\(item.id) \(key)")
        let (numbers, wanted) = (
          got, expected.list?.compactMap(\.number) ?? [expected.number ?? .nan]
        )
        try #require(numbers.count == wanted.count, "\(item.id) \(key)")
        for (a, b) in zip(numbers, wanted) {
          let fraction = item.fraction(a, of: b, key)
          #expect(fraction <= 1, "\(item.id) \(key): got \(a), expected \(b)")
          if fraction > worst.fraction { worst = (fraction, "\(item.id) \(key)") }
          compared += 1
        }
      }
    }
    print("vectors mc_kernels: \(compared) values, worst error/tolerance \(worst)")
    #expect(compared > 22 * 7 + 4 * 10)
  }

  private func list(_ item: VectorCase, _ key: String) throws -> [Double] {
    try #require(item.inputs[key]?.list, "\(item.id): \(key)").compactMap(\.number)
  }

  private func answers(_ item: VectorCase) throws -> [String: [Double]] {
    switch try item.text("kernel") {
    case "brownianBridge":
      let path = BrownianPath(times: try list(item, "times"))
      return [
        "order": path.order.map(Double.init), "path": path.path(try list(item, "normals")),
      ]
    case "stationaryBootstrap":
      let places = StationaryBootstrap.places(
        count: Int(try item.number("n")), restart: try item.number("p"),
        uniforms: try list(item, "uniforms"))
      return ["indices": places.map(Double.init)]
    default: return try heston(item)
    }
  }

  private func heston(_ item: VectorCase) throws -> [String: [Double]] {
    let step = HestonStep(
      HestonStep.Parameters(
        reversion: try item.number("kappa"), longVariance: try item.number("theta"),
        volatilityOfVariance: try item.number("xi"), correlation: try item.number("rho")),
      years: try item.number("dt"))
    let v = try item.number("v0")
    let law = step.variance(from: v)
    let next = step.variance(law, at: try item.number("uniformV"))
    let k0 = try #require(step.correctedK0(from: v, law))
    func move(_ k0: Double) throws -> Double {
      step.logReturn(
        from: v, to: next, k0: k0, drift: try item.number("mu"), normal: try item.number("normalX"))
    }
    #expect(item.expected["branch"]?.text == law.branch.rawValue)
    return [
      "m": [law.mean], "s2": [law.variance], "psi": [law.psi], "v1": [next],
      "dlogS": [try move(step.uncorrectedK0)], "k0Corrected": [k0],
      "dlogSCorrected": [try move(k0)],
    ]
  }
}
