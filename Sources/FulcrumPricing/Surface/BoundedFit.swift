internal import FulcrumNumerics
internal import RealModule

/// A raw SVI slice between two others: for a given bend (m, σ) the quotes, the expiry after and the
/// expiry before are a convex quadratic under linear inequalities, solved exactly.
///
/// With y = (k − m)/σ the slice is w = â + d·y + z√(y² + 1). Order with the neighbours is
/// w(k) ≤ w_later(k) and w(k) ≥ w_earlier(k) at many k; |d| ≤ z and z + |d| ≤ 2σ keep it a slice
/// within Lee's slope. Only the bend is searched for, with what g lacks of 0 added to the cost.
struct BoundedFit {
  let targets: [SVIPolish.Target]
  let caps: [Limit]
  let floors: [Limit]
  /// Where g is looked at while fitting.
  let nodes: [Double]

  struct Limit {
    let k, w: Double
  }

  /// - Parameters:
  ///   - start: a slice whose bend the search starts at.
  ///   - later: the expiry that must not be crossed.
  ///   - earlier: where and how high the one before is quoted, to stay above; empty to ignore it.
  init(
    _ targets: [SVIPolish.Target], around start: RawSVI, below later: RawSVI?,
    above earlier: [Limit]
  ) {
    self.targets = targets
    let level = max(start.totalVariance(at: 0), 1e-9)
    nodes = SVIPolish.nodes(of: start)
    let margin = 2e-5 * level
    caps =
      later.map { later in
        (SmileCheck.points(later, and: start)).map {
          Limit(k: $0, w: later.totalVariance(at: $0) - margin)
        }
      } ?? []
    // Above 0 everywhere, and above the earlier expiry where the later one leaves room for both.
    floors =
      nodes.map { Limit(k: $0, w: 1e-3 * level) }
      + earlier.map { limit in
        let cap = later.map { $0.totalVariance(at: limit.k) - 2 * margin } ?? .infinity
        return Limit(k: limit.k, w: min(limit.w, cap))
      }
  }

  /// The best slice found, nil where the limits leave none.
  func fit(from start: RawSVI) -> RawSVI? {
    let low = targets.first?.k ?? 0
    let high = targets.last?.k ?? 0
    let width = max(high - low, 1e-4)
    var best = (position: [start.m, Double.log(start.sigma)], cost: Double.infinity)
    func value(_ position: [Double]) -> Double {
      guard position[0] > low - width, position[0] < high + width,
        position[1] > Double.log(0.002 * width), position[1] < Double.log(10 * width)
      else { return .infinity }
      return solve(m: position[0], sigma: Double.exp(position[1]))?.cost ?? .infinity
    }
    let bends = [0.05, 0.15, 0.4, 1].map { Double.log($0 * width) }
    let middles = [-0.25, 0, 0.25].map { $0 * width }
    for position in [best.position] + bends.flatMap({ bend in middles.map { [$0, bend] } }) {
      let cost = value(position)
      if cost < best.cost { best = (position, cost) }
    }
    guard best.cost.isFinite else { return nil }
    let found = NelderMead.minimum(
      from: best.position, steps: [0.1 * width, 0.4], tolerance: 1e-4, limit: 70, value)
    return solve(m: found.position[0], sigma: Double.exp(found.position[1]))?.slice
  }

  // MARK: One bend

  private func solve(m: Double, sigma: Double) -> (slice: RawSVI, cost: Double)? {
    let bend = Bend(m: m, sigma: sigma)
    var (hessian, linear) = ([SIMD4<Double>](repeating: .zero, count: 4), SIMD4<Double>.zero)
    var constant = 0.0
    for target in targets {
      let row = bend.row(target.k)
      let weight = target.scale * target.scale
      for place in 0..<3 { hessian[place] += weight * row[place] * row }
      linear += weight * target.w * row
      constant += weight * target.w * target.w
    }
    // So little that no digit of the fit feels it; without it three quotes on a line have no answer.
    for place in 0..<3 { hessian[place][place] *= 1 + 1e-10 }
    hessian[3][3] = 1
    let upper = caps.map { (bend.row($0.k), $0.w) }
    let lower = floors.map { (bend.row($0.k), $0.w) }
    let solution = ConvexQuadratic.minimum(hessian: hessian, linear: linear, limit: 40) { x in
      Self.mostViolated(x, sigma: sigma, upper: upper, lower: lower)
    }
    guard let x = solution else { return nil }
    let hx = hessian[0] * x[0] + hessian[1] * x[1] + hessian[2] * x[2]
    let misfit = (hx * x).sum() - 2 * (linear * x).sum() + constant
    let slice = bend.slice(x)
    return (slice, misfit + lack(of: slice))
  }

  /// 10⁴ Σ (max(0, −g))², as in the polish, and so that a violated g is never the better answer.
  private func lack(of slice: RawSVI) -> Double {
    var sum = 0.0
    for k in nodes {
      let lack = 1e-3 - slice.curve(at: k).density(at: k)
      if lack > 0 { sum += lack.isFinite ? lack * lack : 1 }
    }
    return 1e6 * sum
  }

  private static func mostViolated(
    _ x: SIMD4<Double>, sigma: Double, upper: [(SIMD4<Double>, Double)],
    lower: [(SIMD4<Double>, Double)]
  ) -> ConvexQuadratic.Inequality? {
    var worst = -1e-13
    var found: ConvexQuadratic.Inequality?
    func look(_ normal: SIMD4<Double>, _ bound: Double) {
      let slack = (normal * x).sum() - bound
      if slack < worst {
        worst = slack
        found = ConvexQuadratic.Inequality(normal: normal, bound: bound)
      }
    }
    look(SIMD4(0, 1, 1, 0), 0)
    look(SIMD4(0, -1, 1, 0), 0)
    look(SIMD4(0, 1, -1, 0), -1.99 * sigma)
    look(SIMD4(0, -1, -1, 0), -1.99 * sigma)
    for (row, w) in upper { look(-row, -w) }
    for (row, w) in lower { look(row, w) }
    return found
  }

  private struct Bend {
    let m, sigma: Double

    func row(_ k: Double) -> SIMD4<Double> {
      let y = (k - m) / sigma
      return SIMD4(1, y, (y * y + 1).squareRoot(), 0)
    }

    func slice(_ x: SIMD4<Double>) -> RawSVI {
      let rho = x[2] > 0 ? min(max(x[1] / x[2], -0.999_999), 0.999_999) : 0
      return RawSVI(unchecked: x[0], b: max(x[2], 0) / sigma, rho: rho, m: m, sigma: sigma)
    }
  }
}
