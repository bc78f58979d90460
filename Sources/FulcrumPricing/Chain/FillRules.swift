/// Where a forward came from: the stated order in which they are tried.
public enum ForwardSource: String, Hashable, Sendable, CaseIterable {
  /// The venue printed it on the option's own quote.
  case venue
  /// Another quote of the same expiry carries it.
  case sameExpiry
  /// The mark of the listed future with that expiry.
  case listedFuture
  /// Put-call parity across the strikes of that expiry (leverage-math 8.2).
  case parity
  /// Linear in ln(F/S) between the neighbouring expiries.
  case interpolated
  /// The mark of the future or perpetual itself.
  case mark
  /// The middle of bid and ask of the future or perpetual itself.
  case middle
  /// The contract has expired: the index stands for the settlement price until it is fixed.
  case index
  /// The position file carried the mark.
  case positionFile

  public var explanation: String {
    switch self {
    case .venue: "the venue's forward on the option's own quote"
    case .sameExpiry: "the venue's forward on another option of the same expiry"
    case .listedFuture: "mark of the listed future of that expiry"
    case .parity: "put-call parity across the strikes of that expiry"
    case .interpolated: "interpolated in ln(F/S) between neighbouring expiries"
    case .mark: "the contract's own mark"
    case .middle: "middle of the contract's bid and ask, for lack of a mark"
    case .index: "the index, since the contract has expired"
    case .positionFile: "the mark in the position file, for lack of a quote"
    }
  }
}

/// Where an implied volatility came from: the stated order in which they are tried.
public enum VolatilitySource: String, Hashable, Sendable, CaseIterable {
  /// The venue's mark volatility.
  case venue
  /// Solved from the venue's mark price.
  case fromMark
  /// Solved from the middle of bid and ask.
  case fromMiddle
  /// Solved from the mark in the position file.
  case fromPositionFile
  /// The smile fitted to the two-sided quotes of its expiry (leverage-math 8.3).
  case surface
  /// Linear in total variance against ln(K/F) between the neighbouring strikes.
  case interpolated
  /// That of the outermost quoted strike, beyond which nothing is known.
  case nearestStrike
  /// The fitted surface between or beyond its expiries, where this one has no smile at all.
  case surfaceInTime
  /// The option has expired; it has none.
  case expired

  /// Whether it is of the option itself, not of its neighbours.
  public var isOwn: Bool {
    switch self {
    case .venue, .fromMark, .fromMiddle, .fromPositionFile, .expired: true
    case .surface, .interpolated, .nearestStrike, .surfaceInTime: false
    }
  }

  public var explanation: String {
    switch self {
    case .venue: "the venue's mark volatility"
    case .fromMark: "solved from the venue's mark price"
    case .fromMiddle: "solved from the middle of bid and ask"
    case .fromPositionFile: "solved from the mark in the position file"
    case .surface: "the volatility surface fitted to the quotes of its expiry"
    case .interpolated: "interpolated in total variance between neighbouring strikes"
    case .nearestStrike: "taken from the outermost quoted strike"
    case .surfaceInTime: "the volatility surface, in total variance between or beyond its expiries"
    case .expired: "none: the option has expired"
    }
  }
}
