extension Glossary {
  private static func row(
    _ name: String, _ title: String, _ formula: String, _ inputs: String, _ unit: String,
    _ range: String, _ source: String
  ) -> GlossaryEntry {
    GlossaryEntry(
      name, title, formula: formula, inputs: inputs, unit: unit, range: range, source: source)
  }

  /// Realised, weighted, fitted and implied volatility (leverage-math 4.1 to 4.6).
  static let volatility: [GlossaryEntry] = [
    row(
      "closeClose", "realised volatility from closes, about their mean",
      "√(P Σ(r − r̄)²/(n − 2))", "log returns r of n bars, P bars a year", "ratio a year", "≥ 0",
      "4.1"),
    row(
      "closeCloseZeroMean", "realised volatility from closes, about 0", "√(P Σr²/(n − 1))",
      "log returns r of n bars, P bars a year", "ratio a year", "≥ 0", "4.1"),
    row(
      "parkinson", "realised volatility from highs and lows", "√(P Σ ln²(h/l)/(4 n ln 2))",
      "bars, P bars a year", "ratio a year", "≥ 0; low where bars hold few trades", "4.1"),
    row(
      "garmanKlass", "realised volatility from all four prices",
      "√(P/n Σ[½ ln²(h/l) − (2 ln 2 − 1) ln²(c/o)])", "bars, P bars a year", "ratio a year",
      "≥ 0; low where bars hold few trades", "4.1"),
    row(
      "rogersSatchell", "realised volatility from all four prices, free of drift",
      "√(P/n Σ[ln(h/c) ln(h/o) + ln(l/c) ln(l/o)])", "bars, P bars a year", "ratio a year",
      "≥ 0; low where bars hold few trades", "4.1"),
    row(
      "yangZhang", "realised volatility mixed from opens, closes and Rogers-Satchell",
      "√(P(V_o + k V_c + (1 − k) V_rs))", "bars 2..n, weight k, P bars a year", "ratio a year",
      "≥ 0", "4.1"),
    row(
      "yangZhangK", "weight of open-to-close variance in Yang-Zhang",
      "k = 0.34/(1.34 + (N + 1)/(N − 1))", "N = n − 1 bars", "ratio", "0 to 1", "4.1"),
    row(
      "bipower", "realised volatility blind to single jumps", "√(P π/2 Σ|r_i||r_{i−1}|/(N − 1))",
      "N log returns r, P bars a year", "ratio a year", "≥ 0", "4.1"),
    row(
      "medRV", "realised volatility from medians of three returns",
      "√(P π/(6 − 4√3 + π) Σ med(|r|, |r|, |r|)²/(N − 2))", "N log returns r, P bars a year",
      "ratio a year", "≥ 0", "4.1"),
    row(
      "jumpShare", "share of the variance that came in jumps", "max(0, 1 − BV/RV)",
      "bipower variance BV, realised variance RV", "ratio", "0 to 1", "4.1"),
    row(
      "nextVariance", "variance of the next step", "h_{n+1}", "returns, parameters",
      "unit of the returns, squared", "≥ 0", "4.2, 4.3"),
    row(
      "annualVol365", "annual volatility of the next day", "√(365 h_{n+1})", "nextVariance",
      "ratio a year", "≥ 0", "4.2"),
    row(
      "variance10", "weighted variance at element 10", "h₁₁", "returns, lambda",
      "unit of the returns, squared", "≥ 0", "4.2"),
    row(
      "beta", "coefficients of constant, day, week and month", "least squares",
      "realised variances", "ratio", "four numbers", "4.4"),
    row(
      "residualVariance", "variance of the regression's residuals", "SSR/(rows − 4)",
      "residuals", "RV squared, or of ln RV", "≥ 0", "4.4"),
    row(
      "forecast", "realised variance of the next day",
      "β₀ + β_d x + β_w x̄₅ + β_m x̄₂₂; exp(f + ½s²) of logs", "beta, the last 22 days", "RV",
      "before the floor", "4.4"),
    row(
      "variance100", "conditional variance at observation 100", "h₁₀₀", "returns, parameters",
      "percent²", "> 0", "4.3"),
    row(
      "persistence", "what is left of a shock after one step", "p = α + γ/2 + β",
      "fitted parameters", "ratio", "0 to 1", "4.3"),
    row(
      "longRunVariance", "variance that forecasts return to", "ω/(1 − p)", "fitted parameters",
      "percent²", "> 0", "4.3"),
    row(
      "variance10Ahead", "variance ten steps ahead", "σ̄² + p⁹(h_{n+1} − σ̄²)",
      "nextVariance, persistence p", "percent²", "> 0", "4.3"),
    row(
      "averageVariance30", "mean variance of the next thirty steps",
      "σ̄² + (h_{n+1} − σ̄²)(1 − p³⁰)/(30(1 − p))", "nextVariance, persistence p", "percent²",
      "> 0", "4.3"),
    row(
      "maxLogLikelihood", "largest log likelihood found", "max ℓ over ω, α, γ, β", "returns",
      "log", "any", "4.3"),
    row(
      "mle", "parameters of the largest likelihood", "ω, α, β, with γ before β in gjr",
      "returns", "percent², ratios", "ω > 0, p < 0.9995", "4.3"),
    row(
      "mleErrors", "robust standard errors of the parameters", "√ diag(A⁻¹BA⁻¹)",
      "curvature A, squared scores B", "of each parameter", "> 0; absent on a bound", "4.3"),
    row(
      "mleConverged", "the search ended at a flat likelihood", "|gradient| ≤ 1e−3",
      "gradient of ℓ", "yes or no", "true or false", "4.3"),
    row(
      "K0", "highest strike at or below the forward", "max K ≤ F", "strikes, forward F", "USD",
      "> 0", "4.6"),
    row(
      "variance", "model-free implied variance a year",
      "(2/T) Σ ΔK/K² Q − (1/T)(F/K₀ − 1)²", "out-of-the-money prices Q, forward F, years T",
      "1/year", "≥ 0 in a sound market", "4.6"),
  ]

  /// Hidden states, regimes and policy (leverage-math 4.5, 4.8, 5).
  static let steering: [GlossaryEntry] = [
    row(
      "logLikelihood", "log of the likelihood of the series", "Σ ln c_t, or −½Σ[ln 2πh + e²/h]",
      "series, parameters", "log", "any", "4.3, 4.5"),
    row(
      "viterbi", "likeliest path of states", "argmax P(states, series)", "series, parameters",
      "states from 0", "ties to the lowest", "4.5"),
    row(
      "viterbiLogProb", "log of the joint density of that path", "ln P(path, series)",
      "series, parameters", "log", "≤ logLikelihood", "4.5"),
    row(
      "filteredLast", "probability of each state now, from the past alone", "α̂_n",
      "series, parameters", "probability", "sum 1", "4.5"),
    row(
      "smoothed0", "probability of each state at first, from the whole series", "γ₀",
      "series, parameters", "probability", "sum 1; looks ahead", "4.5"),
    row(
      "smoothed75", "probability of each state at time 75, from the whole series", "γ₇₅",
      "series, parameters", "probability", "sum 1; looks ahead", "4.5"),
    row(
      "em", "parameters after one step of Baum and Welch", "π = γ₁, A = Σξ/Σγ, weighted moments",
      "series, parameters", "start, transition, means, sds", "likelihood no lower", "4.5"),
    row(
      "logLikelihoodAfterEm", "log likelihood at those parameters", "ℓ", "series, em", "log",
      "≥ logLikelihood", "4.5"),
    row(
      "labels", "regime at each observation: 0 calm, 1 normal, 2 stressed",
      "thresholds with hysteresis and dwell", "score v, enterUp U, exitDown D, dwell",
      "level", "0, 1 or 2", "4.8"),
    row(
      "switches", "how often the regime changed", "changes of label", "labels", "count",
      "≤ 2(1 + TV(v)/gap)", "4.8"),
    row(
      "volTarget", "leverage at the target volatility", "σ_target/σ̂", "forecast volatility σ̂",
      "×, before the regime", "> 0", "5.1"),
    row(
      "kelly", "cautious fraction of the growth optimum", "κ max(0, μ̂ − z se)/σ̂²",
      "drift μ̂ and its error se, forecast volatility σ̂", "×, before the regime", "≥ 0", "5.1"),
    row(
      "cvar", "leverage at the shortfall budget", "budget/ES₁", "shortfall ES₁ at 1×",
      "×, before the regime", "> 0", "5.1"),
    row(
      "cppi", "leverage of the cushion above the floor", "multiple · max(0, 1 − (1 − δ)HWM/V)",
      "equity V, high-water mark HWM, drawdown limit δ", "×, before the regime", "≥ 0", "5.1"),
    row(
      "liquidation", "largest leverage whose liquidation is unlikely enough",
      "sup{L: P(liquidated within T; σ̂, μ = 0) ≤ p}",
      "probability p, horizon T, maintenance rate", "×", "≥ 1 for a long", "5.2"),
    row(
      "size", "leverage at the largest notional", "Qmax/CaR", "notional Qmax, capital CaR", "×",
      "≥ 0", "5.2"),
    row(
      "target", "leverage that the policy allows", "max(0, min(ρ min(soft), min(caps)))",
      "budgets, caps, regime multiplier ρ", "×", "0 to the hard cap", "5.2"),
    row(
      "binding", "the constraint that decides", "the smallest term; ties in order",
      "budgets, caps", "name", "volTarget, kelly, cvar, cppi, liquidation, size, hard", "5.2"),
    row(
      "breach", "leverage is above a cap", "L > min(caps)", "leverage L", "yes or no",
      "true or false", "5.4"),
    row(
      "insideBand", "leverage is inside the no-trade band", "|L − target| ≤ band · target",
      "leverage L, target", "yes or no", "true or false", "5.4"),
    row(
      "restLeverage", "where the pool may rest", "min(target, min(caps)/(1 + ½ band))",
      "target, caps, band", "×", "≥ 0", "5.4"),
    row(
      "newLeverage", "where the order brings the pool, before rounding",
      "the near edge or rest; L where no action", "target, band, mode", "×", "≥ 0", "5.4"),
    row(
      "rawQty", "contracts before rounding", "(new L − L) CaR/u",
      "leverage L, capital CaR, exposure u of one contract", "contracts", "+ increases", "5.4"),
    row(
      "orderQty", "contracts to order", "whole lots, rounded toward less risk", "rawQty, lot",
      "contracts", "+ increases, − reduces only", "5.4"),
    row(
      "targetAtRisk", "money that a pool should have at risk", "budget/stress multiple",
      "risk budget, worst loss over capital", "USD", "≥ 0", "5.4"),
    row(
      "orderUnits", "units of the whole strategy to order", "whole units, toward less risk",
      "targetAtRisk, capital CaR, openUnits", "units", "+ increases, − reduces only", "5.4"),
    row(
      "sigmaHat", "volatility that a decision used", "σ_before^k σ^(1 − k), k = 2^(−Δt/half-life)",
      "forecast σ, smoothed volatility before, time since", "a year", "> 0", "5.5"),
    row(
      "highWater", "high-water mark that a decision used", "max(equity, the mark before)",
      "equity, memory", "USD", "> 0", "5.1"),
    row(
      "action", "what is ordered, in words", "orderUnits · lots of each leg", "orderUnits, legs",
      "words", "orders, or no action", "5.4"),
    row(
      "pause", "why nothing is ordered",
      "increases wait for confirmation and dwell, reductions for nothing",
      "orderQty, memory, dwell, confirmations", "name",
      "insideBand, belowSmallestOrder, awaitingConfirmation, dwelling", "5.5"),
    row(
      "increasesAsked", "evaluations in a row that asked for an increase",
      "one more at a new instant; 0 after an order or without a wish", "memory, orderQty",
      "evaluations", "≥ 0", "5.5"),
    row(
      "remembered", "what was known of the pool's past, in words", "the memory, written out",
      "memory", "words", "one line", "5.5"),
  ]
}
