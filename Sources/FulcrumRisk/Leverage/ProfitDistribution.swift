import FulcrumModel
import FulcrumNumerics
import RealModule

/// The law of a pool's value under a lognormal move, whatever the shape of the value.
///
/// The value g(z) is looked at on nodes fine enough that it has one bend between two, every extremum
/// is found and made a node, and so g is monotone between nodes: {g ≤ x} is then a finite union of
/// intervals whose ends are bracketed roots of g(z) = x (leverage-math 2.4).
struct ProfitDistribution {
  private let nodes: [Double]
  private let values: [Double]
  private let pool: Revaluation
  private let law: ReturnLaw
  private let base: Double

  /// - Parameters:
  ///   - pool: g(z) = E(S'(z)) − `base`; its lines place the nodes.
  ///   - reach: |z| up to which the law is looked at.
  ///   - marks: further nodes.
  init(
    _ pool: Revaluation, above base: Double, law: ReturnLaw, reach: Double, marks: [Double] = []
  ) {
    self.pool = pool
    self.law = law
    self.base = base
    func value(_ z: Double) -> Double { pool.equity(at: law.ratio(z)) - base }
    let grid = Self.grid(lines: pool.lines, law: law, reach: reach, marks: marks)
    let heights = pool.equities(at: grid.map(law.ratio)).map { $0 - base }
    var extrema: [Double] = []
    for place in grid.indices.dropFirst().dropLast() {
      let rise = heights[place] - heights[place - 1]
      let next = heights[place + 1] - heights[place]
      guard rise * next < 0 else { continue }
      let side: Double = rise > 0 ? -1 : 1
      extrema.append(
        GoldenSection.minimum(
          in: grid[place - 1]...grid[place + 1], tolerance: 1e-9
        ) { side * value($0) }.position)
    }
    nodes = extrema.isEmpty ? grid : (grid + extrema).sorted()
    values =
      extrema.isEmpty ? heights : pool.equities(at: nodes.map(law.ratio)).map { $0 - base }
  }

  /// g at one position, for searches.
  private func value(_ z: Double) -> Double { pool.equity(at: law.ratio(z)) - base }

  private static let widestSpacing = 0.25

  private static func grid(
    lines: [Revaluation.Line], law: ReturnLaw, reach: Double, marks: [Double]
  ) -> [Double] {
    let cells = Int((2 * reach / widestSpacing).rounded(.up))
    var nodes = (0...cells).map { -reach + 2 * reach * Double($0) / Double(cells) } + marks
    for line in lines where line.isOption && line.strike > 0 {
      let centre = law.quantile(ofRatio: line.strike / line.forward)
      nodes.append(centre)
      let width = line.deviation / law.deviation
      guard width > 0, width / 4 < widestSpacing else { continue }
      for step in 1...24 {
        nodes.append(centre + 0.25 * width * Double(step))
        nodes.append(centre - 0.25 * width * Double(step))
      }
    }
    nodes = nodes.filter { $0.magnitude <= reach }.sorted()
    var previous = -Double.infinity
    return nodes.filter { node in
      defer { previous = node }
      return node > previous
    }
  }

  var isRepresentable: Bool { values.allSatisfy(\.isFinite) }

  /// Where the value is at most `level`, as intervals of z, ascending.
  func region(atMost level: Double) -> [ClosedRange<Double>] {
    var intervals: [ClosedRange<Double>] = []
    var start: Double? = values[0] <= level ? nodes[0] : nil
    for place in nodes.indices.dropFirst() {
      let before = values[place - 1]
      let here = values[place]
      guard (before <= level) != (here <= level) else { continue }
      let edge = BracketedRoot.find(
        lower: nodes[place - 1], upper: nodes[place], lowerValue: before - level,
        upperValue: here - level, tolerance: 1e-15
      ) { value($0) - level }
      if let opened = start {
        intervals.append(opened...max(opened, edge))
        start = nil
      } else {
        start = edge
      }
    }
    if let start, let last = nodes.last { intervals.append(start...last) }
    return intervals
  }

  /// P(g ≤ level).
  func probability(atMost level: Double) -> Double { Self.mass(region(atMost: level)) }

  /// Normal probability of a union of intervals; ends at the reach of the nodes count as infinite
  /// to within the probability beyond it.
  static func mass(_ intervals: [ClosedRange<Double>]) -> Double {
    var sum = NeumaierSum()
    for interval in intervals {
      // In the tail that the interval lies in, so that small masses keep their digits.
      if interval.lowerBound > 0 {
        sum.add(Normal.cdf(-interval.lowerBound) - Normal.cdf(-interval.upperBound))
      } else {
        sum.add(Normal.cdf(interval.upperBound) - Normal.cdf(interval.lowerBound))
      }
    }
    return sum.value
  }

  /// The least x with P(g ≤ x) ≥ `tail`.
  func quantile(_ tail: Double) -> Double {
    let z = Normal.inverseCdf(tail)
    if isMonotone(rising: true) { return value(z) }
    if isMonotone(rising: false) { return value(-z) }
    let levels = values.sorted()
    var low = 0
    var high = levels.count - 1
    // Between two neighbouring node values the law is smooth: first find which.
    while high - low > 1 {
      let middle = (low + high) / 2
      if probability(atMost: levels[middle]) >= tail { high = middle } else { low = middle }
    }
    let lower = levels[low]
    let upper = levels[high]
    let atLower = probability(atMost: lower) - tail
    guard atLower < 0, upper > lower else { return atLower < 0 ? upper : lower }
    let tolerance = 1e-15 * max(lower.magnitude, upper.magnitude)
    return BracketedRoot.find(
      lower: lower, upper: upper, lowerValue: atLower,
      upperValue: probability(atMost: upper) - tail, tolerance: tolerance
    ) { probability(atMost: $0) - tail }
  }

  private func isMonotone(rising: Bool) -> Bool {
    let side: Double = rising ? 1 : -1
    return zip(values, values.dropFirst()).allSatisfy { side * ($1 - $0) >= 0 }
  }

  /// ∫ g(z) φ(z) dz over a union of intervals.
  func integral(over intervals: [ClosedRange<Double>]) -> Double {
    var panels: [(lower: Double, upper: Double)] = []
    for interval in intervals {
      var from = interval.lowerBound
      for node in nodes where node > from && node < interval.upperBound {
        panels.append((from, node))
        from = node
      }
      if interval.upperBound > from { panels.append((from, interval.upperBound)) }
    }
    return GaussLegendre.integral(over: panels) { positions in
      zip(positions, pool.equities(at: positions.map(law.ratio))).map {
        ($1 - base) * Normal.pdf($0)
      }
    }
  }
}
