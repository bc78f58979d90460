extension Glossary {
  private static func row(
    _ name: String, _ title: String, _ formula: String, _ inputs: String, _ unit: String,
    _ range: String, _ source: String
  ) -> GlossaryEntry {
    GlossaryEntry(
      name, title, formula: formula, inputs: inputs, unit: unit, range: range, source: source)
  }

  /// What only a page of consequences or of ways back says.
  static let foresight: [GlossaryEntry] = [
    row(
      "sizes.multiple", "units of the pool at unchanged equity", "cash = E − k(E − C)",
      "equity E, cash C, multiple k", "multiples of the present size", "≥ 0", "6.3"),
    row(
      "sizes.growth", "simulated growth of log wealth",
      "E ln(1 + (E_T − E)/W)/T", "wealth W, equity E and at the end E_T, horizon T", "a year",
      "any sign; absent where a path loses all wealth", "6.1"),
    row(
      "sizes.cost", "wealth that this size costs against the best one on the same paths",
      "W(1 − e^{−y})", "wealth W, difference y of log growth over the horizon", "pool currency",
      "≥ 0; side under, optimal or over", "6.3"),
    row(
      "sizes.liquidation", "share of paths with a liquidation within the horizon", "hits/n",
      "paths n, with a Wilson interval of 95 %", "probability", "0 to 1; without a hit up to 3/n",
      "6.4"),
    row(
      "sizes.liquidationDays", "mean time of the first liquidation, of the paths that had one",
      "E[τ | τ ≤ T]", "first liquidation τ, horizon T", "days", "> 0; absent without a hit", "6.3"),
    row(
      "sizes.lifeDays", "mean time to a liquidation or the horizon", "E[min(τ, T)]",
      "first liquidation τ, horizon T", "days", "0 to the horizon", "3.5"),
    row(
      "sizes.expectedShortfall", "mean loss of the worst paths", "E[E − E_T | worst tail]",
      "equity E and at the end E_T, tail 5 % unless said", "pool currency", "at most E", "6.3"),
    row(
      "sizes.ruin", "share of paths on which equity falls to a tenth of what it was",
      "P(min E_t ≤ ruin · E)", "equity E, ruin 10 % unless said", "probability", "0 to 1", "6.3"),
    row(
      "sizes.longestSpellDays", "longest time below the maximum so far", "max length of D > 0",
      "drawdown D at the ends of steps", "days", "0 to the horizon", "6.2"),
    row(
      "sizes.badDebt", "what the pool could not pay", "(−E)⁺ at liquidation",
      "equity E after a jump through the boundary", "pool currency",
      "≥ 0; the venue's loss, never the owner's", "3.3"),
    row(
      "sizes.badDebt.backstop", "money that covers bad debt on a share of all paths",
      "quantile of bad debt", "levels 95, 99 and 99.9 %", "pool currency", "≥ 0", "3.3"),
    row(
      "proposals.cost", "what a way back costs", "half-spread + fees + capital held for 30 days",
      "quotes, fees, cost of capital", "pool currency", "≥ 0", "7.2"),
    row(
      "proposals.shortfall", "what stands in the way of the target, and by how much",
      "exact engine after whole lots", "target, tolerances, depth, margin", "sentence",
      "absent where the target is reached", "7.2"),
    row(
      "proposals.trades.most", "most of the contract on the side traded",
      "size at the best price, else share · open interest; at most --most",
      "sizes, open interest, the command", "contracts", "≥ 0; absent where nobody states a limit",
      "7.2"),
    row(
      "obstacles.missing", "by how much a limit is missed", "|seen − allowed|",
      "depth, whole lots, initial margin, collateral, what the chain lists",
      "as unit says: contracts, pool currency, USD or multiples", "≥ 0", "7.2"),
    row(
      "dailyDeviation", "deviation of one day's profit",
      "√((Dσ)² + ½(Γ$σ²)² + (3 points · vega)² + basis²)",
      "delta cash D, gamma cash Γ$, daily σ, vega per point, basis", "USD", "≥ 0", "7.4"),
    row(
      "dailyDeviationOf.basis", "what a day's basis does to profit",
      "b √(½(Σ D_e √T_e)² + ½ Σ D_e² T_e)",
      "delta cash D_e and years T_e of each expiry, b = 0.35 % or --basis-vol", "USD", "≥ 0",
      "7.4"),
  ]
}
