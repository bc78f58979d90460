import FulcrumModel
import FulcrumRisk

extension TablePage {
  mutating func addPools(_ group: TableGroup) {
    addTitle("POOLS in \(group.unit)")
    var grid = TextGrid(columns: [
      .init("", rightAligned: false),
      .init("Pool", rightAligned: false, shortest: 16),
      .init("Leverage", unit: "x, direction"),
      .init("Basis", rightAligned: false, rank: 5),
      .init("At risk", unit: group.unit),
      .init("Delta cash", unit: group.unit),
      .init("Largest secant", unit: "x", rank: 2),
      .init("Stress loss", unit: "x CaR", rank: 3),
      .init("Theta drain", unit: "% CaR/day", rank: 4),
    ])
    for line in group.pools {
      grid.rows.append(
        .cells(
          [
            line.alert.mark, title(line), leverage(line), line.basis, cell(line.capital),
            cell(line.delta), cell(line.secant), cell(line.stress), cell(line.theta),
          ], tone: tone(line.alert)))
      for text in [numeraireText(line.pool), line.deltaText].compactMap(\.self) {
        grid.rows.append(.heading("    " + ink.safe(text), tone: .quiet))
      }
    }
    add(grid)
  }

  private func title(_ line: PoolLine) -> String {
    let id = ink.safe(line.pool.id)
    guard let strategy = line.pool.strategy, strategy != line.pool.id else { return id }
    return "\(id) (\(ink.safe(strategy)))"
  }

  private mutating func leverage(_ line: PoolLine) -> String {
    cell(line.leverage, prefix: ink.arrow(line.direction) + " ")
  }

  /// L_usd and L_coin of a coin pool: the two owners' views of one position (leverage-math 2.6).
  private func numeraireText(_ pool: PoolReport) -> String? {
    guard pool.capitalIsKnown, let measures = pool.measures, measures.currency == .coin,
      let coin = measures.coinLeverage.finite, let usd = measures.usdEquityLeverage.finite
    else { return nil }
    let coinText = ink.arrow(Direction(coin)) + " " + NumberText.leverage(coin)
    let usdText = ink.arrow(Direction(usd)) + " " + NumberText.leverage(usd)
    return "on equity: \(coinText) to an owner who counts in \(pool.currency), \(usdText) in USD"
  }

  mutating func addLiquidation(_ group: TableGroup) {
    addTitle("LIQUIDATION of pools in \(group.unit)")
    var grid = TextGrid(columns: [
      .init("", rightAligned: false),
      .init("Pool", rightAligned: false, shortest: 12),
      .init("On", rightAligned: false, rank: 6),
      .init("Index", unit: "USD", rank: 4),
      .init("Below", unit: "USD"), .init("Down", unit: "%"),
      .init("Down", unit: "\(ink.sigma)-days", rank: 3),
      .init("Above", unit: "USD"), .init("Up", unit: "%"),
      .init("Up", unit: "\(ink.sigma)-days", rank: 2),
      .init("P 1 d", unit: "%", rank: 5), .init("P 7 d", unit: "%"),
    ])
    for line in group.pools {
      for side in line.liquidations { addRow(side, of: line, to: &grid) }
    }
    add(grid)
  }

  private mutating func addRow(
    _ side: LiquidationLine, of line: PoolLine, to grid: inout TextGrid
  ) {
    grid.rows.append(
      .cells(
        [
          line.alert.mark, ink.safe(line.pool.id), side.underlying?.description ?? "",
          cell(side.index), cell(side.below.price), cell(side.below.distance, prefix: "-"),
          cell(side.below.sigmas), cell(side.above.price), cell(side.above.distance, prefix: "+"),
          cell(side.above.sigmas), cell(side.oneDay), cell(side.sevenDays),
        ], tone: tone(line.alert)))
    if let cone = side.cone {
      grid.rows.append(
        .heading("    \(LiquidationLine.coneTitle): " + ink.safe(cone), tone: .quiet))
    }
  }

  mutating func addLegs(_ group: TableGroup) {
    addTitle("LEGS of pools in \(group.unit)")
    var grid = TextGrid(columns: [
      .init("Instrument", rightAligned: false, shortest: 18),
      .init("Size", unit: "contracts"),
      .init("Forward", unit: "USD", rank: 4),
      .init("Premium", unit: group.unit, rank: 5),
      .init("IV", unit: "%"),
      .init(ink.delta, unit: "unit", rank: 6),
      .init("Delta cash", unit: group.unit),
      .init("Own leverage", unit: "x", rank: 2),
      .init("Value", unit: group.unit, rank: 3),
    ])
    for line in group.pools {
      grid.rows.append(.heading(title(line), tone: .heading))
      for leg in line.pool.legs.sorted(by: LegLine.precedes) {
        addRow(LegLine(leg, unit: line.unit), to: &grid)
      }
    }
    add(grid)
  }

  private mutating func addRow(_ leg: LegLine, to grid: inout TextGrid) {
    let tone: Tone = leg.leg.valuation == nil ? .warning : .plain
    grid.rows.append(
      .cells(
        [
          "  " + ink.safe(leg.instrument), leg.size, cell(leg.forward), cell(leg.premium),
          cell(leg.volatility), cell(leg.unitDelta), cell(leg.deltaCash), cell(leg.elasticity),
          cell(leg.value),
        ], tone: tone))
    guard !leg.flags.isEmpty else { return }
    for flag in leg.flags where !flag.isFault {
      flags[flag.word.hasPrefix("stale") ? "stale" : flag.word] = flag.explanation
    }
    let words = leg.flags.map { flag in
      flag.isFault ? "\(flag.word)[\(notes.number(flag.explanation))]" : flag.word
    }
    grid.rows.append(
      .heading("    " + words.joined(separator: ", "), tone: tone == .plain ? .quiet : tone))
  }
}
