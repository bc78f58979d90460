import FulcrumModel

extension Ledger {
  /// What a command makes true, or why it changes nothing. Pure: the ledger stays as it is.
  ///
  /// Causes are looked for in the order of `Rejection`: what the command says of itself, what it speaks
  /// of, what it may do now, what sizes and balances allow, what the market allows.
  ///
  /// - Parameter board: the last accepted market; nil before the first. A `mark` brings its own.
  public func decide(_ command: Command, on board: MarkBoard?) throws(Rejection) -> [Fact] {
    switch command.action {
    case .openOwner(let name): return [try openOwner(name)]
    case .list(let instrument): return [try list(instrument)]
    case .setRules(let rules):
      if let fault = rules.fault { throw .rulesInvalid(fault) }
      if let board, let fault = envelopeFault(of: rules, on: board) { throw .rulesInvalid(fault) }
      return [.rulesSet(rules)]
    case .deposit(let owner, let money): return [try deposit(money, to: owner)]
    case .withdraw(let owner, let money): return [try withdraw(money, from: owner)]
    case .endow(let fund, let money): return [try endow(fund, money)]
    case .openPool(let terms): return [try open(terms)]
    case .fund(let id, let money):
      return try fund(id, money, on: board, at: command.issuedAt)
    case .release(let id, let money):
      return [try release(id, money, on: board, at: command.issuedAt)]
    case .trade(let id, let trade):
      return [try self.trade(id, trade, on: board, at: command.issuedAt)]
    case .capLeverage(let id, let cap):
      return [try capLeverage(id, cap, on: board, at: command.issuedAt)]
    case .charge(let id, let money, let charge):
      return [try self.charge(id, money, charge, on: board, at: command.issuedAt)]
    case .freeze(let id): return [try freeze(id)]
    case .thaw(let id): return [try thaw(id)]
    case .close(let id): return [try close(id)]
    case .deliver(let id, let price): return [try deliver(id, price, at: command.issuedAt)]
    case .mark(let tick): return try mark(tick)
    }
  }

  // MARK: Owners, contracts, funds

  private func openOwner(_ name: String) throws(Rejection) -> Fact {
    try Self.check(name: name)
    guard ownerNumbers[name] == nil else { throw .nameTaken(name) }
    return .ownerOpened(OwnerID(UInt32(owners.count)), name: name)
  }

  private func list(_ instrument: Instrument) throws(Rejection) -> Fact {
    guard ContractArithmetic(instrument) != nil else { throw .contractInvalid(instrument.id) }
    guard contractNumbers[instrument.id] == nil else { throw .contractListed(instrument.id) }
    return .contractListed(ContractID(UInt32(contracts.count)), instrument)
  }

  private func deposit(_ money: Money, to id: OwnerID) throws(Rejection) -> Fact {
    try Self.check(amount: money.minorUnits)
    guard owner(id) != nil else { throw .ownerUnknown(id) }
    return .deposited(id, money)
  }

  private func withdraw(_ money: Money, from id: OwnerID) throws(Rejection) -> Fact {
    try Self.check(amount: money.minorUnits)
    guard owner(id) != nil else { throw .ownerUnknown(id) }
    let held = wallet(id, money.asset)
    guard held >= money.minorUnits else {
      throw .walletShort(needed: money.minorUnits, held: held)
    }
    return .withdrawn(id, money)
  }

  private func endow(_ fund: Fund, _ money: Money) throws(Rejection) -> Fact {
    try Self.check(amount: money.minorUnits)
    if case .insurance(let id) = fund {
      guard let market = market(id) else { throw .marketUnknown(id) }
      guard market.asset == money.asset else {
        throw .assetMismatch(seen: money.asset, allowed: market.asset)
      }
    }
    return .endowed(fund, money)
  }

  // MARK: Checks

  /// Letters, digits, dots, dashes and underscores: a name is also a word of the command line.
  static func check(name: String) throws(Rejection) {
    let isValid = name.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        || byte == 45 || byte == 46 || byte == 95
    }
    guard isValid, (1...64).contains(name.utf8.count) else { throw .nameInvalid(name) }
  }

  static func check(amount: Int128) throws(Rejection) {
    guard amount > 0 else { throw .amountNotPositive(amount) }
    guard amount <= amountLimit else { throw .amountTooLarge(amount, limit: amountLimit) }
  }

  func known(_ id: PoolID) throws(Rejection) -> Pool {
    guard let pool = pool(id) else { throw .poolUnknown(id) }
    return pool
  }

  /// Whether a pool lives: neither closed nor on its way out.
  static func check(lives pool: Pool) throws(Rejection) {
    switch pool.phase {
    case .closed: throw .poolClosed(pool.id)
    case .bankrupt: throw .poolBankrupt(pool.id)
    case .empty, .open, .warning, .liquidating: return
    }
  }

  func live(_ id: PoolID) throws(Rejection) -> Pool {
    let pool = try known(id)
    try Self.check(lives: pool)
    return pool
  }

  /// The board that judges a command: the last accepted market, under the rule that it was accepted
  /// with, and fresh at `instant`. Nobody is judged by a market or a rule of his own choosing, and the
  /// history tells which one it was.
  func fresh(_ board: MarkBoard?, at instant: Timestamp) throws(Rejection) -> MarkBoard {
    guard let board, let marketAsOf else { throw .marketUnknownYet }
    guard board.asOf == marketAsOf, board.source == marketSource, board.ruleSet == marketRuleSet
    else {
      throw .marketNotAccepted(
        seen: board.asOf, rule: board.ruleSet, accepted: marketAsOf, acceptedRule: marketRuleSet)
    }
    let age = instant.milliseconds - board.asOf.milliseconds
    guard age.magnitude <= UInt64(rules.staleAfterMilliseconds) else {
      throw .marketStale(age: age, limit: rules.staleAfterMilliseconds)
    }
    return board
  }

  func value(_ pool: Pool, on board: MarkBoard) throws(Rejection) -> PoolValuation {
    do { return try valuation(of: pool, on: board) } catch { throw .valuation(error) }
  }
}
