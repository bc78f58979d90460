import FulcrumNumerics
import RealModule

/// A simulated number with its standard error.
public struct Estimate: Hashable, Sendable {
  public var value: Double
  public var standardError: Double

  public init(_ value: Double, standardError: Double) {
    self.value = value
    self.standardError = standardError
  }

  /// Mean of n numbers from their sum and sum of squares.
  init(sum: Double, squares: Double, count: Int) {
    let n = Double(count)
    let mean = sum / n
    value = mean
    let spread = squares - n * mean * mean
    // Below the rounding of the two sums there is no spread to speak of.
    let variance = count > 1 && spread > 1e-12 * squares ? spread / (n - 1) : 0
    standardError = (variance / n).squareRoot()
  }

  init(meanOf values: [Double]) {
    var sum = NeumaierSum()
    for value in values { sum.add(value) }
    let n = Double(values.count)
    let mean = sum.value / n
    var squares = NeumaierSum()
    for value in values { squares.add((value - mean) * (value - mean)) }
    self.value = mean
    let variance = values.count > 1 ? squares.value / (n - 1) : 0
    standardError = (variance / n).squareRoot()
  }
}

/// A simulated probability with its Wilson interval; without a hit the bound 3/n.
public struct ProbabilityEstimate: Hashable, Sendable {
  public var value: Double
  public var standardError: Double
  /// 95 %.
  public var lower: Double
  public var upper: Double

  /// - Parameter count: n ≥ 1.
  public init(hits: Int, count: Int) {
    let n = Double(count)
    let p = Double(hits) / n
    value = p
    standardError = (p * (1 - p) / n).squareRoot()
    let z = 1.959963984540054  // N⁻¹(0.975)
    let centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    lower = hits == 0 ? 0 : max(0, centre - half)
    // (1 − p)ⁿ = 5 % at p ≈ 3/n: the rule of three.
    upper = hits == 0 ? min(1, 3 / n) : min(1, centre + half)
  }
}

/// Order statistics of simulated numbers with their errors.
enum SampleQuantile {
  /// The quantile p of an ascending sample, its error from the order statistics one binomial
  /// deviation away on either side.
  static func estimate(_ sorted: [Double], _ p: Double) -> Estimate {
    let n = Double(sorted.count)
    func at(_ rank: Double) -> Double {
      sorted[min(max(Int(rank.rounded(.down)), 0), sorted.count - 1)]
    }
    let spread = (n * p * (1 - p)).squareRoot()
    let (low, high) = (at(n * p - spread), at(n * p + spread))
    return Estimate(at(n * p), standardError: 0.5 * (high - low))
  }

  /// Mean of the worst share α of an ascending sample, as a loss from `start`:
  /// se² = (Var(tail) + (1 − α)(ES − VaR)²)/(αn).
  static func shortfall(_ sorted: [Double], tail: Double, from start: Double) -> Estimate {
    let count = max(Int((tail * Double(sorted.count)).rounded()), 1)
    let worst = sorted[..<count]
    let n = Double(count)
    var sum = NeumaierSum()
    for value in worst { sum.add(start - value) }
    let mean = sum.value / n
    var squares = NeumaierSum()
    for value in worst { squares.add((start - value - mean) * (start - value - mean)) }
    let variance = count > 1 ? squares.value / (n - 1) : 0
    let gap = mean - (start - sorted[count - 1])
    return Estimate(mean, standardError: ((variance + (1 - tail) * gap * gap) / n).squareRoot())
  }
}
