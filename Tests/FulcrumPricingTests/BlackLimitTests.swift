import FulcrumModel
import FulcrumPricing
import Testing

/// Black (1976) where its formula breaks down, and published figures.
struct BlackLimitTests {
  private func option(
    _ right: OptionRight, _ forward: Double, _ strike: Double, _ years: Double, _ volatility: Double
  ) -> OptionInput {
    OptionInput(
      right: right, forward: forward, strike: strike, years: years, volatility: volatility)
  }

  private func numbers(_ g: OptionGreeks) -> [Double] {
    [
      g.price, g.delta, g.gamma, g.vega, g.theta, g.rho, g.rhoSpot, g.dualDelta, g.vanna, g.volga,
      g.charm, g.veta, g.speed, g.color, g.zomma, g.ultima,
    ]
  }

  /// FinancePy's printed vanna ∂²V/∂S∂σ of S = 100, K = 120, T = 2, r = 3 %, q = 1 %, σ = 10 %:
  /// 2.71875, 2.7187486389838511 at 50 digits.
  @Test func vannaAsPublished() {
    // F = S e^{(r−q)T} = 100 e^{0.04}, and ∂F/∂S is the same factor.
    let growth = 1.0408107741923882
    let input = OptionInput(
      right: .call, forward: 100 * growth, strike: 120, years: 2, volatility: 0.1, rate: 0.03)
    #expect(abs(Black76.greeks(input).vanna * growth - 2.7187486389838511) < 1e-12 * 2.7)
  }

  /// Hull's futures put: F = K = 20, T = 4/12, r = 9 %, σ = 25 %, printed 1.12.
  @Test func hullFuturesPut() {
    let put = OptionInput(
      right: .put, forward: 20, strike: 20, years: 4.0 / 12, volatility: 0.25, rate: 0.09)
    #expect(abs(Black76.price(put) - 1.12) < 0.005)
  }

  /// No NaN, no infinity, bounds kept, price and delta monotone in volatility: a second to ten
  /// years, 1 % to 1,000 %, strikes from 1e-8 to 1e8 of the forward.
  @Test(arguments: OptionRight.allCases)
  func hardGrid(_ right: OptionRight) {
    let moneyness = [1e-8, 1e-3, 0.2, 0.8, 0.999, 0.9999999, 1, 1.0000001, 1.001, 1.3, 5, 1e3, 1e8]
    for ratio in moneyness {
      for years in [1 / 31_536_000.0, 1 / 525_600.0, 1 / 365.0, 0.1, 1, 10] {
        var before = 0.0
        for volatility in stride(from: 0.01, through: 10, by: 0.01) {
          let input = option(right, 60_000, 60_000 * ratio, years, volatility)
          let greeks = Black76.greeks(input)
          let bound = right == .call ? input.forward : input.strike
          #expect(numbers(greeks).allSatisfy { $0.isFinite }, "\(input)")
          #expect(greeks.price >= Black76.intrinsic(input) && greeks.price <= bound, "\(input)")
          #expect(greeks.price >= before, "\(input)")
          #expect(abs(greeks.delta) <= 1 && greeks.gamma >= 0 && greeks.vega >= 0, "\(input)")
          #expect(greeks.theta <= 0, "\(input)")
          before = greeks.price
        }
      }
    }
  }

  /// All sixteen numbers stay finite over a hundred decades of price.
  @Test func hundredDecades() {
    for forward in [1e-50, 1e-8, 1, 1e8, 1e50] {
      for strike in [1e-50, 1e-8, 1, 1.000001, 1e8, 1e50] {
        for years in [0, 1e-36, 1e-9, 1, 1e4, 1e50] {
          for volatility in [0, 1e-37, 1e-6, 1, 1e6] {
            for right in OptionRight.allCases {
              let greeks = Black76.greeks(option(right, forward, strike, years, volatility))
              #expect(
                numbers(greeks).allSatisfy { $0.isFinite },
                "\(right) F \(forward) K \(strike) T \(years) σ \(volatility): \(greeks)")
            }
          }
        }
      }
    }
  }

  /// Price, delta and vega stay finite at the ends of the range of doubles; nothing is NaN.
  @Test func endsOfTheRange() {
    let extremes: [Double] = [0, .leastNonzeroMagnitude, 1e-300, 1e-12, 1, 1e12, 1e300]
    for forward in extremes {
      for strike in extremes {
        for years in [0, 1e-300, 1, 1e4] {
          for volatility in [0, 1e-300, 1e-12, 1, 1e6] {
            for right in OptionRight.allCases {
              let input = option(right, forward, strike, years, volatility)
              let value = Black76.valueAndFirstOrder(input)
              let bound = right == .call ? forward : strike
              #expect(value.undiscounted >= 0 && value.undiscounted <= bound, "\(input)")
              #expect(abs(value.delta) <= 1, "\(input)")
              #expect(value.vega >= 0 && value.vega.isFinite, "\(input)")
              #expect(value.gamma >= 0 && value.theta <= 0, "\(input)")
            }
          }
        }
      }
    }
  }

  /// leverage-math 1.5: no density left, the delta a step with ½ at the strike.
  @Test func atExpiryAndAtZeroVolatility() {
    for (years, volatility) in [(0.0, 0.7), (0.5, 0.0), (1e-30, 0.5)] {
      let above = Black76.greeks(option(.call, 110, 100, years, volatility))
      #expect(above.price == 10 && above.delta == 1 && above.dualDelta == -1)
      let below = Black76.greeks(option(.put, 110, 100, years, volatility))
      #expect(numbers(below).allSatisfy { $0 == 0 })
      let at = Black76.greeks(option(.put, 100, 100, years, volatility))
      #expect(at.price == 0 && at.delta == -0.5 && at.dualDelta == 0.5)
      for greeks in [above, at] {
        #expect([greeks.gamma, greeks.vega, greeks.theta, greeks.vanna].allSatisfy { $0 == 0 })
        #expect([greeks.volga, greeks.veta, greeks.speed, greeks.color].allSatisfy { $0 == 0 })
        #expect(greeks.zomma == 0 && greeks.ultima == 0)
      }
    }
    var carried = option(.call, 110, 100, 0.5, 0)
    carried.rate = 0.04
    let greeks = Black76.greeks(carried)
    #expect(greeks.theta == 0.04 * greeks.price && greeks.charm == 0.04 * greeks.delta)
    #expect(greeks.rho == -0.5 * greeks.price && greeks.rhoSpot == 0.5 * 100 * greeks.delta)
  }

  @Test func zeroForwardAndZeroStrike() {
    let free = Black76.greeks(option(.call, 100, 0, 1, 0.5))
    #expect(free.price == 100 && free.delta == 1 && free.gamma == 0 && free.vega == 0)
    #expect(Black76.greeks(option(.put, 100, 0, 1, 0.5)).price == 0)
    #expect(Black76.greeks(option(.call, 0, 100, 1, 0.5)).price == 0)
    let dead = Black76.greeks(option(.put, 0, 100, 1, 0.5))
    #expect(dead.price == 100 && dead.delta == -1 && dead.dualDelta == 1)
  }

  /// A deviation beyond every pair of doubles: the call is the forward, the put the strike.
  @Test func volatilityWithoutEnd() {
    for strike in [1e-300, 1, 1e300] {
      #expect(Black76.undiscounted(option(.call, 1, strike, 1e4, 1e6)) == 1)
      #expect(Black76.undiscounted(option(.put, 1, strike, 1e4, 1e6)) == strike)
    }
  }

  /// Far tails underflow to 0, and just inside they are still relative.
  @Test func tailsUnderflowToZero() {
    #expect(Black76.timeValue(option(.call, 100, 200, 1e-4, 0.5)) == 0)
    #expect(Black76.timeValue(option(.call, 100, 120, 1e-4, 0.5)) > 1e-300)
  }

  /// Each refused field, in the order in which they are checked.
  @Test func refusals() {
    let fields: [(String, WritableKeyPath<OptionInput, Double>, [Double])] = [
      ("forward", \.forward, [-1, .nan, .infinity]),
      ("strike", \.strike, [-0.5, .nan, .infinity]),
      ("years", \.years, [-1e-9, .nan, .infinity]),
      ("volatility", \.volatility, [-0.2, .nan, .infinity]),
      ("rate", \.rate, [.nan, -.infinity]),
    ]
    for (field, path, values) in fields {
      for value in values {
        var input = option(.call, 100, 100, 1, 0.5)
        input[keyPath: path] = value
        let error = #expect(throws: PricingError.self) { try input.validate() }
        #expect(error?.description.hasPrefix("\(field) is \(value)") == true)
      }
    }
    #expect(throws: Never.self) { try option(.put, 0, 0, 0, 0).validate() }
  }
}
