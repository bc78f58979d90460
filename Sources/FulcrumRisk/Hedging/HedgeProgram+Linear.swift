extension HedgeProgram {
  /// Contracts of one instrument on one side of it, over which margin grows evenly.
  struct Piece {
    let place: Int
    /// 1 to buy, −1 to sell.
    let side: Double
    /// Contracts, 0 ≤ least ≤ cap.
    let least: Double
    let cap: Double
    /// Of margin, a contract.
    let slope: Double
  }

  /// Both sides of every instrument; a side that first closes what is held and then opens is two.
  var pieces: [Piece] {
    unitExposures.indices.flatMap { place -> [Piece] in
      [1.0, -1].flatMap { side -> [Piece] in
        let cap = side > 0 ? caps[place] : sellCaps[place]
        let few = side > 0 ? leastBuys : leastSells
        let least = few.isEmpty ? 0 : few[place]
        guard let margin else {
          return [Piece(place: place, side: side, least: least, cap: cap, slope: 0)]
        }
        let (same, other) =
          side > 0
          ? (margin.longUnits[place], margin.shortUnits[place])
          : (margin.shortUnits[place], margin.longUnits[place])
        let closing = min(max(-side * margin.held[place], 0), cap)
        let opening = Piece(
          place: place, side: side, least: max(least - closing, 0), cap: cap - closing,
          slope: same)
        guard closing > 0 else { return [opening] }
        let closed = min(least, closing)
        return [
          Piece(place: place, side: side, least: closed, cap: closing, slope: -other), opening,
        ]
      }
    }
  }

  /// Coefficients of the program and what they were divided by.
  struct Scaled {
    let pieces: [Piece]
    /// Of buying: rows by tolerance, then columns by their greatest. By instrument.
    let columns: [[Double]]
    /// Contracts in a unit of each column.
    let units: [Double]
    /// What costs are divided by.
    var cost: Double
    /// What margin is.
    let margin: Double

    init(_ program: HedgeProgram) {
      var columns: [[Double]] = []
      var units: [Double] = []
      var dearest = 0.0
      for (place, exposures) in program.unitExposures.enumerated() {
        var column = zip(exposures, program.tolerances).map { $0 / $1 }
        if let floors = program.floors {
          column += floors.units[place].map { $0 / floors.limit }
        }
        column += program.ceilings.flatMap {
          [$0.buys[place] / $0.scale, $0.sells[place] / $0.scale]
        }
        let greatest = column.lazy.map(\.magnitude).max() ?? 0
        let unit = greatest > 0 && (1 / greatest).isFinite ? 1 / greatest : 1
        columns.append(
          column.prefix(program.book.count + (program.floors?.book.count ?? 0)).map { $0 * unit })
        units.append(unit)
        dearest = max(dearest, max(program.unitCosts[place], program.sellCosts[place]) * unit)
      }
      pieces = program.pieces
      self.columns = columns
      self.units = units
      cost = dearest > 0 ? dearest : 1
      let steepest = pieces.map { $0.slope.magnitude * units[$0.place] }.max() ?? 0
      margin = steepest > 0 ? steepest : 1
    }

    func contracts(_ values: [Double]) -> [Double] {
      var contracts = [Double](repeating: 0, count: units.count)
      for (piece, value) in zip(pieces, values) {
        contracts[piece.place] += piece.side * value * units[piece.place]
      }
      return contracts
    }
  }

  func program(_ scaled: Scaled, slackCosts: [Double]?) -> LinearProgram {
    var columns = scaled.pieces.map { column($0, scaled) }
    let height = rowCount
    for (limit, cost) in (slackCosts ?? []).enumerated() {
      for side in [1.0, -1.0] {
        var unit = [Double](repeating: 0, count: height)
        unit[limit] = side
        columns.append(
          LinearProgram.Column(cost: cost, bounds: .init(0, .infinity), coefficients: unit))
      }
    }
    var rows = zip(book, tolerances).map { b, tolerance in
      LinearProgram.Bounds(-1 - b / tolerance, 1 - b / tolerance)
    }
    if let floors {
      rows += floors.book.map { .init(-1 - $0 / floors.limit, .infinity) }
    }
    rows += ceilingRows(scaled)
    if let margin {
      rows += [.init(-.infinity, margin.room / scaled.margin), .init(-.infinity, 0)]
      // The capital that more margin takes: as much as it grows, and never less than none.
      var unit = [Double](repeating: 0, count: height)
      unit[height - 1] = -1
      if budget != nil { unit[height - 3] = margin.capitalCost * scaled.margin / scaled.cost }
      columns.append(
        LinearProgram.Column(
          cost: margin.capitalCost * scaled.margin / scaled.cost, bounds: .init(0, .infinity),
          coefficients: unit))
    }
    var program = LinearProgram(columns: columns, rows: rows)
    addRisk(to: &program, scaled)
    return program
  }

  /// Without those of risk.
  private var rowCount: Int {
    book.count + (floors?.book.count ?? 0) + ceilings.count + (budget == nil ? 0 : 1)
      + (margin == nil ? 0 : 2)
  }

  private func column(_ piece: Piece, _ scaled: Scaled) -> LinearProgram.Column {
    let unit = scaled.units[piece.place]
    let cost = unit * (piece.side > 0 ? unitCosts[piece.place] : sellCosts[piece.place])
    var coefficients = scaled.columns[piece.place].map { piece.side * $0 }
    coefficients += ceilingCoefficients(piece, scaled)
    if let margin {
      let more = piece.slope * unit
      coefficients += [(more + margin.costShare * cost) / scaled.margin, more / scaled.margin]
    }
    return LinearProgram.Column(
      cost: cost / scaled.cost, bounds: .init(piece.least / unit, piece.cap / unit),
      coefficients: coefficients)
  }

  /// Contracts and objective where not every limit needs to be told apart; nil without an optimum.
  func optimum(_ solver: any LinearProgramSolver) -> (contracts: [Double], cost: Double)? {
    let scaled = Scaled(self)
    guard case .optimal(let solution) = solver.solve(program(scaled, slackCosts: nil)) else {
      return nil
    }
    return (scaled.contracts(solution.values), solution.cost * scaled.cost)
  }

  /// What one more contract of each would add to the least cost, ≥ 0 but for rounding, on its
  /// cheaper side: 0 of those that the optimum holds. Nil without an optimum.
  func reducedCosts(_ solver: any LinearProgramSolver) -> [Double]? {
    guard isSound else { return nil }
    let scaled = Scaled(self)
    let linear = program(scaled, slackCosts: nil)
    guard case .optimal(let solution) = solver.solve(linear),
      solution.rowPrices.count == linear.rows.count
    else { return nil }
    var costs = [Double](repeating: .infinity, count: unitExposures.count)
    for (piece, column) in zip(scaled.pieces, linear.columns) where piece.cap > 0 {
      let priced = zip(column.coefficients, solution.rowPrices).reduce(0) { $0 + $1.0 * $1.1 }
      let reduced = (column.cost - priced) * scaled.cost / scaled.units[piece.place]
      costs[piece.place] = min(costs[piece.place], reduced)
    }
    return costs
  }
}
