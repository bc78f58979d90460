import FulcrumModel
import FulcrumPricing
import Testing

/// A regime by hidden states: filtered, never smoothed, and the same whatever comes later.
struct HiddenRegimeTests {
  /// Daily bars whose volatility changes between two levels every 40 to 100 days, seeded.
  private static func series(days: Int, seed: UInt64 = 3) throws -> PriceSeries {
    var draw = RegimePropertyTests.Draw(state: seed)
    var (price, rough, left) = (20_000.0, false, 80)
    var bars: [TimedBar] = []
    for day in 0..<days {
      if left == 0 {
        rough.toggle()
        left = 40 + Int(60 * draw.share())
      }
      left -= 1
      let open = price
      price *= 1 + (rough ? 0.05 : 0.012) * draw.normal()
      bars.append(
        TimedBar(
          opens: Timestamp(milliseconds: Int64(day) * PriceSeries.day),
          bar: try PriceBar(
            open: open, high: max(open, price), low: min(open, price), close: price)))
    }
    return try PriceSeries(bars)
  }

  private static func settings(stateSteps: Int = 500) throws -> OutlookSettings {
    try OutlookSettings(regime: .hidden(), windowDays: 400, stateSteps: stateSteps)
  }

  private static func walk(
    _ prices: PriceSeries, _ settings: OutlookSettings? = nil
  ) throws -> [MarketOutlook] {
    OutlookEngine.walk(prices, settings: try settings ?? Self.settings())
  }

  /// The recursion row by row is that of the vector-tested pass.
  @Test func oneByOneIsTheSameAsAtOnce() throws {
    var draw = RegimePropertyTests.Draw(state: 11)
    let returns = (0..<300).map { ($0 / 50 % 2 == 0 ? 1 : 4) * draw.normal() }
    let model = try HiddenMarkov(
      start: [0.6, 0.4], transition: [[0.97, 0.03], [0.05, 0.95]], means: [0.1, -0.2],
      deviations: [1, 4])
    let rows = try model.filter(returns)
    var filter = StateFilter(model)
    for (t, x) in returns.enumerated() {
      filter.take(x)
      for j in 0..<2 { #expect(abs(filter.probabilities[j] - rows[t][j]) < 1e-13) }
    }
    #expect(StateFilter(model, after: returns).probabilities == filter.probabilities)
    // Far from both states, beyond what e^(−x²/2) can hold.
    filter.take(1e4)
    #expect(filter.probabilities[1] == 1)
  }

  /// Every past score and regime stands when the future is cut off; and would not if probabilities
  /// were smoothed, or if a step were told the next one's.
  @Test func aTruncatedFutureChangesNothing() throws {
    let prices = try Self.series(days: 700)
    let whole = try Self.walk(prices)
    for days in [420, 555, 661] {
      let part = try Self.walk(prices.prefix(days))
      #expect(part.count == days - 1)
      #expect(Array(whole.prefix(part.count)) == part, "\(days)")
    }
    #expect(Set(whole.map(\.level)) == Set(RegimeLevel.allCases))
    #expect(whole.compactMap(\.score).count > 400)
    // Teeth: the same fit smoothed is another story as soon as something follows.
    let returns = RealisedVolatility.returns(prices.bars.map(\.bar)).map { 100 * $0 }
    let model = try HiddenMarkovFit(fitting: Array(returns.prefix(400)), states: 2).model
    let smoothed = try model.smooth(returns)
    let cut = try model.smooth(Array(returns.prefix(420)))
    #expect((300..<420).contains { smoothed[$0] != cut[$0] })
    #expect(zip(whole, whole.dropFirst()).contains { $0.score != $1.score })
  }

  /// The states that made the prices are found: where a stretch is rough the regime is not calm.
  @Test func itFollowsTheStatesThatMadeThePrices() throws {
    let prices = try Self.series(days: 700)
    let outlooks = try Self.walk(prices).filter { $0.score != nil }
    let bars = prices.bars.map(\.bar)
    var (rough, calm) = ([Double](), [Double]())
    for outlook in outlooks {
      let place = Int(outlook.asOf.milliseconds / PriceSeries.day) - 1
      let move = abs(bars[place].close / bars[place].open - 1)
      if outlook.level == .stressed { rough.append(move) }
      if outlook.level == .calm { calm.append(move) }
    }
    let ratio =
      (rough.reduce(0, +) / Double(rough.count)) / (calm.reduce(0, +) / Double(calm.count))
    print("moves in stress over those in calm: \(ratio), made with 4.17")
    #expect(rough.count > 50 && calm.count > 50)
    #expect(ratio > 2.5 && ratio < 6)
  }

  /// The rule of leverage-math 4.8 written once more, fed the scores alone.
  @Test func switchesReplayFromScores() throws {
    let outlooks = try Self.walk(Self.series(days: 700))
    let scored = outlooks.compactMap { outlook in outlook.score.map { (outlook, $0) } }
    let (up, down) = ([0.5, 0.8], [0.2, 0.5])
    let first = try #require(scored.first).1
    var level = first >= up[1] ? 2 : first >= up[0] ? 1 : 0
    var (count, side, changes) = (0, 0, 0)
    for (outlook, score) in scored.dropFirst() {
      var target = level
      if level < 2, score >= up[level] {
        target = score >= up[1] ? 2 : 1
      } else if level > 0, score < down[level - 1] {
        target = score < down[0] ? 0 : 1
      }
      if target == level {
        count = 0
      } else {
        let now = target > level ? 1 : -1
        count = count > 0 && side == now ? count + 1 : 1
        side = now
        if count >= (now > 0 ? 1 : 3) {
          #expect(outlook.lastSwitch?.at == outlook.asOf)
          #expect(outlook.lastSwitch?.score == score)
          #expect(outlook.lastSwitch?.from.rawValue == level)
          (level, count, changes) = (target, 0, changes + 1)
        }
      }
      #expect(outlook.level.rawValue == level)
    }
    #expect(changes > 4)
    let last = try #require(outlooks.last?.lastSwitch)
    #expect(last.by == .hmm && last.reason.hasPrefix("P(rough) "))
  }

  /// One step of expectation and maximisation is no fit: it says so and decides nothing.
  @Test func whatDidNotConvergeDecidesNothing() throws {
    let outlooks = try Self.walk(Self.series(days: 400), Self.settings(stateSteps: 1))
    let last = try #require(outlooks.last)
    #expect(last.rough == .failure(.notConverged(what: "hidden states")))
    #expect(outlooks.allSatisfy { $0.score == nil && $0.level == .normal })
    let short = try #require(try Self.walk(Self.series(days: 100)).last)
    #expect(short.rough == .failure(.tooShort(what: "returns", seen: 99, needed: 250)))
  }

  @Test func theDefaultIsNotTouchedByStates() throws {
    let prices = try Self.series(days: 300)
    let outlooks = OutlookEngine.walk(
      prices, settings: try OutlookSettings(regime: .relative(), windowDays: 400))
    #expect(outlooks.allSatisfy { $0.rough == nil })
    #expect(outlooks.last?.score != nil)
  }

  @Test func thresholdsOfProbabilitiesAreProbabilities() throws {
    for (up, down) in [([0.9, 1.5], [0.75, 1.25]), ([0.5, 0.8], [0, 0.5])] {
      let thresholds = try RegimeThresholds(
        enterUp: up, exitDown: down, dwellUp: 1, dwellDown: 1)
      #expect(throws: SeriesError.self) {
        try RegimeSettings(score: .hmm, thresholds: thresholds)
      }
    }
  }
}
