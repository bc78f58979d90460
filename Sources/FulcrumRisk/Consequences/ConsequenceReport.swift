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
    case at(multiple: Double, growth: Double)
    /// At the first or last size of the grid; further sizes may be better still.
    case atEdge(multiple: Double, growth: Double)
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
        GrowthSummary(run: run, tally: $0, wealth: wealth, best: summary.best)
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
    optimum = summary.optimum(run.settings.multiples)
    guard let coarse else {
      convergence = .notChecked
      return
    }
    convergence = Self.convergence(run, sample, coarse)
  }

  private static func convergence(
    _ run: ConsequenceRun, _ fine: ConsequenceSample, _ coarse: ConsequenceSample
  ) -> Convergence {
    var worst = (score: 0.0, multiple: 0.0, quantity: "")
    let (wholeFine, wholeCoarse) = (fine.whole, coarse.whole)
    for place in run.plans.indices where run.plans[place].multiple > 0 {
      let figures: [(String, (ConsequenceTally) -> Estimate)] = [
        ("mean", { Estimate(meanOf: $0.sizes[place].terminal) }),
        ("liquidation", { share($0.sizes[place].liquidated, $0.count) }),
        ("bad debt", { $0.sizes[place].badDebt.estimate($0.count) }),
      ]
      for (name, figure) in figures {
        let x = fine.estimate(wholeFine, figure)
        let y = coarse.estimate(wholeCoarse, figure)
        let joint = (x.standardError * x.standardError + y.standardError * y.standardError)
          .squareRoot()
        guard joint > 0 else { continue }
        let score = (x.value - y.value).magnitude / joint
        if score > worst.score { worst = (score, run.plans[place].multiple, name) }
      }
    }
    return worst.score <= 3
      ? .agrees(worst: worst.score)
      : .differs(worst: worst.score, multiple: worst.multiple, quantity: worst.quantity)
  }

  private static func share(_ hits: Int, _ count: Int) -> Estimate {
    let p = ProbabilityEstimate(hits: hits, count: count)
    return Estimate(p.value, standardError: p.standardError)
  }
}
