import Foundation
import FulcrumModel
import FulcrumPricing
import Testing

/// The variance of a day from intraday bars, and HAR on it.
@Suite struct DayVariancesTests {
  typealias Draw = RegimePropertyTests.Draw

  /// Days whose variance follows ln v = −7.4 + 0.9(ln v₋₁ + 7.4) + 0.25ε (0.025² and so 47 % a year
  /// in the middle), filled with normal returns of that variance.
  struct Simulation {
    var variances: [Double] = []
    var closes: [Double] = []
    let bars: [TimedBar]
    static let length: Int64 = 300_000
    static let perDay = 288

    init(days: Int, seed: UInt64) throws {
      var draw = Draw(state: seed)
      var (level, price) = (0.0, 100.0)
      var bars: [TimedBar] = []
      for day in 0..<days {
        level = 0.9 * level + 0.25 * draw.normal()
        variances.append(exp(level - 7.4))
        let deviation = (variances[day] / Double(Self.perDay)).squareRoot()
        for _ in 0..<Self.perDay {
          let open = price
          price *= exp(deviation * draw.normal())
          closes.append(price)
          bars.append(
            TimedBar(
              opens: Timestamp(milliseconds: Int64(bars.count) * Self.length),
              bar: try PriceBar(
                open: open, high: max(open, price), low: min(open, price), close: price)))
        }
      }
      self.bars = bars
    }

    /// Σ r² of a day, straight from the closes.
    func squares(_ day: Int) -> Double {
      var sum = 0.0
      for place in (day * Self.perDay)..<((day + 1) * Self.perDay) where place > 0 {
        let r = log(closes[place]) - log(closes[place - 1])
        sum += r * r
      }
      return sum
    }
  }

  static func bar(_ minutes: Int, _ close: Double) throws -> TimedBar {
    TimedBar(
      opens: Timestamp(milliseconds: Int64(minutes) * 60_000), bar: try PriceBar(price: close))
  }

  /// What the walk's regression sees is the sum of squares of the test; what it forecasts is the variance
  /// that comes, within the error of the mean.
  @Test func squaresOfFiveMinutesAreTheVarianceAndForecastIt() throws {
    let simulation = try Simulation(days: 700, seed: 41)
    let series = try PriceSeries(simulation.bars)
    let days = series.resampled(to: PriceSeries.day)
    let read = DayVariances(of: days, from: series)
    #expect(read.measure == .intradaySquares(of: 300_000))
    #expect(days.bars.count == 700 && read.values.count == 700 && read.missing == 0)
    var worst = 0.0
    var ratios: [Double] = []
    for day in 1..<700 {
      let value = try #require(read.values[day])
      worst = max(worst, abs(value / simulation.squares(day) - 1))
      ratios.append(value / simulation.variances[day])
    }
    print("day variances: worst \(worst) from the sum of squares")
    #expect(worst < 1e-12)
    // The first close has none before it: 287 returns stand for 288.
    let first = try #require(read.values[0])
    #expect(abs(first / (simulation.squares(0) * 288 / 287) - 1) < 1e-12)
    let (bias, error) = Self.mean(ratios.map { $0 - 1 })
    print("day variances: RV over the true one \(1 + bias) ± \(error)")
    #expect(abs(bias) < 3 * error && error < 0.01)

    let walked = OutlookEngine.walk(
      series, settings: try OutlookSettings(regime: .relative()), step: PriceSeries.day)
    var surprises: [Double] = []
    var share: [Double] = []
    for outlook in walked.dropLast() {
      #expect(outlook.measure == .intradaySquares(of: 300_000))
      guard let har = outlook.heterogeneous else { continue }
      let next = Int(outlook.asOf.milliseconds / PriceSeries.day)
      surprises.append(simulation.variances[next] * 365 - har * har)
      share.append(har * har)
    }
    let (miss, missError) = Self.mean(surprises)
    let level = share.reduce(0, +) / Double(share.count)
    print("HAR of \(surprises.count) days: bias \(miss / level) ± \(missError / level)")
    #expect(surprises.count > 400)
    #expect(abs(miss) < 3 * missError && missError / level < 0.02)
  }

  /// The same process ten times, its RV straight into the engine: the mean bias is 0 within its error.
  /// The same in numpy over thirty seeds: 0.0015 ± 0.0029 of the level, 0.016 from seed to seed.
  @Test func theForecastHasNoBias() throws {
    let settings = try OutlookSettings(regime: .relative())
    let biases = try (0..<10).map { seed in
      var draw = Draw(state: 100 + UInt64(seed))
      var engine = OutlookEngine(
        settings, stepDays: 1, measure: .intradaySquares(of: 300_000))
      var (level, price, har) = (0.0, 0.0, Double?.none)
      var (miss, sum) = (0.0, 0.0)
      for day in 0..<700 {
        level = 0.9 * level + 0.25 * draw.normal()
        let variance = exp(level - 7.4)
        if let har {
          miss += 365 * variance - har * har
          sum += har * har
        }
        price += variance.squareRoot() * draw.normal()
        // 288 squares of normal returns have an error of √(2/288).
        let seen = variance * (1 + (2.0 / 288).squareRoot() * draw.normal())
        har =
          engine.take(
            try PriceBar(price: exp(price)), seen, implied: nil,
            at: Timestamp(milliseconds: Int64(day) * PriceSeries.day))?.heterogeneous
      }
      return miss / sum
    }
    let (bias, error) = Self.mean(biases)
    print("HAR over ten seeds: bias \(bias) ± \(error), numpy 0.0015 ± 0.0029")
    #expect(abs(bias) < 3 * error && error < 0.01)
  }

  /// Mean and the standard error of it.
  static func mean(_ values: [Double]) -> (Double, Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / Double(values.count - 1) / Double(values.count)).squareRoot())
  }

  @Test(
    arguments: [
      (60_000, DayVariances.Measure.intradaySquares(of: 300_000)),
      (120_000, .intradaySquares(of: 360_000)), (180_000, .intradaySquares(of: 360_000)),
      (300_000, .intradaySquares(of: 300_000)), (900_000, .intradaySquares(of: 900_000)),
      (3_600_000, .intradaySquares(of: 3_600_000)), (7_200_000, .dailyRanges),
      (14_400_000, .dailyRanges), (86_400_000, .dailyRanges),
    ] as [(Int64, DayVariances.Measure)])
  func barsDecideTheMeasure(interval: Int64, measure: DayVariances.Measure) {
    #expect(DayVariances.measure(ofBars: interval) == measure)
  }

  /// A price that bounces every minute and drifts by e^0.001 every five: 288 squares of 0.001, and none
  /// of the bounce, which would add 1,440 of up to 0.02.
  @Test func minutesAreReadEveryFive() throws {
    let bars = try (0..<2880).map { minute in
      try Self.bar(
        minute, exp(0.001 * Double((minute + 1) / 5) + (minute % 5 == 4 ? 0 : 0.01)))
    }
    let series = try PriceSeries(bars)
    let days = series.resampled(to: PriceSeries.day)
    let read = DayVariances(of: days, from: series)
    let second = try #require(read.values[1])
    print("minutes: \(second), by hand \(288e-6)")
    #expect(abs(second / 288e-6 - 1) < 1e-9)
  }

  /// Hours of returns 0.01: 24 squares a day. Of the second day 05:00 to 08:00 are missing, and the price
  /// is 0.04 higher over four hours: 20·1e-4 + 16e-4. Of the third 23:00 and of the fourth 00:00: 0.03
  /// over three hours, which the third cannot know: its 23 hours stand for the last, and two thirds are
  /// the fourth's. Of the sixth seven hours: 17 of 24 stay, with one return of eight, which is 16 of 24
  /// and below three quarters.
  @Test func missingBarsCountForTheirTimeOrTheDayIsPassedOver() throws {
    let gone = Set([29, 30, 31, 71, 72] + Array(130..<137))
    let bars = try (0..<168).filter { !gone.contains($0) }.map { hour in
      try Self.bar(60 * hour, exp(0.01 * Double(hour)))
    }
    let series = try PriceSeries(bars)
    let days = series.resampled(to: PriceSeries.day)
    #expect(days.bars.count == 7)
    let read = DayVariances(of: days, from: series)
    for whole in 1...6 {
      let known = try PriceSeries(
        bars.filter { $0.opens.milliseconds < Int64(whole) * PriceSeries.day })
      // A day whose last bar is missing is over with the next one.
      let then = DayVariances(of: known.resampled(to: PriceSeries.day), from: known).values
      #expect(then.count >= whole - 1)
      #expect(then == Array(read.values.prefix(then.count)), "what came later moved a day")
    }
    let expected: [Double?] = [
      24e-4, 20e-4 + 16e-4, 24e-4, 22e-4 + 2 * 9e-4 / 3, 24e-4, nil, 24e-4,
    ]
    #expect(read.missing == 1)
    for (value, wanted) in zip(read.values, expected) {
      guard let value, let wanted else {
        #expect(value == wanted)
        continue
      }
      #expect(abs(value / wanted - 1) < 1e-12, "\(value) \(wanted)")
    }
  }

  /// Closes of hours have no range, and squares need none; the past does not hang on what comes.
  @Test func closesOfHoursAreEnoughAndThePastStaysAsItWas() throws {
    var draw = Draw(state: 43)
    var level = 0.0
    let bars = try (0..<(24 * 300)).map { hour in
      level += 0.005 * draw.normal()
      return try Self.bar(60 * hour, exp(level))
    }
    let settings = try OutlookSettings(regime: .relative())
    let whole = OutlookEngine.walk(try PriceSeries(bars), settings: settings)
    #expect(whole.last?.heterogeneous != nil)
    let part = OutlookEngine.walk(
      try PriceSeries(Array(bars.prefix(24 * 280 + 7))), settings: settings)
    #expect(part.count == 279 && part == Array(whole.prefix(279)))
  }

  /// A day that is passed over leaves HAR's forecast of the day before, and no hole in its month.
  @Test func aDayPassedOverLeavesTheForecast() throws {
    var draw = Draw(state: 44)
    var engine = OutlookEngine(
      try OutlookSettings(regime: .relative()), stepDays: 1, measure: .intradaySquares(of: 300_000))
    var last: MarketOutlook?
    func day(_ place: Int) -> Timestamp {
      Timestamp(milliseconds: Int64(place) * PriceSeries.day)
    }
    for place in 0..<300 {
      let bar = try PriceBar(price: exp(0.03 * draw.normal()))
      last = engine.take(bar, 1e-3 * exp(0.3 * draw.normal()), implied: nil, at: day(place))
    }
    let before = try #require(last?.heterogeneous)
    let bar = try PriceBar(price: 1)
    #expect(engine.take(bar, nil, implied: nil, at: day(300))?.heterogeneous == before)
    #expect(engine.take(bar, 9e-3, implied: nil, at: day(301))?.heterogeneous != before)
  }
}
