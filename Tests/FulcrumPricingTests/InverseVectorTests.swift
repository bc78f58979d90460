import FulcrumModel
import FulcrumPricing
import Testing

/// Coin-quoted options, their settlement and inverse perpetuals against 50-digit reference values.
struct InverseVectorTests {
  @Test func coinQuotedContracts() throws {
    var comparison = VectorComparison()
    for item in try VectorFile("inverse_options").cases {
      if item.inputs["deliveryPrice"] != nil {
        comparison.check(item, try settlement(item))
      } else if try item.text("type") == "inversePerp" {
        comparison.check(item, try perpetual(item))
      } else {
        comparison.check(item, try option(item))
      }
    }
    comparison.report("inverse_options")
    #expect(comparison.compared == 140 * 12 + 40 * 4 + 40 * 6)
  }

  private func option(_ item: VectorCase) throws -> [String: Answer] {
    let input = try item.option()
    try InverseOption.validate(input)
    let g = InverseOption.greeks(input)
    #expect(g.coinPrice == InverseOption.coinPrice(input))
    return [
      "coinPrice": .number(g.coinPrice), "bsDelta": .number(g.bsDelta),
      "netDelta": .number(g.netDelta), "coinSlope": .number(g.coinSlope),
      "coinConvexity": .number(g.coinConvexity), "netGamma": .number(g.netGamma),
      "coinVega": .number(g.coinVega), "coinTheta": .number(g.coinTheta),
      "coinVanna": .number(g.coinVanna), "coinVolga": .number(g.coinVolga),
      "usdAtIndex": .number(g.coinPrice * (try item.number("index"))),
      "usdAtForward": .number(g.coinPrice * input.forward),
    ]
  }

  private func settlement(_ item: VectorCase) throws -> [String: Answer] {
    let right = try #require(OptionRight(rawValue: item.text("type")))
    let payoff = InverseOption.payoff(
      right, strike: try item.number("K"), deliveryPrice: try item.number("deliveryPrice"))
    let quantity = try item.number("qty")
    return [
      "payoffUsd": .number(payoff.usd), "payoffCoin": .number(payoff.coin),
      "cashflowUsd": .number(quantity * payoff.usd),
      "cashflowCoin": .number(quantity * payoff.coin),
    ]
  }

  private func perpetual(_ item: VectorCase) throws -> [String: Answer] {
    let perpetual = InversePerpetual(
      quantity: try item.number("qty"), faceUsd: try item.number("faceUsd"),
      entry: try item.number("entry"), mark: try item.number("mark"))
    return [
      "pnlCoin": .number(perpetual.pnlCoin), "pnlUsdAtMark": .number(perpetual.pnlUsdAtMark),
      "coinDelta": .number(perpetual.coinDelta), "notionalUsd": .number(perpetual.notionalUsd),
      "coinSlope": .number(perpetual.coinSlope),
      "coinConvexity": .number(perpetual.coinConvexity),
    ]
  }

  /// c_call − c_put = 1 − K/F, and net delta over coin price is elasticity less one.
  @Test(arguments: [0.5, 0.8, 0.97, 1.0, 1.1, 1.9])
  func parityAndElasticity(_ moneyness: Double) {
    let forward = 61_234.5
    let call = OptionInput(
      right: .call, forward: forward, strike: forward * moneyness, years: 0.11, volatility: 0.63)
    var put = call
    put.right = .put
    let parity = InverseOption.coinPrice(call) - InverseOption.coinPrice(put)
    #expect(abs(parity - (1 - moneyness)) < 4e-16)
    for option in [call, put] {
      let greeks = InverseOption.greeks(option)
      let black = Black76.valueAndFirstOrder(option)
      let elasticity = black.delta * forward / black.undiscounted
      #expect(abs(greeks.netDelta / greeks.coinPrice - (elasticity - 1)) < 1e-12 * abs(elasticity))
    }
  }

  /// A Deribit row as users meet it: delta over coin mark, on one price basis.
  @Test func printedRowOfAnEthereumCall() {
    let (delta, mark, index) = (0.5848, 0.016574, 3220.99)
    let leverage = delta * index / (mark * index)
    #expect((leverage * 100).rounded() == 3528)
  }
}
