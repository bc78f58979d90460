import Foundation
import FulcrumModel
import FulcrumPricing
import Testing

@testable import FulcrumRisk

/// Probabilities too small for a run's own paths, against closed forms and larger runs.
@Suite struct RareLiquidationTests {
  static func settings(
    _ model: PathModel, paths: Int, multiples: [Double] = [0.11, 0.13, 0.15]
  ) -> ConsequenceSettings {
    var settings = ConsequencesTests.settings(model, paths: paths)
    settings.multiples = multiples
    return settings
  }

  /// A barrier that a diffusion reaches once in 100,000 to 100,000,000 times.
  @Test(arguments: [1.0, -1.0]) func gbm(side: Double) throws {
    let settings = Self.settings(
      .gbm(volatility: 0.6), paths: 4096,
      multiples: side > 0 ? [0.11, 0.13, 0.15] : [0.05, 0.07, 0.1])
    let pool = ConsequencesTests.perpetual(quantity: side, cash: 4_000)
    for size in try Consequences.report(pool, settings: settings).sizes {
      let barrier = try #require(side > 0 ? size.liquidationBelow : size.liquidationAbove)
      let exact = FirstPassage.probability(
        try FirstPassage.OneBarrier(
          spot: 60_000, barrier: barrier, side: side > 0 ? .down : .up, drift: 0, volatility: 0.6,
          years: ConsequencesTests.horizon))
      try Self.check(size, exact, within: 0.15)
    }
  }

  /// And one that jumps bring within reach.
  @Test func kou() throws {
    let jumps = try FirstPassage.Jumps(
      perYear: 24, upProbability: 0.4, upRate: 60, downRate: 50)
    let settings = Self.settings(.kou(volatility: 0.4, jumps: jumps), paths: 4096)
    let pool = ConsequencesTests.perpetual(cash: 4_000)
    for size in try Consequences.report(pool, settings: settings).sizes {
      let exact = try #require(
        FirstPassage.probability(
          try FirstPassage.Kou(
            logBarrier: -log((size.liquidationBelow ?? 0) / 60_000),
            logDrift: 0.08 + jumps.perYear * jumps.meanJump, volatility: 0.4,
            jumps: jumps.mirrored, years: ConsequencesTests.horizon)))
      try Self.check(size, exact, within: 0.15)
    }
  }

  static func check(_ size: SizeOutcome, _ exact: Double, within share: Double) throws {
    let p = size.liquidation
    let errors = (p.value - exact) / p.standardError
    print("\(size.multiple)×: \(p.value) ± \(p.standardError), exact \(exact), \(errors) errors")
    guard exact > 1e-9 else { return }
    #expect(p.isImportanceSampled && p.standardError < share * exact)
    #expect(errors.magnitude <= 4 && p.lower < p.value && p.value < p.upper)
  }

  /// On both sides of a short strangle, with expected decay: the same as half a million plain paths.
  @Test func bothSides() throws {
    let model = PathModel.merton(
      volatility: 0.35, jumps: NormalJumps(perYear: 12, mean: -0.02, deviation: 0.03))
    var settings = ConsequencesTests.settings(model, paths: 500_000)
    settings.multiples = [0.8]
    let plain = try Consequences.report(ConsequencesTests.strangle(), settings: settings).sizes[0]
    #expect(!plain.liquidation.isImportanceSampled)
    settings.paths = 1024
    let rare = try Consequences.report(ConsequencesTests.strangle(), settings: settings).sizes[0]
    let (one, other) = (plain.liquidation, rare.liquidation)
    print("strangle: \(one.value) ± \(one.standardError), \(other.value) ± \(other.standardError)")
    #expect(other.isImportanceSampled)
    let joint =
      (one.standardError * one.standardError + other.standardError * other.standardError)
      .squareRoot()
    #expect((one.value - other.value).magnitude <= 4 * joint)
  }

  /// What the tilts cannot do is left as it was: no law of steps, no price that liquidates.
  @Test func leftAlone() throws {
    let heston = PathModel.heston(
      HestonStep.Parameters(
        reversion: 3, longVariance: 0.1, volatilityOfVariance: 0.5, correlation: -0.4), start: 0.1)
    let pool = ConsequencesTests.perpetual(cash: 4_000)
    for size in try Consequences.report(pool, settings: Self.settings(heston, paths: 1024)).sizes {
      #expect(!size.liquidation.isImportanceSampled && size.liquidation.upper >= 3.0 / 1024)
    }
    let covered = ConsequencesTests.perpetual(cash: 90_000)
    let sizes = try Consequences.report(
      covered, settings: Self.settings(.gbm(volatility: 0.6), paths: 1024)
    ).sizes
    #expect(sizes.allSatisfy { $0.liquidation.upper == 3.0 / 1024 })
  }
}
