public import FulcrumModel

/// The one currency that a pool is kept and margined in.
public enum PoolCurrency: String, Hashable, Sendable, CaseIterable {
  /// USD or a USD stablecoin.
  case usd = "USD"
  /// The underlying coin.
  case coin = "COIN"

  /// The settlement style that a pool of this currency can hold.
  public var settlement: Settlement { self == .usd ? .linear : .inverse }
}

/// One contract held in a pool, with the market that values it: all numbers as doubles.
public struct RiskLeg: Hashable, Sendable {
  /// What the contract pays.
  public enum Contract: Hashable, Sendable {
    /// Strike in USD > 0 (0 is the limit); years ≥ 0 to expiry (0: expired, valued at intrinsic);
    /// volatility ≥ 0 as a ratio (0.65).
    case option(OptionRight, strike: Double, years: Double, volatility: Double)
    /// Entry price in USD > 0; years to expiry, nil for a perpetual.
    case future(entry: Double, years: Double?)
  }

  public var contract: Contract
  /// Linear in a USD pool, inverse in a coin pool.
  public var settlement: Settlement
  /// USD per coin: the forward of the option's expiry, or the mark of a future.
  public var forward: Double
  /// n: signed contracts, + long.
  public var quantity: Double
  /// m: coins per contract; for an inverse future or perpetual A, its face in USD.
  public var size: Double
  /// Which of the pool's underlyings this is on: an index into `RiskPool.indices`.
  public var underlying: Int

  public init(
    contract: Contract, settlement: Settlement, forward: Double, quantity: Double,
    size: Double = 1, underlying: Int = 0
  ) {
    self.contract = contract
    self.settlement = settlement
    self.forward = forward
    self.quantity = quantity
    self.size = size
    self.underlying = underlying
  }

  /// n·m in coins (n·A in USD for an inverse future), signed.
  public var signedSize: Double { quantity * size }

  public var isOption: Bool {
    if case .option = contract { return true }
    return false
  }
}

/// An isolated pool: legs, cash, one currency (leverage-math 2.1).
///
/// Nothing outside the pool pays for it and nothing in it pays for others. Cash is after premia paid
/// or received and realised profit. A USD pool may hold several underlyings; a coin pool has one.
public struct RiskPool: Hashable, Sendable {
  /// S of each underlying, USD per coin, > 0.
  public var indices: [Double]
  public var currency: PoolCurrency
  /// C in the pool's currency; negative when borrowed.
  public var cash: Double
  public var legs: [RiskLeg]

  public init(indices: [Double], currency: PoolCurrency, cash: Double, legs: [RiskLeg]) {
    self.indices = indices
    self.currency = currency
    self.cash = cash
    self.legs = legs
  }

  /// A pool on one underlying.
  public init(index: Double, currency: PoolCurrency, cash: Double, legs: [RiskLeg]) {
    self.init(indices: [index], currency: currency, cash: cash, legs: legs)
  }

  /// USD per unit of the pool's currency: 1, or the index of a coin pool's coin.
  public var usdPerUnit: Double { currency == .usd ? 1 : indices.first ?? 1 }
}
