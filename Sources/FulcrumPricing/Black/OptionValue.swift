/// Undiscounted value of one option with its first-order risk, at r = 0: what a report needs of a
/// leg at every node of a scenario grid.
public struct OptionValue: Hashable, Sendable {
  /// B ≥ 0, USD per coin of option.
  public let undiscounted: Double
  /// ∂B/∂F = θ N(θd₁), coins per coin; in [−1, 1].
  public let delta: Double
  /// ∂²B/∂F² ≥ 0, coins per USD.
  public let gamma: Double
  /// ∂B/∂σ ≥ 0, USD per 1.00 of volatility.
  public let vega: Double
  /// ∂B/∂t = −∂B/∂T ≤ 0, USD per year.
  public let theta: Double

  @inlinable
  public init(undiscounted: Double, delta: Double, gamma: Double, vega: Double, theta: Double) {
    self.undiscounted = undiscounted
    self.delta = delta
    self.gamma = gamma
    self.vega = vega
    self.theta = theta
  }
}

/// Discounted price and the fifteen Greeks of leverage-math 1.5, per coin of option, in F unless
/// the name says spot; time Greeks are d/dt = −d/dT per year.
public struct OptionGreeks: Hashable, Sendable {
  /// V = e^{−rT}B, USD.
  public let price: Double
  /// ∂V/∂F, coins per coin.
  public let delta: Double
  /// ∂²V/∂F², coins per USD.
  public let gamma: Double
  /// ∂V/∂σ, USD per 1.00 of volatility.
  public let vega: Double
  /// ∂V/∂t, USD per year, not capped by the value (a venue's display is `VenueDisplay`).
  public let theta: Double
  /// ∂V/∂r at fixed F, USD per 1.00 of rate: −TV.
  public let rho: Double
  /// ∂V/∂r at fixed S, F = S e^{(r−q)T}, USD per 1.00 of rate.
  public let rhoSpot: Double
  /// ∂V/∂K.
  public let dualDelta: Double
  /// ∂²V/∂F∂σ, coins per 1.00 of volatility.
  public let vanna: Double
  /// ∂²V/∂σ², USD.
  public let volga: Double
  /// ∂Δ/∂t, coins per year.
  public let charm: Double
  /// ∂vega/∂t, USD per 1.00 of volatility and year.
  public let veta: Double
  /// ∂Γ/∂F.
  public let speed: Double
  /// ∂Γ/∂t, per year.
  public let color: Double
  /// ∂Γ/∂σ.
  public let zomma: Double
  /// ∂³V/∂σ³, USD.
  public let ultima: Double
}
