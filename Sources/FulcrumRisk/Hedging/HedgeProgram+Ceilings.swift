extension HedgeProgram {
  /// Σ_j buys_j u_j + sells_j v_j ≤ limit: what grows with contracts on either side, costs among it.
  ///
  /// buys_j + sells_j ≥ 0, so that buying and selling the same contract brings nothing.
  public struct Ceiling: Hashable, Sendable {
    public var buys: [Double]
    public var sells: [Double]
    public var limit: Double
    /// What an excess is measured by, > 0.
    public var scale: Double

    public init(buys: [Double], sells: [Double], limit: Double, scale: Double) {
      self.buys = buys
      self.sells = sells
      self.limit = limit
      self.scale = scale
    }

    /// Of something in which costs have no part.
    init(units: [Double], limit: Double, scale: Double) {
      self.init(buys: units, sells: units.map { -$0 }, limit: limit, scale: scale)
    }

    func of(_ place: Int, _ contracts: Double) -> Double {
      contracts > 0 ? buys[place] * contracts : -sells[place] * contracts
    }

    func sum(_ contracts: [Double]) -> Double {
      contracts.indices.reduce(0) { $0 + of($1, contracts[$1]) }
    }

    func keeping(_ places: [Int]) -> Ceiling {
      Ceiling(
        buys: places.map { buys[$0] }, sells: places.map { sells[$0] }, limit: limit, scale: scale)
    }

    func isSound(_ instruments: Int) -> Bool {
      buys.count == instruments && sells.count == instruments && scale > 0 && scale.isFinite
        && limit.isFinite && (buys + sells).allSatisfy(\.isFinite)
    }
  }

  /// By how much contracts are beyond ceilings and budget, each in units of its own.
  func excess(_ contracts: [Double]) -> Double {
    var worst = 0.0
    for ceiling in ceilings {
      worst = max(worst, (ceiling.sum(contracts) - ceiling.limit) / ceiling.scale)
    }
    guard let budget else { return worst }
    return max(worst, cost(of: contracts) / budget - 1)
  }

  /// Bounds of the rows of ceilings and budget.
  func ceilingRows(_ scaled: Scaled) -> [LinearProgram.Bounds] {
    ceilings.map { .init(-.infinity, $0.limit / $0.scale) }
      + (budget.map { [.init(-.infinity, $0 / scaled.cost)] } ?? [])
  }

  /// What a unit of a piece's column adds to each of those rows.
  func ceilingCoefficients(_ piece: Piece, _ scaled: Scaled) -> [Double] {
    let unit = scaled.units[piece.place]
    let cost = piece.side > 0 ? unitCosts[piece.place] : sellCosts[piece.place]
    return ceilings.map { ceiling in
      (piece.side > 0 ? ceiling.buys : ceiling.sells)[piece.place] * unit / ceiling.scale
    } + (budget == nil ? [] : [cost * unit / scaled.cost])
  }
}
