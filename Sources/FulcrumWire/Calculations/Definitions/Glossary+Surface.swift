extension Glossary {
  /// Slices, surfaces, parity forwards and interpolation in time (leverage-math 8).
  static let surface: [GlossaryEntry] =
    slice + shared
    + [
      GlossaryEntry(
        "intercept", "what call less put is at strike 0, by a free line",
        formula: "a of c − p = a + bK",
        inputs: "coin prices c and p, half-spreads", unit: "coin per coin",
        range: "1 but for a carry in the coin or stale quotes", source: "8.2"),
      GlossaryEntry(
        "slope", "how call less put falls with the strike, by a free line",
        formula: "b of c − p = a + bK", inputs: "coin prices c and p, half-spreads",
        unit: "1/USD", range: "−1/F", source: "8.2"),
      GlossaryEntry(
        "forwardFree", "forward by parity with a free intercept", formula: "F = −a/b",
        inputs: "intercept a, slope b", unit: "USD", range: "> 0", source: "8.2"),
      GlossaryEntry(
        "forwardUnitIntercept", "forward by parity with the intercept that parity fixes",
        formula: "F = Σ ω K² / Σ ω K (1 − c + p), ω = 1/half-spread²",
        inputs: "strikes K, coin prices c and p", unit: "USD", range: "> 0", source: "8.2"),
      GlossaryEntry(
        "totalVariance", "variance up to the time asked for",
        formula: "w(T) = w₁ + (w₂ − w₁)(T − T₁)/(T₂ − T₁)",
        inputs: "wᵢ = σᵢ²Tᵢ of the expiries around",
        unit: "ratio", range: "≥ 0 where the expiries are in order", source: "8.3"),
      GlossaryEntry(
        "forwardVariance", "variance a year between the two expiries",
        formula: "(w₂ − w₁)/(T₂ − T₁)", inputs: "total variances w, times T", unit: "1/year",
        range: "≥ 0 without calendar arbitrage", source: "8.3"),
      GlossaryEntry(
        "calendarOk", "the later expiry has no less total variance", formula: "w₂ ≥ w₁",
        inputs: "total variances w", unit: "yes or no", range: "true or false", source: "8.3"),
    ]

  private static let slice: [GlossaryEntry] = [
    GlossaryEntry(
      "w", "total variance of a raw SVI slice",
      formula: "w(k) = a + b[ρ(k − m) + √((k − m)² + σ²)]", inputs: "a, b, ρ, m, σ; k = ln(K/F)",
      unit: "ratio", range: "≥ wMin", source: "8.3"),
    GlossaryEntry(
      "dw", "slope of total variance", formula: "w′ = b[ρ + (k − m)/q], q = √((k − m)² + σ²)",
      inputs: "as w", unit: "ratio", range: "within ±b(1 + |ρ|)", source: "8.3"),
    GlossaryEntry(
      "d2w", "curvature of total variance", formula: "w″ = bσ²/q³", inputs: "as w", unit: "ratio",
      range: "≥ 0", source: "8.3"),
    GlossaryEntry(
      "gMin", "least g on the grid", formula: "min g(k), k from gridFrom to gridTo by gridStep",
      inputs: "as g", unit: "ratio", range: "≥ 0 without butterfly arbitrage", source: "8.3"),
    GlossaryEntry(
      "wMin", "least total variance at any strike", formula: "a + bσ√(1 − ρ²)",
      inputs: "a, b, ρ, σ", unit: "ratio", range: "≥ 0 for a slice that has prices",
      source: "8.3"),
    GlossaryEntry(
      "butterflyFree", "no butterfly arbitrage on the grid", formula: "gMin ≥ 0 and wMin ≥ 0",
      inputs: "gMin, wMin", unit: "yes or no", range: "true or false", source: "8.3"),
    GlossaryEntry(
      "leeOk", "no wing steeper than any distribution allows", formula: "b(1 + |ρ|) ≤ 2",
      inputs: "b, ρ", unit: "yes or no", range: "true or false", source: "8.3"),
    GlossaryEntry(
      "jumpWings",
      "the slice in traders' words: ATM variance v, skew psi, wings p and c, least "
        + "variance vMin",
      formula: "v = w₀/T, ψ = b/(2√w₀)(ρ − m/√(m² + σ²)), p = b(1 − ρ)/√w₀, c = b(1 + ρ)/√w₀, "
        + "ṽ = wMin/T",
      inputs: "w₀ = w(0), T", unit: "v, vMin 1/year; the rest ratios",
      range: "absent where w₀ or wMin ≤ 0", source: "8.3"),
  ]

  private static let shared: [GlossaryEntry] = [
    GlossaryEntry(
      "phi1", "curvature of the earlier slice of an SSVI surface",
      formula: "φ = η/(θ^γ(1 + θ)^(1−γ))", inputs: "η, γ, ATM total variance θ₁", unit: "ratio",
      range: "> 0", source: "8.3"),
    GlossaryEntry(
      "w1", "total variance of the earlier slice",
      formula: "θ/2 {1 + ρφk + √((φk + ρ)² + 1 − ρ²)}", inputs: "ρ, φ, θ₁, k", unit: "ratio",
      range: "> 0", source: "8.3"),
    GlossaryEntry(
      "w2", "total variance of the later slice", formula: "as w1 with θ₂", inputs: "ρ, φ, θ₂, k",
      unit: "ratio", range: "> 0", source: "8.3"),
    GlossaryEntry(
      "butterfly1", "first term against butterflies", formula: "θφ(1 + |ρ|)", inputs: "θ₁, φ₁, ρ",
      unit: "ratio", range: "below 4 suffices, with the second", source: "8.3"),
    GlossaryEntry(
      "butterfly2", "second term against butterflies", formula: "θφ²(1 + |ρ|)",
      inputs: "θ₁, φ₁, ρ", unit: "ratio", range: "4 at most suffices, with the first",
      source: "8.3"),
    GlossaryEntry(
      "butterflySufficient", "both terms are small enough",
      formula: "butterfly1 < 4, butterfly2 ≤ 4",
      inputs: "butterfly1, butterfly2", unit: "yes or no", range: "true or false", source: "8.3"),
    GlossaryEntry(
      "calendarMinGap", "least gap between the two slices on the grid", formula: "min (w₂ − w₁)",
      inputs: "calendarGrid", unit: "ratio", range: "≥ 0 without calendar arbitrage",
      source: "8.3"),
    GlossaryEntry(
      "calendarFree", "the later slice is nowhere below the earlier one on the grid",
      formula: "calendarMinGap ≥ 0", inputs: "calendarMinGap", unit: "yes or no",
      range: "true or false", source: "8.3"),
    GlossaryEntry(
      "etaBound", "one condition that keeps butterflies and calendars out",
      formula: "η(1 + |ρ|) ≤ 2",
      inputs: "η, ρ", unit: "yes or no", range: "true or false", source: "8.3"),
  ]
}
