/// Open, high, low and close of one interval, quote currency, checked.
///
/// Invariant: 0 < low ≤ min(open, close) ≤ max(open, close) ≤ high, all finite.
public struct PriceBar: Hashable, Sendable {
  public let open: Double
  public let high: Double
  public let low: Double
  public let close: Double

  /// - Throws: `PricingError.outOfDomain` naming the price that breaks the invariant.
  public init(open: Double, high: Double, low: Double, close: Double) throws(PricingError) {
    try requirePositive(open, "open")
    try requirePositive(high, "high")
    try requirePositive(low, "low")
    try requirePositive(close, "close")
    guard low <= min(open, close) else {
      throw .outOfDomain(
        field: "low", seen: low, allowed: "at most open and close, \(min(open, close))")
    }
    guard high >= max(open, close) else {
      throw .outOfDomain(
        field: "high", seen: high, allowed: "at least open and close, \(max(open, close))")
    }
    self.open = open
    self.high = high
    self.low = low
    self.close = close
  }

  /// - Precondition: the invariant holds.
  init(unchecked open: Double, _ high: Double, _ low: Double, _ close: Double) {
    self.open = open
    self.high = high
    self.low = low
    self.close = close
  }

  /// A bar of which only one price is known; range estimators see no range in it.
  public init(price: Double) throws(PricingError) {
    try self.init(open: price, high: price, low: price, close: price)
  }
}
