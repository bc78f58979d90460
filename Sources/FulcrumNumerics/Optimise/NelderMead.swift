/// Minimum of a function of a few variables without derivatives.
///
/// Goals, in order: the same answer on every machine; few evaluations; no assumption but continuity.
/// Coefficients 1, 2, ½, ½ of the original; a point that is not finite counts as worst.
///
/// - Source: J. A. Nelder, R. Mead, The Computer Journal 7 (1965) 308–313.
public enum NelderMead {
  public struct Result: Sendable {
    public let position: [Double]
    public let value: Double
    public let evaluations: Int
  }

  /// - Parameters:
  ///   - start: n ≥ 1 coordinates.
  ///   - steps: edge of the first simplex along each coordinate, not 0.
  ///   - tolerance: of the value, relative to the best one: ends where best and worst agree so far.
  ///   - limit: evaluations at the most.
  public static func minimum(
    from start: [Double], steps: [Double], tolerance: Double, limit: Int,
    _ value: ([Double]) -> Double
  ) -> Result {
    precondition(!start.isEmpty && steps.count == start.count, "one step a coordinate")
    var simplex = Simplex(start: start, steps: steps, value: value)
    while simplex.evaluations < limit, !simplex.isFlat(tolerance) { simplex.move(value) }
    let best = simplex.points[0]
    return Result(position: best.position, value: best.value, evaluations: simplex.evaluations)
  }
}

private struct Simplex {
  struct Point {
    var position: [Double]
    var value: Double
  }

  /// Best first.
  var points: [Point]
  var evaluations: Int

  init(start: [Double], steps: [Double], value: ([Double]) -> Double) {
    var positions = [start]
    for place in start.indices {
      var position = start
      position[place] += steps[place]
      positions.append(position)
    }
    points = positions.map { Point(position: $0, value: Self.ordered(value($0))) }
    evaluations = points.count
    sort()
  }

  private static func ordered(_ value: Double) -> Double { value.isNaN ? .infinity : value }

  /// Stable, so that ties fall the same way everywhere.
  private mutating func sort() {
    let order = points.indices.sorted {
      (points[$0].value, $0) < (points[$1].value, $1)
    }
    points = order.map { points[$0] }
  }

  func isFlat(_ tolerance: Double) -> Bool {
    let (best, worst) = (points[0].value, points[points.count - 1].value)
    return worst - best <= tolerance * best.magnitude
  }

  mutating func move(_ value: ([Double]) -> Double) {
    let last = points.count - 1
    let worst = points[last]
    var centre = [Double](repeating: 0, count: last)
    for point in points[..<last] {
      for place in centre.indices { centre[place] += point.position[place] / Double(last) }
    }
    func trial(_ factor: Double) -> Point {
      let position = zip(centre, worst.position).map { $0 + factor * ($0 - $1) }
      return Point(position: position, value: Self.ordered(value(position)))
    }
    let reflected = trial(1)
    evaluations += 1
    if reflected.value < points[0].value {
      let expanded = trial(2)
      evaluations += 1
      points[last] = expanded.value < reflected.value ? expanded : reflected
    } else if reflected.value < points[last - 1].value {
      points[last] = reflected
    } else {
      let contracted = trial(reflected.value < worst.value ? 0.5 : -0.5)
      evaluations += 1
      if contracted.value < min(reflected.value, worst.value) {
        points[last] = contracted
      } else {
        shrink(value)
      }
    }
    sort()
  }

  private mutating func shrink(_ value: ([Double]) -> Double) {
    let best = points[0].position
    for place in points.indices.dropFirst() {
      let position = zip(best, points[place].position).map { 0.5 * ($0 + $1) }
      points[place] = Point(position: position, value: Self.ordered(value(position)))
    }
    evaluations += points.count - 1
  }
}
