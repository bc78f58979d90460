import Foundation
import FulcrumPricing
import FulcrumRisk
import Testing

@testable import FulcrumWire

/// Policy files, good and bad: a bad one is refused with the line and the reason.
@Suite struct PolicyDocumentTests {
  private func parse(_ text: String) throws(YAMLRefusal) -> PolicyBook {
    try PolicyDocument.parse(InputBytes(Data(text.utf8), source: "policy.yaml"))
  }

  @Test func theTemplateIsGoodAsItIs() throws {
    let book = try parse(PolicyTemplate.text)
    #expect(book.rules.isEmpty && book.defaults.multipliers == [1, 0.75, 0.4])
    #expect(book.defaults.limits[2].hardMax == 2 && book.defaults.riskBudget == 0.02)
    #expect(book.defaults.pace.smallestOrder == 50)
    #expect(book.outlook.windowDays == 730)
    #expect(book.defaults.limits[0].volatilityTarget == 0.6)
  }

  @Test func rulesChangeWhatTheyNameAndNothingElse() throws {
    let book = try parse(
      """
      version: 1
      defaults:
        budgets: {volatility-target: 50%}
        caps: {leverage: 4}
      rules:
        - class: option
          coin: ETH
          caps: {leverage: 2}
        - pool: mine
          budgets: {volatility-target: none}
      """)
    let option = book.plan(pool: "x", coin: "ETH", kind: .option)
    #expect(option.rule?.number == 1 && option.plan.limits[0].hardMax == 2)
    #expect(option.plan.limits[0].volatilityTarget == 0.5)
    let mine = book.plan(pool: "mine", coin: "BTC", kind: .future)
    #expect(mine.rule?.number == 2 && mine.plan.limits[0].volatilityTarget == nil)
    #expect(mine.plan.limits[0].hardMax == 4)
    #expect(book.plan(pool: "y", coin: "BTC", kind: .future).rule == nil)
  }

  /// `none` takes every kind of limit away, in a rule as in the defaults.
  @Test(arguments: [
    "budgets: {volatility-target: none}", "budgets: {kelly: none}", "budgets: {shortfall: none}",
    "budgets: {shortfall: {budget: none}}", "budgets: {drawdown: none}",
    "caps: {liquidation: none}", "caps: {largest-notional: none}", "caps: {leverage: none}",
    "risk-budget: none",
  ]) func noneTakesAnyLimitAway(line: String) throws {
    let book = try parse(
      """
      version: 1
      defaults:
        budgets:
          volatility-target: 50%
          kelly: {drift: 20%}
          shortfall: {budget: 10%}
          drawdown: {limit: 50%, multiple: 2}
        caps:
          liquidation: {probability: 1%, horizon: 30d}
          largest-notional: 1_000_000 USD
          leverage: 5x
        risk-budget: 2%
      rules:
        - pool: mine
          \(line)
      """)
    let plan = book.plan(pool: "mine", coin: "BTC", kind: .future).plan
    func set(_ plan: PolicyPlan) -> [String: Bool] {
      let limits = plan.limits[0]
      return [
        "volatility-target": limits.volatilityTarget != nil, "kelly": limits.kelly != nil,
        "shortfall": limits.shortfallBudget != nil, "drawdown": limits.drawdown != nil,
        "liquidation": limits.liquidation != nil, "leverage": limits.hardMax != nil,
        "largest-notional": plan.largestNotional != nil, "risk-budget": plan.riskBudget != nil,
      ]
    }
    #expect(set(book.defaults).values.allSatisfy { $0 })
    let gone = set(plan).filter { !$0.value }.map(\.key)
    #expect(gone.count == 1 && line.contains(gone.first ?? "nothing"), "\(gone)")
  }

  /// κ* = μ²/(μ² + se²), a half at most (leverage-math 5.1): 0.04/(0.04 + 0.09) for 20 % ± 30 %.
  @Test func theFractionOfKellyFollowsFromTheError() throws {
    for (kelly, wanted) in [
      ("drift: 20%, drift-error: 30%", 0.04 / 0.13), ("drift: 20%, drift-error: 10%", 0.5),
      ("drift: -20%, drift-error: 40%", 0.2), ("drift: 20%", 0.5),
      ("drift: 20%, drift-error: 30%, fraction: 40%", 0.4),
    ] {
      let book = try parse("version: 1\ndefaults:\n  budgets: {kelly: {\(kelly)}}\n")
      let found = try #require(book.defaults.limits[0].kelly?.fraction)
      #expect(abs(found - wanted) < 1e-12, "\(kelly): \(found)")
    }
    // A rule that says less changes less.
    let rule = try parse(
      "version: 1\ndefaults:\n  budgets: {kelly: {drift: 20%, z: 2}}\nrules:\n"
        + "  - pool: a\n    budgets: {kelly: {fraction: 10%}}\n"
    ).plan(pool: "a", coin: "BTC", kind: .future).plan
    #expect(rule.limits[0].kelly?.fraction == 0.1 && rule.limits[0].kelly?.errors == 2)
    #expect(rule.drift.mean == 0.2)
  }

  /// Thresholds of a ratio would be nonsense for a probability, so each score brings its own.
  @Test func aPolicyMayJudgeByHiddenStates() throws {
    let rule = try parse(Self.head + "regime: {score: hmm}\n").outlook.regime
    #expect(rule.score == .hmm)
    #expect(rule.thresholds.enterUp == [0.5, 0.8] && rule.thresholds.exitDown == [0.2, 0.5])
    let own = try parse(Self.head + "regime: {score: hmm, enter: [0.6, 0.9]}\n").outlook.regime
    #expect(own.thresholds.enterUp == [0.6, 0.9])
  }

  private static let head = "version: 1\ndefaults:\n  budgets: {volatility-target: 50%}\n"

  /// What is written after the head (three lines), the line at fault and a word of the reason.
  @Test(arguments: [
    ("  caps:\n    leverage: {calm: 2, normal: 3, stressed: 1}\n", 5, "calmer"),
    ("  multipliers: {calm: 50%, normal: 75%, stressed: 40%}\n", 4, "calmer"),
    ("  multipliers: {calm: 1, normal: 1}\n", 4, "calm, normal and stressed"),
    ("  trading:\n    band: 150%\n", 5, "from 0 to 1"),
    ("  trading:\n    bandd: 10%\n", 5, "did you mean"),
    ("  trading:\n    dwell: soon\n", 5, "30d, 1h"),
    ("  trading:\n    mode: centre\n", 5, "edge or target"),
    ("  caps:\n    liquidation: {probability: 1%}\n", 5, "horizon"),
    ("  risk-budget: 150%\n", 4, "at most 1"),
    ("regime:\n  enter: [0.9, 1.5]\n  leave: [0.95, 1.2]\n", 6, "below enterUp"),
    ("regime:\n  enter: [1.5, 0.9]\n", 5, "at least 1.5"),
    ("regime:\n  score: mood\n", 5, "relative or volatility"),
    ("regime:\n  score: hmm\n  enter: [0.9, 1.5]\n", 6, "at most 1"),
    ("rules:\n  - pool: a\n    caps: {leverage: -1}\n", 6, "0 or more"),
    ("rules: 7\n", 4, "a list"),
    ("  caps: [1, 2]\n", 4, "indented"),
    ("  budgets: {volatility-target: 40%}\n", 3, "twice"),
    ("volatility:\n  window: 10d\n  refit: 400d\n", 6, "no more than the window"),
    (
      "rules:\n  - pool: a\n    budgets: {drawdown: {limit: 60%, multiple: 5}}\n", 6,
      "at most 4.54"
    ),
    ("rules:\n  - pool: a\n    budgets: {volatility-target: 60}\n", 6, "500 % a year"),
    ("rules:\n  - pool: a\n    budgets: {volatility-target: 0.6 USD}\n", 6, "0.4 or 40%"),
    ("rules:\n  - pool: a\n    budgets: {volatility-target: 0.6x}\n", 6, "0.4 or 40%"),
    ("rules:\n  - pool: a\n    budgets: {kelly: {fraction: 50%}}\n", 6, "excess drift"),
    ("rules:\n  - pool: a\n    budgets: {kelly: {drift: 20}}\n", 6, "500 % a year"),
    ("  caps: {leverage: 300%}\n", 4, "3 or 3x"),
    ("  caps: {largest-notional: 5%}\n", 4, "5_000 USD"),
    ("  trading: {smallest-order: 50x}\n", 4, "5_000 USD"),
    ("  budget: none\n", 4, "unknown field"),
    ("  caps:\n   leverage: 1\n  \tx: 1\n", 6, "YAML"),
  ]) func aBadPolicyIsRefusedWithItsLine(fault: (String, Int, String)) throws {
    do throws(YAMLRefusal) {
      _ = try parse(Self.head + fault.0)
      Testing.Issue.record("taken: \(fault.0)")
    } catch {
      let issue = try #require(error.issues.first)
      #expect(issue.line == fault.1, "\(issue)")
      #expect("\(issue)".contains(fault.2), "\(issue)")
    }
  }

  @Test(arguments: ["", "version: 2\n", "[1]", "version: 1\n", ":", "\u{0}", "a: &x [*x]"])
  func whatIsNoPolicyIsRefused(text: String) {
    #expect(throws: YAMLRefusal.self) { try parse(text) }
  }

  /// Every prefix and many mutations: an answer or a refusal, never a crash.
  @Test func mutationsAreAnswered() {
    let text = Array(PolicyTemplate.text.utf8)
    var random = SplitMix64(state: 11)
    var refused = 0
    for round in 0..<400 {
      var bytes = text
      if round < 100 {
        bytes = Array(text.prefix(text.count * round / 100))
      } else {
        for _ in 0..<3 {
          bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(random.next() % 128)
        }
      }
      do throws(YAMLRefusal) {
        _ = try PolicyDocument.parse(InputBytes(Data(bytes), source: "policy.yaml"))
      } catch {
        refused += 1
        #expect(!error.issues.isEmpty)
      }
    }
    #expect(refused > 50)
  }
}
