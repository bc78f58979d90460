/// Which positions Hyperliquid reduces first when an account is under water.
///
/// index = (mark/entry)^side · notional/accountValue, side +1 long and −1 short, the highest first.
/// The documentation prints mark/entry for both sides; it measures profit for longs only, so shorts
/// take entry/mark here (decision 0022).
///
/// - Source: hyperliquid.gitbook.io, trading/auto-deleveraging.
public enum HyperliquidDeleveraging {
  public struct Candidate: Hashable, Sendable {
    public var id: String
    public var isLong: Bool
    /// USD per coin, > 0.
    public var mark: Double
    public var entry: Double
    /// USD, ≥ 0.
    public var notional: Double
    /// Of the whole account, USD, > 0: an account under water is liquidated, not deleveraged.
    public var accountValue: Double

    public init(
      id: String, isLong: Bool, mark: Double, entry: Double, notional: Double,
      accountValue: Double
    ) {
      self.id = id
      self.isLong = isLong
      self.mark = mark
      self.entry = entry
      self.notional = notional
      self.accountValue = accountValue
    }
  }

  public static func index(_ candidate: Candidate) throws(VenueRuleError) -> Double {
    try VenueInput.positive(candidate.mark, "mark")
    try VenueInput.positive(candidate.entry, "entry")
    try VenueInput.nonNegative(candidate.notional, "notional")
    try VenueInput.positive(candidate.accountValue, "accountValue")
    let profit =
      candidate.isLong ? candidate.mark / candidate.entry : candidate.entry / candidate.mark
    return profit * (candidate.notional / candidate.accountValue)
  }

  /// Ids, first reduced first; ties by id.
  public static func order(_ candidates: [Candidate]) throws(VenueRuleError) -> [String] {
    var ranked: [(index: Double, id: String)] = []
    for candidate in candidates { ranked.append((try index(candidate), candidate.id)) }
    return ranked.sorted { a, b in a.index != b.index ? a.index > b.index : a.id < b.id }
      .map(\.id)
  }
}
