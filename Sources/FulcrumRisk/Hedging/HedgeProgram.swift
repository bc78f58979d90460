import RealModule

/// The cheapest contracts that bring exposures within tolerances (leverage-math 7.2):
///
///     min Σ_j cost_j |x_j|   s.t.   |b_i + Σ_j X_ij x_j| ≤ tol_i,   |x_j| ≤ cap_j
///
/// with x = u − v, u, v ≥ 0. Rows are scaled to a tolerance of 1.
public struct HedgeProgram: Hashable, Sendable {
  /// X by instrument: exposures of one contract, in the order of the limits.
  public var unitExposures: [[Double]]
  /// b.
  public var book: [Double]
  /// tol > 0.
  public var tolerances: [Double]
  /// Of one contract, ≥ 0.
  public var unitCosts: [Double]
  /// Most contracts of each, ≥ 0; what the displayed depth holds.
  public var caps: [Double]

  public init(
    unitExposures: [[Double]], book: [Double], tolerances: [Double], unitCosts: [Double],
    caps: [Double]
  ) {
    self.unitExposures = unitExposures
    self.book = book
    self.tolerances = tolerances
    self.unitCosts = unitCosts
    self.caps = caps
  }

  public enum Outcome: Hashable, Sendable {
    case optimal(contracts: [Double], cost: Double, dualityGap: Double)
    /// What stands in the way: each limit that has to give, with by how much, in its own unit, and
    /// the best contracts within what was relaxed.
    case infeasible(short: [Shortfall], contracts: [Double])
    case failed(String)
  }

  public struct Shortfall: Hashable, Sendable {
    /// Place of the limit.
    public var limit: Int
    /// What is left beyond its tolerance, ≥ 0.
    public var excess: Double
  }

  /// Whether arrays are of one length and every number can be worked with.
  public var isSound: Bool {
    let instruments = unitExposures.count
    return unitCosts.count == instruments && caps.count == instruments
      && tolerances.count == book.count && unitExposures.allSatisfy { $0.count == book.count }
      && (unitExposures.joined() + book + unitCosts + caps).allSatisfy(\.isFinite)
      && tolerances.allSatisfy { $0 > 0 && $0.isFinite } && unitCosts.allSatisfy { $0 >= 0 }
      && caps.allSatisfy { $0 >= 0 }
  }

  /// - Parameter giveFirst: places of limits in the order in which they may give where not all hold;
  ///   vega, gamma, delta.
  public func solve(
    _ solver: any LinearProgramSolver, giveFirst: [Int]? = nil
  ) -> Outcome {
    guard isSound else {
      return .failed("a number of the hedge is not finite or of the wrong sign")
    }
    switch solver.solve(program(slackCosts: nil)) {
    case .optimal(let solution):
      let contracts = contracts(solution.values)
      let cost = cost(of: contracts)
      return .optimal(
        contracts: contracts, cost: cost, dualityGap: (solution.cost - solution.dualCost).magnitude)
    case .infeasible: return relaxed(solver, giveFirst ?? Array(book.indices.reversed()))
    case .unbounded: return .failed("the program is unbounded, which no hedge is")
    case .failed(let reason): return .failed(reason)
    }
  }

  /// |b + Xx| ≤ tol and |x| ≤ cap, each within `slack` of its size.
  public func isFeasible(_ contracts: [Double], slack: Double = 1e-7) -> Bool {
    zip(residuals(contracts), tolerances).allSatisfy { $0.magnitude <= $1 * (1 + slack) }
      && zip(contracts, caps).allSatisfy { $0.magnitude <= $1 * (1 + slack) + 1e-12 }
  }

  /// b + Xx.
  public func residuals(_ contracts: [Double]) -> [Double] {
    book.indices.map { limit in
      zip(unitExposures, contracts).reduce(book[limit]) { $0 + $1.0[limit] * $1.1 }
    }
  }

  public func cost(of contracts: [Double]) -> Double {
    zip(unitCosts, contracts).reduce(0) { $0 + $1.0 * $1.1.magnitude }
  }

  /// Everything held by a slack of one cost a limit, dear where a limit should give last.
  private func relaxed(_ solver: any LinearProgramSolver, _ order: [Int]) -> Outcome {
    // A unit of slack costs more than any hedge can, and each limit a thousand times the one before
    // it; costs are in units of that, so that large sizes make no large numbers.
    let dear = 1 + zip(unitCosts, caps).reduce(0) { $0 + $1.0 * $1.1 }
    var costs = [Double](repeating: 1, count: book.count)
    for (rank, limit) in order.enumerated() where costs.indices.contains(limit) {
      costs[limit] = Double.pow(1000, Double(rank))
    }
    guard
      case .optimal(let solution) = solver.solve(
        program(slackCosts: costs, costUnit: dear))
    else {
      return .failed("no contracts were found even with every limit relaxed")
    }
    let contracts = contracts(solution.values)
    let short = zip(residuals(contracts), tolerances).enumerated().compactMap {
      limit, pair -> Shortfall? in
      let excess = pair.0.magnitude - pair.1
      return excess > 1e-7 * pair.1 ? Shortfall(limit: limit, excess: excess) : nil
    }
    return .infeasible(short: short, contracts: contracts)
  }

  private func contracts(_ values: [Double]) -> [Double] {
    unitExposures.indices.map { values[2 * $0] - values[2 * $0 + 1] }
  }

  private func program(slackCosts: [Double]?, costUnit: Double = 1) -> LinearProgram {
    var columns: [LinearProgram.Column] = []
    for (place, exposures) in unitExposures.enumerated() {
      let scaled = zip(exposures, tolerances).map { $0 / $1 }
      let bounds = LinearProgram.Bounds(0, caps[place])
      columns.append(
        LinearProgram.Column(
          cost: unitCosts[place] / costUnit, bounds: bounds, coefficients: scaled))
      columns.append(
        LinearProgram.Column(
          cost: unitCosts[place] / costUnit, bounds: bounds, coefficients: scaled.map { -$0 }))
    }
    if let slackCosts {
      for (limit, cost) in slackCosts.enumerated() {
        for side in [1.0, -1.0] {
          var unit = [Double](repeating: 0, count: book.count)
          unit[limit] = side
          columns.append(
            LinearProgram.Column(
              cost: cost, bounds: LinearProgram.Bounds(0, .infinity), coefficients: unit))
        }
      }
    }
    let rows = zip(book, tolerances).map { b, tolerance in
      LinearProgram.Bounds(-1 - b / tolerance, 1 - b / tolerance)
    }
    return LinearProgram(columns: columns, rows: rows)
  }
}
