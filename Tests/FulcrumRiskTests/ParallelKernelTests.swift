import FulcrumModel
import FulcrumNumerics
import FulcrumPricing
import FulcrumRisk
import Testing

/// Batches on all cores give the bits of one thread, bad rows included.
struct ParallelKernelTests {
  private static let options: [OptionInput] = (0..<20_011).map { row in
    let step = Double(row % 997) / 997
    return OptionInput(
      right: row.isMultiple(of: 3) ? .call : .put, forward: row % 4000 == 17 ? -1 : 50_000,
      strike: 30_000 + 50_000 * step, years: row % 5000 == 3 ? 0 : 0.01 + step * step,
      volatility: 0.3 + 0.0001 * Double(row % 4001))
  }

  @Test(arguments: KernelLevel.supported) func options(_ level: KernelLevel) throws {
    let columns = OptionColumns(Self.options)
    var (one, all) = (OptionFigureColumns(), OptionFigureColumns())
    try Black76.evaluate(columns, .all, into: &one, level: level)
    try Parallel.evaluate(columns, .all, into: &all, level: level)
    for figure in OptionFigures.all.figures { #expect(one[figure] == all[figure]) }
    #expect(one.refused == all.refused && one.refused.count == 5)
    #expect(all.refused.map(\.row) == all.refused.map(\.row).sorted())
  }

  @Test(arguments: KernelLevel.supported) func quotes(_ level: KernelLevel) throws {
    var quotes = QuoteColumns()
    for (row, option) in Self.options.enumerated() {
      quotes.append(
        right: option.right, forward: option.forward, strike: option.strike, years: option.years,
        price: row % 6000 == 5 ? .nan : 0.02 * option.strike)
    }
    var (one, all) = (QuoteVolatilityColumns(), QuoteVolatilityColumns())
    try ImpliedVolatility.solve(quotes, in: .usd, tick: 5, into: &one, level: level)
    try Parallel.solve(quotes, in: .usd, tick: 5, into: &all, level: level)
    #expect(one.statuses == all.statuses && one.volatilities == all.volatilities)
    #expect(one.errorBars == all.errorBars)
    // By what they say: a price that is not a number is not even equal to itself.
    let said = [one, all].map { $0.refused.map { "\($0.row): \($0.error)" } }
    #expect(said[0] == said[1])
    #expect(one.refused.count == 9 && one.statuses.contains(.ok))
  }

  @Test(arguments: KernelLevel.supported) func grids(_ level: KernelLevel) throws {
    let options = OptionColumns(Self.options.prefix(200).filter { $0.forward > 0 })
    let legs = try RevaluationLegs(
      options, weights: (0..<options.count).map { Double($0 % 5) - 2 }, unit: .coin)
    let nodes = try RevaluationNodes(
      forwardFactors: (0..<25).map { 0.5 + 0.04 * Double($0) }, volatilityFactors: [0.5, 1, 1.5, 2])
    #expect(Parallel.totals(legs, at: nodes, level: level) == legs.totals(at: nodes, level: level))
  }
}
