import FulcrumModel
import FulcrumPricing

extension CalculationFamily {
  /// Beyond section 10: `coinPrice` may stand for `price`, and with `tick`, in the unit of the price
  /// given, the error bar and the low-vega flag of leverage-math 9.2 are answered too.
  static let impliedVolatility = CalculationFamily(
    name: "implied_vol", summary: "volatility that an option's price implies",
    outputs: ["sigma", "status"], extensions: ["errorBar", "lowVega"]
  ) { (fields) throws(CalculationRefusal) in
    let inCoin = fields.has("coinPrice")
    let right = fields.right() ?? .call
    let forward = fields.number(inCoin ? PriceField.coinForward : OptionField.forward)
    let strike = fields.number(OptionField.strike)
    let years = fields.number(OptionField.years)
    let price = fields.number(inCoin ? PriceField.coinPrice : PriceField.price)
    let tick = fields.optionalNumber(PriceField.tick)
    if inCoin, fields.has("price") {
      fields.allow("price")
      fields.refuse(
        "price", seen: "price beside coinPrice", allowed: "one of the two",
        fix: "remove the one that is not meant")
    }
    fields.allow("coinPrice", "price")
    try fields.finish()
    let result =
      inCoin
      ? ImpliedVolatility.solveCoin(
        right: right, forward: forward, strike: strike, years: years, coinPrice: price)
      : ImpliedVolatility.solve(
        right: right, forward: forward, strike: strike, years: years, undiscountedPrice: price)
    return outputs(result, tick: tick.map { inCoin ? $0 * forward : $0 })
  }

  /// Where there is no volatility, `status` is the reason of every null.
  private static func outputs(_ result: ImpliedVolatility.Result, tick: Double?) -> Outputs {
    var outputs = Outputs()
    outputs.set("sigma", result.volatility.map(JSONValue.number) ?? .null)
    outputs.set("status", .string(result.status.rawValue))
    guard let tick else { return outputs }
    guard result.volatility != nil else {
      outputs.set("errorBar", .null)
      outputs.set("lowVega", .null)
      return outputs
    }
    outputs.set("errorBar", result.errorBar(tick: tick), orAbsent: .notRepresentable)
    outputs.set("lowVega", .bool(result.isLowVega(tick: tick)))
    return outputs
  }
}

private enum PriceField {
  static let price = NumberField("price", .finite, "undiscounted price, USD per coin")
  static let coinPrice = NumberField("coinPrice", .finite, "price, coin per coin")
  static let coinForward = NumberField("F", .positive, "forward of the option's expiry, USD")
  static let tick = NumberField("tick", .positive, "tick of the price given, in its unit")
}
