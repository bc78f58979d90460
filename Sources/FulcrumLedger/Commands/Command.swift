public import FulcrumModel

/// An order: it may be refused. The same key twice is one command.
public struct Command: Hashable, Sendable {
  public let id: CommandID
  /// By the issuer's clock; the engine has none.
  public let issuedAt: Timestamp
  public let action: Action

  public init(id: CommandID, issuedAt: Timestamp, action: Action) {
    self.id = id
    self.issuedAt = issuedAt
    self.action = action
  }

  public enum Action: Hashable, Sendable {
    case openOwner(name: String)
    case list(Instrument)
    case setRules(LedgerRules)
    case deposit(OwnerID, Money)
    case withdraw(OwnerID, Money)
    case endow(Fund, Money)
    case openPool(PoolTerms)
    /// Wallet to pool: first funding and top-up alike.
    case fund(PoolID, Money)
    /// Pool to wallet, as far as it is free.
    case release(PoolID, Money)
    case trade(PoolID, Trade)
    case capLeverage(PoolID, Ratio?)
    case charge(PoolID, Money, Charge)
    case freeze(PoolID)
    case thaw(PoolID)
    /// Sweeps a flat pool to its owner's wallet, for ever.
    case close(PoolID)
    /// A delivery price by the operator's word, where no window of prints gave one.
    case deliver(ContractID, Price)
    case mark(MarketTick)
  }

  /// When what it does happens: the instant of the market that it brings, or of its issue.
  public var effectiveAt: Timestamp {
    if case .mark(let tick) = action { return tick.board.asOf }
    return issuedAt
  }
}

/// A fill as the venue reports it.
public struct Trade: Hashable, Sendable {
  public let contract: ContractID
  public let lots: Int64
  /// In the contract's own quotation.
  public let price: Price
  /// Paid by the pool; a rebate is negative.
  public let fee: Money
  public let admission: Admission

  public enum Admission: UInt8, Hashable, Sendable, CaseIterable {
    /// Refused where the pool could not carry it.
    case checked
    /// It has happened at the venue already: recorded whatever the margin says.
    case recorded
    /// Refused unless it makes the leg smaller.
    case reduceOnly
  }

  public init(
    contract: ContractID, lots: Int64, price: Price, fee: Money, admission: Admission = .checked
  ) {
    self.contract = contract
    self.lots = lots
    self.price = price
    self.fee = fee
    self.admission = admission
  }
}

/// One instant of the market with what accrued up to it, as the engine takes it.
public struct MarketTick: Hashable, Sendable {
  public let board: MarkBoard
  public let accruals: [Accrual]
  /// Index of each market, for the averaging window before an expiry.
  public let indices: [IndexOfMarket]

  public init(board: MarkBoard, accruals: [Accrual] = [], indices: [IndexOfMarket] = []) {
    self.board = board
    self.accruals = accruals
    self.indices = indices
  }
}

public struct IndexOfMarket: Hashable, Sendable {
  public let market: MarketID
  public let price: Price

  public init(market: MarketID, price: Price) {
    self.market = market
    self.price = price
  }
}

/// Money that passes with time.
public enum Accrual: Hashable, Sendable {
  /// Paid by a long for each unit of mark value since the last accrual; negative: received.
  case funding(ContractID, rate: Ratio)
  /// Paid by pools on collateral below zero, for the time since the last accrual.
  case interest(Asset, rate: Ratio)
}
