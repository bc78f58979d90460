/// A Brownian path built coarse to fine: its end first, then middles of what lies open, breadth
/// first, so that the first normals carry most of the variance (leverage-math 6.4).
///
/// Between known times t_l < t_m < t_r
///
///     W_m = W_l + (t_m − t_l)/(t_r − t_l)·(W_r − W_l) + √((t_m − t_l)(t_r − t_m)/(t_r − t_l))·Z
///
/// with m = ⌊(l + r)/2⌋ on places 0..n−1 and l = −1 for time 0; the left interval is queued before
/// the right.
///
/// - Accuracy: within 1e-13 relative (`mc_kernels.json`).
public struct BrownianPath: Hashable, Sendable {
  private struct Step: Hashable, Sendable {
    let place: Int
    let left: Int
    let right: Int
    let leftWeight: Double
    let rightWeight: Double
    let deviation: Double
  }

  private let steps: [Step]
  /// √Δ of each step of time.
  private let roots: [Double]

  /// - Parameter times: ascending, the first above 0; at least one.
  public init(times: [Double]) {
    precondition(!times.isEmpty, "a path of no times has no end")
    let last = times.count - 1
    var steps = [
      Step(
        place: last, left: -1, right: -1, leftWeight: 0, rightWeight: 0,
        deviation: times[last].squareRoot())
    ]
    var open = [(left: -1, right: last)]
    var next = 0
    while next < open.count {
      let (left, right) = open[next]
      next += 1
      guard right - left > 1 else { continue }
      // Floor of the mean, also where left is −1.
      let middle = (left + right) >> 1
      let start = left < 0 ? 0 : times[left]
      let (before, after, whole) = (
        times[middle] - start, times[right] - times[middle], times[right] - start
      )
      steps.append(
        Step(
          place: middle, left: left, right: right, leftWeight: after / whole,
          rightWeight: before / whole, deviation: (before * after / whole).squareRoot()))
      open.append((left, middle))
      open.append((middle, right))
    }
    self.steps = steps
    roots = zip(times, [0] + times.dropLast()).map { ($0 - $1).squareRoot() }
  }

  /// The place that each build step sets, from 0.
  public var order: [Int] { steps.map(\.place) }

  /// W at the times, from one normal for each, in build order.
  public func path(_ normals: [Double]) -> [Double] {
    precondition(
      normals.count == steps.count, "\(normals.count) normals for \(steps.count) times")
    var path = [Double](repeating: 0, count: steps.count)
    for (step, normal) in zip(steps, normals) {
      let left = step.left < 0 ? 0 : path[step.left]
      let right = step.right < 0 ? 0 : path[step.right]
      path[step.place] =
        step.leftWeight * left + step.rightWeight * right + step.deviation * normal
    }
    return path
  }

  /// Rows of normals in build order become rows of (W_k − W_{k−1})/√Δ_k in the order of time: normals
  /// of the steps, again independent, whose sums follow the first ones.
  ///
  /// - Parameters:
  ///   - stride: row k of the path is row k·stride of `rows`; the others are left alone.
  ///   - room: for W, kept from call to call.
  package func stepNormals(
    _ rows: inout [Double], width: Int, stride: Int = 1, room: inout [Double]
  ) {
    let size = steps.count * width
    precondition(rows.count >= size * stride - (stride - 1) * width, "a normal for each time")
    if room.count != size { room = [Double](repeating: 0, count: size) }
    for (build, step) in steps.enumerated() {
      let (from, to) = (build * stride * width, step.place * width)
      for column in 0..<width {
        var at = step.deviation * rows[from + column]
        if step.left >= 0 { at += step.leftWeight * room[step.left * width + column] }
        if step.right >= 0 { at += step.rightWeight * room[step.right * width + column] }
        room[to + column] = at
      }
    }
    for (step, root) in roots.enumerated() {
      let (at, out) = (step * width, step * stride * width)
      for column in 0..<width {
        let before = step > 0 ? room[at - width + column] : 0
        rows[out + column] = (room[at + column] - before) / root
      }
    }
  }
}
