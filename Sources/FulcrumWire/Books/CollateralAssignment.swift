import FulcrumModel

/// Gives pools the collateral that was stated for them, by the rules of docs/reference/book-files.
enum CollateralAssignment {
  static func book(of pools: [IsolatedPool], collateral: CollateralDocument) -> Parsed<Book> {
    switch collateral {
    case .amount(let amount): return assign(amount, to: pools)
    case .table(let entries): return assign(entries, to: pools)
    case .account(let summaries): return assign(summaries, to: pools)
    }
  }

  /// The stated amount in whole units of the pool's currency; `.unknown` with an error where the
  /// two currencies differ. Dollars stand for each other one for one, with a remark.
  static func collateral(_ stated: StatedCollateral, in currency: Asset) -> Parsed<Collateral> {
    var issues: [Issue] = []
    if let given = stated.currency, given != currency {
      guard given.isDollar, currency.isDollar else {
        let issue = stated.place.issue(
          seen: "\(stated.amount) \(given) for a pool in \(currency)",
          allowed: "collateral in the pool's own currency",
          fix: "state it in \(currency); the pool's collateral is left unknown")
        return Parsed(.unknown, issues: [issue])
      }
      issues.append(
        stated.place.issue(
          .warning, seen: "\(given) for a pool in \(currency)", allowed: "\(currency)",
          fix: "one \(given) is taken as one \(currency)"))
    }
    guard let money = try? Money(stated.amount, asset: currency, rounding: .down) else {
      let issue = stated.place.issue(
        seen: "\(stated.amount) \(currency)", allowed: "an amount below 10^29",
        fix: "correct the amount; the pool's collateral is left unknown")
      return Parsed(.unknown, issues: issues + [issue])
    }
    if money.amount != stated.amount {
      issues.append(
        stated.place.issue(
          .warning, seen: "\(stated.amount) \(currency)",
          allowed: "\(currency.decimals) decimals", fix: "it is rounded down to \(money)"))
    }
    return Parsed(stated.basis == .cash ? .cash(money) : .equity(money), issues: issues)
  }

  // MARK: An amount

  private static func assign(_ stated: StatedCollateral, to pools: [IsolatedPool]) -> Parsed<Book> {
    let candidates = takers(of: stated.currency, among: pools)
    guard candidates.count == 1, let taker = candidates.first else {
      return Parsed(
        Book(pools: pools), issues: [refusal(of: stated, pools: pools, takers: candidates)])
    }
    var pools = pools
    let made = collateral(stated, in: pools[taker].currency)
    pools[taker] = pools[taker].with(made.value)
    return Parsed(Book(pools: pools), issues: made.issues)
  }

  /// Places of the pools of that currency whose collateral is unknown. Pools of long options alone
  /// need none, so they count only where no other pool lacks it.
  private static func takers(of currency: Asset?, among pools: [IsolatedPool]) -> [Int] {
    let lacking = pools.indices.filter { pools[$0].collateral == .unknown }
    let exact = lacking.filter { currency == nil || pools[$0].currency == currency }
    let dollar = currency?.isDollar == true
    let matching =
      exact.isEmpty && dollar ? lacking.filter { pools[$0].currency.isDollar } : exact
    let needy = matching.filter { !pools[$0].isLongOptionsOnly }
    return needy.isEmpty ? matching : needy
  }

  private static func refusal(
    of stated: StatedCollateral, pools: [IsolatedPool], takers: [Int]
  ) -> Issue {
    let currency = stated.currency?.code ?? "any currency"
    let names = takers.isEmpty ? pools.map(\.id) : takers.map { pools[$0].id }
    let listed =
      names.prefix(10).map { "\"\($0)\"" }.joined(separator: ", ")
      + (names.count > 10 ? " and \(names.count - 10) more" : "")
    let amount = "\(stated.amount) \(stated.currency?.code ?? "")"
    if takers.isEmpty {
      return stated.place.issue(
        seen: "\(amount), and no pool in \(currency) that lacks collateral",
        allowed: "one such pool; the pools are \(listed)",
        fix: "name the pool in a table: pool,cash,equity,currency")
    }
    return stated.place.issue(
      seen: "\(amount) for \(takers.count) pools that lack collateral: \(listed)",
      allowed: "one amount for one pool",
      fix: "give a table, one line a pool: pool,cash,equity,currency; or put the legs together "
        + "with --pools")
  }

  // MARK: A table

  private static func assign(_ entries: [CollateralEntry], to pools: [IsolatedPool]) -> Parsed<Book>
  {
    var pools = pools
    var issues: [Issue] = []
    let places = Dictionary(pools.enumerated().map { ($1.id, $0) }) { first, _ in first }
    var given: Set<String> = []
    for entry in entries {
      guard let place = places[entry.pool] else {
        issues.append(unknownPool(entry, among: pools))
        continue
      }
      if !given.insert(entry.pool).inserted {
        issues.append(
          entry.collateral.place.issue(
            .warning, seen: "pool \"\(entry.pool)\" again", allowed: "each pool once",
            fix: "this line stands, the earlier one is passed over"))
      } else if pools[place].collateral != .unknown {
        issues.append(
          entry.collateral.place.issue(
            .warning, seen: "pool \"\(entry.pool)\", whose book states collateral too",
            allowed: "one statement", fix: "this table stands"))
      }
      let made = collateral(entry.collateral, in: pools[place].currency)
      issues += made.issues
      pools[place] = pools[place].with(made.value)
    }
    return Parsed(Book(pools: pools), issues: issues)
  }

  private static func unknownPool(_ entry: CollateralEntry, among pools: [IsolatedPool]) -> Issue {
    let names = pools.prefix(10).map { "\"\($0.id)\"" }.joined(separator: ", ")
    let more = pools.count > 10 ? " and \(pools.count - 10) more" : ""
    return entry.collateral.place.issue(
      seen: "pool \"\(entry.pool)\"",
      allowed: names.isEmpty ? "no pool: the book is empty" : names + more,
      fix: "write the id of a pool of the book")
  }

  // MARK: An account

  private static func assign(_ summaries: [AccountSummary], to pools: [IsolatedPool]) -> Parsed<
    Book
  > {
    var pools = pools
    var issues: [Issue] = []
    var equity: [Asset: Money] = [:]
    for summary in summaries {
      let made = collateral(
        StatedCollateral(
          basis: .equity, amount: summary.equity, currency: nil, place: summary.place),
        in: summary.currency)
      issues += made.issues
      guard case .equity(let money) = made.value else { continue }
      equity[summary.currency] = money
      let own = pools.indices.filter { pools[$0].currency == summary.currency }
      guard own.count == 1, let place = own.first else {
        issues += remark(on: summary, pools: own.map { pools[$0] })
        continue
      }
      guard pools[place].collateral == .unknown else { continue }
      pools[place] = pools[place].with(.equity(money))
      if summary.isCross { issues.append(crossRemark(summary, pool: pools[place].id)) }
    }
    return Parsed(Book(pools: pools, accountEquity: equity), issues: issues)
  }

  private static func remark(on summary: AccountSummary, pools: [IsolatedPool]) -> [Issue] {
    let lacking = pools.filter { $0.collateral == .unknown && !$0.isLongOptionsOnly }
    guard !lacking.isEmpty else { return [] }
    return [
      summary.place.issue(
        .warning,
        seen:
          "account equity in \(summary.currency) and \(pools.count) pools in \(summary.currency)",
        allowed: "one pool that holds every position of the currency",
        fix: "the equity is used for account leverage only; give each pool its own in a table: "
          + "pool,cash,equity,currency")
    ]
  }

  private static func crossRemark(_ summary: AccountSummary, pool: String) -> Issue {
    summary.place.issue(
      .warning, seen: "margin model \(summary.marginModel ?? "cross"), shared across currencies",
      allowed: "collateral of the pool alone",
      fix: "pool \"\(pool)\" is given the \(summary.currency) equity; other currencies that the "
        + "venue would count are not")
  }
}

extension IsolatedPool {
  func with(_ collateral: Collateral) -> IsolatedPool {
    IsolatedPool(
      id: id, strategy: strategy, currency: currency, collateral: collateral, positions: positions,
      leftOut: leftOut)
  }

  /// A pool that has paid for everything it holds.
  var isLongOptionsOnly: Bool {
    positions.allSatisfy { $0.instrument.isOption && $0.size.count >= 0 }
  }
}
