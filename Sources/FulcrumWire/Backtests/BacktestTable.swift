import FulcrumModel
import FulcrumPricing
import FulcrumRisk

/// A backtest as text for a terminal.
package enum BacktestTable {
  package static func render(_ contents: BacktestContents, view: ReportView) -> String {
    var page = BacktestPage(contents: contents, view: view)
    return page.text()
  }
}

/// The numbers of one run as a reader sees them; table and page share them.
struct BacktestLine {
  let name: String
  let run: BacktestRun

  init(_ column: BacktestColumn) {
    name = column.name
    run = column.run
  }

  static func decimal(_ value: Double, _ places: Int) -> String {
    NumberText.decimal(value, places: places, .toNearestEven)
  }

  /// Of as many places as it has, eight at most.
  static func coins(_ quantity: Double) -> String {
    let places = (0..<8).first { place in
      let scaled = quantity * (0..<place).reduce(1) { power, _ in 10 * power }
      return abs(scaled - scaled.rounded()) <= 1e-9 * scaled
    }
    return decimal(quantity, places ?? 8)
  }

  var end: String { Self.decimal(run.finalEquity, 0) }
  var isRuined: Bool { run.finalEquity < 0.01 * run.capital }
  var growth: String? { run.growth.map { Self.decimal(100 * $0, 1) } }
  var change: String { Self.decimal(100 * (run.finalEquity / run.capital - 1), 1) }
  var drawdown: String { NumberText.decimal(100 * run.maxDrawdown, places: 1, .up) }
  var liquidations: String {
    let tally = run.tally
    return "\(tally.liquidations)"
      + (tally.partialLiquidations > 0 ? " (\(tally.partialLiquidations) in part)" : "")
  }
  var orders: String { "\(run.tally.orders)" }
  var turnover: String? { run.turnover.map { Self.decimal($0, 1) } }
  var fees: String { Self.decimal(run.tally.fees, 0) }
  var slippage: String { Self.decimal(run.tally.slippage, 0) }
  var funding: String { Self.decimal(run.tally.funding, 0) }
  var badDebt: String { NumberText.decimal(run.tally.badDebt, places: 0, .up) }
}

extension BacktestContents {
  /// Below a year a rate a year says more than there was.
  var isShort: Bool { (columns.first?.run.years ?? 0) < 364.0 / 365 }

  var windowTitle: String {
    let prices = rule.coin.map { "prices of \($0)" } ?? "these prices"
    return "days of bitcoin's great falls, on \(prices)"
  }

  var windowLegend: String {
    let worst = strategy.side == .down ? "lowest low" : "highest high"
    return
      "Each pool is opened at the start of the window with the whole capital; percent of it at "
      + "the end. Price: last close over first open. Worst: \(worst) over first open."
  }

  /// What the numbers rest on, in sentences.
  var assumptions: [String] {
    let costs = strategy.costs
    func basis(_ value: Double) -> String {
      NumberText.decimal(10_000 * value, places: 1, .toNearestEven)
    }
    let slippage = costs.slippage.map(basis).joined(separator: ", ")
    let days = market.outlooks.first?.measure.map { ", HAR's of \($0.words)" } ?? ""
    var sentences = [
      "Fees \(basis(costs.fee)) bp of notional, slippage \(slippage) bp in calm, normal and "
        + "stressed markets, liquidation fee \(basis(costs.liquidationFee)) bp, maintenance "
        + "\(NumberText.decimal(100 * strategy.maintenanceRate, places: 2, .up)) %. What the strategy "
        + "does not state is a default of \(BacktestDefaults.dated); slippage is assumed.",
      rule.sentence, stepRule,
      "Fits see the \(Int(settings.windowDays)) days behind them and are renewed every "
        + "\(Int(settings.refitDays)) days\(days); a decision at a bar's close is filled at the next open.",
      "Fixed leverages are restored when they leave a band of 10 % at the same evaluations, and "
        + "opened again with what a liquidation left. A pool below 1 % of its capital stays closed.",
    ]
    sentences.append(strategy.liquidationRule)
    sentences += columns.compactMap(idleness)
    if let unknown = stepsWithoutStates {
      sentences.append(
        "The regime follows the rougher of two hidden states; on \(unknown) of "
          + "\(market.outlooks.count) steps no fit stood and the regime stayed (normal at first).")
    }
    let bars = market.prices.bars.count
    if barsDone < bars {
      sentences.insert("Interrupted: \(barsDone) of \(bars) bars were run.", at: 0)
    }
    if market.funding.isEmpty {
      sentences.append("No funding file was given: funding is left out.")
    } else if let missing = columns.first?.run.timeWithoutFunding, missing >= 3_600_000 {
      let hours = NumberText.decimal(Double(missing) / 3_600_000, places: 0, .up)
      sentences.append("\(hours) hours have no funding rate; they cost none.")
    }
    if market.prices.bars.contains(where: { $0.bar.high > $0.bar.low }) == false {
      sentences.append(
        "The bars hold one price each: liquidations within a bar are not seen.")
    }
    return sentences
  }
}

extension BacktestContents {
  /// Why a pool never traded; nil where it did.
  private func idleness(_ column: BacktestColumn) -> String? {
    let run = column.run
    guard run.tally.orders == 0 else { return nil }
    let least = [
      "\(BacktestLine.coins(max(strategy.lot, strategy.leastQuantity))) coins",
      column.name == columns.first?.name && plan.pace.smallestOrder > 0
        ? "\(BacktestLine.decimal(plan.pace.smallestOrder, 0)) USD" : nil,
    ].compactMap(\.self).joined(separator: " and ")
    let reasons = PolicyDecision.Pause.allCases.compactMap { pause -> String? in
      guard let count = run.pauses[pause] else { return nil }
      switch pause {
      case .insideBand: return "\(count) times the target was no position"
      case .belowSmallestOrder:
        return "\(count) times what was wanted was below the smallest order (\(least))"
      case .awaitingConfirmation: return "\(count) times an increase awaited its confirmation"
      case .dwelling: return "\(count) times an increase had to dwell"
      }
    }
    return "\(column.name) never traded: "
      + (reasons.isEmpty
        ? "no volatility was known at any evaluation" : reasons.joined(separator: ", "))
      + "."
  }

  fileprivate var stepRule: String {
    let bars = market.prices.interval
    return step > bars
      ? "Models take steps of \(SpanText.of(step)) (volatility.step), known when they end."
      : "Models take the bars as their steps, of \(SpanText.of(step)) each."
  }

  /// Steps whose regime was to follow hidden states and could not; nil where it was not to.
  fileprivate var stepsWithoutStates: Int? {
    guard settings.regime.score == .hmm else { return nil }
    return market.outlooks.count { (try? $0.rough?.get()) == nil }
  }
}

extension BacktestStrategy {
  /// What a liquidation closes, in a sentence.
  fileprivate var liquidationRule: String {
    guard liquidation == .partial else { return "A liquidation closes the whole pool." }
    guard canCloseInPart else {
      return "A liquidation closes as much as is needed (partial), which here is always the whole "
        + "pool: its fee and slippage take more than the maintenance that closing a part frees."
    }
    let level = NumberText.decimal(
      100 * (1 + liquidationBuffer), places: 0, .toNearestEven)
    return "A liquidation closes as many lots as bring equity to \(level) % of maintenance."
  }
}

private struct BacktestPage {
  let contents: BacktestContents
  let width: Int
  let ink: Ink
  var lines: [String] = []

  init(contents: BacktestContents, view: ReportView) {
    self.contents = contents
    width = max(view.width, TablePage.narrowest)
    ink = Ink(colour: view.colour, unicode: view.unicode)
  }

  mutating func text() -> String {
    lines.append(ink.paint("FULCRUM  backtest", .heading))
    let bars = contents.market.prices.bars
    let side = contents.strategy.side == .down ? "long" : "short"
    if let first = bars.first, let last = bars.last {
      add(
        "\(side) perpetual, \(BacktestLine.decimal(contents.strategy.capital, 0)) USD, "
          + "\(first.opens) to \(last.opens), \(bars.count) bars", .plain)
    }
    addRuns()
    addWindows()
    lines.append("")
    for sentence in contents.assumptions { add(sentence, .quiet) }
    for issue in contents.issues { add(issue.description, .warning) }
    return lines.joined(separator: "\n") + "\n"
  }

  private mutating func add(_ text: String, _ tone: Tone) {
    lines += ink.folded(text, tone, width: width)
  }

  private mutating func addRuns() {
    lines.append("")
    var grid = TextGrid(columns: [
      .init("Pool", rightAligned: false), .init("End", unit: "USD"),
      contents.isShort
        ? .init("Change", unit: "% of capital") : .init("Growth", unit: "% a year, log"),
      .init("Drawdown", unit: "%"),
      .init("Liquidations"), .init("Orders", rank: 1), .init("Turnover", unit: "x a year"),
      .init("Fees", unit: "USD", rank: 2), .init("Slippage", unit: "USD", rank: 2),
      .init("Funding", unit: "USD", rank: 2), .init("Bad debt", unit: "USD", rank: 1),
    ])
    for column in contents.columns {
      let line = BacktestLine(column)
      grid.rows.append(
        .cells(
          [
            line.name, line.end, contents.isShort ? line.change : line.growth ?? "ruined",
            line.drawdown, line.liquidations,
            line.orders, line.turnover ?? ink.dash, line.fees, line.slippage, line.funding,
            line.badDebt,
          ], tone: line.isRuined ? .critical : .plain))
    }
    lines += grid.lines(width: width, ink: ink)
  }

  private mutating func addWindows() {
    guard !contents.windows.isEmpty else { return }
    lines.append("")
    lines.append(
      ink.paint("CRASHES: \(contents.windowTitle)", .heading))
    var grid = TextGrid(
      columns: [
        .init("Window", rightAligned: false), .init("Price", unit: "%"),
        .init("Worst", unit: "%"),
      ]
        + contents.columns.map {
          .init($0.name, unit: "% (liquidations)")
        })
    for window in contents.windows {
      let cells = window.runs.map { column in
        let line = BacktestLine(column)
        let count = column.run.tally.liquidations
        return line.change + (count > 0 ? " (\(count))" : "")
      }
      grid.rows.append(
        .cells(
          [
            window.window.name, BacktestLine.decimal(100 * window.priceChange, 1),
            BacktestLine.decimal(100 * window.priceWorst, 1),
          ] + cells, tone: .plain))
    }
    lines += grid.lines(width: width, ink: ink)
    add(contents.windowLegend, .quiet)
  }
}
