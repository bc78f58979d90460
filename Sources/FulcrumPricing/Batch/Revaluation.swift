internal import CFulcrumKernels
internal import FulcrumModel
public import FulcrumNumerics
internal import RealModule

/// Nodes of a scenario grid: what each does to every forward and volatility.
///
///     F′ = F·forwardFactor,   σ′ = max(σ·volatilityFactor + volatilityShift, 0)
public struct RevaluationNodes: Sendable {
  public private(set) var forwardFactors: [Double] = []
  public private(set) var volatilityFactors: [Double] = []
  public private(set) var volatilityShifts: [Double] = []
  private(set) var logFactors: [Double] = []

  /// No nodes yet.
  public init() {}

  /// Every pair of a forward factor and a volatility factor, forwards outermost.
  ///
  /// - Throws: as `append`.
  public init(
    forwardFactors: [Double], volatilityFactors: [Double]
  ) throws(PricingError) {
    for factor in forwardFactors {
      for volatility in volatilityFactors {
        try append(forwardFactor: factor, volatilityFactor: volatility)
      }
    }
  }

  public var count: Int { forwardFactors.count }

  /// - Throws: `PricingError.outOfDomain` where the forward factor is not within [1e-6, 1e6], the
  ///   volatility factor not within [0, 1e6], or the shift not within ±1e6.
  public mutating func append(
    forwardFactor: Double, volatilityFactor: Double = 1, volatilityShift: Double = 0
  ) throws(PricingError) {
    try require(forwardFactor, "forward factor", in: 1e-6...1e6)
    try require(volatilityFactor, "volatility factor", in: 0...1e6)
    try require(volatilityShift, "volatility shift", in: -1e6...1e6)
    forwardFactors.append(forwardFactor)
    volatilityFactors.append(volatilityFactor)
    volatilityShifts.append(volatilityShift)
    logFactors.append(Double.log(forwardFactor))
  }

  private func require(
    _ value: Double, _ field: String, in range: ClosedRange<Double>
  ) throws(PricingError) {
    guard range.contains(value) else {
      throw .outOfDomain(
        field: field, seen: value, allowed: "within \(range.lowerBound) and \(range.upperBound)")
    }
  }
}

/// Legs prepared for revaluation at many nodes: what is alike at every node is computed once.
///
/// - Accuracy: the price of a leg at a node is within 4e-16·max(F′, K) of Black (1976).
public struct RevaluationLegs: Sendable {
  private let columns: OptionColumns
  private let weights: [Double]
  private let logMoneyness: [Double]
  private let rootYears: [Double]
  private let unit: QuoteUnit
  /// Runs of legs that the vector text takes, and the legs between them that it does not.
  private let runs: [(legs: Range<Int>, isVector: Bool)]

  /// - Parameters:
  ///   - weights: signed coins of option of each leg, n·m.
  ///   - unit: of the totals; `coin` values each leg at B/F′.
  /// - Throws: `PricingError.columnsDiffer`, or `.outOfDomain` for the first leg with an input that
  ///   `OptionInput.validate()` refuses, in coin a forward of 0, a forward or strike above 1e300, or a
  ///   weight whose product with the larger of the two (in coin divided by the forward) is above 1e280:
  ///   so that every total is a number at every node that `RevaluationNodes` takes.
  public init(
    _ columns: OptionColumns, weights: [Double], unit: QuoteUnit = .usd
  ) throws(PricingError) {
    try columns.requireOneLength()
    try requireLength(weights, "weights", columns.count)
    var (logs, roots, scaled) = ([Double](), [Double](), [Double]())
    var runs: [(legs: Range<Int>, isVector: Bool)] = []
    for row in 0..<columns.count {
      let option = columns[row]
      let weight = try Self.validated(weights[row], option, unit)
      let isVector = Self.isVector(option)
      logs.append(isVector ? Self.signedLog(option) : 0)
      roots.append(option.years.squareRoot())
      scaled.append(weight)
      if let last = runs.last, last.isVector == isVector {
        runs[runs.count - 1].legs = last.legs.lowerBound..<row + 1
      } else {
        runs.append((row..<row + 1, isVector))
      }
    }
    self.columns = columns
    self.weights = scaled
    self.unit = unit
    self.runs = runs
    logMoneyness = logs
    rootYears = roots
  }

  public var count: Int { weights.count }

  /// Σ weight·B over the legs at every node: USD, or coins.
  ///
  /// Added in the order of the legs with Neumaier's compensation, each node for itself, so that the
  /// result depends on no neighbour and on no number of threads.
  public func totals(at nodes: RevaluationNodes, level: KernelLevel = .current) -> [Double] {
    guard nodes.count > 0 else { return [] }
    return Array(unsafeUninitializedCapacity: nodes.count) { buffer, made in
      if let base = buffer.baseAddress {
        fill(nodes, rows: 0..<nodes.count, level: level, into: base)
      }
      made = nodes.count
    }
  }

  /// The range-taking form: writes the totals of nodes `rows`; `base` is that of node 0.
  package func fill(
    _ nodes: RevaluationNodes, rows: Range<Int>, level: KernelLevel,
    into base: UnsafeMutablePointer<Double>
  ) {
    guard !rows.isEmpty else { return }
    let code = level.runnable.code
    let sums = base + rows.lowerBound
    sums.initialize(repeating: 0, count: rows.count)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: rows.count) { carries in
      carries.initialize(repeating: 0)
      guard let carry = carries.baseAddress else { return }
      for run in runs {
        if run.isVector, code >= 0 {
          vector(run.legs, nodes, rows, code, sums, carry)
        } else {
          scalar(run.legs, nodes, rows, sums, carry)
        }
      }
      for place in 0..<rows.count {
        let total = sums[place] + carry[place]
        let factor = nodes.forwardFactors[rows.lowerBound + place]
        sums[place] = unit == .coin ? total / factor : total
      }
    }
  }

  private func vector(
    _ legs: Range<Int>, _ nodes: RevaluationNodes, _ rows: Range<Int>, _ code: Int32,
    _ sums: UnsafeMutablePointer<Double>, _ carry: UnsafeMutablePointer<Double>
  ) {
    let (leg, node) = (legs.lowerBound, rows.lowerBound)
    pointers(logMoneyness, columns.forwards, columns.strikes, leg) { logs, forwards, strikes in
      pointers(rootYears, columns.volatilities, columns.signs, leg) { roots, sigmas, signs in
        pointers(weights, nodes.forwardFactors, nodes.logFactors, 0) {
          weights, factors, logFactors in
          pointers(nodes.volatilityFactors, nodes.volatilityShifts, [], node) { scales, shifts, _ in
            var legColumns = fk_legs(
              logMoneyness: logs, forward: forwards, strike: strikes, rootYears: roots,
              volatility: sigmas, sign: signs, weight: weights.map { $0 + leg })
            var nodeColumns = fk_nodes(
              factor: factors.map { $0 + node }, logFactor: logFactors.map { $0 + node },
              volatilityFactor: scales, volatilityShift: shifts)
            fk_grid(code, legs.count, &legColumns, rows.count, &nodeColumns, sums, carry)
          }
        }
      }
    }
  }

  private func scalar(
    _ legs: Range<Int>, _ nodes: RevaluationNodes, _ rows: Range<Int>,
    _ sums: UnsafeMutablePointer<Double>, _ carry: UnsafeMutablePointer<Double>
  ) {
    for leg in legs {
      for (place, node) in rows.enumerated() {
        var option = columns[leg]
        option.forward *= nodes.forwardFactors[node]
        let moved =
          option.volatility * nodes.volatilityFactors[node] + nodes.volatilityShifts[node]
        option.volatility = max(moved, 0)
        let term = Black76.undiscounted(option) * weights[leg]
        let (sum, total) = (sums[place], sums[place] + term)
        let part = total - sum
        carry[place] += (sum - (total - part)) + (term - part)
        sums[place] = total
      }
    }
  }

  /// A node multiplies a forward by 1e6 and in coin divides a total by 1e-6 at the most, so that 1e280
  /// leaves room for 1e16 legs.
  private static let largestPrice = 1e300
  private static let largestValue = 1e280

  /// The weight as it is multiplied with prices: in coin over the forward.
  private static func validated(
    _ weight: Double, _ option: OptionInput, _ unit: QuoteUnit
  ) throws(PricingError) -> Double {
    if unit == .coin { try InverseOption.validate(option) } else { try option.validate() }
    for (price, field) in [(option.forward, "forward"), (option.strike, "strike")]
    where price > largestPrice {
      throw .outOfDomain(field: field, seen: price, allowed: "at most \(largestPrice)")
    }
    try requireFinite(weight, "weight")
    let scaled = unit == .coin ? weight / option.forward : weight
    let price = max(option.forward, option.strike)
    guard scaled.isFinite, scaled.magnitude <= largestValue / price else {
      throw .outOfDomain(
        field: "weight", seen: weight,
        allowed: "so small that its product with the larger of forward and strike"
          + (unit == .coin ? ", over the forward," : "") + " is at most \(largestValue)")
    }
    return scaled
  }

  /// Whether a leg stays in the vector text's domain at every factor that a node may have.
  private static func isVector(_ option: OptionInput) -> Bool {
    let lo = min(option.forward, option.strike)
    let hi = max(option.forward, option.strike)
    return lo >= 0x1p-250 && hi <= 0x1p250 && hi <= lo * 0x1p40
      && option.volatility <= 1e100 && option.years <= 1e100
  }

  private static func signedLog(_ option: OptionInput) -> Double {
    option.forward >= option.strike
      ? OutOfTheMoney.logMoneyness(lo: option.strike, hi: option.forward)
      : -OutOfTheMoney.logMoneyness(lo: option.forward, hi: option.strike)
  }
}
