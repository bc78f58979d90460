/// Maximum loss and capital at risk (leverage-math 2.2), in the pool's currency.
struct Capital {
  /// Amounts within this of 0, relative to the sum of absolute terms, are 0.
  static let negligible = 1e-12

  let equity: Double
  /// inf of the terminal value, −∞ where it has no bound.
  let terminalFloor: Double
  /// Sum of absolute terms: the scale on which a loss is rounded to 0.
  let scale: Double
  /// ML, +∞ where unlimited.
  let maxLoss: Double
  /// CaR.
  let atRisk: Double
  let status: PoolStatus

  init(_ pool: RiskPool, exposure: Exposure) {
    equity = exposure.equity
    terminalFloor = TerminalFloor.infimum(pool) ?? -.infinity
    scale = exposure.marked + Self.structureScale(pool)
    let loss = equity - terminalFloor
    maxLoss = loss <= Self.negligible * scale ? 0 : loss
    atRisk = min(max(equity, 0), maxLoss)
    status =
      if equity < 0 {
        .negativeEquity
      } else if equity == 0 {
        .noCapital
      } else {
        atRisk == 0 ? .riskless : .ok
      }
  }

  /// CaR(u) of the leverage curve, from E(u): the terminal floor does not move with u.
  func atRisk(equity shocked: Double) -> Double {
    let atRisk = min(max(shocked, 0), shocked - terminalFloor)
    return atRisk <= Self.negligible * scale ? 0 : atRisk
  }

  /// What pools of several legs add to the scale: K_max Σ|n|m over options and Σ|n|m F₀ over
  /// futures; coin pools Σ|n|m and Σ|n|A/F₀.
  private static func structureScale(_ pool: RiskPool) -> Double {
    guard pool.legs.count > 1 else { return 0 }
    var options = 0.0
    var futures = 0.0
    var largestStrike = 0.0
    for leg in pool.legs {
      let size = leg.signedSize.magnitude
      switch leg.contract {
      case .option(_, let strike, _, _):
        options += size
        largestStrike = max(largestStrike, strike)
      case .future(let entry, _): futures += pool.currency == .usd ? size * entry : size / entry
      }
    }
    return (pool.currency == .usd ? largestStrike * options : options) + futures
  }
}
