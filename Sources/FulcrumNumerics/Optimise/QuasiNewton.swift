/// Descent with the inverse curvature learnt on the way (Broyden, Fletcher, Goldfarb, Shanno).
public enum QuasiNewton {
  /// A value and its gradient at one position; a value that is not finite is "too far".
  public typealias Slope = (value: Double, gradient: [Double])

  /// - Parameters:
  ///   - start: a position with a finite value.
  ///   - tolerance: settled once max|gᵢ| ≤ tolerance·max(1, |f|).
  ///   - limit: largest number of accepted steps.
  /// - Returns: the best position seen; never a worse one than `start`.
  /// - Cost: about 1.3 evaluations and d² multiplications a step.
  /// - Source: J. Nocedal, S. Wright, Numerical Optimization, 2nd ed. (2006), section 6.1.
  public static func minimum(
    from start: [Double], tolerance: Double, limit: Int, _ slope: ([Double]) -> Slope
  ) -> Minimum {
    var x = start
    var (f, g) = slope(x)
    var inverse = scaledIdentity(x.count, by: 1 / max(1, size(g)))
    var isFresh = true
    for step in 0..<limit {
      if size(g) <= tolerance * max(1, f.magnitude) {
        return Minimum(
          position: x, value: f, gradientSize: size(g), steps: step, ending: .settled)
      }
      var direction = product(inverse, g).map { -$0 }
      if dot(direction, g) >= 0 {
        inverse = scaledIdentity(x.count, by: 1 / max(1, size(g)))
        direction = product(inverse, g).map { -$0 }
      }
      guard let next = lineSearch(from: x, along: direction, value: f, gradient: g, slope) else {
        // A stale curvature may point along a ridge: once more, straight down.
        if !isFresh {
          inverse = scaledIdentity(x.count, by: 1 / max(1, size(g)))
          isFresh = true
          continue
        }
        return Minimum(
          position: x, value: f, gradientSize: size(g), steps: step, ending: .noFurtherProgress)
      }
      learn(&inverse, moved: minus(next.x, x), slopeChange: minus(next.g, g), isFresh: isFresh)
      isFresh = false
      (x, f, g) = (next.x, next.f, next.g)
    }
    return Minimum(
      position: x, value: f, gradientSize: size(g), steps: limit, ending: .stepLimit)
  }

  /// Halves, guided by a parabola, until the value has fallen by a share of what the slope promised;
  /// doubles the first step while the slope there still leads down steeply.
  private static func lineSearch(
    from x: [Double], along direction: [Double], value f: Double, gradient g: [Double],
    _ slope: ([Double]) -> Slope
  ) -> (x: [Double], f: Double, g: [Double])? {
    let promised = dot(direction, g)
    var length = 1.0
    var best: (x: [Double], f: Double, g: [Double])?
    for _ in 0..<60 {
      let position = zip(x, direction).map { $0 + length * $1 }
      let (value, gradient) = slope(position)
      if value.isFinite, value <= f + 1e-4 * length * promised {
        let isBetter = value < best?.f ?? .infinity
        if !isBetter { return best }
        best = (position, value, gradient)
        if dot(gradient, direction) >= 0.9 * promised || length > 64 { return best }
        length *= 2
        continue
      }
      if best != nil { return best }
      let parabola = -promised * length / (2 * (value - f - promised * length)) * length
      length =
        parabola.isFinite ? min(max(parabola, 0.1 * length), 0.5 * length) : 0.1 * length
      if position == x { return nil }
    }
    return best
  }

  /// H ← (I − ρsyᵀ)H(I − ρysᵀ) + ρssᵀ, ρ = 1/yᵀs; left out where the curvature yᵀs is not positive.
  private static func learn(
    _ inverse: inout [[Double]], moved s: [Double], slopeChange y: [Double], isFresh: Bool
  ) {
    let curvature = dot(y, s)
    guard curvature > 1e-12 * (dot(y, y) * dot(s, s)).squareRoot() else { return }
    if isFresh { inverse = scaledIdentity(s.count, by: curvature / dot(y, y)) }
    let hy = product(inverse, y)
    let factor = (1 + dot(y, hy) / curvature) / curvature
    for i in s.indices {
      for j in s.indices {
        inverse[i][j] += factor * s[i] * s[j] - (hy[i] * s[j] + s[i] * hy[j]) / curvature
      }
    }
  }

  private static func scaledIdentity(_ count: Int, by scale: Double) -> [[Double]] {
    (0..<count).map { row in (0..<count).map { $0 == row ? scale : 0 } }
  }

  private static func product(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
    matrix.map { dot($0, vector) }
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for i in a.indices { sum += a[i] * b[i] }
    return sum
  }

  private static func minus(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 - $1 } }

  private static func size(_ g: [Double]) -> Double {
    g.reduce(0) { $1.isNaN ? .infinity : max($0, $1.magnitude) }
  }
}
