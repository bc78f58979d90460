import FulcrumModel
import FulcrumPricing
import FulcrumRisk

/// The words of a decision; table, JSON and log share them.
enum TargetWords {
  static func action(_ pool: SteeredPool) -> String {
    if pool.orders.isEmpty {
      if case .notSteered = pool.method { return "not steered" }
    }
    return action(pool.orders.map(order))
  }

  static func action(_ orders: [String]) -> String {
    orders.isEmpty ? "no action" : orders.joined(separator: ", ")
  }

  /// The action in one line: several legs are told as units of the strategy.
  static func shortAction(_ pool: SteeredPool) -> String {
    guard pool.orders.count > 1, let unit = pool.unit, let order = pool.orders.first,
      let leg = unit.legs.first(where: { $0.instrument == order.instrument })
    else { return action(pool) }
    let units = order.lots / leg.lotsPerUnit
    return units < 0
      ? "close \(-units) of \(unit.open) units, reduce-only"
      : "add \(units) to \(unit.open) units"
  }

  static func order(_ order: SteeringOrder) -> String {
    self.order(
      order.lots, of: order.instrument.lot.doubleValue, "\(order.instrument.id)",
      isReduceOnly: order.isReduceOnly)
  }

  /// `sell 3 lots (0.3) BTC-PERPETUAL reduce-only`.
  static func order(
    _ signed: Int64, of lot: Double, _ instrument: String, isReduceOnly: Bool
  ) -> String {
    let lots = signed.magnitude
    let contracts = Double(lots) * lot
    let size = NumberText.decimal(
      contracts, places: contracts == contracts.rounded() ? 0 : 4, .toNearestEven)
    return (signed > 0 ? "buy" : "sell") + " \(lots) lot\(lots == 1 ? "" : "s") (\(size)) "
      + instrument + (isReduceOnly ? " reduce-only" : "")
  }

  static func reasons(_ row: TargetContents.Row, _ outlook: MarketOutlook) -> [String] {
    let rule =
      row.rule.map { "rule \($0.number) of the policy, for \($0.wanted)" }
      ?? "defaults of the policy"
    switch row.pool.method {
    case .notSteered(let reason): return [reason]
    case .leverage(let decision):
      return [rule, forecast(outlook, taken: decision.conditions.outlook.volatility)]
        + leverage(decision)
    case .moneyAtRisk(let target, let money): return [rule] + self.money(row, target, money)
    }
  }

  private static func money(
    _ row: TargetContents.Row, _ target: MoneyAtRiskTarget, _ allowed: Double
  ) -> [String] {
    let half = (row.pool.band ?? 0) * target.target
    let (place, edge) =
      target.isInsideBand
      ? ("inside", "")
      : target.units < 0
        ? ("above", "")
        : ("below", row.pool.orders.isEmpty ? ": the budget is not filled" : "")
    return [
      "leverage does not change with size here, so money at risk is steered: capital at risk is "
        + "the maximum loss",
      "worst loss of the stress grid may be \(budget(allowed)) USD, so capital at risk "
        + "\(budget(target.target)) USD; it is \(money(row.pool.measures?.capitalAtRiskUsd ?? 0))",
      "\(place) the band of \(budget(target.target - half)) to \(budget(target.target + half)) USD"
        + edge,
    ]
  }

  private static func leverage(_ decision: PolicyDecision) -> [String] {
    let conditions = decision.conditions
    let resize = decision.resize
    var reasons = [
      "regime \(decision.level.name), budgets × \(number(conditions.regimeMultiplier))",
      decision.target.terms.map { term in
        "\(term.constraint.rawValue) \(NumberText.allowance(term.leverage))"
          + (term.constraint.isSoft ? "" : " (cap)")
      }.joined(separator: ", "),
      "target \(NumberText.allowance(decision.target.target)), bound by "
        + "\(decision.target.binding.rawValue); band \(NumberText.allowance(resize.bandLow)) to "
        + "\(NumberText.allowance(resize.bandHigh)); leverage is "
        + NumberText.leverage(decision.question.leverage),
    ]
    if decision.resize.isBreach {
      reasons.append(
        "above a cap: back to \(NumberText.allowance(decision.resize.newLeverage)) at once")
    }
    let unmade = decision.before.unmadeIncrease(
      openSize: decision.question.openSize, at: decision.question.at)
    if let unmade, decision.resize.quantity > 0 {
      reasons.append("the increase ordered at \(unmade) was not made, and stands")
    }
    if case .none(let pause) = decision.action { reasons.append(words(pause)) }
    return reasons
  }

  static func words(_ pause: PolicyDecision.Pause) -> String {
    switch pause {
    case .insideBand: "inside the no-trade band"
    case .belowSmallestOrder: "the order would be smaller than the smallest"
    case .awaitingConfirmation: "an increase waits for its next evaluation"
    case .dwelling: "an increase waits for the dwell after the last one"
    }
  }

  static func money(_ value: Double) -> String {
    NumberText.decimal(value, places: 2, .toNearestEven)
  }

  /// Money that may be at risk, rounded down.
  static func budget(_ value: Double) -> String {
    NumberText.decimal(max(0, value), places: 2, .down)
  }

  static func number(_ value: Double) -> String {
    NumberText.decimal(value, places: 2, .toNearestEven)
  }
}
