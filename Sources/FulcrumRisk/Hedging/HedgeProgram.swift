import RealModule

/// The cheapest contracts that bring exposures within tolerances (leverage-math 7.2):
///
///     min Σ_j cost_j |x_j|   s.t.   |b_i + Σ_j X_ij x_j| ≤ tol_i,   |x_j| ≤ cap_j
///
/// with x = u − v, u, v ≥ 0, and where floors are given p_s + Σ_j V_sj x_j ≥ −limit in every
/// scenario s. Rows are scaled to a tolerance of 1, columns to a greatest coefficient of 1 and costs
/// to a greatest of 1: a solver's tolerances are absolute.
public struct HedgeProgram: Hashable, Sendable {
  /// X by instrument: exposures of one contract, in the order of the limits.
  public var unitExposures: [[Double]]
  /// b.
  public var book: [Double]
  /// tol > 0.
  public var tolerances: [Double]
  /// Of one contract, ≥ 0.
  public var unitCosts: [Double]
  /// Most contracts of each to buy, ≥ 0; what the displayed depth holds.
  public var caps: [Double]
  /// The same to sell.
  public var sellCaps: [Double]
  public var floors: Floors?

  /// Scenarios in which no more than a limit may be lost.
  public struct Floors: Hashable, Sendable {
    /// p: what the book gains in each.
    public var book: [Double]
    /// V: what one contract of each instrument gains in each.
    public var units: [[Double]]
    /// > 0, in the unit of both.
    public var limit: Double

    public init(book: [Double], units: [[Double]], limit: Double) {
      self.book = book
      self.units = units
      self.limit = limit
    }
  }

  public init(
    unitExposures: [[Double]], book: [Double], tolerances: [Double], unitCosts: [Double],
    caps: [Double]
  ) {
    sellCaps = caps
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
    if let floors {
      guard floors.units.count == instruments, floors.limit > 0, floors.limit.isFinite,
        floors.units.allSatisfy({ $0.count == floors.book.count }),
        (floors.units.joined() + floors.book).allSatisfy(\.isFinite)
      else { return false }
    }
    return unitCosts.count == instruments && caps.count == instruments
      && sellCaps.count == instruments
      && tolerances.count == book.count && unitExposures.allSatisfy { $0.count == book.count }
      && (unitExposures.joined() + book + unitCosts + caps + sellCaps).allSatisfy(\.isFinite)
      && tolerances.allSatisfy { $0 > 0 && $0.isFinite } && unitCosts.allSatisfy { $0 >= 0 }
      && (caps + sellCaps).allSatisfy { $0 >= 0 }
  }

  /// - Parameter giveFirst: places of limits in the order in which they may give where not all hold;
  ///   vega, gamma, delta.
  public func solve(
    _ solver: any LinearProgramSolver, giveFirst: [Int]? = nil
  ) -> Outcome {
    guard isSound else {
      return .failed("a number of the hedge is not finite or of the wrong sign")
    }
    let scaled = Scaled(self)
    switch solver.solve(program(scaled, slackCosts: nil)) {
    case .optimal(let solution):
      let contracts = scaled.contracts(solution.values)
      let cost = cost(of: contracts)
      return .optimal(
        contracts: contracts, cost: cost,
        dualityGap: (solution.cost - solution.dualCost).magnitude * scaled.cost)
    case .infeasible: return relaxed(solver, giveFirst ?? Array(book.indices.reversed()))
    case .unbounded: return .failed("the program is unbounded, which no hedge is")
    case .failed(let reason): return .failed(reason)
    }
  }

  /// |b + Xx| ≤ tol and |x| ≤ cap, each within `slack` of its size.
  public func isFeasible(_ contracts: [Double], slack: Double = 1e-7) -> Bool {
    zip(residuals(contracts), tolerances).allSatisfy { $0.magnitude <= $1 * (1 + slack) }
      && contracts.indices.allSatisfy { place in
        let cap = contracts[place] > 0 ? caps[place] : sellCaps[place]
        return contracts[place].magnitude <= cap * (1 + slack) + 1e-12
      }
      && lowest(contracts) >= -(floors?.limit ?? .infinity) * (1 + slack)
  }

  /// The least that the book gains with them in a scenario; ∞ where none is asked about.
  func lowest(_ contracts: [Double]) -> Double {
    guard let floors else { return .infinity }
    var profits = floors.book
    for (unit, held) in zip(floors.units, contracts) where held != 0 {
      for place in profits.indices { profits[place] += unit[place] * held }
    }
    return profits.min() ?? .infinity
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
    let most = unitCosts.indices.reduce(0) {
      $0 + unitCosts[$1] * max(caps[$1], sellCaps[$1])
    }
    var costs = [Double](repeating: 1, count: book.count)
    for (rank, limit) in order.enumerated() where costs.indices.contains(limit) {
      costs[limit] = Double.pow(1000, Double(rank))
    }
    var scaled = Scaled(self)
    scaled.cost = most > 0 ? most : 1
    // Scenarios do not give: without any trade they hold.
    guard case .optimal(let solution) = solver.solve(program(scaled, slackCosts: costs)) else {
      return .failed("no contracts were found even with every limit relaxed")
    }
    let contracts = scaled.contracts(solution.values)
    let short = zip(residuals(contracts), tolerances).enumerated().compactMap {
      limit, pair -> Shortfall? in
      let excess = pair.0.magnitude - pair.1
      return excess > 1e-7 * pair.1 ? Shortfall(limit: limit, excess: excess) : nil
    }
    return .infeasible(short: short, contracts: contracts)
  }

  /// Coefficients of the program and what they were divided by.
  private struct Scaled {
    /// Rows by tolerance, then columns by their greatest.
    let columns: [[Double]]
    /// Contracts in a unit of each column.
    let units: [Double]
    /// What costs are divided by.
    var cost: Double

    init(_ program: HedgeProgram) {
      var columns: [[Double]] = []
      var units: [Double] = []
      var dearest = 0.0
      for (place, exposures) in program.unitExposures.enumerated() {
        var column = zip(exposures, program.tolerances).map { $0 / $1 }
        if let floors = program.floors {
          column += floors.units[place].map { $0 / floors.limit }
        }
        let greatest = column.lazy.map(\.magnitude).max() ?? 0
        let unit = greatest > 0 && (1 / greatest).isFinite ? 1 / greatest : 1
        columns.append(column.map { $0 * unit })
        units.append(unit)
        dearest = max(dearest, program.unitCosts[place] * unit)
      }
      self.columns = columns
      self.units = units
      cost = dearest > 0 ? dearest : 1
    }

    func contracts(_ values: [Double]) -> [Double] {
      units.indices.map { (values[2 * $0] - values[2 * $0 + 1]) * units[$0] }
    }
  }

  private func program(_ scaled: Scaled, slackCosts: [Double]?) -> LinearProgram {
    var columns: [LinearProgram.Column] = []
    for (place, coefficients) in scaled.columns.enumerated() {
      let unit = scaled.units[place]
      let cost = unitCosts[place] * unit / scaled.cost
      columns.append(
        LinearProgram.Column(
          cost: cost, bounds: .init(0, caps[place] / unit), coefficients: coefficients))
      columns.append(
        LinearProgram.Column(
          cost: cost, bounds: .init(0, sellCaps[place] / unit),
          coefficients: coefficients.map { -$0 }))
    }
    let height = book.count + (floors?.book.count ?? 0)
    for (limit, cost) in (slackCosts ?? []).enumerated() {
      for side in [1.0, -1.0] {
        var unit = [Double](repeating: 0, count: height)
        unit[limit] = side
        columns.append(
          LinearProgram.Column(cost: cost, bounds: .init(0, .infinity), coefficients: unit))
      }
    }
    var rows = zip(book, tolerances).map { b, tolerance in
      LinearProgram.Bounds(-1 - b / tolerance, 1 - b / tolerance)
    }
    if let floors {
      rows += floors.book.map { .init(-1 - $0 / floors.limit, .infinity) }
    }
    return LinearProgram(columns: columns, rows: rows)
  }
}
