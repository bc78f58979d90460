/// The simplex method, for where descent finds no way: slow, and content with a rough surface.
public enum NelderMead {
  /// - Parameters:
  ///   - reach: how far the first simplex goes along each axis, ≠ 0.
  ///   - tolerance: settled once the values at all corners differ by no more than this, relative to
  ///     max(1, |f|).
  ///   - limit: largest number of moves.
  /// - Source: J. Nelder, R. Mead, Computer Journal 7 (1965) 308–313, with the usual coefficients.
  public static func minimum(
    from start: [Double], reach: Double, tolerance: Double, limit: Int,
    _ value: ([Double]) -> Double
  ) -> Minimum {
    func worth(_ position: [Double]) -> Double {
      let result = value(position)
      return result.isNaN ? .infinity : result
    }
    var corners = [(x: start, f: worth(start))]
    for axis in start.indices {
      var x = start
      x[axis] += reach
      corners.append((x, worth(x)))
    }
    for move in 0..<limit {
      corners.sort { $0.f < $1.f }
      let (best, worst) = (corners[0], corners[corners.count - 1])
      if worst.f - best.f <= tolerance * max(1, best.f.magnitude) {
        return ended(best, move, .settled)
      }
      let centre = start.indices.map { axis in
        corners.dropLast().reduce(0) { $0 + $1.x[axis] } / Double(start.count)
      }
      func point(_ share: Double) -> (x: [Double], f: Double) {
        let x = zip(centre, worst.x).map { $0 + share * ($1 - $0) }
        return (x, worth(x))
      }
      let mirrored = point(-1)
      if mirrored.f < best.f {
        let further = point(-2)
        corners[corners.count - 1] = further.f < mirrored.f ? further : mirrored
      } else if mirrored.f < corners[corners.count - 2].f {
        corners[corners.count - 1] = mirrored
      } else {
        let nearer = mirrored.f < worst.f ? point(-0.5) : point(0.5)
        if nearer.f < min(worst.f, mirrored.f) {
          corners[corners.count - 1] = nearer
        } else {
          for place in corners.indices.dropFirst() {
            let x = zip(best.x, corners[place].x).map { ($0 + $1) / 2 }
            corners[place] = (x, worth(x))
          }
        }
      }
    }
    corners.sort { $0.f < $1.f }
    return ended(corners[0], limit, .stepLimit)
  }

  private static func ended(
    _ corner: (x: [Double], f: Double), _ steps: Int, _ ending: Minimum.Ending
  ) -> Minimum {
    Minimum(
      position: corner.x, value: corner.f, gradientSize: 0, steps: steps, ending: ending)
  }
}
