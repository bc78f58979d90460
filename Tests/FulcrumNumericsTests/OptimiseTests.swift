import FulcrumNumerics
import Testing

/// Optimisers against minima that are known.
struct OptimiseTests {
  /// Rosenbrock's valley: the minimum 0 at (1, 1).
  @Test func theValleyIsWalkedToItsEnd() {
    let valley = { (x: [Double]) in
      (1 - x[0]) * (1 - x[0]) + 100 * (x[1] - x[0] * x[0]) * (x[1] - x[0] * x[0])
    }
    let plain = NelderMead.minimum(
      from: [-1.2, 1], steps: [0.5, 0.5], tolerance: 1e-16, limit: 500, valley)
    print("Nelder-Mead: \(plain.evaluations) evaluations, value \(plain.value)")
    #expect(plain.value < 1e-9 && plain.evaluations <= 501)
    let sharp = LevenbergMarquardt.minimum(from: [-1.2, 1], tolerance: 1e-18, limit: 200) {
      position, equations in
      let (x, y) = (position[0], position[1])
      equations.add(residual: 1 - x, row: SIMD8(-1, 0, 0, 0, 0, 0, 0, 0))
      equations.add(residual: 10 * (y - x * x), row: SIMD8(-20 * x, 10, 0, 0, 0, 0, 0, 0))
    }
    print("Levenberg-Marquardt: \(sharp.evaluations) evaluations, cost \(sharp.cost)")
    #expect(sharp.cost < 1e-20 && abs(sharp.position[0] - 1) < 1e-9)
  }

  @Test func whatIsNotFiniteIsWorst() {
    let found = NelderMead.minimum(
      from: [3], steps: [1], tolerance: 1e-12, limit: 200
    ) { $0[0] < 1 ? .nan : ($0[0] - 2) * ($0[0] - 2) }
    #expect(abs(found.position[0] - 2) < 1e-4)
    let none = NelderMead.minimum(from: [0], steps: [1], tolerance: 0, limit: 20) { _ in .nan }
    #expect(none.value == .infinity)
  }

  /// min (x − 2)² + (y − 3)² + z² under x + y ≤ 1 and x ≥ 0: (0, 1) by the plane, then its corner.
  @Test func inequalitiesBindWhereTheyMust() throws {
    let rows = [
      ConvexQuadratic.Inequality(normal: SIMD4(-1, -1, 0, 0), bound: -1),
      ConvexQuadratic.Inequality(normal: SIMD4(1, 0, 0, 0), bound: 0.25),
      ConvexQuadratic.Inequality(normal: SIMD4(0, 1, 0, 0), bound: -5),
    ]
    func solve(_ rows: [ConvexQuadratic.Inequality]) -> SIMD4<Double>? {
      ConvexQuadratic.minimum(
        hessian: [SIMD4(2, 0, 0, 0), SIMD4(0, 2, 0, 0), SIMD4(0, 0, 2, 0), SIMD4(0, 0, 0, 1)],
        linear: SIMD4(4, 6, 0, 0), limit: 50
      ) { x in
        rows.first { ($0.normal * x).sum() < $0.bound - 1e-12 }
      }
    }
    let free = try #require(solve([]))
    #expect(abs(free[0] - 2) < 1e-14 && abs(free[1] - 3) < 1e-14 && free[2] == 0)
    let found = try #require(solve(rows))
    #expect(abs(found[0] - 0.25) < 1e-12 && abs(found[1] - 0.75) < 1e-12)
    let against = ConvexQuadratic.Inequality(normal: SIMD4(1, 1, 0, 0), bound: 2)
    #expect(solve(rows + [against]) == nil)
  }

  @Test func violatorsTakeTheirMean() {
    let found = IsotonicRegression.nonDecreasing([1, 3, 2, 2, 5, 4], weights: [1, 1, 1, 2, 1, 3])
    #expect(found == [1, 2.25, 2.25, 2.25, 4.25, 4.25])
    #expect(IsotonicRegression.nonDecreasing([], weights: []) == [])
  }
}
