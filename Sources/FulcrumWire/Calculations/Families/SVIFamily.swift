import FulcrumPricing
import FulcrumRisk

extension CalculationFamily {
  /// Four kinds, told by the fields given: a raw slice, an SSVI surface at two levels, a forward
  /// from parity, two expiries joined in time.
  static let svi = CalculationFamily(
    name: "svi", summary: "volatility slices, their arbitrage flags, parity forwards",
    outputs: [
      "w", "dw", "d2w", "g", "gMin", "wMin", "butterflyFree", "leeOk", "jumpWings", "phi1", "w1",
      "w2", "butterfly1", "butterfly2", "butterflySufficient", "calendarMinGap", "calendarFree",
      "etaBound", "intercept", "slope", "forwardFree", "forwardUnitIntercept", "sigma",
      "totalVariance", "forwardVariance", "calendarOk",
    ]
  ) { (fields) throws(CalculationRefusal) in
    if fields.has("eta") { return try shared(&fields) }
    if fields.has("rows") { return try parity(&fields) }
    if fields.has("sigma1") { return try joined(&fields) }
    return try slice(&fields)
  }

  // MARK: Raw slice

  private static func slice(_ fields: inout InputFields) throws(CalculationRefusal) -> Outputs {
    let a = fields.number(SurfaceField.a)
    let b = fields.number(SurfaceField.b)
    let rho = fields.number(SurfaceField.rho)
    let m = fields.number(SurfaceField.m)
    let sigma = fields.number(SurfaceField.sigma)
    let years = fields.number(SurfaceField.years)
    let moneyness = fields.numbers(SurfaceField.moneyness, fallback: [0])
    let from = fields.number(SurfaceField.gridFrom)
    let to = fields.number(SurfaceField.gridTo)
    let step = fields.number(SurfaceField.gridStep)
    let grid = SurfaceGrid(from: from, to: to, step: step)
    if grid == nil { fields.refuseGrid("gridStep", from, to, step) }
    try fields.finish()
    let slice = try CalculationRefusal.checking(SurfaceField.names) { () throws(PricingError) in
      try RawSVI(a: a, b: b, rho: rho, m: m, sigma: sigma)
    }
    let curves = moneyness.map { slice.curve(at: $0) }
    let least =
      grid?.points.map { slice.curve(at: $0).density(at: $0) }.min() ?? -.infinity
    var outputs = Outputs()
    outputs.set("w", curves.map(\.w))
    outputs.set("dw", curves.map(\.dw))
    outputs.set("d2w", curves.map(\.d2w))
    outputs.set("g", zip(curves, moneyness).map { density($0, at: $1) })
    outputs.set("gMin", least.isFinite ? .value(least) : .absent(.notRepresentable))
    outputs.set("wMin", slice.minimum)
    outputs.set("butterflyFree", .bool(least >= 0 && slice.minimum >= 0))
    outputs.set("leeOk", .bool(slice.leeSlope <= 2))
    if let found = slice.jumpWings(years: years) {
      outputs.set("jumpWings", wings(found))
    } else {
      outputs.set("jumpWings", nil, orAbsent: .notRepresentable)
    }
    return outputs
  }

  /// g, absent where w is not above 0: such a smile has no prices.
  private static func density(_ curve: VarianceCurve, at k: Double) -> Measure {
    let g = curve.density(at: k)
    return g.isFinite ? .value(g) : .absent(.notRepresentable)
  }

  private static func wings(_ wings: JumpWings) -> JSONValue {
    var object = JSONObject()
    object["v"] = .number(wings.v)
    object["psi"] = .number(wings.psi)
    object["p"] = .number(wings.p)
    object["c"] = .number(wings.c)
    object["vMin"] = .number(wings.vMin)
    return .object(object)
  }

  // MARK: SSVI

  private static func shared(_ fields: inout InputFields) throws(CalculationRefusal) -> Outputs {
    let rho = fields.number(SurfaceField.rho)
    let eta = fields.number(SurfaceField.eta)
    let gamma = fields.number(SurfaceField.gamma)
    let theta1 = fields.number(SurfaceField.theta1)
    let theta2 = fields.number(SurfaceField.theta2)
    let moneyness = fields.numbers(SurfaceField.moneyness, fallback: [0])
    let range = fields.numbers(SurfaceField.calendarGrid, fallback: [-3, 3, 0.05])
    let grid =
      range.count == 3 ? SurfaceGrid(from: range[0], to: range[1], step: range[2]) : nil
    if grid == nil {
      fields.refuse(
        "calendarGrid", seen: "\(range)", allowed: "[from, to, step] of at most 100,000 points",
        fix: "write [-3, 3, 0.05]")
    }
    try fields.finish()
    let shape = try CalculationRefusal.checking(SurfaceField.names) { () throws(PricingError) in
      try SSVIShape(rho: rho, eta: eta, gamma: gamma)
    }
    let (first, second) = (shape.slice(theta: theta1), shape.slice(theta: theta2))
    let terms = shape.butterflyTerms(theta: theta1)
    let gap =
      grid?.points.map { second.totalVariance(at: $0) - first.totalVariance(at: $0) }.min() ?? 0
    var outputs = Outputs()
    outputs.set("phi1", shape.phi(theta: theta1))
    outputs.set("w1", moneyness.map { first.totalVariance(at: $0) })
    outputs.set("w2", moneyness.map { second.totalVariance(at: $0) })
    outputs.set("butterfly1", terms.first)
    outputs.set("butterfly2", terms.second)
    outputs.set("butterflySufficient", .bool(terms.first < 4 && terms.second <= 4))
    outputs.set("calendarMinGap", gap)
    outputs.set("calendarFree", .bool(gap >= 0))
    outputs.set("etaBound", .bool(shape.isBounded))
    return outputs
  }

  // MARK: Forward and time

  private static func parity(_ fields: inout InputFields) throws(CalculationRefusal) -> Outputs {
    fields.allow("columns")
    let pairs = fields.parityRows()
    try fields.finish()
    var outputs = Outputs()
    let fit = ParityForward(pairs, settlement: .inverse)
    outputs.set("intercept", fit?.intercept, orAbsent: .notRepresentable)
    outputs.set("slope", fit?.slope, orAbsent: .notRepresentable)
    outputs.set("forwardFree", fit?.free, orAbsent: .notRepresentable)
    outputs.set("forwardUnitIntercept", fit?.unit, orAbsent: .notRepresentable)
    return outputs
  }

  private static func joined(_ fields: inout InputFields) throws(CalculationRefusal) -> Outputs {
    let first = TotalVariance.Node(
      years: fields.number(SurfaceField.firstYears),
      volatility: fields.number(SurfaceField.firstVolatility))
    let second = TotalVariance.Node(
      years: fields.number(SurfaceField.secondYears),
      volatility: fields.number(SurfaceField.secondVolatility))
    let years = fields.number(SurfaceField.targetYears)
    try fields.finish()
    let found = try CalculationRefusal.checking(SurfaceField.names) { () throws(PricingError) in
      try TotalVariance.between(first, second, years: years)
    }
    var outputs = Outputs()
    outputs.set("sigma", found.volatility, orAbsent: .notRepresentable)
    outputs.set("totalVariance", found.totalVariance)
    outputs.set("forwardVariance", found.forwardVariance)
    outputs.set("calendarOk", .bool(found.isOrdered))
    return outputs
  }
}

/// Even points from one end to the other, both included.
private struct SurfaceGrid {
  let points: [Double]

  /// Nil where the ends are out of order, the step is not above 0 or there would be too many.
  init?(from: Double, to: Double, step: Double) {
    guard from <= to, step > 0 else { return nil }
    let count = (to - from) / step
    guard count <= 100_000 else { return nil }
    points = (0...Int((count + 1e-9).rounded(.down))).map { from + Double($0) * step }
  }
}

extension InputFields {
  fileprivate mutating func refuseGrid(
    _ name: String, _ from: Double, _ to: Double, _ step: Double
  ) {
    refuse(
      name, seen: "\(from) to \(to) by \(step)",
      allowed: "gridFrom ≤ gridTo in at most 100,000 steps", fix: "write -1.5, 1.5 and 0.05")
  }

  /// Rows of strike, call, put and half-spread, in that order.
  fileprivate mutating func parityRows() -> [ParityForward.Pair] {
    let allowed = "rows [strike USD, call coin, put coin, half-spread coin > 0]"
    guard case .array(let rows)? = any("rows") else {
      refuse(
        "rows", seen: "no array", allowed: allowed, fix: "write [[60000, 0.05, 0.04, 0.001], …]")
      return []
    }
    var pairs: [ParityForward.Pair] = []
    for (place, row) in rows.enumerated() {
      guard case .array(let cells) = row, cells.count == 4 else {
        refuse("rows[\(place)]", seen: row.brief, allowed: allowed, fix: "write four numbers")
        continue
      }
      let numbers = cells.compactMap(\.number)
      guard numbers.count == 4, numbers[0] > 0, numbers[3] > 0 else {
        refuse("rows[\(place)]", seen: row.brief, allowed: allowed, fix: "write such numbers")
        continue
      }
      pairs.append(
        ParityForward.Pair(
          strike: numbers[0], call: numbers[1], put: numbers[2], halfSpread: numbers[3]))
    }
    return pairs
  }
}

private enum SurfaceField {
  static let a = NumberField("a", .finite, "level of total variance")
  static let b = NumberField("b", .nonNegative, "steepness of the wings")
  static let rho = NumberField("rho", .finite, "tilt, above -1 and below 1")
  static let m = NumberField("m", .finite, "place of the bend, ln(K/F)")
  static let sigma = NumberField("sigma", .positive, "width of the bend")
  static let years = NumberField("T", .positive, "years of 365 days", fallback: 1)
  static let moneyness = NumberField("k", .finite, "log-moneyness ln(K/F)")
  static let gridFrom = NumberField("gridFrom", .finite, "first k looked at", fallback: -1.5)
  static let gridTo = NumberField("gridTo", .finite, "last k looked at", fallback: 1.5)
  static let gridStep = NumberField("gridStep", .positive, "step in k", fallback: 0.05)
  static let eta = NumberField("eta", .positive, "level of the power law")
  static let gamma = NumberField("gamma", .probability, "exponent of the power law")
  static let theta1 = NumberField("theta1", .positive, "ATM total variance, earlier expiry")
  static let theta2 = NumberField("theta2", .positive, "ATM total variance, later expiry")
  static let calendarGrid = NumberField("calendarGrid", .finite, "from, to and step in k")
  static let firstYears = NumberField("T1", .positive, "years to the earlier expiry")
  static let secondYears = NumberField("T2", .positive, "years to the later expiry")
  static let targetYears = NumberField("T", .positive, "years asked for")
  static let firstVolatility = NumberField("sigma1", .nonNegative, "volatility, earlier expiry")
  static let secondVolatility = NumberField("sigma2", .nonNegative, "volatility, later expiry")

  /// By the names that the pricing module uses.
  static let names = ["first years": "T1", "second years": "T2", "years": "T"]
}
