import Foundation
import FulcrumModel
import FulcrumNumerics
import FulcrumPricing
import Testing

@testable import FulcrumRisk

/// Liquidation in parts along a path: what is left goes on from the touch, with no knowledge of where
/// the step ends.
@Suite struct PartialPathTests {
  private static let free = StandardMargin(futuresRate: 0.01, liquidationFee: 0)

  private static func settings(_ step: Double, _ multiples: [Double]) -> ConsequenceSettings {
    var settings = ConsequencesTests.settings(.gbm(volatility: 0.8), paths: 4096)
    settings.sampling = .sobol
    settings.multiples = multiples
    settings.step = step / 365
    return settings
  }

  /// Without drift or fee every strategy keeps its equity on average: optional stopping. A rule that
  /// looked at the end of the step before it closed a part would not.
  @Test(arguments: [1.0, -1.0]) func partsAreAFairGame(side: Double) throws {
    let report = try Consequences.report(
      ConsequencesTests.perpetual(quantity: side), rule: PathRule(Self.free),
      settings: Self.settings(1, [0.5, 2]))
    for size in report.sizes {
      let errors = (size.mean.value - 12_000) / size.mean.standardError
      print("fair \(size.multiple)×: mean \(size.mean.value), \(errors) errors")
      #expect(errors.magnitude <= 4)
    }
  }

  /// A day's step and four hours' say the same, for a linear pool and one that holds coins.
  @Test func theStepDoesNotMatter() throws {
    let coin = RiskPool(
      index: 60_000, currency: .coin, cash: 0.25,
      legs: [
        RiskLeg(
          contract: .future(entry: 60_000, years: nil), settlement: .inverse, forward: 60_000,
          quantity: 60_000)
      ])
    for pool in [ConsequencesTests.perpetual(), coin] {
      let margin = StandardMargin(futuresRate: 0.01, liquidationFee: 0.002)
      let sizes = [0.75, 1.5]
      let coarse = try Consequences.report(
        pool, rule: PathRule(margin), settings: Self.settings(1, sizes))
      let fine = try Consequences.report(
        pool, rule: PathRule(margin), settings: Self.settings(1.0 / 6, sizes))
      for (a, b) in zip(coarse.sizes, fine.sizes) {
        for (x, y) in [
          (a.mean, b.mean), (a.quantiles[2], b.quantiles[2]), (a.cappedYears, b.cappedYears),
        ] {
          let joint = (x.standardError * x.standardError + y.standardError * y.standardError)
            .squareRoot()
          let errors = (x.value - y.value) / joint
          print("step \(a.multiple)×: \(x.value) and \(y.value), \(errors) joint errors")
          #expect(errors.magnitude <= 4)
        }
      }
    }
  }

  /// The moment of the touch against first-passage density times the density of reaching the end,
  /// integrated (scipy `quad`, 1e-12): shares of touches before 10, 30, 50 and 80 % of the step.
  @Test(
    arguments: [
      (
        0.02, 0.01, 4e-4,
        [0.004399020061339036, 0.20149609829058435, 0.4901383399453298, 0.873063262493356]
      ),
      (
        0.01, -0.015, 2.5e-4,
        [0.10150683362498626, 0.5517557458000865, 0.8130766932784821, 0.9876605356183281]
      ),
      (
        0.03, 0.0001, 1e-3,
        [0.004439823308491469, 0.1477414947516275, 0.34381072701524307, 0.6371610093451828]
      ),
      (
        0.002, 0.03, 4e-4,
        [0.8652345851494256, 0.9696230421377038, 0.993214647315804, 0.9999556480211795]
      ),
    ] as [(Double, Double, Double, [Double])])
  func touchesAreTimedByTheBridge(law: (Double, Double, Double, [Double])) {
    let draws = RandomDraws(seed: 5, purpose: RandomPurpose.bridge)
    let count = 40_000
    let shares = (0..<count).map { path in
      let (a, b) = draws.uniforms(path: UInt64(path), block: 0)
      return FirstPassage.BrownianBridge.hitShare(
        start: law.0, end: law.1, variance: law.2, normal: Normal.quantile(a), uniform: b)
    }
    for (bound, exact) in zip([0.1, 0.3, 0.5, 0.8], law.3) {
      let seen = Double(shares.count { $0 <= bound }) / Double(count)
      let error = (exact * (1 - exact) / Double(count)).squareRoot()
      #expect(abs(seen - exact) <= 4 * error, "\(law): \(seen) before \(bound), exact \(exact)")
    }
  }

  @Test func momentsAtTheEdges() {
    func share(_ start: Double, _ end: Double, _ variance: Double, _ normal: Double) -> Double {
      FirstPassage.BrownianBridge.hitShare(
        start: start, end: end, variance: variance, normal: normal, uniform: 0.5)
    }
    #expect(share(0, 0.1, 1e-4, 1) == 0 && share(-0.1, 0.1, 1e-4, 1) == 0)
    // Without variance a straight line: two fifths of the way to an end beyond the bound.
    #expect(abs(share(0.02, -0.03, 0, 1) - 0.4) < 1e-15)
    // The end on the bound: Lévy's law, s = d²/ΣZ² = 4.
    #expect(abs(share(0.02, 0, 1e-4, 1) - 0.8) < 1e-15)
    #expect(share(0.02, 0, 1e-4, 0) == 1)
  }

  /// A law without gaps leaves no debt, also where time moves the boundary: long options pay for
  /// themselves, and what rounding leaves is no debt.
  @Test func withoutGapsNothingIsOwed() throws {
    func leg(_ right: OptionRight, _ quantity: Double, days: Double) -> RiskLeg {
      RiskLeg(
        contract: .option(right, strike: 60_000, years: days / 365, volatility: 0.55),
        settlement: .inverse, forward: 60_000, quantity: quantity)
    }
    let hedged = RiskPool(
      index: 60_000, currency: .coin, cash: 0.3,
      legs: [
        leg(.call, 1, days: 33), leg(.put, 1, days: 33),
        RiskLeg(
          contract: .future(entry: 60_000, years: nil), settlement: .inverse, forward: 60_000,
          quantity: -9_000),
      ])
    let calls = RiskPool(
      index: 60_000, currency: .coin, cash: 0.02, legs: [leg(.call, 1, days: 30)])
    for pool in [hedged, calls] {
      var settings = Self.settings(0.5, [0.5, 1])
      settings.checksConvergence = true
      let report = try Consequences.report(pool, settings: settings)
      #expect(report.sizes.allSatisfy { $0.badDebt.largest == 0 })
      guard case .agrees(let worst) = report.convergence else {
        Testing.Issue.record("\(report.convergence)")
        continue
      }
      print("worst \(worst)")
    }
  }

  /// The run that checks convergence draws the same bars anew.
  @Test func resampledBarsConverge() throws {
    let returns = (0..<400).map { 0.02 * sin(Double($0 * $0)) }
    var settings = ConsequencesTests.settings(
      .bootstrap(returns: returns, restart: 0.2), paths: 8192)
    settings.checksConvergence = true
    settings.liquidation = .full
    let report = try Consequences.report(ConsequencesTests.perpetual(), settings: settings)
    guard case .agrees = report.convergence else {
      Testing.Issue.record("\(report.convergence)")
      return
    }
    settings.horizon = 0.5 / 365
    #expect(throws: RiskError.self) {
      try Consequences.report(ConsequencesTests.perpetual(), settings: settings)
    }
  }

  /// Kelly's point of an unlevered walk, μ/σ² at 5x a size: within four of the error that it has, over
  /// seeds, and the error is as large as it says.
  @Test func theOptimumHasItsError() throws {
    var errors: [Double] = []
    for seed: UInt64 in 1...24 {
      var settings = ConsequencesTests.settings(.gbm(volatility: 0.6), paths: 16_384)
      settings.seed = seed
      settings.drift = 0.36
      settings.horizon = 2.0 / 365
      settings.multiples = [0, 0.15, 0.3]
      let report = try Consequences.report(ConsequencesTests.perpetual(), settings: settings)
      guard case .at(let multiple, _) = report.optimum else { continue }
      // One time leverage, 5x at the present size.
      errors.append((multiple.value - 0.2) / multiple.standardError)
    }
    let deviation = (errors.reduce(0) { $0 + $1 * $1 } / Double(max(errors.count, 1))).squareRoot()
    print("optimum: \(errors.count) inside, deviation \(deviation)")
    #expect(errors.count > 12)
    #expect(errors.allSatisfy { $0.magnitude < 4 })
    #expect(deviation > 0.5 && deviation < 1.6)
  }

  /// A score of 3 for one number; 1 − (1 − 0.0013499)^(1/n) by the normal and Student tables (scipy).
  @Test func theLimitGrowsWithTheNumberOfScores() {
    #expect(abs(ConsequenceReport.limit(1, replicates: 1) - 3) < 1e-12)
    #expect(abs(ConsequenceReport.limit(50, replicates: 1) - 4.0376213) < 1e-6)
    #expect(abs(ConsequenceReport.limit(50, replicates: 16) - 5.5657) < 0.03)
  }
}
