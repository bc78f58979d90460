import FulcrumPricing

extension CalculationFamily {
  static let black76 = CalculationFamily(
    name: "black76", summary: "Black-76 value of an option, discounted and not",
    outputs: ["undiscounted", "price", "timeValue", "intrinsic", "df"]
  ) { (fields) throws(CalculationRefusal) in
    let option = fields.option(discounted: true)
    try fields.finish()
    return blackOutputs(option)
  }

  static let greeks = CalculationFamily(
    name: "greeks", summary: "price and the fifteen Greeks to third order",
    outputs: [
      "price", "delta", "gamma", "vega", "theta", "rho", "rhoSpot", "dualDelta", "vanna",
      "volga", "charm", "veta", "speed", "color", "zomma", "ultima",
    ]
  ) { (fields) throws(CalculationRefusal) in
    let option = fields.option(discounted: true)
    try fields.finish()
    return greekOutputs(option)
  }

  /// What `price` answers without a family: the keys of black76 and those of greeks.
  static let valueAndGreeks = CalculationFamily(
    name: "black76+greeks", summary: "value and Greeks together",
    outputs: black76.outputs + greeks.outputs.dropFirst()
  ) { (fields) throws(CalculationRefusal) in
    let option = fields.option(discounted: true)
    try fields.finish()
    var outputs = blackOutputs(option)
    outputs.merge(greekOutputs(option))
    return outputs
  }

  private static func blackOutputs(_ option: OptionInput) -> Outputs {
    var outputs = Outputs()
    outputs.set("undiscounted", Black76.undiscounted(option))
    outputs.set("price", Black76.price(option))
    outputs.set("timeValue", Black76.timeValue(option))
    outputs.set("intrinsic", Black76.intrinsic(option))
    outputs.set("df", Black76.discountFactor(option))
    return outputs
  }

  private static func greekOutputs(_ option: OptionInput) -> Outputs {
    let greeks = Black76.greeks(option)
    var outputs = Outputs()
    outputs.set("price", greeks.price)
    outputs.set("delta", greeks.delta)
    outputs.set("gamma", greeks.gamma)
    outputs.set("vega", greeks.vega)
    outputs.set("theta", greeks.theta)
    outputs.set("rho", greeks.rho)
    outputs.set("rhoSpot", greeks.rhoSpot)
    outputs.set("dualDelta", greeks.dualDelta)
    outputs.set("vanna", greeks.vanna)
    outputs.set("volga", greeks.volga)
    outputs.set("charm", greeks.charm)
    outputs.set("veta", greeks.veta)
    outputs.set("speed", greeks.speed)
    outputs.set("color", greeks.color)
    outputs.set("zomma", greeks.zomma)
    outputs.set("ultima", greeks.ultima)
    return outputs
  }
}
