import FulcrumHedgeSolver
import FulcrumRisk
import Testing

/// Quadratic programs: optima known by hand and from the equations of Karush, Kuhn and Tucker, and a
/// proof of optimality for every other.
@Suite struct QuadraticSolverTests {
  private struct Draws {
    var state: UInt64

    mutating func next(_ range: ClosedRange<Double>) -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return range.lowerBound + (range.upperBound - range.lowerBound) * Double(state >> 11)
        / Double(1 << 53)
    }
  }

  private func solution(_ program: LinearProgram) throws -> LinearSolution {
    let solver = try #require(HedgeSolver.available, "\(HedgeSolver.missing)")
    guard case .optimal(let solution) = solver.solve(program) else {
      throw Missing.optimum
    }
    return solution
  }

  private enum Missing: Error { case optimum }

  /// min x + ½ r², r = 3 − x, 0 ≤ x ≤ most. Where nothing stops it 1 = r: x = 2, cost 2½, and a unit
  /// more of the row costs r. At most = ½: r = 2½, cost ½ + 3⅛. A cost proved to 1e-8 of 2½ is that of
  /// an x within √(2 · 2.5e-8) of it.
  @Test(arguments: [(10.0, 2.0, 2.5, 1.0), (0.5, 0.5, 3.625, 2.5)]) func byHand(
    most: Double, x: Double, cost: Double, price: Double
  ) throws {
    let program = LinearProgram(
      columns: [
        .init(cost: 1, bounds: .init(0, most), coefficients: [1]),
        .init(
          cost: 0, bounds: .init(-.infinity, .infinity), coefficients: [1], curvature: 1),
      ], rows: [.init(3, 3)])
    let found = try solution(program)
    #expect(abs(found.values[0] - x) < 2.3e-4 && abs(found.cost - cost) < 1e-8 * cost)
    #expect(abs(found.dualCost - cost) < 1e-7 * cost)
    #expect(abs(program.dualCost(rowPrices: [price]) - cost) < 1e-12, "the dual by hand")
    // Any other price proves less: (3 − ½) p − ½ p² and such, below the optimum.
    for wrong in [-2.0, 0, 0.3, 1.7, 9] {
      #expect(program.dualCost(rowPrices: [wrong]) < cost)
    }
  }

  /// min ½x² + ½y² with x + y = 2 is at x = y = 1.
  @Test func twoHalves() throws {
    let column = LinearProgram.Column(
      cost: 0, bounds: .init(-.infinity, .infinity), coefficients: [1], curvature: 1)
    let found = try solution(LinearProgram(columns: [column, column], rows: [.init(2, 2)]))
    // A cost within ε of the least leaves x within √ε of its place.
    #expect(abs(found.values[0] - 1) < 1e-4 && abs(found.cost - 1) < 1e-8)
  }

  /// Of a column that nothing bounds a price that is not its cost proves nothing, nor does a price of
  /// a side that a row leaves open.
  @Test func whatProvesNothing() {
    let free = LinearProgram(
      columns: [.init(cost: 1, bounds: .init(0, .infinity), coefficients: [1])],
      rows: [.init(3, .infinity)])
    #expect(free.dualCost(rowPrices: [1]) == 3)
    #expect(free.dualCost(rowPrices: [0.5]) == 1.5)
    #expect(free.dualCost(rowPrices: [-1]) == 0)
    #expect(free.dualCost(rowPrices: [2]) == -.infinity)
    #expect(free.dualCost(rowPrices: []) == -.infinity)
  }

  /// min c·x + ½ x'Qx, Ax = b with all of Q above 0: A Q⁻¹ A' y = b + A Q⁻¹ c, solved here.
  @Test func againstKarushKuhnTucker() throws {
    var worst = 0.0
    for seed in 1...40 {
      var draws = Draws(state: UInt64(seed))
      let (unknowns, height) = (6, 3)
      let columns = (0..<unknowns).map { _ in
        LinearProgram.Column(
          cost: draws.next(-1...1), bounds: .init(-.infinity, .infinity),
          coefficients: (0..<height).map { _ in draws.next(-1...1) },
          curvature: draws.next(0.1...10))
      }
      let right = (0..<height).map { _ in draws.next(-2...2) }
      var matrix = (0..<height).map { row in
        (0..<height).map { other in
          columns.reduce(0) {
            $0 + $1.coefficients[row] * $1.coefficients[other] / $1.curvature
          }
        }
          + [columns.reduce(right[row]) { $0 + $1.coefficients[row] * $1.cost / $1.curvature }]
      }
      for pivot in 0..<height {
        let best = (pivot..<height).max { abs(matrix[$0][pivot]) < abs(matrix[$1][pivot]) }
        matrix.swapAt(pivot, try #require(best))
        for row in 0..<height where row != pivot {
          let factor = matrix[row][pivot] / matrix[pivot][pivot]
          for place in pivot...height { matrix[row][place] -= factor * matrix[pivot][place] }
        }
      }
      let prices = (0..<height).map { matrix[$0][height] / matrix[$0][$0] }
      let cost = columns.reduce(0.0) { sum, column in
        let pull = zip(column.coefficients, prices).reduce(0) { $0 + $1.0 * $1.1 }
        let x = (pull - column.cost) / column.curvature
        return sum + column.cost * x + 0.5 * column.curvature * x * x
      }
      let found = try solution(
        LinearProgram(columns: columns, rows: right.map { .init($0, $0) }))
      let error = abs(found.cost - cost) / max(abs(cost), 1)
      worst = max(worst, error)
      #expect(abs(found.cost - found.dualCost) <= 1e-7 * max(abs(cost), 1), "seed \(seed)")
    }
    print("worst cost against KKT: \(worst) of it")
    #expect(worst < 1e-7)
  }

  /// Hedges drawn at random: contracts to buy and sell, exposures within tolerances, scenarios, and
  /// squares of what is left. The bound that row prices prove is counted here again.
  @Test func everyOptimumIsProved() throws {
    var (worst, broken) = (0.0, 0.0)
    for seed in 1...120 {
      let program = Self.hedge(seed: UInt64(seed))
      let found = try solution(program)
      var bound = 0.0
      for (price, row) in zip(found.rowPrices, program.rows) {
        let side = price > 0 ? row.lower : row.upper
        // Without a bound on that side the price is rounding: it counts for nothing below.
        if side.isFinite { bound += price * side }
      }
      for (place, column) in program.columns.enumerated() {
        var left = column.cost
        for (row, coefficient) in column.coefficients.enumerated() {
          let bounds = program.rows[row]
          let price = found.rowPrices[row]
          if (price > 0 ? bounds.lower : bounds.upper).isFinite { left -= coefficient * price }
        }
        let (low, high) = (column.bounds.lower, column.bounds.upper)
        bound +=
          column.curvature > 0
          ? -left * left / (2 * column.curvature) : left > 0 ? left * low : left * high
        let x = found.values[place]
        broken = max(broken, low - x, x - high)
      }
      for (row, bounds) in program.rows.enumerated() {
        let sum = zip(program.columns, found.values).reduce(0) {
          $0 + $1.0.coefficients[row] * $1.1
        }
        broken = max(broken, bounds.lower - sum, sum - bounds.upper)
      }
      worst = max(worst, abs(found.cost - bound) / found.cost)
      #expect(found.cost >= bound - 1e-6 * found.cost)
    }
    print("worst duality gap \(worst) of the cost, worst bound broken by \(broken)")
    #expect(worst <= 1e-7 && broken <= 1e-6)
  }

  private static func hedge(seed: UInt64) -> LinearProgram {
    var draws = Draws(state: seed)
    let scenarios = seed % 3 == 0 ? 0 : 25
    let book = (0..<3).map { _ in draws.next(-5...5) }
    // Of a unit of risk: from a thousandth of a unit of cost to a thousand.
    let aversion = (0..<Int(seed % 7)).reduce(0.001) { weight, _ in weight * 10 }
    var columns: [LinearProgram.Column] = []
    for instrument in 0..<40 {
      let moved = (0..<3).map { instrument == 0 && $0 > 0 ? 0 : draws.next(-1...1) }
      let gains = (0..<scenarios).map { _ in draws.next(-1...1) }
      for side in [1.0, -1] {
        columns.append(
          LinearProgram.Column(
            cost: draws.next(0.05...1) * (instrument == 0 ? 0.1 : 1),
            bounds: .init(0, draws.next(0.3...8)),
            coefficients: (moved + gains).map { side * $0 } + moved.map { -side * $0 }))
      }
    }
    for exposure in 0..<3 {
      columns.append(
        LinearProgram.Column(
          cost: 0, bounds: .init(-.infinity, .infinity),
          coefficients: (0..<(3 + scenarios)).map { _ in 0 }
            + (0..<3).map { $0 == exposure ? 1 : 0 },
          curvature: aversion * draws.next(0.1...1)))
    }
    return LinearProgram(
      columns: columns,
      rows: book.map { .init(-1 - $0, 1 - $0) }
        + (0..<scenarios).map { _ in .init(-1 - draws.next(-1...0), .infinity) }
        + book.map { .init($0, $0) })
  }

  /// Without a solution there is none, squares or not.
  @Test func infeasibleStaysInfeasible() throws {
    let solver = try #require(HedgeSolver.available)
    let program = LinearProgram(
      columns: [
        .init(cost: 1, bounds: .init(0, 1), coefficients: [1, 1]),
        .init(
          cost: 0, bounds: .init(-.infinity, .infinity), coefficients: [0, 1], curvature: 1),
      ], rows: [.init(2, 3), .init(0, 0)])
    #expect(solver.solve(program) == .infeasible)
  }
}
