import FulcrumRisk

private enum GrowthModel: String, CaseIterable {
  case gbm, fixedJump, mertonIsolated, isolatedPeriod, kellyDrawdown
}

private enum GrowthField {
  static let drift = NumberField("mu", .finite, "drift a year")
  static let volatility = NumberField("sigma", .positive, "volatility, 1 = 100 % a year")
  static let perYear = NumberField("lambda", .nonNegative, "jumps a year")
}

extension CalculationFamily {
  static let growth = CalculationFamily(
    name: "growth", summary: "growth rate at a leverage, its optimum, and the odds of ruin",
    outputs: [
      "g", "Lstar", "gMax", "breakEven", "costOfError1", "halfKellyShare", "maxLeverage", "kBar",
      "liquidationRatio", "liquidationProbability", "growthWithLiquidation", "growthTerminalOnly",
      "liquidationDrag", "everFall", "goalBeforeFloor", "growthShare",
    ]
  ) { (fields) throws(CalculationRefusal) in
    switch fields.choice("model", among: GrowthModel.allCases, meaning: "question") {
    case .gbm: return try diffusion(&fields)
    case .fixedJump: return try fixedJump(&fields)
    case .mertonIsolated: return try isolatedJumps(&fields)
    case .isolatedPeriod: return try isolatedPeriod(&fields)
    case .kellyDrawdown: return try drawdown(&fields)
    case nil: throw CalculationRefusal(fields.issues)
    }
  }

  private static func diffusion(
    _ fields: inout InputFields
  ) throws(CalculationRefusal) -> Outputs {
    let (drift, volatility) = (
      fields.number(GrowthField.drift), fields.number(GrowthField.volatility)
    )
    let rate = fields.number(NumberField("r", .finite, "rate of cash a year", fallback: 0))
    let grid = fields.numbers(NumberField("L", .finite, "leverages"), fallback: [])
    try fields.finish()
    let law = try refusing { () throws(RiskError) in
      try Growth.Diffusion(drift: drift, volatility: volatility, rate: rate)
    }
    var outputs = Outputs()
    outputs.set("g", grid.map(law.rate(at:)))
    outputs.set("Lstar", law.optimum)
    outputs.set("gMax", law.rate(at: law.optimum))
    outputs.set("breakEven", law.breakEven)
    outputs.set("costOfError1", law.costOfOne)
    let share = law.optimum == 0 ? nil : Growth.share(ofMultiple: 0.5)
    outputs.set("halfKellyShare", share, orAbsent: .noExposure)
    return outputs
  }

  private static func fixedJump(
    _ fields: inout InputFields
  ) throws(CalculationRefusal) -> Outputs {
    let (drift, volatility) = (
      fields.number(GrowthField.drift), fields.number(GrowthField.volatility)
    )
    let perYear = fields.number(GrowthField.perYear)
    let jump = fields.number(NumberField("jump", .aboveMinusOne, "relative jump, below 0"))
    if jump >= 0 {
      fields.refuse(
        "jump", seen: "\(jump)", allowed: "a number above -1 and below 0", fix: "give one")
    }
    let grid = fields.numbers(NumberField("L", .finite, "leverages"), fallback: [])
    try fields.finish()
    let law = try refusing { () throws(RiskError) in
      try Growth.FixedJump(drift: drift, volatility: volatility, perYear: perYear, jump: jump)
    }
    var outputs = Outputs()
    outputs.set("g", grid.map(law.rate(at:)))
    outputs.set("Lstar", law.optimum)
    outputs.set("gMax", law.best)
    outputs.set("breakEven", law.breakEven)
    outputs.set("maxLeverage", law.maxLeverage)
    return outputs
  }

  private static func isolatedJumps(
    _ fields: inout InputFields
  ) throws(CalculationRefusal) -> Outputs {
    let (drift, volatility) = (
      fields.number(GrowthField.drift), fields.number(GrowthField.volatility)
    )
    let jump = JumpLaw(
      mean: fields.number(NumberField("jumpMean", .finite, "mean log size of a jump")),
      deviation: fields.number(NumberField("jumpSd", .positive, "deviation of it")),
      perYear: fields.number(GrowthField.perYear))
    let fraction = fields.number(NumberField("poolFraction", .share, "share of wealth"))
    let grid = fields.numbers(
      NumberField("poolLeverage", .nonNegative, "leverages of the pool"), fallback: [])
    try fields.finish()
    let law = try refusing { () throws(RiskError) in
      try Growth.IsolatedJumps(drift: drift, volatility: volatility, jump: jump)
    }
    var outputs = Outputs()
    outputs.set("g", grid.map { law.rate(fraction: fraction, leverage: $0) })
    outputs.set("kBar", law.meanJump)
    return outputs
  }

  private static func isolatedPeriod(
    _ fields: inout InputFields
  ) throws(CalculationRefusal) -> Outputs {
    let (drift, volatility) = (
      fields.number(GrowthField.drift), fields.number(GrowthField.volatility)
    )
    let years = fields.number(NumberField("horizon", .positive, "years of the period"))
    let fraction = fields.number(NumberField("poolFraction", .probability, "share of wealth"))
    let leverage = fields.number(NumberField("poolLeverage", .positive, "leverage, above 1"))
    let rate = fields.number(NumberField("mmRate", .nonNegative, "maintenance of the notional"))
    try fields.finish()
    let period = try refusing { () throws(RiskError) in
      try Growth.IsolatedPeriod(
        drift: drift, volatility: volatility, years: years, pool: (fraction, leverage),
        maintenanceRate: rate)
    }
    var outputs = Outputs()
    outputs.set("liquidationRatio", period.liquidationRatio)
    outputs.set("liquidationProbability", period.liquidationProbability)
    outputs.set("growthWithLiquidation", period.growthWithLiquidation)
    outputs.set("growthTerminalOnly", period.growthTerminalOnly)
    outputs.set("liquidationDrag", period.liquidationDrag)
    return outputs
  }

  private static func drawdown(
    _ fields: inout InputFields
  ) throws(CalculationRefusal) -> Outputs {
    let multiple = fields.number(
      NumberField("kellyMultiple", .positive, "multiple of the growth-optimal leverage"))
    let floor = fields.number(NumberField("floor", .probability, "wealth fallen to, of 1"))
    let goal = fields.number(NumberField("goal", .positive, "wealth reached, above 1", fallback: 2))
    if goal <= 1 {
      fields.refuse("goal", seen: "\(goal)", allowed: "a number above 1", fix: "give such a number")
    }
    try fields.finish()
    var outputs = Outputs()
    outputs.set("everFall", Growth.everFall(multiple: multiple, to: floor))
    outputs.set(
      "goalBeforeFloor", Growth.goalBeforeFloor(multiple: multiple, goal: goal, floor: floor))
    outputs.set("growthShare", Growth.share(ofMultiple: multiple))
    return outputs
  }
}
