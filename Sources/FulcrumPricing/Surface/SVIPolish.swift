internal import FulcrumNumerics
internal import RealModule

/// Second fit of a raw SVI slice: all five parameters at once, away from arbitrage.
///
/// Least squares in vol points with penalties on g < 0 and wishes about the neighbours, by
/// Levenberg-Marquardt with exact derivatives. The unknowns are (ln w_min, ln b, artanh ρ, m, ln σ),
/// in which every step is a slice: w_min > 0, b > 0, |ρ| < 1 and σ > 0 need no guard.
///
/// - Source: leverage-math 8.3 (ii).
struct SVIPolish {
  struct Target {
    /// k; the volatility times √T squared; residuals are (w − w_mkt)·scale.
    let k, w, scale: Double
  }

  let targets: [Target]
  /// w should not be above that of the next expiry, nor below that of the one before: wishes, as
  /// strong as a quote at each point. What must hold is for `BoundedFit`.
  var later: RawSVI?
  var earlier: RawSVI?
  let years: Double

  /// One step towards order with both neighbours.
  func softened(from start: RawSVI) -> RawSVI {
    minimise(from: start, nodes: Self.nodes(of: start), strength: 100, limit: 12)
  }

  /// Fits, checks, and presses harder on what the check finds, until nothing is found.
  func fit(from start: RawSVI) -> RawSVI {
    var slice = minimise(from: start, nodes: [], strength: 0, limit: 25)
    var strength = 100.0
    var nodes = Set<Double>()
    for _ in 0..<6 {
      let found = violations(of: slice)
      if found.isEmpty { break }
      if nodes.isEmpty { nodes = Set(Self.nodes(of: slice)) }
      nodes.formUnion(found)
      slice = minimise(from: slice, nodes: nodes.sorted(), strength: strength, limit: 20)
      strength *= 30
    }
    return slice
  }

  /// Points where the slice shows arbitrage on the points of its check.
  private func violations(of slice: RawSVI) -> [Double] {
    var found: [Double] = []
    for k in SmileCheck.points(slice, and: nil) where slice.curve(at: k).density(at: k) < 0 {
      found.append(k)
    }
    if found.isEmpty, slice.leeSlope > 2 { found = [0] }
    return found
  }

  /// Dense at the money, out to the reach of the check.
  static func nodes(of slice: RawSVI) -> [Double] {
    let reach = SmileCheck.reach(slice)
    let scale = max(slice.totalVariance(at: 0), 1e-8).squareRoot() / 2
    let last = Double.asinh(reach / scale)
    return (-30...30).map { scale * Double.sinh(last * Double($0) / 30) }
  }

  // MARK: Least squares

  private func minimise(
    from start: RawSVI, nodes: [Double], strength: Double, limit: Int
  ) -> RawSVI {
    let result = LevenbergMarquardt.minimum(
      from: Unknowns(start).position, tolerance: 1e-7, limit: limit
    ) { position, equations in
      let slice = Unknowns(position).slice
      guard slice.sigma < 100, slice.b < 100, slice.minimum.isFinite, slice.b > 1e-12 else {
        return equations.add(residual: .infinity, row: .zero)
      }
      let kernel = Kernel(slice)
      for target in targets {
        let (curve, row) = kernel.variance(at: target.k)
        equations.add(residual: (curve.w - target.w) * target.scale, row: row * target.scale)
      }
      guard strength > 0 else { return }
      let root = strength.squareRoot()
      for k in nodes { add(k, kernel, root, &equations) }
      let over = slice.leeSlope - Self.steepest
      if over > 0 {
        var row = SIMD8<Double>.zero
        row[1] = slice.leeSlope
        row[2] = slice.b * (slice.rho < 0 ? -1 : 1) * (1 - slice.rho * slice.rho)
        equations.add(residual: 100 * root * over, row: 100 * root * row)
      }
    }
    return Unknowns(result.position).slice
  }

  /// A little within Lee's 2 and above g = 0, so that a soft wall ends on the right side.
  private static let steepest = 1.99
  private static let leastDensity = 2e-3

  private func add(
    _ k: Double, _ kernel: Kernel, _ root: Double, _ equations: inout NormalEquations
  ) {
    let (curve, row) = kernel.variance(at: k)
    let g = curve.density(at: k)
    if g < Self.leastDensity {
      equations.add(
        residual: root * (Self.leastDensity - g), row: -root * kernel.density(at: k, curve, row))
    }
    // In vol points at the money's scale: 100/(2√(w₀T)).
    let scale = 50 / (kernel.level * years).squareRoot()
    if let later {
      let excess = curve.w - later.totalVariance(at: k)
      if excess > 0 { equations.add(residual: scale * excess, row: scale * row) }
    }
    if let earlier {
      let lack = earlier.totalVariance(at: k) - curve.w
      if lack > 0 { equations.add(residual: scale * lack, row: -scale * row) }
    }
  }

  /// (ln w_min, ln b, artanh ρ, m, ln σ).
  struct Unknowns {
    let position: [Double]

    init(_ position: [Double]) { self.position = position }

    init(_ slice: RawSVI) {
      let rho = min(max(slice.rho, -0.999), 0.999)
      let least = max(slice.minimum, 1e-9)
      position = [
        Double.log(least), Double.log(max(slice.b, 1e-6)), Double.atanh(rho), slice.m,
        Double.log(slice.sigma),
      ]
    }

    var slice: RawSVI {
      let (b, rho) = (Double.exp(position[1]), Double.tanh(position[2]))
      let sigma = Double.exp(position[4])
      let bounded = min(max(rho, -0.999_999), 0.999_999)
      let rest = (1 - bounded * bounded).squareRoot()
      return RawSVI(
        unchecked: Double.exp(position[0]) - b * sigma * rest, b: b, rho: bounded, m: position[3],
        sigma: sigma)
    }
  }
}

/// Values of a slice with their derivatives in the unknowns of the polish.
private struct Kernel {
  let slice: RawSVI
  let least, rest: Double
  /// w(0), not below w_min.
  let level: Double

  init(_ slice: RawSVI) {
    self.slice = slice
    least = slice.minimum
    rest = (1 - slice.rho * slice.rho).squareRoot()
    level = max(slice.totalVariance(at: 0), 1e-12)
  }

  @inline(__always)
  func variance(at k: Double) -> (VarianceCurve, SIMD8<Double>) {
    let curve = slice.curve(at: k)
    let y = k - slice.m
    let q = (y * y + slice.sigma * slice.sigma).squareRoot()
    let row = SIMD8(
      least, curve.w - least, slice.b * rest * (rest * y + slice.sigma * slice.rho), -curve.dw,
      slice.b * slice.sigma * (slice.sigma / q - rest), 0, 0, 0)
    return (curve, row)
  }

  func density(at k: Double, _ curve: VarianceCurve, _ row: SIMD8<Double>) -> SIMD8<Double> {
    let y = k - slice.m
    let square = y * y + slice.sigma * slice.sigma
    let first = SIMD8(
      0, curve.dw, slice.b * rest * rest, -curve.d2w, -y * curve.d2w, 0, 0, 0)
    let second = SIMD8(
      0, curve.d2w, 0, 3 * curve.d2w * y / square,
      curve.d2w * (2 - 3 * slice.sigma * slice.sigma / square), 0, 0, 0)
    let (w, dw) = (curve.w, curve.dw)
    let tilt = 1 - k * dw / (2 * w)
    let byW = tilt * k * dw / (w * w) + dw * dw / (4 * w * w)
    let bySlope = -tilt * k / w - 0.5 * dw * (1 / w + 0.25)
    return byW * row + bySlope * first + 0.5 * second
  }
}
