public import FulcrumModel

/// In what a batch of option prices is quoted.
public enum QuoteUnit: String, Hashable, Sendable, CaseIterable {
  /// Undiscounted USD per coin of option.
  case usd
  /// Coins per coin of option, c = B/F.
  case coin
}

/// Many quotes, one array a field: the batch form of `ImpliedVolatility.solve`.
///
/// Invariant: all arrays have the same length; who replaces a writable column keeps its length, which
/// every batch call checks.
public struct QuoteColumns: Sendable {
  public private(set) var rights: [OptionRight] = []
  package private(set) var signs: [Double] = []
  /// F, USD per coin.
  public var forwards: [Double] = []
  /// K, USD per coin.
  public private(set) var strikes: [Double] = []
  /// T, years of 365 days.
  public var years: [Double] = []
  /// The quotes, in the unit that the call names.
  public var prices: [Double] = []

  /// No quotes yet.
  public init() {}

  /// The number of rows.
  public var count: Int { rights.count }

  public mutating func append(
    right: OptionRight, forward: Double, strike: Double, years: Double, price: Double
  ) {
    rights.append(right)
    signs.append(right.sign)
    forwards.append(forward)
    strikes.append(strike)
    self.years.append(years)
    prices.append(price)
  }

  /// - Throws: `PricingError.columnsDiffer` for the first column whose length is not `count`.
  package func requireOneLength() throws(PricingError) {
    try requireLength(forwards, "forwards", count)
    try requireLength(years, "years", count)
    try requireLength(prices, "prices", count)
  }

  /// - Throws: `PricingError.outOfDomain` for the first field of the row that is not finite or, the
  ///   price apart, below 0.
  func validate(_ row: Int) throws(PricingError) {
    try requireNonNegative(forwards[row], "forward")
    try requireNonNegative(strikes[row], "strike")
    try requireNonNegative(years[row], "years")
    try requireFinite(prices[row], "price")
  }
}

/// What a quote says of volatility.
public enum QuoteStatus: UInt8, Hashable, Sendable, CaseIterable {
  case ok
  /// There is a volatility, but one tick of price is worth more than a vol point.
  case lowVega
  /// The price is the intrinsic value: σ = 0.
  case atIntrinsic
  /// No volatility: the price is below the intrinsic value.
  case belowIntrinsic
  /// No volatility: the time value reaches min(F, K), or T = 0 with time value left.
  case aboveMaximum
  /// No volatility: an input is not finite, or F, K or T is negative; see `refused`.
  case refused
}

/// Implied volatilities of a batch, rows in the order of the quotes.
public struct QuoteVolatilityColumns: Sendable {
  public package(set) var statuses: [QuoteStatus] = []
  /// σ, 1 = 100 % a year; 0 where the status has no volatility, which is no value there.
  public package(set) var volatilities: [Double] = []
  /// ∂B/∂σ at the solution, USD per coin and 1.00 of volatility; 0 where there is none.
  public package(set) var vegas: [Double] = []
  /// δσ = ½ tick/vega; 0 where `errorBar(row)` is nil.
  public package(set) var errorBars: [Double] = []
  /// The refused rows and why, ascending.
  public package(set) var refused: [RefusedRow] = []

  /// No results yet; the first batch makes room, later ones of that size reuse it.
  public init() {}

  public var count: Int { statuses.count }

  /// σ of a row; nil where its status has none.
  public func volatility(_ row: Int) -> Double? {
    guard statuses.indices.contains(row) else { return nil }
    return switch statuses[row] {
    case .ok, .lowVega, .atIntrinsic: volatilities[row]
    case .belowIntrinsic, .aboveMaximum, .refused: nil
    }
  }

  /// What half a tick moves the volatility; nil where the price resolves none.
  public func errorBar(_ row: Int) -> Double? {
    guard statuses.indices.contains(row), errorBars[row] > 0 else { return nil }
    return errorBars[row]
  }

  package mutating func resize(to rows: Int) {
    refused = []
    guard count != rows else { return }
    let blank = [Double](repeating: 0, count: rows)
    statuses = [QuoteStatus](repeating: .ok, count: rows)
    volatilities = blank
    vegas = blank
    errorBars = blank
  }
}
