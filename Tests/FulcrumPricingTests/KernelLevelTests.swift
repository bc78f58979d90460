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

  /// A number that has no double is refused by row and named, never given as infinite.
  @Test(arguments: KernelLevel.supported) func beyondDoubles(_ level: KernelLevel) throws {
    let good = OptionInput(right: .call, forward: 100, strike: 110, years: 0.5, volatility: 0.4)
    var options = [OptionInput](repeating: good, count: 20)
    options[2] = OptionInput(
      right: .call, forward: 0x1p299, strike: 0x1p299, years: 1, volatility: 0.5, rate: -699)
    options[9] = OptionInput(
      right: .put, forward: 1e-80, strike: 1e-80, years: 1e-3, volatility: 0.5, rate: -6e5)
    options[17] = OptionInput(
      right: .put, forward: 0, strike: 1e300, years: 1, volatility: 0.5, rate: -500)
    // Far discounts of prices that have doubles are answered.
    options[19].rate = -1300
    let results = try evaluate(options, .all, level)
    #expect(results.refused.map(\.row) == [2, 9, 17])
    for figure in OptionFigures.all.figures {
      for row in options.indices {
        if let value = results[figure, row] { #expect(value.isFinite, "\(figure), row \(row)") }
      }
    }
    let far = try #require(results[.price, 19])
    #expect(abs(far / Black76.price(options[19]) - 1) < 1e-12)
    for figures in OptionFigures.allCases where figures != .all {
      let results = try evaluate(options, figures, level)
      for figure in figures.figures {
        #expect(results[figure]?.allSatisfy(\.isFinite) == true, "\(figure) of \(figures)")
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
      guard case .outOfDomain(let field, _, _) = refused.error else {
        Issue.record("row \(row.0): \(refused.error)")
        continue
      }
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

  /// What a quote of the hard grid can say, from the scalar Black (1976) and the spacing of doubles
  /// alone.
  private struct HardQuote {
    let option: OptionInput
    let price: Double
    /// How far the quote is from its exact price, USD per coin.
    let noise: Double
    let vega: Double
    let timeValue: Double

    init(_ option: OptionInput, _ unit: QuoteUnit) {
      self.option = option
      let value = Black76.valueAndFirstOrder(option)
      price = unit == .coin ? value.undiscounted / option.forward : value.undiscounted
      vega = value.vega
      timeValue = Black76.timeValue(option)
      // Half an ulp of the price and of its inputs, a coin price rounded twice; what is worth nothing
      // now is exact to 1e-15, down to the least double.
      let spacing = 1.2e-16 * (value.undiscounted + max(option.forward, option.strike))
      let least = Double.leastNonzeroMagnitude * (unit == .coin ? option.forward : 1)
      noise =
        Black76.intrinsic(option) == 0
        ? max(value.undiscounted * 1e-15, least) : (unit == .coin ? 3 : 1) * spacing
    }

    /// What the solver may be off by.
    var bar: Double { vega > 0 ? 20 * noise / vega + 1e-12 * option.volatility : .infinity }
    /// The price tells the volatility to a twentieth of itself.
    var isTold: Bool { bar <= 0.05 * option.volatility }

    /// Statuses that fit where the price does not tell the volatility.
    var others: Set<QuoteStatus> {
      var fitting: Set<QuoteStatus> = [.ok]
      if timeValue <= 2 * noise { fitting.formUnion([.atIntrinsic, .belowIntrinsic]) }
      if min(option.forward, option.strike) - timeValue <= 2 * noise {
        fitting.insert(.aboveMaximum)
      }
      return fitting
    }
  }

  /// Prices of the hard grid, in USD and in coin, give back their volatility as far as they hold it:
  /// every row that holds one is solved, and the others say why not.
  @Test(arguments: KernelLevel.supported, QuoteUnit.allCases)
  func hardQuotes(_ level: KernelLevel, _ unit: QuoteUnit) throws {
    let rows = Self.hardGrid.map { HardQuote($0, unit) }
    let results = try solved(rows, unit, tick: 0, level)
    #expect(results.refused.isEmpty)
    var (told, worst) = (0, 0.0)
    var counts: [QuoteStatus: Int] = [:]
    for (row, quote) in rows.enumerated() {
      let status = results.statuses[row]
      counts[status, default: 0] += 1
      #expect(results.volatilities[row].isFinite && results.vegas[row].isFinite)
      guard quote.isTold else {
        #expect(quote.others.contains(status), "\(quote.option), \(unit): \(status)")
        continue
      }
      told += 1
      #expect(status == .ok, "\(quote.option), \(unit): \(status)")
      worst = max(worst, abs(results.volatilities[row] - quote.option.volatility) / quote.bar)
    }
    print("quotes \(level.rawValue) \(unit): \(told) tell, worst/allowed", worst, counts)
    #expect(worst <= 1 && told == (unit == .usd ? 528 : 526))
  }

  /// With a tick, what is solved is `ok` or `lowVega` by what the tick is worth.
  @Test(arguments: KernelLevel.supported, QuoteUnit.allCases)
  func hardQuotesOfATick(_ level: KernelLevel, _ unit: QuoteUnit) throws {
    let rows = Self.hardGrid.map { HardQuote($0, unit) }
    let tick = unit == .coin ? 1e-4 : 5
    let results = try solved(rows, unit, tick: tick, level)
    var counts: [QuoteStatus: Int] = [:]
    for (row, quote) in rows.enumerated() where quote.isTold {
      let status = results.statuses[row]
      let share = 0.01 * quote.vega / (unit == .coin ? tick * quote.option.forward : tick)
      counts[status, default: 0] += 1
      // A volatility that is off by a twentieth may fall on either side of the limit.
      if share > 0.7, share < 1.4 {
        #expect([.ok, .lowVega].contains(status))
      } else {
        #expect(status == (share > 1 ? .ok : .lowVega), "\(quote.option), \(unit): \(status)")
      }
    }
    #expect((counts[.ok] ?? 0) > 100 && (counts[.lowVega] ?? 0) > 100, "\(counts)")
  }

  private func solved(
    _ rows: [HardQuote], _ unit: QuoteUnit, tick: Double, _ level: KernelLevel
  ) throws -> QuoteVolatilityColumns {
    var quotes = QuoteColumns()
    for row in rows {
      quotes.append(
        right: row.option.right, forward: row.option.forward, strike: row.option.strike,
        years: row.option.years, price: row.price)
    }
    var results = QuoteVolatilityColumns()
    try ImpliedVolatility.solve(quotes, in: unit, tick: tick, into: &results, level: level)
    return results
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
