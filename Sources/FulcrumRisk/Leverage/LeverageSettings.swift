/// The shocks at which a pool's leverage is measured (leverage-math 2.4), with its defaults.
public struct LeverageSettings: Hashable, Sendable {
  /// Relative moves u > −1 of the leverage curve and of the secants.
  public var curveShocks: [Double]
  /// Relative moves u > −1 of the stress grid.
  public var stressSpot: [Double]
  /// Relative volatility shifts v ≥ −1 of the stress grid: σ becomes σ(1 + v).
  public var stressVolRel: [Double]
  /// Equity of the account that owns the pool, USD; nil when unknown.
  public var accountEquityUsd: Double?

  public init(
    curveShocks: [Double] = [-0.2, -0.1, 0, 0.1, 0.2],
    stressSpot: [Double] = [-0.3, -0.15, 0, 0.15, 0.3],
    stressVolRel: [Double] = [-0.2, 0, 0.3],
    accountEquityUsd: Double? = nil
  ) {
    self.curveShocks = curveShocks
    self.stressSpot = stressSpot
    self.stressVolRel = stressVolRel
    self.accountEquityUsd = accountEquityUsd
  }

  public static let standard = LeverageSettings()

  func validate() throws(RiskError) {
    for shock in curveShocks where !(shock > -1 && shock.isFinite) {
      throw .settingOutOfDomain(.curveShock, seen: shock)
    }
    for shock in stressSpot where !(shock > -1 && shock.isFinite) {
      throw .settingOutOfDomain(.stressSpot, seen: shock)
    }
    for shift in stressVolRel where !(shift >= -1 && shift.isFinite) {
      throw .settingOutOfDomain(.stressVolRel, seen: shift)
    }
    if let accountEquityUsd, !accountEquityUsd.isFinite {
      throw .settingOutOfDomain(.accountEquityUsd, seen: accountEquityUsd)
    }
  }
}
