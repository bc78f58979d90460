#if arch(x86_64) && os(Linux)
  import Foundation
  internal import FulcrumPricing

  /// Black (1976) with Greeks in 80-bit arithmetic: 11 bits more than what is judged against it.
  ///
  /// Textbook formulas, not those of the kernels: B = θ[F N(θd₁) − K N(θd₂)] with the library's erfc.
  /// They cancel for small w, so the reference is good to ε/2048/w; callers stay at w ≥ 1e-3.
  struct ExtendedBlack {
    private(set) var numbers: [OptionFigure: Float80] = [:]

    init(
      isCall: Bool, forward: Float80, strike: Float80, years: Float80, volatility: Float80,
      rate: Float80
    ) {
      let sign: Float80 = isCall ? 1 : -1
      let (F, K, T, s, r) = (forward, strike, years, volatility, rate)
      let w = s * T.squareRoot()
      let d1 = log(F / K) / w + w / 2
      let d2 = d1 - w
      let p = exp(-d1 * d1 / 2) / (2 * Float80.pi).squareRoot()
      let df = exp(-r * T)
      let n1 = Self.cdf(sign * d1)
      let n2 = Self.cdf(sign * d2)
      let price = df * sign * (F * n1 - K * n2)
      let delta = sign * df * n1
      let gamma = df * p / (F * w)
      let vega = df * F * p * T.squareRoot()
      let product = d1 * d2
      numbers = [
        .price: price, .delta: delta, .gamma: gamma, .vega: vega,
        .theta: -df * F * p * s / (2 * T.squareRoot()) + r * price,
        .dualDelta: -sign * df * n2, .rho: -T * price, .rhoSpot: sign * K * T * df * n2,
        .vanna: -df * p * d2 / s, .volga: vega * product / s,
        .charm: r * delta + df * p * d2 / (2 * T),
        .veta: vega * (r - (1 + product) / (2 * T)), .speed: -(gamma / F) * (d1 / w + 1),
        .color: gamma * (r + (1 - product) / (2 * T)), .zomma: gamma * (product - 1) / s,
        .ultima: -(vega / (s * s)) * (product * (1 - product) + d1 * d1 + d2 * d2),
      ]
    }

    init(_ option: OptionInput) {
      self.init(
        isCall: option.right == .call, forward: Float80(option.forward),
        strike: Float80(option.strike), years: Float80(option.years),
        volatility: Float80(option.volatility), rate: Float80(option.rate))
    }

    /// What leverage-math 9 allows each figure: 1e-12 relative plus 16ε Σ|x ∂g/∂x|; for the price
    /// max(2e-14, 12ε·κ) relative, κ its conditioning in (ln F/K, w).
    static func allowed(_ o: OptionInput) -> [OptionFigure: Double] {
      let epsilon = 0x1p-53
      let step: Float80 = 0x1p-20
      let base = ExtendedBlack(o).numbers
      var sums = base.mapValues { 1e-12 * abs(Double($0)) }
      for field in 0..<5 {
        let (up, down) = (moved(o, field, 1 + step), moved(o, field, 1 - step))
        for (figure, high) in up.numbers {
          let slope = abs(high - (down.numbers[figure] ?? 0)) / (2 * step)
          sums[figure, default: 0] += 16 * epsilon * Double(slope)
        }
      }
      return sums
    }

    private static func moved(_ o: OptionInput, _ field: Int, _ factor: Float80) -> ExtendedBlack {
      func scaled(_ place: Int, _ value: Double) -> Float80 {
        field == place ? Float80(value) * factor : Float80(value)
      }
      return ExtendedBlack(
        isCall: o.right == .call, forward: scaled(0, o.forward), strike: scaled(1, o.strike),
        years: scaled(2, o.years), volatility: scaled(3, o.volatility), rate: scaled(4, o.rate))
    }

    /// N(x), relative in the lower tail.
    private static func cdf(_ x: Float80) -> Float80 { erfc(-x / Float80(2).squareRoot()) / 2 }
  }
#endif
