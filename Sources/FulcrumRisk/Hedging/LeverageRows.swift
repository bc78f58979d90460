import FulcrumModel

/// |D| ≤ L · min(E, maximum loss) in rows of a program (leverage-math 7.3).
///
/// E less costs is concave in contracts, and so |D| ≤ L·E is two rows. The maximum loss is the greatest
/// of E − v_k over terminal nodes k, v_k linear in contracts: |D| ≤ L·(greatest) holds where it does
/// for one of them, and each node is a program of its own. Costs fall out of E − v_k.
struct LeverageRows {
  let pool: RiskPool
  let instruments: [HedgeInstrument]
  let program: HedgeProgram
  let costs: HedgeCosts
  let before: HedgeState
  /// L > 0.
  let limit: Double

  /// Where the maximum loss is to be found.
  enum Node: Hashable {
    /// It has no bound, so that capital at risk is equity.
    case unbounded
    /// S = 0 of a USD pool, S = ∞ of a coin pool.
    case end
    case strike(Double)
  }

  /// Of the pool and of what can be traded.
  var nodes: [Node] {
    // A maximum loss that has a bound keeps it; of several expiries it never has one.
    guard !hasSeveralExpiries else { return [.unbounded] }
    let ends: [Node] = before.maxLoss.finite == nil ? [.unbounded, .end] : [.end]
    return ends + WingProgram.strikes(pool.legs + instruments.map(\.leg)).map { .strike($0) }
  }

  private var hasSeveralExpiries: Bool {
    TerminalFloor.hasSeveralExpiries(pool.legs + instruments.map(\.leg))
  }

  /// Black's delta of a contract, USD.
  static func delta(_ leg: RiskLeg, indices: [Double], currency: PoolCurrency) -> Double {
    let alone = RiskPool(indices: indices, currency: currency, cash: 0, legs: [leg])
    return Exposure(Revaluation(alone), indices: indices).total(\.delta)
  }

  func ceilings(_ node: Node, deltas: [Double]) -> [HedgeProgram.Ceiling] {
    let unit = limit * pool.usdPerUnit
    let scale = unit * before.equity
    var ceilings: [HedgeProgram.Ceiling] = []
    for side in [1.0, -1] {
      let moved = deltas.map { side * $0 }
      let left = -side * before.deltaCash
      ceilings.append(
        HedgeProgram.Ceiling(
          buys: zip(moved, program.unitCosts).map { $0 + unit * $1 },
          sells: zip(moved, program.sellCosts).map { -$0 + unit * $1 },
          limit: scale + left, scale: scale))
      guard node != .unbounded else { continue }
      let value = pool.legs.reduce(pool.cash) { $0 + payoff($1, at: node) }
      let gained = instruments.map { instrument in
        payoff(instrument.leg, at: node)
          - (instrument.leg.isOption
            ? instrument.leg.signedSize * costs.markValue(instrument.leg) : 0)
      }
      ceilings.append(
        HedgeProgram.Ceiling(
          units: zip(moved, gained).map { $0 + unit * $1 },
          limit: unit * (before.equity - value) + left, scale: scale))
    }
    if node == .unbounded, hasSeveralExpiries { return ceilings }
    return ceilings + [openEnd(isBound: node != .unbounded)]
  }

  /// The slope at the open end stays at 0 or above, or below it.
  private func openEnd(isBound: Bool) -> HedgeProgram.Ceiling {
    let held = pool.legs.map { WingProgram.slope($0) }
    let slopes = instruments.map { WingProgram.slope($0.leg) }
    let steepest = (held + slopes).map(\.magnitude).max() ?? 0
    let scale = steepest > 0 ? steepest : 1
    return HedgeProgram.Ceiling(
      units: isBound ? slopes.map { -$0 } : slopes,
      limit: isBound ? held.reduce(0, +) : -held.reduce(0, +) - Self.falling * scale,
      scale: scale)
  }

  /// Slope, of a contract's, that is no rounding and less than a lot.
  private static let falling = 1e-6

  private func payoff(_ leg: RiskLeg, at node: Node) -> Double {
    switch node {
    case .strike(let price): WingProgram.payoff(leg, at: price)
    case .end, .unbounded: WingProgram.payoffAtEnd(leg)
    }
  }
}
