import FulcrumModel

/// Long options as a linear program: terminal values at every node and the slope beyond the last.
struct WingProgram {
  let pool: RiskPool
  var instruments: [HedgeInstrument]
  let costs: HedgeCosts
  var maxLoss: Double
  let equity: Double
  /// Most that spreads and fees may be; nil for no limit.
  var budget: Double?

  /// Prices at which a piecewise linear terminal value can have its least, ascending, without ∞.
  private var nodes: [Double] { Self.strikes(pool.legs + instruments.map(\.leg)) }

  static func strikes(_ legs: [RiskLeg]) -> [Double] {
    var strikes: Set<Double> = []
    for leg in legs {
      if case .option(_, let strike, _, _) = leg.contract, strike > 0 { strikes.insert(strike) }
    }
    return strikes.sorted()
  }

  static func payoff(_ leg: RiskLeg, at price: Double) -> Double {
    let unit: Double =
      switch leg.contract {
      case .option(let right, let strike, _, _): max(right.sign * (price - strike), 0)
      case .future(let entry, _):
        leg.settlement == .linear ? price - entry : (price - entry) / entry
      }
    return leg.signedSize * (leg.settlement == .linear ? unit : unit / price)
  }

  /// Value at S = 0 of a USD pool, at S = ∞ of a coin pool.
  static func payoffAtEnd(_ leg: RiskLeg) -> Double {
    if leg.settlement == .linear { return payoff(leg, at: 0) }
    switch leg.contract {
    case .option(let right, _, _, _): return right == .call ? leg.signedSize : 0
    case .future(let entry, _): return leg.signedSize / entry
    }
  }

  /// Slope where the value may fall without bound: in S beyond the last strike, or in 1/S.
  static func slope(_ leg: RiskLeg) -> Double {
    switch (leg.settlement, leg.contract) {
    case (.linear, .option(let right, _, _, _)): right == .call ? leg.signedSize : 0
    case (.linear, .future): leg.signedSize
    case (.inverse, .option(let right, let strike, _, _)):
      right == .put ? leg.signedSize * strike : 0
    case (.inverse, .future): -leg.signedSize
    }
  }

  /// What one contract costs to buy, pool currency.
  func price(_ instrument: HedgeInstrument) -> Double {
    let cost = costs.cost(of: instrument, contracts: 1, index: pool.indices[0])
    return instrument.leg.size * costs.markValue(instrument.leg) + cost.spread + cost.fee
  }

  /// Terminal values at every node, then at the open end, then the slope there: the loss is counted
  /// from the equity after costs, which fall out of it, so that options are worth their marks.
  private func values(_ leg: RiskLeg, paid: Double) -> [Double] {
    nodes.map { Self.payoff(leg, at: $0) - paid }
      + [Self.payoffAtEnd(leg) - paid, Self.slope(leg) / slopeScale]
  }

  /// The least of each.
  private var floors: [Double] {
    var held = [Double](repeating: pool.cash, count: nodes.count + 1) + [0]
    for leg in pool.legs {
      for (place, value) in values(leg, paid: 0).enumerated() { held[place] += value }
    }
    let least = [Double](repeating: equity - maxLoss, count: nodes.count + 1) + [0]
    return zip(least, held).map { $0 - $1 }
  }

  private func units(_ instrument: HedgeInstrument) -> [Double] {
    values(instrument.leg, paid: instrument.leg.size * costs.markValue(instrument.leg))
  }

  var program: LinearProgram {
    LinearProgram(
      columns: instruments.map { instrument in
        LinearProgram.Column(
          cost: price(instrument), bounds: .init(0, instrument.most(toward: 1)),
          coefficients: units(instrument))
      }, rows: floors.map { .init($0, .infinity) })
  }

  /// The same with a budget as a program whose contracts can be had in whole lots.
  func whole(_ caps: [Double]) -> HedgeProgram {
    let prices = instruments.map(price)
    var program = HedgeProgram(
      unitExposures: instruments.map { _ in [] }, book: [], tolerances: [], unitCosts: prices,
      caps: caps)
    program.sellCaps = caps.map { _ in 0 }
    let (floors, units) = (floors, instruments.map(units))
    let scale = maxLoss > 0 ? maxLoss : equity
    program.ceilings = floors.indices.map { row in
      HedgeProgram.Ceiling(
        units: units.map { -$0[row] }, limit: -floors[row],
        scale: row < floors.count - 1 ? scale : 1)
    }
    if let budget {
      let paid = instruments.map { instrument in
        let cost = costs.cost(of: instrument, contracts: 1, index: pool.indices[0])
        return cost.spread + cost.fee
      }
      program.ceilings.append(.init(units: paid, limit: budget, scale: budget))
    }
    return program
  }

  /// With spreads and fees within the budget.
  var affordable: LinearProgram {
    guard let budget else { return program }
    var affordable = program
    for (place, instrument) in instruments.enumerated() {
      let cost = costs.cost(of: instrument, contracts: 1, index: pool.indices[0])
      affordable.columns[place].coefficients.append((cost.spread + cost.fee) / budget)
    }
    affordable.rows.append(.init(-.infinity, 1))
    return affordable
  }

  /// The least maximum loss that any wings leave: its optimum is that loss, ≥ 0.
  var leastLoss: LinearProgram {
    var free = program
    for place in free.columns.indices { free.columns[place].cost = 0 }
    // The loss itself lifts every floor, and no slope.
    let height = free.rows.count
    for row in 0..<(height - 1) { free.rows[row].lower += maxLoss }
    var lifts = [Double](repeating: 1, count: height)
    lifts[height - 1] = 0
    free.columns.append(
      LinearProgram.Column(cost: 1, bounds: .init(0, .infinity), coefficients: lifts))
    return free
  }

  private var slopeScale: Double {
    let steepest = (pool.legs + instruments.map(\.leg)).map { Self.slope($0).magnitude }.max() ?? 0
    return steepest > 0 ? steepest : 1
  }

  /// Which of the limits the listed options miss at any depth.
  var obstacle: String {
    let open = pool.legs.reduce(0) { $0 + Self.slope($1) }
    let closes = instruments.contains { Self.slope($0.leg) > 0 }
    return open < 0 && !closes
      ? "none of them bounds the side that is open"
      : "no strikes near enough are listed"
  }
}
