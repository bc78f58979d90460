internal import FulcrumNumerics
internal import RealModule

/// The size of a pool with options at which its money is expected to grow fastest (leverage-math
/// 5.1), where μ/σ² does not hold: what bends has no leverage that stays.
///
///     f* = argmax E ln(1 + f·R),   R = (E(x, T) − E)/CaR,   ln x ~ N((μ − σ²/2)T, σ²T)
///
/// The legs keep their volatilities; their time runs on by T. R is in the pool's own currency.
struct GrowthOptimum {
  let pool: RiskPool
  let margin: StandardMargin
  /// CaR > 0, pool currency.
  let capitalAtRisk: Double

  /// Standard deviations of ln x that are looked at, and nodes to each of them: the trapezium of a
  /// smooth integrand under a normal weight is exact to rounding long before.
  private static let reach = 8.0
  private static let nodesPerDeviation = 40.0

  /// - Parameters:
  ///   - drift: μ, arithmetic, a year in excess of rate and funding.
  ///   - volatility: σ > 0 a year.
  ///   - years: T > 0.
  /// - Returns: f* as a multiple of the size as it is, 0 to 1024; nil where no value can be found.
  /// - Accuracy: 1e-7 of f*; the truncated tails weigh less than 1e-14.
  func multiple(drift: Double, volatility: Double, years: Double) -> Double? {
    let now = BalanceSheet(pool, margin: margin, moving: nil).balance(at: 1).equity
    let later = BalanceSheet(
      pool, margin: margin, node: ScenarioNode(timeForward: years), moving: nil)
    let count = Int(Self.reach * Self.nodesPerDeviation)
    let positions = (-count...count).map { Double($0) / Self.nodesPerDeviation }
    let deviation = volatility * years.squareRoot()
    let shift = (drift - 0.5 * volatility * volatility) * years
    let returns = later.balances(at: positions.map { Double.exp(shift + deviation * $0) })
      .map { ($0.equity - now) / capitalAtRisk }
    guard returns.allSatisfy(\.isFinite), let worst = returns.min() else { return nil }
    let weights = positions.map { Double.exp(-0.5 * $0 * $0) }
    let sum = weights.reduce(0, +)
    func growth(_ multiple: Double) -> Double {
      zip(weights, returns).reduce(0) { $0 + $1.0 * Double.log(onePlus: multiple * $1.1) } / sum
    }
    // Concave from 0: without a mean above 0 nothing is the best.
    guard zip(weights, returns).reduce(0, { $0 + $1.0 * $1.1 }) > 0 else { return 0 }
    // Beyond −1/worst some outcome ruins the pool, and the logarithm has no value.
    let most = worst < 0 ? min(1024, -(1 - 1e-9) / worst) : 1024
    return GoldenSection.minimum(in: 0...most, tolerance: 1e-9 * most) { -growth($0) }.position
  }
}
