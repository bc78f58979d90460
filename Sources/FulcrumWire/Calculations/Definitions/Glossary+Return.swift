extension Glossary {
  /// What positions of different kinds are compared by in a report.
  static let returnForRisk: [GlossaryEntry] = [
    GlossaryEntry(
      "thetaCarryPerDay",
      "part of capital at risk that time alone earns in a day",
      formula: "Σ n m theta/365 / CaR$",
      inputs: "contracts n, multiplier m, theta per year, capital at risk in USD CaR$",
      unit: "ratio per day",
      range: "+ earns with time; ±∞ without capital",
      source: "2.4"),
    GlossaryEntry(
      "breakevenMoveSigmas",
      "the move in a day at which gamma and theta cancel, in daily sigmas",
      formula: "√(−2 θ_day/Γ$)/(σ/√365)",
      inputs: "theta cash per day θ_day, gamma cash Γ$, reference volatility σ per year",
      unit: "daily sigmas",
      range: "> 0; absent where gamma and theta have one sign or either is 0",
      source: "2.4"),
    GlossaryEntry(
      "expectedReturnOverShortfall",
      "expected profit over the horizon at the given drift, over expected shortfall",
      formula: "E[E(S_h; T − h) − E]/ES",
      inputs: "horizon h, drift per year, expected shortfall ES of the instantaneous move",
      unit: "ratio",
      range: "+ expects a gain; absent where there is no shortfall",
      source: "2.4"),
  ]
}
