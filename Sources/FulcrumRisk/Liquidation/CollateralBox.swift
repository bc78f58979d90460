/// The moves, times and volatilities that a pool is meant to survive (leverage-math 3.4).
public struct CollateralBox: Hashable, Sendable {
  /// Relative moves of the index, −1 < lower ≤ upper: x₋ − 1 and x₊ − 1.
  public var lowerMove: Double
  public var upperMove: Double
  /// Δt ≥ 0 in years.
  public var timesForward: [Double]
  /// v ≥ −1, relative.
  public var volShifts: [Double]

  public init(
    lowerMove: Double, upperMove: Double, timesForward: [Double] = [0], volShifts: [Double] = [0]
  ) {
    self.lowerMove = lowerMove
    self.upperMove = upperMove
    self.timesForward = timesForward
    self.volShifts = volShifts
  }

  func validate() throws(RiskError) {
    guard lowerMove > -1, lowerMove.isFinite else {
      throw .settingOutOfDomain(.boxLower, seen: lowerMove)
    }
    guard upperMove >= lowerMove, upperMove.isFinite else {
      throw .settingOutOfDomain(.boxUpper, seen: upperMove)
    }
    guard !timesForward.isEmpty else { throw .settingOutOfDomain(.timeForward, seen: .nan) }
    guard !volShifts.isEmpty else { throw .settingOutOfDomain(.volShift, seen: .nan) }
    for time in timesForward { try ScenarioNode(timeForward: time).validate() }
    for shift in volShifts { try ScenarioNode(volShift: shift).validate() }
  }
}
