import FulcrumPricing
import Testing

extension FirstPassage.ExpectedTime {
  /// As the reference files write it: infinity for an unbounded mean.
  var answer: Answer {
    switch self {
    case .years(let years): .number(years)
    case .unbounded: .number(.infinity)
    }
  }
}

/// First-passage laws against 50-digit reference values.
struct FirstPassageVectorTests {
  @Test func everyCase() throws {
    var comparison = VectorComparison()
    for item in try VectorFile("first_passage").cases {
      comparison.check(item, try answers(item))
    }
    comparison.report("first_passage")
    #expect(comparison.compared == 30 * 5 + 14 * 4 + 10 + 12 * 2)
  }

  /// Far from the ordinary: a millionth of a deviation to twenty, drifts of twenty either way.
  @Test func everyExtremeCase() throws {
    var comparison = VectorComparison()
    for item in try VectorFile("first_passage_extreme").cases {
      comparison.check(item, try answers(item))
    }
    comparison.report("first_passage_extreme")
    #expect(comparison.compared == 442)
  }

  private func answers(_ item: VectorCase) throws -> [String: Answer] {
    switch try item.text("model") {
    case "gbm": try item.text("side") == "both" ? corridor(item) : barrier(item)
    case "kou": try jumps(item)
    case "brownianBridge": try bridge(item)
    case let other: try #require(nil, "\(item.id): unknown model \(other)")
    }
  }

  private func barrier(_ item: VectorCase) throws -> [String: Answer] {
    let one = try FirstPassage.OneBarrier(
      spot: item.number("S"), barrier: item.number("B"),
      side: item.text("side") == "down" ? .down : .up, drift: item.number("mu"),
      volatility: item.number("sigma"), years: item.number("T"))
    return [
      "probability": .number(FirstPassage.probability(one)),
      "survival": .number(FirstPassage.survival(one)),
      "eventualProbability": .number(FirstPassage.eventualProbability(one)),
      "expectedTime": FirstPassage.expectedTime(one).answer,
      "expectedTimeCapped": .number(FirstPassage.expectedTimeCapped(one)),
    ]
  }

  private func corridor(_ item: VectorCase) throws -> [String: Answer] {
    let two = try FirstPassage.TwoBarriers(
      spot: item.number("S"), lower: item.number("L"), upper: item.number("U"),
      drift: item.number("mu"), volatility: item.number("sigma"), years: item.number("T"))
    return [
      "probability": .number(FirstPassage.probability(two)),
      "survival": .number(FirstPassage.survival(two)),
      "eventualUpperFirst": .number(FirstPassage.eventualUpperFirst(two)),
      "expectedTime": FirstPassage.expectedTime(two).answer,
    ]
  }

  private func jumps(_ item: VectorCase) throws -> [String: Answer] {
    let kou = try FirstPassage.Kou(
      logBarrier: item.number("logBarrier"), logDrift: item.number("logDrift"),
      volatility: item.number("sigma"),
      jumps: FirstPassage.Jumps(
        perYear: item.number("lambda"), upProbability: item.number("pUp"),
        upRate: item.number("eta1"), downRate: item.number("eta2")),
      years: item.number("T"))
    return ["probability": .number(try #require(FirstPassage.probability(kou)))]
  }

  private func bridge(_ item: VectorCase) throws -> [String: Answer] {
    let deviation = try item.number("sigma") * item.number("dt").squareRoot()
    let barrier = try item.number("B")
    return [
      "hitProbability": .number(
        FirstPassage.BrownianBridge.hitProbability(
          from: try item.number("S0"), to: try item.number("S1"), barrier: barrier, side: .down,
          deviation: deviation)),
      "shiftedBarrierDown": .number(
        FirstPassage.BrownianBridge.shiftedBarrierDown(barrier, deviation: deviation)),
    ]
  }
}
