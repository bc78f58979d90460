internal import FulcrumPricing

/// What contradicts itself, or can only be a slip of the pen.
extension PolicyPlan {
  /// The largest volatility target or drift a year that is taken for meant: 500 %.
  static let largestYearly = 5.0

  /// Neither multipliers nor caps rise with stress.
  static func checkOrder(
    _ limits: [PolicyLimits], _ multipliers: [Double]
  ) throws(PolicyError) {
    for (place, level) in RegimeLevel.allCases.enumerated() {
      let field = "multipliers.\(level.name)"
      try require(
        multipliers[place] >= 0 && multipliers[place] <= 1, field, multipliers[place],
        "from 0 to 1")
      guard place > 0 else { continue }
      let calmer = RegimeLevel.allCases[place - 1].name
      guard multipliers[place] <= multipliers[place - 1] else {
        throw .contradiction(
          field: field, seen: "\(multipliers[place])",
          with: "multipliers.\(calmer), \(multipliers[place - 1])",
          allowed: "no larger than in a calmer market")
      }
      if let cap = limits[place].hardMax, let before = limits[place - 1].hardMax, cap > before {
        throw .contradiction(
          field: "caps.leverage.\(level.name)", seen: "\(cap)",
          with: "caps.leverage.\(calmer), \(before)",
          allowed: "no larger than in a calmer market")
      }
    }
  }

  /// Budgets of one regime against how orders are made.
  static func check(_ limits: PolicyLimits, _ conduct: Conduct) throws(PolicyError) {
    if let target = limits.volatilityTarget {
      try require(
        target <= largestYearly, "volatility-target", target, "at most 5, which is 500 % a year")
    }
    if limits.kelly != nil {
      try require(
        conduct.drift.mean.magnitude <= largestYearly, "kelly.drift", conduct.drift.mean,
        "between -5 and 5, which is 500 % a year")
    }
    guard let drawdown = limits.drawdown else { return }
    let width =
      switch conduct.band {
      case .fixed(let band): band
      case .fromCost(let cost):
        ResizeRule.bandFromCost(cost, leverage: drawdown.multiple * drawdown.limit)
      }
    // Inside the band a pool may stand at (1 + band) times its target when the gap comes.
    guard drawdown.multiple * (1 + width) * drawdown.gap <= 1 else {
      let most = (100 / ((1 + width) * drawdown.gap)).rounded(.down) / 100
      throw .contradiction(
        field: "drawdown.multiple", seen: "\(drawdown.multiple)",
        with: "a gap of \(percent(drawdown.gap)) at the upper edge of a band of \(percent(width))"
          + ", which would carry the pool through its floor",
        allowed: "at most \(most), or drawdown.gap smaller")
    }
  }

  static func check(_ conduct: Conduct) throws(PolicyError) {
    switch conduct.band {
    case .fixed(let band):
      try require(band >= 0 && band < 1, "band", band, "0 or more and below 1")
    case .fromCost(let cost): try require(cost >= 0, "band cost", cost, "0 or more")
    }
    if let risk = conduct.riskBudget {
      try require(risk > 0 && risk <= 1, "risk-budget", risk, "above 0, at most 1")
    }
    if let largest = conduct.largestNotional {
      try require(largest > 0, "largest-notional", largest, "above 0")
    }
  }

  private static func percent(_ share: Double) -> String {
    "\((share * 1000).rounded() / 10) %"
  }
}
