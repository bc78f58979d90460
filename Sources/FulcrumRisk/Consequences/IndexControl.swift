import FulcrumNumerics
import FulcrumPricing
import RealModule

/// The index at the end as control variate of what a size comes to (leverage-math 6.4):
///
///     y − β(S_T/S₀ − e^{μT}),   β = cov(y, S_T)/var(S_T)
///
/// which has the mean of y and less spread, since E S_T is known. β is from the first 4,096 paths.
struct IndexControl {
  static let pilot = 4096

  private let misses: [Double]

  /// - Parameter ratios: S_T/S₀ of every path.
  /// - Returns: nil where E S_T is known but for an approximation of the law's steps (stochastic
  ///   variance, resampled bars), and where ln S_T deviates by more than 1.
  init?(_ ratios: [Double], of settings: ConsequenceSettings) {
    switch settings.model {
    case .gbm, .merton, .kou: break
    case .heston, .bates, .bootstrap: return nil
    }
    // Beyond that a few paths make most of S_T's variance, and β is theirs.
    guard settings.model.deviation(years: settings.horizon, steps: 1) <= 1 else { return nil }
    let mean = Double.exp(settings.drift * settings.horizon)
    misses = ratios.map { $0 - mean }
  }

  /// - Parameter values: finite, one for each path.
  func adjusted(_ values: [Double]) -> [Double] {
    let count = min(values.count, Self.pilot)
    guard count > 1 else { return values }
    let centre = misses.prefix(count).reduce(0, +) / Double(count)
    let middle = values.prefix(count).reduce(0, +) / Double(count)
    var (covariance, variance) = (0.0, 0.0)
    for place in 0..<count {
      let miss = misses[place] - centre
      covariance += miss * (values[place] - middle)
      variance += miss * miss
    }
    guard variance > 0 else { return values }
    let beta = covariance / variance
    return zip(values, misses).map { $0 - beta * $1 }
  }
}
