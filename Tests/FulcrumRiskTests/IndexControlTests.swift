import Foundation
import FulcrumModel
import FulcrumPricing
import Testing

@testable import FulcrumRisk

/// The index as control variate, where its effect is known.
@Suite struct IndexControlTests {
  /// A future that nothing liquidates is linear in the index: nothing is left to chance in its mean,
  /// E + q·S₀(e^{μT} − 1).
  @Test func linearPoolsHaveAnExactMean() throws {
    var settings = ConsequencesTests.settings(.gbm(volatility: 0.3), paths: 4096)
    settings.multiples = [0.05]
    settings.drift = 0.4
    let report = try Consequences.report(ConsequencesTests.perpetual(), settings: settings)
    let size = report.sizes[0]
    let exact = 12_000 + 0.05 * 60_000 * (exp(0.4 * ConsequencesTests.horizon) - 1)
    print("mean \(size.mean.value) ± \(size.mean.standardError), exact \(exact)")
    // Chords of e^x over cells of h ≤ 0.004 lie q·S₀·h²/8 above it.
    #expect((size.mean.value - exact).magnitude < 0.05 * 60_000 * 0.004 * 0.004 / 8)
    #expect(size.mean.standardError < 1e-3)
  }

  /// Values that have nothing to do with the index keep their mean but for β's noise; resampled
  /// bars and stochastic variance have no control.
  @Test func elsewhere() throws {
    var settings = ConsequencesTests.settings(.gbm(volatility: 0.3))
    let ratios = (0..<8192).map { 1 + 0.1 * sin(Double($0)) }
    let control = try #require(IndexControl(ratios, of: settings))
    let values = (0..<8192).map { cos(1.7 * Double($0)) }
    var adjusted = values
    control.adjust(&adjusted)
    let (before, after) = (Estimate(meanOf: values), Estimate(meanOf: adjusted))
    #expect((before.value - after.value).magnitude < 0.1 * before.standardError)
    #expect((after.standardError / before.standardError - 1).magnitude < 0.01)
    var one = [3.0]
    control.adjust(&one)
    #expect(one == [3])
    settings.model = .bootstrap(returns: [0.1, -0.1], restart: 0.5)
    #expect(IndexControl(ratios, of: settings) == nil)
  }
}
