import FulcrumModel
import FulcrumPricing
import FulcrumRisk
import Testing

/// Funding of a pool of 1000 coins at a price that stands at 100, worked by hand: a rate of r costs
/// 100,000·r for the whole of its length, whatever the length of the bars.
struct BacktestFundingTests {
  private static let hour: Int64 = 3_600_000
  private static let day = PriceSeries.day

  /// Something to decide by; a price that stands still has no volatility of its own.
  private func outlook() throws -> MarketOutlook {
    let bars = try (0..<10).map {
      TimedBar(
        opens: Timestamp(milliseconds: Int64($0) * Self.day),
        bar: try PriceBar(price: $0.isMultiple(of: 2) ? 100 : 101))
    }
    let walked = OutlookEngine.walk(
      try PriceSeries(bars), settings: try OutlookSettings(regime: .relative()))
    return try #require(walked.last).known(at: Timestamp(milliseconds: 0))
  }

  private func run(
    _ funding: [FundingRate], bar: Int64, days: Int64 = 12, without: Range<Int64> = 0..<0
  ) throws -> BacktestRun {
    let bars = try stride(from: 0, to: days * Self.day, by: Int64.Stride(bar)).filter {
      !without.contains($0)
    }.map { TimedBar(opens: Timestamp(milliseconds: $0), bar: try PriceBar(price: 100)) }
    let strategy = try BacktestStrategy(
      side: .down, capital: 100_000, maintenanceRate: 0.005, trading: (1, 1, Self.day),
      costs: .init(fee: 0, slippage: [0, 0, 0], liquidationFee: 0))
    let run = try BacktestRun(
      .fixed(leverage: 1, band: 0.9),
      through: BacktestMarket(
        prices: PriceSeries(bars, interval: bar), funding: funding, outlooks: [outlook()]),
      strategy: strategy)
    #expect(run.orders.map(\.quantity) == [1000])
    return run
  }

  /// Three rates a day from the third day to the ninth: 3 bp, −1 bp, 2 bp.
  private func eightHourly(keeping: Set<Int64> = [0, 8, 16]) -> [FundingRate] {
    (2..<9).flatMap { day in
      [(0, 0.0003), (8, -0.0001), (16, 0.0002)].filter { keeping.contains($0.0) }.map {
        FundingRate(
          from: Timestamp(milliseconds: day * Self.day + $0.0 * Self.hour), length: 8 * Self.hour,
          rate: $0.1)
      }
    }
  }

  /// 7 days · 4 bp of 100,000 = 280, whether bars are shorter or longer than what a rate covers.
  @Test(arguments: [1, 4, 8, 12, 24] as [Int64])
  func everyRateIsPaidOnce(hours: Int64) throws {
    let run = try run(eightHourly(), bar: hours * Self.hour)
    #expect(abs(run.tally.funding - 280) < 1e-9, "\(run.tally.funding)")
    #expect(abs(run.finalEquity - 99_720) < 1e-9)
    // Two days before the rates and three after them.
    #expect(run.timeWithoutFunding == 5 * Self.day)
  }

  /// Only the midnight rate is known: 7 · 3 bp of 100,000 = 210; the other 16 hours cost nothing and
  /// are counted.
  @Test(arguments: [1, 8, 24] as [Int64])
  func timeWithoutARateCostsNothing(hours: Int64) throws {
    let run = try run(eightHourly(keeping: [0]), bar: hours * Self.hour)
    #expect(abs(run.tally.funding - 210) < 1e-9, "\(run.tally.funding)")
    #expect(run.timeWithoutFunding == 5 * Self.day + 7 * 16 * Self.hour)
  }

  /// A rate of 24 bp a day that begins at 18:00 of the third day and ends at 18:00 of the fourth.
  @Test(arguments: [1, 24] as [Int64])
  func aRateMayBeginWithinABar(hours: Int64) throws {
    let rate = FundingRate(
      from: Timestamp(milliseconds: 2 * Self.day + 18 * Self.hour), length: Self.day, rate: 0.0024)
    let whole = try run([rate], bar: hours * Self.hour)
    #expect(abs(whole.tally.funding - 240) < 1e-9)
    // History that ends with the third day has had six of its hours.
    let part = try run([rate], bar: hours * Self.hour, days: 3)
    #expect(abs(part.tally.funding - 60) < 1e-9)
    #expect(part.timeWithoutFunding == 66 * Self.hour)
  }

  /// Bars that are missing do not stop the position from paying: 280 as above.
  @Test func aGapIsPaidFor() throws {
    let run = try run(
      eightHourly(), bar: Self.hour,
      without: (4 * Self.day + 3 * Self.hour)..<(5 * Self.day + 7 * Self.hour))
    #expect(abs(run.tally.funding - 280) < 1e-9, "\(run.tally.funding)")
    #expect(run.timeWithoutFunding == 5 * Self.day)
  }
}
