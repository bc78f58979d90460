import Foundation
import FulcrumPricing
import Testing

/// Esscher transforms: numbers that need no code of ours, and paths weighed back.
@Suite struct PathTiltTests {
  static let years = 0.25
  static let jumps = NormalJumps(perYear: 12, mean: -0.03, deviation: 0.06)

  static func models() throws -> [PathModel] {
    [
      .gbm(volatility: 0.5), .merton(volatility: 0.5, jumps: jumps),
      .kou(
        volatility: 0.5,
        jumps: try FirstPassage.Jumps(perYear: 24, upProbability: 0.4, upRate: 30, downRate: 20)),
    ]
  }

  /// κ(0) = 0, and κ(1) = μ since E S_T = S₀e^{μT} under every model.
  @Test func cumulantsThatAreKnown() throws {
    for model in try Self.models() {
      let none = try #require(PathTilt(model, drift: 0.3, exponent: 0))
      #expect(none.cumulant.magnitude < 1e-12 && (none.drift - 0.3).magnitude < 1e-12)
      let one = try #require(PathTilt(model, drift: 0.3, exponent: 1))
      print("\(model.name): κ(1) = \(one.cumulant)")
      #expect((one.cumulant - 0.3).magnitude < 1e-12)
    }
    // ½a²σ² + a(μ − ½σ²), and λ(e^{am + ½a²δ²} − 1) with its compensation, by hand.
    let plain = try #require(PathTilt(.gbm(volatility: 0.5), drift: 0.1, exponent: -3))
    #expect((plain.cumulant - (1.125 + 0.075)).magnitude < 1e-14)
    let merton = try #require(
      PathTilt(.merton(volatility: 0.5, jumps: Self.jumps), drift: 0, exponent: -3))
    let compensation = 12 * (exp(-0.03 + 0.0018) - 1)
    let expected = 1.125 - 3 * (-compensation - 0.125) + 12 * (exp(0.09 + 0.0162) - 1)
    #expect((merton.cumulant - expected).magnitude < 1e-12)
  }

  /// Paths under the tilt go where it was to lead, and weighed back give E S_T = S₀e^{μT} and E 1 = 1.
  @Test(arguments: [-0.2, 0.2]) func pathsWeighedBack(distance: Double) throws {
    let (count, drift) = (20_000, 0.2)
    for model in try Self.models() {
      let tilt = try #require(
        PathTilt(reaching: distance, years: Self.years, model, drift: drift))
      let times = (1...5).map { Self.years * Double($0) / 5 }
      let generator = try PathGenerator(tilt.model, drift: tilt.drift, times: times, seed: 5)
      var block = generator.block(count: 32)
      var ends: [Double] = []
      for first in stride(from: 0, to: count, by: 32) {
        generator.fill(&block, firstPath: UInt64(first))
        for column in 0..<32 { ends.append(block.landed(4, column: column)) }
      }
      let weights = ends.map { exp(-tilt.exponent * $0 + tilt.cumulant * Self.years) }
      for (name, values, expected) in [
        ("mean", ends, distance), ("weight", weights, 1),
        ("price", zip(weights, ends).map { $0 * exp($1) }, exp(drift * Self.years)),
      ] {
        let (value, error) = Self.mean(values)
        print("\(model.name) to \(distance), \(name): \(value) ± \(error), \(expected)")
        #expect((value - expected).magnitude < 4 * error)
      }
    }
  }

  static func mean(_ values: [Double]) -> (value: Double, error: Double) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    return (mean, (square / n).squareRoot())
  }

  @Test func whereThereIsNone() throws {
    let heston = PathModel.heston(
      HestonStep.Parameters(
        reversion: 3, longVariance: 0.3, volatilityOfVariance: 0.8, correlation: -0.4), start: 0.3)
    #expect(PathTilt(heston, drift: 0, exponent: 0) == nil)
    #expect(
      PathTilt(.bootstrap(returns: [0.1, -0.1], restart: 0.5), drift: 0, exponent: 0) == nil)
    // e^{aX} has no mean from the up rate on.
    let kou = try Self.models()[2]
    #expect(PathTilt(kou, drift: 0, exponent: 31) == nil)
    #expect(PathTilt(kou, drift: 0, exponent: -21) == nil)
    // However far, a lies above −η₂; but no tilted jump may have an infinite mean, so not above η₁ − 1.
    let far = try #require(PathTilt(reaching: -9, years: 0.01, kou, drift: 0))
    #expect(far.exponent > -20 && far.exponent < -19)
    #expect(PathTilt(reaching: 90, years: 0.01, kou, drift: 0) == nil)
  }
}
