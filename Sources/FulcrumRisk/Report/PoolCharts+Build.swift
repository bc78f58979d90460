import FulcrumModel
import RealModule

extension PoolCharts {
  /// The curves of `pool` as `underlying` moves.
  ///
  /// - Throws: `RiskError` where the pool is outside its domain, has no such underlying, or a point
  ///   leaves the range of doubles.
  /// - Cost: one valuation with Greeks a leg at each price, day and matrix cell; prices by the batch
  ///   kernels.
  public static func build(
    _ pool: RiskPool, underlying: Int = 0, settings: PoolChartSettings = PoolChartSettings()
  ) throws(RiskError) -> PoolCharts {
    try pool.validate()
    guard pool.indices.indices.contains(underlying) else {
      throw .settingOutOfDomain(.underlying, seen: Double(underlying))
    }
    // The domain of a stress grid.
    try LeverageSettings(
      curveShocks: [], stressSpot: settings.spotShocks, stressVolRel: settings.volShifts
    ).validate()
    return try ChartBuilder(pool: pool, underlying: underlying, settings: settings).charts()
  }
}

private struct ChartBuilder {
  let pool: RiskPool
  let underlying: Int
  let settings: PoolChartSettings

  var index: Double { pool.indices[underlying] }

  /// Years to the first expiry among the option legs.
  var expiryYears: Double? {
    pool.legs.compactMap { leg in
      guard case .option(_, _, let years, _) = leg.contract else { return nil }
      return years
    }.min()
  }

  func charts() throws(RiskError) -> PoolCharts {
    let spots = spotAxis()
    // By the kernels too, so that no move is no profit to the last bit.
    let equityNow = Revaluation(pool).equities(at: [1])[0]
    let points = try points(ratios: spots.map { $0 / index })
    let expiry = expiryYears
    let days = dayAxis(expiry)
    return PoolCharts(
      underlying: underlying, index: index, spots: spots,
      profitToday: points.map { $0.equity - equityNow },
      profitAtExpiry: expiry.map { years in
        spots.map { equity(settled(ratio: $0 / index, years: years)) - equityNow }
      },
      expiryYears: expiry,
      breakevens: expiry.map { breakevens(spots, years: $0, equityNow: equityNow) } ?? [],
      leverage: points.map(\.leverage), deltaCash: points.map(\.deltaCash),
      gammaCash1pct: points.map(\.gammaCash1pct), vegaCashPerPoint: points.map(\.vegaCashPerPoint),
      thetaCashPerDay: points.map(\.thetaCashPerDay), matrix: try matrix(equityNow),
      daysLeft: days,
      leverageByDays: try days.map { (left) throws(RiskError) in
        let later = shifted(ratio: 1, years: max((expiry ?? 0) - left / 365, 0))
        return try LeverageEngine.measures(later, settings: Self.bare).deltaLeverage
      })
  }

  // MARK: Axes

  /// Wide enough for two and a half deviations to expiry (at least a month), the strikes and the
  /// prices asked for, within a fifth and three times the index.
  private func spotAxis() -> [Double] {
    let years = min(max(expiryYears ?? 0, 30.0 / 365), 1)
    let reach = min(max(2.5 * settings.volatility * years.squareRoot(), 0.2), 0.9)
    var lower = index * Double.exp(-reach)
    var upper = index * Double.exp(reach)
    let strikes = strikesOfUnderlying
    for price in strikes + settings.pricesToShow
    where price > 0.25 * index && price < 2.5 * index {
      lower = min(lower, price * 0.94)
      upper = max(upper, price * 1.06)
    }
    let steps = max(settings.spotCount - 1, 2)
    var spots = (0...steps).map { lower + (upper - lower) * Double($0) / Double(steps) }
    spots.append(index)
    // A kink between two points would be drawn as a slope; beyond a hundred strikes the grid is
    // fine enough for the eye.
    spots += strikes.prefix(100).filter { $0 > lower && $0 < upper }
    return Set(spots).sorted()
  }

  private var strikesOfUnderlying: [Double] {
    var strikes: Set<Double> = []
    for leg in pool.legs where leg.underlying == underlying {
      if case .option(_, let strike, _, _) = leg.contract { strikes.insert(strike) }
    }
    return strikes.sorted()
  }

  /// Denser toward expiry, where leverage changes fastest.
  private func dayAxis(_ expiry: Double?) -> [Double] {
    guard let expiry, expiry > 0 else { return [] }
    let steps = max(settings.dayCount - 1, 2)
    return (0...steps).map { step in
      let share = 1 - Double(step) / Double(steps)
      return expiry * 365 * share * share
    }
  }

  // MARK: Points

  private struct Point {
    var equity: Double
    var leverage: Measure
    var deltaCash: Double
    var gammaCash1pct: Double
    var vegaCashPerPoint: Double
    var thetaCashPerDay: Double

    var isRepresentable: Bool {
      [equity, deltaCash, gammaCash1pct, vegaCashPerPoint, thetaCashPerDay].allSatisfy(\.isFinite)
    }
  }

  private static let bare = LeverageSettings(curveShocks: [], stressSpot: [], stressVolRel: [])

  /// The pool with the underlying at each of `ratios` times its price, the others held.
  private func points(ratios: [Double], volShift: Double = 0) throws(RiskError) -> [Point] {
    let now = PoolValuation(shifted(ratio: 1, volShift: volShift))
    let moved = Exposure.ladder(
      now.now, indices: pool.indices, ratios: ratios, moving: underlying)
    var points: [Point] = []
    for (ratio, exposure) in zip(ratios, moved) {
      let leverage = now.leverage(exposure, ratio: ratio)
      let point = Point(
        equity: exposure.equity, leverage: leverage, deltaCash: exposure.total(\.delta),
        gammaCash1pct: exposure.total(\.gamma) / 100,
        vegaCashPerPoint: exposure.total(\.vega) / 100,
        thetaCashPerDay: exposure.total(\.theta) / 365)
      guard point.isRepresentable else { throw .notRepresentable("exposure of the pool") }
      points.append(point)
    }
    return points
  }

  private func equity(_ pool: RiskPool) -> Double { Revaluation(pool).equity(at: 1) }

  /// The pool with the underlying at `ratio` times its price, later and at other volatilities.
  private func shifted(ratio: Double, years passed: Double = 0, volShift: Double = 0) -> RiskPool {
    var moved = pool
    moved.indices[underlying] *= ratio
    for place in moved.legs.indices {
      if moved.legs[place].underlying == underlying { moved.legs[place].forward *= ratio }
      if case .option(let right, let strike, let years, let volatility) = moved.legs[place].contract
      {
        moved.legs[place].contract = .option(
          right, strike: strike, years: max(years - passed, 0),
          volatility: volatility * (1 + volShift))
      }
    }
    return moved
  }

  /// The pool at its first expiry, `years` from now: what expires then or before is worth its payoff
  /// on the index, futures and perpetuals stand at the index (leverage-math 2.2), and options that
  /// live on keep their own F/S.
  private func settled(ratio: Double, years: Double) -> RiskPool {
    var settled = shifted(ratio: ratio, years: years)
    for place in settled.legs.indices {
      let leg = settled.legs[place]
      if case .option(_, _, let left, _) = leg.contract, left > 0 { continue }
      settled.legs[place].forward = settled.indices[leg.underlying]
    }
    return settled
  }

  // MARK: Breakevens and matrix

  private func breakevens(_ spots: [Double], years: Double, equityNow: Double) -> [Double] {
    func profit(_ spot: Double) -> Double {
      equity(settled(ratio: spot / index, years: years)) - equityNow
    }
    let profits = spots.map(profit)
    var found: [Double] = []
    for place in 1..<spots.count {
      let (left, right) = (profits[place - 1], profits[place])
      if left == 0 { continue }
      if right == 0 {
        found.append(spots[place])
      } else if (left < 0) != (right < 0) {
        found.append(
          bisect(spots[place - 1], spots[place], risingFrom: left < 0, profit))
      }
    }
    return found
  }

  /// The zero between two prices of opposite sign, to the last bits that a chart could show.
  private func bisect(
    _ lower: Double, _ upper: Double, risingFrom negative: Bool, _ profit: (Double) -> Double
  ) -> Double {
    var (low, high) = (lower, upper)
    for _ in 0..<40 {
      let middle = low + (high - low) / 2
      if (profit(middle) < 0) == negative { low = middle } else { high = middle }
    }
    return low + (high - low) / 2
  }

  private func matrix(_ equityNow: Double) throws(RiskError) -> PoolCharts.Matrix {
    let ratios = settings.spotShocks.map { 1 + $0 }
    let columns = try settings.volShifts.map { (shift) throws(RiskError) in
      try points(ratios: ratios, volShift: shift)
    }
    return PoolCharts.Matrix(
      spotShocks: settings.spotShocks, volShifts: settings.volShifts,
      profit: ratios.indices.map { row in columns.map { $0[row].equity - equityNow } },
      leverage: ratios.indices.map { row in columns.map(\.[row].leverage) })
  }
}
