extension Glossary {
  /// What a report says of a pool beside its measures (leverage-math 2.2 to 2.5).
  static let reportPool: [GlossaryEntry] = [
    GlossaryEntry(
      "leverage",
      "the headline: delta leverage on the capital basis that stands beside it",
      formula: "|D|/capital; `settings.capitalBasis` names the capital, capitalAtRisk unless "
        + "--basis says otherwise",
      inputs: "delta cash D of the pool, its capital on that basis",
      unit: "ratio",
      range: "≥ 0 or inf; absent where the capital is unknown",
      source: "2.4"),
    GlossaryEntry(
      "worstSecant",
      "largest secant leverage of either sign over real moves up and down, gain or loss: a delta of "
        + "zero cannot hide behind it",
      formula: "max of |L_sec| over ± one daily sigma and the stress moves",
      inputs: "secantLeverage at each of `curve.shocks` but 0",
      unit: "ratio",
      range: "≥ 0 or inf",
      source: "2.5"),
    GlossaryEntry(
      "cash",
      "cash inside the pool",
      formula: "C as given, or E − Σ values where equity was given; 0 where options were only "
        + "bought",
      inputs: "the book, --pools or --collateral",
      unit: "pool currency",
      range: "either sign",
      source: "2.1"),
    GlossaryEntry(
      "initialMargin",
      "what the rule in force asks to open the pool",
      formula: "Σ over legs: short call max(0.15 F − OTM, 0.10 F), short put at least its "
        + "maintenance",
      inputs: "forwards F, values V, `settings.margin`; a coin pool divides by F",
      unit: "pool currency",
      range: "≥ 0",
      source: "3.2"),
    GlossaryEntry(
      "maintenanceMargin",
      "what the rule in force asks to keep the pool",
      formula: "Σ over legs: short call 0.075 F, short put 0.075 max(F, V), future (rate + fee) "
        + "N − deduction",
      inputs: "forwards F, values V, notionals N, `settings.margin`; a coin pool divides by F",
      unit: "pool currency",
      range: "≥ 0",
      source: "3.2"),
    GlossaryEntry(
      "leverageByBasis.capitalAtRisk",
      "delta leverage on capital at risk",
      formula: "|D|/CaR",
      inputs: "delta cash D of the pool, its capital on that basis",
      unit: "ratio",
      range: "≥ 0 or inf",
      source: "2.4"),
    GlossaryEntry(
      "leverageByBasis.equity",
      "delta leverage on marked equity",
      formula: "|D|/E",
      inputs: "delta cash D of the pool, its capital on that basis",
      unit: "ratio",
      range: "≥ 0 or inf",
      source: "2.4"),
    GlossaryEntry(
      "leverageByBasis.collateral",
      "delta leverage on the cash inside the pool",
      formula: "|D|/C",
      inputs: "delta cash D of the pool, its capital on that basis",
      unit: "ratio",
      range: "≥ 0; absent without cash",
      source: "2.4"),
    GlossaryEntry(
      "leverageByBasis.premiumPaid",
      "delta leverage on what long options cost at entry",
      formula: "|D|/Σ n m entry",
      inputs: "delta cash D of the pool, its capital on that basis",
      unit: "ratio",
      range: "≥ 0; absent unless every leg is a long option with its entry",
      source: "2.4"),
    GlossaryEntry(
      "leverageByBasis.initialMargin",
      "delta leverage on the initial margin of the rule in force",
      formula: "|D|/IM",
      inputs: "delta cash D of the pool, its capital on that basis",
      unit: "ratio",
      range: "≥ 0 or inf",
      source: "2.4"),
    GlossaryEntry(
      "leverageByBasis.venueInitialMargin",
      "delta leverage on the initial margin that the venue reported",
      formula: "|D|/Σ venue IM",
      inputs: "delta cash D of the pool, its capital on that basis",
      unit: "ratio",
      range: "≥ 0; absent unless every leg carries it",
      source: "2.4"),
    GlossaryEntry(
      "leverageByBasis.maintenanceExcess",
      "delta leverage on equity above maintenance margin",
      formula: "|D|/H",
      inputs: "delta cash D of the pool, its capital on that basis",
      unit: "ratio",
      range: "≥ 0 or inf",
      source: "2.4"),
    GlossaryEntry(
      "curve.shocks",
      "moves of the index at which the leverage curve is taken",
      formula: "`settings.curveShocks`, 0 and ± one daily sigma",
      inputs: "settings, reference volatility",
      unit: "share of the index",
      range: "> −1, ascending",
      source: "2.5"),
    GlossaryEntry(
      "stress.spot",
      "moves of the index on the stress grid: one row each",
      formula: "`settings.stressSpot`",
      inputs: "settings",
      unit: "share of the index",
      range: "> −1",
      source: "2.4"),
    GlossaryEntry(
      "stress.volatility",
      "relative shifts of volatility on the stress grid: one column each",
      formula: "`settings.stressVolRel`",
      inputs: "settings",
      unit: "share of the volatility",
      range: "> −1",
      source: "2.4"),
    GlossaryEntry(
      "stress.profit",
      "profit of the pool at a node of the stress grid, time unchanged",
      formula: "E(u, v) − E",
      inputs: "legs revalued at index S(1 + u), volatilities σ(1 + v)",
      unit: "pool currency",
      range: "+ profit, − loss",
      source: "2.4"),
  ]

  /// What VaR and expected shortfall are taken at (leverage-math 2.4).
  static let reportTail: [GlossaryEntry] = [
    GlossaryEntry(
      "tailRisk.horizonDays",
      "horizon of VaR and expected shortfall",
      formula: "1",
      inputs: "the report's setting",
      unit: "days",
      range: "> 0",
      source: "2.4"),
    GlossaryEntry(
      "tailRisk.tail",
      "share of outcomes that VaR cuts off",
      formula: "0.01",
      inputs: "the report's setting",
      unit: "probability",
      range: "0 to 1",
      source: "2.4"),
    GlossaryEntry(
      "tailRisk.factorVolatility",
      "volatility of the one factor that moves every underlying",
      formula: "the largest reference volatility of the pool",
      inputs: "reference volatility",
      unit: "1 = 100 % a year",
      range: "> 0",
      source: "2.4"),
  ]
}
