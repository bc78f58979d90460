public import FulcrumModel

/// What happened, complete in itself: amounts, never a recipe. Cases are added, never changed.
///
/// Rare facts with much in them are kept apart, so that the frequent ones stay small.
public enum Fact: Hashable, Sendable {
  case ownerOpened(OwnerID, name: String)
  indirect case contractListed(ContractID, Instrument)
  indirect case rulesSet(LedgerRules)
  case deposited(OwnerID, Money)
  case withdrawn(OwnerID, Money)
  /// From outside into a fund that stands behind others.
  case endowed(Fund, Money)

  indirect case poolOpened(PoolID, PoolTerms)
  /// Wallet to pool, smallest units > 0.
  case funded(PoolID, Int128)
  /// Pool to wallet.
  case released(PoolID, Int128)
  /// Wallet to pool, and back, in another asset that the pool accepts.
  case pledged(PoolID, Money)
  case unpledged(PoolID, Money)
  case leverageCapped(PoolID, Ratio?)
  case filled(PoolID, Fill)
  /// + a debit of the pool.
  case charged(PoolID, Int128, Charge)

  /// A market was accepted; `source` is the digest of what was read.
  case ticked(at: Timestamp, ruleSet: String, source: [UInt8])
  /// + a credit of the pool; `dust` is the rounding that went to the sink.
  case accrued(PoolID, ContractID, Int128, dust: Int128)
  /// An index print inside the averaging window before an expiry.
  case sampled(MarketID, expiry: Timestamp, price: Price)
  case priced(ContractID, delivery: Price)
  case settled(PoolID, Fill)
  /// Pledged collateral sold into the pool's own asset at its credit, to cover a loss.
  case converted(PoolID, Money, into: Int128)
  case frozen(PoolID, FreezeReason)
  case thawed(PoolID)
  case warned(PoolID, Health)
  case calmed(PoolID, Health)
  case liquidationBegan(PoolID, Health)
  case liquidationEnded(PoolID, Health)
  case liquidated(PoolID, Fill)
  indirect case backstopped(PoolID, by: PoolID, Takeover)
  case bankrupted(PoolID, deficit: Int128)
  case insuranceDrawn(PoolID, MarketID, Int128)
  case commonDrawn(PoolID, Int128)
  indirect case deleveraged(Deleveraging)
  indirect case haircut(Haircut)
  /// What nothing was left to pay: recognised, never hidden.
  case shortfall(PoolID, Int128)
  case closed(PoolID)

  /// A command that a balance or the market refused; it changes nothing but that its key is spent.
  case refused(code: String, detail: String)
}

extension Fact {
  /// The pools whose money or legs a fact moves: at most two.
  var pools: (PoolID?, PoolID?) {
    switch self {
    case .filled(let id, _), .settled(let id, _), .liquidated(let id, _), .funded(let id, _),
      .released(let id, _), .charged(let id, _, _), .accrued(let id, _, _, _),
      .converted(let id, _, _), .insuranceDrawn(let id, _, _), .commonDrawn(let id, _),
      .shortfall(let id, _), .closed(let id):
      (id, nil)
    case .backstopped(let id, let backstop, _): (id, backstop)
    case .deleveraged(let step): (step.bankrupt, step.counterparty)
    case .haircut(let cut): (cut.bankrupt, cut.winner)
    case .ownerOpened, .contractListed, .rulesSet, .deposited, .withdrawn, .endowed, .poolOpened,
      .pledged, .unpledged, .leverageCapped, .ticked, .sampled, .priced, .frozen, .thawed,
      .warned, .calmed, .liquidationBegan, .liquidationEnded, .bankrupted, .refused:
      (nil, nil)
    }
  }
}

public enum Fund: Hashable, Sendable {
  case insurance(MarketID)
  case common
}

public enum Charge: UInt8, Hashable, Sendable, CaseIterable {
  case fee, interest
}

public enum FreezeReason: UInt8, Hashable, Sendable, CaseIterable {
  /// No mark of a leg, or one too old.
  case missing, stale
  /// Sources differ by more than allowed, or are too few.
  case divergent
  /// An expired leg without a delivery price.
  case undelivered
  /// By the operator's order.
  case ordered
}

/// Equity and what it is measured against, smallest units of the pool's asset.
public struct Health: Hashable, Sendable, BitwiseCopyable {
  public let equity: Int128
  public let initial: Int128
  public let maintenance: Int128

  public init(equity: Int128, initial: Int128, maintenance: Int128) {
    self.equity = equity
    self.initial = initial
    self.maintenance = maintenance
  }

  /// H: equity − maintenance. Zero is healthy.
  public var excess: Int128 { equity - maintenance }
}

/// A trade of one leg as it entered the pool.
public struct Fill: Hashable, Sendable {
  public let contract: ContractID
  public let lots: Int64
  public let price: Price
  /// Into the collateral: premium, or the profit settled by closing; rounded down.
  public let cash: Int128
  /// What rounding left over, to the sink: 0 or 1.
  public let dust: Int128
  /// Change of the leg's cost.
  public let cost: Int128
  /// Profit settled, for the reader: of an option, cash less the premium released.
  public let realised: Int128
  /// Paid by the pool, ≥ 0 (a rebate is negative).
  public let fee: Int128

  public init(
    contract: ContractID, lots: Int64, price: Price, cash: Int128, dust: Int128, cost: Int128,
    realised: Int128, fee: Int128
  ) {
    self.contract = contract
    self.lots = lots
    self.price = price
    self.cash = cash
    self.dust = dust
    self.cost = cost
    self.realised = realised
    self.fee = fee
  }
}

/// A pool's legs and collateral passing to the backstop at the price where the pool is worth nothing.
public struct Takeover: Hashable, Sendable {
  public let legs: [Leg]
  public let collateral: Int128
  /// Profit settled where a leg met its opposite at the backstop and both went flat.
  public let netted: Int128
  /// Equity at the mark that went with them; negative where the backstop takes a loss.
  public let equity: Int128

  public init(
    legs: [Leg], collateral: Int128, netted: Int128, equity: Int128
  ) {
    self.legs = legs
    self.collateral = collateral
    self.netted = netted
    self.equity = equity
  }
}

/// One step of auto-deleveraging: lots pass from a bankrupt pool to one on the other side.
public struct Deleveraging: Hashable, Sendable {
  public let bankrupt: PoolID
  public let counterparty: PoolID
  /// The bankrupt pool's side.
  public let closing: Fill
  /// The counterparty's side.
  public let reducing: Fill
  /// L: the exposure over equity that every reduced pool is left with, as equity and lots:
  /// lots ≤ capLots · equity / capEquity.
  public let capLots: Int128
  public let capEquity: Int128

  public init(
    bankrupt: PoolID, counterparty: PoolID, closing: Fill, reducing: Fill,
    cap: (lots: Int128, equity: Int128)
  ) {
    self.bankrupt = bankrupt
    self.counterparty = counterparty
    self.closing = closing
    self.reducing = reducing
    capLots = cap.lots
    capEquity = cap.equity
  }
}

/// A winner's part of a loss that deleveraging could not place.
public struct Haircut: Hashable, Sendable {
  public let bankrupt: PoolID
  public let winner: PoolID
  public let contract: ContractID
  public let amount: Int128
  /// Whether the amount came off the profit not yet settled (futures) or out of collateral (options,
  /// whose premium is settled already).
  public let fromCost: Bool

  public init(
    bankrupt: PoolID, winner: PoolID, contract: ContractID, amount: Int128, fromCost: Bool
  ) {
    self.bankrupt = bankrupt
    self.winner = winner
    self.contract = contract
    self.amount = amount
    self.fromCost = fromCost
  }
}

/// A fact with its place in history.
public struct Event: Hashable, Sendable {
  /// Contiguous from 1.
  public let sequence: UInt64
  public let cause: CommandID
  public let at: Timestamp
  public let fact: Fact

  public init(sequence: UInt64, cause: CommandID, at: Timestamp, fact: Fact) {
    self.sequence = sequence
    self.cause = cause
    self.at = at
    self.fact = fact
  }
}
