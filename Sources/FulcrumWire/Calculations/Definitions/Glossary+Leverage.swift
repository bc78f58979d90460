extension Glossary {
  /// Capital of a pool (leverage-math 2.1, 2.2).
  static let capital: [GlossaryEntry] = [
    GlossaryEntry(
      "equity",
      "what the pool is worth now, marked",
      formula: "E = C + Σ n m V + Σ futures profit",
      inputs: "legs (contracts n, multiplier m or face A, forward F, Black delta Δ), index S, "
        + "cash C",
      unit: "pool currency",
      range: "either sign; short options count negative",
      source: "2.1"),
    GlossaryEntry(
      "equityUsd",
      "equity in USD",
      formula: "E, times S in a coin pool",
      inputs: "equity E, index S",
      unit: "USD",
      range: "either sign",
      source: "2.1"),
    GlossaryEntry(
      "maxLoss",
      "the most that the legs held to expiry can lose from here",
      formula: "ML = E − min over S_T of the terminal pool value",
      inputs: "legs (contracts n, multiplier m or face A, forward F, Black delta Δ), index S, "
        + "cash C",
      unit: "pool currency",
      range: "≥ 0 or inf; several option expiries: inf",
      source: "2.2"),
    GlossaryEntry(
      "capitalAtRisk",
      "capital that the position really puts at risk",
      formula: "CaR = min(max(E, 0), ML)",
      inputs: "equity E, maximum loss ML",
      unit: "pool currency",
      range: "≥ 0",
      source: "2.2"),
    GlossaryEntry(
      "capitalAtRiskUsd",
      "capital at risk in USD",
      formula: "CaR, times S in a coin pool",
      inputs: "capital at risk, index S",
      unit: "USD",
      range: "≥ 0",
      source: "2.2"),
    GlossaryEntry(
      "worstLoss",
      "worst loss over the stress grid",
      formula: "W = max(0, max over (u, v) of E − E(u, v))",
      inputs: "stress moves u of spot, shifts v of volatility, time unchanged",
      unit: "pool currency",
      range: "≥ 0",
      source: "2.4"),
  ]

  /// Cash exposures, USD (leverage-math 2.3).
  static let exposures: [GlossaryEntry] = [
    GlossaryEntry(
      "grossNotional",
      "gross notional",
      formula: "G = Σ|n|mF; coin pool S(Σ|n|m + Σ|n|A/F); expired worthless legs 0",
      inputs: "legs (contracts n, multiplier m or face A, forward F, Black delta Δ), index S, "
        + "cash C",
      unit: "USD",
      range: "≥ 0",
      source: "2.3"),
    GlossaryEntry(
      "deltaCash",
      "delta cash: the underlying that moves like the pool",
      formula: "D = Σ n m Δ F; coin pool S(Σ n m Δ + Σ nA/F)",
      inputs: "legs (contracts n, multiplier m or face A, forward F, Black delta Δ), index S, "
        + "cash C",
      unit: "USD",
      range: "+ gains when the underlying rises",
      source: "2.3"),
    GlossaryEntry(
      "absDeltaCash",
      "delta cash without netting",
      formula: "Σ|n m Δ F|; coin pool S(Σ|n m Δ| + Σ|n|A/F)",
      inputs: "legs (contracts n, multiplier m or face A, forward F, Black delta Δ), index S, "
        + "cash C",
      unit: "USD",
      range: "≥ 0",
      source: "2.3"),
    GlossaryEntry(
      "gammaCash",
      "gamma cash per 100 % move",
      formula: "Γ$ = Σ n m Γ F² (a coin pool's legs × S/F)",
      inputs: "legs (contracts n, multiplier m or face A, forward F, Black delta Δ), index S, "
        + "cash C",
      unit: "USD",
      range: "+ long gamma, − short",
      source: "2.3"),
    GlossaryEntry(
      "gammaCash1pct",
      "gamma cash per 1 % move",
      formula: "Γ$/100",
      inputs: "legs (contracts n, multiplier m or face A, forward F, Black delta Δ), index S, "
        + "cash C",
      unit: "USD",
      range: "+ long gamma, − short",
      source: "2.3"),
    GlossaryEntry(
      "vegaCashPerPoint",
      "value change per volatility point",
      formula: "Σ n m vega/100 (a coin pool's legs × S/F)",
      inputs: "legs (contracts n, multiplier m or face A, forward F, Black delta Δ), index S, "
        + "cash C",
      unit: "USD per vol point",
      range: "+ long volatility, − short",
      source: "2.3"),
    GlossaryEntry(
      "thetaCashPerDay",
      "value change per calendar day",
      formula: "Σ n m theta/365 (a coin pool's legs × S/F)",
      inputs: "legs (contracts n, multiplier m or face A, forward F, Black delta Δ), index S, "
        + "cash C",
      unit: "USD per day",
      range: "− loses with time",
      source: "2.3"),
  ]

  /// Ratios on capital at risk (leverage-math 2.4).
  static let leverage: [GlossaryEntry] = [
    GlossaryEntry(
      "grossLeverage",
      "gross notional over capital at risk",
      formula: "L_gross = G/CaR$",
      inputs: "gross notional G, capital at risk CaR$ in USD",
      unit: "ratio",
      range: "≥ 0 or inf",
      source: "2.4"),
    GlossaryEntry(
      "deltaLeverage",
      "the headline: delta cash over capital at risk",
      formula: "L_Δ = |D|/CaR$",
      inputs: "delta cash D, capital at risk CaR$ in USD",
      unit: "ratio",
      range: "≥ 0 or inf",
      source: "2.4"),
    GlossaryEntry(
      "signedDeltaLeverage",
      "delta leverage with the direction of the pool",
      formula: "sign(D) L_Δ",
      inputs: "delta cash D, capital at risk CaR$ in USD",
      unit: "ratio",
      range: "+ gains when the underlying rises; inf or -inf",
      source: "2.4"),
    GlossaryEntry(
      "vegaLeveragePerPoint",
      "share of capital per volatility point",
      formula: "|vega per point|/CaR$",
      inputs: "vega cash per point, capital at risk",
      unit: "ratio per vol point",
      range: "≥ 0 or inf",
      source: "2.4"),
    GlossaryEntry(
      "volElasticity",
      "percent of capital per 1 % relative move of volatility",
      formula: "|Σ n m vega σ|/CaR$",
      inputs: "vegas and volatilities of the legs, capital at risk",
      unit: "ratio",
      range: "≥ 0 or inf",
      source: "2.4"),
    GlossaryEntry(
      "thetaDrainPerDay",
      "share of capital lost per day",
      formula: "−theta per day/CaR$",
      inputs: "theta cash per day, capital at risk",
      unit: "ratio per day",
      range: "> 0 loses with time; inf or -inf",
      source: "2.4"),
    GlossaryEntry(
      "elasticity",
      "percent move of a single option per 1 % of the underlying (lambda, omega)",
      formula: "λ = Δ F/B = Δ/c",
      inputs: "Black delta Δ, forward F, value B",
      unit: "ratio",
      range: "+ call, − put; absent where B = 0",
      source: "2.4"),
    GlossaryEntry(
      "curve",
      "delta leverage after each spot shock",
      formula: "L(u) = |D(S(1+u))|/CaR(u), full revaluation, T and σ held",
      inputs: "curveShocks u, the pool",
      unit: "ratio",
      range: "≥ 0 or inf, one for each shock",
      source: "2.4"),
    GlossaryEntry(
      "secantLeverage",
      "exact leverage of each finite move",
      formula: "L_sec(u) = [E(u) − E]/(u CaR)",
      inputs: "curveShocks u other than 0, the pool",
      unit: "ratio",
      range: "signed; empty where CaR = 0",
      source: "2.4"),
    GlossaryEntry(
      "gammaAdjusted",
      "leverage with the second order of each move",
      formula: "L_γ(u) = (D + ½Γ$u)/CaR$",
      inputs: "delta cash D, gamma cash Γ$, curveShocks u",
      unit: "ratio",
      range: "signed; USD pools only",
      source: "2.4"),
    GlossaryEntry(
      "stressMultiple",
      "worst stress loss over capital at risk",
      formula: "W/CaR; above 1: bad debt before liquidation can act",
      inputs: "worst loss W, capital at risk CaR",
      unit: "ratio",
      range: "≥ 0 or inf",
      source: "2.4"),
    GlossaryEntry(
      "stressLeverage",
      "linear position with the same worst loss",
      formula: "W/(CaR u_max)",
      inputs: "worst loss W, capital at risk CaR, largest |u| of the stress grid",
      unit: "ratio",
      range: "≥ 0 or inf",
      source: "2.4"),
  ]
}
