import FulcrumModel
import FulcrumPricing
import FulcrumRisk

/// Targets and orders as text for a terminal.
package enum TargetTable {
  package static func render(_ contents: TargetContents, view: ReportView) -> String {
    let width = max(view.width, TablePage.narrowest)
    let ink = Ink(colour: view.colour, unicode: view.unicode)
    var lines = [ink.paint("FULCRUM  target leverage", .heading)]
    func add(_ text: String, _ tone: Tone, indent: Int = 0) {
      lines += ink.folded(text, tone, width: width, indent: indent)
    }
    let outlook = contents.outlook
    add(
      "As of \(contents.asOf)\(ink.separator)\(contents.coin) \(outlook.level.name)"
        + "\(ink.separator)volatility \(NumberText.volatility(outlook.volatility)) % a year, known "
        + "at \(outlook.asOf)", .plain)
    var grid = TextGrid(columns: [
      .init("Pool", rightAligned: false, shortest: 12), .init("Leverage"), .init("Target"),
      .init("Bound by", rightAligned: false), .init("Band", rightAligned: false, rank: 1),
      .init("Action", rightAligned: false),
    ])
    for row in contents.rows { grid.rows.append(line(row.pool, ink)) }
    lines.append("")
    lines += grid.lines(width: width, ink: ink)
    for row in contents.rows {
      lines.append("")
      add(row.pool.id, .heading)
      for reason in TargetWords.reasons(row) { add(reason, .plain, indent: 2) }
      if row.pool.orders.count > 1 {
        for order in row.pool.orders { add(TargetWords.order(order), .plain, indent: 2) }
      }
    }
    if !contents.hasState {
      lines.append("")
      add(
        "Without --state nothing is remembered: no confirmation, no dwell, no smoothing, and the "
          + "high-water mark is today's equity.", .quiet)
    }
    if !contents.issues.isEmpty { lines.append("") }
    for issue in contents.issues { add(issue.description, .warning) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func line(_ pool: SteeredPool, _ ink: Ink) -> TextGrid.Row {
    let action = TargetWords.shortAction(pool)
    switch pool.method {
    case .notSteered:
      return .cells(
        [ink.safe(pool.id), ink.dash, ink.dash, ink.dash, ink.dash, action], tone: .quiet)
    case .leverage(let decision):
      let target = decision.target.target
      let half = decision.rule.band * target
      let band =
        NumberText.leverage(target - half) + " - " + NumberText.leverage(target + half)
      return .cells(
        [
          ink.safe(pool.id), NumberText.leverage(decision.question.leverage),
          NumberText.leverage(target), decision.target.binding.rawValue, band, action,
        ], tone: decision.resize.isBreach ? .critical : .plain)
    case .moneyAtRisk(let target, _):
      let half = (pool.band ?? 0) * target.target
      return .cells(
        [
          ink.safe(pool.id), TargetWords.money(pool.measures?.capitalAtRiskUsd ?? 0) + " USD",
          TargetWords.money(target.target) + " USD", "risk budget",
          TargetWords.money(target.target - half) + " - "
            + TargetWords.money(target.target + half), action,
        ], tone: target.isBreach ? .critical : .plain)
    }
  }
}
