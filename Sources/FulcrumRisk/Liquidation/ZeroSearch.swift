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
  ///   - clear: of each node, whether the cell that ends there is proven to hold no zero; empty where
  ///     nothing is proven.
  ///   - slopeBound: an upper bound of |f'| between two positions, which spares the search of
  ///     extrema that provably cannot reach 0.
  init(
    nodes: [Double], values: [Double], clear: [Bool] = [],
    slopeBound: (Double, Double) -> Double, evaluate: (Double) -> Sample
  ) {
    for place in nodes.indices.dropFirst() {
      let left = values[place - 1]
      let here = values[place]
      if (left < 0) != (here < 0) {
        cross(nodes[place - 1], left, nodes[place], here, evaluate)
      }
      guard place + 1 < nodes.count else { break }
      let sides = Sides(
        leftIsClear: !clear.isEmpty && clear[place],
        rightIsClear: !clear.isEmpty && clear[place + 1])
      guard sides.pointAtZero(left, here, values[place + 1]) else { continue }
      let lower = sides.leftIsClear ? place : place - 1
      let upper = sides.rightIsClear ? place : place + 1
      let reach =
        slopeBound(nodes[lower], nodes[upper]) * (nodes[upper] - nodes[lower])
      let clearance = here.magnitude - reach
      // Twice, because the scale is taken at the node and not where a tangency would be.
      if clearance > 0, clearance > 2 * Self.tangencyPart * evaluate(nodes[place]).scale {
        continue
      }
      touch(
        nodes[lower], values[lower], nodes[place], nodes[upper], values[upper], evaluate)
    }
  }

  /// Which of the two cells beside a node are known to hold no zero.
  private struct Sides {
    let leftIsClear: Bool
    let rightIsClear: Bool

    /// Whether the function may turn towards 0 beside the node: all three values on one side of it
    /// and the middle one nearest. A clear cell asks nothing, since nothing hides in it.
    func pointAtZero(_ left: Double, _ here: Double, _ next: Double) -> Bool {
      guard !(leftIsClear && rightIsClear), (left < 0) == (here < 0), (next < 0) == (here < 0)
      else { return false }
      let side: Double = here < 0 ? -1 : 1
      return (leftIsClear || side * here < side * left)
        && (rightIsClear || side * here <= side * next)
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
    let golden = GoldenSection.smallerPart
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
