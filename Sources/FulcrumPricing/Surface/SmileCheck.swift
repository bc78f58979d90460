internal import FulcrumNumerics
internal import RealModule

/// How far a slice is from arbitrage, on the points of leverage-math 8.3 and as many again where the
/// slice bends.
public struct SmileCheck: Hashable, Sendable {
  /// min g; butterflies are free of arbitrage where it is ≥ 0.
  public let densityMinimum: Double
  /// Where that is, k.
  public let densityMinimumAt: Double
  /// min (w − w of the earlier expiry), 0 or more without calendar arbitrage; nil where there is no
  /// earlier expiry.
  public let calendarGap: Double?
  public let calendarGapAt: Double?
  /// b(1 + |ρ|), at most 2.
  public let leeSlope: Double

  /// g ≥ −1e-8: what rounding leaves of 0.
  public var isButterflyFree: Bool { densityMinimum >= -1e-8 && leeSlope <= 2 }
  /// The gap likewise, as a share of nothing: total variances are of order 1e-4 and more.
  public var isCalendarFree: Bool { (calendarGap ?? 0) >= -1e-10 }
  public var isArbitrageFree: Bool { isButterflyFree && isCalendarFree }

  /// - Parameters:
  ///   - slice: the smile in question.
  ///   - earlier: that of the expiry before it.
  public init(_ slice: RawSVI, after earlier: RawSVI?) {
    var worst = (k: 0.0, value: Double.infinity)
    var gap = (k: 0.0, value: Double.infinity)
    for k in Self.points(slice, and: earlier) {
      let curve = slice.curve(at: k)
      let g = curve.density(at: k)
      if g < worst.value { worst = (k, g) }
      if let earlier {
        let difference = curve.w - earlier.totalVariance(at: k)
        if difference < gap.value { gap = (k, difference) }
      }
    }
    let reach = Self.reach(slice)
    worst = Self.refined(worst, reach) { slice.curve(at: $0).density(at: $0) }
    densityMinimum = worst.value
    densityMinimumAt = worst.k
    leeSlope = slice.leeSlope
    guard let earlier else {
      (calendarGap, calendarGapAt) = (nil, nil)
      return
    }
    gap = Self.refined(gap, reach) {
      slice.totalVariance(at: $0) - earlier.totalVariance(at: $0)
    }
    calendarGap = gap.value
    calendarGapAt = gap.k
  }

  /// The bottom beside the lowest point of the grid, which may lie between two of its points.
  private static func refined(
    _ lowest: (k: Double, value: Double), _ reach: Double, _ value: (Double) -> Double
  ) -> (k: Double, value: Double) {
    let step = reach / 100
    let found = GoldenSection.minimum(
      in: max(lowest.k - step, -reach)...min(lowest.k + step, reach), tolerance: 1e-3 * step,
      value)
    return found.value < lowest.value ? (found.position, found.value) : lowest
  }

  /// Half the width of the stretch that is looked at: max(1.5, 6√w(0)).
  static func reach(_ slice: RawSVI) -> Double {
    max(1.5, 6 * max(slice.totalVariance(at: 0), 0).squareRoot())
  }

  /// 201 even points over the whole reach, and the bends of both slices within it.
  static func points(_ slice: RawSVI, and earlier: RawSVI?) -> [Double] {
    let reach = reach(slice)
    var points = (0...200).map { reach * (Double($0) / 100 - 1) }
    points += bend(slice, reach)
    if let earlier { points += bend(earlier, reach) }
    return points
  }

  /// 81 points about m, dense within a few σ of it, where an even grid would step over the bend of
  /// a slice of few hours.
  private static func bend(_ slice: RawSVI, _ reach: Double) -> [Double] {
    (-40...40).map { slice.m + slice.sigma * Double.sinh(Double($0) / 8) }
      .filter { $0.magnitude <= reach }
  }
}
