import FulcrumModel
import FulcrumRisk

/// Ways back as text, the best first, before and after side by side.
package enum HedgeTable {
  package static func render(_ contents: HedgeContents, view: ReportView) -> String {
    var page = HedgePage(
      contents: contents, ink: Ink(colour: view.colour, unicode: view.unicode),
      width: max(view.width, TablePage.narrowest))
    return page.text()
  }
}

struct HedgePage {
  let contents: HedgeContents
  let ink: Ink
  let width: Int
  var lines: [String] = []

  var plan: HedgePlan { contents.plan }
  var unit: String { contents.pool.currency.code }

  mutating func text() -> String {
    lines.append(ink.paint("FULCRUM  ways back", .heading))
    let strategy = contents.pool.strategy.map { ": \($0)" } ?? ""
    add("\(contents.pool.id)\(strategy)", .heading)
    add("As of \(contents.asOf)\(ink.separator)engine \(contents.provenance.engineVersion)", .quiet)
    add("Target: \(target). \(contents.listed) listed contracts of this coin and settlement.")
    addNeutralCounts()
    addAnswer()
    addComparison()
    for (rank, proposal) in plan.proposals.enumerated() { add(proposal, rank: rank + 1) }
    addRefusals()
    add(
      "Below and above: the nearest liquidation prices now, in 1 and 3 days and at the last expiry, at "
        + "volatilities from -20 to +50 %; \"at index\" where one of these needs no move of the price.",
      .quiet)
    add(assumptions, .quiet)
    for issue in contents.issues { add(issue.description, .warning) }
    return lines.joined(separator: "\n") + "\n"
  }

  private mutating func add(_ text: String, _ tone: Tone = .plain, indent: Int = 0) {
    lines += ink.folded(text, tone, width: width, indent: indent)
  }

  private var target: String {
    switch contents.request.target {
    case .leverage(let limit): return "leverage of \(NumberText.leverage(limit)) at most"
    case .maxLoss(let limit): return "maximum loss of \(money(limit, .down)) \(unit) at most"
    case .neutral(let kinds):
      let names = HedgeExposure.allCases.filter { kinds.contains($0) }.map { kind in
        let left = plan.tolerances[kind] ?? 0
        return "\(kind.rawValue) within \(NumberText.threeDigits(left)) USD\(kind.unit)"
      }
      return names.joined(separator: ", ")
    }
  }

  /// A coin pool's profit is in coins, and so is the delta that is taken out.
  private mutating func addNeutralCounts() {
    guard let counts = plan.neutralCounts else { return }
    func order(_ contracts: Double) -> String {
      contracts == 0
        ? "no contract"
        : "\(contracts > 0 ? "buy" : "sell") \(HedgeNumber.text(contracts.magnitude))"
    }
    add(
      "Of \(counts.instrument): \(order(counts.coin)) for a value in \(unit) that does not move "
        + "(delta), \(order(counts.usd)) for one in USD (usd-delta).")
  }

  private mutating func addAnswer() {
    if plan.isThere { return add("The pool is there already; nothing is to be done.") }
    if contents.isReachable { return }
    add("NO WAY REACHES THE TARGET with what the market lists; what stands in the way:", .critical)
  }

  // MARK: Comparison

  private mutating func addComparison() {
    lines.append("")
    var grid = TextGrid(columns: [
      .init("", rightAligned: false), .init("Way", rightAligned: false, shortest: 12),
      .init("Cost", unit: unit), .init("Leverage"), .init("on equity", rank: 3),
      .init("Stress", rank: 3),
      .init("Max loss", unit: unit), .init("Margin", unit: unit, rank: 1),
      .init("Below", unit: "USD"), .init("Above", unit: "USD"),
      .init("\(ink.sigma) a day", unit: "USD", rank: 2),
      .init("Risk left", unit: "% of variance", rank: 2),
    ])
    grid.rows.append(.cells(["", "as it stands", ""] + cells(plan.before) + [""], tone: .heading))
    for (rank, proposal) in plan.proposals.enumerated() {
      grid.rows.append(
        .cells(
          ["\(rank + 1)", name(proposal), money(proposal.cost, .up)] + cells(proposal.after)
            + [remaining(proposal.after)],
          tone: proposal.isReached ? .plain : .quiet))
    }
    lines += grid.lines(width: width, ink: ink)
    let states = [plan.before] + plan.proposals.map(\.after)
    if let reason = states.lazy.compactMap(\.maxLoss.absence).first {
      add("Max loss unknown: \(reason.explanation). Capital at risk is then all of equity.", .quiet)
    }
    if !grid.leftOut.isEmpty {
      add("Left out for width: \(grid.leftOut.joined(separator: ", ")).", .quiet)
    }
  }

  private func name(_ proposal: HedgeProposal) -> String {
    (proposal.isReached ? "" : "short: ") + proposal.way.explanation
  }

  private func cells(_ state: HedgeState) -> [String] {
    [
      leverage(state.deltaLeverage), leverage(state.leverageOnEquity),
      leverage(state.stressMultiple), loss(state.maxLoss),
      money(state.initialMargin, .up),
      liquidation(state, \.below, state.liquidationBelow, .up),
      liquidation(state, \.above, state.liquidationAbove, .down),
      NumberText.decimal(state.dailyDeviation, places: 0, .up),
    ]
  }

  /// The nearest price of the cone; "now" where it needs none.
  private func liquidation(
    _ state: HedgeState, _ side: KeyPath<LiquidationSurface, LiquidationSurface.Nearest?>,
    _ today: Double?, _ rounding: Rounding
  ) -> String {
    guard !state.isLiquidable else { return "now" }
    // The nearest of all: no move is needed at some time or volatility of the cone.
    guard state.cone?.liquidableAtIndex == nil else { return "at index" }
    let price = state.cone.map { $0[keyPath: side]?.price } ?? today
    return price.map { NumberText.price($0, rounding) } ?? "none"
  }

  /// Which time and volatility the nearest prices are of.
  private func cone(_ state: HedgeState) -> String? {
    guard !state.isLiquidable, let cone = state.cone else { return nil }
    func side(
      _ name: String, _ nearest: LiquidationSurface.Nearest?, _ today: Double?,
      _ rounding: Rounding
    ) -> [String] {
      // Today's own price, or one as good as that, needs no word.
      guard let nearest, (nearest.price - (today ?? 0)).magnitude > 1e-3 * nearest.price else {
        return []
      }
      return ["\(name) \(NumberText.price(nearest.price, rounding)) \(nearest.node)"]
    }
    let sides =
      side("below", cone.below, state.liquidationBelow, .up)
      + side("above", cone.above, state.liquidationAbove, .down)
    let index = cone.liquidableAtIndex.map { ["at today's price \($0)"] } ?? []
    let said = index + sides
    return said.isEmpty ? nil : "liquidation: " + said.joined(separator: ", ")
  }

  private func remaining(_ after: HedgeState) -> String {
    let (old, new) = (plan.before.dailyDeviation, after.dailyDeviation)
    guard old > 0 else { return ink.dash }
    return NumberText.decimal(100 * new * new / (old * old), places: 1, .up)
  }

  private func leverage(_ measure: Measure) -> String {
    switch measure {
    case .value(let value): NumberText.leverage(value)
    case .positiveInfinity, .negativeInfinity: "unbounded"
    case .absent: ink.dash
    }
  }

  private func loss(_ measure: Measure) -> String {
    switch measure {
    case .value(let value): money(value, .up)
    // What a way takes the bound off is said in its own row.
    case .positiveInfinity, .negativeInfinity:
      plan.before.maxLoss.finite == nil ? "unbounded" : "now unbounded"
    case .absent: plan.before.maxLoss.finite == nil ? "unknown" : "now unknown"
    }
  }

  private func money(
    _ amount: Double, _ rounding: Rounding, signed: Bool = false
  ) -> String {
    NumberText.decimal(
      amount, places: contents.pool.currency.isDollar ? 2 : 6, rounding, signed: signed)
  }

  // MARK: Each way

  private mutating func add(_ proposal: HedgeProposal, rank: Int) {
    lines.append("")
    add("\(rank). \(proposal.way.explanation)", .heading)
    for trade in proposal.trades {
      add("\(order(trade)) \(trade.instrument.name)", .plain, indent: 3)
      add(depth(trade), .quiet, indent: 5)
    }
    if proposal.cashAdded > 0 {
      add("pay in \(money(proposal.cashAdded, .up)) \(unit)", .plain, indent: 3)
    }
    let margin = proposal.after.initialMargin - plan.before.initialMargin
    add(
      "cost: spread \(money(proposal.spread, .up)), fees \(money(proposal.fees, .up)), capital "
        + "\(money(proposal.capitalCost, .up)) \(unit)"
        + (proposal.isQuoted ? "" : " (a side without a quote: half-spread assumed)")
        + premium(proposal.premium) + risk(proposal.riskCharge)
        + "; initial margin \(money(margin, .up, signed: true)) \(unit)",
      .quiet, indent: 3)
    add(exposures(proposal.after), .quiet, indent: 3)
    if let cone = cone(proposal.after) { add(cone, .quiet, indent: 3) }
    for worse in proposal.worsened { add("New risk: \(worse).", .warning, indent: 3) }
    if let shortfall = proposal.shortfall { add("Falls short: \(shortfall).", .warning, indent: 3) }
    for obstacle in proposal.obstacles {
      let limit = obstacle.limit.rawValue
      let said = obstacle.explanation
      // What is short of the target for one reason alone is not said twice.
      guard proposal.shortfall != said else { continue }
      add("In the way, \(limit): \(said).", .warning, indent: 3)
    }
  }

  private func premium(_ paid: Double) -> String {
    guard paid != 0 else { return "" }
    return "; premium \(paid > 0 ? "paid" : "received") \(money(paid.magnitude, .up)) \(unit)"
  }

  private func risk(_ charge: Double) -> String {
    guard contents.request.riskAversion > 0 else { return "" }
    return "; risk left charged \(money(charge, .up)) \(unit)"
  }

  private func order(_ trade: HedgeTrade) -> String {
    let lots = (trade.contracts / trade.instrument.lot).magnitude.rounded()
    let verb = trade.contracts > 0 ? "buy" : "sell"
    let contracts = HedgeNumber.text(trade.contracts.magnitude)
    let count = NumberText.decimal(lots, places: 0, .toNearestEven)
    let step =
      trade.instrument.isLotStated
      ? "" : " of \(HedgeNumber.text(trade.instrument.lot)), which is assumed"
    return "\(verb) \(contracts) contracts (\(count) lots\(step)) of"
  }

  /// What bounds the order.
  private func depth(_ trade: HedgeTrade) -> String {
    let depth = trade.instrument.depth
    let (most, source) =
      trade.contracts > 0 ? (depth.buy, depth.buySource) : (depth.sell, depth.sellSource)
    return most.isFinite ? "at most \(HedgeNumber.text(most)): \(source)" : source
  }

  private func exposures(_ state: HedgeState) -> String {
    func text(_ value: Double) -> String {
      NumberText.decimal(value, places: 0, .toNearestEven, signed: true)
    }
    let value =
      contents.pool.currency.isDollar ? "" : " in coins (\(text(state.usdDelta)) in USD)"
    return
      "left: delta \(text(state.profitDelta)) USD\(value), gamma \(text(state.gammaCash / 100)) USD per 1 %, "
      + "vega \(text(state.vega30CashPerPoint)) USD per point of 30 days\(buckets(state)), theta \(text(state.thetaCashPerDay)) USD a day, basis \(basis(state)); "
      + "worst of \(HedgeScenarios.count) scenarios loses \(money(state.scenarioLoss, .up)) \(unit)"
  }

  /// What a day's basis is taken to do.
  private func basis(_ state: HedgeState) -> String {
    guard contents.request.basisDeviation > 0 else { return "left out" }
    let size = NumberText.decimal(state.deviation.basis, places: 0, .up)
    return "±\(size) USD a day"
  }

  /// Vega by expiry where there are several, each of its own volatility.
  private func buckets(_ state: HedgeState) -> String {
    guard state.vegaByExpiry.count > 1 else { return "" }
    let each = state.vegaByExpiry.map { bucket in
      let days = NumberText.decimal(bucket.years * 365, places: 0, .toNearestEven)
      let vega = NumberText.decimal(
        bucket.vegaCashPerPoint, places: 0, .toNearestEven, signed: true)
      return "\(vega) of \(days) days"
    }
    return " (\(each.joined(separator: ", ")))"
  }

  private mutating func addRefusals() {
    guard !plan.refusals.isEmpty else { return }
    lines.append("")
    add("NOT FOR THIS POOL OR TARGET", .heading)
    for refusal in plan.refusals {
      add("\(refusal.way.explanation): \(refusal.reason)", .quiet, indent: 2)
    }
  }
}

extension HedgeExposure {
  /// After "USD".
  fileprivate var unit: String {
    switch self {
    case .delta, .usdDelta: ""
    case .gamma: " per 1 %"
    case .vega: " per point of 30 days"
    }
  }
}
