public import FulcrumModel

/// A signed holding inside a pool: whole lots and the exact amount they were entered at.
public struct Leg: Hashable, Sendable, BitwiseCopyable {
  public let contract: ContractID
  /// + long, − short.
  public internal(set) var lots: Int64
  /// Value of the lots at entry, smallest units of the pool's asset, signed like `lots` for a linear
  /// contract. Profit not yet settled is value at the mark − cost. Of an option it is the premium
  /// paid (received: negative), which has left the collateral already.
  public internal(set) var cost: Int128

  public init(contract: ContractID, lots: Int64, cost: Int128) {
    self.contract = contract
    self.lots = lots
    self.cost = cost
  }
}

/// Where a pool stands. Each phase carries just what is true in it.
public enum PoolPhase: Hashable, Sendable {
  /// Opened, without legs.
  case empty
  case open
  /// Equity is below the warning multiple of maintenance.
  case warning(since: Timestamp)
  /// Equity fell below maintenance; only reductions, top-ups and the engine's own steps are allowed.
  case liquidating(since: Timestamp)
  /// Flat with less than nothing: the deficit is on its way down the waterfall.
  case bankrupt(deficit: Int128)
  /// For ever; another pool needs another name.
  case closed(at: Timestamp)
}

public struct Freeze: Hashable, Sendable {
  public let since: Timestamp
  public let reason: FreezeReason
}

/// Settled profit of a pool in one market, smallest units; a loss is negative.
public struct MarketResult: Hashable, Sendable, BitwiseCopyable {
  public let market: MarketID
  public internal(set) var amount: Int128
}

/// What an owner fixes when a pool is opened.
public struct PoolTerms: Hashable, Sendable {
  public let name: String
  public let owner: OwnerID
  /// Everything in the pool settles in it.
  public let asset: Asset
  /// Gross exposure over equity that initial margin enforces; nil for the rule's own. It never
  /// touches maintenance.
  public let leverageCap: Ratio?
  public let role: PoolRole
  /// Other assets that may be pledged; none by default.
  public let accepted: [CollateralRule]

  public init(
    name: String, owner: OwnerID, asset: Asset, leverageCap: Ratio? = nil,
    role: PoolRole = .position, accepted: [CollateralRule] = []
  ) {
    self.name = name
    self.owner = owner
    self.asset = asset
    self.leverageCap = leverageCap
    self.role = role
    self.accepted = accepted
  }
}

public enum PoolRole: Hashable, Sendable {
  /// A position or strategy that may be deleveraged leg by leg.
  case position
  /// Legs that hedge each other: never deleveraged singly, so passed over while they offset.
  case hedge
  /// Takes over what liquidation cannot close. The cap, smallest units, is what it may lose in all, at
  /// the takeover and at every mark after it: no more than that is ever moved in, less what has been
  /// moved out, so that what a gap costs beyond it falls on the funds and the winners as of any pool.
  case backstop(lossCap: Int128)
}

/// One isolated pool: collateral, legs, and nothing that anybody else can reach.
public struct Pool: Hashable, Sendable {
  public let id: PoolID
  public let terms: PoolTerms
  public let opened: Timestamp
  /// Place of its asset among the ledger's books.
  let book: Int

  public internal(set) var phase: PoolPhase = .empty
  /// Its prices cannot be trusted: only top-up and reduction are allowed meanwhile.
  public internal(set) var freeze: Freeze?
  public internal(set) var leverageCap: Ratio?
  /// C, smallest units: after premia and settled profit; below 0 only with legs that are worth more,
  /// or on the way through bankruptcy.
  public internal(set) var collateral: Int128 = 0
  /// Pledged in other assets, in the order in which they first came.
  public internal(set) var pledged: [Money] = []
  /// In the order of contract numbers; never a leg of zero lots.
  public internal(set) var legs: [Leg] = []

  /// Moved in by the owner, and moved out to the owner, over the life of the pool; what is left at
  /// the close included.
  public internal(set) var paidIn: Int128 = 0
  public internal(set) var paidOut: Int128 = 0
  /// Of what has gone through the collateral since the pool was opened.
  public internal(set) var realised: Int128 = 0
  public internal(set) var funding: Int128 = 0
  public internal(set) var charges: Int128 = 0
  /// What each market that the pool has traded paid into its collateral, less fees: whose insurance
  /// answers for its losses, when the legs that made them are gone too.
  public internal(set) var results: [MarketResult] = []

  init(id: PoolID, terms: PoolTerms, opened: Timestamp, book: Int) {
    self.id = id
    self.terms = terms
    self.opened = opened
    self.book = book
    leverageCap = terms.leverageCap
  }

  public func leg(_ contract: ContractID) -> Leg? {
    place(of: contract).map { legs[$0] }
  }

  public func pledged(_ asset: Asset) -> Int128 {
    pledged.first { $0.asset == asset }?.minorUnits ?? 0
  }

  mutating func add(_ amount: Int128, pledgedIn asset: Asset) {
    if let place = pledged.firstIndex(where: { $0.asset == asset }) {
      pledged[place] = Money(
        minorUnits: pledged[place].minorUnits + amount, asset: asset)
    } else {
      pledged.append(Money(minorUnits: amount, asset: asset))
    }
  }

  func place(of contract: ContractID) -> Int? {
    legs.firstIndex { $0.contract == contract }
  }

  public var isClosed: Bool {
    if case .closed = phase { return true }
    return false
  }

  public var isLiquidating: Bool {
    if case .liquidating = phase { return true }
    return false
  }

  public var isBackstop: Bool {
    if case .backstop = terms.role { return true }
    return false
  }

  mutating func note(_ amount: Int128, of market: MarketID) {
    if let place = results.firstIndex(where: { $0.market == market }) {
      results[place].amount += amount
    } else {
      results.append(MarketResult(market: market, amount: amount))
    }
  }

  mutating func change(_ contract: ContractID, lots: Int64, cost: Int128) {
    if let place = place(of: contract) {
      legs[place].lots += lots
      legs[place].cost += cost
      if legs[place].lots == 0 {
        precondition(
          legs[place].cost == 0, "pool \(id.number): a flat leg kept a cost of \(legs[place].cost)")
        legs.remove(at: place)
      }
    } else {
      let place = legs.firstIndex { $0.contract > contract } ?? legs.count
      legs.insert(Leg(contract: contract, lots: lots, cost: cost), at: place)
    }
  }
}
