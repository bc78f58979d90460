internal import FulcrumNumerics
internal import RealModule

/// The law under which X = ln S/S₀ is weighted by e^{aX} (Esscher 1932), for drawing what is rare:
///
///     dQ/dP up to t = exp(a X_t − κ(a) t),   κ(a) = ln E e^{aX_1}
///
/// Jumps keep their family: normal ones are moved by aδ², exponential ones have their rates changed by
/// a, both come as much more often as e^{aY} is above 1 on average. The diffusion's variance is the
/// same, so that bridges between two prices are.
public struct PathTilt: Hashable, Sendable {
  /// a.
  public let exponent: Double
  /// κ(a), a year.
  public let cumulant: Double
  public let model: PathModel
  /// μ under Q, arithmetic, a year.
  public let drift: Double

  /// - Parameter drift: μ, a year.
  /// - Returns: nil where log prices have no independent steps (stochastic variance, resampled bars),
  ///   or where e^{aX} has no mean.
  public init?(_ model: PathModel, drift: Double, exponent: Double) {
    let volatility = model.constantVolatility
    let square = volatility * volatility
    let slope = drift - model.compensation - 0.5 * square
    guard let tilted = Self.jumps(model, exponent) else { return nil }
    self.exponent = exponent
    self.model = tilted
    cumulant =
      exponent * slope + 0.5 * exponent * exponent * square
      + tilted.jumpsPerYear - model.jumpsPerYear
    self.drift = slope + exponent * square + tilted.compensation + 0.5 * square
    guard cumulant.isFinite, self.drift.isFinite, (try? tilted.validate()) != nil else {
      return nil
    }
  }

  /// The tilt under which X is expected at `distance` after `years`: κ′(a) = distance/years.
  ///
  /// - Parameters:
  ///   - distance: ln of the price looked for over the price now; not 0.
  ///   - years: above 0.
  public init?(reaching distance: Double, years: Double, _ model: PathModel, drift: Double) {
    // κ′ = E_Q X_1 grows with a.
    func miss(_ exponent: Double) -> Double? {
      Self(model, drift: drift, exponent: exponent).map { $0.meanLogReturn - distance / years }
    }
    guard let start = miss(0), start != 0 else { return nil }
    let side: Double = start > 0 ? -1 : 1
    var far = side
    var beyond = miss(far)
    // Where e^{aX} has no mean, a lies between.
    var (known, limit) = (0.0, Double.infinity)
    for _ in 0..<60 {
      if let value = beyond {
        if value * start <= 0 { break }
        known = far.magnitude
      } else {
        limit = far.magnitude
      }
      far = side * (limit.isFinite ? 0.5 * (known + limit) : 2 * known)
      beyond = miss(far)
    }
    guard let beyond, beyond * start <= 0 else { return nil }
    let exponent = BracketedRoot.find(
      lower: 0, upper: far, lowerValue: start, upperValue: beyond, tolerance: 1e-9
    ) { miss($0) ?? beyond }
    self.init(model, drift: drift, exponent: exponent)
  }

  /// E_Q X_1.
  private var meanLogReturn: Double {
    let square = model.constantVolatility * model.constantVolatility
    let jumped: Double =
      switch model {
      case .merton(_, let jumps): jumps.perYear * jumps.mean
      case .kou(_, let jumps):
        jumps.perYear
          * (jumps.upProbability / jumps.upRate - (1 - jumps.upProbability) / jumps.downRate)
      case .gbm, .heston, .bates, .bootstrap: 0
      }
    return drift - model.compensation - 0.5 * square + jumped
  }

  /// λ′ = λ E e^{aY}, and the law of Y under e^{aY}.
  private static func jumps(_ model: PathModel, _ a: Double) -> PathModel? {
    switch model {
    case .gbm: return model
    case .merton(let volatility, let jumps):
      let square = jumps.deviation * jumps.deviation
      let growth = Double.exp(a * jumps.mean + 0.5 * a * a * square)
      return .merton(
        volatility: volatility,
        jumps: NormalJumps(
          perYear: jumps.perYear * growth, mean: jumps.mean + a * square,
          deviation: jumps.deviation))
    case .kou(let volatility, let jumps):
      guard a < jumps.upRate, a > -jumps.downRate else { return nil }
      let up = jumps.upProbability * jumps.upRate / (jumps.upRate - a)
      let down = (1 - jumps.upProbability) * jumps.downRate / (jumps.downRate + a)
      let tilted = try? FirstPassage.Jumps(
        perYear: jumps.perYear * (up + down), upProbability: up / (up + down),
        upRate: jumps.upRate - a, downRate: jumps.downRate + a)
      return tilted.map { .kou(volatility: volatility, jumps: $0) }
    case .heston, .bates, .bootstrap: return nil
    }
  }
}
