import FulcrumModel
import FulcrumNumerics
import RealModule

/// A jump of the index: ln(S'/S) ~ N(mean, deviation²), arriving `perYear` times a year.
public struct JumpLaw: Hashable, Sendable {
  public var mean: Double
  /// > 0.
  public var deviation: Double
  /// λ ≥ 0.
  public var perYear: Double

  public init(mean: Double, deviation: Double, perYear: Double) {
    self.mean = mean
    self.deviation = deviation
    self.perYear = perYear
  }
}

/// What a jump through liquidation and bankruptcy leaves unpaid: Q = (−E(S e^Y))⁺, pool currency.
///
/// It is the venue's or the insurance fund's loss; the owner's stops at E (leverage-math 3.3).
public struct GapRisk: Hashable, Sendable {
  /// E[Q] of one jump.
  public var expectedShortfall: Double
  /// P(Q > 0) of one jump; below 1e−33 it is 0.
  public var probability: Double
  /// The 99 % quantile of Q.
  public var quantile99: Double
  /// λ·Δt·E[Q].
  public var expectedBadDebt: Double
}

extension Liquidation {
  /// Shortfall of a pool under a lognormal jump of all indices together.
  ///
  /// - Parameter years: Δt ≥ 0 over which jumps may arrive.
  public static func gapRisk(
    _ pool: RiskPool, jump: JumpLaw, years: Double
  ) throws(RiskError) -> GapRisk {
    try pool.validate()
    guard jump.deviation > 0, jump.deviation.isFinite, jump.mean.isFinite else {
      throw .settingOutOfDomain(.jump, seen: jump.deviation)
    }
    guard jump.perYear >= 0, jump.perYear.isFinite else {
      throw .settingOutOfDomain(.jump, seen: jump.perYear)
    }
    try ScenarioNode(timeForward: years).validate()
    let now = Revaluation(pool)
    let law = ReturnLaw(shift: jump.mean, deviation: jump.deviation)
    let equity = ProfitDistribution(
      now, above: 0, law: law, reach: 12 + law.deviation,
      marks: [Normal.inverseCdf(0.01), -Normal.inverseCdf(0.01)])
    guard equity.isRepresentable else { throw .notRepresentable("equity of the pool after a jump") }
    // Below 0, not at it: a pool that holds nothing owes nothing.
    let bankrupt = equity.region(atMost: -.leastNonzeroMagnitude)
    let shortfall = max(0, -equity.integral(over: bankrupt))
    return GapRisk(
      expectedShortfall: shortfall, probability: ProfitDistribution.mass(bankrupt),
      quantile99: max(0, -equity.quantile(0.01)),
      expectedBadDebt: jump.perYear * years * shortfall)
  }
}
