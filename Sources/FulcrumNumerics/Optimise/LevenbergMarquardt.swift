/// Minimum of a sum of squares whose derivatives are known.
///
/// Damping scaled by the diagonal, so that the answer does not depend on the units of the unknowns.
///
/// - Source: D. W. Marquardt, J. SIAM 11 (1963) 431–441; the rule for the damping is the plain
///   division and multiplication of that paper.
public enum LevenbergMarquardt {
  public struct Result: Sendable {
    public let position: [Double]
    public let cost: Double
    public let evaluations: Int
  }

  /// - Parameters:
  ///   - start: at most 8 unknowns.
  ///   - tolerance: relative fall of the cost below which it ends.
  ///   - limit: evaluations at the most.
  ///   - fill: adds every residual at a position to the equations; a cost that is not finite is
  ///     taken as too high.
  public static func minimum(
    from start: [Double], tolerance: Double, limit: Int,
    _ fill: ([Double], inout NormalEquations) -> Void
  ) -> Result {
    precondition((1...8).contains(start.count), "from one to eight unknowns")
    var position = start
    var held = NormalEquations(count: start.count)
    var tried = held
    fill(position, &held)
    var evaluations = 1
    var damping = 1e-3
    while evaluations < limit, held.cost > 0, damping < 1e12 {
      guard let step = held.step(damping: damping) else {
        damping *= 10
        continue
      }
      let candidate = zip(position, step).map { $0 + $1 }
      tried.clear()
      fill(candidate, &tried)
      evaluations += 1
      guard tried.cost < held.cost else {
        damping *= 8
        continue
      }
      let fall = (held.cost - tried.cost) / held.cost
      position = candidate
      swap(&held, &tried)
      damping = max(damping / 6, 1e-12)
      if fall < tolerance { break }
    }
    return Result(position: position, cost: held.cost, evaluations: evaluations)
  }
}
