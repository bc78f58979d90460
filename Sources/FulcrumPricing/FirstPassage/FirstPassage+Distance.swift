internal import FulcrumNumerics
internal import RealModule

extension FirstPassage {
  /// The log distance |ln(B/S)| at which a driftless index touches B within T with probability p.
  ///
  /// The other way round of `probability(_:)` with μ = 0, whose log drift is −σ²/2.
  ///
  /// - Parameters:
  ///   - probability: p above 0 and below 1.
  ///   - volatility: σ ≥ 0 per √year.
  ///   - years: T ≥ 0.
  /// - Returns: above 0; 0 where σ√T is 0, since then no distance is ever covered.
  /// - Throws: `PricingError.outOfDomain`.
  /// - Accuracy: within 1e-13 relative of the root; see `probability(_:)`.
  public static func distance(
    probability: Double, side: Side, volatility: Double, years: Double
  ) throws(PricingError) -> Double {
    guard probability > 0, probability < 1 else {
      throw .outOfDomain(
        field: "probability", seen: probability, allowed: "a number above 0 and below 1")
    }
    try requireSize(volatility, "volatility")
    try requireSize(years, "years")
    let deviation = volatility * years.squareRoot()
    guard deviation > 0 else { return 0 }
    let drift = (side == .up ? -0.5 : 0.5) * volatility * volatility
    // In logs: a small p is far away and its logarithm is almost a parabola.
    let goal = Double.log(probability)
    func excess(_ distance: Double) -> Double {
      let hit = self.probability(
        distance: distance, driftTowards: drift, volatility: volatility, years: years)
      return Double.log(hit) - goal
    }
    // Certain at 0; downwards the drift carries σ²T/2 further.
    var (near, far) = (0.0, deviation)
    for _ in 0..<200 where excess(far) > 0 { (near, far) = (far, 2 * far) }
    let nearValue = near == 0 ? -goal : excess(near)
    return BracketedRoot.find(
      lower: near, upper: far, lowerValue: nearValue, upperValue: excess(far),
      tolerance: 1e-14 * far, excess)
  }
}
