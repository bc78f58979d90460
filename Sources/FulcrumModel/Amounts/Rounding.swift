/// Which way a value that is not a whole number of units goes. Never defaulted: every call names it.
public enum Rounding: Hashable, Sendable, CaseIterable {
  /// Toward −∞: equity, payouts, credits.
  case down
  /// Toward +∞: requirements, fees, debits.
  case up
  /// To the nearest unit, ties to the even one: displays and venue prices.
  case toNearestEven
}

extension Rounding {
  /// numerator / denominator as a whole number. `denominator` > 0.
  public func quotient(_ numerator: Int128, by denominator: Int128) -> Int128 {
    precondition(denominator > 0, "a divisor of \(denominator) is not positive")
    let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
    guard remainder != 0 else { return quotient }
    let floor = remainder < 0 ? quotient - 1 : quotient
    switch self {
    case .down: return floor
    case .up: return floor + 1
    case .toNearestEven:
      let fromFloor = remainder < 0 ? remainder + denominator : remainder
      let toCeiling = denominator - fromFloor
      if fromFloor != toCeiling { return fromFloor < toCeiling ? floor : floor + 1 }
      return floor.isMultiple(of: 2) ? floor : floor + 1
    }
  }
}
