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

  /// A barrier that a diffusion reaches once in 300 to 7,000,000 times.
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
    #expect(p.isImportanceSampled && p.standardError < share * exact)
    #expect(errors.magnitude <= 4 && p.lower < p.value && p.value < p.upper)
  }

  /// On both sides of a short strangle: the same as half a million plain paths.
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

  /// An inverse perpetual, whose own currency falls with it, under a drift.
  @Test func coinPoolWithDrift() throws {
    var settings = Self.settings(
      .gbm(volatility: 0.5), paths: 4096, multiples: [0.75, 0.85, 1])
    settings.drift = 1.5
    let pool = RiskPool(
      index: 60_000, currency: .coin, cash: 1,
      legs: [
        RiskLeg(
          contract: .future(entry: 60_000, years: nil), settlement: .inverse, forward: 60_000,
          quantity: 2, size: 60_000)
      ])
    for size in try Consequences.report(pool, settings: settings).sizes {
      let barrier = try #require(size.liquidationBelow)
      let exact = FirstPassage.probability(
        try FirstPassage.OneBarrier(
          spot: 60_000, barrier: barrier, side: .down, drift: 1.5, volatility: 0.5,
          years: ConsequencesTests.horizon))
      try Self.check(size, exact, within: 0.15)
    }
  }

  static func hedged(_ strike: Double, puts: Double, calls: Double, cash: Double) -> RiskPool {
    func option(_ right: OptionRight, _ strike: Double, days: Double, _ quantity: Double) -> RiskLeg
    {
      RiskLeg(
        contract: .option(right, strike: strike, years: days / 365, volatility: 0.4),
        settlement: .linear, forward: 60_000, quantity: quantity)
    }
    var pool = ConsequencesTests.perpetual(cash: cash)
    pool.legs.append(option(.put, strike, days: 10, puts))
    if calls > 0 { pool.legs.append(option(.call, 85_000, days: 45, -calls)) }
    return pool
  }

  /// A put that ends before the horizon: after it the boundary lies nearer, or on a side where there
  /// was none. Against long plain runs, by several seeds.
  @Test(arguments: [(0.7, 0.0, 19_000.0), (1.1, 2.6, 26_000)])
  func boundariesThatComeLater(puts: Double, calls: Double, cash: Double) throws {
    let pool = Self.hedged(56_000, puts: puts, calls: calls, cash: cash)
    var settings = ConsequencesTests.settings(.gbm(volatility: 0.42), paths: 400_000)
    settings.multiples = [1]
    let plain = try Consequences.report(pool, settings: settings).sizes[0].liquidation
    try #require(!plain.isImportanceSampled)
    settings.paths = 4096
    for seed in UInt64(1)...6 {
      settings.seed = seed
      let rare = try Consequences.report(pool, settings: settings).sizes[0].liquidation
      let joint =
        (plain.standardError * plain.standardError + rare.standardError * rare.standardError)
        .squareRoot()
      print(
        "\(puts) puts, seed \(seed): \(rare.value) ± \(rare.standardError), plain \(plain.value)")
      #expect(rare.isImportanceSampled && rare.standardError <= 0.2 * rare.value)
      #expect((rare.value - plain.value).magnitude <= 4 * joint)
    }
  }

  /// Jumps that carry a path beyond eight deviations of a short horizon.
  @Test func jumpsBeyondTheDiffusion() throws {
    let jumps = try FirstPassage.Jumps(
      perYear: 12, upProbability: 0.4, upRate: 30, downRate: 20)
    var settings = Self.settings(
      .kou(volatility: 0.3, jumps: jumps), paths: 4096, multiples: [0.8, 1, 1.5])
    settings.horizon = 1.0 / 365
    settings.step = 0.25 / 365
    let pool = ConsequencesTests.perpetual(cash: 20_000)
    for size in try Consequences.report(pool, settings: settings).sizes {
      let distance = log(60_000 / (try #require(size.liquidationBelow)))
      #expect(distance > 8 * 0.3 * (1.0 / 365).squareRoot() + 0.05)
      let exact = try #require(
        FirstPassage.probability(
          try FirstPassage.Kou(
            logBarrier: distance, logDrift: 0.045 + jumps.perYear * jumps.meanJump,
            volatility: 0.3, jumps: jumps.mirrored, years: settings.horizon)))
      try Self.check(size, exact, within: 0.2)
    }
  }

  /// What is too rare for numbers is a bound, not a certainty.
  @Test func beyondNumbers() throws {
    var settings = Self.settings(.gbm(volatility: 0.1), paths: 1024, multiples: [0.3, 0.5])
    settings.horizon = 1.0 / 8760
    settings.step = 1.0 / 8760
    for size in try Consequences.report(ConsequencesTests.perpetual(), settings: settings).sizes {
      let p = size.liquidation
      #expect(!p.isImportanceSampled && p.value == 0 && p.upper == 3.0 / 1024)
    }
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
