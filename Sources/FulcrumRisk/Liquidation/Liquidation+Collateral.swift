import FulcrumModel
import FulcrumNumerics
import RealModule

extension Liquidation {
  /// Cash to add, pool currency, so that the pool is not liquidable anywhere in the box.
  ///
  ///     max(0, −min H(x))        H is linear in cash with slope 1
  ///
  /// All underlyings move together. Source: leverage-math 3.4.
  public static func topUp(
    _ pool: RiskPool, margin: StandardMargin = .standard, box: CollateralBox
  ) throws(RiskError) -> Double {
    max(0, -(try leastExcess(pool, margin: margin, kind: .maintenance, box: box)))
  }

  /// Cash that can be taken out, pool currency, with initial margin still covered in all the box.
  ///
  ///     max(0, min (E − M_initial))
  ///
  /// Futures have one rate for both requirements (leverage-math 3.2). Source: leverage-math 3.4.
  public static func maximumWithdrawal(
    _ pool: RiskPool, margin: StandardMargin = .standard, box: CollateralBox
  ) throws(RiskError) -> Double {
    max(0, try leastExcess(pool, margin: margin, kind: .initial, box: box))
  }

  /// min over the box of E − M.
  private static func leastExcess(
    _ pool: RiskPool, margin: StandardMargin, kind: MarginKind, box: CollateralBox
  ) throws(RiskError) -> Double {
    try pool.validate()
    try margin.validate()
    try box.validate()
    var least = Double.infinity
    for time in box.timesForward {
      for shift in box.volShifts {
        let sheet = BalanceSheet(
          pool, margin: margin, kind: kind,
          node: ScenarioNode(timeForward: time, volShift: shift), moving: nil)
        least = min(least, leastExcess(of: sheet, box: box))
      }
    }
    guard least.isFinite else { throw .notRepresentable("excess of the pool") }
    return least
  }

  /// The least excess on the grid inside the box and at its ends, each interior minimum refined.
  private static func leastExcess(of sheet: BalanceSheet, box: CollateralBox) -> Double {
    let lower = Double.log(onePlus: box.lowerMove)
    let upper = Double.log(onePlus: box.upperMove)
    let inside = PriceGrid.nodes(for: sheet).filter { $0 > lower && $0 < upper }
    let nodes = [lower] + inside + [upper]
    func excess(_ position: Double) -> Double { sheet.balance(at: Double.exp(position)).excess }
    let values = nodes.map(excess)
    var least = min(
      sheet.balance(at: 1 + box.lowerMove).excess, sheet.balance(at: 1 + box.upperMove).excess)
    for place in values.indices {
      least = min(least, values[place])
      guard place > 0, place + 1 < values.count, values[place] < values[place - 1],
        values[place] <= values[place + 1]
      else { continue }
      least = min(least, refinedMinimum(nodes[place - 1], nodes[place + 1], excess))
    }
    return least
  }

  /// Golden section: the least value of a function with one minimum between two positions.
  private static func refinedMinimum(
    _ lower: Double, _ upper: Double, _ value: (Double) -> Double
  ) -> Double {
    GoldenSection.minimum(in: lower...upper, tolerance: 1e-10, value).value
  }

  /// Fraction of the pool to close so that what is left holds (1 + β) times its maintenance.
  ///
  /// A single linear future on one bracket (leverage-math 3.3):
  ///
  ///     ψ = min(1, [(1 + β)κN − E] / [N((1 + β)κ − f)]),   1 where (1 + β)κ ≤ f
  ///
  /// Any other pool: bisection on E − ψ f N − (1 + β)M(1 − ψ), legs closed alike and at the mark.
  /// - Parameters:
  ///   - feeRate: f ≥ 0, of the gross notional at the mark.
  ///   - buffer: β ≥ 0.
  /// - Returns: ψ in [0, 1]: 0 where nothing need be closed, 1 where closing all does not suffice.
  public static func partialClose(
    _ pool: RiskPool, margin: StandardMargin = .standard, feeRate: Double, buffer: Double
  ) throws(RiskError) -> Double {
    try pool.validate()
    try margin.validate()
    guard feeRate >= 0, feeRate.isFinite else { throw .settingOutOfDomain(.fee, seen: feeRate) }
    guard buffer >= 0, buffer.isFinite else { throw .settingOutOfDomain(.buffer, seen: buffer) }
    let today = BalanceSheet(pool, margin: margin, moving: nil).balance(at: 1)
    guard today.scale.isFinite else { throw .notRepresentable("value of the pool") }
    let notional = Self.notional(pool)
    let target = (1 + buffer) * today.requirement
    guard today.equity < target else { return 0 }
    if pool.legs.count == 1, !pool.legs[0].isOption, margin.futuresBrackets.count == 1 {
      let freed = target - feeRate * notional
      return freed > 0 ? min(1, (target - today.equity) / freed) : 1
    }
    func slack(_ closed: Double) -> Double {
      let rest = BalanceSheet(
        pool.scaled(by: 1 - closed), margin: margin, moving: nil
      ).balance(at: 1)
      return today.equity - closed * feeRate * notional - (1 + buffer) * rest.requirement
    }
    guard slack(1) >= 0 else { return 1 }
    var lower = 0.0
    var upper = 1.0
    // Fifty-three halvings exhaust a double; the upper end is the one that suffices.
    for _ in 0..<53 {
      let middle = 0.5 * (lower + upper)
      if slack(middle) >= 0 { upper = middle } else { lower = middle }
    }
    return upper
  }

  /// Gross notional at the mark, pool currency.
  private static func notional(_ pool: RiskPool) -> Double {
    var sum = NeumaierSum()
    for leg in pool.legs {
      let size = leg.signedSize.magnitude
      switch (pool.currency, leg.isOption) {
      case (.usd, _): sum.add(size * leg.forward)
      case (.coin, true): sum.add(size)
      case (.coin, false): sum.add(size / leg.forward)
      }
    }
    return sum.value
  }

  /// ℓ = |ln(S_L/S_B)|: the room a liquidator has between liquidation and bankruptcy.
  ///
  /// - Returns: nil on a side where either price is missing.
  public static func gapRoom(_ region: LiquidationRegion) -> (down: Double?, up: Double?) {
    let down = region.below.flatMap { liquidation in
      region.bankruptcyPrices.last { $0 <= liquidation }.map { Double.log(liquidation / $0) }
    }
    let up = region.above.flatMap { liquidation in
      region.bankruptcyPrices.first { $0 >= liquidation }.map { Double.log($0 / liquidation) }
    }
    return (down, up)
  }
}

extension RiskPool {
  /// The same pool with every leg's quantity times `factor`.
  func scaled(by factor: Double) -> RiskPool {
    var pool = self
    for place in pool.legs.indices { pool.legs[place].quantity *= factor }
    return pool
  }

  /// The same pool with every leg's quantity times `factor` and cash that leaves it the same `equity`.
  func resized(by factor: Double, keeping equity: Double) -> RiskPool {
    var pool = scaled(by: factor)
    pool.cash = equity - factor * (equity - cash)
    return pool
  }
}
