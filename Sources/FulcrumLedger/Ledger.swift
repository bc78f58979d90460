public import FulcrumModel

/// The whole truth about who holds what: owners, wallets, contracts, pools and funds.
///
/// A value: two ledgers that saw the same facts are equal to the last bit. Nothing outside `apply`
/// changes it, and `apply` only adds integers that the facts carry.
public struct Ledger: Hashable, Sendable {
  /// Largest amount a command may name, smallest units: sums of 10¹¹ such amounts stay inside 128
  /// bits, so that nothing below can overflow.
  public static let amountLimit: Int128 = 1_000_000_000_000_000_000_000_000_000
  /// Largest size of a leg, in lots: exact in a double as well.
  public static let lotsLimit: Int64 = 1 << 50

  /// Sequence of the last fact applied; 0 before the first.
  public internal(set) var sequence: UInt64 = 0
  public internal(set) var rules: LedgerRules = .standard
  /// Instant of the last accepted market and the digest of its source.
  public internal(set) var marketAsOf: Timestamp?
  public internal(set) var marketSource: [UInt8] = []
  /// The margin rule that it was accepted with.
  public internal(set) var marketRuleSet = ""

  public internal(set) var owners: [Owner] = []
  public internal(set) var contracts: [ListedContract] = []
  public internal(set) var markets: [Market] = []
  public internal(set) var pools: [Pool] = []
  public internal(set) var books: [AssetBook] = []
  public internal(set) var samples: [SettlementWindow] = []

  var ownerNumbers: [String: OwnerID] = [:]
  var contractNumbers: [InstrumentID: ContractID] = [:]
  var poolNumbers: [String: PoolID] = [:]
  /// Backstop pools by book; few, so a list.
  var backstops: [PoolID] = []

  public init() {}

  public func owner(named name: String) -> OwnerID? { ownerNumbers[name] }
  public func contract(_ id: InstrumentID) -> ContractID? { contractNumbers[id] }
  public func pool(named name: String) -> PoolID? { poolNumbers[name] }

  public func owner(_ id: OwnerID) -> Owner? {
    Int(id.number) < owners.count ? owners[Int(id.number)] : nil
  }
  public func pool(_ id: PoolID) -> Pool? { id.place < pools.count ? pools[id.place] : nil }
  public func contract(_ id: ContractID) -> ListedContract? {
    id.place < contracts.count ? contracts[id.place] : nil
  }
  public func market(_ id: MarketID) -> Market? {
    id.place < markets.count ? markets[id.place] : nil
  }
  public func market(_ underlying: Underlying, settledIn asset: Asset) -> MarketID? {
    markets.first { $0.underlying == underlying && $0.asset == asset }?.id
  }
  public func book(_ asset: Asset) -> AssetBook? { bookPlace(asset).map { books[$0] } }
  /// Assets are few: looking through them costs less than hashing one.
  func bookPlace(_ asset: Asset) -> Int? { books.firstIndex { $0.asset == asset } }

  public func wallet(_ owner: OwnerID, _ asset: Asset) -> Int128 {
    self.owner(owner)?.wallets.first { $0.asset == asset }?.minorUnits ?? 0
  }
}

public struct Owner: Hashable, Sendable {
  public let id: OwnerID
  public let name: String
  /// One amount an asset, in the order in which they first appeared.
  public internal(set) var wallets: [Money] = []
}

/// A contract as the ledger trades it: its terms never change.
public struct ListedContract: Hashable, Sendable {
  public let id: ContractID
  public let instrument: Instrument
  public let market: MarketID
  let book: Int
  let arithmetic: ContractArithmetic
  /// The price that its expiry settles at, once there is one.
  public internal(set) var delivery: Price?
  /// Pools with a leg of it.
  public internal(set) var holders = 0

  public var isOption: Bool { instrument.isOption }

  /// All but puts.
  var risesWithUnderlying: Bool {
    if case .option(.put, _, _) = instrument.kind { return false }
    return true
  }
}

/// One coin against one settlement asset, with the insurance fund of its contracts.
public struct Market: Hashable, Sendable {
  public let id: MarketID
  public let underlying: Underlying
  public let asset: Asset
  let book: Int
  public internal(set) var insurance: Int128 = 0
}

/// Index prints gathered in the averaging window before one expiry of one market.
public struct SettlementWindow: Hashable, Sendable {
  public let market: MarketID
  public let expiry: Timestamp
  public internal(set) var prints: [Sample] = []

  public struct Sample: Hashable, Sendable {
    public let at: Timestamp
    public let price: Price
  }
}

/// All balances of one asset. The totals of wallets, pools and funds are kept beside the accounts
/// themselves, so that their sum can be checked after every fact at no cost.
public struct AssetBook: Hashable, Sendable {
  public let asset: Asset
  /// − deposits + withdrawals.
  public internal(set) var outside: Int128 = 0
  public internal(set) var wallets: Int128 = 0
  public internal(set) var pools: Int128 = 0
  public internal(set) var insurance: Int128 = 0
  public internal(set) var common: Int128 = 0
  public internal(set) var fees: Int128 = 0
  public internal(set) var rounding: Int128 = 0
  public internal(set) var clearing: Int128 = 0
  public internal(set) var shortfall: Int128 = 0
  /// Pools of the asset that are flat below zero: until the next mark has resolved them, nothing leaves
  /// another pool of it.
  public internal(set) var indebted = 0

  /// Zero, or value was made or lost.
  public var sum: Int128 {
    outside + wallets + pools + insurance + common + fees + rounding + clearing + shortfall
  }
}
