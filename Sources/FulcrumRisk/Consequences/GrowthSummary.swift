import FulcrumNumerics
import RealModule

/// Growth of every size on the same paths, and what each costs against the best.
struct GrowthSummary {
  /// ln factor means; nil where a path lost everything.
  let growth: [Estimate?]
  let best: Int?
  let costs: [Estimate?]
  let years: Double
  let wealth: Double

  /// - Parameter best: the size that costs are counted from; nil: the one that grows most.
  init(run: ConsequenceRun, tally: ConsequenceTally, wealth: Double, best known: Int? = nil) {
    years = run.settings.horizon
    self.wealth = wealth
    let start = run.startEquity
    func logs(_ place: Int) -> [Double] {
      tally.sizes[place].terminal.map { Double.log(onePlus: ($0 - start) / wealth) }
    }
    let growth = run.plans.indices.map { place -> Estimate? in
      let logs = logs(place)
      return logs.allSatisfy(\.isFinite) ? Estimate(meanOf: logs) : nil
    }
    self.growth = growth
    let best =
      known
      ?? growth.indices.filter { growth[$0] != nil }.max {
        (growth[$0]?.value ?? 0) < (growth[$1]?.value ?? 0)
      }
    self.best = best
    guard let best else {
      costs = growth.map { _ in nil }
      return
    }
    let bestLogs = growth.count > 1 ? logs(best) : []
    // On the same paths: the error of a difference, not of two means.
    costs = growth.indices.map { place in
      guard growth[place] != nil else { return nil }
      guard place != best else { return Estimate(0, standardError: 0) }
      let gaps = zip(bestLogs, logs(place)).map { $0 - $1 }
      let y = Estimate(meanOf: gaps)
      return Estimate(
        -wealth * Double.expMinusOne(-y.value),
        standardError: wealth * Double.exp(-y.value) * y.standardError)
    }
  }

  func optimum(_ multiples: [Double]) -> ConsequenceReport.Optimum {
    guard let best, let top = growth[best] else { return .unknown }
    guard best > 0, best + 1 < multiples.count, let left = growth[best - 1],
      let right = growth[best + 1]
    else { return .atEdge(multiple: multiples[best], growth: top.value / years) }
    let (a, b, c) = (multiples[best - 1], multiples[best], multiples[best + 1])
    let (p, q) = ((b - a) * (top.value - right.value), (b - c) * (top.value - left.value))
    let curvature = p - q
    guard curvature > 0 else { return .at(multiple: b, growth: top.value / years) }
    let peak = b - 0.5 * ((b - a) * p - (b - c) * q) / curvature
    // The parabola through the three, at its top (Newton's form).
    let first = (top.value - left.value) / (b - a)
    let second = ((right.value - top.value) / (c - b) - first) / (c - a)
    let height = left.value + (peak - a) * first + (peak - a) * (peak - b) * second
    return .at(multiple: peak, growth: height / years)
  }
}
