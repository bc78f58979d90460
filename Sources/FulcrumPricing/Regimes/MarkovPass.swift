internal import FulcrumNumerics
internal import RealModule

/// One pass forward over a series, and on request one back, scaled at every step.
///
/// Emissions are kept relative to the likeliest state of their time, so an observation that is far
/// from every state does not underflow; the logs of those maxima are added to ℓ.
struct MarkovPass {
  let model: HiddenMarkov
  let series: [Double]
  private(set) var logLikelihood = 0.0
  /// α̂, row after row.
  private(set) var filtered: [Double]
  /// γ, row after row, once `goBack` was called.
  private(set) var smoothed: [Double] = []
  /// f_j(x_t) / max_j f_j(x_t).
  private var emissions: [Double]
  /// c_t over the same maximum.
  private var scales: [Double]
  /// Σ_t ξ_t(i, j), once `goBack` was called.
  private var transitions: [Double] = []

  init(_ model: HiddenMarkov, _ series: [Double]) throws(SeriesError) {
    try requireCount(series, atLeast: 1, "series")
    try requireFinite(series, "series")
    self.model = model
    self.series = series
    let count = series.count * model.stateCount
    filtered = [Double](repeating: 0, count: count)
    emissions = filtered
    scales = [Double](repeating: 0, count: series.count)
    try goForward()
  }

  private mutating func goForward() throws(SeriesError) {
    let k = model.stateCount
    let a = model.transition.flatMap { $0 }
    let halfPrecisions = model.deviations.map { 0.5 / ($0 * $0) }
    let heights = model.deviations.map { -Double.log($0) - 0.5 * .log(2 * .pi) }
    let means = model.means
    var logs = [Double](repeating: 0, count: k)
    var total = NeumaierSum()
    var product = 1.0
    for t in series.indices {
      let row = t * k
      var top = -Double.infinity
      for j in 0..<k {
        let distance = series[t] - means[j]
        logs[j] = heights[j] - distance * distance * halfPrecisions[j]
        top = max(top, logs[j])
      }
      var scale = 0.0
      for j in 0..<k {
        var before = 0.0
        if t == 0 {
          before = model.start[j]
        } else {
          for i in 0..<k { before += filtered[row - k + i] * a[i * k + j] }
        }
        let emission = logs[j] == top ? 1 : Double.exp(logs[j] - top)
        emissions[row + j] = emission
        filtered[row + j] = emission * before
        scale += emission * before
      }
      guard scale > 0 else { throw .impossible(index: t) }
      for j in 0..<k { filtered[row + j] /= scale }
      scales[t] = scale
      total.add(top)
      product *= scale
      if product < 1e-200 {
        total.add(.log(product))
        product = 1
      }
    }
    total.add(.log(product))
    logLikelihood = total.value
  }

  /// γ and Σξ from β̂, which needs one row at a time.
  mutating func goBack() {
    let k = model.stateCount
    let a = model.transition.flatMap { $0 }
    smoothed = filtered
    transitions = [Double](repeating: 0, count: k * k)
    var after = [Double](repeating: 1, count: k)
    var weighted = after
    for t in stride(from: series.count - 2, through: 0, by: -1) {
      let row = t * k
      for j in 0..<k { weighted[j] = emissions[row + k + j] * after[j] / scales[t + 1] }
      for i in 0..<k {
        var sum = 0.0
        for j in 0..<k {
          let step = a[i * k + j] * weighted[j]
          sum += step
          transitions[i * k + j] += filtered[row + i] * step
        }
        after[i] = sum
        smoothed[row + i] = filtered[row + i] * sum
      }
    }
  }

  /// π = γ₁, A = Σξ/Σγ, means and variances weighted by γ.
  mutating func reestimate(floor: Double) -> HiddenMarkov {
    goBack()
    let k = model.stateCount
    var (weights, sums) = ([Double](repeating: 0, count: k), [Double](repeating: 0, count: k))
    for (t, x) in series.enumerated() {
      for j in 0..<k {
        weights[j] += smoothed[t * k + j]
        sums[j] += smoothed[t * k + j] * x
      }
    }
    // A state that no observation supports keeps what it had.
    let means = (0..<k).map { weights[$0] > 0 ? sums[$0] / weights[$0] : model.means[$0] }
    var squares = [Double](repeating: 0, count: k)
    for (t, x) in series.enumerated() {
      for j in 0..<k {
        let distance = x - means[j]
        squares[j] += smoothed[t * k + j] * distance * distance
      }
    }
    let deviations = (0..<k).map { j in
      weights[j] > 0
        ? max(floor, squares[j] / weights[j]).squareRoot() : model.deviations[j]
    }
    let transition = (0..<k).map { i in
      let row = Array(transitions[(i * k)..<((i + 1) * k)])
      let sum = row.reduce(0, +)
      return sum > 0 ? row.map { $0 / sum } : model.transition[i]
    }
    let first = Array(smoothed[0..<k])
    let mass = first.reduce(0, +)
    return HiddenMarkov(unchecked: first.map { $0 / mass }, transition, means, deviations)
  }
}
