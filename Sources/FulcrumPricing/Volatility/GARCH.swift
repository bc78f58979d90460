internal import FulcrumNumerics
internal import RealModule

/// Conditional variance that answers yesterday's square, of Bollerslev (1986) and, with γ, of
/// Glosten, Jagannathan and Runkle (1993); leverage-math 4.3.
///
///     h_{t+1} = ω + (α + γ 1{e_t < 0}) e_t² + β h_t
///
/// Variances are in the square of the unit of the returns: percent for the fit.
public struct GARCH: Hashable, Sendable {
  /// ω > 0.
  public let omega: Double
  /// α ≥ 0.
  public let alpha: Double
  /// γ ≥ −α: what a fall adds; 0 in the symmetric model.
  public let gamma: Double
  /// β ≥ 0.
  public let beta: Double

  /// - Throws: `.badElement` outside the domains above, or where the persistence is 1 or more.
  public init(
    omega: Double, alpha: Double, gamma: Double = 0, beta: Double
  ) throws(SeriesError) {
    self.init(unchecked: omega, alpha, gamma, beta)
    let rules = [
      ("omega", omega, omega > 0, "above 0"), ("alpha", alpha, alpha >= 0, "0 or more"),
      ("gamma", gamma, alpha + gamma >= 0, "at least −alpha"),
      ("beta", beta, beta >= 0, "0 or more"),
      ("persistence", persistence, persistence < 1, "below 1"),
    ]
    for (what, seen, holds, allowed) in rules where !(holds && seen.isFinite) {
      throw .badElement(what: what, index: 0, seen: seen, allowed: allowed)
    }
  }

  init(unchecked omega: Double, _ alpha: Double, _ gamma: Double, _ beta: Double) {
    self.omega = omega
    self.alpha = alpha
    self.gamma = gamma
    self.beta = beta
  }

  /// p = α + γ/2 + β: what is left of a shock after one step.
  public var persistence: Double { alpha + 0.5 * gamma + beta }

  /// σ̄² = ω/(1 − p).
  public var longRunVariance: Double { omega / (1 - persistence) }

  /// What the model says of a series.
  public struct Path: Hashable, Sendable {
    /// h₁ … h_n.
    public let variances: [Double]
    /// h_{n+1}.
    public let nextVariance: Double
    /// ℓ = −½ Σ [ln 2π + ln h_t + e_t²/h_t].
    public let logLikelihood: Double
  }

  /// - Parameters:
  ///   - returns: e₁ … e_n, finite, in the model's unit.
  ///   - first: h₁ > 0.
  /// - Throws: `.tooShort` for no return; `.badElement`.
  public func path(_ returns: [Double], first: Double) throws(SeriesError) -> Path {
    try requireCount(returns, atLeast: 1, "returns")
    try requireFinite(returns, "returns")
    guard first > 0, first.isFinite else {
      throw .badElement(what: "h1", index: 0, seen: first, allowed: "a finite number above 0")
    }
    var variances: [Double] = []
    variances.reserveCapacity(returns.count)
    var sum = NeumaierSum()
    var h = first
    for e in returns {
      variances.append(h)
      sum.add(.log(2 * .pi) + .log(h) + e * e / h)
      h = next(after: e, h)
    }
    return Path(variances: variances, nextVariance: h, logLikelihood: -0.5 * sum.value)
  }

  /// h_{t+1} from e_t and h_t.
  public func next(after e: Double, _ h: Double) -> Double {
    omega + (e < 0 ? alpha + gamma : alpha) * e * e + beta * h
  }

  /// h_{t+k} seen from t, given h_{t+1}: σ̄² + p^{k−1}(h_{t+1} − σ̄²); k ≥ 1.
  public func variance(ahead k: Int, next: Double) -> Double {
    longRunVariance + Double.pow(persistence, k - 1) * (next - longRunVariance)
  }

  /// Mean of h_{t+1} … h_{t+k}; k ≥ 1.
  public func averageVariance(over k: Int, next: Double) -> Double {
    let p = persistence
    let weight = (1 - Double.pow(p, k)) / (Double(k) * (1 - p))
    return longRunVariance + (next - longRunVariance) * weight
  }
}
