internal import RealModule

/// Exponentially weighted variance (leverage-math 4.2).
///
///     h_{t+1} = λ h_t + (1 − λ) r_t²,   h₁ = r₁² or given
public enum ExponentialVariance {
  /// λ of a day, as RiskMetrics chose it: half of the weight lies in the last 11.2 days.
  public static let dailyDecay = 0.94

  /// h₁ … h_{n+1}; the last is the forecast for the next step.
  ///
  /// - Parameters:
  ///   - returns: at least one, finite, as ratios or logs; the variance is in their unit squared.
  ///   - decay: λ in [0, 1].
  ///   - first: h₁ ≥ 0; r₁² where nil.
  /// - Throws: `.tooShort`; `.badElement` for a return or a decay outside its domain.
  public static func path(
    _ returns: [Double], decay: Double, first: Double? = nil
  ) throws(SeriesError) -> [Double] {
    try requireCount(returns, atLeast: 1, "returns")
    try requireFinite(returns, "returns")
    guard decay >= 0, decay <= 1 else {
      throw .badElement(what: "lambda", index: 0, seen: decay, allowed: "from 0 to 1")
    }
    var path = [first ?? returns[0] * returns[0]]
    path.reserveCapacity(returns.count + 1)
    for r in returns { path.append(decay * path[path.count - 1] + (1 - decay) * r * r) }
    return path
  }

  /// ln ½ / ln λ: steps after which a return's weight has halved.
  public static func halfLife(decay: Double) -> Double { Double.log(0.5) / Double.log(decay) }

  /// λ of a step of `days`, so that the half-life in time is the daily one.
  public static func decay(stepDays days: Double) -> Double { Double.pow(dailyDecay, days) }
}
