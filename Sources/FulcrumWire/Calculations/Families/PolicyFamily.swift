import FulcrumRisk

extension CalculationFamily {
  static let policy = CalculationFamily(
    name: "policy", summary: "target leverage, what binds it, and the order that restores it",
    outputs: [
      "volTarget", "kelly", "cvar", "cppi", "liquidation", "size", "target", "binding", "breach",
      "insideBand", "restLeverage", "newLeverage", "rawQty",
      "orderQty",
    ],
    extensions: [
      "targetAtRisk", "orderUnits", "sigmaHat", "highWater", "action", "pause", "increasesAsked",
      "remembered",
    ]
  ) { (fields) throws(CalculationRefusal) in
    if fields.has("stressMultiple") { return try moneyAtRisk(&fields) }
    let pace = PolicyPaceInputs(&fields)
    let inputs = PolicyInputs(&fields, isPaced: pace != nil)
    try fields.finish()
    do throws(PolicyError) {
      return try answers(inputs, pace)
    } catch {
      throw refusal(error)
    }
  }

  /// Pools whose leverage no order can change: known by `stressMultiple`.
  private static func moneyAtRisk(
    _ fields: inout InputFields
  ) throws(CalculationRefusal) -> Outputs {
    let capital = fields.number(
      NumberField("capitalAtRisk", .positive, "capital at risk, USD"))
    let multiple = fields.number(
      NumberField("stressMultiple", .positive, "worst loss over capital at risk"))
    let budget = fields.number(NumberField("riskBudget", .nonNegative, "worst loss allowed, USD"))
    let units = fields.number(NumberField("openUnits", .positive, "units of the strategy"))
    let band = fields.number(NumberField("bandRel", .share, "half-width of the band"))
    // Only a log says whether a budget is filled, and by which orders.
    let isOrdered = fields.has("fillsBudget")
    let fills = fields.bool(
      "fillsBudget", meaning: "whether a smaller pool is enlarged", fallback: true)
    let legs = isOrdered ? PolicyLeg.read(&fields) : []
    if units != units.rounded() || units > 1e15 {
      fields.refuse(
        "openUnits", seen: "\(units)", allowed: "a whole number", fix: "write 1 or more")
    }
    try fields.finish()
    do throws(PolicyError) {
      let target = try MoneyAtRiskTarget(
        capitalAtRisk: capital, stressMultiple: multiple, budget: budget,
        openUnits: Int(units), band: band)
      var outputs = Outputs()
      outputs.set("targetAtRisk", target.target)
      outputs.set("breach", .bool(target.isBreach))
      outputs.set("insideBand", .bool(target.isInsideBand))
      outputs.set("orderUnits", Double(target.units))
      if isOrdered {
        let units = fills ? target.units : min(0, target.units)
        outputs.set("action", .string(PolicyLeg.action(legs, units: Int64(units))))
      }
      return outputs
    } catch {
      throw refusal(error)
    }
  }

  private static func refusal(_ error: PolicyError) -> CalculationRefusal {
    CalculationRefusal([
      Issue(
        source: InputFields.source, path: "$", seen: "\(error)",
        allowed: "limits and conditions that fit together", fix: "correct that number")
    ])
  }

  private static func answers(
    _ inputs: PolicyInputs, _ pace: PolicyPaceInputs?
  ) throws(PolicyError) -> Outputs {
    let conditions = try inputs.conditions(pace)
    let target = try LeverageTarget(inputs.limits(), under: conditions)
    let resize = try Resize(
      from: inputs.current, to: target, by: inputs.rule(),
      capitalAtRisk: inputs.capitalAtRisk, unitDeltaCash: inputs.unitDeltaCash)
    var outputs = Outputs()
    // The configured cap is among the inputs already.
    for constraint in PolicyConstraint.allCases where constraint != .hard {
      outputs.set(constraint.rawValue, target[constraint], orAbsent: .notAsked)
    }
    outputs.set("target", target.target)
    outputs.set("binding", .string(target.binding.rawValue))
    outputs.set("breach", .bool(resize.isBreach))
    outputs.set("insideBand", .bool(resize.isInsideBand))
    outputs.set("restLeverage", resize.restLeverage)
    outputs.set("newLeverage", resize.newLeverage)
    outputs.set("rawQty", resize.rawQuantity)
    outputs.set("orderQty", resize.quantity)
    if let pace {
      outputs.set("sigmaHat", conditions.outlook.volatility)
      outputs.set("highWater", conditions.pool.highWater)
      let open = inputs.current * inputs.capitalAtRisk / inputs.unitDeltaCash
      try pace.answers(resize, openSize: open, &outputs)
    }
    return outputs
  }
}

/// The inputs of one decision; what is left out does not limit.
struct PolicyInputs {
  let sigmaTarget: Double?
  let kellyFraction: Double?
  let kellyZ: Double
  let cvarBudget: Double?
  let maxDrawdown: Double?
  let cppiMultiple: Double?
  let liqProbMax: Double?
  let liqHorizon: Double?
  let hardMax: Double?
  let maxNotional: Double?
  /// Of a paced decision it follows from the forecast and what was remembered, as `highWater` does.
  let sigmaHat: Double
  let muHat: Double
  let muSe: Double
  let es1: Double
  let equity: Double
  let highWater: Double
  let mmRate: Double
  let regimeMultiplier: Double
  let capitalAtRisk: Double
  let unitDeltaCash: Double
  let lot: Double
  let minQty: Double
  let bandRel: Double
  let mode: ResizeRule.Mode
  let isShort: Bool
  let resized: PolicyConditions.Resized
  let current: Double

  init(_ fields: inout InputFields, isPaced: Bool) {
    func optional(_ name: String, _ domain: NumberDomain, _ meaning: String) -> Double? {
      fields.optionalNumber(NumberField(name, domain, meaning))
    }
    func number(
      _ name: String, _ domain: NumberDomain, _ meaning: String, _ fallback: Double? = nil
    ) -> Double {
      fields.number(NumberField(name, domain, meaning, fallback: fallback))
    }
    sigmaTarget = optional("sigmaTarget", .positive, "target volatility a year")
    kellyFraction = optional("kellyFraction", .share, "share of the growth optimum")
    kellyZ = number("kellyZ", .nonNegative, "standard errors off the drift", 0)
    cvarBudget = optional("cvarBudget", .positive, "expected shortfall allowed, of capital")
    maxDrawdown = optional("maxDrawdown", .probability, "drawdown limit")
    cppiMultiple = optional("cppiMultiple", .positive, "multiple of the cushion")
    liqProbMax = optional("liqProbMax", .probability, "largest probability of liquidation")
    liqHorizon = optional("liqHorizon", .positive, "its horizon, years")
    hardMax = optional("hardMax", .nonNegative, "leverage cap")
    maxNotional = optional("maxNotional", .nonNegative, "largest notional, USD")
    sigmaHat = isPaced ? 1 : number("sigmaHat", .positive, "forecast volatility a year")
    muHat = number("muHat", .finite, "drift a year in excess of rate and funding", 0)
    muSe = number("muSe", .nonNegative, "its standard error", 0)
    es1 = number("es1", .positive, "expected shortfall at leverage 1, a fraction", 1)
    equity = number("equity", .finite, "equity, USD")
    highWater = isPaced ? 1 : number("highWater", .positive, "its high-water mark, USD")
    mmRate = number("mmRate", .share, "maintenance per unit of notional", 0)
    regimeMultiplier = number("regimeMultiplier", .nonNegative, "factor on soft budgets", 1)
    capitalAtRisk = number("capitalAtRisk", .positive, "capital at risk, USD")
    unitDeltaCash = number("unitDeltaCash", .positive, "exposure of one contract, USD")
    lot = number("lot", .positive, "contracts of one lot")
    minQty = number("minQty", .nonNegative, "smallest order, contracts", 0)
    bandRel = number("bandRel", .share, "half-width of the band, of the target")
    mode =
      fields.choice(
        "mode", among: ResizeRule.Mode.allCases, meaning: "where an order goes") ?? .target
    isShort =
      fields.choice(
        "side", among: PolicySide.allCases, meaning: "long or short pool", fallback: .long)
      == .short
    resized = PolicyConditions.Resized(
      liquidationCap: optional(
        "liquidationCap", .nonNegative, "cap of a pool that is not one linear future"),
      growthOptimum: optional(
        "growthOptimum", .nonNegative, "leverage of the fastest growth of a pool with options"))
    current = number("current", .nonNegative, "leverage now")
  }

  func limits() throws(PolicyError) -> PolicyLimits {
    var kelly: PolicyLimits.Kelly?
    if let kellyFraction { kelly = try .init(fraction: kellyFraction, errors: kellyZ) }
    var drawdown: PolicyLimits.Drawdown?
    if let maxDrawdown, let cppiMultiple {
      drawdown = try .init(limit: maxDrawdown, multiple: cppiMultiple)
    }
    var liquidation: PolicyLimits.LiquidationCap?
    if let liqProbMax, let liqHorizon {
      liquidation = try .init(probability: liqProbMax, years: liqHorizon)
    }
    return try PolicyLimits(
      volatilityTarget: sigmaTarget, kelly: kelly, shortfallBudget: cvarBudget,
      drawdown: drawdown, caps: (liquidation, hardMax))
  }

  func conditions(_ pace: PolicyPaceInputs?) throws(PolicyError) -> PolicyConditions {
    var (sigmaHat, highWater) = (sigmaHat, highWater)
    if let pace {
      sigmaHat = try pace.pace().smoothed(
        pace.forecast, at: PolicyPaceInputs.now, pace.memory)
      highWater = max(pace.memory.highWater ?? equity, equity)
    }
    return try PolicyConditions(
      outlook: .init(
        volatility: sigmaHat, drift: muHat, driftError: muSe, shortfall: es1),
      pool: .init(
        side: isShort ? .up : .down, equity: (equity, highWater), capitalAtRisk: capitalAtRisk,
        largestNotional: maxNotional, maintenanceRate: mmRate, resized: resized),
      regimeMultiplier: regimeMultiplier)
  }

  func rule() throws(PolicyError) -> ResizeRule {
    try ResizeRule(band: bandRel, mode: mode, lot: lot, leastQuantity: minQty)
  }
}

private enum PolicySide: String, CaseIterable {
  case long, short
}
