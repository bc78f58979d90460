extension PoolValuation {
  /// The pool after each relative move: full revaluation at unchanged T and σ.
  func moved(by shocks: [Double]) -> [(shock: Double, exposure: Exposure)] {
    let exposures = Exposure.ladder(now, indices: pool.indices, ratios: shocks.map { 1 + $0 })
    return zip(shocks, exposures).map { ($0, $0 == 0 ? base : $1) }
  }

  /// L(u) = Σ_u|D(S(1+u))| / CaR(u) at each shock.
  func curve(_ moved: [(shock: Double, exposure: Exposure)]) -> [Measure] {
    moved.map { shock, exposure in
      shock == 0 ? onCapital(deltaMagnitude) : leverage(exposure, ratio: 1 + shock)
    }
  }

  /// Σ_u|D_u| / CaR of a moved pool; `ratio` is S'/S of a coin pool's coin.
  func leverage(_ moved: Exposure, ratio: Double) -> Measure {
    let usdPerUnit = pool.currency == .usd ? 1 : pool.usdPerUnit * ratio
    return .ratio(
      moved.deltaMagnitude, over: capital.atRisk(equity: moved.equity) * usdPerUnit,
      negligible: Capital.negligible * moved.total(\.gross))
  }

  /// L_sec(u) = [E(u) − E]/(u·CaR) at each shock other than 0; empty when CaR = 0.
  func secants(_ moved: [(shock: Double, exposure: Exposure)]) -> [Measure] {
    guard capital.atRisk > 0 else { return [] }
    return moved.filter { $0.shock != 0 }.map { shock, exposure in
      // A joint move would let one coin's gain hide the other's loss.
      guard pool.indices.count == 1 else { return .absent(.severalUnderlyings) }
      let profit = exposure.equity - capital.equity
      return Measure(profit / (shock * capital.atRisk), orAbsent: .notRepresentable)
    }
  }

  /// L_γ(u) = (D + ½Γ$u)/CaR$ at each shock; empty when CaR = 0, absent in a coin pool.
  func gammaAdjusted(_ shocks: [Double]) -> [Measure] {
    guard capital.atRisk > 0 else { return [] }
    let gamma = base.total(\.gamma)
    return shocks.map { shock in
      guard pool.currency == .usd else { return .absent(.notDefinedInCoinPool) }
      return onCapital(delta + 0.5 * gamma * shock)
    }
  }

  /// Profit over the product grid of spot and volatility shocks and what it says of the pool. With
  /// several underlyings the grid shows a joint move, but the worst loss lets each take its own worst
  /// shock: no correlation is assumed.
  func stress(_ settings: LeverageSettings) -> StressResult {
    var profit: [[Double]] = Array(repeating: [], count: settings.stressSpot.count)
    let ratios = settings.stressSpot.map { 1 + $0 }
    for shift in settings.stressVolRel {
      let shifted = Revaluation(pool, volShift: shift).equities(at: ratios)
      for row in shifted.indices { profit[row].append(shifted[row] - capital.equity) }
    }
    let least =
      pool.indices.count == 1
      ? profit.joined().min() ?? 0 : min(leastIndependentProfit(settings), 0)
    let loss = -least <= Capital.negligible * capital.scale ? 0 : -least
    let largestMove = settings.stressSpot.lazy.map(\.magnitude).max() ?? 0
    return StressResult(
      profit: profit, worstLoss: loss,
      multiple: .ratio(loss, over: capital.atRisk, negligible: 0),
      leverage: largestMove == 0 && loss > 0
        ? .absent(.noSpotShock)
        : .ratio(
          loss == 0 ? 0 : loss / largestMove, over: capital.atRisk,
          negligible: 0))
  }
}

/// The stress grid of leverage-math 2.4.
struct StressResult {
  /// E(u, v) − E, pool currency: a row a spot shock, a column a volatility shift.
  let profit: [[Double]]
  /// W ≥ 0.
  let worstLoss: Double
  /// W/CaR.
  let multiple: Measure
  /// W/(CaR·u_max).
  let leverage: Measure
}
