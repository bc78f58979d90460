internal import CFulcrumKernels
internal import FulcrumModel
public import FulcrumNumerics

extension ImpliedVolatility {
  /// Solves every row on one thread; `Parallel.solve` does it on all.
  ///
  /// The vector text solves for w on ln(price), or on ln(min(F, K) − price) beyond a quarter deviation
  /// in the money, from a start by the inverse of Bachelier's formula, in steps of fourth order; it
  /// needs no exponential. Rows that it leaves out (prices at or outside their bounds, T = 0,
  /// prices below 1e-280 of the forward) are answered by `solve`.
  ///
  /// - Parameters:
  ///   - tick: the price's own step in the quotes' unit, ≥ 0: `lowVega` and the error bars follow
  ///     from it; 0 asks for neither.
  ///   - results: overwritten; its storage is reused when the number of rows is unchanged.
  /// - Throws: `PricingError.columnsDiffer`, or `.outOfDomain` for the tick. No row can sink the batch.
  /// - Accuracy: as `solve`, at every level (`KernelVectorTests`).
  public static func solve(
    _ quotes: QuoteColumns, in unit: QuoteUnit, tick: Double,
    into results: inout QuoteVolatilityColumns, level: KernelLevel = .current
  ) throws(PricingError) {
    try requireBatch(quotes, tick)
    results.resize(to: quotes.count)
    results.withPointers { pointers in
      solve(quotes, in: unit, tick: tick, rows: 0..<quotes.count, level: level, into: pointers)
    }
  }

  package static func requireBatch(_ quotes: QuoteColumns, _ tick: Double) throws(PricingError) {
    try quotes.requireOneLength()
    try requireNonNegative(tick, "tick")
  }

  /// The range-taking form.
  package static func solve(
    _ quotes: QuoteColumns, in unit: QuoteUnit, tick: Double, rows: Range<Int>,
    level: KernelLevel, into results: QuotePointers
  ) -> [RefusedRow] {
    let batch = QuoteBatch(quotes: quotes, unit: unit, tick: tick, results: results)
    var refused: [RefusedRow] = []
    var start = rows.lowerBound
    while start < rows.upperBound {
      let end = min(start + Black76.blockRows, rows.upperBound)
      if batch.run(start..<end, level: level.runnable) { batch.repair(start..<end, &refused) }
      batch.judge(start..<end)
      start = end
    }
    return refused
  }
}

/// Where the results of a batch of quotes go.
package struct QuotePointers {
  let statuses: UnsafeMutablePointer<QuoteStatus>
  let volatilities, vegas, errorBars: UnsafeMutablePointer<Double>
}

extension QuoteVolatilityColumns {
  package mutating func withPointers(_ body: (QuotePointers) -> [RefusedRow]) {
    let found = statuses.withUnsafeMutableBufferPointer { s in
      volatilities.withUnsafeMutableBufferPointer { v in
        vegas.withUnsafeMutableBufferPointer { g in
          errorBars.withUnsafeMutableBufferPointer { e -> [RefusedRow] in
            guard let s = s.baseAddress, let v = v.baseAddress, let g = g.baseAddress,
              let e = e.baseAddress
            else { return [] }
            return body(QuotePointers(statuses: s, volatilities: v, vegas: g, errorBars: e))
          }
        }
      }
    }
    refused = found
  }
}

private struct QuoteBatch {
  let quotes: QuoteColumns
  let unit: QuoteUnit
  let tick: Double
  let results: QuotePointers

  /// Runs the vector text over a block, leaving `refused` in the rows that it does not answer;
  /// whether there is any.
  func run(_ rows: Range<Int>, level: KernelLevel) -> Bool {
    let start = rows.lowerBound
    let code = level.code
    guard code >= 0 else {
      for row in rows { results.statuses[row] = .refused }
      return true
    }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: rows.count) { flags in
      let left = pointers(quotes.forwards, quotes.strikes, quotes.years, start) { f, k, t in
        pointers(quotes.signs, quotes.prices, [], start) { sign, price, _ in
          var options = fk_options(
            forward: f, strike: k, years: t, volatility: nil, sign: sign, rate: nil)
          return fk_implied(
            code, unit == .coin ? 1 : 0, rows.count, &options, price,
            results.volatilities + start, results.vegas + start, flags.baseAddress)
        }
      }
      for place in 0..<rows.count {
        results.statuses[start + place] = flags[place] == 0 ? .ok : .refused
      }
      return left != 0
    }
  }

  /// Answers what the vector text left out.
  func repair(_ rows: Range<Int>, _ refused: inout [RefusedRow]) {
    for row in rows where results.statuses[row] == .refused {
      do throws(PricingError) {
        try quotes.validate(row)
        store(scalar(row), row)
      } catch {
        refused.append(RefusedRow(row: row, error: error))
        results.volatilities[row] = 0
        results.vegas[row] = 0
      }
    }
  }

  private func scalar(_ row: Int) -> ImpliedVolatility.Result {
    let (right, forward, strike) = (quotes.rights[row], quotes.forwards[row], quotes.strikes[row])
    return switch unit {
    case .usd:
      ImpliedVolatility.solve(
        right: right, forward: forward, strike: strike, years: quotes.years[row],
        undiscountedPrice: quotes.prices[row])
    case .coin:
      ImpliedVolatility.solveCoin(
        right: right, forward: forward, strike: strike, years: quotes.years[row],
        coinPrice: quotes.prices[row])
    }
  }

  private func store(_ result: ImpliedVolatility.Result, _ row: Int) {
    results.volatilities[row] = result.volatility ?? 0
    results.vegas[row] = result.vega
    results.statuses[row] =
      switch result.status {
      case .ok: .ok
      case .atIntrinsic: .atIntrinsic
      case .belowIntrinsic: .belowIntrinsic
      case .aboveMaximum: .aboveMaximum
      }
  }

  /// Error bars, and which of the solved quotes have less to say than their tick.
  func judge(_ rows: Range<Int>) {
    for row in rows {
      let vega = results.vegas[row]
      let step = unit == .coin ? tick * quotes.forwards[row] : tick
      let bar = vega > 0 ? 0.5 * step / vega : 0
      results.errorBars[row] = bar.isFinite ? bar : 0
      if results.statuses[row] == .ok, 0.01 * vega < step { results.statuses[row] = .lowVega }
    }
  }
}
