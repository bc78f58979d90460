import FulcrumModel
import FulcrumNumerics
import FulcrumPricing
import Testing

/// The reference vectors through the batch calls, at every level of this processor.
struct KernelVectorTests {
  private func batch(
    _ cases: [VectorCase], _ figures: OptionFigures, _ level: KernelLevel
  ) throws -> OptionFigureColumns {
    var results = OptionFigureColumns()
    try Black76.evaluate(
      OptionColumns(cases.map { try $0.option() }), figures, into: &results, level: level)
    #expect(results.refused.isEmpty && results.count == cases.count)
    return results
  }

  private func answers(_ results: OptionFigureColumns, _ row: Int) throws -> [String: Answer] {
    var answers: [String: Answer] = [:]
    for figure in results.figures.figures {
      answers[figure.rawValue] = .number(try #require(results[figure, row]))
    }
    return answers
  }

  @Test(arguments: KernelLevel.supported) func prices(_ level: KernelLevel) throws {
    var comparison = VectorComparison()
    let cases = try VectorFile("black76").cases
    let results = try batch(cases, .price, level)
    let discounted = try batch(cases, .all, level)
    for (row, item) in cases.enumerated() {
      let option = try item.option()
      let price = try #require(results[.price, row])
      // The time value of the pair is the price of its out-of-the-money option.
      var other = option
      other.right = option.right == .call ? .put : .call
      let outside = Black76.intrinsic(option) > 0 ? other : option
      var single = OptionFigureColumns()
      try Black76.evaluate(OptionColumns([outside]), .price, into: &single, level: level)
      comparison.check(
        item,
        [
          "undiscounted": .number(price),
          "price": .number(try #require(discounted[.price, row])),
          "timeValue": .number(try #require(single[.price, 0])),
          "intrinsic": .number(Black76.intrinsic(option)),
          "df": .number(Black76.discountFactor(option)),
        ])
    }
    comparison.report("black76 \(level.rawValue)")
    #expect(comparison.compared == 480 * 5)
  }

  @Test(arguments: KernelLevel.supported) func greeks(_ level: KernelLevel) throws {
    var comparison = VectorComparison()
    let cases = try VectorFile("greeks").cases
    let results = try batch(cases, .all, level)
    for (row, item) in cases.enumerated() { comparison.check(item, try answers(results, row)) }
    comparison.report("greeks \(level.rawValue)")
    #expect(comparison.compared == 200 * 16)
  }

  @Test(arguments: KernelLevel.supported) func coinGreeks(_ level: KernelLevel) throws {
    var comparison = VectorComparison()
    let cases = try VectorFile("inverse_options").cases.filter {
      $0.inputs["deliveryPrice"] == nil && $0.inputs["type"]?.text != "inversePerp"
    }
    let results = try batch(cases, .coinSecondOrder, level)
    for (row, item) in cases.enumerated() {
      var found = try answers(results, row)
      let price = try #require(results[.coinPrice, row])
      found["usdAtIndex"] = .number(price * (try item.number("index")))
      found["usdAtForward"] = .number(price * (try item.number("F")))
      comparison.check(item, found)
    }
    comparison.report("inverse_options \(level.rawValue)")
    #expect(comparison.compared == 140 * 12)
  }

  @Test(arguments: KernelLevel.supported) func volatilities(_ level: KernelLevel) throws {
    var comparison = VectorComparison()
    let cases = try VectorFile("implied_vol").cases
    var quotes = QuoteColumns()
    for item in cases {
      quotes.append(
        right: try #require(OptionRight(rawValue: item.text("type"))),
        forward: try item.number("F"), strike: try item.number("K"), years: try item.number("T"),
        price: try item.number("price"))
    }
    var results = QuoteVolatilityColumns()
    try ImpliedVolatility.solve(quotes, in: .usd, tick: 0, into: &results, level: level)
    for (row, item) in cases.enumerated() {
      comparison.check(
        item,
        [
          "sigma": results.volatility(row).map { .number($0) } ?? .absent,
          "status": .text("\(results.statuses[row])"),
        ])
    }
    comparison.report("implied_vol \(level.rawValue)")
    #expect(comparison.compared == 362 * 2)
  }
}
