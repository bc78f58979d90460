public import FulcrumModel
internal import FulcrumNumerics

/// Options quoted and settled in the coin, at a coin rate of zero.
///
///     c = B(F, K, T, σ)/F        coins per coin of option
///     call: c = N(d₁) − (K/F) N(d₂)      put: c = (K/F) N(−d₂) − N(−d₁)
///
/// The coin price is the undiscounted Black (1976) price over the forward of the option's own expiry,
/// never over the index. `OptionInput.rate` is not used. Domain: F > 0, the rest as
/// `OptionInput.validate()`; a put is unbounded in coins as F → 0.
///
/// - Source: leverage-math 1.2 to 1.5; C. Alexander & A. Imeraj, arXiv:2107.12041 (2021).
public enum InverseOption {
  /// Checks F > 0 on top of the domain of Black (1976).
  ///
  /// - Throws: `PricingError.outOfDomain` for the first field that is not allowed.
  public static func validate(_ o: OptionInput) throws(PricingError) {
    try o.validate()
    try requirePositive(o.forward, "forward")
  }

  /// c, coins per coin of option: in [0, 1] for a call, [0, K/F] for a put.
  public static func coinPrice(_ o: OptionInput) -> Double {
    Black76.undiscounted(o) / o.forward
  }

  /// Coin price with its Greeks in coin.
  ///
  /// - Accuracy: relative 1e-12 plus 16ε × input conditioning (vectors `inverse_options.json`).
  public static func greeks(_ o: OptionInput) -> InverseGreeks {
    var undiscounted = o
    undiscounted.rate = 0
    let black = Black76.greeks(undiscounted)
    let forward = o.forward
    // −∂B/∂K = θN(θd₂): the slope needs no difference of nearly equal numbers.
    let slope = -black.dualDelta * o.strike / forward / forward
    return InverseGreeks(
      coinPrice: black.price / forward,
      bsDelta: black.delta,
      netDelta: slope * forward,
      coinSlope: slope,
      coinConvexity: (black.gamma - 2 * slope) / forward,
      netGamma: black.gamma - slope,
      coinVega: black.vega / forward,
      coinTheta: black.theta / forward,
      coinVanna: (black.vanna - black.vega / forward) / forward,
      coinVolga: black.volga / forward)
  }

  /// What one coin of option pays at expiry, no sign of position.
  ///
  /// - Parameter deliveryPrice: S_T > 0, USD per coin.
  public static func payoff(
    _ right: OptionRight, strike: Double, deliveryPrice: Double
  ) -> (usd: Double, coin: Double) {
    let usd = max(right.sign * (deliveryPrice - strike), 0)
    return (usd, usd / deliveryPrice)
  }
}

/// Greeks of an inverse option, per coin of option (leverage-math 1.4 and 1.5).
public struct InverseGreeks: Hashable, Sendable {
  /// c, coins.
  public let coinPrice: Double
  /// Δ = θN(θd₁): coins of USD-value exposure.
  public let bsDelta: Double
  /// δ = F ∂c/∂F = Δ − c: coins of futures that hedge the coin value.
  public let netDelta: Double
  /// ∂c/∂F, coins per USD.
  public let coinSlope: Double
  /// ∂²c/∂F², coins per USD².
  public let coinConvexity: Double
  /// ∂δ/∂F, coins per USD.
  public let netGamma: Double
  /// ∂c/∂σ, coins per 1.00 of volatility.
  public let coinVega: Double
  /// ∂c/∂t, coins per year.
  public let coinTheta: Double
  /// ∂²c/∂F∂σ.
  public let coinVanna: Double
  /// ∂²c/∂σ².
  public let coinVolga: Double
}
