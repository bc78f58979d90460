internal import FulcrumNumerics
internal import RealModule

/// The shape that fits every expiry of a surface at once, each with its own ATM level.
struct SSVIFit {
  let shape: SSVIShape

  init(shape: SSVIShape) { self.shape = shape }

  /// One expiry: its quotes as residuals and its ATM total variance.
  struct Expiry {
    let targets: [SVIPolish.Target]
    let theta: Double
  }

  /// ρ, η and γ by Nelder-Mead in unknowns that keep |ρ| < 1, η(1 + |ρ|) < 2 and 0 < γ < ½; the ATM
  /// levels are those of the slices made non-decreasing.
  /// - Returns: nil without an expiry.
  init?(_ expiries: [Expiry]) {
    let sound = expiries.filter { $0.theta > 0 && !$0.targets.isEmpty }
    guard !sound.isEmpty else { return nil }
    let thetas = IsotonicRegression.nonDecreasing(
      sound.map(\.theta), weights: sound.map { Double($0.targets.count) })
    let found = NelderMead.minimum(
      from: [-0.2, 0, 0], steps: [0.3, 1, 1], tolerance: 1e-6, limit: 200
    ) { position in
      let shape = Self.shape(position)
      var cost = 0.0
      for (expiry, theta) in zip(sound, thetas) {
        let slice = shape.slice(theta: theta)
        for target in expiry.targets {
          let residual = (slice.totalVariance(at: target.k) - target.w) * target.scale
          cost += residual * residual
        }
      }
      return cost
    }
    shape = Self.shape(found.position)
  }

  private static func shape(_ position: [Double]) -> SSVIShape {
    let rho = min(max(Double.tanh(position[0]), -0.999), 0.999)
    func share(_ x: Double) -> Double { 1 / (1 + Double.exp(-x)) }
    let eta = max(2 / (1 + rho.magnitude) * share(position[1]), 1e-9)
    return SSVIShape(unchecked: rho, eta: eta, gamma: min(max(0.5 * share(position[2]), 1e-6), 0.5))
  }

  /// The slice of this shape nearest to an expiry's quotes, lowered where the next expiry asks.
  ///
  /// At one shape the total variance rises with θ at every k, so the highest level that stays under
  /// the next expiry is found by halving.
  func slice(_ targets: [SVIPolish.Target], near theta: Double, below later: RawSVI?) -> RawSVI {
    let middle = Double.log(theta)
    let level = GoldenSection.minimum(in: (middle - 1.5)...(middle + 1.5), tolerance: 1e-6) { x in
      let slice = shape.slice(theta: Double.exp(x))
      return targets.reduce(0) { sum, target in
        let residual = (slice.totalVariance(at: target.k) - target.w) * target.scale
        return sum + residual * residual
      }
    }.position
    guard let later else { return shape.slice(theta: Double.exp(level)) }
    func clears(_ x: Double) -> Bool {
      SmileCheck(later, after: shape.slice(theta: Double.exp(x))).isCalendarFree
    }
    if clears(level) { return shape.slice(theta: Double.exp(level)) }
    var (low, high) = (level - 0.7, level)
    guard clears(low) else { return shape.slice(theta: Double.exp(level)) }
    for _ in 0..<20 {
      let x = 0.5 * (low + high)
      if clears(x) { low = x } else { high = x }
    }
    return shape.slice(theta: Double.exp(low))
  }
}
