/// min c·x + ½ x'Qx  subject to  row bounds ≤ Ax ≤ row bounds,  bounds ≤ x ≤ bounds.
///
/// Infinite bounds are ±∞. A is kept by columns. Q is diagonal: what is squared has a column of its
/// own, and a row that says what it is.
public struct LinearProgram: Hashable, Sendable {
  public struct Bounds: Hashable, Sendable {
    public var lower: Double
    public var upper: Double

    public init(_ lower: Double, _ upper: Double) {
      self.lower = lower
      self.upper = upper
    }
  }

  public struct Column: Hashable, Sendable {
    public var cost: Double
    public var bounds: Bounds
    /// One coefficient a row, in row order.
    public var coefficients: [Double]
    /// Q's diagonal, ≥ 0.
    public var curvature: Double

    public init(cost: Double, bounds: Bounds, coefficients: [Double], curvature: Double = 0) {
      self.cost = cost
      self.bounds = bounds
      self.coefficients = coefficients
      self.curvature = curvature
    }
  }

  public var columns: [Column]
  public var rows: [Bounds]

  public init(columns: [Column], rows: [Bounds]) {
    self.columns = columns
    self.rows = rows
  }

  /// Every number is one (bounds may be infinite) and every column covers every row.
  public var isSound: Bool {
    columns.allSatisfy { column in
      column.cost.isFinite && column.coefficients.count == rows.count
        && column.coefficients.allSatisfy(\.isFinite) && !column.bounds.lower.isNaN
        && column.bounds.lower <= column.bounds.upper && column.curvature >= 0
    } && rows.allSatisfy { $0.lower <= $0.upper }
  }

  public var isQuadratic: Bool { columns.contains { $0.curvature > 0 } }

  /// c·x + ½ x'Qx.
  public func cost(of values: [Double]) -> Double {
    zip(columns, values).reduce(0) { sum, pair in
      let (column, x) = pair
      return sum + column.cost * x + 0.5 * column.curvature * x * x
    }
  }

  /// The Lagrangian dual's value at row prices y: the least of c·x + ½ x'Qx − y·(Ax − r) over x within
  /// its bounds and r within those of the rows. No x within both costs less, whatever y is; where y
  /// are the multipliers of an optimum it is that of Wolfe's dual, −½ x'Qx and what the multipliers earn
  /// at their bounds, and the optimum's cost.
  ///
  /// - Returns: −∞ where y bounds nothing. A multiplier of a column within 1e-11 of the sum of its
  ///   absolute terms is rounding and counts as 0.
  public func dualCost(rowPrices: [Double]) -> Double {
    guard rowPrices.count == rows.count else { return -.infinity }
    // Of a row without a bound on that side no price can be right.
    let prices = zip(rowPrices, rows).map { price, row in
      (price > 0 ? row.lower : row.upper).isInfinite ? 0 : price
    }
    var dual = 0.0
    for (price, row) in zip(prices, rows) where price != 0 {
      dual += price * (price > 0 ? row.lower : row.upper)
    }
    for column in columns {
      var (multiplier, terms) = (column.cost, column.cost.magnitude)
      for (coefficient, price) in zip(column.coefficients, prices) where price != 0 {
        multiplier -= coefficient * price
        terms += (coefficient * price).magnitude
      }
      dual += Self.least(
        column, multiplier.magnitude <= 1e-11 * terms && column.curvature == 0 ? 0 : multiplier)
    }
    return dual
  }

  /// The least of d x + ½ q x² within a column's bounds.
  private static func least(_ column: Column, _ multiplier: Double) -> Double {
    let (lower, upper) = (column.bounds.lower, column.bounds.upper)
    if column.curvature > 0 {
      let x = min(max(-multiplier / column.curvature, lower), upper)
      return multiplier * x + 0.5 * column.curvature * x * x
    }
    guard multiplier != 0 else { return 0 }
    return multiplier * (multiplier > 0 ? lower : upper)
  }
}

/// What a solver answers.
public enum LinearOutcome: Hashable, Sendable {
  case optimal(LinearSolution)
  case infeasible
  case unbounded
  /// The solver gave up; its reason for a reader.
  case failed(String)
}

public struct LinearSolution: Hashable, Sendable {
  public var values: [Double]
  public var cost: Double
  /// The dual's value, never above the least cost but for rounding: at an optimum the two agree.
  public var dualCost: Double
  /// What a unit more of each row's bound adds to the cost; empty where the solver does not say.
  public var rowPrices: [Double]

  public init(values: [Double], cost: Double, dualCost: Double, rowPrices: [Double] = []) {
    self.values = values
    self.cost = cost
    self.dualCost = dualCost
    self.rowPrices = rowPrices
  }
}

/// Whoever solves linear and convex quadratic programs; the one in use is in a target of its own.
public protocol LinearProgramSolver: Sendable {
  /// As reports name it, with its version: "Clp 1.17.6".
  var name: String { get }
  func solve(_ program: LinearProgram) -> LinearOutcome
}
