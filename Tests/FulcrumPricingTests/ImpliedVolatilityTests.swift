import FulcrumModel
import FulcrumPricing
import Testing

/// Implied volatility against 50-digit inverses, and against the price itself.
struct ImpliedVolatilityTests {
  @Test func vectors() throws {
    var comparison = VectorComparison()
    for item in try VectorFile("implied_vol").cases {
      let result = ImpliedVolatility.solve(
        right: try #require(OptionRight(rawValue: item.text("type"))),
        forward: try item.number("F"), strike: try item.number("K"), years: try item.number("T"),
        undiscountedPrice: try item.number("price"))
      comparison.check(
        item,
        [
          "sigma": result.volatility.map { .number($0) } ?? .absent,
          "status": .text(result.status.rawValue),
        ])
    }
    comparison.report("implied_vol")
    #expect(comparison.compared == 362 * 2)
  }

  /// Deep in and out of the money, a minute to two years, 1 % to 1,000 % vol, USD and coin prices:
  /// every price gives a volatility that reproduces it, or says that it holds none.
  @Test func hardGrid() {
    var solved = 0
    var unresolved = 0
    var worst = 0.0
    for right in OptionRight.allCases {
      for moneyness in [0.05, 0.3, 0.7, 0.95, 0.9999, 1, 1.0001, 1.05, 1.5, 3, 10] {
        for years in [1.0 / 525_600, 1.0 / 8760, 0.01, 0.25, 2] {
          for volatility in [0.01, 0.1, 0.5, 1.2, 3, 10] {
            let option = OptionInput(
              right: right, forward: 60_000, strike: 60_000 * moneyness, years: years,
              volatility: volatility)
            for error in errors(option) {
              guard let error else {
                unresolved += 1
                continue
              }
              solved += 1
              worst = max(worst, error)
            }
          }
        }
      }
    }
    print(
      "implied_vol hard grid: \(solved) solved, \(unresolved) without volatility, worst \(worst)")
    #expect(worst <= 1)
    #expect(solved > 700)
  }

  /// Error in volatility over what half an ulp of the price and the solver's own bar explain; nil
  /// where the price holds no volatility.
  private func errors(_ option: OptionInput) -> [Double?] {
    let value = Black76.valueAndFirstOrder(option)
    let usd = ImpliedVolatility.solve(
      right: option.right, forward: option.forward, strike: option.strike, years: option.years,
      undiscountedPrice: value.undiscounted)
    let coin = ImpliedVolatility.solveCoin(
      right: option.right, forward: option.forward, strike: option.strike, years: option.years,
      coinPrice: value.undiscounted / option.forward)
    let noise = 1.2e-16 * (value.undiscounted + max(option.forward, option.strike))
    return [(usd, 1.0), (coin, 3.0)].map { result, roundings in
      switch result.status {
      case .ok:
        guard let volatility = result.volatility, value.vega > 0 else { return nil }
        #expect(volatility.isFinite && volatility > 0)
        // A price that its own rounding moves by the whole volatility says nothing.
        let bar = 20 * roundings * noise / value.vega + 1e-12 * option.volatility
        return bar > 0.05 * option.volatility ? nil : abs(volatility - option.volatility) / bar
      case .atIntrinsic, .belowIntrinsic, .aboveMaximum: return nil
      }
    }
  }

  @Test func degenerateInputsHaveAStatus() {
    func status(_ forward: Double, _ strike: Double, _ years: Double, _ price: Double)
      -> ImpliedVolatility.Status
    {
      ImpliedVolatility.solve(
        right: .call, forward: forward, strike: strike, years: years, undiscountedPrice: price
      ).status
    }
    #expect(status(100, 120, 0, 0) == .atIntrinsic)
    #expect(status(100, 120, 0, 1) == .aboveMaximum)
    #expect(status(100, 0, 1, 100) == .atIntrinsic)
    #expect(status(0, 100, 1, 1) == .aboveMaximum)
    #expect(status(100, 90, 1, 9.5) == .belowIntrinsic)
    #expect(status(100, 90, 1, 100) == .aboveMaximum)
    #expect(status(100, 100, 1, Double.leastNonzeroMagnitude) == .ok)
  }

  /// Far strikes at a deviation so large that the price nears its bound: a bisection of the bracket
  /// passes through deviations with no density left, on either side.
  @Test(arguments: [0.01, 0.03, 0.2, 5, 40], [2.5, 4.0, 5.5, 7.0])
  func largeDeviationFarFromTheStrike(_ moneyness: Double, _ deviation: Double) throws {
    for years in [0.5, 2.9] {
      let volatility = deviation / years.squareRoot()
      let option = OptionInput(
        right: moneyness < 1 ? .put : .call, forward: 60_000, strike: 60_000 * moneyness,
        years: years, volatility: volatility)
      let result = ImpliedVolatility.solve(
        right: option.right, forward: option.forward, strike: option.strike, years: years,
        undiscountedPrice: Black76.undiscounted(option))
      #expect(abs(try #require(result.volatility) / volatility - 1) < 1e-11)
    }
  }

  /// Rows that end or stall other solvers: K/F = 0.1 in a week at 2.9e-241, and a far wing.
  @Test func pricesFarBelowTheTick() throws {
    for price in [2.9e-241, 1e-300, 1e-12] {
      let result = ImpliedVolatility.solve(
        right: .put, forward: 60_000, strike: 6_000, years: 7.0 / 365, undiscountedPrice: price)
      let volatility = try #require(result.volatility)
      let back = Black76.undiscounted(
        OptionInput(
          right: .put, forward: 60_000, strike: 6_000, years: 7.0 / 365, volatility: volatility))
      #expect(abs(back / price - 1) < 1e-11)
      #expect(result.isLowVega(tick: 6))
    }
  }
}
