import FulcrumModel
import FulcrumPricing

/// A pool before or after a hedge, in the numbers that a choice is made by.
public struct HedgeState: Hashable, Sendable {
  public var equity: Double
  /// Headline leverage on capital at risk, and |D|/E.
  public var deltaLeverage: Measure
  public var leverageOnEquity: Measure
  public var maxLoss: Measure
  public var capitalAtRisk: Double
  /// USD.
  public var deltaCash: Double
  public var gammaCash: Double
  public var vegaCashPerPoint: Double
  public var thetaCashPerDay: Double
  public var stressMultiple: Measure
  /// Pool currency.
  public var initialMargin: Double
  public var maintenance: Double
  public var liquidationBelow: Double?
  public var liquidationAbove: Double?
  public var isLiquidable: Bool
  /// One day's deviation of profit, USD: √((Dσ)² + ½(Γ$σ²)² + (vega·σ_vol)²).
  public var dailyDeviation: Double

  /// What a day of index and volatility is taken to be.
  public struct Day: Hashable, Sendable {
    /// σ of one day.
    public var deviation: Double
    /// Deviation of implied volatility a day, points.
    public var volPoints: Double

    public init(deviation: Double, volPoints: Double = 3) {
      self.deviation = deviation
      self.volPoints = volPoints
    }
  }

  init(_ pool: RiskPool, margin: StandardMargin, day: Day) throws(RiskError) {
    let measures = try LeverageEngine.measures(pool)
    let region = try Liquidation.region(pool, margin: margin)
    equity = measures.equity
    deltaLeverage = measures.deltaLeverage
    leverageOnEquity =
      measures.equityUsd > 0
      ? .value(measures.deltaCash.magnitude / measures.equityUsd) : .absent(.negativeEquity)
    maxLoss = measures.maxLoss
    capitalAtRisk = measures.capitalAtRisk
    deltaCash = measures.deltaCash
    gammaCash = measures.gammaCash
    vegaCashPerPoint = measures.vegaCashPerPoint
    thetaCashPerDay = measures.thetaCashPerDay
    stressMultiple = measures.stressMultiple
    initialMargin = try margin.initial(of: pool)
    maintenance = region.maintenance
    liquidationBelow = region.below
    liquidationAbove = region.above
    isLiquidable = !region.healthy
    let residual = DeltaHedge.residualDeviation(
      gammaCash: gammaCash, daily: day.deviation, vega: vegaCashPerPoint,
      volPoints: day.volPoints)
    let linear = deltaCash * day.deviation
    dailyDeviation = (linear * linear + residual * residual).squareRoot()
  }

  func exposure(_ kind: HedgeExposure) -> Double {
    switch kind {
    case .delta: deltaCash
    case .gamma: gammaCash / 100
    case .vega: vegaCashPerPoint
    }
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
  /// Half-spreads and fees, pool currency, and what the capital held costs meanwhile.
  public var spread: Double
  public var fees: Double
  public var capitalCost: Double
  /// Whether every price is a quote; else some half-spreads are assumed.
  public var isQuoted: Bool
  public var after: HedgeState
  public var isReached: Bool
  /// What stands in the way where the target is not reached, and by how much.
  public var shortfall: String?

  public var cost: Double { spread + fees + capitalCost }
}

/// A way that leads nowhere for this pool.
public struct HedgeRefusal: Hashable, Sendable {
  public var way: HedgeProposal.Way
  public var reason: String
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
  /// Nil where no solver was at hand.
  public var solver: String?
}
