internal import FulcrumModel
internal import FulcrumNumerics

extension Black76 {
  /// Discounted price and all fifteen Greeks of leverage-math 1.5.
  ///
  /// - Accuracy: relative 1e-12 plus 16ε × input conditioning (vectors `greeks.json`).
  public static func greeks(_ o: OptionInput) -> OptionGreeks {
    let df = discountFactor(o)
    guard let terms = terms(o) else { return greeksAtLimit(o, df) }
    let weights = weights(o, terms)
    let price = df * (intrinsic(o) > 0 ? inMoneyPrice(o, intrinsic(o), terms) : terms.price)
    let root = o.years.squareRoot()
    let sigma = o.volatility
    let w = sigma * root
    let below = o.forward <= o.strike
    let d1 = below ? -terms.near : terms.far
    let d2 = below ? -terms.far : terms.near
    let delta = o.right.sign * df * weights.forward
    let density = df * terms.density  // DF·F·φ(d₁)
    let vega = density * root
    let gamma = density / o.forward / o.forward / w
    let twoT = 2 * o.years
    let product = d1 * d2
    let vanna = -(density / o.forward) * d2 / sigma
    return OptionGreeks(
      price: price, delta: delta, gamma: gamma, vega: vega,
      theta: o.rate * price - (vega * sigma) / twoT,
      rho: -o.years * price,
      rhoSpot: o.right.sign * o.strike * o.years * df * weights.strike,
      dualDelta: -o.right.sign * df * weights.strike,
      vanna: vanna,
      volga: vega * product / sigma,
      charm: o.rate * delta + (density / o.forward) * d2 / twoT,
      veta: vega * (o.rate - (1 + product) / twoT),
      speed: -(gamma / o.forward) * (d1 / w + 1),
      color: gamma * (o.rate + (1 - product) / twoT),
      zomma: gamma * (product - 1) / sigma,
      ultima: -(vega / sigma) * (product * (1 - product) + d1 * d1 + d2 * d2) / sigma)
  }

  /// T = 0, σ = 0, K = 0 or F = 0: the density is gone, the rest keeps its formula.
  private static func greeksAtLimit(_ o: OptionInput, _ df: Double) -> OptionGreeks {
    let weight = weightAtLimit(o)
    let price = df * intrinsic(o)
    let delta = o.right.sign * df * weight
    return OptionGreeks(
      price: price, delta: delta, gamma: 0, vega: 0,
      theta: o.rate * price,
      rho: -o.years * price,
      rhoSpot: o.right.sign * o.strike * o.years * df * weight,
      dualDelta: -o.right.sign * df * weight,
      vanna: 0, volga: 0, charm: o.rate * delta, veta: 0, speed: 0, color: 0, zomma: 0, ultima: 0)
  }
}
