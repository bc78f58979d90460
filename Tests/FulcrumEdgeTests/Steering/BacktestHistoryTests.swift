import Foundation
import FulcrumModel
import FulcrumPricing
import FulcrumRisk
import Testing

@testable import FulcrumWire

/// History as a user's files hold it, cut off: what was done before the cut is what was done in the
/// whole, to the last bit.
@Suite("Backtest history")
struct BacktestHistoryTests {
  private static let start: Int64 = 1_577_836_800_000
  private static let hour: Int64 = 3_600_000

  /// Made-up files of hourly bars, a daily index and eight-hourly rates.
  private struct History {
    var prices: [String] = []
    var dvol: [String] = []
    var funding: [String] = []

    /// - Parameter spike: an hour whose bar is thirty times too high; `stays`: so are all after it.
    init(days: Int, spike: Int? = nil, stays: Bool = false) {
      var draws = SplitMix64(state: 11)
      func share() -> Double { Double(draws.next() >> 11) / 0x1p53 }
      var price = 9000.0
      for hour in 0..<days * 24 {
        let size = (hour / 480).isMultiple(of: 2) ? 0.008 : 0.03
        let open = price
        price *= 1 + (share() + share() - 1) * size
        let isHigh = spike.map { stays ? hour >= $0 : hour == $0 } ?? false
        let factor = isHigh ? 30.0 : 1
        let values = [open, max(open, price), min(open, price), price].map { "\($0 * factor)" }
        let time = BacktestHistoryTests.start + Int64(hour) * BacktestHistoryTests.hour
        prices.append("\(time)," + values.joined(separator: ","))
        if hour % 24 == 0 { dvol.append("\(time),70,130,50,\(55 + 60 * share())") }
        if hour % 8 == 0 { funding.append("\(time),\((share() - 0.4) / 1000)") }
      }
    }

    /// The rows that a user had when `hours` had passed.
    func inputs(hours: Int, policy: String = PolicyTemplate.text) -> BacktestInputs {
      func bytes(_ name: String, _ head: String, _ rows: some Sequence<String>) -> InputBytes {
        InputBytes(Data(([head] + rows).joined(separator: "\n").utf8), source: name)
      }
      var inputs = BacktestInputs(
        prices: bytes("hours.csv", "timestamp,open,high,low,close", prices.prefix(hours)),
        policy: InputBytes(Data(policy.utf8), source: "policy.yaml"),
        strategy: InputBytes(
          Data("version: 1\ncapital: 100000\nevaluate-every: 6h\n".utf8), source: "strategy.yaml"))
      inputs.dvol = bytes(
        "dvol.csv", "timestamp,open,high,low,close", dvol.prefix(hours / 24))
      inputs.funding = bytes("rates.csv", "time,funding_rate", funding.prefix((hours + 7) / 8))
      return inputs
    }
  }

  private func expectSameUpTo(
    _ hours: Int, of history: History, policy: String = PolicyTemplate.text, _ what: Comment
  ) throws {
    let whole = try BacktestBuilder.contents(
      history.inputs(hours: history.prices.count, policy: policy))
    let part = try BacktestBuilder.contents(history.inputs(hours: hours, policy: policy))
    let end = Timestamp(milliseconds: Self.start + Int64(hours) * Self.hour)
    for (short, long) in zip(part.columns, whole.columns) {
      #expect(short.run.points == long.run.points.filter { $0.at <= end }, what)
      #expect(short.run.orders == long.run.orders.filter { $0.filledAt < end }, what)
    }
    #expect(part.market.outlooks == whole.market.outlooks.filter { $0.asOf <= end }, what)
    #expect(part.columns[0].run.orders.count > 5, what)
    #expect(part.columns[0].run.tally.funding != 0, what)
    #expect(part.market.outlooks.contains { $0.implied != nil }, what)
  }

  /// Cuts below and above 120 days, at and within a day, an index bar and a funding interval.
  @Test(arguments: [35 * 24, 90 * 24 + 5, 119 * 24, 121 * 24 + 1, 280 * 24 + 13])
  func aTruncatedFileChangesNothingBeforeItsEnd(hours: Int) throws {
    try expectSameUpTo(hours, of: History(days: 300), "cut at \(hours) h")
  }

  @Test(arguments: [30 * 24, 130 * 24 + 7])
  func norWhereTheModelsTakeHours(hours: Int) throws {
    let policy = PolicyTemplate.text.replacing("step: 1d", with: "step: 4h")
    try expectSameUpTo(hours, of: History(days: 150), policy: policy, "cut at \(hours) h")
  }

  /// Cut on both sides of a spike, and of a level that rises thirtyfold and stays: no bar is judged by
  /// the one after it.
  @Test(arguments: [false, true], [1000, 1001, 1002, 1003])
  func norWhereABarIsASpike(stays: Bool, hours: Int) throws {
    try expectSameUpTo(
      hours, of: History(days: 60, spike: 1000, stays: stays), "cut at \(hours), stays \(stays)")
  }

  /// Files of one day later than they should be, so that each day's index and rates are known a day
  /// early: what is done differs, so the tests above can see a look ahead.
  @Test func shiftedFilesAreSeen() throws {
    let history = History(days: 100)
    func early(_ rows: [String]) -> [String] {
      rows.map { row in
        let fields = row.split(separator: ",", maxSplits: 1)
        return "\((Int64(fields[0]) ?? 0) - PriceSeries.day),\(fields[1])"
      }
    }
    var (index, rates, bars) = (history, history, history)
    index.dvol = early(history.dvol)
    rates.funding = early(history.funding)
    bars.prices = early(history.prices)
    func run(_ history: History) throws -> BacktestRun {
      try BacktestBuilder.contents(history.inputs(hours: 90 * 24)).columns[0].run
    }
    let honest = try run(history)
    #expect(try run(index).orders != honest.orders)
    #expect(try run(bars).orders.map(\.quantity) != honest.orders.map(\.quantity))
    let otherRates = try run(rates)
    #expect(otherRates.tally.funding != honest.tally.funding)
    #expect(otherRates.finalEquity != honest.finalEquity)
  }

  /// Closes by hand: what is left out.
  @Test(
    arguments: [
      ([10, 11, 300, 11, 12], [2]), ([10, 11, 300, 310, 320], [2]), ([10, 11, 300], [2]),
      ([10, 11, 300, 0.9, 11], [2, 3]), ([900, 10, 11, 12], [0]), ([900, 10, 700, 11], [1, 3]),
      ([10, 99, 980, 9000], []), ([10, 10, 100, 100], [2]),
      ([10, 100, 100, 100], [0]), ([10, 300], []),
    ] as [([Double], [Int])])
  func spikesAreJudgedByThePast(closes: [Double], wanted: [Int]) {
    #expect(SpikeRule.unlikeThePast(closes).map(\.place) == wanted)
  }

  @Test func theStepIsThePolicysAndIsSaid() throws {
    let history = History(days: 150)
    let days = try BacktestBuilder.contents(history.inputs(hours: 40 * 24))
    #expect(days.step == 24 * Self.hour)
    #expect(days.market.outlooks.count == 39)
    #expect(
      days.assumptions.contains(
        "Models take steps of 1d (volatility.step), known when they end."))
    let text = PolicyTemplate.text
    let hours = try BacktestBuilder.contents(
      history.inputs(hours: 40 * 24, policy: text.replacing("step: 1d", with: "step: 15m")))
    #expect(hours.step == Self.hour)
    #expect(hours.assumptions.contains("Models take the bars as their steps, of 1h each."))
    for (step, said) in [("30s", "1m to 1d"), ("2d", "1m to 1d"), ("90m", "whole number")] {
      let refusal = #expect(throws: ReportRefusal.self) {
        try BacktestBuilder.contents(
          history.inputs(hours: 1000, policy: text.replacing("step: 1d", with: "step: \(step)")))
      }
      #expect(Bool("\(refusal?.issues ?? [])".contains(said)), "\(step)")
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "no shared data folder"), arguments: [2000, 2900, 5000])
  func recordedHoursCutOff(hours: Int) throws {
    func inputs(_ count: Int) throws -> BacktestInputs {
      var inputs = History(days: 1).inputs(hours: 24)
      let file = try InputFile.read(
        SharedData.path("ohlcv/binance_spot_BTCUSDT_1h_20200101_20251105.csv.gz"))
      let lines = String(decoding: file.bytes, as: UTF8.self).split(separator: "\n")
      inputs.prices = InputBytes(
        Data(lines.prefix(count + 1).joined(separator: "\n").utf8), source: "btc_1h.csv")
      inputs.dvol = nil
      inputs.funding = try InputFile.read(
        SharedData.path("funding/binance_btc_funding_daily_mean_20190910_20260212.csv"))
      return inputs
    }
    let whole = try BacktestBuilder.contents(inputs(7000))
    let part = try BacktestBuilder.contents(inputs(hours))
    for (short, long) in zip(part.columns, whole.columns) {
      #expect(short.run.points == Array(long.run.points.prefix(hours)))
    }
    #expect(part.columns[0].run.points.count == hours && part.columns[0].run.orders.count > 3)
  }
}
