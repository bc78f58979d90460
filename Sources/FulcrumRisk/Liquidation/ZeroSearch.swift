import FulcrumNumerics
import RealModule

/// Every zero of a function of ln x on a grid (leverage-math 3.2, steps 2 to 4).
///
/// Signs are taken as below 0 or not: a zero is where the function passes from one to the other.
struct ZeroSearch {
  struct Zero: Hashable {
    /// ln x.
    let position: Double
    /// The function is below 0 to the left of it.
    let rising: Bool
  }

  /// A value with the summed magnitudes of its terms.
  struct Sample {
    let value: Double
    let scale: Double

    /// The value, or 0 where it is rounding noise: at most 4 ulp of the scale.
    var settled: Double { value.magnitude <= 4 * scale.ulp ? 0 : value }
  }

  /// |H| below this part of its scale, at an extremum that does not cross, touches 0.
  static let tangencyPart = 1e-9

  private(set) var zeros: [Zero] = []
  private(set) var tangencies: [Double] = []

  /// - Parameters:
  ///   - nodes: ascending, at least two.
  ///   - values: the function there.
  ///   - slopeBound: an upper bound of |f'| between two positions, which spares the search of
  ///     extrema that provably cannot reach 0.
  init(
    nodes: [Double], values: [Double], slopeBound: (Double, Double) -> Double,
    evaluate: (Double) -> Sample
  ) {
    for place in nodes.indices.dropFirst() {
      let left = values[place - 1]
      let right = values[place]
      if (left < 0) != (right < 0) {
        cross(nodes[place - 1], left, nodes[place], right, evaluate)
      }
      guard place + 1 < nodes.count else { break }
      let next = values[place + 1]
      let side: Double = right < 0 ? -1 : 1
      // An extremum pointing at 0: all three on one side, the middle one nearest.
      guard (left < 0) == (right < 0), (next < 0) == (right < 0), side * right < side * left,
        side * right <= side * next
      else { continue }
      let cell = (nodes[place - 1], nodes[place + 1])
      let clearance = side * right - slopeBound(cell.0, cell.1) * (cell.1 - cell.0)
      // Twice, because the scale is taken at the node and not where a tangency would be.
      if clearance > 0, clearance > 2 * Self.tangencyPart * evaluate(nodes[place]).scale {
        continue
      }
      touch(nodes[place - 1], left, nodes[place], nodes[place + 1], next, evaluate)
    }
  }

  private mutating func cross(
    _ lower: Double, _ lowerValue: Double, _ upper: Double, _ upperValue: Double,
    _ evaluate: (Double) -> Sample
  ) {
    let root = BracketedRoot.find(
      lower: lower, upper: upper, lowerValue: lowerValue, upperValue: upperValue, tolerance: 1e-14
    ) { evaluate($0).settled }
    zeros.append(Zero(position: root, rising: lowerValue < 0))
  }

  /// Golden section toward 0 in a cell around an extremum: two zeros, a tangency, or nothing.
  private mutating func touch(
    _ lower: Double, _ lowerValue: Double, _ middle: Double, _ upper: Double, _ upperValue: Double,
    _ evaluate: (Double) -> Sample
  ) {
    let side: Double = lowerValue < 0 ? -1 : 1
    let golden = 0.3819660112501051
    var (a, b) = (lower, upper)
    var best = middle
    var sample = evaluate(best)
    while b - a > 1e-10, side * sample.value >= 0 {
      // The probe divides the longer part; a crossing ends the search at once.
      let probe = best - a > b - best ? best - golden * (best - a) : best + golden * (b - best)
      let tried = evaluate(probe)
      if side * tried.value < side * sample.value {
        if probe < best { b = best } else { a = best }
        best = probe
        sample = tried
      } else if probe < best {
        a = probe
      } else {
        b = probe
      }
    }
    if side * sample.value < 0 || (side < 0 && sample.value >= 0) {
      cross(lower, lowerValue, best, sample.value, evaluate)
      cross(best, sample.value, upper, upperValue, evaluate)
    } else if sample.value.magnitude < Self.tangencyPart * sample.scale {
      tangencies.append(best)
    }
  }
}
