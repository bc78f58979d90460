import FulcrumModel
import FulcrumPricing
import Testing

/// Laws of fits and regimes that need no reference values.
struct RegimePropertyTests {
  /// Seeded normal draws by the sum of twelve uniforms.
  struct Draw {
    var state: UInt64

    mutating func share() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / 9_007_199_254_740_992
    }

    mutating func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + share() } }
  }

  /// Two states that stay for about fifty steps each.
  private func series(seed: UInt64, count: Int = 800) -> [Double] {
    var draw = Draw(state: seed)
    var rough = false
    return (0..<count).map { _ in
      if draw.share() < 0.02 { rough.toggle() }
      return (rough ? 0.05 : 0.012) * draw.normal()
    }
  }

  @Test(arguments: [UInt64(1), 2, 3, 4]) func expectationNeverLowersTheLikelihood(
    seed: UInt64
  ) throws {
    let series = series(seed: seed)
    var model = try HiddenMarkov(
      start: [0.5, 0.5], transition: [[0.8, 0.2], [0.2, 0.8]], means: [0.001, -0.001],
      deviations: [0.01, 0.03])
    var last = -Double.infinity
    for _ in 0..<60 {
      let (next, likelihood) = try model.reestimated(series)
      #expect(likelihood >= last - 1e-9 * abs(likelihood), "seed \(seed)")
      last = likelihood
      model = next
    }
  }

  @Test(arguments: [UInt64(1), 2, 3, 4]) func aFitFindsTheStatesThatMadeTheSeries(
    seed: UInt64
  ) throws {
    let series = series(seed: seed, count: 1200)
    let fit = try HiddenMarkovFit(fitting: series, states: 2, starts: 3)
    #expect(fit.hasConverged)
    #expect(abs(fit.model.deviations[0] / 0.012 - 1) < 0.15, "seed \(seed)")
    #expect(abs(fit.model.deviations[1] / 0.05 - 1) < 0.15, "seed \(seed)")
    #expect(fit.model.transition[0][0] > 0.93 && fit.model.transition[1][1] > 0.93)
    let three = try HiddenMarkovFit(fitting: series, states: 3, starts: 3, limit: 200)
    #expect(three.logLikelihood >= fit.logLikelihood - 1e-3)
  }

  /// What is filtered at a time does not depend on what comes later; what is smoothed does.
  @Test func theFilterDoesNotLookAhead() throws {
    let series = series(seed: 9)
    let model = try HiddenMarkovFit(fitting: series, states: 2, starts: 2).model
    let whole = try model.filter(series)
    let part = try model.filter(Array(series.prefix(400)))
    #expect(whole[399] == part[399])
    let smoothed = try model.smooth(series)
    #expect(smoothed[399] != (try model.smooth(Array(series.prefix(400))))[399])
  }

  /// Reversals ≤ TV/gap, switches ≤ 2(1 + TV/gap).
  @Test(arguments: Array(UInt64(1)...50)) func switchesAreBounded(seed: UInt64) throws {
    var draw = Draw(state: seed)
    let thresholds = try RegimeThresholds(
      enterUp: [0.9, 1.5], exitDown: [0.75, 1.25], dwellUp: 1, dwellDown: 1)
    var classifier = RegimeClassifier(thresholds)
    var (variation, score, last): (Double, Double, RegimeLevel?) = (0, 1, nil)
    var (switches, reversals, direction) = (0, 0, 0)
    for _ in 0..<500 {
      let next = max(0.1, score + 0.1 * draw.normal())
      variation += abs(next - score)
      score = next
      let level = classifier.take(score)
      if let last, last != level {
        switches += 1
        let way = level > last ? 1 : -1
        if direction != 0, way != direction { reversals += 1 }
        direction = way
      }
      last = level
    }
    #expect(Double(reversals) <= variation / 0.15)
    #expect(Double(switches) <= 2 * (1 + variation / 0.15))
  }

  @Test func faultsAreSaid() throws {
    #expect(throws: SeriesError.tooShort(what: "returns", seen: 3, needed: 100)) {
      try GARCHFit(fitting: [1, 2, 3], shape: .garch)
    }
    #expect(throws: SeriesError.constant(what: "returns")) {
      try GARCHFit(fitting: [Double](repeating: 0, count: 200), shape: .gjr)
    }
    #expect(throws: SeriesError.constant(what: "series")) {
      try HiddenMarkovFit(fitting: [Double](repeating: 1, count: 200), states: 2)
    }
    #expect(throws: SeriesError.self) {
      try HiddenMarkovFit(fitting: [Double](repeating: .nan, count: 200), states: 2)
    }
    #expect(throws: SeriesError.constant(what: "RV")) {
      try HeterogeneousVariance(fitting: [Double](repeating: 1, count: 60), logarithmic: true)
    }
    #expect(throws: SeriesError.self) {
      try RegimeThresholds(enterUp: [1, 2], exitDown: [1, 1.5], dwellUp: 1, dwellDown: 1)
    }
    #expect(throws: PricingError.self) { try PriceBar(open: 1, high: 2, low: 1.5, close: 2) }
    #expect(throws: PricingError.self) { try PriceBar(open: 0, high: 2, low: 0, close: 2) }
  }

  /// A sandwich error against the plain one on a series that the model made itself: both estimate the
  /// same thing there.
  @Test func errorsAreOfTheRightSize() throws {
    var draw = Draw(state: 77)
    var h = 1.0
    let truth = try GARCH(omega: 0.05, alpha: 0.1, beta: 0.85)
    let returns = (0..<4000).map { _ in
      let e = h.squareRoot() * draw.normal()
      h = truth.next(after: e, h)
      return e
    }
    let fit = try GARCHFit(fitting: returns, shape: .garch)
    #expect(fit.hasConverged)
    for (value, wanted, place) in [
      (fit.model.omega, 0.05, 0), (fit.model.alpha, 0.1, 1), (fit.model.beta, 0.85, 3),
    ] {
      let error = try #require(fit.standardErrors[place])
      #expect(error > 0 && error < 0.1)
      #expect(abs(value - wanted) < 4 * error, "\(value) ± \(error)")
    }
    #expect(fit.standardErrors[2] == nil)
  }

  @Test func resamplingKeepsWhatIsWhole() throws {
    let hour: Int64 = 3_600_000
    let bars = try (0..<60).map { place in
      TimedBar(
        opens: Timestamp(milliseconds: 5 * hour + Int64(place) * hour),
        bar: try PriceBar(
          open: 100, high: 101 + Double(place), low: 99, close: 100 + Double(place) / 2))
    }
    let series = try PriceSeries(bars)
    let days = series.resampled(to: PriceSeries.day)
    // Hours 5 to 23 of the first day are not a day, nor is what follows the second midnight.
    #expect(days.bars.map(\.opens.milliseconds) == [24 * hour])
    #expect(days.bars[0].bar.high == 101 + 42)
    #expect(days.bars[0].bar.close == 100 + 42 / 2.0)
    #expect(series.gaps.isEmpty)
    var holed = bars
    holed.remove(at: 30)
    let gap = try #require(try PriceSeries(holed).gaps.first)
    #expect(gap.after == 29 && gap.missing == 1)
  }
}
