import FulcrumModel
import FulcrumNumerics
import FulcrumPricing

/// Runs one kernel a number of times, for a tool that counts instructions; no clock, no Foundation.
///
///     fulcrum-gate KERNEL LEVEL ROUNDS     prints the items of one round
///
/// Scripts/kernel-gate takes the difference of two runs, so that start and set-up cancel.
@main
struct Gate {
  static let rows = 4096

  static func main() {
    let words = CommandLine.arguments
    guard words.count == 4, let level = KernelLevel(rawValue: words[2]), level.isSupported,
      let rounds = Int(words[3]), let work = Gate().work(words[1], level)
    else {
      return print("usage: fulcrum-gate KERNEL LEVEL ROUNDS, on a processor that has the level")
    }
    for _ in 0..<rounds { work.body() }
    print(work.items)
  }

  let columns: OptionColumns
  let quotes: QuoteColumns

  init() {
    var state: UInt64 = 76
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (Double(state >> 11) + 0.5) * 0x1p-53
    }
    var columns = OptionColumns()
    var quotes = QuoteColumns()
    while columns.count < Self.rows || quotes.count < Self.rows {
      let u = uniform()
      let years = 0.0002 + 1.5 * u * u
      let volatility = 0.2 + 1.8 * uniform()
      let w = volatility * years.squareRoot()
      let distance = max(-0.9, (8 * uniform() - 4) * w)
      let option = OptionInput(
        right: distance > 0 ? .call : .put, forward: 50_000, strike: 50_000 * (1 + distance),
        years: years, volatility: volatility)
      if columns.count < Self.rows {
        var either = option
        if columns.count.isMultiple(of: 2) { either.right = .call }
        columns.append(either)
      }
      let price = Black76.undiscounted(option)
      if quotes.count < Self.rows, price > 1e-9 * option.forward {
        quotes.append(
          right: option.right, forward: option.forward, strike: option.strike, years: years,
          price: price)
      }
    }
    self.columns = columns
    self.quotes = quotes
  }

  private func work(_ kernel: String, _ level: KernelLevel) -> (items: Int, body: () -> Void)? {
    if let figures = OptionFigures(rawValue: kernel) {
      var results = OptionFigureColumns()
      return (Self.rows, { try? Black76.evaluate(columns, figures, into: &results, level: level) })
    }
    let points = (0..<Self.rows).map { (Double($0) + 0.5) / Double(Self.rows) }
    switch kernel {
    case "implied":
      var results = QuoteVolatilityColumns()
      return (
        Self.rows,
        { try? ImpliedVolatility.solve(quotes, in: .usd, tick: 0, into: &results, level: level) }
      )
    case "cdf": return (Self.rows, { _ = try? Normal.cdf(points, level: level) })
    case "quantile": return (Self.rows, { _ = try? Normal.inverseCdf(points, level: level) })
    case "grid": return grid(level)
    case "walk":
      guard let walk = try? BarrierWalk(seed: 7, drift: 0, deviation: 0.01, barrier: .below(-0.2))
      else { return nil }
      var paths = WalkPaths(count: Self.rows)
      return (8 * Self.rows, { walk.advance(&paths, blocks: 0..<4, level: level) })
    default: return nil
    }
  }

  private func grid(_ level: KernelLevel) -> (items: Int, body: () -> Void)? {
    let weights = [Double](repeating: 1, count: Self.rows)
    guard let legs = try? RevaluationLegs(columns, weights: weights),
      let nodes = try? RevaluationNodes(
        forwardFactors: [0.8, 0.9, 1, 1.1], volatilityFactors: [0.5, 1, 1.5, 2])
    else { return nil }
    return (legs.count * nodes.count, { _ = legs.totals(at: nodes, level: level) })
  }
}
