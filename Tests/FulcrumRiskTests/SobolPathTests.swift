import Foundation
import FulcrumModel
import FulcrumPricing
import Testing

@testable import FulcrumRisk

/// Sobol points under the simulation: right, honest about their error, and worth having.
@Suite struct SobolPathTests {
  private static let heston = HestonStep.Parameters(
    reversion: 4, longVariance: 0.4, volatilityOfVariance: 1.5, correlation: -0.6)
  private static let jumps = NormalJumps(perYear: 12, mean: -0.03, deviation: 0.06)

  /// E S_T = S₀e^{μT} within four errors of the replicates; under GBM the error is below a
  /// tenth of what independent paths have by the lognormal's own deviation.
  @Test func everyLawHasItsMean() throws {
    let laws: [PathModel] = [
      .gbm(volatility: 0.6), .merton(volatility: 0.5, jumps: Self.jumps),
      .heston(Self.heston, start: 0.5), .bates(Self.heston, start: 0.5, jumps: Self.jumps),
    ]
    let (times, paths) = ((1...90).map { Double($0) / 365 }, 16_384)
    for law in laws {
      let generator = try PathGenerator(
        law, drift: 0.3, times: times, seed: 8, sampling: .sobol)
      var block = generator.block(count: paths)
      generator.fill(&block, firstPath: 0)
      var sums = [Double](repeating: 0, count: 16)
      for path in 0..<paths { sums[path % 16] += exp(block.landed(89, column: path)) }
      let mean = Estimate(meanOf: sums.map { $0 / Double(paths / 16) })
      let exact = exp(0.3 * times[89])
      let errors = (mean.value - exact) / mean.standardError
      let spread = exact * (exp(0.36 * times[89]) - 1).squareRoot()
      let plain = spread / Double(paths).squareRoot()
      print("\(law.name): \(mean.value) ± \(mean.standardError), exact \(exact), \(errors) errors")
      #expect(errors.magnitude <= 4)
      if case .gbm = law { #expect(mean.standardError < plain / 10) }
    }
  }

  /// Thirty seeds against the two-term formula: the errors are as large as they say, and smaller than
  /// those of independent paths.
  @Test func errorsAreHonest() throws {
    var (squares, sobol, plain) = (0.0, 0.0, 0.0)
    let seeds: ClosedRange<UInt64> = 1...30
    for seed in seeds {
      var settings = ConsequencesTests.settings(.gbm(volatility: 0.6), paths: 8192)
      settings.liquidation = .full
      settings.sampling = .sobol
      settings.seed = seed
      settings.multiples = [1]
      let report = try Consequences.report(ConsequencesTests.perpetual(), settings: settings)
      let size = try #require(report.sizes.first)
      let exact = FirstPassage.probability(
        try FirstPassage.OneBarrier(
          spot: 60_000, barrier: #require(size.liquidationBelow), side: .down, drift: 0,
          volatility: 0.6, years: ConsequencesTests.horizon))
      let errors = (size.liquidation.value - exact) / size.liquidation.standardError
      #expect(errors.magnitude <= 5, "seed \(seed)")
      squares += errors * errors
      sobol += size.liquidation.standardError / Double(seeds.count)
      plain = (exact * (1 - exact) / 8192).squareRoot()
    }
    let deviation = (squares / Double(seeds.count)).squareRoot()
    print("sobol: deviation of the errors \(deviation), mean error \(sobol), plain \(plain)")
    // Student's t with 15 degrees has deviation 1.07; thirty of them stay within 0.7 and 1.5.
    #expect(deviation > 0.7 && deviation < 1.5)
    #expect(sobol < plain)
  }

  /// Both ways of drawing agree on every number of a strangle that is liquidated in parts.
  @Test func bothSamplingsAgree() throws {
    var settings = ConsequencesTests.settings(
      .merton(volatility: 0.5, jumps: Self.jumps), paths: 32_768)
    settings.wealth = 60_000
    let random = try Consequences.report(ConsequencesTests.strangle(), settings: settings)
    settings.sampling = .sobol
    let points = try Consequences.report(ConsequencesTests.strangle(), settings: settings)
    var worst = 0.0
    for (a, b) in zip(random.sizes, points.sizes) where a.multiple > 0 {
      for (x, y) in zip(figures(a), figures(b)) {
        let joint = (x.standardError * x.standardError + y.standardError * y.standardError)
          .squareRoot()
        worst = max(worst, (x.value - y.value).magnitude / max(joint, 1e-12))
        // What always happens has no error by either way.
        #expect(y.standardError > 0 || x.standardError == 0, "\(a.multiple) \(x) \(y)")
      }
    }
    print("sobol against random: worst difference \(worst) joint errors")
    #expect(worst < 4.5)
  }

  private func figures(_ size: SizeOutcome) -> [Estimate] {
    let shares = [size.liquidation, size.ruin, size.drawdown].map {
      Estimate($0.value, standardError: $0.standardError)
    }
    let growth = size.growth.finite.map { [Estimate($0, standardError: size.growthError)] } ?? []
    return shares + growth + size.timeUnderWater + [
      size.mean, size.expectedShortfall, size.cappedYears, size.deepestDrawdown,
      size.longestSpell, size.quantiles[2], size.quantiles[1],
    ]
  }

  @Test func resampledReturnsAreRefused() {
    let returns = (0..<200).map { 0.01 * sin(Double($0)) }
    var settings = ConsequencesTests.settings(.bootstrap(returns: returns, restart: 0.1))
    settings.sampling = .sobol
    #expect(throws: RiskError.self) {
      try Consequences.report(ConsequencesTests.perpetual(), settings: settings)
    }
  }
}
