import FulcrumModel
import FulcrumRisk

/// The account's leverage beside that of its worst pool: what the one hides of the other.
struct AccountLine {
  let equity: Shown
  let netDelta: Shown
  let grossDelta: Shown
  let grossNotional: Shown
  /// The most that the account can lose; absent where a pool's capital is unknown.
  let contained: Shown
  let equityExplanation: String
  /// The sentence that sets account and position side by side; nil where either is unknown.
  let comparison: String?

  init(_ report: LeverageReport) {
    let account = report.account
    let reason = Absence.noAccountEquity
    equity =
      account.equityUsd.map { Shown(NumberText.decimal($0, places: 2, .down)) } ?? .absent(reason)
    netDelta = .measure(
      account.netDeltaLeverage, unbounded: "the account has no equity", NumberText.leverage)
    grossDelta = .measure(
      account.grossDeltaLeverage, unbounded: "the account has no equity", NumberText.leverage)
    grossNotional = .measure(
      account.grossNotionalLeverage, unbounded: "the account has no equity", NumberText.leverage)
    let known = NumberText.decimal(account.containedLossUsd, places: 2, .up)
    contained =
      account.isContained
      ? Shown(known)
      : .absent("the capital of a pool is unknown; the others can lose \(known) USD together")
    equityExplanation =
      switch account.equityBasis {
      case .accountSummary: "from the account summary"
      case .book: "as the book states it"
      case .sumOfPools: "the sum of the pools, none counted below zero"
      case .unknown: "not given"
      }
    comparison = Self.comparison(report)
  }

  private static func comparison(_ report: LeverageReport) -> String? {
    let basis = report.settings.basis
    let known = report.pools.filter { $0.capitalIsKnown && $0.headline(basis).absence == nil }
    let worst = known.max { $0.headline(basis).severity < $1.headline(basis).severity }
    guard let worst, let account = report.account.netDeltaLeverage.finite else { return nil }
    let beyond = worst.headline(basis).severity > account.magnitude
    return "Account leverage \(NumberText.leverage(account)) \(beyond ? "hides" : "stands beside") "
      + "pool \(worst.id)\(standing(worst, basis))."
  }

  /// ` at 36.6x long`, or why the pool has exposure and no leverage.
  private static func standing(_ pool: PoolReport, _ basis: CapitalBasis) -> String {
    guard let leverage = pool.headline(basis).finite else {
      return pool.measures?.status == .negativeEquity
        ? ", which has exposure and negative equity"
        : ", which has exposure and nothing under it: \(basis.unboundedReason)"
    }
    let direction = Direction(pool)
    let isMixed = direction == .neutral && pool.underlyings.count > 1
    return " at \(NumberText.leverage(leverage))" + (isMixed ? "" : " \(direction.word)")
  }
}

extension AccountReport {
  /// Whether the loss of every pool is bounded by an equity that is known.
  var isContained: Bool { poolsWithoutCapital == 0 && poolsNotValued == 0 }
}
