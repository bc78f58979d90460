import FulcrumPricing

extension Glossary {
  /// What only `fulcrum surface` says.
  static let surfaceReport: [GlossaryEntry] =
    numbers
    + QuoteRejection.allCases.map { reason in
      GlossaryEntry(
        "rejected.\(reason.rawValue)", reason.explanation, formula: "none",
        inputs: "bid, ask, age and forward of a quote", unit: "reason",
        range: "the first that applies of \(QuoteRejection.allCases.count)", source: "8.1")
    }
    + SmileModel.allCases.map { model in
      GlossaryEntry(
        "model.\(model.rawValue)", model.explanation, formula: "none",
        inputs: "clean quotes of the expiry and of the others", unit: "model",
        range: "the first that is free of arbitrage and within fitBound", source: "8.3")
    }

  private static let numbers: [GlossaryEntry] = [
    GlossaryEntry(
      "atmVol", "implied volatility at the money", formula: "√(w(0)/T)",
      inputs: "fitted total variance w, years T", unit: "1/√year, 1 = 100 %", range: "≥ 0",
      source: "8.3"),
    GlossaryEntry(
      "atmSkew", "slope of volatility at the money", formula: "∂σ/∂k = w′/(2√(wT)) at k = 0",
      inputs: "w, w′, T; k = ln(K/F)", unit: "volatility per 1.00 of k",
      range: "< 0: puts dearer than calls", source: "8.3"),
    GlossaryEntry(
      "fitError", "how far the smile is from the middles of the quotes",
      formula: "root mean square of σ(k) − ½(σ_bid + σ_ask), all strikes alike",
      inputs: "clean quotes", unit: "volatility", range: "≥ 0", source: "8.3"),
    GlossaryEntry(
      "fitErrorLargest", "the same at the strike where it is largest",
      formula: "max |σ(k) − ½(σ_bid + σ_ask)|", inputs: "clean quotes", unit: "volatility",
      range: "≥ 0", source: "8.3"),
    GlossaryEntry(
      "fitBound", "what the error may be", formula: "max(0.01, 2 × median half-spread)",
      inputs: "volatilities of bid and ask", unit: "volatility", range: "≥ 0.01", source: "8.3"),
    GlossaryEntry(
      "withinSpread", "share of the strikes whose bid and ask enclose the smile",
      formula: "strikes with |error| ≤ half-spread over strikes", inputs: "clean quotes",
      unit: "ratio", range: "from 0 to 1", source: "8.3"),
    GlossaryEntry(
      "densityMinimum", "least g of the fitted smile",
      formula: "min g over k ∈ ±max(1.5, 6√w(0)) and about the bend", inputs: "the fitted slice",
      unit: "ratio", range: "≥ 0 without butterfly arbitrage", source: "8.3"),
    GlossaryEntry(
      "calendarGap", "least distance above the fitted expiry before it",
      formula: "min (w − w_earlier) over the same k", inputs: "two fitted slices", unit: "ratio",
      range: "≥ 0 without calendar arbitrage; absent for the first", source: "8.3"),
    GlossaryEntry(
      "leeSlope", "the steeper wing of the smile", formula: "b(1 + |ρ|)", inputs: "b, ρ",
      unit: "ratio", range: "at most 2", source: "8.3"),
  ]
}
