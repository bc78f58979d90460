internal import RealModule

/// Steering by money where leverage cannot be steered.
///
/// A defined-risk pool (capital at risk = maximum loss) keeps its leverage whatever its size, and a
/// delta-neutral one has none to keep. Both are resized in units of the whole strategy so that the
/// worst loss of the stress grid stays within a budget: target CaR = budget / stress multiple.
public struct MoneyAtRiskTarget: Hashable, Sendable {
  /// USD that the pool may have at risk: budget / stress multiple, ≥ 0.
  public let target: Double
  /// CaR$ within the band around the target.
  public let isInsideBand: Bool
  /// CaR$ above the band.
  public let isBreach: Bool
  /// Units of the strategy, + increases; whole units.
  public let units: Int

  /// - Parameters:
  ///   - capitalAtRisk: CaR$ > 0 now.
  ///   - stressMultiple: worst loss over CaR, > 0.
  ///   - budget: USD of worst loss that is allowed, ≥ 0, already scaled by the regime.
  ///   - openUnits: whole units of the strategy that are open, ≥ 1.
  ///   - band: half-width as a share of the target, in [0, 1).
  public init(
    capitalAtRisk: Double, stressMultiple: Double, budget: Double, openUnits: Int, band: Double
  ) throws(PolicyError) {
    try require(capitalAtRisk > 0, "capital at risk", capitalAtRisk, "above 0")
    try require(stressMultiple > 0, "stress multiple", stressMultiple, "above 0")
    try require(budget >= 0, "risk budget", budget, "0 or more")
    try require(openUnits >= 1, "open units", Double(openUnits), "1 or more")
    try require(band >= 0 && band < 1, "band", band, "0 or more and below 1")
    let target = budget / stressMultiple
    self.target = target
    let ratio = capitalAtRisk / target
    isBreach = capitalAtRisk > target * (1 + band)
    isInsideBand = target > 0 && ratio >= 1 - band && ratio <= 1 + band
    if isInsideBand {
      units = 0
    } else {
      // Down to whole units: increases and what is left after a reduction both round to less risk.
      let wanted = (Double(openUnits) * target / capitalAtRisk * (1 + 1e-12)).rounded(.down)
      units = Int(min(wanted, 1e15)) - openUnits
    }
  }
}
