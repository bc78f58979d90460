/// Exposure of a pool to one of its underlyings, USD (leverage-math 2.3).
public struct UnderlyingExposure: Hashable, Sendable {
  /// Place of the underlying in `RiskPool.indices`.
  public var underlying: Int
  /// G: Σ|n|mF of a USD pool, S·(Σ|n|m + Σ|n|A/F) of a coin pool; expired worthless legs count 0.
  public var grossNotional: Double
  /// D, signed: + gains when this underlying rises.
  public var deltaCash: Double
  /// |D|_Σ: sum over legs without netting.
  public var absDeltaCash: Double
  /// Γ$ = Σ n m Γ F² (a coin pool's legs times S/F).
  public var gammaCash: Double
  /// USD per volatility point.
  public var vegaCashPerPoint: Double
  /// USD per calendar day; negative loses with time.
  public var thetaCashPerDay: Double
}

/// Every leverage number of one isolated pool (leverage-math 2.2 to 2.6; key names of section 10).
///
/// Money in `equity`, `maxLoss`, `capitalAtRisk`, `worstLoss` is in the pool's currency; names that
/// end in `Usd` or contain `Cash` are USD. Ratios are plain (12.4 is 12.4×). With several underlyings
/// the headline exposure is Σ_u |D_u|: netted within an underlying, never between two.
public struct PoolMeasures: Hashable, Sendable {
  public var status: PoolStatus
  public var currency: PoolCurrency
  /// S of a coin pool, 1 of a USD pool: USD per unit of the pool's currency.
  public var usdPerUnit: Double

  // MARK: Capital
  /// E = C + Σ n m V + Σ futures profit.
  public var equity: Double
  public var equityUsd: Double
  /// ML ≥ 0, or +∞.
  public var maxLoss: Measure
  /// CaR = min(max(E, 0), ML).
  public var capitalAtRisk: Double
  public var capitalAtRiskUsd: Double

  // MARK: Exposure, USD
  public var exposures: [UnderlyingExposure]
  public var grossNotional: Double
  /// D summed over underlyings, signed.
  public var deltaCash: Double
  public var absDeltaCash: Double
  public var gammaCash: Double
  public var gammaCash1pct: Double
  public var vegaCashPerPoint: Double
  public var thetaCashPerDay: Double

  // MARK: Ratios on capital at risk
  public var grossLeverage: Measure
  /// L_Δ, the headline, ≥ 0.
  public var deltaLeverage: Measure
  public var signedDeltaLeverage: Measure
  public var vegaLeveragePerPoint: Measure
  public var volElasticity: Measure
  /// > 0 loses with time.
  public var thetaDrainPerDay: Measure
  /// λ of a pool of exactly one option.
  public var elasticity: Measure
  /// L(u) at each curve shock.
  public var curve: [Measure]
  /// L_sec(u) at the curve shocks other than 0; empty when CaR = 0.
  public var secantLeverage: [Measure]
  /// max over shocks of |L_sec|, of either sign; with several underlyings each moves in its own worst
  /// direction. Absent when CaR = 0.
  public var largestSecant: Measure
  /// L_γ(u) at each curve shock; empty when CaR = 0, every element absent in a coin pool.
  public var gammaAdjusted: [Measure]
  /// W ≥ 0 over the stress grid, pool currency.
  public var worstLoss: Double
  public var stressMultiple: Measure
  public var stressLeverage: Measure
  /// E(u, v) − E over the stress grid: a row a spot shock, a column a volatility shift.
  public var stressProfit: [[Double]]

  // MARK: Ratios on equity
  public var aifmdGross: Measure
  public var commitment: Measure
  /// L_E = D/E of a USD pool.
  public var equityLeverageSigned: Measure
  /// dL_E/dlnS of a USD pool.
  public var leverageSlopeLnS: Measure
  /// Σ n m δ + Σ nA/F of a coin pool, coins.
  public var coinDelta: Measure
  /// L_coin = ∂lnE_coin/∂lnS of a coin pool.
  public var coinLeverage: Measure
  /// L_usd = 1 + L_coin of a coin pool.
  public var usdEquityLeverage: Measure

  // MARK: Ratios on the account
  public var accountDeltaLeverage: Measure
  public var accountGrossLeverage: Measure
}
