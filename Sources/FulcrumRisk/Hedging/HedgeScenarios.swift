import FulcrumModel

/// The 500 scenarios that a hedge may not make worse: every index move with every shift of
/// volatility (leverage-math 7.2, stress-scenario losses).
public enum HedgeScenarios {
  /// S'/S: 25 from 0.5 to 1.5.
  static let ratios: [Double] = (0..<25).map { 0.5 + Double($0) / 24 }
  /// Relative shifts of every volatility: 20 from −35 % to +60 %.
  static let shifts: [Double] = (0..<20).map { Double(5 * $0 - 35) / 100 }

  public static let count = ratios.count * shifts.count

  /// What the pool gains in each at unchanged time, pool currency: volatility by volatility.
  static func profits(of pool: RiskPool) -> [Double] {
    let now = Revaluation(pool).equity(at: 1)
    var profits: [Double] = []
    profits.reserveCapacity(count)
    for shift in shifts {
      for equity in Revaluation(pool, volShift: shift).equities(at: ratios) {
        profits.append(equity - now)
      }
    }
    return profits
  }
}
