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
    for grid in [byLeverage(contents, ink), byMoney(contents, ink)] where !grid.rows.isEmpty {
      var grid = grid
      lines.append("")
      lines += grid.lines(width: width, ink: ink)
    }
    for row in contents.rows {
      lines.append("")
      add(row.pool.id, .heading)
      add(TargetWords.shortAction(row.pool), tone(row.pool), indent: 2)
      if row.pool.orders.count > 1 {
        for order in row.pool.orders { add(TargetWords.order(order), .plain, indent: 4) }
      }
      for reason in TargetWords.reasons(row, contents.outlook) { add(reason, .quiet, indent: 2) }
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

  private static func byLeverage(_ contents: TargetContents, _ ink: Ink) -> TextGrid {
    var grid = TextGrid(columns: [
      .init("Pool", rightAligned: false, shortest: 12), .init("Leverage"), .init("Target"),
      .init("Band"), .init("Bound by", rightAligned: false),
    ])
    for row in contents.rows {
      guard case .leverage(let decision) = row.pool.method else { continue }
      let resize = decision.resize
      grid.rows.append(
        .cells(
          [
            ink.safe(row.pool.id), NumberText.leverage(decision.question.leverage),
            NumberText.allowance(decision.target.target),
            NumberText.allowance(resize.bandLow) + " - " + NumberText.allowance(resize.bandHigh),
            decision.target.binding.rawValue,
          ], tone: tone(row.pool)))
    }
    return grid
  }

  /// Money, not leverage: a table of its own, in its own unit.
  private static func byMoney(_ contents: TargetContents, _ ink: Ink) -> TextGrid {
    var grid = TextGrid(columns: [
      .init("Pool", rightAligned: false, shortest: 12), .init("At risk", unit: "USD"),
      .init("Target", unit: "USD"), .init("Band", unit: "USD"),
      .init("Bound by", rightAligned: false),
    ])
    for row in contents.rows {
      guard case .moneyAtRisk(let target, _) = row.pool.method else { continue }
      let half = (row.pool.band ?? 0) * target.target
      grid.rows.append(
        .cells(
          [
            ink.safe(row.pool.id), TargetWords.money(row.pool.measures?.capitalAtRiskUsd ?? 0),
            TargetWords.budget(target.target),
            TargetWords.budget(target.target - half) + " - "
              + TargetWords.budget(target.target + half), "risk budget",
          ], tone: tone(row.pool)))
    }
    return grid
  }

  private static func tone(_ pool: SteeredPool) -> Tone {
    switch pool.method {
    case .notSteered: .quiet
    case .leverage(let decision): decision.resize.isBreach ? .critical : .plain
    case .moneyAtRisk(let target, _): target.isBreach ? .critical : .plain
    }
  }
}
