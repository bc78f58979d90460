import FulcrumPricing

extension CalculationFamily {
  private static let oneBarrierKeys = [
    "probability", "survival", "eventualProbability", "expectedTime", "expectedTimeCapped",
  ]

  static let firstPassage = CalculationFamily(
    name: "first_passage", summary: "probability and time of touching a barrier",
    outputs: oneBarrierKeys + ["eventualUpperFirst", "hitProbability", "shiftedBarrierDown"]
  ) { (fields) throws(CalculationRefusal) in
    let model = fields.choice("model", among: PassageModel.allCases, meaning: "law of the index")
    switch model {
    case .gbm: return try diffusion(&fields)
    case .kou: return try jumps(&fields)
    case .brownianBridge: return try bridge(&fields)
    case nil: throw CalculationRefusal(fields.issues)
    }
  }

  private static func diffusion(
    _ fields: inout InputFields
  ) throws(CalculationRefusal) -> Outputs {
    let side = fields.choice("side", among: PassageSide.allCases, meaning: "where the barrier is")
    let spot = fields.number(PassageField.spot)
    let drift = fields.number(PassageField.drift)
    let volatility = fields.number(PassageField.volatility)
    let years = fields.number(PassageField.years)
    guard side == .both else {
      let barrier = fields.number(PassageField.barrier)
      try fields.finish()
      let one = try CalculationRefusal.checking(PassageField.names) { () throws(PricingError) in
        try FirstPassage.OneBarrier(
          spot: spot, barrier: barrier, side: side == .up ? .up : .down, drift: drift,
          volatility: volatility, years: years)
      }
      return outputs(one)
    }
    let lower = fields.number(PassageField.lower)
    let upper = fields.number(PassageField.upper)
    try fields.finish()
    let two = try CalculationRefusal.checking(PassageField.names) { () throws(PricingError) in
      try FirstPassage.TwoBarriers(
        spot: spot, lower: lower, upper: upper, drift: drift, volatility: volatility, years: years)
    }
    return outputs(two)
  }

  private static func outputs(_ one: FirstPassage.OneBarrier) -> Outputs {
    var outputs = Outputs()
    outputs.set("probability", FirstPassage.probability(one))
    outputs.set("survival", FirstPassage.survival(one))
    outputs.set("eventualProbability", FirstPassage.eventualProbability(one))
    outputs.set("expectedTime", extended: FirstPassage.expectedTime(one).value)
    outputs.set("expectedTimeCapped", FirstPassage.expectedTimeCapped(one))
    return outputs
  }

  private static func outputs(_ two: FirstPassage.TwoBarriers) -> Outputs {
    var outputs = Outputs()
    outputs.set("probability", FirstPassage.probability(two))
    outputs.set("survival", FirstPassage.survival(two))
    outputs.set("eventualUpperFirst", FirstPassage.eventualUpperFirst(two))
    outputs.set("expectedTime", extended: FirstPassage.expectedTime(two).value)
    return outputs
  }

  /// An upper barrier; a lower one is asked for with mirrored signs, pUp and rates swapped.
  private static func jumps(_ fields: inout InputFields) throws(CalculationRefusal) -> Outputs {
    let logBarrier = fields.number(PassageField.logBarrier)
    let logDrift = fields.number(PassageField.logDrift)
    let volatility = fields.number(PassageField.jumpVolatility)
    let perYear = fields.number(PassageField.jumpsPerYear)
    let upProbability = fields.number(PassageField.upProbability)
    let upRate = fields.number(PassageField.upRate)
    let downRate = fields.number(PassageField.downRate)
    let years = fields.number(PassageField.years)
    try fields.finish()
    let kou = try CalculationRefusal.checking(PassageField.names) { () throws(PricingError) in
      try FirstPassage.Kou(
        logBarrier: logBarrier, logDrift: logDrift, volatility: volatility,
        jumps: FirstPassage.Jumps(
          perYear: perYear, upProbability: upProbability, upRate: upRate, downRate: downRate),
        years: years)
    }
    var outputs = Outputs()
    outputs.set("probability", FirstPassage.probability(kou), orAbsent: .notRepresentable)
    return outputs
  }

  private static func bridge(_ fields: inout InputFields) throws(CalculationRefusal) -> Outputs {
    let start = fields.number(PassageField.start)
    let end = fields.number(PassageField.end)
    let barrier = fields.number(PassageField.barrier)
    let volatility = fields.number(PassageField.volatility)
    let years = fields.number(PassageField.step)
    try fields.finish()
    let deviation = volatility * years.squareRoot()
    var outputs = Outputs()
    outputs.set(
      "hitProbability",
      FirstPassage.BrownianBridge.hitProbability(
        from: start, to: end, barrier: barrier, side: .down, deviation: deviation))
    outputs.set(
      "shiftedBarrierDown",
      FirstPassage.BrownianBridge.shiftedBarrierDown(barrier, deviation: deviation))
    return outputs
  }
}

private enum PassageModel: String, CaseIterable {
  case gbm, kou, brownianBridge
}

private enum PassageSide: String, CaseIterable {
  case down, up, both
}

private enum PassageField {
  static let spot = NumberField("S", .positive, "index now, USD")
  static let barrier = NumberField("B", .positive, "barrier, USD")
  static let lower = NumberField("L", .positive, "lower barrier, USD")
  static let upper = NumberField("U", .positive, "upper barrier, USD")
  static let drift = NumberField("mu", .finite, "drift a year", fallback: 0)
  static let volatility = NumberField("sigma", .nonNegative, "volatility, 1 = 100 % a year")
  static let jumpVolatility = NumberField("sigma", .positive, "volatility, 1 = 100 % a year")
  static let years = NumberField("T", .nonNegative, "years of 365 days")
  static let logBarrier = NumberField("logBarrier", .finite, "ln(barrier/index)")
  static let logDrift = NumberField("logDrift", .finite, "drift of the log price a year")
  static let jumpsPerYear = NumberField("lambda", .nonNegative, "jumps a year")
  static let upProbability = NumberField("pUp", .share, "share of jumps that go up")
  static let upRate = NumberField("eta1", .positive, "1 / mean log size of jumps up")
  static let downRate = NumberField("eta2", .positive, "1 / mean log size of jumps down")
  static let start = NumberField("S0", .positive, "index at the start, USD")
  static let end = NumberField("S1", .positive, "index at the end, USD")
  static let step = NumberField("dt", .nonNegative, "years between the two")

  /// By the names that the pricing module uses.
  static let names = [
    "spot": "S", "barrier": "B", "lower barrier": "L", "upper barrier": "U", "drift": "mu",
    "volatility": "sigma", "years": "T", "log barrier": "logBarrier", "log drift": "logDrift",
    "volatility times √years": "sigma", "jumps per year": "lambda", "up probability": "pUp",
    "up rate": "eta1", "down rate": "eta2",
  ]
}

extension FirstPassage.ExpectedTime {
  fileprivate var value: Double {
    switch self {
    case .years(let years): years
    case .unbounded: .infinity
    }
  }
}
