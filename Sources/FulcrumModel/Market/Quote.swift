/// What a venue said of one instrument at one instant. Absent is absent, never zero.
public struct Quote: Hashable, Sendable {
  public var instrument: Instrument
  public var asOf: Timestamp
  /// Prices in the instrument's own quotation: coin per coin for inverse options, USD otherwise.
  public var bid: Price?
  public var ask: Price?
  /// Contracts bid for and offered at those prices, in the venue's unit.
  public var bidSize: Double?
  public var askSize: Double?
  public var mark: Price?
  public var last: Price?
  /// Implied volatilities, 1 = 100 % a year.
  public var markVolatility: Double?
  public var bidVolatility: Double?
  public var askVolatility: Double?
  /// The forward of the option's own expiry, USD per coin, and what the venue calls it.
  public var forward: Price?
  public var forwardName: String?
  /// The index of the coin, USD per coin.
  public var index: Price?
  /// Contracts open, in the venue's unit.
  public var openInterest: Double?
  public var venueGreeks: VenueGreeks?
  /// Of a perpetual: what a long pays per unit of mark value over eight hours at the present rate;
  /// 0.0001 = 0.01 %. Negative: received.
  public var fundingOfEightHours: ExactDecimal?
  /// What its source speaks of: a part that is spoken of and absent is known to be absent, the rest
  /// is unknown.
  public var parts: QuoteParts = .all

  public init(instrument: Instrument, asOf: Timestamp) {
    self.instrument = instrument
    self.asOf = asOf
  }
}

/// The parts of a quote that one reply of a venue speaks of. Most speak of all; some venues spread
/// prices, marks and volatilities over replies of their own.
public struct QuoteParts: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Bid and ask with their sizes, and last.
  public static let trading = QuoteParts(rawValue: 1)
  public static let mark = QuoteParts(rawValue: 2)
  /// Implied volatilities, the forward and the venue's Greeks.
  public static let model = QuoteParts(rawValue: 4)
  public static let openInterest = QuoteParts(rawValue: 8)
  public static let all: QuoteParts = [.trading, .mark, .model, .openInterest]
}

/// Greeks as the venue displays them (leverage-math 1.5, venue figures), for comparison only:
/// nothing is computed from them.
public struct VenueGreeks: Hashable, Sendable {
  public var delta: Double?
  public var gamma: Double?
  /// Per vol point.
  public var vega: Double?
  /// Per day, by the venue's own capping rule.
  public var theta: Double?
  /// Per percentage point of rate.
  public var rho: Double?

  public init(
    delta: Double? = nil, gamma: Double? = nil, vega: Double? = nil, theta: Double? = nil,
    rho: Double? = nil
  ) {
    self.delta = delta
    self.gamma = gamma
    self.vega = vega
    self.theta = theta
    self.rho = rho
  }
}
