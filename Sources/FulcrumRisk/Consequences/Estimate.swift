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

  init(meanOf values: some Collection<Double>) {
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

extension Estimate {
  /// se = deviation of the replicates' values/√R: what samples that are not independent within a
  /// replicate have to say of their error.
  mutating func takeError(from replicates: [Double]) {
    standardError = Estimate(meanOf: replicates).standardError
  }
}

/// A simulated probability with its Wilson interval; without a hit the bound 3/n.
public struct ProbabilityEstimate: Hashable, Sendable {
  public var value: Double
  public var standardError: Double
  /// 95 %.
  public var lower: Double
  public var upper: Double
  /// From paths drawn towards the event and weighed.
  public var isImportanceSampled = false

  private static let z = 1.959963984540054  // N⁻¹(0.975)

  /// - Parameter count: n ≥ 1.
  public init(hits: Int, count: Int) {
    let n = Double(count)
    let p = Double(hits) / n
    value = p
    standardError = (p * (1 - p) / n).squareRoot()
    let z = Self.z
    let centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    lower = hits == 0 ? 0 : max(0, centre - half)
    // (1 − p)ⁿ = 5 % at p ≈ 3/n: the rule of three.
    upper = hits == 0 ? min(1, 3 / n) : min(1, centre + half)
  }

  /// - Parameter mean: of weights, 0 where the event did not happen.
  init(weighted mean: Estimate) {
    value = mean.value
    standardError = mean.standardError
    lower = max(0, value - Self.z * standardError)
    upper = min(1, value + Self.z * standardError)
    isImportanceSampled = true
  }

  /// The error, and the interval of Student's t, from the values of replicates; Wilson's interval stays
  /// where these do not differ.
  mutating func takeError(from replicates: [Double]) {
    var estimate = Estimate(value, standardError: standardError)
    estimate.takeError(from: replicates)
    guard estimate.standardError > 0 else { return }
    standardError = estimate.standardError
    let t = 2.131449545559323  // 97.5 % of Student's t with the 15 degrees of 16 replicates
    lower = max(0, value - t * standardError)
    upper = min(1, value + t * standardError)
  }
}
