/// When an index first touches a barrier: probabilities and expected times under geometric Brownian
/// motion, with one barrier or two, and under Kou's jumps (leverage-math 3.5).
///
///     dS = μS dt + σS dW,   ν = μ − σ²/2,   τ = the first time at or beyond the barrier
///
/// The barrier is watched continuously. Risk is measured with μ = 0: a drift is never used to make
/// a liquidation look unlikely.
public enum FirstPassage {
  /// E[τ], which is infinite where the barrier may never be touched, or is touched surely but at a
  /// time without a mean.
  public enum ExpectedTime: Hashable, Sendable {
    /// Years, 0 or greater.
    case years(Double)
    /// Larger than every number of years.
    case unbounded
  }

  /// Where a barrier lies as seen from the spot it was set for.
  public enum Side: Hashable, Sendable, CaseIterable {
    /// Touched when the index falls to it or starts at or below it.
    case down
    /// Touched when the index rises to it or starts at or above it.
    case up
  }

  /// The largest volatility, drift or time that is accepted: nothing computed from three of them
  /// leaves the range of a double.
  static let largestInput = 1e50

  static func requireRate(_ value: Double, _ field: String) throws(PricingError) {
    guard value.magnitude <= largestInput else {
      throw .outOfDomain(field: field, seen: value, allowed: "a number between -1e50 and 1e50")
    }
  }

  static func requireSize(_ value: Double, _ field: String) throws(PricingError) {
    guard value >= 0, value <= largestInput else {
      throw .outOfDomain(field: field, seen: value, allowed: "a number from 0 to 1e50")
    }
  }

  /// ln(target/spot) with relative accuracy, also when the two are close.
  static func logRatio(_ target: Double, _ spot: Double) -> Double {
    target >= spot
      ? OutOfTheMoney.logMoneyness(lo: spot, hi: target)
      : -OutOfTheMoney.logMoneyness(lo: target, hi: spot)
  }
}
