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

/// Order statistics of simulated numbers with their errors.
struct SampleQuantile {
  private let ranked: [Double]
  private let probabilities: [Double]

  /// - Parameters:
  ///   - sample: numbers in any order, at least one, none NaN.
  ///   - probabilities: whose quantiles will be asked for.
  ///   - tail: share of the lowest whose mean will be.
  init(_ sample: [Double], probabilities: [Double], tail: Double? = nil) {
    var ranked = sample
    var ranks = Set<Int>()
    for p in probabilities { ranks.formUnion(Self.ranks(p, count: sample.count)) }
    if let tail { ranks.insert(Self.tailCount(tail, count: sample.count) - 1) }
    Self.place(ranks.sorted()[...], of: 0..<ranked.count, in: &ranked)
    self.ranked = ranked
    self.probabilities = probabilities
  }

  /// The quantile p, its error from the order statistics one binomial deviation away on either side.
  private func estimate(_ p: Double) -> Estimate {
    let ranks = Self.ranks(p, count: ranked.count)
    return Estimate(
      ranked[ranks[1]], standardError: 0.5 * (ranked[ranks[2]] - ranked[ranks[0]]))
  }

  var estimates: [Estimate] { probabilities.map(estimate) }

  /// Ranks of the quantile and of those beside it, low to high.
  private static func ranks(_ p: Double, count: Int) -> [Int] {
    let n = Double(count)
    let spread = (n * p * (1 - p)).squareRoot()
    return [n * p - spread, n * p, n * p + spread].map {
      min(max(Int($0.rounded(.down)), 0), count - 1)
    }
  }

  private static func tailCount(_ tail: Double, count: Int) -> Int {
    max(Int((tail * Double(count)).rounded()), 1)
  }

  /// Mean of the worst share α of the sample that `init` was given, as a loss from `start`:
  /// se² = (Var(tail) + (1 − α)(ES − VaR)²)/(αn).
  func shortfall(tail: Double, from start: Double) -> Estimate {
    let count = Self.tailCount(tail, count: ranked.count)
    let worst = ranked[..<count]
    let n = Double(count)
    var sum = NeumaierSum()
    for value in worst { sum.add(start - value) }
    let mean = sum.value / n
    var squares = NeumaierSum()
    for value in worst { squares.add((start - value - mean) * (start - value - mean)) }
    let variance = count > 1 ? squares.value / (n - 1) : 0
    let gap = mean - (start - ranked[count - 1])
    return Estimate(mean, standardError: ((variance + (1 - tail) * gap * gap) / n).squareRoot())
  }

  /// Moves what belongs at each of some ascending ranks there, nothing larger before it and nothing
  /// smaller after: all that quantiles need of a sort, in a tenth of its time for a million numbers.
  private static func place(_ ranks: ArraySlice<Int>, of range: Range<Int>, in x: inout [Double]) {
    guard let middle = ranks.dropFirst(ranks.count / 2).first else { return }
    var (low, high) = (range.lowerBound, range.upperBound)
    while high - low > 1 {
      let pivot = median(x[low], x[(low + high) / 2], x[high - 1])
      let below = x[low..<high].partition { !($0 < pivot) }
      let equal = x[below..<high].partition { pivot < $0 }
      if middle < below {
        high = below
      } else if middle >= equal {
        low = equal
      } else {
        (low, high) = (middle, middle + 1)
      }
    }
    place(ranks.prefix { $0 < middle }, of: range.lowerBound..<middle, in: &x)
    place(ranks.drop { $0 <= middle }, of: (middle + 1)..<range.upperBound, in: &x)
  }

  private static func median(_ a: Double, _ b: Double, _ c: Double) -> Double {
    max(min(a, b), min(max(a, b), c))
  }
}
