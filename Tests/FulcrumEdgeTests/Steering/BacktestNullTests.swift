import Foundation
import FulcrumPricing
import FulcrumRisk
import Testing

@testable import FulcrumWire

/// Nothing in the JSON of `backtest` is null without saying why beside it.
@Suite struct BacktestNullTests {
  typealias C = RegimeContentsTests

  private static func inputs(
    _ bars: [[Double]], strategy: String = "", policy: String = PolicyTemplate.text
  ) -> BacktestInputs {
    BacktestInputs(
      prices: C.file(bars), policy: PriceDocumentTests.bytes(policy, "policy.yaml"),
      strategy: PriceDocumentTests.bytes("version: 1\n" + strategy, "strategy.yaml"))
  }

  private static func nulls(
    _ inputs: BacktestInputs, goOn: (BacktestBuilder.Progress) -> Bool = { _ in true }
  ) throws -> [String: Set<String>] {
    try NullWalk.nulls(BacktestJSON.render(BacktestBuilder.contents(inputs, goOn: goOn)))
  }

  private static let restored = "a fixed leverage is restored"

  /// No coin, no rule, no funding, no index.
  @Test func pricesAlone() throws {
    let nulls = try Self.nulls(Self.inputs(C.bars(C.calm(300))))
    #expect(nulls["coin"] == ["neither --coin nor the strategy file names one"])
    #expect(nulls["policyRule"] == ["the policy's defaults are run: it has no rules"])
    #expect(nulls["binding"]?.contains(Self.restored) == true)
    #expect(nulls["liquidationDistance"]?.contains("no position") == true)
  }

  /// Everything that can be given, and a rule that fits; a second policy whose rule fits nothing.
  @Test func everythingGiven() throws {
    let bars = C.bars(C.calm(300))
    let rules = PolicyTemplate.text.replacing("rules: []", with: "rules:")
    let rule = "  - coin: BTC\n    caps: {leverage: 0.5}\n"
    var inputs = Self.inputs(bars, strategy: "coin: BTC\n", policy: rules + rule)
    inputs.dvol = C.file(bars.map { [$0[0], 60] }, "date,close")
    inputs.funding = C.file(bars.map { [$0[0], 0.0001] }, "time,rate")
    let nulls = try Self.nulls(inputs)
    #expect(nulls["coin"] == nil && nulls["policyRule"] == nil)
    // Half of its equity in a long: cash is left at a price of 0.
    #expect(
      nulls["liquidationDistance"]?.contains {
        $0.hasPrefix("no price above 0 liquidates a long of 0.")
      } == true, "\(nulls)")
    inputs.coin = "ETH"
    inputs.strategy = PriceDocumentTests.bytes("version: 1\n", "strategy.yaml")
    #expect(
      try Self.nulls(inputs)["policyRule"] == [
        "the policy's defaults are run: its one rule does not match pool backtest, a perpetual of ETH"
      ])
  }

  /// A bar that opens at four tenths of the last close leaves nothing of 3x and more.
  @Test func aGapThatRuins() throws {
    var bars = C.bars(C.calm(300))
    for place in 200..<300 { for column in 1...4 { bars[place][column] *= 0.4 } }
    let nulls = try Self.nulls(Self.inputs(bars))
    let day = "2021-04-02T00:00:00Z"
    #expect(nulls["growth"] == ["nothing is left since the liquidation of \(day)"], "\(nulls)")
  }

  /// Ten times leverage loses 9.95 %: 0.5 % of the capital is left, and no maintenance is asked for.
  @Test func aRuinThatIsNoLiquidation() throws {
    let bars = (0..<60).map { day in
      let (open, close) = day.isMultiple(of: 2) ? (9000.0, 9000.9) : (9000.9, 9000.0)
      let factor = day > 40 ? 0.9005 : 1
      let (from, to) = ((day == 41 ? 1 : factor) * open, factor * close)
      return [
        Double(C.start + Int64(day) * PriceSeries.day), from, max(from, to), min(from, to), to,
      ]
    }
    let free =
      "maintenance-rate: 0%\nfee: 0bp\nslippage: {calm: 0bp, normal: 0bp, stressed: 0bp}\n"
    let nulls = try Self.nulls(Self.inputs(bars, strategy: free))
    #expect(
      nulls["binding"] == [
        Self.restored, "less than 1 % of the capital is left, so all is closed",
      ], "\(nulls)")
    #expect(nulls["growth"] == nil)
  }

  @Test func tooShortToTrade() throws {
    let nulls = try Self.nulls(Self.inputs(C.bars(C.calm(3))))
    #expect(nulls["liquidationDistance"] == ["no position"])
    #expect(nulls["growth"] == nil && nulls["turnover"] == nil)
  }

  /// A crash window and a run that was ended after its first bars.
  @Test func aWindowAndAnInterruptedRun() throws {
    let start: Int64 = 1_609_459_200_000
    let hours = C.bars(C.calm(4400).map { 0.1 * $0 }, length: 3_600_000).map { bar in
      [bar[0] - Double(C.start - start)] + bar.dropFirst()
    }
    let inputs = Self.inputs(hours)
    let contents = try BacktestBuilder.contents(inputs) { _ in false }
    #expect(!contents.isWhole && contents.windows.map(\.window.name) == ["May 2021"])
    let nulls = try NullWalk.nulls(BacktestJSON.render(contents))
    #expect(Set(nulls.keys).isSubset(of: ["coin", "policyRule", "binding", "liquidationDistance"]))
  }
}
