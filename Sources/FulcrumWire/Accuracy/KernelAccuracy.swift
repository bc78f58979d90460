internal import FulcrumModel
package import FulcrumNumerics
internal import FulcrumPricing

/// Worst errors of the batch kernels over the domain, by level: what `fulcrum accuracy` prints.
package struct KernelAccuracy: Sendable {
  /// One figure: its worst error at each level.
  package struct Row: Sendable {
    package let name: String
    /// What the error is a fraction of.
    package let scale: String
    package var worst: [KernelLevel: Double] = [:]
  }

  package let levels: [KernelLevel]
  package let options: Int
  package let rows: [Row]

  /// Compares `options` seeded random options with 80-bit arithmetic; nil on machines without it.
  package static func measured(options count: Int) -> KernelAccuracy? {
    #if arch(x86_64) && os(Linux)
      let levels = KernelLevel.supported
      let options = sample(count)
      let rows =
        greekRows(options, levels) + [relativePrice(options, levels)]
        + volatilityRows(options, levels)
      return KernelAccuracy(levels: levels, options: count, rows: rows)
    #else
      return nil
    #endif
  }

  /// Four regions in turn: the chain, short lives, wings, and long lives at high volatility.
  private static func sample(_ count: Int) -> [OptionInput] {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func uniform(_ low: Double, _ high: Double) -> Double {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      let bits = (state &* 2_685_821_657_736_338_717) >> 11
      return low + (high - low) * Double(bits) * 0x1p-53
    }
    return (0..<count).map { place in
      let (years, volatility, deviations) =
        switch place % 4 {
        case 0: (uniform(0.01, 1.2), uniform(0.2, 1.2), uniform(-3, 3))
        case 1: (uniform(1e-6, 0.01), uniform(0.2, 3), uniform(-4, 4))
        case 2: (uniform(0.001, 0.5), uniform(0.1, 1), uniform(-8, 8))
        default: (uniform(0.5, 3), uniform(0.5, 4), uniform(-2, 2))
        }
      let w = max(volatility * years.squareRoot(), 1e-3)
      let distance = max(-0.97, min(deviations * w, 30))
      return OptionInput(
        right: uniform(0, 1) < 0.5 ? .call : .put, forward: 60_000,
        strike: 60_000 * (1 + distance), years: years, volatility: volatility,
        rate: place % 3 == 0 ? uniform(-0.02, 0.1) : 0)
    }.filter { $0.volatility * $0.years.squareRoot() >= 1e-3 }
  }
}

#if arch(x86_64) && os(Linux)
  extension KernelAccuracy {
    private static func greekRows(_ options: [OptionInput], _ levels: [KernelLevel]) -> [Row] {
      let expected = options.map { ExtendedBlack($0).numbers }
      let allowed = options.map(ExtendedBlack.allowed)
      var rows = OptionFigures.all.figures.map { Row(name: $0.rawValue, scale: "allowed") }
      for level in levels {
        let results = evaluated(options, .all, level)
        for (place, figure) in OptionFigures.all.figures.enumerated() {
          var worst = 0.0
          for row in options.indices {
            let got = Float80(results[figure, row] ?? .infinity)
            let error = abs(got - (expected[row][figure] ?? 0))
            worst = max(worst, fraction(Double(error), allowed[row][figure] ?? 0))
          }
          rows[place].worst[level] = worst
        }
      }
      return rows
    }

    /// The undiscounted price, as a share of max(F, K).
    private static func relativePrice(_ options: [OptionInput], _ levels: [KernelLevel]) -> Row {
      var row = Row(name: "undiscounted price", scale: "max(F, K)")
      for level in levels {
        let results = evaluated(options, .price, level)
        var worst = 0.0
        for (place, option) in options.enumerated() {
          var input = option
          input.rate = 0
          let expected = ExtendedBlack(input).numbers[.price] ?? 0
          let error = abs(Float80(results[.price, place] ?? .infinity) - expected)
          worst = max(worst, Double(error) / max(option.forward, option.strike))
        }
        row.worst[level] = worst
      }
      return row
    }

    /// σ recovered from the 80-bit price rounded to a double, over what 9 allows.
    private static func volatilityRows(_ options: [OptionInput], _ levels: [KernelLevel]) -> [Row] {
      var usd = Row(name: "implied volatility, USD", scale: "allowed")
      var coin = Row(name: "implied volatility, coin", scale: "allowed")
      for level in levels {
        usd.worst[level] = volatilityError(options, .usd, level)
        coin.worst[level] = volatilityError(options, .coin, level)
      }
      return [usd, coin]
    }

    private static func volatilityError(
      _ options: [OptionInput], _ unit: QuoteUnit, _ level: KernelLevel
    ) -> Double {
      var quotes = QuoteColumns()
      var bars: [Double] = []
      for option in options {
        var input = option
        input.rate = 0
        let numbers = ExtendedBlack(input).numbers
        let price = numbers[.price] ?? 0
        let divisor = unit == .coin ? Float80(option.forward) : 1
        quotes.append(
          right: option.right, forward: option.forward, strike: option.strike,
          years: option.years, price: Double(price / divisor))
        let inner = Black76.intrinsic(option)
        let vega = Double(numbers[.vega] ?? 0) * option.volatility
        let conditioning = 1 + (Double(price) + inner) / vega
        bars.append(max(1e-12, 8 * 0x1p-53 * conditioning))
      }
      var results = QuoteVolatilityColumns()
      // The columns are of one length and the tick is 0: there is nothing to refuse.
      try? ImpliedVolatility.solve(quotes, in: unit, tick: 0, into: &results, level: level)
      var worst = 0.0
      for (row, option) in options.enumerated() where bars[row] < 0.01 {
        let got = results.volatility(row) ?? .infinity
        worst = max(worst, abs(got / option.volatility - 1) / bars[row])
      }
      return worst
    }

    private static func evaluated(
      _ options: [OptionInput], _ figures: OptionFigures, _ level: KernelLevel
    ) -> OptionFigureColumns {
      var results = OptionFigureColumns()
      // The columns are of one length: there is nothing to refuse.
      try? Black76.evaluate(OptionColumns(options), figures, into: &results, level: level)
      return results
    }

    private static func fraction(_ error: Double, _ allowed: Double) -> Double {
      if error < 1e-300 { return 0 }
      return allowed > 0 ? error / allowed : .infinity
    }
  }
#endif
