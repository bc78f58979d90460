public import FulcrumModel

/// What a leverage is measured on. The same exposure over different capital is a different number,
/// so every leverage that is shown names its basis.
public enum CapitalBasis: String, Hashable, Sendable, CaseIterable {
  /// CaR = min(max(E, 0), ML): the headline (leverage-math 2.2).
  case capitalAtRisk
  /// E, marked equity of the pool.
  case equity
  /// C, cash inside the pool.
  case collateral
  /// What the options cost at entry.
  case premiumPaid
  /// Initial margin of the rule in force.
  case initialMargin
  /// Initial margin as the venue reported it.
  case venueInitialMargin
  /// H = E − M: the buffer before liquidation.
  case maintenanceExcess

  public var explanation: String {
    switch self {
    case .capitalAtRisk: "capital at risk: the lesser of the pool's equity and its maximum loss"
    case .equity: "marked equity of the pool"
    case .collateral: "cash inside the pool"
    case .premiumPaid: "premium paid at entry"
    case .initialMargin: "initial margin under the rule in force"
    case .venueInitialMargin: "initial margin as the venue reported it"
    case .maintenanceExcess: "equity above maintenance margin"
    }
  }
}

/// How the pool's cash came to be known.
public enum CollateralBasis: Hashable, Sendable {
  /// The owner gave C.
  case cashGiven
  /// The owner or the venue gave E; C follows from the marks.
  case equityGiven
  /// Nobody gave any; the pool is long options alone, which were paid for: C = 0.
  case premiumOnly
  /// Nobody gave any, and the pool can lose more than it is worth.
  case unknown

  public var explanation: String {
    switch self {
    case .cashGiven: "cash as given"
    case .equityGiven: "cash derived from the equity given and the marks"
    case .premiumOnly: "no cash given; long options alone need none"
    case .unknown: "collateral unknown"
    }
  }
}

/// Liquidation of a pool along one of its underlyings, the others held.
public struct UnderlyingLiquidation: Hashable, Sendable {
  public var underlying: Underlying
  /// At the report's instant and today's volatilities.
  public var today: LiquidationRegion
  /// Over the time and volatility nodes; nil where it was not asked for.
  public var surface: LiquidationSurface?
  /// Distance to the nearest liquidation price in daily sigmas, down and up, both ≥ 0.
  public var sigmasDown: Double?
  public var sigmasUp: Double?
  /// Probability that the index touches a liquidation price within 1 and 7 days, driftless.
  public var probability1Day: Measure
  public var probability7Days: Measure
}

/// The volatility that distances and probabilities are scaled by.
public struct ReferenceVolatility: Hashable, Sendable {
  public enum Source: String, Hashable, Sendable, CaseIterable {
    /// Given by the user.
    case given
    /// At-the-money implied volatility interpolated to 30 days.
    case atTheMoney30Days
    /// At-the-money implied volatility of the only usable expiry.
    case atTheMoneyNearest
  }
  /// Per year, 1 = 100 %.
  public var annual: Double
  public var source: Source
  /// One calendar day: annual/√365.
  public var daily: Double { annual / 365.0.squareRoot() }

  public init(annual: Double, source: Source) {
    self.annual = annual
    self.source = source
  }
}

/// Everything about one isolated pool.
public struct PoolReport: Hashable, Sendable {
  public var id: String
  public var strategy: String?
  /// What collateral and profit are counted in.
  public var currency: Asset
  public var underlyings: [Underlying]
  public var legs: [LegReport]
  public var collateralBasis: CollateralBasis
  /// The pool in doubles; nil where a leg could not be valued.
  public var riskPool: RiskPool?
  /// Nil where a leg could not be valued. Where collateral is unknown the exposures stand and
  /// everything on capital is absent with that reason.
  public var measures: PoolMeasures?
  /// The shocks of `measures.curve` (0 and both one-day sigmas among them).
  public var curveShocks: [Double]
  /// Requirement of the rule in force, pool currency; nil with `measures`.
  public var margin: PoolMargin?
  /// |D| over each basis that is known.
  public var leverageByBasis: [CapitalBasis: Measure]
  public var liquidation: [UnderlyingLiquidation]
  public var referenceVolatility: [Underlying: ReferenceVolatility]
  /// Measures that make positions comparable; nil where capital is unknown.
  public var comparison: ComparisonReport?
  /// One-factor VaR and ES over one day at 1 %; nil where not computed.
  public var tailRisk: TailRiskReport?
  public var regulatory: RegulatoryReport?
  /// max over ±one-day sigma and ± stress of |L_sec|.
  public var worstSecant: Measure

  /// Whether the pool's capital is known.
  public var capitalIsKnown: Bool { collateralBasis != .unknown && measures != nil }
  /// Every reason why a number is missing.
  public var problems: [LegProblem] { legs.flatMap(\.problems) }
}

/// Return for risk: what makes positions of different kinds comparable.
public struct ComparisonReport: Hashable, Sendable {
  /// Theta per day over capital at risk, signed: + earns with time.
  public var thetaCarryPerDay: Measure
  /// The move that theta pays for, in daily sigmas: √(2|θ/365| / |Γ$|)/σ_daily.
  public var breakevenMoveSigmas: Measure
  /// Drift earned on delta per day over the one-day expected shortfall.
  public var expectedReturnOverShortfall: Measure
}

/// What the rule in force asks of the pool, in its currency.
public struct PoolMargin: Hashable, Sendable {
  public var ruleSet: String
  public var initial: Double
  public var maintenance: Double
  /// H = E − M; nil where collateral is unknown.
  public var excess: Double?
}

/// VaR and ES of a pool with the settings that they were taken at.
public struct TailRiskReport: Hashable, Sendable {
  public var horizonDays: Double
  /// The tail, 0.01 = 1 %.
  public var tail: Double
  public var factorVolatility: Double
  /// Pool currency, positive = loss.
  public var valueAtRisk: Double
  public var expectedShortfall: Double
  public var valueAtRiskLeverage: Measure
  public var expectedShortfallLeverage: Measure
}

/// The regulatory lenses on one pool (leverage-math 2.7): reporting views, none sees gamma.
public struct RegulatoryReport: Hashable, Sendable {
  public var aifmdGross: Measure
  public var commitment: Measure
  public var sec18f4Exposure: Measure
  public var saccrEffectiveNotional: Double
  public var saccrAddOn: Double
  public var saccrEffectiveLeverage: Measure
}
