import FulcrumNumerics
import RealModule
import Testing

@Suite struct BracketedRootTests {
  private static let functions:
    [(name: String, root: Double, value: @Sendable (Double) -> Double)] = [
      ("cube", 2, { $0 * $0 * $0 - 8 }),
      ("steep", 1e-3, { Double.expMinusOne(40 * ($0 - 1e-3)) }),
      ("flat", 0.5, { Double.pow($0 - 0.5, 9) }),
      ("jump", 0.25, { $0 < 0.25 ? -1 : 1 }),
      ("logarithm", Double.exp(1), { Double.log($0) - 1 }),
    ]

  @Test(arguments: functions.indices) func knownRootsAreFound(place: Int) {
    let (name, root, value) = Self.functions[place]
    var calls = 0
    let found = BracketedRoot.find(
      lower: 1e-9, upper: 5, lowerValue: value(1e-9), upperValue: value(5), tolerance: 1e-14
    ) {
      calls += 1
      return value($0)
    }
    print("\(name): \(calls) evaluations, error \(found - root)")
    // A ninth power is 0 in doubles within 1e-36^(1/9) of its root.
    let allowed = name == "flat" ? 1e-4 : 2e-14
    #expect((found - root).magnitude <= allowed * max(1, root))
    #expect(calls < 200)
  }

  @Test func rootsAtAnEndAreTheirs() {
    #expect(
      BracketedRoot.find(lower: 0, upper: 1, lowerValue: 0, upperValue: 1, tolerance: 1e-14) { $0 }
        == 0)
    #expect(
      BracketedRoot.find(lower: -1, upper: 0, lowerValue: -1, upperValue: 0, tolerance: 1e-14) {
        $0
      }
        == 0)
  }

  @Test func goldenSectionFindsTheMinimum() {
    let found = GoldenSection.minimum(in: -3...7, tolerance: 1e-9) { ($0 - 1.25) * ($0 - 1.25) + 2 }
    // Below √ε of the position the function does not change.
    #expect((found.position - 1.25).magnitude < 1e-7)
    #expect((found.value - 2).magnitude < 1e-15)
  }

  /// 16 points integrate every power to 31, and not the 32nd.
  @Test func gaussLegendreIsExactToItsDegree() {
    for power in 0...31 {
      let found = GaussLegendre.integral(from: 0, to: 2) { Double.pow($0, power) }
      let exact = Double.pow(2, power + 1) / Double(power + 1)
      #expect((found / exact - 1).magnitude < 2e-15, "power \(power)")
    }
    let beyond = GaussLegendre.integral(from: -1, to: 1) { Double.pow($0, 32) }
    #expect((beyond * 33 / 2 - 1).magnitude > 1e-9)
  }
}
