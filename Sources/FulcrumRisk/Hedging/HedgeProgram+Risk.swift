extension HedgeProgram {
  /// What the risk that is left is charged (leverage-math 7.2, the ridge):
  ///
  ///     ½ Σ_i w_i (b_i + Σ_j X_ij x_j)²,   w ≥ 0,
  ///
  /// over exposures of its own, whether or not they have a limit; a cost like any other.
  public struct Risk: Hashable, Sendable {
    /// b.
    public var book: [Double]
    /// X by instrument: exposures of one contract.
    public var units: [[Double]]
    /// w, in the unit of costs over that of the exposure squared.
    public var weights: [Double]

    public init(book: [Double], units: [[Double]], weights: [Double]) {
      self.book = book
      self.units = units
      self.weights = weights
    }

    /// b + Xx.
    func left(_ contracts: [Double]) -> [Double] {
      book.indices.map { exposure in
        zip(units, contracts).reduce(book[exposure]) { $0 + $1.0[exposure] * $1.1 }
      }
    }

    /// ½ Σ w r².
    func charge(_ left: [Double]) -> Double {
      zip(weights, left).reduce(0) { $0 + 0.5 * $1.0 * $1.1 * $1.1 }
    }

    /// Contracts more of one instrument that `left` and a cost of `unitCost` for each of them are least
    /// with, in numbers that need not be lots; nil where it moves nothing that is charged.
    func best(of place: Int, _ left: [Double], unitCost: Double) -> Double? {
      var (slope, curvature) = (unitCost, 0.0)
      for (exposure, weight) in weights.enumerated() {
        slope += weight * left[exposure] * units[place][exposure]
        curvature += weight * units[place][exposure] * units[place][exposure]
      }
      let more = -slope / curvature
      return more.isFinite ? more : nil
    }

    func isSound(_ instruments: Int) -> Bool {
      units.count == instruments && weights.count == book.count
        && units.allSatisfy { $0.count == book.count }
        && (units.joined() + book + weights).allSatisfy(\.isFinite)
        && weights.allSatisfy { $0 >= 0 }
    }

    /// What each exposure is divided by: the most that one unit of a column moves of it.
    func scales(_ columns: [Double]) -> [Double] {
      book.indices.map { exposure in
        let most = zip(units, columns).map { ($0[exposure] * $1).magnitude }.max() ?? 0
        if most > 0 { return most }
        return book[exposure] != 0 ? book[exposure].magnitude : 1
      }
    }
  }

  /// What contracts cost and what the risk that they leave is charged: what the program makes least.
  public func objective(of contracts: [Double]) -> Double {
    cost(of: contracts) + riskCharge(contracts)
  }

  /// Of the risk left with them; 0 where none is charged.
  public func riskCharge(_ contracts: [Double]) -> Double {
    guard let risk else { return 0 }
    return risk.charge(risk.left(contracts))
  }

  /// One free column for each exposure left, and the row that says what it is.
  func addRisk(to program: inout LinearProgram, _ scaled: Scaled) {
    guard let risk else { return }
    let scales = risk.scales(scaled.units)
    let above = program.rows.count
    for place in program.columns.indices {
      guard scaled.pieces.indices.contains(place) else {
        program.columns[place].coefficients += scales.map { _ in 0 }
        continue
      }
      let piece = scaled.pieces[place]
      program.columns[place].coefficients += scales.indices.map {
        -piece.side * risk.units[piece.place][$0] * scaled.units[piece.place] / scales[$0]
      }
    }
    for (exposure, scale) in scales.enumerated() {
      var coefficients = [Double](repeating: 0, count: above + scales.count)
      coefficients[above + exposure] = 1
      program.columns.append(
        LinearProgram.Column(
          cost: 0, bounds: .init(-.infinity, .infinity), coefficients: coefficients,
          curvature: risk.weights[exposure] * scale * scale / scaled.cost))
      let left = risk.book[exposure] / scale
      program.rows.append(.init(left, left))
    }
  }
}
