extension Glossary {
  private static func row(
    _ name: String, _ title: String, _ formula: String, _ inputs: String, _ unit: String,
    _ range: String, _ source: String
  ) -> GlossaryEntry {
    GlossaryEntry(
      name, title, formula: formula, inputs: inputs, unit: unit, range: range, source: source)
  }

  /// Growth at a leverage and the odds of ruin (leverage-math 6.1 and 6.2).
  static let growth: [GlossaryEntry] = [
    row(
      "g", "of a leverage, its growth of log wealth; of a volatility slice, its density",
      "growth: r + L(μ − r) − ½L²σ² (+ jumps); slice: (1 − kw′/(2w))² − (w′²/4)(1/w + ¼) + w″/2",
      "growth: leverage L, drift μ, rate r, volatility σ; slice: w, w′, w″, k",
      "growth: a year; slice: ratio",
      "growth: any sign, absent where everything can be lost; slice: ≥ 0 without butterfly "
        + "arbitrage, absent where w ≤ 0", "6.1, 8.3"),
    row(
      "Lstar", "leverage at which growth is largest", "(μ − r)/σ²; with jumps the root of g′",
      "drift μ, rate r, volatility σ", "ratio", "sign of the drift; 0 or more with jumps", "6.1"),
    row(
      "gMax", "growth at that leverage", "g(L*)", "L*", "a year", "r or more", "6.1"),
    row(
      "breakEven", "leverage beyond which growth is below that of cash", "the upper root of g = r",
      "L*", "ratio", "2L* without jumps, less with them", "6.1"),
    row(
      "costOfError1", "growth lost by a leverage that is off by 1", "½σ²", "volatility σ",
      "a year", "≥ 0", "6.1"),
    row(
      "halfKellyShare", "share of the growth that half the optimal leverage keeps",
      "c(2 − c) at c = ½", "none", "ratio", "¾; absent where L* is 0", "6.2"),
    row(
      "maxLeverage", "leverage at which one jump takes everything", "−1/J",
      "relative jump J < 0", "ratio", "> 1", "6.1"),
    row(
      "kBar", "mean relative jump", "E e^Y − 1", "log jump Y", "ratio", "> −1", "6.1"),
    row(
      "liquidationRatio", "liquidation price over the price now, of a long perpetual",
      "(1 − 1/L)/(1 − κ)", "pool leverage L, maintenance rate κ", "ratio",
      "below 1 while the pool is healthy", "6.1"),
    row(
      "liquidationProbability", "chance that the price touches it within the period",
      "first passage with drift μ", "ratio β, horizon h, volatility σ, drift μ", "probability",
      "0 to 1", "3.5"),
    row(
      "growthWithLiquidation", "growth where a touch of the barrier loses the pool",
      "(1/h){∫ ln(1 + fL(e^x − 1)) ψ(x) dx + P ln(1 − f)}",
      "horizon h, share of wealth f, leverage L, surviving density ψ, chance P", "a year",
      "any sign", "6.1"),
    row(
      "growthTerminalOnly", "growth where only the end of the period counts",
      "(1/h) E ln max(1 + fL(S_h/S − 1), 1 − f)", "horizon h, share of wealth f, leverage L",
      "a year", "any sign", "6.1"),
    row(
      "liquidationDrag", "growth that being stopped out at the barrier costs",
      "growthTerminalOnly − growthWithLiquidation", "both", "a year", "≥ 0", "6.1"),
    row(
      "everFall", "chance that wealth ever falls to a share of what it was", "x^(2/c − 1)",
      "share x, multiple c of the optimal leverage", "probability", "0 to 1; 1 from c = 2", "6.2"),
    row(
      "goalBeforeFloor", "chance that wealth reaches a goal before it falls to a floor",
      "(1 − x^a)/(1 − (x/y)^a), a = 2/c − 1", "floor x, goal y, multiple c", "probability",
      "0 to 1", "6.2"),
    row(
      "growthShare", "share of the optimal growth that a multiple of the leverage keeps",
      "c(2 − c)", "multiple c", "ratio", "1 at most; negative beyond c = 2", "6.2"),
  ]

  /// Draws and steps of simulated paths (leverage-math 6.4).
  static let simulation: [GlossaryEntry] = [
    row(
      "words", "four random words of a counter and a key", "Philox4x32-10",
      "counter c₀..c₃, key k₀ k₁", "32-bit words", "0 to 4294967295", "6.4"),
    row("hex", "the same words as text", "8 lower-case digits", "words", "text", "8 digits", "6.4"),
    row(
      "uniform53", "two uniforms of the words", "((hi≪32 | lo)≫11 + ½)·2⁻⁵³", "words", "ratio",
      "above 0, below 1", "6.4"),
    row(
      "normalInverse", "standard normals of the uniforms", "N⁻¹(u)", "uniforms u",
      "standard deviations", "any sign", "6.4"),
    row(
      "x", "standard normal quantile", "N⁻¹(p)", "probability p", "standard deviations",
      "any sign", "9"),
    row("cdf", "standard normal distribution function", "N(x)", "x", "probability", "0 to 1", "9"),
    row("logCdf", "its logarithm", "ln N(x)", "x", "number", "≤ 0", "9"),
    row(
      "point", "a Sobol point without a shift", "Joe-Kuo D6 in Gray-code order, 32 bits",
      "index, dimensions", "ratios", "0 to 1", "6.4"),
    row("dims", "dimensions of a Sobol table", "as given", "dims", "count", "1 to 64", "6.4"),
    row(
      "order", "places of a Brownian path in the order they are set",
      "the end, then middles breadth first", "times", "place, from 0", "0 to n − 1", "6.4"),
    row(
      "path", "a Brownian path at its times", "bridge between known neighbours",
      "times, normals in build order", "√years", "any sign", "6.4"),
    row(
      "branch", "law that Heston's next variance is drawn from", "quadratic where ψ ≤ 1.5",
      "ψ", "word", "quadratic or exponential", "6.4"),
    row(
      "m", "mean of the next variance", "θ + (v − θ)e^{−κΔ}", "v, θ, κ, Δ", "a year", "≥ 0", "6.4"),
    row(
      "s2", "variance of the next variance",
      "vξ²e^{−κΔ}(1 − e^{−κΔ})/κ + θξ²(1 − e^{−κΔ})²/(2κ)", "v, θ, κ, ξ, Δ", "a year, squared",
      "≥ 0", "6.4"),
    row("psi", "which branch it is", "s²/m²", "m, s²", "ratio", "≥ 0", "6.4"),
    row(
      "v1", "the next variance", "a(b + N⁻¹(U))², or the quantile of an exponential with an atom",
      "uniform U", "a year", "≥ 0", "6.4"),
    row(
      "dlogS", "log return of a Heston step with the plain K₀",
      "μΔ + K₀ + K₁v + K₂v' + √(K₃v + K₄v')Z", "v, v', normal Z, drift μ", "number", "any sign",
      "6.4"),
    row(
      "k0Corrected", "K₀ that makes the step's mean right", "−ln M − (K₁ + ½K₃)v",
      "M = E e^{Av'}", "number", "any sign; absent where M is infinite", "6.4"),
    row(
      "dlogSCorrected", "log return of the step with that K₀", "as dlogS with K₀*", "K₀*",
      "number", "any sign; absent where K₀* is", "6.4"),
    row(
      "indices", "places of a resampled series", "stationary bootstrap of Politis and Romano",
      "length n, restart probability p, uniforms", "place, from 0", "0 to n − 1", "6.4"),
  ]

  /// Contracts of a hedge (leverage-math 7).
  static let hedging: [GlossaryEntry] = [
    row(
      "exactCoinNeutral", "inverse contracts after which the pool's coins do not move",
      "−F(Σ n m δ + Σ nA/F)/A", "mark F, coin delta, face A", "contracts", "+ buys", "7.1"),
    row(
      "exactUsdNeutral", "inverse contracts after which the pool's dollars do not move",
      "−F(E + Σ n m δ + Σ nA/F)/A", "mark F, equity in coins E, coin delta, face A", "contracts",
      "+ buys", "7.1"),
    row(
      "contractsCoinNeutral", "the same in whole contracts", "nearest whole number",
      "exactCoinNeutral", "contracts", "+ buys", "7.1"),
    row(
      "contractsUsdNeutral", "the same in whole contracts", "nearest whole number",
      "exactUsdNeutral", "contracts", "+ buys", "7.1"),
    row(
      "leverageBefore", "leverage on equity before the hedge", "|D|/E",
      "delta cash D, equity E", "ratio", "≥ 0", "7.3"),
    row(
      "perpQty", "perpetual coins that bring it to the target", "(sL E − D)/(mF)",
      "sign s of D, target L, equity E, delta cash D", "contracts", "+ buys", "7.3"),
    row(
      "wingCost", "premium of the wing", "|n| m V", "contracts n, multiplier m, value V",
      "pool currency", "≥ 0", "7.3"),
    row(
      "maxLossWithWings", "maximum loss with the wing bought", "E − least terminal value",
      "the pool with its wing", "pool currency", "≥ 0", "7.3"),
    row(
      "capitalAtRiskWithWings", "capital at risk with the wing bought", "min(max(E, 0), ML)",
      "the pool with its wing", "pool currency", "≥ 0", "7.3"),
    row(
      "leverageWithWings", "leverage with the wing bought", "|D|/CaR",
      "the pool with its wing", "ratio", "≥ 0; may be larger than before", "7.3"),
    row(
      "cost", "cost of the cheapest ones", "Σ cost_j |x_j|", "contracts x", "as the unit cost",
      "≥ 0; absent where there are none", "7.2"),
    row(
      "example", "one cheapest set of contracts, of which there may be several", "arg min",
      "limits, costs, depths", "contracts", "+ buys; never compared", "7.2"),
    row(
      "dualityGapOk", "whether the dual proves the cost", "|primal − dual| ≤ 1e−7·max(1, cost)",
      "both costs", "flag", "true or false", "7.2"),
  ]
}
