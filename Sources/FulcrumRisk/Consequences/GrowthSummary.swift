import FulcrumNumerics
import RealModule

/// Growth of every size on the same paths, where it is largest, and what each costs against that.
struct GrowthSummary {
  /// ln factor means; nil where a path lost everything.
  let growth: [Estimate?]
  let peak: GrowthPeak?
  let costs: [Estimate?]
  let years: Double
  let wealth: Double
  let control: IndexControl?

  /// - Parameter known: the sizes that the top is sought among; nil: those around the one that grows
  ///   most.
  init(run: ConsequenceRun, tally: ConsequenceTally, wealth: Double, peak known: GrowthPeak? = nil)
  {
    years = run.settings.horizon
    self.wealth = wealth
    let start = run.startEquity
    let control = IndexControl(tally.indexRatios, of: run.settings)
    self.control = control
    // Of every size, since all are asked for again; nil where a path lost everything.
    let logs = Parallel.map(tally.sizes, chunk: 1) { size -> [Double]? in
      var logs = size.terminal.map { Double.log(onePlus: ($0 - start) / wealth) }
      guard logs.allSatisfy(\.isFinite) else { return nil }
      control?.adjust(&logs)
      return logs
    }
    let growth = Parallel.map(logs, chunk: 1) { $0.map { Estimate(meanOf: $0) } }
    self.growth = growth
    let places = known?.places ?? GrowthPeak.places(growth)
    guard let best = places.first else {
      (peak, costs) = (nil, growth.map { _ in nil })
      return
    }
    let multiples = run.settings.multiples
    guard places.count == 3 else {
      let top = logs[best] ?? []
      peak = GrowthPeak(
        places: places, multiple: Estimate(multiples[best], standardError: 0),
        growth: Estimate(meanOf: top))
      costs = Self.costs(growth, top: top, at: best, wealth: wealth, logs)
      return
    }
    let around = places.compactMap { logs[$0] }
    let parabola = Parabola(
      x: places.map { multiples[$0] }, y: places.map { growth[$0]?.value ?? 0 })
    // Growth at the top moves with each of the three means by its weight there, for it is level in
    // the place of the top; the place moves by its slopes.
    let tops = parabola.weights.combine(around)
    let shifts = parabola.slopes.combine(around)
    peak = GrowthPeak(
      places: places,
      multiple: Estimate(
        parabola.top, standardError: Estimate(meanOf: shifts).standardError),
      growth: Estimate(meanOf: tops))
    costs = Self.costs(growth, top: tops, at: nil, wealth: wealth, logs)
  }

  /// On the same paths: the error of a difference, not of two means.
  private static func costs(
    _ growth: [Estimate?], top: [Double], at best: Int?, wealth: Double,
    _ logs: [[Double]?]
  ) -> [Estimate?] {
    Parallel.map(Array(growth.indices), chunk: 1) { place in
      guard growth[place] != nil, let mine = logs[place] else { return nil }
      guard place != best else { return Estimate(0, standardError: 0) }
      let y = Estimate(meanOf: zip(top, mine).map { $0 - $1 })
      return Estimate(
        -wealth * Double.expMinusOne(-y.value),
        standardError: wealth * Double.exp(-y.value) * y.standardError)
    }
  }
}

/// Where growth is largest.
struct GrowthPeak {
  /// The best size of the grid and, where it has two that grow on its sides, these: best, left, right.
  let places: [Int]
  var multiple: Estimate
  /// Over the horizon.
  var growth: Estimate

  static func places(_ growth: [Estimate?]) -> [Int] {
    let known = growth.indices.filter { growth[$0] != nil }
    guard
      let best = known.max(by: { (growth[$0]?.value ?? 0) < (growth[$1]?.value ?? 0) })
    else { return [] }
    let isInside = known.contains(best - 1) && known.contains(best + 1)
    return isInside ? [best, best - 1, best + 1] : [best]
  }
}

/// The parabola through three points, and how its top depends on their heights.
private struct Parabola {
  let top: Double
  /// Of the three heights in the height of the top.
  let weights: SIMD3<Double>
  /// ∂top/∂height.
  let slopes: SIMD3<Double>

  /// - Parameters:
  ///   - x: the middle, left and right place.
  ///   - y: the height of each, none above the middle's.
  init(x: [Double], y: [Double]) {
    let (b, a, c) = (x[0], x[1], x[2])
    // Curvature and slope at b are linear in the heights: h = Σ k_i y_i, s = Σ m_i y_i.
    let k = SIMD3(
      1 / ((b - a) * (b - c)), 1 / ((a - b) * (a - c)), 1 / ((c - a) * (c - b)))
    let m = SIMD3(
      1 / (b - a) + 1 / (b - c), (b - c) / ((a - b) * (a - c)), (b - a) / ((c - a) * (c - b)))
    let heights = SIMD3(y[0], y[1], y[2])
    let (h, s) = ((k * heights).sum(), (m * heights).sum())
    // Three of one height have no top of their own.
    guard h < 0 else {
      (top, weights, slopes) = (b, SIMD3(1, 0, 0), .zero)
      return
    }
    let shift = -0.5 * s / h
    top = b + shift
    weights = SIMD3(1, 0, 0) + m * shift + k * (shift * shift)
    slopes = -0.5 * (m / h - k * (s / (h * h)))
  }
}

extension SIMD3<Double> {
  /// Σ wᵢ·columnᵢ, row by row.
  fileprivate func combine(_ columns: [[Double]]) -> [Double] {
    columns[0].indices.map {
      x * columns[0][$0] + y * columns[1][$0] + z * columns[2][$0]
    }
  }
}
