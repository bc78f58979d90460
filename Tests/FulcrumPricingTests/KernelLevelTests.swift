import FulcrumModel
import FulcrumNumerics
import FulcrumPricing
import Testing

/// Levels against each other and against the scalar functions, on random options and hard grids.
struct KernelLevelTests {
  private func evaluate(
    _ options: [OptionInput], _ figures: OptionFigures, _ level: KernelLevel
  ) throws -> OptionFigureColumns {
    var results = OptionFigureColumns()
    try Black76.evaluate(OptionColumns(options), figures, into: &results, level: level)
    return results
  }

  private func random(_ count: Int) -> [OptionInput] {
    var generator = SeededGenerator(seed: 76)
    return (0..<count).map { _ in generator.option() }
  }

  /// Deep in and out of the money, a second to two years, 1 % to 1,000 %.
  static let hardGrid: [OptionInput] = OptionRight.allCases.flatMap { right in
    [0.05, 0.3, 0.7, 0.95, 0.9999, 1, 1.0001, 1.05, 1.5, 3, 10, 200].flatMap { moneyness in
      [1.0 / 31_536_000, 1.0 / 525_600, 1.0 / 8760, 0.01, 0.25, 2].flatMap { years in
        [0.01, 0.03, 0.1, 0.5, 1.2, 3, 10].map { volatility in
          OptionInput(
            right: right, forward: 60_000, strike: 60_000 * moneyness, years: years,
            volatility: volatility)
        }
      }
    }
  }

  /// Levels with fused multiply-add give the same bits; so do those without.
  @Test(arguments: OptionFigures.allCases) func sameBits(_ figures: OptionFigures) throws {
    let options = random(5003) + Self.hardGrid
    let pairs: [(KernelLevel, KernelLevel)] = [(.avx2, .avx512), (.swift, .portable)]
    for (one, other) in pairs where one.isSupported && other.isSupported {
      let (a, b) = (try evaluate(options, figures, one), try evaluate(options, figures, other))
      for figure in figures.figures {
        for row in options.indices {
          #expect(
            try #require(a[figure, row]).bitPattern == #require(b[figure, row]).bitPattern,
            "\(figure) of \(options[row]): \(one) against \(other)")
        }
      }
    }
  }

  /// The level without FMA against those with: price within 1e-15 of max(F, K), every Greek within
  /// section 9's tolerance, its conditioning taken from the scalar functions at moved inputs.
  @Test func withoutFusedMultiplyAdd() throws {
    guard KernelLevel.avx2.isSupported else { return print("levels: no FMA level here to compare") }
    let options = random(5003)
    let (a, b) = (try evaluate(options, .all, .portable), try evaluate(options, .all, .avx2))
    var worst: [OptionFigure: Double] = [:]
    for (row, option) in options.enumerated() {
      let bars = Self.bars(option)
      for figure in OptionFigures.all.figures {
        let (x, y) = (try #require(a[figure, row]), try #require(b[figure, row]))
        // Beyond the forward a put is as large as its strike, and so is its last bit.
        let scale = max(option.forward, option.strike)
        let allowed = figure == .price ? 1e-15 * scale : bars[figure] ?? 0
        let fraction = x == y ? 0 : abs(x - y) / allowed
        worst[figure] = max(worst[figure] ?? 0, fraction)
        #expect(fraction <= 1, "\(figure) of \(option): \(x) without FMA, \(y) with")
      }
    }
    for figure in OptionFigures.all.figures {
      print("levels: \(figure) without against with FMA, worst/allowed", worst[figure] ?? 0)
    }
  }

  /// 1e-12 relative plus 16ε Σ|x ∂g/∂x|, the derivatives by differences of the scalar Greeks.
  private static func bars(_ o: OptionInput) -> [OptionFigure: Double] {
    let epsilon = 1.1102230246251565e-16
    let step = 1e-5
    let base = numbers(o)
    var sums = base.mapValues { 1e-12 * abs($0) }
    let fields: [WritableKeyPath<OptionInput, Double>] = [
      \.forward, \.strike, \.years, \.volatility, \.rate,
    ]
    for field in fields {
      var (up, down) = (o, o)
      up[keyPath: field] *= 1 + step
      down[keyPath: field] *= 1 - step
      let (high, low) = (numbers(up), numbers(down))
      for (figure, value) in high {
        sums[figure, default: 0] += 16 * epsilon * abs(value - (low[figure] ?? 0)) / (2 * step)
      }
    }
    return sums
  }

  private static func numbers(_ o: OptionInput) -> [OptionFigure: Double] {
    let g = Black76.greeks(o)
    return [
      .price: g.price, .delta: g.delta, .gamma: g.gamma, .vega: g.vega, .theta: g.theta,
      .dualDelta: g.dualDelta, .vanna: g.vanna, .volga: g.volga, .charm: g.charm, .veta: g.veta,
      .rho: g.rho, .rhoSpot: g.rhoSpot, .speed: g.speed, .color: g.color, .zomma: g.zomma,
      .ultima: g.ultima,
    ]
  }

  /// Every Greek of every level against the scalar functions, whose accuracy has vectors of its own.
  @Test(arguments: KernelLevel.supported) func agreesWithScalar(_ level: KernelLevel) throws {
    let options = random(2003)
    let results = try evaluate(options, .all, level)
    var worst: [OptionFigure: Double] = [:]
    for (row, option) in options.enumerated() {
      let (expected, bars) = (Self.numbers(option), Self.bars(option))
      for (figure, value) in expected {
        let got = try #require(results[figure, row])
        let fraction = got == value ? 0 : abs(got - value) / (bars[figure] ?? 0)
        worst[figure] = max(worst[figure] ?? 0, fraction)
        #expect(fraction <= 2, "\(figure) of \(option): \(got), scalar \(value)")
      }
    }
    print("levels: \(level.rawValue) against scalar, worst/allowed", worst.values.max() ?? 0)
  }

  /// A row is the same alone, at any place of a batch, and among any neighbours.
  @Test(arguments: KernelLevel.supported) func rowsAreIndependent(_ level: KernelLevel) throws {
    let options = random(53)
    let whole = try evaluate(options, .all, level)
    for (row, option) in options.enumerated() {
      let alone = try evaluate([option], .all, level)
      let shifted = try evaluate(Array(options[row...]), .all, level)
      for figure in OptionFigures.all.figures {
        #expect(alone[figure, 0] == whole[figure, row])
        #expect(shifted[figure, 0] == whole[figure, row])
      }
    }
  }

  /// No NaN, no infinity, bounds kept, on the hard grid and at degenerate inputs.
  @Test(arguments: KernelLevel.supported) func hardGrid(_ level: KernelLevel) throws {
    var options = Self.hardGrid
    for right in OptionRight.allCases {
      for forward in [0, 1e-50, 1, 1e50] {
        for strike in [0, 1e-50, 1, 1e50] {
          for years in [0, 1e-30, 1, 1e4] {
            for volatility in [0, 1e-13, 1, 1e5] {
              options.append(
                OptionInput(
                  right: right, forward: forward, strike: strike, years: years,
                  volatility: volatility))
            }
          }
        }
      }
    }
    for figures in OptionFigures.allCases {
      let results = try evaluate(options, figures, level)
      for (row, option) in options.enumerated() {
        if option.forward == 0, figures.rawValue.hasPrefix("coin") {
          #expect(results[figures.figures[0], row] == nil)
          continue
        }
        for figure in figures.figures {
          let value = try #require(results[figure, row])
          #expect(value.isFinite, "\(figure) of \(option): \(value)")
        }
        guard let price = results[.price, row] else { continue }
        let bound = option.right == .call ? option.forward : option.strike
        #expect(price >= Black76.intrinsic(option) * (1 - 2e-16) && price <= bound, "\(option)")
      }
    }
  }

  /// Bad rows are named and the rest is answered; a column of another length is refused.
  @Test(arguments: KernelLevel.supported) func badInput(_ level: KernelLevel) throws {
    let good = OptionInput(right: .call, forward: 100, strike: 110, years: 0.5, volatility: 0.4)
    var options = [OptionInput](repeating: good, count: 40)
    let bad: [(Int, WritableKeyPath<OptionInput, Double>, Double, String)] = [
      (3, \.forward, .nan, "forward"), (7, \.forward, -1, "forward"),
      (8, \.strike, .infinity, "strike"), (20, \.years, -1e-9, "years"),
      (31, \.volatility, .nan, "volatility"), (39, \.volatility, -0.2, "volatility"),
    ]
    for (row, field, value, _) in bad { options[row][keyPath: field] = value }
    let results = try evaluate(options, .firstOrder, level)
    #expect(results.refused.map(\.row) == bad.map(\.0))
    for (refused, row) in zip(results.refused, bad) {
      guard case .outOfDomain(let field, _, _) = refused.error else { continue }
      #expect(field == row.3)
    }
    let expected = try evaluate([good], .firstOrder, level)[.vega, 0]
    for row in options.indices {
      let isBad = bad.contains { $0.0 == row }
      #expect(results[.vega, row] == (isBad ? nil : expected))
    }
    #expect(results[.vega]?.allSatisfy(\.isFinite) == true)
    #expect(results[.vega, 40] == nil && results[.vega, -1] == nil && results[.rho, 0] == nil)
    #expect(try evaluate([], .all, level).count == 0)
    var columns = OptionColumns(options)
    columns.years.removeLast()
    #expect(columns.option(at: 39) == nil && columns.option(at: -1) == nil)
    #expect(columns.option(at: 0) == good)
    let error = PricingError.columnsDiffer(column: "years", seen: 39, allowed: 40)
    var into = OptionFigureColumns()
    #expect(throws: error) {
      try Black76.evaluate(columns, into: &into, level: level)
    }
  }

  /// Prices of the hard grid, in USD and in coin, give back their volatility as far as they hold it.
  @Test(arguments: KernelLevel.supported, QuoteUnit.allCases)
  func hardQuotes(_ level: KernelLevel, _ unit: QuoteUnit) throws {
    var quotes = QuoteColumns()
    for option in Self.hardGrid {
      let price = Black76.undiscounted(option)
      quotes.append(
        right: option.right, forward: option.forward, strike: option.strike, years: option.years,
        price: unit == .coin ? price / option.forward : price)
    }
    var results = QuoteVolatilityColumns()
    try ImpliedVolatility.solve(quotes, in: unit, tick: 0, into: &results, level: level)
    var (solved, worst) = (0, 0.0)
    for (row, option) in Self.hardGrid.enumerated() {
      #expect(results.statuses[row] != .refused)
      #expect(results.volatilities[row].isFinite && results.vegas[row].isFinite)
      guard results.statuses[row] == .ok else { continue }
      let value = Black76.valueAndFirstOrder(option)
      // Half an ulp of the price and of its inputs, a coin price rounded twice.
      let noise = 1.2e-16 * (value.undiscounted + max(option.forward, option.strike))
      let isOutside = Black76.intrinsic(option) == 0
      let ulps = isOutside ? value.undiscounted * 1e-15 : (unit == .coin ? 3 : 1) * noise
      let bar = value.vega > 0 ? 20 * ulps / value.vega + 1e-12 * option.volatility : .infinity
      if bar > 0.05 * option.volatility { continue }
      solved += 1
      worst = max(worst, abs(results.volatilities[row] - option.volatility) / bar)
    }
    print("quotes \(level.rawValue) \(unit): \(solved) of the hard grid, worst/allowed", worst)
    #expect(worst <= 1 && solved > 400)
  }

  @Test(arguments: KernelLevel.supported) func quoteStatuses(_ level: KernelLevel) throws {
    var quotes = QuoteColumns()
    func add(_ f: Double, _ k: Double, _ t: Double, _ p: Double) {
      quotes.append(right: .call, forward: f, strike: k, years: t, price: p)
    }
    add(100, 120, 0.5, 2)
    add(100, 120, 0, 0)
    add(100, 90, 1, 9.5)
    add(100, 90, 1, 100)
    add(100, 120, 0.5, .nan)
    add(-1, 120, 0.5, 2)
    add(100, 400, 0.01, 1e-9)
    add(100, 120, 0, 1)
    var results = QuoteVolatilityColumns()
    try ImpliedVolatility.solve(quotes, in: .usd, tick: 0.01, into: &results, level: level)
    #expect(
      results.statuses == [
        .ok, .atIntrinsic, .belowIntrinsic, .aboveMaximum, .refused, .refused, .lowVega,
        .aboveMaximum,
      ])
    #expect(results.refused.map(\.row) == [4, 5])
    #expect(results.volatility(1) == 0 && results.volatility(2) == nil)
    let bar = try #require(results.errorBar(0))
    #expect(bar == 0.5 * 0.01 / results.vegas[0] && results.errorBar(1) == nil)
    #expect(results.volatility(6) != nil && results.volatility(8) == nil)
    quotes.prices.append(1)
    #expect(throws: PricingError.columnsDiffer(column: "prices", seen: 9, allowed: 8)) {
      try ImpliedVolatility.solve(quotes, in: .usd, tick: 0, into: &results, level: level)
    }
    var one = QuoteColumns()
    one.append(right: .put, forward: 1, strike: 1, years: 1, price: 0.1)
    #expect(throws: PricingError.self) {
      try ImpliedVolatility.solve(one, in: .usd, tick: .nan, into: &results, level: level)
    }
  }
}
