/// min c·x + ½ x'Qx  subject to  row bounds ≤ Ax ≤ row bounds,  bounds ≤ x ≤ bounds.
///
/// Infinite bounds are ±∞. A is kept by columns. Q is diagonal: all that a ridge on each unknown
/// needs.
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
  /// The dual's value: at an optimum of a linear program the two agree.
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
