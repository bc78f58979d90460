internal import RealModule

/// The filtered probabilities of a hidden Markov model, one observation after another.
///
///     α̂_t(j) ∝ f_j(x_t) Σ_i α̂_{t−1}(i) A_ij
///
/// The same numbers as `HiddenMarkov.filter`, for a series that is still growing.
public struct StateFilter: Hashable, Sendable {
  public let model: HiddenMarkov
  /// P(state) after the last observation; π before the first.
  public private(set) var probabilities: [Double]
  private var isFirst = true

  public init(_ model: HiddenMarkov) {
    self.model = model
    probabilities = model.start
  }

  /// Starts where `series` ends.
  public init(_ model: HiddenMarkov, after series: [Double]) {
    self.init(model)
    for x in series { take(x) }
  }

  /// Takes the next observation; one that the model holds impossible tells nothing of the state.
  public mutating func take(_ x: Double) {
    let states = probabilities.indices
    let before =
      isFirst
      ? model.start
      : states.map { j in
        states.reduce(0) { $0 + probabilities[$1] * model.transition[$1][j] }
      }
    isFirst = false
    let logs = states.map { model.logDensity(x, state: $0) }
    // Relative to the likeliest state, so that what is far from all of them does not underflow.
    let top = logs.max() ?? 0
    let joint = states.map { before[$0] * Double.exp(logs[$0] - top) }
    let sum = joint.reduce(0, +)
    probabilities = sum > 0 && sum.isFinite ? joint.map { $0 / sum } : before
  }
}
