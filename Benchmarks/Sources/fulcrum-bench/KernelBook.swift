import CLimitKernels
import Foundation
import FulcrumModel
import FulcrumNumerics
import FulcrumPricing
import FulcrumRisk

/// Options and quotes that kernels and peers are timed on: six rows of doubles, forwards, strikes,
/// years, volatilities, 1 for a call, prices.
struct KernelBook {
  let columns: OptionColumns
  /// Out-of-the-money quotes worth more than 1e-9 of the forward.
  let quotes: QuoteColumns
  let coinQuotes: QuoteColumns
  let isCall: [Double]
  /// The volatility behind each quote.
  let quotedVolatilities: [Double]

  init(_ rows: [[Double]]) {
    var columns = OptionColumns()
    var quotes = QuoteColumns()
    var coins = QuoteColumns()
    var volatilities: [Double] = []
    for row in rows[0].indices {
      let (f, k, t, s, p) = (rows[0][row], rows[1][row], rows[2][row], rows[3][row], rows[5][row])
      let right: OptionRight = rows[4][row] > 0.5 ? .call : .put
      columns.append(OptionInput(right: right, forward: f, strike: k, years: t, volatility: s))
      guard right.sign * (k - f) > 0, p > 1e-9 * f else { continue }
      quotes.append(right: right, forward: f, strike: k, years: t, price: p)
      coins.append(right: right, forward: f, strike: k, years: t, price: p / f)
      volatilities.append(s)
    }
    self.columns = columns
    self.quotes = quotes
    coinQuotes = coins
    isCall = rows[4]
    quotedVolatilities = volatilities
  }

  /// Forwards near 50,000, K/F log-uniform in 0.3 to 3, an hour to two years, 20 % to 200 %.
  init(drawn count: Int) {
    var state: UInt64 = 76
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (Double(state >> 11) + 0.5) * 0x1p-53
    }
    func between(_ low: Double, _ high: Double) -> Double {
      exp(log(low) + log(high / low) * uniform())
    }
    var rows = [[Double]](repeating: [], count: 6)
    for _ in 0..<count {
      let forward = 50_000 * exp(0.1 * Normal.inverseCdf(uniform()))
      let option = OptionInput(
        right: uniform() < 0.5 ? .call : .put, forward: forward, strike: forward * between(0.3, 3),
        years: between(1 / 8760, 2), volatility: 0.2 + 1.8 * uniform())
      let values = [
        option.forward, option.strike, option.years, option.volatility,
        option.right == .call ? 1 : 0, Black76.undiscounted(option),
      ]
      for (place, value) in values.enumerated() { rows[place].append(value) }
    }
    self.init(rows)
  }

  /// Six rows of little-endian doubles, one after another.
  init(file: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: file))
    let values = data.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
    let count = values.count / 6
    self.init((0..<6).map { Array(values[$0 * count..<($0 + 1) * count]) })
  }
}

/// One thing that can be timed: what it is called, its level, and how many items a call does.
struct KernelJob {
  let name: String
  let level: String
  let items: Int
  let body: () -> Void

  /// Nanoseconds an item: the least of five short samples, since a neighbour on the core only adds.
  func nanoseconds() -> Double {
    var rounds = 1
    var best = Double.infinity
    var taken = 0
    while taken < 5 {
      let time = seconds { for _ in 0..<rounds { body() } }
      if time < 2e-4 {
        rounds *= 2
        continue
      }
      best = min(best, time / Double(rounds * items))
      taken += 1
    }
    return best * 1e9
  }
}

extension KernelBook {
  /// The first `rows` options and quotes, small enough for the second-level cache.
  func jobs(rows: Int) -> [KernelJob] {
    let block = prefix(rows)
    return OptionFigures.allCases.flatMap { figures in
      KernelLevel.supported.map { level in block.evaluation(figures, level) }
    } + limits(rows) + KernelLevel.supported.flatMap { block.otherJobs($0) }
  }

  private func prefix(_ rows: Int) -> KernelBook {
    let count = min(rows, columns.count)
    var part = [[Double]](repeating: [], count: 6)
    for row in 0..<count {
      guard let o = columns.option(at: row) else { break }
      let price = Black76.undiscounted(o)
      for (place, value) in [o.forward, o.strike, o.years, o.volatility, isCall[row], price]
        .enumerated()
      { part[place].append(value) }
    }
    return KernelBook(part)
  }

  func evaluation(_ figures: OptionFigures, _ level: KernelLevel) -> KernelJob {
    let results = Box(OptionFigureColumns())
    return KernelJob(name: "\(figures)", level: level.rawValue, items: columns.count) {
      try? Black76.evaluate(columns, figures, into: &results.value, level: level)
    }
  }

  func implied(_ unit: QuoteUnit, _ level: KernelLevel) -> KernelJob {
    let results = Box(QuoteVolatilityColumns())
    let rows = unit == .usd ? quotes : coinQuotes
    return KernelJob(
      name: "implied volatility, \(unit)", level: level.rawValue, items: rows.count
    ) {
      try? ImpliedVolatility.solve(rows, in: unit, tick: 0, into: &results.value, level: level)
    }
  }

  private func otherJobs(_ level: KernelLevel) -> [KernelJob] {
    let points = (0..<4096).map { (Double($0) + 0.5) / 4096 }
    let x = points.map { 12 * $0 - 6 }
    return [
      implied(.usd, level), implied(.coin, level),
      KernelJob(name: "normal cdf", level: level.rawValue, items: x.count) {
        _ = try? Normal.cdf(x, level: level)
      },
      KernelJob(name: "normal quantile", level: level.rawValue, items: points.count) {
        _ = try? Normal.inverseCdf(points, level: level)
      },
      grid(level), walk(level),
    ].compactMap(\.self)
  }

  /// 1,000 legs at 33 scenarios.
  func grid(_ level: KernelLevel) -> KernelJob? {
    var part = OptionColumns()
    let count = min(1000, columns.count)
    for row in 0..<count {
      if let option = columns.option(at: row) { part.append(option) }
    }
    let weights = [Double](repeating: 1, count: count)
    guard let legs = try? RevaluationLegs(part, weights: weights),
      let nodes = try? RevaluationNodes(
        forwardFactors: (0..<11).map { 0.75 + 0.05 * Double($0) },
        volatilityFactors: [0.75, 1, 1.5])
    else { return nil }
    return KernelJob(
      name: "legs at nodes, 1,000 x 33", level: level.rawValue, items: legs.count * nodes.count
    ) {
      precondition(legs.totals(at: nodes, level: level)[0].isFinite)
    }
  }

  /// 100 steps of 4,096 paths with a barrier watched between steps.
  func walk(_ level: KernelLevel) -> KernelJob? {
    guard
      let walk = try? BarrierWalk(
        seed: 7, drift: -6e-5, deviation: 0.0111, barrier: .below(log(0.85)))
    else { return nil }
    return KernelJob(
      name: "walk with barrier, path-step", level: level.rawValue, items: 4096 * 100
    ) {
      var paths = WalkPaths(count: 4096)
      walk.advance(&paths, blocks: 0..<50, level: level)
    }
  }

  private func limits(_ rows: Int) -> [KernelJob] {
    var jobs = [limit("portable", limit_portable, rows)]
    #if arch(x86_64)
      if KernelLevel.avx2.isSupported { jobs.append(limit("avx2", limit_avx2, rows)) }
      if KernelLevel.avx512.isSupported { jobs.append(limit("avx512", limit_avx512, rows)) }
    #endif
    return jobs
  }

  private typealias Column = UnsafePointer<Double>
  private typealias Target = UnsafeMutablePointer<Double>
  private typealias Limit = (
    Int, Column?, Column?, Column?, Column?, Column?, Target?, Target?, Target?, Target?, Target?
  ) -> Void

  private func limit(_ level: String, _ kernel: @escaping Limit, _ rows: Int) -> KernelJob {
    let count = min(rows, columns.count) / 16 * 16
    let out = Box([Double](repeating: 0, count: 5 * count))
    return KernelJob(name: Self.limitName, level: level, items: count) {
      out.value.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        kernel(
          count, columns.forwards, columns.strikes, columns.years, columns.volatilities, isCall,
          base, base + count, base + 2 * count, base + 3 * count, base + 4 * count)
      }
    }
  }

  static let limitName = "limit kernel (price, four Greeks)"
}

/// Something that a job keeps between calls.
final class Box<Value> {
  var value: Value
  init(_ value: Value) { self.value = value }
}
