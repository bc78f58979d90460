import FulcrumModel
import FulcrumPricing
import FulcrumRisk

/// The words of a decision; table, JSON and log share them.
enum TargetWords {
  static func action(_ pool: SteeredPool) -> String {
    if pool.orders.isEmpty {
      if case .notSteered = pool.method { return "not steered" }
      return "no action"
    }
    return pool.orders.map(order).joined(separator: ", ")
  }

  /// The action in the room of a column: several legs are told as units of the strategy.
  static func shortAction(_ pool: SteeredPool) -> String {
    guard pool.orders.count > 1, let unit = pool.unit, let order = pool.orders.first,
      let leg = unit.legs.first(where: { $0.instrument == order.instrument })
    else { return action(pool) }
    let units = order.lots / leg.lotsPerUnit
    return units < 0
      ? "close \(-units) of \(unit.open) units, reduce-only"
      : "add \(units) to \(unit.open) units"
  }

  /// `sell 3 lots (0.3) BTC-PERPETUAL, reduce-only`.
  static func order(_ order: SteeringOrder) -> String {
    let lots = order.lots.magnitude
    let contracts = Double(lots) * order.instrument.lot.doubleValue
    let size = NumberText.decimal(
      contracts, places: contracts == contracts.rounded() ? 0 : 4, .toNearestEven)
    return (order.lots > 0 ? "buy" : "sell") + " \(lots) lot\(lots == 1 ? "" : "s") (\(size)) "
      + "\(order.instrument.id)" + (order.isReduceOnly ? " reduce-only" : "")
  }

  static func reasons(_ row: TargetContents.Row) -> [String] {
    let rule = row.rule.map { "rule \($0) of the policy" } ?? "defaults of the policy"
    switch row.pool.method {
    case .notSteered(let reason): return [reason]
    case .leverage(let decision): return [rule] + leverage(decision)
    case .moneyAtRisk(let target, let budget):
      return [
        rule,
        "leverage does not change with size here, so money at risk is steered: capital at risk is "
          + "the maximum loss",
        "worst loss of the stress grid may be \(money(budget)) USD, so capital at risk "
          + "\(money(target.target)) USD; it is \(money(row.pool.measures?.capitalAtRiskUsd ?? 0))",
        target.isInsideBand
          ? "inside the band"
          : target.units < 0
            ? "above the band"
            : row.pool.orders.isEmpty ? "below the budget, which is not filled" : "below the band",
      ]
    }
  }

  private static func leverage(_ decision: PolicyDecision) -> [String] {
    let conditions = decision.conditions
    var reasons = [
      "volatility \(NumberText.volatility(conditions.outlook.volatility)) %, regime "
        + "\(decision.level.name), budgets × \(number(conditions.regimeMultiplier))",
      decision.target.terms.map { term in
        "\(term.constraint.rawValue) \(NumberText.leverage(term.leverage))"
          + (term.constraint.isSoft ? "" : " (cap)")
      }.joined(separator: ", "),
      "target \(NumberText.leverage(decision.target.target)), bound by "
        + "\(decision.target.binding.rawValue); leverage is "
        + NumberText.leverage(decision.question.leverage),
    ]
    if decision.resize.isBreach {
      reasons.append(
        "above a cap: back to \(NumberText.leverage(decision.resize.newLeverage)) at once")
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

  static func number(_ value: Double) -> String {
    NumberText.decimal(value, places: 2, .toNearestEven)
  }
}
