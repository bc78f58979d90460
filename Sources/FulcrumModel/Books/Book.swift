/// A signed holding of one instrument.
public struct Position: Hashable, Sendable {
  public let instrument: Instrument
  public let size: SignedLots
  /// Average entry price in the instrument's own quotation; nil where the file does not say.
  public let entry: Price?
  public let venue: VenuePosition

  public init(
    instrument: Instrument, size: SignedLots, entry: Price?, venue: VenuePosition = VenuePosition()
  ) {
    self.instrument = instrument
    self.size = size
    self.entry = entry
    self.venue = venue
  }

  /// n of leverage-math 0: signed contracts.
  public var contracts: Double { instrument.contracts(size) }
}

/// What the venue itself said of a position, in its settlement currency: shown beside our numbers,
/// never used in their place without saying so.
public struct VenuePosition: Hashable, Sendable {
  public var mark: Price?
  public var index: Price?
  /// The whole position's delta, coins.
  public var delta: Double?
  public var initialMargin: ExactDecimal?
  public var maintenanceMargin: ExactDecimal?
  public var leverage: Double?
  public var liquidationPrice: Price?
  /// What the venue or the file calls the position's notional.
  public var notional: Double?
  /// `isolated` or `cross`, where stated.
  public var marginMode: String?

  public init() {}
}

/// What is known of the money inside a pool.
public enum Collateral: Hashable, Sendable {
  /// C of leverage-math 0: cash after premia paid and received and realised profit.
  case cash(Money)
  /// E of leverage-math 0: cash plus the marked value of every leg; cash follows from the marks.
  case equity(Money)
  /// Nobody said. A pool of long options alone has paid its premium and needs none.
  case unknown
}

/// One position or one strategy with collateral of its own: nothing outside pays for it, and
/// nothing inside pays for others.
public struct IsolatedPool: Hashable, Sendable {
  public let id: String
  /// The owner's name for the strategy, where given.
  public let strategy: String?
  /// What collateral and profit are counted in. All its legs settle in it.
  public let currency: Asset
  public let collateral: Collateral
  public let positions: [Position]
  /// Legs of the pool that an error kept out of `positions`. Above 0, the figures of the pool are
  /// those of the legs that remain, not of what its owner holds.
  public let leftOut: Int

  public init(
    id: String, strategy: String?, currency: Asset, collateral: Collateral, positions: [Position],
    leftOut: Int = 0
  ) {
    self.id = id
    self.strategy = strategy
    self.currency = currency
    self.collateral = collateral
    self.positions = positions
    self.leftOut = leftOut
  }
}

/// Who says what an account holds.
public enum AccountEquityOrigin: Hashable, Sendable {
  /// An account summary of the venue.
  case summary
  /// The book itself.
  case book
}

/// Every pool of one owner, and what the account as a whole holds where that is known.
public struct Book: Hashable, Sendable {
  public let pools: [IsolatedPool]
  /// Equity of the account by currency, of either sign: the base of account leverage, of money at
  /// risk and of growth, never a pool's collateral. Empty where nobody stated it.
  public let accountEquity: [Asset: Money]
  /// Who stated `accountEquity`; means nothing where that is empty.
  public let accountEquityOrigin: AccountEquityOrigin

  public init(
    pools: [IsolatedPool], accountEquity: [Asset: Money] = [:],
    accountEquityOrigin: AccountEquityOrigin = .summary
  ) {
    self.pools = pools
    self.accountEquity = accountEquity
    self.accountEquityOrigin = accountEquityOrigin
  }

  public var legCount: Int { pools.reduce(0) { $0 + $1.positions.count } }
}
