internal import RealModule

/// How far a pool may drift from its target, and how orders are cut (leverage-math 5.4).
public struct ResizeRule: Hashable, Sendable {
  public enum Mode: String, Hashable, Sendable, CaseIterable {
    /// To the nearest edge of the band: best where costs are proportional.
    case edge
    /// To the target: for costs that are fixed.
    case target
  }

  /// h/target in [0, 1): half-width of the band.
  public let band: Double
  public let mode: Mode
  /// Contracts are traded in whole lots of this size, > 0.
  public let lot: Double
  /// Smallest order, contracts, ≥ 0.
  public let leastQuantity: Double

  public init(
    band: Double, mode: Mode, lot: Double, leastQuantity: Double
  ) throws(PolicyError) {
    try require(band >= 0 && band < 1, "band", band, "0 or more and below 1")
    try require(lot > 0, "lot", lot, "above 0")
    try require(leastQuantity >= 0, "smallest order", leastQuantity, "0 or more")
    self.band = band
    self.mode = mode
    self.lot = lot
    self.leastQuantity = leastQuantity
  }

  /// Davis-Norman's order of magnitude of the best band for a proportional cost, relative to L.
  ///
  ///     h ≈ (3/2 · k · L²(1 − L)²/γ)^⅓,   band = max(5 %, h/L)
  ///
  /// - Parameters:
  ///   - cost: k ≥ 0 per unit of notional.
  ///   - leverage: L > 0.
  ///   - riskAversion: γ > 0.
  public static func bandFromCost(
    _ cost: Double, leverage: Double, riskAversion: Double = 1
  ) -> Double {
    guard leverage > 0, riskAversion > 0, cost >= 0 else { return 0.05 }
    let spread = leverage * (1 - leverage)
    let half = Double.root(1.5 * cost * spread * spread / riskAversion, 3)
    return min(0.95, max(0.05, half / leverage))
  }
}

/// The order that brings a pool to where its policy wants it, or none.
public struct Resize: Hashable, Sendable {
  /// L > min(caps).
  public let isBreach: Bool
  /// The no-trade band around the target, leverages ≥ 0.
  public let bandLow: Double
  public let bandHigh: Double
  /// The band test alone.
  public let isInsideBand: Bool
  /// Where a pool may rest: half a band below the caps at most.
  public let restLeverage: Double
  /// Where the order should bring it, before rounding; the present leverage where there is none.
  public let newLeverage: Double
  /// Contracts before rounding, + increases the exposure.
  public let rawQuantity: Double
  /// Contracts after rounding toward less risk, + increases.
  public let quantity: Double

  /// Reductions are sent as reduce-only.
  public var isReduceOnly: Bool { quantity < 0 }

  /// - Parameters:
  ///   - current: L ≥ 0.
  ///   - target: as `LeverageTarget` gives it, with its caps.
  ///   - capitalAtRisk: CaR$ > 0.
  ///   - unitDeltaCash: u > 0, USD of exposure that one contract brings.
  public init(
    from current: Double, to target: LeverageTarget, by rule: ResizeRule,
    capitalAtRisk: Double, unitDeltaCash: Double
  ) throws(PolicyError) {
    try require(current >= 0, "leverage", current, "0 or more")
    try require(capitalAtRisk > 0, "capital at risk", capitalAtRisk, "above 0")
    try require(unitDeltaCash > 0, "unit delta cash", unitDeltaCash, "above 0")
    let half = rule.band * target.target
    let breach = target.cap.map { current > $0 } ?? false
    let inside = current >= target.target - half && current <= target.target + half
    let rest = target.cap.map { min(target.target, $0 / (1 + 0.5 * rule.band)) } ?? target.target
    let new: Double
    if breach {
      new = rest
    } else if inside {
      new = current
    } else {
      switch rule.mode {
      case .target: new = rest
      case .edge: new = current < target.target ? target.target - half : target.target + half
      }
    }
    isBreach = breach
    bandLow = target.target - half
    bandHigh = target.target + half
    isInsideBand = inside
    restLeverage = rest
    newLeverage = new
    rawQuantity = (new - current) * capitalAtRisk / unitDeltaCash
    quantity = Self.rounded(
      rawQuantity, by: rule, openSize: current * capitalAtRisk / unitDeltaCash, isBreach: breach)
  }

  /// Increases down to a lot, reductions up to one, and no more than is open.
  static func rounded(
    _ raw: Double, by rule: ResizeRule, openSize: Double, isBreach: Bool
  ) -> Double {
    guard raw != 0 else { return 0 }
    let lots = raw.magnitude / rule.lot
    let nearest = lots.rounded()
    // A count that is whole but for rounding must not gain or lose a lot.
    let whole =
      abs(lots - nearest) <= 1e-9 * max(1, lots)
      ? nearest : lots.rounded(raw > 0 ? .down : .up)
    let size = raw > 0 ? whole * rule.lot : min(whole * rule.lot, openSize)
    guard size < rule.leastQuantity else { return raw > 0 ? size : -size }
    return isBreach && raw < 0 ? -min(rule.leastQuantity, openSize) : 0
  }
}
