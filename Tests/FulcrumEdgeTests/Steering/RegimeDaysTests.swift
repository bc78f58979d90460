import Foundation
import FulcrumModel
import FulcrumPricing
import FulcrumRisk
import Testing

@testable import FulcrumWire

/// What the variances of days are read from.
@Suite struct RegimeDaysTests {
  typealias C = RegimeContentsTests

  /// What HAR reads is said in table and JSON: squares of hours, closes of hours too; ranges of days.
  @Test func whatHARReadsIsSaid() throws {
    let hours = C.bars(C.calm(260 * 24).map { $0 / 5 }, length: 3_600_000)
    for (prices, words) in [
      (C.file(hours), "intraday squares of 1 h"),
      (C.file(hours.map { [$0[0], $0[4]] }, "timestamp,close"), "intraday squares of 1 h"),
      (C.file(C.bars(C.calm(260))), "daily ranges"),
    ] {
      let contents = try C.contents(prices)
      #expect(C.page(contents).contains("HAR of ln RV, \(words): "))
      let forecast = try #require(C.json(contents)["forecast"]?.object)
      #expect(forecast["harVariance"] == .string(words))
      #expect(forecast["har"]?.object?["daysPassedOver"] == .number(0))
      // What is shown is what is used.
      let shown = try contents.heterogeneous.get().flooredForecast
      let used = try #require(contents.outlook.heterogeneous)
      #expect(abs((shown * 365).squareRoot() / used - 1) < 1e-12)
    }
    // Ten hours of the 200th day are missing.
    let gone = try C.contents(
      C.file(hours.enumerated().filter { !(4800..<4810).contains($0.offset) }.map(\.element)))
    #expect(C.page(gone).contains("intraday squares of 1 h; 1 day passed over: "))
    #expect(gone.outlook.heterogeneous != nil && gone.daysPassedOver == 1)
  }

  /// Hours of bitcoin: the variance of each of the last 30 whole days, summed here from the file's text.
  @Test(.enabled(if: SharedData.isPresent, "no shared data folder"))
  func hoursOfAMarketAreReadAsSquares() throws {
    let file = try InputFile.read(
      SharedData.path("ohlcv/binance_spot_BTCUSDT_1h_20200101_20251105.csv.gz"))
    let series = try #require(PriceDocument.parse(file, coin: nil).value)
    let days = series.resampled(to: PriceSeries.day)
    let read = DayVariances(of: days, from: series)
    #expect(read.measure == .intradaySquares(of: 3_600_000))
    let lines = String(decoding: file.bytes, as: UTF8.self).split(separator: "\n").dropFirst()
    let rows = lines.map { $0.split(separator: ",") }
    var sums: [Substring: Double] = [:]
    for (row, before) in zip(rows.dropFirst(), rows) {
      let change = log((Double(row[4]) ?? 0) / (Double(before[4]) ?? 0))
      sums[row[0].prefix(10), default: 0] += change * change
    }
    var worst = 0.0
    for (day, value) in zip(days.bars, read.values).suffix(30) {
      let sum = try #require(sums["\(CalendarDay(day.opens))"])
      worst = max(worst, abs(try #require(value) / sum - 1))
    }
    print("hours of bitcoin: \(days.bars.count) days, \(read.missing) passed over, worst \(worst)")
    #expect(worst < 1e-12)
    let last = try #require(read.values.last ?? nil)
    let range = try #require(days.bars.last).bar
    let ranged = RealisedVolatility.garmanKlassVariance(range)
    print("last day: squares \(last), Garman-Klass of the day \(ranged)")
  }
}
