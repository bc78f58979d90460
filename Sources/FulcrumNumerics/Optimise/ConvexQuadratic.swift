/// Minimum of a strictly convex quadratic under linear inequalities, for a few unknowns and any
/// number of inequalities, which are asked for one at a time and never listed.
///
///     min ½ xᵀHx − cᵀx   with   nᵀx ≥ b for every (n, b)
///
/// The dual active-set method: it starts at the free minimum and takes in the most violated
/// inequality until none is left, so that the work goes with the few that bind.
///
/// - Source: D. Goldfarb, A. Idnani, Mathematical Programming 27 (1983) 1–33.
public enum ConvexQuadratic {
  /// nᵀx ≥ b.
  public struct Inequality: Sendable {
    public let normal: SIMD4<Double>
    public let bound: Double

    public init(normal: SIMD4<Double>, bound: Double) {
      self.normal = normal
      self.bound = bound
    }
  }

  /// - Parameters:
  ///   - hessian: the columns of H, symmetric; of up to four unknowns those not used have 1 on the
  ///     diagonal and 0 elsewhere.
  ///   - linear: c.
  ///   - limit: changes of the active set at the most.
  ///   - violated: the inequality that x violates most, nil where it violates none.
  /// - Returns: nil where H is not positive definite, no x satisfies all, or the limit is reached.
  public static func minimum(
    hessian: [SIMD4<Double>], linear: SIMD4<Double>, limit: Int,
    violated: (SIMD4<Double>) -> Inequality?
  ) -> SIMD4<Double>? {
    guard let inverse = inverse(hessian) else { return nil }
    var state = State(inverse: inverse, x: inverse.times(linear))
    while let next = violated(state.x) {
      guard state.changes < limit, state.take(next, limit: limit) else { return nil }
    }
    return state.x
  }

  /// Four columns.
  fileprivate struct Matrix {
    var columns: [SIMD4<Double>]

    func times(_ v: SIMD4<Double>) -> SIMD4<Double> {
      columns[0] * v[0] + columns[1] * v[1] + columns[2] * v[2] + columns[3] * v[3]
    }
  }

  private static func inverse(_ hessian: [SIMD4<Double>]) -> Matrix? {
    precondition(hessian.count == 4, "four columns, those not used of the unit matrix")
    var columns: [SIMD4<Double>] = []
    for place in 0..<4 {
      var lower = (0..<4).flatMap { row in (0..<4).map { hessian[$0][row] } }
      var unit = [0.0, 0, 0, 0]
      unit[place] = 1
      guard let column = Cholesky.solve(&lower, count: 4, unit) else { return nil }
      columns.append(SIMD4(column[0], column[1], column[2], column[3]))
    }
    return Matrix(columns: columns)
  }

  private struct State {
    let inverse: Matrix
    var x: SIMD4<Double>
    var active: [SIMD4<Double>] = []
    var multipliers: [Double] = []
    var changes = 0

    init(inverse: Matrix, x: SIMD4<Double>) {
      self.inverse = inverse
      self.x = x
    }

    /// Moves until `next` holds; false where it contradicts those that hold already.
    mutating func take(_ next: Inequality, limit: Int) -> Bool {
      var multiplier = 0.0
      while changes < limit {
        changes += 1
        guard let (step, shares) = directions(next.normal) else { return false }
        var (blocking, longest) = (-1, Double.infinity)
        for place in shares.indices where shares[place] > 0 {
          let length = multipliers[place] / shares[place]
          if length < longest { (blocking, longest) = (place, length) }
        }
        let gain = (step * next.normal).sum()
        let lack = next.bound - (next.normal * x).sum()
        let size = (next.normal * inverse.times(next.normal)).sum()
        let full = gain > 1e-14 * size ? lack / gain : .infinity
        let length = min(full, longest)
        guard length.isFinite else { return false }
        if full.isFinite { x += length * step }
        for place in shares.indices { multipliers[place] -= length * shares[place] }
        multiplier += length
        if length == full {
          active.append(next.normal)
          multipliers.append(multiplier)
          return true
        }
        active.remove(at: blocking)
        multipliers.remove(at: blocking)
      }
      return false
    }

    /// The step z = H⁻¹(n − Nr) and the shares r = (NᵀH⁻¹N)⁻¹NᵀH⁻¹n.
    private func directions(_ normal: SIMD4<Double>) -> (SIMD4<Double>, [Double])? {
      let count = active.count
      guard count > 0 else { return (inverse.times(normal), []) }
      let solved = active.map { inverse.times($0) }
      var lower = [Double](repeating: 0, count: count * count)
      for i in 0..<count {
        for j in 0...i { lower[i * count + j] = (active[i] * solved[j]).sum() }
      }
      guard let shares = Cholesky.solve(&lower, count: count, solved.map { ($0 * normal).sum() })
      else { return nil }
      var rest = normal
      for place in 0..<count { rest -= shares[place] * active[place] }
      return (inverse.times(rest), shares)
    }
  }
}
