import FulcrumLedger
import FulcrumModel

extension Auditor {
  /// Invariant 1, both ways: each account of the ledger is the auditor's, and each of the auditor's is
  /// the ledger's; the totals are the sums of their parts; everything adds up to nothing.
  mutating func compareBooks(with ledger: Ledger) {
    for asset in Set(books.balances.keys.map(\.asset)).union(ledger.books.map(\.asset)) {
      compare(asset, with: ledger)
    }
    for pool in ledger.pools { compare(pool) }
    let known = books.pools.count
    check(
      .conservation, ledger.pools.count == known,
      "\(ledger.pools.count) pools and \(known) in the facts")
    for market in ledger.markets {
      let fund = books.balance(.insurance(market.id), market.asset)
      check(
        .conservation, market.insurance == fund,
        "insurance of market \(market.id.number) is \(market.insurance)")
      check(
        .insuranceStaysHome, market.insurance >= 0,
        "insurance of market \(market.id.number) is \(market.insurance)")
    }
    for owner in ledger.owners {
      for money in owner.wallets {
        let own = books.balance(.wallet(owner.id), money.asset)
        check(
          .conservation, money.minorUnits == own && own >= 0,
          "wallet of \(owner.name) holds \(money)")
      }
    }
  }

  private mutating func compare(_ asset: Asset, with ledger: Ledger) {
    var sums: [Int128] = [0, 0, 0]
    var total: Int128 = 0
    for (place, amount) in books.balances where place.asset == asset {
      total += amount
      switch place.account {
      case .wallet: sums[0] += amount
      case .pool: sums[1] += amount
      case .insurance: sums[2] += amount
      case .outside, .common, .fees, .rounding, .clearing, .shortfall: break
      }
    }
    check(.conservation, total == 0, "\(asset) is off by \(total)")
    guard let book = ledger.book(asset) else {
      check(.conservation, total == 0 && sums == [0, 0, 0], "no book of \(asset)")
      return
    }
    let pairs: [(String, Int128, Int128)] = [
      ("wallets", book.wallets, sums[0]), ("pools", book.pools, sums[1]),
      ("insurance", book.insurance, sums[2]),
      ("outside", book.outside, books.balance(.outside, asset)),
      ("common", book.common, books.balance(.common, asset)),
      ("fees", book.fees, books.balance(.fees, asset)),
      ("rounding", book.rounding, books.balance(.rounding, asset)),
      ("clearing", book.clearing, books.balance(.clearing, asset)),
      ("shortfall", book.shortfall, books.balance(.shortfall, asset)),
    ]
    for (name, ledger, own) in pairs {
      check(.conservation, ledger == own, "\(name) of \(asset): \(ledger), by the facts \(own)")
    }
    var open: Int128 = 0
    for pool in books.pools.values where pool.terms.asset == asset {
      for (id, leg) in pool.legs where books.contracts[id]?.isOption == false { open += leg.cost }
    }
    let owed = books.balance(.clearing, asset) + open
    let traded = books.traded[asset] ?? 0
    check(
      .conservation, owed == traded,
      "clearing of \(asset) with the cost of what is open is \(owed), traded was \(traded)")
  }

  mutating func compare(_ pool: Pool) {
    guard let own = books.pools[pool.id] else {
      check(.conservation, false, "pool \(pool.id.number) is in no fact")
      return
    }
    let legs = Dictionary(
      uniqueKeysWithValues: pool.legs.map { ($0.contract, PlainLeg(lots: $0.lots, cost: $0.cost)) })
    let held = books.collateral(pool.id)
    check(
      .conservation,
      pool.collateral == held && pool.paidIn == own.movedIn
        && pool.paidOut == own.movedOut,
      "pool \(pool.id.number) holds \(pool.collateral), in \(pool.paidIn), out \(pool.paidOut); "
        + "by the facts \(held), \(own.movedIn), \(own.movedOut)")
    for money in pool.pledged {
      let own = books.balance(.pool(pool.id), money.asset)
      check(
        .conservation, money.minorUnits == own && own >= 0,
        "pool \(pool.id.number) has \(money) pledged, by the facts \(own)")
    }
    check(
      .conservation, legs == own.legs && pool.leverageCap == own.cap,
      "pool \(pool.id.number) has other legs or another cap than its facts")
    check(
      .lossBoundedByCollateral, pool.paidOut >= 0 && pool.paidIn - pool.paidOut <= pool.paidIn,
      "pool \(pool.id.number) cost its owner more than \(pool.paidIn)")
    check(
      .refusalLeavesState, own.freeze == pool.freeze?.reason && Self.isSame(own, pool),
      "pool \(pool.id.number) is \(pool.phase), by the facts \(own.phase)")
  }

  private static func isSame(_ own: PlainPool, _ pool: Pool) -> Bool {
    switch (own.phase, pool.phase) {
    case (.empty, .empty), (.open, .open), (.warning, .warning), (.bankrupt, .bankrupt),
      (.closed, .closed):
      true
    case (.liquidating(let a), .liquidating(let b)): a == b
    default: false
    }
  }

  /// Invariant 2: what no fact names is the same to the last bit.
  mutating func compareFrame(_ step: Observation, _ scope: Scope) {
    compareFrame(from: step.before, to: step.after, scope)
    guard let target = Self.target(of: step.command.action) else { return }
    check(
      .noContagion, scope.pools.isSubset(of: [target]),
      "a command on pool \(target.number) touched \(scope.pools.map(\.number).sorted())")
  }

  mutating func compareFrame(from before: Ledger, to after: Ledger, _ scope: Scope) {
    for (old, new) in zip(before.pools, after.pools) where !scope.pools.contains(old.id) {
      check(.noContagion, old == new, "pool \(old.id.number) changed and no fact names it")
    }
    for (old, new) in zip(before.owners, after.owners) {
      check(.noContagion, old.name == new.name, "owner \(old.id.number) has another name")
      let assets = Set(old.wallets.map(\.asset)).union(new.wallets.map(\.asset))
      for asset in assets
      where !scope.wallets.contains(Place(account: .wallet(old.id), asset: asset)) {
        check(
          .noContagion,
          before.wallet(old.id, asset) == after.wallet(old.id, asset),
          "wallet \(asset) of \(old.name) changed and no fact names it")
      }
    }
  }

  /// The one pool that a user's command may touch; nil for a market.
  private static func target(of action: Command.Action) -> PoolID? {
    switch action {
    case .fund(let id, _), .release(let id, _), .trade(let id, _), .capLeverage(let id, _),
      .charge(let id, _, _), .freeze(let id), .thaw(let id), .close(let id):
      id
    case .openOwner, .list, .setRules, .deposit, .withdraw, .endow, .openPool, .deliver, .mark: nil
    }
  }
}
