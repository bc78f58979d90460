import RealModule

/// A lognormal move of all indices together: ln(S'/S) = shift + deviation·z, z standard normal.
struct ReturnLaw: Hashable, Sendable {
  var shift: Double
  /// s > 0.
  var deviation: Double

  /// The reference of leverage-math 2.4: S exp(−s²/2 + sz), s = σ√(h/365), times e^{μh/365}.
  init(volatility: Double, horizonDays: Double, driftPerYear: Double = 0) {
    let years = horizonDays / 365
    deviation = volatility * years.squareRoot()
    shift = driftPerYear * years - deviation * deviation / 2
  }

  init(shift: Double, deviation: Double) {
    self.shift = shift
    self.deviation = deviation
  }

  /// Above it e^{s²/2}, the scale of the upper tail, leaves the range of a double.
  static let largestDeviation = 25.0

  var isRepresentable: Bool { deviation <= Self.largestDeviation && shift.isFinite }

  /// S'/S at z.
  func ratio(_ z: Double) -> Double { Double.exp(shift + deviation * z) }

  /// The z that takes the index to `ratio` times itself.
  func quantile(ofRatio ratio: Double) -> Double { (Double.log(ratio) - shift) / deviation }
}
