import FulcrumRisk

/// Which part of a policy a backtest runs, and why.
package struct BacktestRule: Hashable, Sendable {
  /// Of the prices, where somebody said so.
  package let coin: String?
  /// Nil for the defaults.
  package let rule: PolicyBook.Applied?
  let ruleCount: Int

  /// Id of the pool that a backtest runs, for rules that name one.
  static let pool = "backtest"

  /// - Throws: where two coins are named, or a rule hangs on a coin that nobody named.
  static func choose(
    _ book: PolicyBook, strategyCoin: String?, _ inputs: BacktestInputs
  ) throws(ReportRefusal) -> (rule: BacktestRule, plan: PolicyPlan) {
    func refused(_ source: String, _ path: String, _ seen: String, _ allowed: String, _ fix: String)
      -> ReportRefusal
    {
      ReportRefusal(issues: [
        Issue(source: source, path: path, seen: seen, allowed: allowed, fix: fix)
      ])
    }
    if let strategyCoin, let coin = inputs.coin, coin.lowercased() != strategyCoin.lowercased() {
      throw refused(
        inputs.strategy.source, "coin", "\(strategyCoin) beside --coin \(coin)", "one coin",
        "correct one of them")
    }
    let coin = inputs.coin ?? strategyCoin
    // The first rule that matches whatever the coin is.
    let first = book.rules.firstIndex {
      $0.matches(pool: pool, coin: coin ?? $0.coin ?? "", kind: .future)
    }
    if coin == nil, let first, let wanted = book.rules[first].coin {
      throw refused(
        inputs.policy.source, "rules[\(first)].coin", "\(wanted), and no coin of the prices",
        "a coin that is known, since this rule hangs on it",
        "write coin: \(wanted) in \(inputs.strategy.source), or add --coin \(wanted)")
    }
    let (plan, rule) = book.plan(pool: pool, coin: coin ?? "", kind: .future)
    return (BacktestRule(coin: coin, rule: rule, ruleCount: book.rules.count), plan)
  }

  /// What is run, in a sentence.
  var sentence: String {
    if let rule {
      return "Policy: rule \(rule.number) of \(ruleCount) (\(rule.wanted)), for \(perpetual)."
    }
    return "Policy: its defaults; \(noRule)."
  }

  private var perpetual: String {
    coin.map { "a perpetual of \($0)" } ?? "a perpetual of a coin not named"
  }

  /// Why it is the defaults that are run.
  var noRule: String {
    if ruleCount == 0 { return "it has no rules" }
    let none =
      ruleCount == 1 ? "its one rule does not match" : "none of its \(ruleCount) rules matches"
    return "\(none) pool \(Self.pool), \(perpetual)"
  }
}
