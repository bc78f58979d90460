import Foundation
import FulcrumRisk
import Testing

@testable import FulcrumWire

/// What a backtest says of itself: which rule it ran, why nothing was traded, what a number is of.
@Suite("Backtest words")
struct BacktestWordsTests {
  private static let rules =
    PolicyTemplate.text.replacing("rules: []", with: "rules:")
      + """
        - pool: weekly
          budgets: {volatility-target: 10%}
        - coin: BTC
          class: future
          budgets: {volatility-target: 20%}
        - class: option
          budgets: {volatility-target: 30%}

      """

  /// 100 days between 9000 and 9090.
  private func contents(
    policy: String = PolicyTemplate.text, strategy: String = "", coin: String? = nil,
    days: Int = 100
  ) throws -> BacktestContents {
    let rows = (0..<days).map { day in
      let (open, close) = day.isMultiple(of: 2) ? (9000, 9090) : (9090, 9000)
      return "\(1_577_836_800_000 + day * 86_400_000),\(open),9090,9000,\(close)"
    }
    func bytes(_ name: String, _ text: String) -> InputBytes {
      InputBytes(Data(text.utf8), source: name)
    }
    var inputs = BacktestInputs(
      prices: bytes(
        "days.csv", (["time,open,high,low,close"] + rows).joined(separator: "\n") + "\n"),
      policy: bytes("policy.yaml", policy),
      strategy: bytes("strategy.yaml", "version: 1\n" + strategy))
    inputs.coin = coin
    return try BacktestBuilder.contents(inputs)
  }

  @Test func theRuleThatIsRunIsNamed() throws {
    for (strategy, coin) in [("coin: BTC\n", nil), ("", "BTC"), ("coin: btc\n", "BTC")]
      as [(String, String?)]
    {
      let contents = try contents(policy: Self.rules, strategy: strategy, coin: coin)
      #expect(contents.rule.rule?.number == 2)
      #expect(contents.plan.limits[0].volatilityTarget == 0.2)
      #expect(
        contents.assumptions.contains(
          "Policy: rule 2 of 3 (coin BTC, class future), for a perpetual of BTC."))
      let json = try JSONObject(
        text: String(decoding: BacktestJSON.render(contents), as: UTF8.self))
      #expect(json["policyRule"]?.number == 2 && json["coin"]?.string == "BTC")
    }
    let ether = try contents(policy: Self.rules, coin: "ETH")
    #expect(ether.rule.rule == nil && ether.plan.limits[0].volatilityTarget == 0.6)
    #expect(
      ether.assumptions.contains(
        "Policy: its defaults; none of its 3 rules matches pool backtest, a perpetual of ETH."))
    #expect(try contents().assumptions.contains("Policy: its defaults; it has no rules."))
  }

  @Test func aRuleOfACoinNeedsTheCoin() throws {
    let refusal = #expect(throws: ReportRefusal.self) { try contents(policy: Self.rules) }
    let text = "\(refusal?.issues ?? [])"
    #expect(Bool(text.contains("rules[1].coin")) && Bool(text.contains("--coin BTC")))
    let two = #expect(throws: ReportRefusal.self) {
      try contents(strategy: "coin: BTC\n", coin: "ETH")
    }
    #expect(Bool("\(two?.issues ?? [])".contains("BTC beside --coin ETH")))
  }

  /// One lot of a million coins costs more than any target; 1 USD of capital is below the policy's
  /// smallest order of 50 USD, and of fixed 3x below one lot of 0.001 coins at 9000, 9 USD.
  @Test func aPoolThatNeverTradesSaysWhy() throws {
    let lots = try contents(strategy: "lot: 1_000_000\n")
    #expect(lots.columns.allSatisfy { $0.run.tally.orders == 0 })
    for name in ["policy", "3x", "5x", "10x"] {
      #expect(
        lots.assumptions.contains {
          $0.hasPrefix("\(name) never traded: ")
            && $0.contains("below the smallest order (1,000,000 coins")
        }, "\(name): \(lots.assumptions)")
    }
    let poor = try contents(strategy: "capital: 1\n")
    #expect(poor.columns[0].run.tally.orders == 0 && poor.columns[3].run.tally.orders > 0)
    #expect(
      poor.assumptions.contains {
        $0.hasPrefix("policy never traded: ") && $0.contains("(0.001 coins and 50 USD)")
      })
    #expect(!poor.assumptions.contains { $0.hasPrefix("10x never traded") })
  }

  @Test func aRateAYearIsOfAYear() throws {
    let view = ReportView(width: 110)
    let short = BacktestTable.render(try contents(days: 100), view: view)
    #expect(short.contains("Change") && !short.contains("% a year, log"))
    let long = BacktestTable.render(try contents(days: 370), view: view)
    #expect(!long.contains("Change") && long.contains("% a year, log"))
    #expect(long.contains("days of bitcoin's great falls, on these prices"))
    #expect(long.contains("Worst: lowest low over first open"))
    let ether = BacktestTable.render(
      try contents(strategy: "side: short\n", coin: "ETH", days: 370), view: view)
    #expect(ether.contains("great falls, on prices of ETH"))
    #expect(ether.contains("Worst: highest high over first open"))
  }

  @Test func aPartThatIsAlwaysTheWholeSaysSo() throws {
    let contents = try contents()
    #expect(contents.strategy.liquidation == .partial)
    #expect(
      contents.assumptions.contains { $0.contains("(partial), which here is always the whole") })
    let json = try JSONObject(
      text: String(decoding: BacktestJSON.render(contents), as: UTF8.self))
    #expect(json["liquidationRule"]?.string == "partial")
    #expect(json["liquidationsAreWhole"] == .bool(true))
  }
}
