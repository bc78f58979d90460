internal import FulcrumNumerics
internal import RealModule

/// What a stretch of bars says about its own volatility, by eight estimators.
///
/// Every σ is annual, 1 = 100 %: √(P·variance per bar). Formulas in leverage-math 4.1; a crypto market
/// has no night, so an open is the close before it and Yang-Zhang is close to Rogers-Satchell. Range
/// estimators are biased low where a bar holds few trades.
///
/// - Accuracy: within 1e-10 relative (Tests/Vectors/realised_vol.json).
public struct RealisedVolatility: Hashable, Sendable {
  /// Unbiased, about the mean return. Needs 3 bars.
  public let closeClose: Double
  /// About a mean of 0: the default for 5-minute bars.
  public let closeCloseZeroMean: Double
  /// From high and low alone.
  public let parkinson: Double
  /// From all four prices: the default for hourly and daily bars.
  public let garmanKlass: Double
  /// From all four prices, free of drift.
  public let rogersSatchell: Double
  /// Mix of open, close and Rogers-Satchell variances, bars 2..n.
  public let yangZhang: Double
  /// k of Yang-Zhang: the weight of the open-to-close variance.
  public let yangZhangWeight: Double
  /// Products of neighbouring returns: blind to single jumps.
  public let bipower: Double
  /// Medians of three neighbouring returns: blind to single jumps; nil below 4 bars.
  public let medRV: Double?
  /// max(0, 1 − BV/RV): share of the variance that came in jumps, in [0, 1].
  public let jumpShare: Double

  /// Whether any bar has a high above its low. Where none has, the file held one price a bar, and what
  /// range estimators (and Yang-Zhang, which holds one) say is no observation.
  public let hasRange: Bool

  /// - Parameters:
  ///   - bars: in time order, at least 3.
  ///   - periodsPerYear: P > 0: 365 for days, 8760 for hours.
  /// - Throws: `.tooShort`; `.badElement` for P.
  public init(_ bars: [PriceBar], periodsPerYear: Double) throws(SeriesError) {
    guard bars.count >= 3 else { throw .tooShort(what: "bars", seen: bars.count, needed: 3) }
    guard periodsPerYear > 0, periodsPerYear.isFinite else {
      throw .badElement(
        what: "periodsPerYear", index: 0, seen: periodsPerYear, allowed: "a finite number above 0")
    }
    func annual(_ variance: Double) -> Double {
      (max(0, variance) * periodsPerYear).squareRoot()
    }
    hasRange = bars.contains { $0.high > $0.low }
    let returns = Self.returns(bars)
    let squares = returns.lazy.map { $0 * $0 }.neumaierSum
    let count = Double(returns.count)
    closeClose = annual(Self.sampleVariance(returns))
    closeCloseZeroMean = annual(squares / count)
    let bars0 = bars.map(Logs.init)
    parkinson = annual(
      bars0.lazy.map { $0.range * $0.range }.neumaierSum / (4 * Double(bars.count) * .log(2)))
    garmanKlass = annual(
      bars0.lazy.map { 0.5 * $0.range * $0.range - (2 * .log(2) - 1) * $0.body * $0.body }
        .neumaierSum / Double(bars.count))
    rogersSatchell = annual(bars0.lazy.map(\.rogersSatchell).neumaierSum / Double(bars.count))
    // k = 0.34/(1.34 + (N+1)/(N−1)): Yang and Zhang's choice of least variance.
    let weight = 0.34 / (1.34 + (count + 1) / (count - 1))
    let opens = zip(bars.dropFirst(), bars).map { Double.log($0.open / $1.close) }
    let bodies = bars0.dropFirst().map(\.body)
    let driftless = bars0.dropFirst().lazy.map(\.rogersSatchell).neumaierSum / count
    yangZhang = annual(
      Self.sampleVariance(opens) + weight * Self.sampleVariance(bodies)
        + (1 - weight) * driftless)
    yangZhangWeight = weight
    let pairs = zip(returns, returns.dropFirst()).lazy.map { abs($0 * $1) }.neumaierSum
    let bipowerVariance = Double.pi / 2 * pairs / (count - 1)
    bipower = annual(bipowerVariance)
    medRV = returns.count < 3 ? nil : annual(Self.medianVariance(returns))
    let variance = squares / count
    jumpShare = variance == 0 ? 0 : max(0, 1 - bipowerVariance / variance)
  }

  /// ln(cᵢ/cᵢ₋₁), one fewer than the bars.
  public static func returns(_ bars: [PriceBar]) -> [Double] {
    zip(bars.dropFirst(), bars).map { Double.log($0.close / $1.close) }
  }

  /// Garman and Klass's variance of one bar, per bar; may be 0, never below.
  public static func garmanKlassVariance(_ bar: PriceBar) -> Double {
    let logs = Logs(bar)
    return max(0, 0.5 * logs.range * logs.range - (2 * .log(2) - 1) * logs.body * logs.body)
  }

  /// About the mean, over n − 1; 0 for fewer than two.
  private static func sampleVariance(_ values: [Double]) -> Double {
    guard values.count > 1 else { return 0 }
    let mean = values.neumaierSum / Double(values.count)
    return values.lazy.map { ($0 - mean) * ($0 - mean) }.neumaierSum / Double(values.count - 1)
  }

  private static func medianVariance(_ returns: [Double]) -> Double {
    var sum = NeumaierSum()
    for place in 1..<(returns.count - 1) {
      let (a, b, c) = (abs(returns[place - 1]), abs(returns[place]), abs(returns[place + 1]))
      let median = max(min(a, b), min(max(a, b), c))
      sum.add(median * median)
    }
    let factor = Double.pi / (6 - 4 * 3.0.squareRoot() + .pi)
    return factor * sum.value / Double(returns.count - 2)
  }
}

/// The logarithms that range estimators share.
private struct Logs {
  let range: Double
  let body: Double
  let rogersSatchell: Double

  init(_ bar: PriceBar) {
    range = Double.log(bar.high / bar.low)
    body = Double.log(bar.close / bar.open)
    rogersSatchell =
      Double.log(bar.high / bar.close) * Double.log(bar.high / bar.open)
      + Double.log(bar.low / bar.close) * Double.log(bar.low / bar.open)
  }
}
