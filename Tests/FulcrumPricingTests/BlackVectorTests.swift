import FulcrumModel
import FulcrumPricing
import Testing

extension VectorCase {
  /// The option of a case of black76, greeks, inverse_options.
  func option() throws -> OptionInput {
    OptionInput(
      right: try #require(OptionRight(rawValue: text("type"))),
      forward: try number("F"), strike: try number("K"), years: try number("T"),
      volatility: try number("sigma"),
      rate: inputs["r"] == nil ? 0 : try number("r"))
  }
}

/// Black (1976) against 50-digit reference values.
struct BlackVectorTests {
  @Test func prices() throws {
    var comparison = VectorComparison()
    for item in try VectorFile("black76").cases {
      let option = try item.option()
      comparison.check(
        item,
        [
          "undiscounted": .number(Black76.undiscounted(option)),
          "price": .number(Black76.price(option)),
          "timeValue": .number(Black76.timeValue(option)),
          "intrinsic": .number(Black76.intrinsic(option)),
          "df": .number(Black76.discountFactor(option)),
        ])
    }
    comparison.report("black76")
    #expect(comparison.compared == 480 * 5)
  }

  @Test func greeks() throws {
    var comparison = VectorComparison()
    for item in try VectorFile("greeks").cases {
      let g = Black76.greeks(try item.option())
      comparison.check(
        item,
        [
          "price": .number(g.price), "delta": .number(g.delta), "gamma": .number(g.gamma),
          "vega": .number(g.vega), "theta": .number(g.theta), "rho": .number(g.rho),
          "rhoSpot": .number(g.rhoSpot), "dualDelta": .number(g.dualDelta),
          "vanna": .number(g.vanna), "volga": .number(g.volga), "charm": .number(g.charm),
          "veta": .number(g.veta), "speed": .number(g.speed), "color": .number(g.color),
          "zomma": .number(g.zomma), "ultima": .number(g.ultima),
        ])
    }
    comparison.report("greeks")
    #expect(comparison.compared == 200 * 16)
  }

  /// The hot path gives the very numbers of `greeks` at r = 0.
  @Test func onePassAgreesWithVectors() throws {
    for item in try VectorFile("greeks").cases {
      var option = try item.option()
      option.rate = 0
      let (value, g) = (Black76.valueAndFirstOrder(option), Black76.greeks(option))
      #expect(value.undiscounted == g.price, "\(item.id)")
      #expect(value.delta == g.delta, "\(item.id)")
      #expect(value.gamma == g.gamma, "\(item.id)")
      #expect(value.vega == g.vega, "\(item.id)")
      #expect(value.theta == g.theta, "\(item.id)")
    }
  }
}
