internal import FulcrumNumerics
internal import RealModule

/// A hidden Markov model by expectation and maximisation from several starts.
///
/// States are in ascending variance: 0 is the calmest.
public struct HiddenMarkovFit: Hashable, Sendable {
  public enum Outcome: Hashable, Sendable {
    case converged
    /// The likelihood still rose by this much in the last allowed step.
    case notConverged(lastGain: Double)
  }

  /// Fewest observations for which a fit is tried.
  public static let leastCount = 100

  public let model: HiddenMarkov
  public let logLikelihood: Double
  public let outcome: Outcome
  /// Steps of the start that ended best.
  public let steps: Int
  /// Starts tried.
  public let starts: Int

  public var hasConverged: Bool { outcome == .converged }

  /// - Parameters:
  ///   - series: returns or ln RV, at least 100, finite, not all equal.
  ///   - states: 2 or 3.
  ///   - starts: positions to start from; the same every time.
  ///   - limit: largest number of steps of a start; it stops before where Δℓ < 1e-8|ℓ|.
  /// - Throws: `.tooShort`, `.badElement`, `.constant`.
  public init(
    fitting series: [Double], states: Int, starts: Int = 10, limit: Int = 500
  ) throws(SeriesError) {
    try requireCount(series, atLeast: Self.leastCount, "series")
    try requireFinite(series, "series")
    guard states >= 2, states <= 3, starts >= 1 else {
      throw .badElement(what: "states", index: 0, seen: Double(states), allowed: "2 or 3")
    }
    let variance = HiddenMarkov.variance(series)
    guard variance > 0 else { throw .constant(what: "series") }
    var best: (climb: Climb, starts: Int)?
    for start in 0..<starts {
      let model = Self.guess(series, states: states, number: start)
      // A start under which some observation is impossible is no start.
      guard let climb = try? Self.climb(series, from: model, limit, floor: 1e-6 * variance) else {
        continue
      }
      if climb.logLikelihood > best?.climb.logLikelihood ?? -.infinity {
        best = (climb, start)
      }
    }
    guard let best else { throw .impossible(index: 0) }
    model = best.climb.model.inAscendingVariance
    logLikelihood = best.climb.logLikelihood
    outcome =
      best.climb.isDone ? .converged : .notConverged(lastGain: best.climb.lastGain)
    steps = best.climb.steps
    self.starts = starts
  }

  private struct Climb {
    var model: HiddenMarkov
    var logLikelihood = -Double.infinity
    var lastGain = Double.infinity
    var steps = 0
    var isDone = false
  }

  private static func climb(
    _ series: [Double], from model: HiddenMarkov, _ limit: Int, floor: Double
  ) throws(SeriesError) -> Climb {
    var climb = Climb(model: model)
    for step in 0..<limit {
      var pass = try MarkovPass(climb.model, series)
      climb.lastGain = pass.logLikelihood - climb.logLikelihood
      climb.logLikelihood = pass.logLikelihood
      climb.steps = step
      if climb.lastGain < 1e-8 * pass.logLikelihood.magnitude {
        climb.isDone = true
        return climb
      }
      climb.model = pass.reestimate(floor: floor)
    }
    climb.logLikelihood = try MarkovPass(climb.model, series).logLikelihood
    climb.steps = limit
    return climb
  }

  /// Even starts split the observations by size, odd ones by distance from the median, since states
  /// may differ in level or in spread; later ones are shaken by a sequence that never repeats and
  /// needs no random draw.
  private static func guess(_ series: [Double], states: Int, number: Int) -> HiddenMarkov {
    let sorted = series.sorted()
    let median = sorted[sorted.count / 2]
    let spread = HiddenMarkov.variance(series).squareRoot()
    let bySpread = number.isMultiple(of: 2)
    let ordered = bySpread ? series.sorted { abs($0 - median) < abs($1 - median) } : sorted
    var (means, deviations): ([Double], [Double]) = ([], [])
    for state in 0..<states {
      let part = ordered[
        (state * ordered.count / states)..<((state + 1) * ordered.count / states)]
      let mean = part.reduce(0, +) / Double(part.count)
      let squares = part.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(part.count)
      // The golden section's multiples modulo 1 fill the interval evenly.
      let shake =
        (Double(number * states + state) * 0.6180339887498949)
        .truncatingRemainder(dividingBy: 1) - 0.5
      let size = number < 2 ? 0 : shake
      means.append(mean + 0.3 * size * spread)
      deviations.append(
        max(squares.squareRoot(), 0.05 * spread) * Double.exp(size))
    }
    let stay = number % 4 < 2 ? 0.95 : 0.8
    let leave = (1 - stay) / Double(states - 1)
    let transition = (0..<states).map { i in (0..<states).map { $0 == i ? stay : leave } }
    return HiddenMarkov(
      unchecked: [Double](repeating: 1 / Double(states), count: states), transition, means,
      deviations)
  }
}

extension HiddenMarkov {
  /// The same model with its states renumbered, the calmest first.
  public var inAscendingVariance: HiddenMarkov {
    let order = deviations.indices.sorted { deviations[$0] < deviations[$1] }
    return HiddenMarkov(
      unchecked: order.map { start[$0] },
      order.map { i in order.map { transition[i][$0] } },
      order.map { means[$0] }, order.map { deviations[$0] })
  }
}
