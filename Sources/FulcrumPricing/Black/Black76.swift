public import FulcrumModel
internal import FulcrumNumerics
internal import RealModule

/// Black (1976) on the forward.
///
///     w = σ√T,  d₁ = ln(F/K)/w + w/2,  d₂ = d₁ − w
///     B = θ[F N(θd₁) − K N(θd₂)]     undiscounted, USD per coin
///     V = e^{−rT} B
///
/// Every function takes any input that `OptionInput.validate()` accepts, including T = 0, σ = 0,
/// K = 0 and F = 0 by their limits. Price, delta and vega are then finite for every pair of doubles;
/// all sixteen numbers are while F and K, where not 0, lie within 1e±50, T below 1e50 and σ below
/// 1e6 (`BlackLimitTests`). Beyond that a Γ near 1/(Fw) has no double to be.
///
/// - Source: F. Black, Journal of Financial Economics 3 (1976) 167–179; leverage-math 1.3, 1.5, 9.1.
///   Branches and measured errors: docs/numerics/black76.md.
public enum Black76 {
  /// Intrinsic value max(θ(F − K), 0), undiscounted, USD per coin.
  @inlinable
  public static func intrinsic(_ o: OptionInput) -> Double {
    max(o.right.sign * (o.forward - o.strike), 0)
  }

  /// Time value B − intrinsic ≥ 0, undiscounted, USD per coin: the price of the out-of-the-money
  /// side at the same strike, by put-call parity the same for both rights.
  ///
  /// - Accuracy: relative max(2e-14, 12ε·κ), κ the conditioning in (ln F/K, w).
  public static func timeValue(_ o: OptionInput) -> Double {
    guard let terms = terms(o) else { return 0 }
    return terms.price
  }

  /// Undiscounted price B, USD per coin, in [intrinsic, F] for a call and [intrinsic, K] for a put.
  public static func undiscounted(_ o: OptionInput) -> Double {
    let inner = intrinsic(o)
    guard let terms = terms(o) else { return inner }
    return inner > 0 ? inMoneyPrice(o, inner, terms) : terms.price
  }

  /// Discounted price e^{−rT}B, USD per coin.
  public static func price(_ o: OptionInput) -> Double {
    discountFactor(o) * undiscounted(o)
  }

  /// Discount factor e^{−rT}, exactly 1 at r = 0.
  public static func discountFactor(_ o: OptionInput) -> Double {
    o.rate == 0 ? 1 : Double.exp(-o.rate * o.years)
  }

  /// The out-of-the-money side, or nil where the option is its intrinsic value (w < 1e-12, F = 0
  /// or K = 0).
  @inline(__always)
  static func terms(_ o: OptionInput) -> OutOfTheMoney? {
    let w = o.volatility * o.years.squareRoot()
    let lo = min(o.forward, o.strike)
    guard w >= OutOfTheMoney.smallestDeviation, lo > 0 else { return nil }
    return OutOfTheMoney(lo: lo, hi: max(o.forward, o.strike), deviation: w)
  }

  /// Price of an in-the-money option: intrinsic + time value; where the time value nears its
  /// bound lo, hi − complement says the same with one rounding less.
  @inline(__always)
  static func inMoneyPrice(_ o: OptionInput, _ inner: Double, _ terms: OutOfTheMoney) -> Double {
    terms.near < 0 ? max(o.forward, o.strike) - terms.complement : inner + terms.price
  }
}

extension Black76 {
  /// N(θd₁) and N(θd₂) of an option, each with full relative accuracy.
  struct Weights {
    let forward: Double
    let strike: Double
  }

  /// Reads the two weights off the out-of-the-money side.
  ///
  /// Below the strike −d₁ = a − t and −d₂ = a + t; above it d₁ = a + t and d₂ = a − t.
  @inline(__always)
  static func weights(_ o: OptionInput, _ terms: OutOfTheMoney) -> Weights {
    let below = o.forward <= o.strike
    switch (o.right, below) {
    case (.call, true): return Weights(forward: terms.nearTail, strike: terms.farTail)
    case (.call, false): return Weights(forward: 1 - terms.farTail, strike: terms.nearComplement)
    case (.put, true): return Weights(forward: terms.nearComplement, strike: 1 - terms.farTail)
    case (.put, false): return Weights(forward: terms.farTail, strike: terms.nearTail)
    }
  }

  /// N(θd₁) = N(θd₂) in the limit w → 0: 1 in the money, 0 out of it, ½ at F = K.
  @inline(__always)
  static func weightAtLimit(_ o: OptionInput) -> Double {
    let moneyness = o.right.sign * (o.forward - o.strike)
    if moneyness > 0 { return 1 }
    return moneyness < 0 ? 0 : 0.5
  }

  /// Undiscounted value and first-order risk in one pass; `rate` is not used.
  ///
  /// - Cost: one logarithm, one exponential, one square root, no allocation.
  public static func valueAndFirstOrder(_ o: OptionInput) -> OptionValue {
    let root = o.years.squareRoot()
    let w = o.volatility * root
    let lo = min(o.forward, o.strike)
    let inner = intrinsic(o)
    guard w >= OutOfTheMoney.smallestDeviation, lo > 0 else {
      return OptionValue(
        undiscounted: inner, delta: o.right.sign * weightAtLimit(o), gamma: 0, vega: 0, theta: 0)
    }
    let terms = OutOfTheMoney(lo: lo, hi: max(o.forward, o.strike), deviation: w)
    let vega = terms.density * root
    return OptionValue(
      undiscounted: inner > 0 ? inMoneyPrice(o, inner, terms) : terms.price,
      delta: o.right.sign * weights(o, terms).forward,
      gamma: terms.density / o.forward / o.forward / w,
      vega: vega,
      theta: -(vega * o.volatility) / (2 * o.years))
  }
}
