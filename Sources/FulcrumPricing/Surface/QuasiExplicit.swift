internal import FulcrumNumerics
internal import RealModule

/// First fit of a raw SVI slice: for a given bend (m, σ) the rest is linear and exact.
///
/// With y = (k − m)/σ the slice is w = â + d·y + z√(y² + 1), d = bρσ, z = bσ, a = â. The sum of
/// squares is convex in (â, d, z), and what keeps the slice sound is a box and a diamond:
///
///     0 ≤ â ≤ max w        |d| ≤ z ≤ 2σ − |d|    (b ≥ 0, |ρ| ≤ 1, Lee slope ≤ 2)
///
/// - Source: Zeliade Systems, Quasi-explicit calibration of Gatheral's SVI model (2009), with the
///   slope limit of leverage-math 8.3.
struct QuasiExplicit {
  /// k, w and the weight of each quote.
  let points: [Point]
  private let highest: Double

  struct Point {
    let k, w, weight: Double
  }

  struct Solution {
    var level, tilt, bend, cost: Double
  }

  init(_ points: [Point]) {
    self.points = points
    highest = points.map(\.w).max() ?? 0
  }

  /// The best slice over m and σ: a 5 × 5 grid, then Nelder-Mead from the best of it.
  func fit() -> RawSVI {
    let low = points.first?.k ?? 0
    let high = points.last?.k ?? 0
    let width = max(high - low, 1e-4)
    var best = (m: 0.0, logSigma: Double.log(0.3 * width), cost: Double.infinity)
    for column in 0..<5 {
      for row in 0..<5 {
        let m = low + width * (0.1 + 0.2 * Double(column))
        let logSigma = Double.log(width) + Double.log(0.02) * (1 - Double(row) / 4)
        let cost = solve(m: m, sigma: Double.exp(logSigma)).cost
        if cost < best.cost { best = (m, logSigma, cost) }
      }
    }
    let found = NelderMead.minimum(
      from: [best.m, best.logSigma], steps: [0.1 * width, 0.5], tolerance: 1e-5, limit: 60
    ) { position in
      // Beyond the quotes and finer than they are, the bend is made of nothing.
      guard position[0] > low - width, position[0] < high + width,
        position[1] > Double.log(0.002 * width), position[1] < Double.log(10 * width)
      else { return .infinity }
      return solve(m: position[0], sigma: Double.exp(position[1])).cost
    }
    let (m, sigma) = (found.position[0], Double.exp(found.position[1]))
    let part = solve(m: m, sigma: sigma)
    let b = part.bend / sigma
    let rho = part.bend > 0 ? min(max(part.tilt / part.bend, -0.999), 0.999) : 0
    return RawSVI(unchecked: part.level, b: b, rho: rho, m: m, sigma: sigma)
  }

  // MARK: The linear part

  /// Weighted moments of (y, √(y² + 1), w).
  private struct Moments {
    var n = 0.0
    var y = 0.0
    var s = 0.0
    var w = 0.0
    var yy = 0.0
    var ys = 0.0
    var ss = 0.0
    var yw = 0.0
    var sw = 0.0
    var ww = 0.0
  }

  func solve(m: Double, sigma: Double) -> Solution {
    var t = Moments()
    for point in points {
      let y = (point.k - m) / sigma
      let s = (y * y + 1).squareRoot()
      let weight = point.weight
      t.n += weight
      t.y += weight * y
      t.s += weight * s
      t.w += weight * point.w
      t.yy += weight * y * y
      t.ys += weight * y * s
      t.ss += weight * s * s
      t.yw += weight * y * point.w
      t.sw += weight * s * point.w
      t.ww += weight * point.w * point.w
    }
    let free = free(t, sigma)
    if free.level >= 0, free.level <= highest { return free }
    // Convex: with â out of its interval the best of the rest lies at an end of it.
    let (low, high) = (held(t, sigma, level: 0), held(t, sigma, level: highest))
    return low.cost <= high.cost ? low : high
  }

  /// â eliminated: about the weighted means.
  private func free(_ t: Moments, _ sigma: Double) -> Solution {
    let plane = Plane(
      yy: t.yy - t.y * t.y / t.n, ys: t.ys - t.y * t.s / t.n, ss: t.ss - t.s * t.s / t.n,
      yw: t.yw - t.y * t.w / t.n, sw: t.sw - t.s * t.w / t.n)
    let (d, z) = plane.minimum(sigma)
    return Solution(
      level: (t.w - d * t.y - z * t.s) / t.n, tilt: d, bend: z,
      cost: t.ww - t.w * t.w / t.n + plane.cost(d, z))
  }

  private func held(_ t: Moments, _ sigma: Double, level: Double) -> Solution {
    let plane = Plane(
      yy: t.yy, ys: t.ys, ss: t.ss, yw: t.yw - level * t.y, sw: t.sw - level * t.s)
    let (d, z) = plane.minimum(sigma)
    return Solution(
      level: level, tilt: d, bend: z,
      cost: t.ww - 2 * level * t.w + level * level * t.n + plane.cost(d, z))
  }

  /// A convex quadratic in (d, z) over the diamond |d| ≤ z ≤ 2σ − |d|.
  private struct Plane {
    let yy, ys, ss, yw, sw: Double

    func cost(_ d: Double, _ z: Double) -> Double {
      d * d * yy + 2 * d * z * ys + z * z * ss - 2 * (d * yw + z * sw)
    }

    func minimum(_ sigma: Double) -> (Double, Double) {
      let determinant = yy * ss - ys * ys
      if determinant > 1e-14 * yy * ss {
        let d = (yw * ss - sw * ys) / determinant
        let z = (sw * yy - yw * ys) / determinant
        if d.magnitude <= z, z <= 2 * sigma - d.magnitude { return (d, z) }
      }
      let corners = [(0.0, 0.0), (sigma, sigma), (0, 2 * sigma), (-sigma, sigma)]
      var best = (point: corners[0], cost: Double.infinity)
      for place in 0..<4 {
        let point = onEdge(corners[place], corners[(place + 1) % 4])
        let cost = cost(point.0, point.1)
        if cost < best.cost { best = (point, cost) }
      }
      return best.point
    }

    private func onEdge(_ from: (Double, Double), _ to: (Double, Double)) -> (Double, Double) {
      let (x, y) = (to.0 - from.0, to.1 - from.1)
      let curvature = x * x * yy + 2 * x * y * ys + y * y * ss
      let slope =
        x * (yw - from.0 * yy - from.1 * ys) + y * (sw - from.0 * ys - from.1 * ss)
      let share = curvature > 0 ? min(max(slope / curvature, 0), 1) : (slope > 0 ? 1 : 0)
      return (from.0 + share * x, from.1 + share * y)
    }
  }
}
