import FulcrumModel
import FulcrumNumerics
import FulcrumPricing
import RealModule

/// A whole simulation of one pool.
public struct ConsequenceReport: Hashable, Sendable {
  public var settings: ConsequenceSettings
  public var currency: PoolCurrency
  public var startEquity: Double
  /// W, pool currency, and f = E/W.
  public var wealth: Double
  public var fraction: Double
  /// Paths done, which are fewer than asked for where the run was ended early.
  public var paths: Int
  public var steps: Int
  public var sizes: [SizeOutcome]
  public var optimum: Optimum
  public var convergence: Convergence

  /// The multiple of the pool at which growth is largest on these paths.
  public enum Optimum: Hashable, Sendable {
    /// Between sizes of the grid, by the parabola through the three best; growth a year there.
    case at(multiple: Estimate, growth: Estimate)
    /// At a size without two that grow beside it; further sizes may be better still.
    case atEdge(multiple: Double, growth: Estimate)
    /// No size has a finite growth.
    case unknown
  }

  /// The run at half the paths and twice the step, held against the whole one.
  public enum Convergence: Hashable, Sendable {
    case notChecked
    /// Largest difference in joint standard errors; within 3 everywhere.
    case agrees(worst: Double)
    case differs(worst: Double, multiple: Double, quantity: String)
  }
}

extension ConsequenceReport {
  init(
    run: ConsequenceRun, sample: ConsequenceSample, coarse: ConsequenceSample?
  ) throws(RiskError) {
    let tally = sample.whole
    settings = run.settings
    currency = run.pool.currency
    startEquity = run.startEquity
    let wealth = max(run.settings.wealth ?? run.startEquity, run.startEquity)
    self.wealth = wealth
    fraction = run.startEquity / wealth
    paths = tally.count
    steps = run.generator.times.count
    let summary = GrowthSummary(run: run, tally: tally, wealth: wealth)
    let replicates =
      sample.parts.count > 1
      ? sample.parts.map {
        GrowthSummary(run: run, tally: $0, wealth: wealth, peak: summary.peak)
      } : []
    var sizes: [SizeOutcome] = []
    for place in run.plans.indices {
      let facts = try SizeFacts(run: run, size: place)
      var size = SizeOutcome(facts, run: run, tally: tally, growth: summary)
      if sample.parts.count > 1 {
        let parts = zip(sample.parts, replicates).map { part, growth in
          SizeOutcome(facts, run: run, tally: part, growth: growth)
        }
        size.takeErrors(from: parts)
      }
      sizes.append(size)
    }
    self.sizes = sizes
    optimum = Optimum(summary, replicates)
    guard let coarse else {
      convergence = .notChecked
      return
    }
    convergence = Self.convergence(run, sample, coarse, wealth: wealth)
  }

  private static func convergence(
    _ run: ConsequenceRun, _ fine: ConsequenceSample, _ coarse: ConsequenceSample,
    wealth: Double
  ) -> Convergence {
    let (wholeFine, wholeCoarse) = (fine.whole, coarse.whole)
    var scores: [(score: Double, multiple: Double, quantity: String)] = []
    for place in run.plans.indices where run.plans[place].multiple > 0 {
      for figure in ConvergenceFigure.all(run, place, wealth: wealth) {
        let x = fine.estimate(wholeFine, figure.estimate)
        let y = coarse.estimate(wholeCoarse, figure.estimate)
        let joint = (x.standardError * x.standardError + y.standardError * y.standardError)
          .squareRoot()
        // Growth without a bound, on either side, is no number to compare.
        guard joint > figure.negligible, joint.isFinite else { continue }
        scores.append(
          ((x.value - y.value).magnitude / joint, run.plans[place].multiple, figure.quantity))
      }
    }
    guard let worst = scores.max(by: { $0.score < $1.score }) else { return .agrees(worst: 0) }
    let limit = Self.limit(scores.count, replicates: fine.parts.count)
    return worst.score <= limit
      ? .agrees(worst: worst.score)
      : .differs(worst: worst.score, multiple: worst.multiple, quantity: worst.quantity)
  }

  /// What the largest of `count` scores stays below as often as one stays below 3 (Bonferroni): a
  /// normal's, or Student's t with the degrees of the replicates by its expansion.
  static func limit(_ count: Int, replicates: Int) -> Double {
    let z = -Normal.inverseCdf(Normal.cdf(-3) / Double(max(count, 1)))
    guard replicates > 1 else { return z }
    let (n, s) = (Double(replicates - 1), z * z)
    return z
      * (1 + (s + 1) / (4 * n) + (5 * s * s + 16 * s + 3) / (96 * n * n)
        + (3 * s * s * s + 19 * s * s + 17 * s - 15) / (384 * n * n * n))
  }
}

/// A number that must not depend on the step.
private struct ConvergenceFigure {
  let quantity: String
  /// Errors below it are of rounding.
  let negligible: Double
  let estimate: (ConsequenceTally) -> Estimate

  static func all(
    _ run: ConsequenceRun, _ place: Int, wealth: Double
  ) -> [ConvergenceFigure] {
    let money = 1e-9 * run.startEquity
    let start = run.startEquity
    let tail = run.settings.tail
    return [
      ConvergenceFigure(quantity: "mean", negligible: money) {
        Estimate(meanOf: $0.sizes[place].terminal)
      },
      ConvergenceFigure(quantity: "growth", negligible: 1e-9) {
        Estimate(
          meanOf: $0.sizes[place].terminal.map { Double.log(onePlus: ($0 - start) / wealth) })
      },
      ConvergenceFigure(quantity: "expected shortfall", negligible: money) {
        SampleQuantile($0.sizes[place].terminal, probabilities: [], tail: tail)
          .shortfall(tail: tail, from: start)
      },
      ConvergenceFigure(quantity: "liquidation", negligible: 0) {
        let p = ProbabilityEstimate(hits: $0.sizes[place].liquidated, count: $0.count)
        return Estimate(p.value, standardError: p.standardError)
      },
      ConvergenceFigure(quantity: "bad debt", negligible: money) {
        $0.sizes[place].badDebt.estimate($0.count)
      },
    ]
  }
}

extension ConsequenceReport.Optimum {
  init(_ summary: GrowthSummary, _ replicates: [GrowthSummary]) {
    guard var peak = summary.peak else {
      self = .unknown
      return
    }
    let parts = replicates.compactMap(\.peak)
    if parts.count > 1 {
      peak.multiple.takeError(from: parts.map(\.multiple.value))
      peak.growth.takeError(from: parts.map(\.growth.value))
    }
    let growth = Estimate(
      peak.growth.value / summary.years, standardError: peak.growth.standardError / summary.years)
    self =
      peak.places.count == 3
      ? .at(multiple: peak.multiple, growth: growth)
      : .atEdge(multiple: peak.multiple.value, growth: growth)
  }
}
