internal import FulcrumNumerics
internal import RealModule

/// Corsi's heterogeneous autoregression of realised variance: day, week and month (leverage-math 4.4).
///
///     x_{t+1} = β₀ + β_d x_t + β_w mean(x_{t−4..t}) + β_m mean(x_{t−21..t}) + ε,   x = RV or ln RV
///
/// - Accuracy: within 1e-8 relative (Tests/Vectors/ewma_har.json).
/// - Source: F. Corsi, Journal of Financial Econometrics 7 (2009) 174–196.
public struct HeterogeneousVariance: Hashable, Sendable {
  /// Observations needed: 22 before the first row, and nine rows and more for each coefficient.
  public static let leastCount = 60
  /// Observations that a forecast stands on.
  public static let month = 22

  /// β₀, β_d, β_w, β_m.
  public let coefficients: [Double]
  /// s² = SSR/(rows − 4), of ln RV where `isLogarithmic`.
  public let residualVariance: Double
  /// Next RV, before the floor.
  public let forecast: Double
  /// Smallest RV of the sample: forecasts below it are not believed.
  public let floor: Double
  public let isLogarithmic: Bool
  public let rows: Int
  /// Places of zeros that were taken as the smallest other RV, since ln 0 is none.
  public let floored: [Int]

  /// The forecast, never below the smallest RV seen.
  public var flooredForecast: Double { max(floor, forecast) }

  /// - Parameters:
  ///   - variances: RV in time order, ≥ 0; where logarithmic above 0 but for one in ten, which are
  ///     taken as the smallest other.
  ///   - logarithmic: fit ln RV; the forecast is exp(f + ½s²).
  /// - Throws: `.tooShort`, `.badElement`, `.constant`, `.dependent`.
  public init(fitting variances: [Double], logarithmic: Bool) throws(SeriesError) {
    try requireCount(variances, atLeast: Self.leastCount, "RV")
    for (index, value) in variances.enumerated() where !value.isFinite || value < 0 {
      throw .badElement(what: "RV", index: index, seen: value, allowed: "finite, 0 or more")
    }
    guard let most = variances.max(), variances.contains(where: { $0 < most }) else {
      throw .constant(what: "RV")
    }
    floored = logarithmic ? variances.indices.filter { variances[$0] == 0 } : []
    if 10 * floored.count > variances.count {
      throw .badElement(
        what: "RV", index: floored[0], seen: 0, allowed: "above 0 on nine of ten days")
    }
    let least = variances.lazy.filter { !logarithmic || $0 > 0 }.min() ?? most
    let variances = variances.map { max($0, least) }
    let x = logarithmic ? variances.map { Double.log($0) } : variances
    var columns = [[Double]](repeating: [], count: 4)
    for t in 21..<(x.count - 1) {
      for (column, value) in Self.regressors(x, at: t).enumerated() {
        columns[column].append(value)
      }
    }
    guard let solution = LeastSquares.solve(columns: columns, target: Array(x[22...])) else {
      throw .dependent(what: "RV")
    }
    rows = x.count - 22
    coefficients = solution.coefficients
    residualVariance = solution.residualSquares / Double(rows - 4)
    let next = zip(Self.regressors(x, at: x.count - 1), solution.coefficients)
      .reduce(0) { $0 + $1.0 * $1.1 }
    forecast = logarithmic ? Double.exp(next + 0.5 * residualVariance) : next
    floor = least
    isLogarithmic = logarithmic
  }

  /// The floored forecast after other observations, with these coefficients.
  ///
  /// - Parameter recent: RV in time order, at least 22 of them; the last is the newest.
  /// - Returns: nil below 22 observations. Under logarithms a zero is taken as the floor.
  public func forecast(after recent: [Double]) -> Double? {
    guard recent.count >= Self.month else { return nil }
    let last = recent.suffix(Self.month)
    let x = isLogarithmic ? last.map { Double.log($0 > 0 ? $0 : floor) } : Array(last)
    let next = zip(Self.regressors(x, at: 21), coefficients).reduce(0) { $0 + $1.0 * $1.1 }
    return max(floor, isLogarithmic ? Double.exp(next + 0.5 * residualVariance) : next)
  }

  private static func regressors(_ x: [Double], at t: Int) -> [Double] {
    func mean(_ count: Int) -> Double {
      x[(t - count + 1)...t].reduce(0, +) / Double(count)
    }
    return [1, x[t], mean(5), mean(22)]
  }
}
