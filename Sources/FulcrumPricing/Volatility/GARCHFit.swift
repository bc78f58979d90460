internal import FulcrumNumerics
internal import RealModule

/// A GARCH model by maximum likelihood, with how far it can be trusted.
///
/// - Accuracy: a likelihood within 1e-4 of an independent optimiser's, or better
///   (Tests/Vectors/garch.json; the test prints the differences).
/// - Cost: for 2,000 returns about a hundred passes over them.
public struct GARCHFit: Hashable, Sendable {
  public enum Shape: String, Hashable, Sendable, CaseIterable {
    /// γ = 0.
    case garch
    /// γ free: falls may weigh more than rises.
    case gjr
  }

  /// An edge of what a model may be.
  public enum Bound: Hashable, Sendable, CaseIterable {
    /// ω, α, α + γ or β at 0; persistence at the largest that is searched.
    case omega, alpha, fall, beta, persistence

    public var explanation: String {
      switch self {
      case .omega: "omega at 0"
      case .alpha: "alpha at 0"
      case .fall: "alpha + gamma at 0"
      case .beta: "beta at 0"
      case .persistence: "persistence at its bound of \(GARCHCoordinates.persistenceLimit)"
      }
    }
  }

  public enum Outcome: Hashable, Sendable {
    case converged
    /// The search ended without a flat likelihood: the parameters are the best seen, not a fit.
    case notConverged(gradientSize: Double)
    /// The likelihood still rises where no model is left: the returns are not of such a model. A GJR
    /// with α at 0 and γ above it is none of these: there only falls raise variance.
    case onBound([Bound])
    /// Flat, and not curved downwards in every direction: other parameters would do as well.
    case notCurved

    /// Why a forecast should not be built on the fit; nil where it may.
    public var explanation: String? {
      switch self {
      case .converged: nil
      case .notConverged(let size): "the search did not converge (slope \(size) left)"
      case .onBound(let bounds):
        "the likelihood is highest on a bound: "
          + bounds.map(\.explanation).joined(separator: ", ")
      case .notCurved: "the likelihood is not curved there, so other parameters fit as well"
      }
    }
  }

  /// Fewest returns for which a fit is tried.
  public static let leastCount = 100

  public let model: GARCH
  public let shape: Shape
  public let outcome: Outcome
  /// Edges that the parameters stand on.
  public let bounds: [Bound]
  public let logLikelihood: Double
  /// h_{n+1}, percent squared.
  public let nextVariance: Double
  /// Robust (sandwich) errors of ω, α, γ, β; nil for a parameter on its bound or not in the shape,
  /// and for all where persistence is on its bound or the likelihood is not curved downwards in every
  /// direction.
  public let standardErrors: [Double?]
  public let count: Int
  /// Steps of the search that ended best.
  public let steps: Int

  /// The search ended on a flat likelihood, which may still be on a bound.
  public var hasConverged: Bool {
    if case .notConverged = outcome { false } else { true }
  }

  /// A flat likelihood, curved downwards in all that is free, off every bound but α = 0 of a GJR: what a
  /// forecast may be built on.
  public var isUsable: Bool { outcome == .converged }

  /// Why there is no error of ω, α, γ or β (0 to 3); nil where there is one.
  public func reasonWithoutError(_ place: Int) -> String? {
    guard standardErrors[place] == nil else { return nil }
    if place == 2, shape == .garch { return "not in this model" }
    let own: [Bound] = [.omega, .alpha, .fall, .beta]
    if bounds.contains(own[place]) { return "on its bound" }
    return bounds.contains(.persistence)
      ? "no error: persistence is on its bound" : "no error: likelihood not curved there"
  }

  /// - Parameters:
  ///   - returns: in percent, at least 100, finite, not all equal.
  ///   - first: h₁; the mean square of the returns where nil.
  /// - Throws: `.tooShort`, `.badElement`, `.constant`.
  public init(
    fitting returns: [Double], shape: Shape, first: Double? = nil
  ) throws(SeriesError) {
    try requireCount(returns, atLeast: Self.leastCount, "returns")
    try requireFinite(returns, "returns")
    let meanSquare = returns.lazy.map { $0 * $0 }.neumaierSum / Double(returns.count)
    guard meanSquare > 0, returns.contains(where: { $0 != returns[0] }) else {
      throw .constant(what: "returns")
    }
    let surface = GARCHLikelihood(returns: returns, first: first ?? meanSquare)
    let found = Self.search(surface, shape, meanSquare: meanSquare)
    model = GARCHCoordinates.model(found.position, shape)
    self.shape = shape
    let path = try model.path(returns, first: surface.first)
    logLikelihood = path.logLikelihood
    nextVariance = path.nextVariance
    // Coordinates have slopes of the order of the likelihood itself; 1e-3 of one unit of log
    // likelihood per unit coordinate is far inside the 1e-4 that two fits may differ by.
    let isFlat = found.gradientSize <= 1e-3 && found.value.isFinite
    bounds = GARCHErrors.bounds(of: model, shape, meanSquare: meanSquare)
    let errors = GARCHErrors.robust(model, bounds, shape, surface)
    standardErrors = errors ?? [nil, nil, nil, nil]
    let rise = GARCHErrors.rise(off: bounds, model, surface)
    outcome =
      if !isFlat {
        .notConverged(gradientSize: found.gradientSize)
      } else if GARCHErrors.breaksForecast(bounds, shape) {
        .onBound(bounds)
      } else if let rise {
        .notConverged(gradientSize: rise)
      } else if errors == nil {
        .notCurved
      } else {
        .converged
      }
    count = returns.count
    steps = found.steps
  }

  /// From the best start; where that ends on a bound, which may be a lesser peak, from the others too.
  private static func search(
    _ surface: GARCHLikelihood, _ shape: Shape, meanSquare: Double
  ) -> Minimum {
    let starts = gridStarts(surface, shape, meanSquare: meanSquare)
    var best = descent(surface, shape, from: starts[0])
    let found = GARCHCoordinates.model(best.position, shape)
    guard !GARCHErrors.bounds(of: found, shape, meanSquare: meanSquare).isEmpty else {
      return best
    }
    for start in starts.dropFirst() {
      let other = descent(surface, shape, from: start)
      if other.value < best.value { best = other }
    }
    return best
  }

  private static func descent(
    _ surface: GARCHLikelihood, _ shape: Shape, from start: [Double]
  ) -> Minimum {
    let slope = { (position: [Double]) -> QuasiNewton.Slope in
      GARCHCoordinates.slope(position, shape, surface)
    }
    let descent = QuasiNewton.minimum(from: start, tolerance: 1e-8, limit: 200, slope)
    if descent.gradientSize <= 1e-3 { return descent }
    let simplex = NelderMead.minimum(
      from: descent.position, steps: descent.position.map { _ in 0.25 }, tolerance: 1e-12,
      limit: 4000
    ) { slope($0).value }
    let polished = QuasiNewton.minimum(
      from: simplex.position, tolerance: 1e-8, limit: 200, slope)
    return polished.value <= descent.value ? polished : descent
  }

  /// A coarse grid with the variance on target, α from 0.03 to 0.15 and p from 0.9 to 0.99: the best of
  /// each p, the best of all first.
  private static func gridStarts(
    _ surface: GARCHLikelihood, _ shape: Shape, meanSquare: Double
  ) -> [[Double]] {
    let starts = [0.9, 0.95, 0.98, 0.99].map { p in
      var best: (position: [Double], value: Double) = ([], .infinity)
      for alpha in [0.03, 0.06, 0.1, 0.15] {
        let model = GARCH(unchecked: meanSquare * (1 - p), alpha, 0, p - alpha)
        let value = surface.negative(model)
        if value < best.value || best.position.isEmpty {
          best = (GARCHCoordinates.position(model, shape), value)
        }
      }
      return best
    }
    return starts.sorted { $0.value < $1.value }.map(\.position)
  }
}

/// −ℓ of one series and its gradient in ω, α, γ, β.
struct GARCHLikelihood {
  let returns: [Double]
  let first: Double

  func negative(_ model: GARCH) -> Double {
    var sum = 0.0
    var h = first
    for e in returns {
      sum += Double.log(h) + e * e / h
      h = model.next(after: e, h)
    }
    return 0.5 * (sum + Double(returns.count) * .log(2 * .pi))
  }

  /// ∂h_{t+1} = ∂(ω + (α + γ1)e²) + h_t ∂β + β ∂h_t, carried along with h.
  ///
  /// - Parameter score: called with each observation's gradient of −ℓ.
  func slope(
    _ model: GARCH, score: ((SIMD4<Double>) -> Void)? = nil
  ) -> (value: Double, gradient: SIMD4<Double>) {
    var (sum, h, product) = (0.0, first, 1.0)
    var dh = SIMD4<Double>.zero
    var gradient = SIMD4<Double>.zero
    let (omega, beta) = (model.omega, model.beta)
    let (up, down) = (model.alpha, model.alpha + model.gamma)
    for e in returns {
      let square = e * e
      let inverse = 1 / h
      let share = square * inverse
      sum += share
      // One logarithm for several variances: their product is kept within the range of a double.
      product *= h
      if product > 1e100 || product < 1e-100 {
        sum += Double.log(product)
        product = 1
      }
      let piece = dh * (0.5 * inverse * (1 - share))
      gradient += piece
      score?(piece)
      let fell = e < 0
      dh = SIMD4(1, square, fell ? square : 0, h) + dh * beta
      h = omega + (fell ? down : up) * square + beta * h
    }
    sum += Double.log(product)
    return (0.5 * (sum + Double(returns.count) * .log(2 * .pi)), gradient)
  }
}

/// Free coordinates in which every position is a legal model: ln ω, the logit of p/0.9995, and the
/// logits of the shares of p that α, α + γ and β have.
enum GARCHCoordinates {
  /// The largest persistence a fit can reach.
  static let persistenceLimit = 0.9995

  static func model(_ position: [Double], _ shape: GARCHFit.Shape) -> GARCH {
    let omega = Double.exp(position[0])
    let p = persistenceLimit * logistic(position[1])
    switch shape {
    case .garch:
      let share = logistic(position[2])
      return GARCH(unchecked: omega, p * share, 0, p * (1 - share))
    case .gjr:
      let s = shares(position)
      return GARCH(unchecked: omega, 2 * p * s[0], 2 * p * (s[1] - s[0]), p * s[2])
    }
  }

  static func position(_ model: GARCH, _ shape: GARCHFit.Shape) -> [Double] {
    let p = model.persistence
    let head = [Double.log(model.omega), logit(p / persistenceLimit)]
    switch shape {
    case .garch: return head + [logit(model.alpha / p)]
    case .gjr:
      let half = Double.log(0.5 * model.alpha / model.beta)
      return head + [half, Double.log(0.5 * (model.alpha + model.gamma) / model.beta)]
    }
  }

  /// −ℓ and its gradient in these coordinates, by the chain rule.
  static func slope(
    _ position: [Double], _ shape: GARCHFit.Shape, _ surface: GARCHLikelihood
  ) -> QuasiNewton.Slope {
    let model = model(position, shape)
    guard model.omega > 0, model.omega.isFinite else {
      return (.infinity, position.map { _ in 0 })
    }
    let (value, g) = surface.slope(model)
    let logistics = logistic(position[1])
    let p = persistenceLimit * logistics
    let dp = p * (1 - logistics)
    let byOmega = g[0] * model.omega
    switch shape {
    case .garch:
      let share = logistic(position[2])
      return (
        value,
        [
          byOmega, dp * (g[1] * share + g[3] * (1 - share)),
          p * share * (1 - share) * (g[1] - g[3]),
        ]
      )
    case .gjr:
      let s = shares(position)
      // −ℓ by each share: α = 2p s₀, γ = 2p(s₁ − s₀), β = p s₂.
      let bySh = [2 * p * (g[1] - g[2]), 2 * p * g[2], p * g[3]]
      let mean = zip(bySh, s).reduce(0) { $0 + $1.0 * $1.1 }
      return (
        value, [byOmega, dp * mean / p, s[0] * (bySh[0] - mean), s[1] * (bySh[1] - mean)]
      )
    }
  }

  private static func shares(_ position: [Double]) -> [Double] {
    let top = max(0, position[2], position[3])
    let raw = [position[2], position[3], 0].map { Double.exp($0 - top) }
    let sum = raw[0] + raw[1] + raw[2]
    return raw.map { $0 / sum }
  }

  private static func logistic(_ x: Double) -> Double { 1 / (1 + Double.exp(-x)) }

  private static func logit(_ share: Double) -> Double { Double.log(share / (1 - share)) }
}
