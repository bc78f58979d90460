import FulcrumModel
import FulcrumRisk

extension TablePage {
  mutating func addAccount() {
    let account = AccountLine(report)
    addTitle("ACCOUNT in USD")
    if let comparison = account.comparison { add(comparison, .heading) }
    var grid = TextGrid(columns: [
      .init("Equity", unit: "USD"), .init("Net delta", unit: "x equity"),
      .init("Gross delta", unit: "x equity", rank: 3),
      .init("Gross notional", unit: "x equity", rank: 4), .init("Delta cash", unit: "USD", rank: 1),
      .init("Vega", unit: "USD/vol pt", rank: 5), .init("Theta", unit: "USD/day", rank: 6),
      .init("Most it can lose", unit: "USD", rank: 2),
    ])
    grid.rows.append(
      .cells(
        [
          cell(account.equity), cell(account.netDelta), cell(account.grossDelta),
          cell(account.grossNotional), signed(report.account.deltaCash),
          signed(report.account.vegaCashPerPoint), signed(report.account.thetaCashPerDay),
          cell(account.contained),
        ], tone: .plain))
    add(grid)
    add("Equity: \(account.equityExplanation).", .quiet)
    let missing = report.account
    if missing.poolsWithoutCapital > 0 || missing.poolsNotValued > 0 {
      add(
        "Of \(missing.poolCount) \(missing.poolCount == 1 ? "pool" : "pools"), \(missing.poolsWithoutCapital) without known capital and "
          + "\(missing.poolsNotValued) not valued: the sums leave out what is unknown.", .warning)
    }
  }

  private func signed(_ usd: Double) -> String {
    NumberText.decimal(usd, places: 2, .toNearestEven, signed: true)
  }

  mutating func addMissingCollateral(_ pools: [PoolLine]) {
    let missing = pools.map(\.pool).filter { $0.measures != nil && $0.collateralBasis == .unknown }
    guard let first = missing.first else { return }
    addTitle("COLLATERAL UNKNOWN")
    add(MissingCollateral.sentence(missing), .plain)
    add(MissingCollateral.remedy(first), .plain)
  }

  /// At most this many strategies are printed; the JSON report has them all.
  private static let mostOffers = 20

  mutating func addOffers() {
    guard !contents.offers.isEmpty else { return }
    addTitle("STRATEGIES FOUND among pools of their own; nothing is merged unless you say so")
    for offer in contents.offers.prefix(Self.mostOffers) {
      add("These legs look like: \(offer.structure.rawValue). \(offer.why)", .plain)
      add(
        "To pool them, put pools \(offer.pools.joined(separator: ", ")) into one pool, for "
          + "example \(offer.suggestedPool), in a file given with --pools.", .quiet, indent: 2)
    }
    let rest = contents.offers.count - Self.mostOffers
    if rest > 0 { add("\(rest) more strategies: see --format json.", .plain) }
  }

  mutating func addIssues() {
    guard !contents.issues.isEmpty else { return }
    addTitle("INPUT")
    for issue in contents.issues { add(issue.description, .warning) }
  }

  /// At most this many reasons are printed; a book with more has its reasons in the JSON report.
  private static let mostReasons = 60

  mutating func addNotes() {
    guard !notes.texts.isEmpty || !flags.isEmpty || !report.pools.isEmpty else { return }
    addTitle("REASONS AND SIGNS")
    for (place, text) in notes.texts.prefix(Self.mostReasons).enumerated() {
      add("[\(place + 1)] \(text)", .plain)
    }
    if notes.texts.count > Self.mostReasons {
      add(
        "\(notes.texts.count - Self.mostReasons) more reasons: see --format json.", .plain)
    }
    for (word, explanation) in flags.sorted(by: { $0.key < $1.key }) {
      add("\(word): \(explanation)", .plain)
    }
    add(
      "\(ink.arrow(.long)) gains when the price rises, \(ink.arrow(.short)) when it falls. "
        + "!! liquidation nearer than 10 % or equity below zero, ! nearer than 20 % or a stress "
        + "loss beyond capital at risk.", .quiet)
    add(
      "Leverage and probabilities are rounded up, capital and distances down. A secant is the gain "
        + "or loss of a move up or down over that move and capital at risk. P, the probability to "
        + "touch today's liquidation prices, holds today's volatility and time. Any number: "
        + "fulcrum explain NAME.", .quiet)
  }
}

/// What a short position without known collateral needs, and how to give it.
enum MissingCollateral {
  static func sentence(_ pools: [PoolReport]) -> String {
    let names = pools.prefix(8).map(\.id).joined(separator: ", ")
    let more = pools.count > 8 ? " and \(pools.count - 8) more" : ""
    return "Pools that can lose more than they are worth, with nobody saying what stands behind "
      + "them: \(names)\(more). Their leverage is unknown, not infinite."
  }

  static func remedy(_ pool: PoolReport) -> String {
    "Give it with --collateral AMOUNT (in \(pool.currency), for a book of one pool), with "
      + "--collateral FILE (an account summary, or a table of pool, amount and currency), or as "
      + "`collateral` of the pool in the book or in a file given with --pools."
  }
}
