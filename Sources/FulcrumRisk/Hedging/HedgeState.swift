import FulcrumModel
import FulcrumPricing

/// A pool before or after a hedge, in the numbers that a choice is made by.
public struct HedgeState: Hashable, Sendable {
  public var equity: Double
  /// Headline leverage on capital at risk, and |D|/E.
  public var deltaLeverage: Measure
  public var leverageOnEquity: Measure
  /// ∞ where it has no bound; absent where options of several expiries leave that unknown.
  public var maxLoss: Measure
  public var capitalAtRisk: Double
  /// Black's, USD: what leverage is of.
  public var deltaCash: Double
  /// S ∂E/∂S of E in the pool's currency, and of its value in USD, both in USD.
  public var profitDelta: Double
  public var usdDelta: Double
  public var gammaCash: Double
  public var vegaCashPerPoint: Double
  /// Σ vega·√(30 d/T): per point of the 30-day volatility, so that expiries can be netted
  /// (leverage-math 7.2); what a hedge works on.
  public var vega30CashPerPoint: Double
  public var thetaCashPerDay: Double
  public var stressMultiple: Measure
  /// Loss ≥ 0 in the worst of `HedgeScenarios`, pool currency.
  public var scenarioLoss: Double
  /// Pool currency.
  public var initialMargin: Double
  public var maintenance: Double
  /// Liquidation prices now; `cone` has those of other times and volatilities.
  public var liquidationBelow: Double?
  public var liquidationAbove: Double?
  public var isLiquidable: Bool
  /// Of a pool that is shown; nil of one that was only tried.
  public var cone: LiquidationSurface?
  /// Vega by expiry, nearest first, USD per point of that expiry's own volatility.
  public var vegaByExpiry: [VegaBucket]
  /// Delta by expiry of what has one, nearest first: what a basis moves.
  public var basis: [HedgeBasis.Bucket]
  /// Of one day's profit in the pool's currency, or of its value in USD where the target is that of
  /// USD (`HedgeTarget.measure`), USD.
  public var deviation: Deviation

  /// √((Dσ)² + ½(Γ$σ²)² + (vega·σ_vol)² + basis²), vega of 30 days.
  public var dailyDeviation: Double { deviation.total }

  /// A day's deviation, part by part, each ≥ 0, USD. Parts are taken to move independently.
  public struct Deviation: Hashable, Sendable {
    /// |D|σ, D of what the target measures.
    public var delta: Double
    /// √½ |Γ$| σ².
    public var gamma: Double
    /// |vega| σ_vol.
    public var vega: Double
    public var basis: Double

    /// √ of the sum of squares.
    public var total: Double {
      (delta * delta + gamma * gamma + vega * vega + basis * basis).squareRoot()
    }
  }

  /// What a day of index, volatility and basis is taken to be.
  public struct Day: Hashable, Sendable {
    /// σ of one day.
    public var deviation: Double
    /// Deviation of 30-day implied volatility a day, points.
    public var volPoints: Double
    public var basis: HedgeBasis

    public init(deviation: Double, volPoints: Double = 3, basis: HedgeBasis = HedgeBasis()) {
      self.deviation = deviation
      self.volPoints = volPoints
      self.basis = basis
    }

    /// Of an exposure's square in the variance of a day's profit: (Dσ)² + ½(Γ$σ²)² + (vega·σ_vol)².
    func weight(_ kind: HedgeExposure) -> Double {
      let square = deviation * deviation
      return switch kind {
      case .delta, .usdDelta: square
      // Of gamma a 1 % move: Γ$ is 100 of it.
      case .gamma: 0.5 * 1e4 * square * square
      case .vega: volPoints * volPoints
      }
    }
  }

  public struct VegaBucket: Hashable, Sendable {
    public var years: Double
    public var vegaCashPerPoint: Double
  }

  /// - Parameter measure: the delta that the deviation is of: `delta` of profit, `usdDelta` of value.
  init(
    _ pool: RiskPool, margin: StandardMargin, day: Day, measure: HedgeExposure = .delta
  ) throws(RiskError) {
    let measures = try LeverageEngine.measures(pool)
    let region = try Liquidation.region(pool, margin: margin)
    equity = measures.equity
    deltaLeverage = measures.deltaLeverage
    leverageOnEquity =
      measures.equityUsd > 0
      ? .value(measures.deltaCash.magnitude / measures.equityUsd) : .absent(.negativeEquity)
    maxLoss = Self.maxLoss(measures, of: pool)
    capitalAtRisk = measures.capitalAtRisk
    deltaCash = measures.deltaCash
    profitDelta = Self.profitDelta(
      Exposure(Revaluation(pool), indices: pool.indices), of: pool)
    usdDelta = profitDelta + (pool.currency == .coin ? measures.equityUsd : 0)
    gammaCash = measures.gammaCash
    vegaCashPerPoint = measures.vegaCashPerPoint
    vega30CashPerPoint = Self.vega30(pool)
    (vegaByExpiry, basis) = Self.byExpiry(pool)
    thetaCashPerDay = measures.thetaCashPerDay
    stressMultiple = measures.stressMultiple
    scenarioLoss = max(0, -(HedgeScenarios.profits(of: pool).min() ?? 0))
    initialMargin = try margin.initial(of: pool)
    maintenance = region.maintenance
    liquidationBelow = region.below
    liquidationAbove = region.above
    isLiquidable = !region.healthy
    let delta = measure == .usdDelta ? usdDelta : profitDelta
    deviation = Deviation(
      delta: delta.magnitude * day.weight(measure).squareRoot(),
      gamma: gammaCash.magnitude / 100 * day.weight(.gamma).squareRoot(),
      vega: vega30CashPerPoint.magnitude * day.weight(.vega).squareRoot(),
      basis: day.basis.variance(of: basis).squareRoot())
  }

  func exposure(_ kind: HedgeExposure) -> Double {
    switch kind {
    case .delta: profitDelta
    case .usdDelta: usdDelta
    case .gamma: gammaCash / 100
    case .vega: vega30CashPerPoint
    }
  }

  /// Of several expiries the largest loss is known where the price alone takes it beyond any bound:
  /// before the first of them, or what is left after one of them before the last option's.
  private static func maxLoss(_ measures: PoolMeasures, of pool: RiskPool) -> Measure {
    guard measures.maxLoss == .positiveInfinity, TerminalFloor.hasSeveralExpiries(pool.legs) else {
      return measures.maxLoss
    }
    let last = pool.legs.compactMap(\.optionYears).max() ?? 0
    let ends = Set(pool.legs.compactMap(\.datedYears)).filter { $0 < last }
    let isOpen = ([-1] + ends).contains { end in
      let slopes = pool.legs.filter { ($0.datedYears ?? .infinity) > end }.map(WingProgram.slope)
      let size = slopes.reduce(0) { $0 + $1.magnitude }
      return slopes.reduce(0, +) < -TerminalFloor.flatSlope * size
    }
    return isOpen ? .positiveInfinity : .absent(.severalExpiries)
  }

  private static func byExpiry(_ pool: RiskPool) -> ([VegaBucket], [HedgeBasis.Bucket]) {
    var (vegas, deltas): ([VegaBucket], [HedgeBasis.Bucket]) = ([], [])
    for years in Set(pool.legs.compactMap(\.datedYears)).sorted() {
      var part = pool
      part.legs.removeAll { $0.datedYears != years }
      let exposure = Exposure(Revaluation(part), indices: pool.indices)
      deltas.append(
        HedgeBasis.Bucket(years: years, deltaCash: profitDelta(exposure, of: part)))
      if part.legs.contains(where: \.isOption) {
        vegas.append(VegaBucket(years: years, vegaCashPerPoint: exposure.total(\.vega) / 100))
      }
    }
    return (vegas, deltas)
  }

  /// S ∂E/∂S, USD.
  static func profitDelta(_ exposure: Exposure, of pool: RiskPool) -> Double {
    pool.currency == .usd
      ? exposure.total(\.delta) : exposure.total(\.coinDelta) * pool.usdPerUnit
  }

  /// USD per point of 30-day volatility.
  static func vega30(_ pool: RiskPool) -> Double {
    var weighted = pool
    for place in weighted.legs.indices {
      guard let years = weighted.legs[place].optionYears, years > 0 else { continue }
      weighted.legs[place].quantity *= (30.0 / 365 / years).squareRoot()
    }
    return Exposure(Revaluation(weighted), indices: pool.indices).total(\.vega) / 100
  }
}

/// One way back, or why it is none.
public struct HedgeProposal: Hashable, Sendable {
  public enum Way: String, Hashable, Sendable, CaseIterable {
    case perpetual, reduce, topUp, roll, wing, combination

    public var explanation: String {
      switch self {
      case .perpetual: "hedge with a perpetual or future"
      case .reduce: "reduce every leg alike"
      case .topUp: "top up the pool's collateral"
      case .roll: "roll options to a later expiry"
      case .wing: "buy a wing"
      case .combination: "cheapest combination of listed contracts"
      }
    }
  }

  public var way: Way
  public var trades: [HedgeTrade]
  /// Cash paid in, pool currency.
  public var cashAdded: Double
  /// Marks of options bought less those of options sold, pool currency: paid where above 0. It buys
  /// its worth, and is no cost.
  public var premium: Double
  /// Half-spreads and fees, pool currency, and what the capital held costs meanwhile.
  public var spread: Double
  public var fees: Double
  public var capitalCost: Double
  /// What the risk that stays is charged, pool currency; 0 without an aversion to it. Nobody pays it.
  public var riskCharge = 0.0
  /// Whether every price is a quote; else some half-spreads are assumed.
  public var isQuoted: Bool
  public var after: HedgeState
  public var isReached: Bool
  /// What stands in the way where the target is not reached, and by how much.
  public var shortfall: String?
  /// Limits that cut its orders or that it would break.
  public var obstacles: [HedgeObstacle]
  /// What is worse after it than before, for a reader.
  public var worsened: [String]

  public var cost: Double { spread + fees + capitalCost }
  /// What ways are ranked by.
  public var objective: Double { cost + riskCharge }
}

/// A way that leads nowhere for this pool.
public struct HedgeRefusal: Hashable, Sendable {
  public var way: HedgeProposal.Way
  public var reason: String
  /// Limits that stand in its way; none where pool or target are no case for it.
  public var obstacles: [HedgeObstacle]
}

/// Every way that was tried, cheapest of those that arrive first.
public struct HedgePlan: Hashable, Sendable {
  public var target: HedgeTarget
  public var before: HedgeState
  /// What may be left of each exposure asked about, USD (per 1 % for gamma, per point for vega).
  public var tolerances: [HedgeExposure: Double]
  public var proposals: [HedgeProposal]
  public var refusals: [HedgeRefusal]
  /// The target holds already.
  public var isThere: Bool
  /// Of a coin pool asked for a delta: what of a perpetual would hold its coins, or its USD, still.
  public var neutralCounts: NeutralCounts?
  /// Nil where no solver was at hand.
  public var solver: String?

  /// Signed contracts of one inverse future, in whole lots (leverage-math 7.1).
  public struct NeutralCounts: Hashable, Sendable {
    public var instrument: String
    public var coin: Double
    public var usd: Double
  }
}
