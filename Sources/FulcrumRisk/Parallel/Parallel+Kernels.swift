import Dispatch
public import FulcrumNumerics
public import FulcrumPricing

/// The batch kernels on all cores: the numbers of one thread, bit for bit, since each row depends on
/// itself alone.
extension Parallel {
  /// Rows below which one thread is faster: starting a second costs more than the work.
  static let singleThreadRows = 5000
  /// Rows of a chunk: a few blocks of the kernels, many chunks for each core.
  private static let chunkRows = 8192

  /// `Black76.evaluate` in chunks.
  ///
  /// - Throws: `PricingError.columnsDiffer`; no row can sink the batch.
  public static func evaluate(
    _ columns: OptionColumns, _ figures: OptionFigures = .firstOrder,
    into results: inout OptionFigureColumns, level: KernelLevel = .current
  ) throws(PricingError) {
    guard columns.count >= singleThreadRows else {
      return try Black76.evaluate(columns, figures, into: &results, level: level)
    }
    try columns.requireOneLength()
    results.fill(figures, rows: columns.count) { base in
      // Chunks write disjoint rows, and all are done when the call returns.
      nonisolated(unsafe) let target = base
      return chunks(columns.count) { rows in
        Black76.evaluate(columns, figures, rows: rows, level: level, into: target)
      }
    }
  }

  /// `ImpliedVolatility.solve` in chunks.
  ///
  /// - Throws: as `ImpliedVolatility.solve`.
  public static func solve(
    _ quotes: QuoteColumns, in unit: QuoteUnit, tick: Double,
    into results: inout QuoteVolatilityColumns, level: KernelLevel = .current
  ) throws(PricingError) {
    guard quotes.count >= singleThreadRows else {
      return try ImpliedVolatility.solve(quotes, in: unit, tick: tick, into: &results, level: level)
    }
    try ImpliedVolatility.requireBatch(quotes, tick)
    results.resize(to: quotes.count)
    results.withPointers { pointers in
      nonisolated(unsafe) let target = pointers
      return chunks(quotes.count) { rows in
        ImpliedVolatility.solve(
          quotes, in: unit, tick: tick, rows: rows, level: level, into: target)
      }
    }
  }

  /// `RevaluationLegs.totals` with the nodes in chunks.
  public static func totals(
    _ legs: RevaluationLegs, at nodes: RevaluationNodes, level: KernelLevel = .current
  ) -> [Double] {
    let chunk = 32
    let pieces = (nodes.count + chunk - 1) / chunk
    guard pieces > 1, nodes.count * legs.count >= singleThreadRows else {
      return legs.totals(at: nodes, level: level)
    }
    return Array(unsafeUninitializedCapacity: nodes.count) { buffer, made in
      if let base = buffer.baseAddress {
        nonisolated(unsafe) let target = base
        DispatchQueue.concurrentPerform(iterations: pieces) { place in
          let rows = place * chunk..<min(nodes.count, (place + 1) * chunk)
          legs.fill(nodes, rows: rows, level: level, into: target)
        }
      }
      made = nodes.count
    }
  }

  /// Runs every chunk of rows and puts what was refused in order.
  private static func chunks(
    _ rows: Int, _ body: @Sendable (Range<Int>) -> [RefusedRow]
  ) -> [RefusedRow] {
    let pieces = (rows + chunkRows - 1) / chunkRows
    return map(Array(0..<pieces), chunk: 1) { place in
      body(place * chunkRows..<min(rows, (place + 1) * chunkRows))
    }.flatMap(\.self)
  }
}
