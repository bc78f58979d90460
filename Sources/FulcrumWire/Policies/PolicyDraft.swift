import FulcrumPricing
import FulcrumRisk

private enum YesNo: String, CaseIterable {
  case yes, no
}

/// The settings of a policy as they are read; a rule begins as a copy of the defaults.
struct PolicyDraft {
  private var volatilityTarget: Double?
  /// Without a fraction it follows from the drift and its error.
  private var kelly: (fraction: Double?, z: Double, years: Double)?
  private var drift = (mean: 0.0, error: 0.0)
  private var shortfallBudget: Double?
  private var shortfall = (tail: 0.05, years: 1 / 365.0)
  private var drawdown: (limit: Double, multiple: Double, gap: Double)?
  private var liquidation: (probability: Double, years: Double)?
  private var leverage: [Double]?
  private var largestNotional: Double?
  private var riskBudget: Double?
  private var fillsRiskBudget = false
  private var multipliers = [1.0, 1, 1]
  private var band: PolicyPlan.Band = .fixed(0.1)
  private var mode: ResizeRule.Mode = .edge
  private var smallestOrder = 0.0
  private var dwell: Int64 = 3_600_000
  private var confirmations = 2
  private var smoothing: Int64 = 0

  static let yearMilliseconds = 31_536_000_000.0

  mutating func read(_ fields: inout YAMLFields) {
    var draft = self
    _ = fields.section("budgets") { draft.readBudgets(&$0) }
    _ = fields.section("caps") { draft.readCaps(&$0) }
    if let found = fields.byRegime("multipliers", .share, "factor on the budgets") {
      draft.multipliers = found
    }
    fields.limit(
      "risk-budget", &draft.riskBudget, .positive,
      "share of the account that a pool's worst loss may take")
    if let word = fields.choice("fill-risk-budget", among: YesNo.allCases, "enlarge up to it") {
      draft.fillsRiskBudget = word == .yes
    }
    _ = fields.section("trading") { draft.readTrading(&$0) }
    self = draft
  }

  private mutating func readBudgets(_ fields: inout YAMLFields) {
    fields.limit(
      "volatility-target", &volatilityTarget, .positive, "volatility a year of the pool")
    var draft = self
    fields.section("kelly", orNone: { draft.kelly = nil }, read: { draft.readKelly(&$0) })
    fields.section(
      "shortfall", orNone: { draft.shortfallBudget = nil }, read: { draft.readShortfall(&$0) })
    fields.section(
      "drawdown", orNone: { draft.drawdown = nil }, read: { draft.readDrawdown(&$0) })
    self = draft
  }

  private mutating func readDrawdown(_ fields: inout YAMLFields) {
    let limit = fields.number("limit", .probability, "share of the high-water mark")
    let multiple = fields.number(
      "multiple", .positive, "leverage per unit of cushion", in: .multiple)
    let gap = fields.number("gap", .share, "largest loss between two evaluations")
    if let limit, let multiple {
      drawdown = (limit, multiple, gap ?? drawdown?.gap ?? PolicyLimits.Drawdown.usualGap)
    } else if fields.issues.isEmpty {
      fields.refuse("limit", fields.line, seen: "one of two", allowed: "limit and multiple")
    }
  }

  /// What a rule leaves out stays as it was.
  private mutating func readKelly(_ fields: inout YAMLFields) {
    let before = kelly
    let fraction = fields.number("fraction", .share, "share of the growth optimum")
    let z = fields.number("z", .nonNegative, "standard errors off the drift", in: .multiple)
    let horizon = fields.duration("horizon", "over which a pool with options grows")
    kelly = (
      fraction ?? before?.fraction, z ?? before?.z ?? 1,
      horizon.map { Double($0) / Self.yearMilliseconds } ?? before?.years
        ?? PolicyLimits.Kelly.usualYears
    )
    if let mean = fields.number("drift", .finite, "excess drift a year") {
      drift.mean = mean
    } else if before == nil, fields.issues.isEmpty {
      // Without a view the growth optimum is no exposure at all, which nobody means by leaving it out.
      fields.refuse(
        "drift", fields.line, seen: "nothing",
        allowed: "excess drift a year, such as 20%, without which the target is always 0")
    }
    drift.error =
      fields.number("drift-error", .nonNegative, "its standard error") ?? drift.error
  }

  /// κ* = μ²/(μ² + se²), a half at most: the best share of the optimum of a drift that is known with
  /// error (leverage-math 5.1).
  private var usualKellyFraction: Double {
    let (mean, error) = (drift.mean * drift.mean, drift.error * drift.error)
    return mean > 0 ? min(0.5, mean / (mean + error)) : 0.5
  }

  private mutating func readShortfall(_ fields: inout YAMLFields) {
    fields.limit("budget", &shortfallBudget, .positive, "expected shortfall, of capital")
    if let tail = fields.number("tail", .probability, "share of the worst outcomes") {
      shortfall.tail = tail
    }
    if let horizon = fields.duration("horizon", "horizon of the shortfall") {
      shortfall.years = Double(horizon) / Self.yearMilliseconds
    }
  }

  private mutating func readCaps(_ fields: inout YAMLFields) {
    var draft = self
    fields.section("liquidation", orNone: { draft.liquidation = nil }) { inner in
      let probability = inner.number("probability", .probability, "of being liquidated")
      let horizon = inner.duration("horizon", "within this time")
      if let probability, let horizon {
        draft.liquidation = (probability, Double(horizon) / Self.yearMilliseconds)
      } else if inner.issues.isEmpty {
        inner.refuse(
          "probability", inner.line, seen: "one of two", allowed: "probability and horizon")
      }
    }
    fields.limit("largest-notional", &draft.largestNotional, .positive, "USD", in: .money)
    if fields.isNone("leverage") {
      draft.leverage = nil
    } else if let found = fields.byRegime(
      "leverage", .nonNegative, "largest leverage", in: .multiple)
    {
      draft.leverage = found
    }
    self = draft
  }

  private mutating func readTrading(_ fields: inout YAMLFields) {
    var draft = self
    if fields.has("band-cost") {
      if let cost = fields.number("band-cost", .nonNegative, "cost per unit of notional") {
        draft.band = .fromCost(cost)
      }
      if fields.has("band") {
        fields.refuse(
          "band", fields.lines["band"], seen: "band and band-cost", allowed: "one of the two")
      }
    }
    if let width = fields.number("band", .share, "half-width of the band, of the target"),
      !fields.has("band-cost")
    {
      draft.band = .fixed(width)
    }
    _ = fields.number("band-cost", .nonNegative, "cost per unit of notional")
    if let found = fields.choice(
      "mode", among: ResizeRule.Mode.allCases, "where an order goes")
    {
      draft.mode = found
    }
    if let found = fields.number(
      "smallest-order", .nonNegative, "USD of exposure", in: .money)
    {
      draft.smallestOrder = found
    }
    if let found = fields.duration("dwell", "time between increases", fromZero: true) {
      draft.dwell = found
    }
    if let found = fields.integer(
      "confirmations", "evaluations in a row before an increase", atLeast: 1)
    {
      draft.confirmations = found
    }
    if let found = fields.duration("smoothing", "half-life of volatility", fromZero: true) {
      draft.smoothing = found
    }
    self = draft
  }

  /// - Throws: the first limit that contradicts another or lies outside its domain.
  func plan() throws(PolicyError) -> PolicyPlan {
    var cap: PolicyLimits.LiquidationCap?
    if let liquidation {
      cap = try .init(probability: liquidation.probability, years: liquidation.years)
    }
    var fraction: PolicyLimits.Kelly?
    if let kelly {
      fraction = try .init(
        fraction: kelly.fraction ?? usualKellyFraction, errors: kelly.z, years: kelly.years)
    }
    var floor: PolicyLimits.Drawdown?
    if let drawdown {
      floor = try .init(
        limit: drawdown.limit, multiple: drawdown.multiple, gap: drawdown.gap)
    }
    var limits: [PolicyLimits] = []
    for level in RegimeLevel.allCases {
      limits.append(
        try PolicyLimits(
          volatilityTarget: volatilityTarget, kelly: fraction, shortfallBudget: shortfallBudget,
          drawdown: floor, caps: (cap, leverage?[level.rawValue])))
    }
    return try PolicyPlan(
      limits: limits, multipliers: multipliers,
      conduct: .init(
        estimates: (
          try .init(tail: shortfall.tail, years: shortfall.years),
          try .init(mean: drift.mean, error: drift.error)
        ),
        budgets: (largestNotional, riskBudget), fillsRiskBudget: fillsRiskBudget,
        band: band, mode: mode,
        pace: .init(
          dwell: dwell, confirmations: confirmations, smoothing: smoothing,
          smallestOrder: smallestOrder)))
  }
}
