import FulcrumModel
import FulcrumPricing
import FulcrumRisk

/// What a policy allows, for someone who has just written it.
package enum PolicyPreview {
  /// Target leverage of a new long perpetual without losses, at three volatilities in each regime.
  package static func text(_ book: PolicyBook, source: String) -> String {
    let ink = Ink(colour: false, unicode: true)
    var lines = [
      "\(source): good; defaults and \(book.rules.count) rule\(book.rules.count == 1 ? "" : "s")"
    ]
    for (place, rule) in book.rules.enumerated() {
      lines.append("Rule \(place + 1) is for \(rule.wanted)")
    }
    let least = OutlookEngine.leastReturns
    if book.windowFault(step: PriceSeries.day, source: source) != nil {
      lines.append(
        "The window is shorter than the \(least) days of a fit: prices must be of hours or less")
    }
    lines += [
      "Target of a new long perpetual without losses (maintenance 0.5 %), and what binds it:"
    ]
    var grid = TextGrid(
      columns: [.init("Volatility", unit: "% a year")]
        + RegimeLevel.allCases.map { .init($0.name, rightAligned: false) })
    for volatility in [0.3, 0.5, 0.8, 1.2] {
      let cells = RegimeLevel.allCases.map { cell(book.defaults, volatility, $0) }
      grid.rows.append(.cells([NumberText.volatility(volatility)] + cells, tone: .plain))
    }
    lines += grid.lines(width: 100, ink: ink)
    return lines.joined(separator: "\n") + "\n"
  }

  private static func cell(_ plan: PolicyPlan, _ volatility: Double, _ level: RegimeLevel) -> String
  {
    let target = try? LeverageTarget(
      plan.limits[level.rawValue],
      under: PolicyConditions(
        outlook: .init(
          volatility: volatility, drift: plan.drift.mean, driftError: plan.drift.error,
          shortfall: PolicyConditions.Outlook.shortfall(
            volatility: volatility, years: plan.shortfall.years, tail: plan.shortfall.tail,
            side: .down)),
        pool: .init(
          side: .down, equity: (1, 1), capitalAtRisk: 1, maintenanceRate: 0.005),
        regimeMultiplier: plan.multipliers[level.rawValue]))
    guard let target else { return "none" }
    return "\(NumberText.allowance(target.target)) \(target.binding.rawValue)"
  }
}
