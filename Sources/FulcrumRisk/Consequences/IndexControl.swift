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

  private let ratios: [Double]
  /// E S_T/S₀
  private let expected: Double
  private let pilotMean: Double
  private let pilotSquares: Double

  /// - Parameter ratios: S_T/S₀ of every path.
  /// - Returns: nil where E S_T is known but for an approximation of the law's steps (stochastic
  ///   variance, resampled bars), and where ln S_T deviates by more than 1: a few paths then make most
  ///   of the variance of S_T, and β is theirs.
  init?(_ ratios: [Double], of settings: ConsequenceSettings) {
    switch settings.model {
    case .gbm, .merton, .kou: break
    case .heston, .bates, .bootstrap: return nil
    }
    guard settings.model.deviation(years: settings.horizon, steps: 1) <= 1 else { return nil }
    self.ratios = ratios
    expected = Double.exp(settings.drift * settings.horizon)
    let pilot = ratios.prefix(Self.pilot)
    let centre = pilot.reduce(0, +) / Double(max(pilot.count, 1))
    pilotMean = centre
    pilotSquares = pilot.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
  }

  /// - Parameter values: finite, one for each path.
  func adjust(_ values: inout [Double]) {
    let beta = beta(values)
    for place in values.indices { values[place] -= beta * (ratios[place] - expected) }
  }

  func mean(of values: [Double]) -> Estimate {
    let beta = beta(values)
    return Estimate(meanOf: values.indices.lazy.map { values[$0] - beta * (ratios[$0] - expected) })
  }

  private func beta(_ values: [Double]) -> Double {
    let count = min(values.count, Self.pilot)
    guard count > 1, pilotSquares > 0 else { return 0 }
    let middle = values.prefix(count).reduce(0, +) / Double(count)
    var covariance = 0.0
    for place in 0..<count {
      covariance += (ratios[place] - pilotMean) * (values[place] - middle)
    }
    return covariance / pilotSquares
  }
}
