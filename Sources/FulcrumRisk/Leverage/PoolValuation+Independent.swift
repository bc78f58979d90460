extension PoolValuation {
  /// One valuation for the legs of each underlying: a USD pool is the sum of them, so that moves of
  /// several coins, which nothing says go together, can be combined at their worst.
  private func parts(volShift: Double = 0) -> [Revaluation] {
    pool.indices.indices.map { place in
      let legs = pool.legs.filter { $0.underlying == place }
      return Revaluation(
        RiskPool(indices: pool.indices, currency: pool.currency, cash: 0, legs: legs),
        volShift: volShift)
    }
  }

  /// The least profit over the stress grid where every underlying takes its own worst shock of the
  /// grid, the volatility shift being common to all.
  func leastIndependentProfit(_ settings: LeverageSettings) -> Double {
    let base = parts().map { $0.equities(at: [1])[0] }
    let ratios = settings.stressSpot.map { 1 + $0 }
    let profits = settings.stressVolRel.map { shift in
      zip(parts(volShift: shift), base).map { part, base in
        part.equities(at: ratios).map { $0 - base }.min() ?? 0
      }.reduce(0, +)
    }
    return profits.min() ?? 0
  }

  /// max over shocks of Σ_k max_± |E_k(±u) − E_k| / (|u| CaR): the largest secant where every
  /// underlying moves by the same size, each in its own worst direction.
  func largestIndependentSecant(_ shocks: [Double]) -> Measure {
    guard capital.atRisk > 0 else { return .absent(.noCapital) }
    let sizes: [Double] = shocks.map(\.magnitude).filter { $0 > 0 && $0 < 1 }
    let equities = parts().map { part in
      (
        now: part.equities(at: [1])[0], up: part.equities(at: sizes.map { 1 + $0 }),
        down: part.equities(at: sizes.map { 1 - $0 })
      )
    }
    let secants = sizes.enumerated().map { place, size in
      let loss: Double = equities.map { part in
        max((part.up[place] - part.now).magnitude, (part.down[place] - part.now).magnitude)
      }.reduce(0, +)
      return loss / (size * capital.atRisk)
    }
    return secants.max().map { Measure($0, orAbsent: .notRepresentable) } ?? .absent(.noSpotShock)
  }
}
