internal import FulcrumNumerics
internal import RealModule

/// One step of Heston's variance and log price by Andersen's quadratic-exponential scheme
/// (leverage-math 6.4).
///
///     dv = κ(θ − v)dt + ξ√v dW_v,   dx = (μ − v/2)dt + √v dW_x,   d⟨W_v, W_x⟩ = ρ dt
///
/// The law of v' is matched in mean m and variance s²; ψ = s²/m² picks a squared normal (ψ ≤ 1.5) or
/// an exponential with an atom at 0. γ₁ = γ₂ = ½.
///
/// - Source: L. Andersen, J. Computational Finance 11(3) (2008) 1–42.
public struct HestonStep: Hashable, Sendable {
  /// Numbers of the model, a year.
  public struct Parameters: Hashable, Sendable {
    /// κ > 0: speed of the return to the mean.
    public var reversion: Double
    /// θ ≥ 0: variance in the long run.
    public var longVariance: Double
    /// ξ > 0: volatility of the variance.
    public var volatilityOfVariance: Double
    /// ρ in [−1, 1].
    public var correlation: Double

    public init(
      reversion: Double, longVariance: Double, volatilityOfVariance: Double, correlation: Double
    ) {
      self.reversion = reversion
      self.longVariance = longVariance
      self.volatilityOfVariance = volatilityOfVariance
      self.correlation = correlation
    }
  }

  public enum Branch: String, Hashable, Sendable { case quadratic, exponential }

  /// The law of v' given v.
  public struct Variance: Hashable, Sendable {
    public let branch: Branch
    /// m = E v', s² = Var v', ψ = s²/m².
    public let mean: Double
    public let variance: Double
    public let psi: Double
    /// a and b² of a(b + Z)², or p and β.
    let first: Double
    let second: Double

    /// v' at the uniform u.
    @inline(__always)
    func value(at u: Double) -> Double {
      switch branch {
      case .quadratic:
        let root = second.squareRoot() + Normal.quantile(u)
        return first * root * root
      case .exponential:
        return u <= first ? 0 : Double.log((1 - first) / (1 - u)) / second
      }
    }

    /// ln E e^{Av'}; nil where that is infinite.
    func logMoment(_ a: Double) -> Double? {
      switch branch {
      case .quadratic:
        let rest = 1 - 2 * a * first
        guard rest > 0 else { return nil }
        return a * second * first / rest - 0.5 * Double.log(rest)
      case .exponential:
        guard a < second else { return nil }
        return Double.log(first + second * (1 - first) / (second - a))
      }
    }
  }

  /// Where ψ turns from one branch to the other; any number in [1, 2] will do.
  static let switchPsi = 1.5

  public let years: Double
  private let decay: Double
  private let parameters: Parameters
  private let k1: Double
  private let k2: Double
  private let k3: Double
  private let plainK0: Double

  /// - Parameter years: Δ > 0.
  public init(_ parameters: Parameters, years: Double) {
    self.parameters = parameters
    self.years = years
    decay = Double.exp(-parameters.reversion * years)
    let slope = parameters.correlation / parameters.volatilityOfVariance
    let half = 0.5 * years * (parameters.reversion * slope - 0.5)
    plainK0 = -slope * parameters.reversion * parameters.longVariance * years
    k1 = half - slope
    k2 = half + slope
    k3 = 0.5 * years * (1 - parameters.correlation * parameters.correlation)
  }

  /// The law of the variance at the end of the step, from v ≥ 0 at its start.
  public func variance(from v: Double) -> Variance {
    let (kappa, theta) = (parameters.reversion, parameters.longVariance)
    let square = parameters.volatilityOfVariance * parameters.volatilityOfVariance
    let rest = 1 - decay
    let m = theta + (v - theta) * decay
    let s2 = v * square * decay * rest / kappa + theta * square * rest * rest / (2 * kappa)
    // Without mean there is no variance either: v' is 0 for sure.
    guard m > 0 else {
      return Variance(branch: .quadratic, mean: 0, variance: 0, psi: 0, first: 0, second: 0)
    }
    let psi = s2 / (m * m)
    guard psi > Self.switchPsi else {
      // ψ → 0 leaves v' = m; below the smallest ψ of use 2/ψ would overflow.
      let inverse = 2 / max(psi, 1e-300)
      let b2 = inverse - 1 + inverse.squareRoot() * (inverse - 1).squareRoot()
      return Variance(
        branch: .quadratic, mean: m, variance: s2, psi: psi, first: m / (1 + b2), second: b2)
    }
    let p = (psi - 1) / (psi + 1)
    return Variance(
      branch: .exponential, mean: m, variance: s2, psi: psi, first: p, second: (1 - p) / m)
  }

  /// v' at the uniform u.
  public func variance(_ law: Variance, at u: Double) -> Double { law.value(at: u) }

  /// K₀* with which E e^{Δx} = e^{μΔ}; nil where the moment is infinite and Δ must be halved.
  public func correctedK0(from v: Double, _ law: Variance) -> Double? {
    guard let logMoment = law.logMoment(k2 + 0.5 * k3) else { return nil }
    return -logMoment - (k1 + 0.5 * k3) * v
  }

  /// K₀ without the correction.
  public var uncorrectedK0: Double { plainK0 }

  /// Δx = μΔ + K₀ + K₁v + K₂v' + √(K₃v + K₄v')·Z with μ = `drift`.
  @inline(__always)
  public func logReturn(
    from v: Double, to next: Double, k0: Double, drift: Double, normal: Double
  ) -> Double {
    drift * years + k0 + k1 * v + k2 * next + (k3 * (v + next)).squareRoot() * normal
  }
}
