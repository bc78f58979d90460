package import FulcrumLedger
package import FulcrumModel

package struct PlainLeg: Hashable, Sendable {
  package var lots: Int64 = 0
  package var cost: Int128 = 0

  package init(lots: Int64 = 0, cost: Int128 = 0) {
    self.lots = lots
    self.cost = cost
  }
}

struct PlainPool: Hashable, Sendable {
  enum Phase: Hashable, Sendable {
    case empty, open, warning, bankrupt, closed
    case liquidating(since: Timestamp)
  }

  let id: PoolID
  let terms: PoolTerms
  var phase = Phase.empty
  var freeze: FreezeReason?
  var cap: Ratio?
  var legs: [ContractID: PlainLeg] = [:]
  var movedIn: Int128 = 0
  var movedOut: Int128 = 0
  /// In the order in which they first came.
  var pledgedAssets: [Asset] = []
  /// What each market has paid into the collateral, ever: profit, premium, funding, less fees.
  var results: [MarketID: Int128] = [:]

  var contracts: [ContractID] { legs.keys.sorted() }
  var isClosed: Bool { phase == .closed }
  var isLiquidating: Bool {
    if case .liquidating = phase { return true }
    return false
  }
  var backstopCap: Int128? {
    if case .backstop(let cap) = terms.role { return cap }
    return nil
  }
}

package struct Place: Hashable, Sendable {
  package let account: LedgerAccount
  package let asset: Asset

  package init(account: LedgerAccount, asset: Asset) {
    self.account = account
    self.asset = asset
  }
}

/// The auditor's own books, kept in dictionaries from the facts alone. Nothing of the ledger's
/// bookkeeping is called here.
package struct PlainBooks: Sendable {
  var balances: [Place: Int128] = [:]
  var owners: [OwnerID: String] = [:]
  package internal(set) var contracts: [ContractID: PlainContract] = [:]
  var markets: [MarketID: PlainMarket] = [:]
  var pools: [PoolID: PlainPool] = [:]
  package internal(set) var rules = LedgerRules.standard
  /// Σ value of what was traded, settled and accrued, each to the nearest unit by exact arithmetic: what
  /// clearing and the cost of everything open must come to.
  var traded: [Asset: Int128] = [:]
  var prints: [PrintKey: [Print]] = [:]
  /// The last accepted market.
  var market: (asOf: Timestamp, ruleSet: String, source: [UInt8])?

  struct PlainMarket: Hashable, Sendable {
    let underlying: Underlying
    let asset: Asset
  }
  struct Print: Hashable, Sendable {
    let at: Timestamp
    let price: Price
  }
  struct PrintKey: Hashable, Sendable {
    let market: MarketID
    let expiry: Timestamp
  }

  package func balance(_ account: LedgerAccount, _ asset: Asset) -> Int128 {
    balances[Place(account: account, asset: asset)] ?? 0
  }
  package func collateral(_ id: PoolID) -> Int128 {
    pools[id].map { balance(.pool(id), $0.terms.asset) } ?? 0
  }

  func only(_ ids: [PoolID]) -> PlainBooks {
    var part = PlainBooks()
    for id in ids { part.pools[id] = pools[id] }
    return part
  }

  mutating func pay(_ amount: Int128, from: LedgerAccount, to: LedgerAccount, _ asset: Asset) {
    balances[Place(account: from, asset: asset), default: 0] -= amount
    balances[Place(account: to, asset: asset), default: 0] += amount
  }

  // MARK: Facts

  /// Pools that are flat below zero.
  private(set) var owing: Set<PoolID> = []

  mutating func take(_ fact: Fact, at: Timestamp) {
    takeIn(fact, at: at)
    for id in Scope.pools(of: fact) {
      guard let pool = pools[id] else { continue }
      if pool.legs.isEmpty, !pool.isClosed, collateral(id) < 0 {
        owing.insert(id)
      } else {
        owing.remove(id)
      }
    }
  }

  private mutating func takeIn(_ fact: Fact, at: Timestamp) {
    switch fact {
    case .ownerOpened(let id, let name): owners[id] = name
    case .contractListed(let id, let instrument): list(id, instrument)
    case .rulesSet(let new): rules = new
    case .deposited(let owner, let money):
      pay(money.minorUnits, from: .outside, to: .wallet(owner), money.asset)
    case .withdrawn(let owner, let money):
      pay(money.minorUnits, from: .wallet(owner), to: .outside, money.asset)
    case .endowed(.common, let money):
      pay(money.minorUnits, from: .outside, to: .common, money.asset)
    case .endowed(.insurance(let market), let money):
      pay(money.minorUnits, from: .outside, to: .insurance(market), money.asset)
    case .poolOpened(let id, let terms):
      pools[id] = PlainPool(id: id, terms: terms, cap: terms.leverageCap)
    case .sampled(let market, let expiry, let price):
      prints[PrintKey(market: market, expiry: expiry), default: []].append(
        Print(at: at, price: price))
    case .priced(let id, let price): contracts[id]?.delivery = price
    case .ticked(let at, let ruleSet, let source): market = (at, ruleSet, source)
    case .refused: break
    default: takeInPool(fact, at: at)
    }
  }

  private mutating func takeInPool(_ fact: Fact, at: Timestamp) {
    switch fact {
    case .funded(let id, let amount): move(amount, into: id)
    case .released(let id, let amount): move(-amount, into: id)
    case .pledged(let id, let money): pledge(money.minorUnits, money.asset, id)
    case .unpledged(let id, let money): pledge(-money.minorUnits, money.asset, id)
    case .leverageCapped(let id, let cap): pools[id]?.cap = cap
    case .charged(let id, let amount, _): pay(amount, from: .pool(id), to: .fees, asset(id))
    case .accrued(let id, let contract, let amount, let dust):
      receive(amount, dust: dust, contract, id)
    case .filled(let id, let fill), .settled(let id, let fill): take(fill, id, feeTo: .fees)
    case .liquidated(let id, let fill):
      if let market = contracts[fill.contract]?.market {
        take(fill, id, feeTo: .insurance(market))
      }
    case .frozen(let id, let reason): pools[id]?.freeze = reason
    case .thawed(let id): pools[id]?.freeze = nil
    case .warned(let id, _): pools[id]?.phase = .warning
    case .calmed(let id, _), .liquidationEnded(let id, _): pools[id]?.phase = .open
    case .liquidationBegan(let id, _): pools[id]?.phase = .liquidating(since: at)
    case .bankrupted(let id, _): pools[id]?.phase = .bankrupt
    default: takeInWaterfall(fact)
    }
  }

  private mutating func takeInWaterfall(_ fact: Fact) {
    switch fact {
    case .converted(let id, let money, let received):
      pay(money.minorUnits, from: .pool(id), to: .clearing, money.asset)
      pay(received, from: .clearing, to: .pool(id), asset(id))
    case .backstopped(let id, let backstop, let takeover): pass(takeover, id, backstop)
    case .insuranceDrawn(let id, let market, let amount):
      pay(amount, from: .insurance(market), to: .pool(id), asset(id))
    case .commonDrawn(let id, let amount): pay(amount, from: .common, to: .pool(id), asset(id))
    case .shortfall(let id, let amount): pay(amount, from: .shortfall, to: .pool(id), asset(id))
    case .deleveraged(let step):
      take(step.closing, step.bankrupt, feeTo: .fees)
      take(step.reducing, step.counterparty, feeTo: .fees)
    case .haircut(let cut):
      let source: LedgerAccount = cut.fromCost ? .clearing : .pool(cut.winner)
      pay(cut.amount, from: source, to: .pool(cut.bankrupt), asset(cut.bankrupt))
      if cut.fromCost { pools[cut.winner]?.legs[cut.contract]?.cost += cut.amount }
    case .closed(let id):
      move(-collateral(id), into: id)
      for (asset, amount) in pledges(of: id) { pledge(-amount, asset, id) }
      pools[id]?.phase = .closed
      pools[id]?.freeze = nil
    default: break
    }
  }

  // MARK: Parts

  private func asset(_ id: PoolID) -> Asset { pools[id]?.terms.asset ?? .usd }

  private mutating func list(_ id: ContractID, _ instrument: Instrument) {
    let asset = instrument.settlement == .inverse ? instrument.base : instrument.quote
    let new = PlainMarket(underlying: Underlying(base: instrument.base), asset: asset)
    let market =
      markets.first { $0.value == new }?.key ?? MarketID(UInt32(truncatingIfNeeded: markets.count))
    markets[market] = new
    contracts[id] = PlainContract(instrument: instrument, market: market)
  }

  private mutating func move(_ amount: Int128, into id: PoolID) {
    guard let owner = pools[id]?.terms.owner else { return }
    pay(amount, from: .wallet(owner), to: .pool(id), asset(id))
    if amount > 0 { pools[id]?.movedIn += amount } else { pools[id]?.movedOut -= amount }
  }

  private mutating func pledge(_ amount: Int128, _ asset: Asset, _ id: PoolID) {
    guard let owner = pools[id]?.terms.owner else { return }
    pay(amount, from: .wallet(owner), to: .pool(id), asset)
    if pools[id]?.pledgedAssets.contains(asset) == false { pools[id]?.pledgedAssets.append(asset) }
  }

  /// What a pool holds in other assets than its own.
  func pledges(of id: PoolID) -> [(asset: Asset, amount: Int128)] {
    guard let terms = pools[id]?.terms else { return [] }
    return (pools[id]?.pledgedAssets ?? []).compactMap { asset in
      let held = asset == terms.asset ? 0 : balance(.pool(id), asset)
      return held == 0 ? nil : (asset, held)
    }
  }

  private mutating func receive(
    _ cash: Int128, dust: Int128, _ contract: ContractID, _ id: PoolID
  ) {
    pay(cash, from: .clearing, to: .pool(id), asset(id))
    pay(dust, from: .clearing, to: .rounding, asset(id))
    if let market = contracts[contract]?.market {
      pools[id]?.results[market, default: 0] += cash
    }
  }

  private mutating func take(_ fill: Fill, _ id: PoolID, feeTo: LedgerAccount) {
    guard let contract = contracts[fill.contract] else { return }
    receive(fill.cash, dust: fill.dust, fill.contract, id)
    pay(fill.fee, from: .pool(id), to: feeTo, asset(id))
    pools[id]?.results[contract.market, default: 0] -= fill.fee
    change(id, fill.contract, lots: fill.lots, cost: fill.cost)
    if pools[id]?.phase == .empty { pools[id]?.phase = .open }
  }

  private mutating func change(
    _ id: PoolID, _ contract: ContractID, lots: Int64, cost: Int128
  ) {
    pools[id]?.legs[contract, default: PlainLeg()].lots += lots
    pools[id]?.legs[contract]?.cost += cost
    if pools[id]?.legs[contract]?.lots == 0 { pools[id]?.legs[contract] = nil }
  }

  private mutating func pass(_ takeover: Takeover, _ id: PoolID, _ backstop: PoolID) {
    pay(takeover.collateral, from: .pool(id), to: .pool(backstop), asset(id))
    pay(takeover.netted, from: .clearing, to: .pool(backstop), asset(id))
    for leg in takeover.legs {
      let held = pools[backstop]?.legs[leg.contract] ?? PlainLeg()
      if held.lots + leg.lots == 0, let contract = contracts[leg.contract], !contract.isOption {
        pools[backstop]?.results[contract.market, default: 0] -= held.cost + leg.cost
      }
      change(id, leg.contract, lots: -leg.lots, cost: -leg.cost)
      change(backstop, leg.contract, lots: leg.lots, cost: leg.cost)
    }
    if pools[backstop]?.phase == .empty { pools[backstop]?.phase = .open }
  }
}
