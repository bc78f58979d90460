package import FulcrumLedger
import FulcrumModel
import FulcrumRisk

/// Pools of a ledger as text for a terminal, within 120 columns.
package struct LedgerPage {
  let ink: Ink
  let width: Int
  private var notes = Footnotes()
  var lines: [String] = []

  package init(unicode: Bool = true, colour: Bool = false, width: Int = 120) {
    ink = Ink(colour: colour, unicode: unicode)
    self.width = width
  }

  /// The page so far, notes at its end.
  package mutating func text() -> String {
    if !notes.texts.isEmpty {
      lines.append("")
      for (place, note) in notes.texts.enumerated() {
        fold("[\(place + 1)] \(note)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  package mutating func say(_ text: String) { lines.append(ink.safe(text)) }

  // MARK: Pools

  /// What a page of pools is seen through: the market and the last event.
  package mutating func header(_ scene: LedgerScene) {
    let marked = scene.ledger.marketAsOf.map { "marked \($0)" } ?? "never marked"
    let market =
      scene.board.map { "market \($0.asOf)\(ink.separator)rule \($0.ruleSet)" }
      ?? "no market given: balances alone"
    lines.append("Event \(scene.ledger.sequence)\(ink.separator)\(marked)\(ink.separator)\(market)")
    for verdict in scene.prices { fold("Price \(verdict.line)") }
  }

  /// Pools by currency, those nearest to their end first.
  package mutating func pools(_ states: [PoolState]) {
    var assets: [Asset] = []
    for state in states where !assets.contains(state.asset) { assets.append(state.asset) }
    for asset in assets.sorted(by: { $0.code < $1.code }) {
      let group = states.filter { $0.asset == asset }
      lines.append("")
      lines.append(ink.paint("POOLS in \(asset)", .heading))
      var grid = TextGrid(columns: [
        .init("", rightAligned: false),
        .init("Pool", rightAligned: false, shortest: 14),
        .init("Owner", rightAligned: false, shortest: 8, rank: 3),
        .init("Phase", rightAligned: false),
        .init("Leverage", unit: "x CaR"),
        .init("Collateral", unit: asset.code, rank: 2),
        .init("Equity", unit: asset.code),
        .init("Maintenance", unit: asset.code, rank: 1),
        .init("Free", unit: asset.code),
        .init("Below", unit: "USD"), .init("Above", unit: "USD"),
      ])
      for state in group { row(state, &grid) }
      lines += grid.lines(width: width, ink: ink)
      for state in group { remarks(state) }
    }
  }

  private mutating func row(_ state: PoolState, _ grid: inout TextGrid) {
    let health = state.valued
    let alert = alert(state)
    let sides = liquidation(state)
    func amount(_ units: Int128?, _ rounding: Rounding = .down) -> Shown {
      units.map { Shown(ExactText.amount($0, state.asset, rounding)) }
        ?? .absent(state.fault ?? "not known")
    }
    grid.rows.append(
      .cells(
        [
          alert.mark, ink.safe(state.name), ink.safe(state.owner), state.phaseText,
          leverage(state), ExactText.amount(state.pool.collateral, state.asset),
          cell(amount(health?.equity)), cell(amount(health?.maintenance, .up)),
          cell(amount(state.free)), cell(sides.below), cell(sides.above),
        ], tone: alert == .critical ? .critical : (alert == .warning ? .warning : .plain)))
  }

  private func alert(_ state: PoolState) -> Alert {
    switch state.pool.phase {
    case .liquidating, .bankrupt: return .critical
    case .warning: return .warning
    case .empty, .open, .closed: break
    }
    if state.pool.freeze != nil { return .warning }
    return state.report.map(Alert.init) ?? .none
  }

  private mutating func leverage(_ state: PoolState) -> String {
    if state.legs.isEmpty { return "flat" }
    guard let report = state.report else {
      return cell(.absent(state.fault ?? "not valued"))
    }
    let line = PoolLine(report, view: ReportView(unicode: ink.unicode), basis: .capitalAtRisk)
    return cell(line.leverage, prefix: ink.arrow(line.direction) + " ")
  }

  private func liquidation(_ state: PoolState) -> (below: Shown, above: Shown) {
    guard let report = state.report else {
      let reason: Shown = state.legs.isEmpty ? .blank : .absent(state.fault ?? "not valued")
      return (reason, reason)
    }
    let sides = LiquidationLine.lines(of: report)
    guard sides.count == 1, let side = sides.first else {
      let several = Shown.absent("several coins: show the pool for each")
      return (several, several)
    }
    return (side.below.price, side.above.price)
  }

  // MARK: One pool

  /// Everything about one pool: a row for each quantity with what it means, then its legs.
  package mutating func pool(_ state: PoolState) {
    lines.append("")
    let terms = state.pool.terms
    lines.append(
      ink.paint(
        ink.safe(
          "POOL \(state.name)  \(state.roleText) of \(state.owner) in \(state.asset), "
            + "\(state.phaseText), opened \(state.pool.opened)"), .heading))
    if let words = state.freezeWords { fold(words) }
    var grid = TextGrid(columns: [
      .init("", rightAligned: false), .init("", rightAligned: true),
      .init("", rightAligned: false, shortest: 20),
    ])
    for row in rows(state) { grid.rows.append(.cells(row, tone: .plain)) }
    if case .backstop(let lossCap) = terms.role {
      grid.rows.append(
        .cells(
          [
            "Loss cap", ExactText.amount(lossCap, state.asset),
            "the most it may lose, and that is paid in",
          ],
          tone: .plain))
    }
    lines += grid.lines(width: width, ink: ink).dropFirst(2)
    pledges(state)
    legs(state)
  }

  private mutating func rows(_ state: PoolState) -> [[String]] {
    var rows = quantities(state)
    for side in state.report.map(LiquidationLine.lines) ?? [] {
      let coin = side.underlying?.description ?? ""
      rows.append(["Index of \(coin)", cell(side.index), "USD"])
      rows.append(["Liquidation below", cell(side.below.price), remark(side.below, "-")])
      rows.append(["Liquidation above", cell(side.above.price), remark(side.above, "+")])
    }
    let pool = state.pool
    for (name, amount, meaning) in [
      ("Paid in", pool.paidIn, "from the owner's wallet, over its life"),
      ("Paid out", pool.paidOut, "to the owner's wallet"),
      ("Realised", pool.realised, "profit settled into the collateral"),
      ("Funding", pool.funding, "received (+) or paid (-)"),
      ("Charges", pool.charges, "fees and interest paid"),
    ] where amount != 0 {
      rows.append([name, ExactText.amount(amount, state.asset), meaning])
    }
    return rows
  }

  private func remark(_ side: LiquidationSide, _ sign: String) -> String {
    guard side.price.state == .number else { return "" }
    return "USD, \(sign)\(side.distance.text) %"
      + (side.sigmas.state == .number ? ", \(side.sigmas.text) \(ink.sigma)-days" : "")
  }

  /// Name, amount and meaning of what a pool comes down to.
  private mutating func quantities(_ state: PoolState) -> [[String]] {
    let unit = state.asset.code
    let health = state.valued
    func shown(_ units: Int128?, _ rounding: Rounding = .down) -> Shown {
      units.map { Shown(ExactText.amount($0, state.asset, rounding)) }
        ?? .absent(state.fault ?? "not known")
    }
    return [
      ["Wallet", ExactText.amount(state.wallet, state.asset), "\(unit), the owner's, outside it"],
      [
        "Collateral", ExactText.amount(state.pool.collateral, state.asset),
        "\(unit), cash after premia and settled profit",
      ],
      [
        "Equity", cell(shown(health?.equity)),
        "\(unit), collateral, what pledges count for and what the legs are worth",
      ],
      ["Initial margin", cell(shown(health?.initial, .up)), "\(unit), needed to add risk"],
      ["Maintenance", cell(shown(health?.maintenance, .up)), "\(unit), liquidation below it"],
      ["Health", cell(shown(health?.excess)), "\(unit), equity less maintenance"],
      ["Free collateral", cell(shown(state.free)), "\(unit), may be taken out now"],
      [
        "Leverage cap", state.pool.leverageCap.map { AmountText.text($0) + "x" } ?? "none",
        "raises the initial margin, never the maintenance",
      ],
      ["Leverage", leverage(state), leverageRemark(state)],
    ]
  }

  private func leverageRemark(_ state: PoolState) -> String {
    guard let report = state.report else { return "" }
    let line = PoolLine(report, view: ReportView(unicode: ink.unicode), basis: .capitalAtRisk)
    guard line.capital.state == .number else { return "on capital at risk" }
    return "on capital at risk of \(line.capital.text) \(state.asset) (\(line.basis))"
  }

  private mutating func legs(_ state: PoolState) {
    guard !state.legs.isEmpty else { return }
    let unit = state.asset.code
    var grid = TextGrid(columns: [
      .init("Instrument", rightAligned: false, shortest: 18), .init("Size", unit: "contracts"),
      .init("Mark"), .init("Cost", unit: unit), .init("Value", unit: unit),
      .init("Profit", unit: unit),
    ])
    for leg in state.legs {
      let missing = Shown.absent(state.fault ?? "no mark of it")
      let value = leg.value.map { Shown(ExactText.amount($0, state.asset)) } ?? missing
      let profit =
        leg.value.map { Shown(ExactText.amount($0 - leg.leg.cost, state.asset, signed: true)) }
        ?? missing
      grid.rows.append(
        .cells(
          [
            ink.safe(leg.instrument.id.name), sized(leg),
            cell(leg.mark.map { Shown($0.price.description) } ?? missing),
            ExactText.amount(leg.leg.cost, state.asset), cell(value), cell(profit),
          ], tone: .plain))
    }
    lines.append("")
    lines += grid.lines(width: width, ink: ink)
  }

  private func sized(_ leg: PoolState.LegState) -> String {
    let text = leg.instrument.contractsText(leg.leg.lots) ?? "\(leg.leg.lots) lots"
    return leg.leg.lots > 0 ? "+" + text : text
  }

  // MARK: What a command would do

  /// A pool before and after, quantity by quantity.
  package mutating func change(from before: PoolState, to after: PoolState) {
    lines.append("")
    lines.append(ink.paint(ink.safe("POOL \(after.name) in \(after.asset)"), .heading))
    var grid = TextGrid(columns: [
      .init("", rightAligned: false), .init("Before"), .init("After"),
      .init("", rightAligned: false, shortest: 20),
    ])
    let (old, new) = (compared(before), compared(after))
    for (row, changed) in zip(old, new) {
      let mark = row[1] == changed[1] ? "" : (ink.unicode ? "◂ changes" : "< changes")
      grid.rows.append(.cells([row[0], row[1], changed[1], mark], tone: .plain))
    }
    lines += grid.lines(width: width, ink: ink)
  }

  /// What is not a pool's, before and after.
  package mutating func changes(_ changes: [LedgerChange]) {
    guard !changes.isEmpty else { return }
    lines.append("")
    lines.append(ink.paint("LEDGER", .heading))
    var grid = TextGrid(columns: [
      .init("", rightAligned: false, shortest: 20), .init("Before"), .init("After"),
    ])
    for change in changes {
      grid.rows.append(
        .cells(
          [ink.safe(change.name), change.before ?? "none", change.after ?? "none"], tone: .plain))
    }
    lines += grid.lines(width: width, ink: ink)
  }

  private mutating func compared(_ state: PoolState) -> [[String]] {
    let sides = liquidation(state)
    return [["Phase", state.phaseText]] + quantities(state).map { Array($0.prefix(2)) } + [
      ["Liquidation below", cell(sides.below)], ["Liquidation above", cell(sides.above)],
      ["Legs", "\(state.legs.count)"],
    ]
  }

  // MARK: History

  package struct Entry {
    package let event: Event
    package let text: String
    package init(event: Event, text: String) {
      self.event = event
      self.text = text
    }
  }

  package mutating func history(_ entries: [Entry]) {
    var grid = TextGrid(columns: [
      .init("Event"), .init("Instant", rightAligned: false), .init("Kind", rightAligned: false),
      .init("What", rightAligned: false, shortest: 40),
    ])
    for entry in entries {
      let kind = FactKind(entry.event.fact).rawValue
      for (place, line) in folded(ink.safe(entry.text), to: 66).enumerated() {
        let isFirst = place == 0
        grid.rows.append(
          .cells(
            [
              isFirst ? "\(entry.event.sequence)" : "",
              isFirst ? entry.event.at.description : "", isFirst ? kind : "",
              isFirst ? line : "  " + line,
            ], tone: .plain))
      }
    }
    lines += grid.lines(width: width, ink: ink)
  }

  /// Words in lines of at most `room` characters; a longer word stands alone.
  func folded(_ text: String, to room: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= room {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// Names and values, each with its meaning.
  package mutating func values(_ rows: [(name: String, value: String, meaning: String)]) {
    var grid = TextGrid(columns: [
      .init("", rightAligned: false), .init("", rightAligned: true),
      .init("", rightAligned: false, shortest: 20),
    ])
    for row in rows { grid.rows.append(.cells([row.name, row.value, row.meaning], tone: .plain)) }
    lines += grid.lines(width: width, ink: ink).dropFirst(2)
  }

  mutating func cell(_ shown: Shown, prefix: String = "") -> String {
    switch shown.state {
    case .number: return prefix + shown.text
    case .blank: return ""
    case .unbounded, .absent:
      let text = shown.state == .unbounded ? "n/a" : ink.dash
      return text + (shown.reason.map { "[\(notes.number($0))]" } ?? "")
    }
  }
}
