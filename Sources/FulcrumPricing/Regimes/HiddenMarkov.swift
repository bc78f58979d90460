internal import FulcrumNumerics
internal import RealModule

/// A chain of hidden states of which each emits normal observations (leverage-math 4.5).
///
/// Live use takes `filter`, which knows the past only; `smooth` and `viterbi` look ahead and are for
/// history.
///
/// - Accuracy: within 1e-9 relative, likelihood 1e-11 (Tests/Vectors/hmm.json).
/// - Source: L. Rabiner, Proceedings of the IEEE 77 (1989) 257–286.
public struct HiddenMarkov: Hashable, Sendable {
  /// π: probability of each state at the first observation.
  public let start: [Double]
  /// Aᵢⱼ = P(i → j); each row sums to 1.
  public let transition: [[Double]]
  public let means: [Double]
  /// > 0.
  public let deviations: [Double]

  public var stateCount: Int { start.count }

  /// - Throws: `.badElement` for lengths that differ, probabilities that do not sum to 1 (to 1e-9) or
  ///   a deviation not above 0.
  public init(
    start: [Double], transition: [[Double]], means: [Double], deviations: [Double]
  ) throws(SeriesError) {
    let count = start.count
    let lengths = [transition.count, means.count, deviations.count] + transition.map(\.count)
    for (index, length) in lengths.enumerated() where length != count || count < 1 {
      throw .badElement(
        what: "parameters", index: index, seen: Double(length), allowed: "one for each state")
    }
    for (index, row) in ([start] + transition).enumerated() {
      guard row.allSatisfy({ $0 >= 0 }), abs(row.reduce(0, +) - 1) <= 1e-9 else {
        throw .badElement(
          what: "probabilities", index: index, seen: row.reduce(0, +),
          allowed: "none below 0 and a sum of 1")
      }
    }
    try requireFinite(means, "means")
    for (index, value) in deviations.enumerated() where !(value > 0 && value.isFinite) {
      throw .badElement(what: "sds", index: index, seen: value, allowed: "above 0")
    }
    self.init(unchecked: start, transition, means, deviations)
  }

  init(
    unchecked start: [Double], _ transition: [[Double]], _ means: [Double], _ deviations: [Double]
  ) {
    self.start = start
    self.transition = transition
    self.means = means
    self.deviations = deviations
  }

  /// Probabilities of the states at each time, row after row.
  public struct States: Hashable, Sendable {
    public let stateCount: Int
    /// `probabilities[t·stateCount + j]`.
    public let probabilities: [Double]
    /// ℓ = Σ ln c_t.
    public let logLikelihood: Double

    /// At time t, counted from 0.
    public subscript(time: Int) -> [Double] {
      Array(probabilities[(time * stateCount)..<((time + 1) * stateCount)])
    }

    public var count: Int { probabilities.count / stateCount }
  }

  /// α̂_t: what is known of the state from the observations up to t, none later.
  public func filter(_ series: [Double]) throws(SeriesError) -> States {
    let pass = try MarkovPass(self, series)
    return States(
      stateCount: stateCount, probabilities: pass.filtered, logLikelihood: pass.logLikelihood)
  }

  /// γ_t: what is known of the state from the whole series; not for live use.
  public func smooth(_ series: [Double]) throws(SeriesError) -> States {
    var pass = try MarkovPass(self, series)
    pass.goBack()
    return States(
      stateCount: stateCount, probabilities: pass.smoothed, logLikelihood: pass.logLikelihood)
  }

  /// The likeliest path of states and the log of its joint density with the series; ties go to the
  /// lowest state.
  public func viterbi(
    _ series: [Double]
  ) throws(SeriesError) -> (path: [Int], logProbability: Double) {
    try requireCount(series, atLeast: 1, "series")
    try requireFinite(series, "series")
    let k = stateCount
    let logs = transition.map { $0.map { Double.log($0) } }
    var best = (0..<k).map { Double.log(start[$0]) + logDensity(series[0], state: $0) }
    var origins = [Int](repeating: 0, count: series.count * k)
    for t in 1..<max(1, series.count) {
      var next = best
      for j in 0..<k {
        var from = 0
        for i in 1..<max(1, k) where best[i] + logs[i][j] > best[from] + logs[from][j] { from = i }
        next[j] = best[from] + logs[from][j] + logDensity(series[t], state: j)
        origins[t * k + j] = from
      }
      best = next
    }
    var state = 0
    for j in 1..<max(1, k) where best[j] > best[state] { state = j }
    let logProbability = best[state]
    var path = [Int](repeating: state, count: series.count)
    for t in (1..<max(1, series.count)).reversed() {
      state = origins[t * k + state]
      path[t - 1] = state
    }
    return (path, logProbability)
  }

  /// One step of Baum and Welch: parameters whose likelihood of the series is no smaller.
  ///
  /// - Parameter floor: least variance a state may shrink to; 1e-6 of the series' variance where nil.
  public func reestimated(
    _ series: [Double], varianceFloor floor: Double? = nil
  ) throws(SeriesError) -> (model: HiddenMarkov, logLikelihoodBefore: Double) {
    var pass = try MarkovPass(self, series)
    let model = pass.reestimate(floor: floor ?? 1e-6 * Self.variance(series))
    return (model, pass.logLikelihood)
  }

  func logDensity(_ x: Double, state: Int) -> Double {
    let z = (x - means[state]) / deviations[state]
    return -0.5 * (z * z + .log(2 * .pi)) - .log(deviations[state])
  }

  /// About the mean, over n.
  static func variance(_ series: [Double]) -> Double {
    let mean = series.neumaierSum / Double(series.count)
    return series.lazy.map { ($0 - mean) * ($0 - mean) }.neumaierSum / Double(series.count)
  }
}
