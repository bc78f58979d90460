import Foundation
import FulcrumModel
import FulcrumPricing
import FulcrumRisk
import Testing

@testable import FulcrumWire

/// A backtest that is stopped, and its page in a browser.
@Suite("Backtest page", .serialized)
struct BacktestPageTests {
  /// Hours of a seeded walk with a quiet and a rough half, and a fall that liquidates 10×.
  private func inputs(
    hours: Int, fall: Double = 0.2, strategy: String = "version: 1\nside: long\n"
  ) throws -> BacktestInputs {
    var draws = SplitMix64(state: 5)
    var price = 30_000.0
    var lines = ["open_time,open,high,low,close,volume"]
    // 2021-01-01: the span covers a window of `CrashWindow.known`.
    let start = 1_609_459_200_000
    for hour in 0..<hours {
      let size = hour < hours / 2 ? 0.004 : 0.012
      let open = price
      price *= 1 + (Double(draws.next() >> 11) / 0x1p53 - 0.5) * size
      if hour == hours * 3 / 4 { price *= 1 - fall }
      lines.append(
        "\(start + hour * 3_600_000),\(open),\(max(open, price)),\(min(open, price)),\(price),1")
    }
    func bytes(_ name: String, _ text: String) -> InputBytes {
      InputBytes(Data(text.utf8), source: name)
    }
    return BacktestInputs(
      prices: bytes("walk.csv", lines.joined(separator: "\n") + "\n"),
      policy: bytes("policy.yaml", PolicyTemplate.text), strategy: bytes("strategy.yaml", strategy))
  }

  /// Ctrl-C after the first question: what is reported is a run of those bars and no others.
  @Test func aStoppedRunIsThatOfItsBars() throws {
    let inputs = try inputs(hours: 5000)
    var asked: [Int] = []
    let part = try BacktestBuilder.contents(inputs) {
      asked.append($0.done)
      return false
    }
    let whole = try BacktestBuilder.contents(inputs)
    #expect(asked == [0, BacktestRun.stride])
    #expect(!part.isWhole && whole.isWhole)
    #expect(part.barsDone == BacktestRun.stride && whole.barsDone == 5000)
    for (short, long) in zip(part.columns, whole.columns) {
      #expect(short.run.points == Array(long.run.points.prefix(BacktestRun.stride)))
      #expect(short.run.points.count == BacktestRun.stride)
    }
    // The fall of May 2021 is in the first 4096 hours, which end in June.
    #expect(part.windows.map(\.window.name) == ["May 2021"])
    let said = "Interrupted: 4096 of 5000 bars were run."
    #expect(part.assumptions.first == said && !whole.assumptions.contains(said))
    let json = try JSONObject(text: String(decoding: BacktestJSON.render(part), as: UTF8.self))
    #expect(json["whole"] == .bool(false) && json["barsDone"]?.number == 4096)
  }

  @Test func aPartIsNamedAsAPart() throws {
    let contents = try BacktestBuilder.contents(
      inputs(
        hours: 4000, fall: 0.06,
        strategy: "version: 1\nside: long\nmaintenance-rate: 5%\nliquidation-fee: 0.1%\n"
          + "liquidation: partial\nliquidation-buffer: 50%\n"))
    let ten = try #require(contents.columns.last)
    #expect(ten.name == "10x" && ten.run.tally.partialLiquidations > 0)
    let tally = ten.run.tally
    let wanted = "\(tally.liquidations) (\(tally.partialLiquidations) in part)"
    #expect(BacktestLine(ten).liquidations == wanted)
    #expect(
      contents.assumptions.contains(
        "A liquidation closes as many lots as bring equity to 150 % of maintenance."))
    #expect(throws: ReportRefusal.self) {
      try BacktestBuilder.contents(
        inputs(hours: 4000, strategy: "version: 1\nliquidation: some\n"))
    }
  }

  @Test(
    "no page scroll, no error, the four pictures: phone and desk, light and dark",
    .enabled(if: Browser.path != nil, Browser.missing), arguments: [(390, 844), (1280, 900)],
    [false, true])
  func opens(size: (Int, Int), dark: Bool) throws {
    let contents = try BacktestBuilder.contents(inputs(hours: 4000))
    #expect(contents.windows.count == 1)
    let page = BacktestHTML.render(contents)
    let dom = try Browser.check(page, named: "backtest", size: size, dark: dark)
    for picture in ["Equity over time", "Leverage and regime", "Distance to liquidation"] {
      #expect(Bool(dom.contains(picture)), "\(picture)")
    }
    // The strip has a box for each regime that the walk went through, and no other.
    let levels = Set(contents.columns[0].run.points.map(\.level))
    #expect(levels.count > 1)
    for level in RegimeLevel.allCases {
      let isDrawn = page.contains("class=\"r\(level.rawValue)\"")
      #expect(isDrawn == levels.contains(level), "\(level)")
    }
  }
}
