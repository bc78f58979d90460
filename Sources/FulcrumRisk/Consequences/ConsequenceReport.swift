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
  /// Where the venue's rule is known at every size and time: beyond it its last maintenance goes on in
  /// proportion to the notional. Nil where it is known as far as the simulation looks.
  public var ruleReach: RuleReach?

  /// Whether the run that convergence is judged by was asked for and ended early.
  public var isCutBeforeConvergence: Bool {
    settings.checksConvergence && convergence == .notChecked
  }

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
    run: ConsequenceRun, sample: ConsequenceSample,
    coarse: (run: ConsequenceRun, sample: ConsequenceSample)?
  ) throws(RiskError) {
    settings = run.settings
    currency = run.pool.currency
    startEquity = run.startEquity
    let wealth = max(run.settings.wealth ?? run.startEquity, run.startEquity)
    self.wealth = wealth
    fraction = run.startEquity / wealth
    steps = run.generator.times.count
    ruleReach = RuleReach(run)
    let found = Parallel.map(Array(run.plans.indices), chunk: 1) { place in
      Result { () throws(RiskError) in try SizeFacts(run: run, size: place) }
    }
    var facts: [SizeFacts] = []
    for result in found { facts.append(try result.get()) }
    let outcomes = Outcomes(run, sample, facts, wealth: wealth)
    paths = outcomes.paths
    sizes = outcomes.sizes
    optimum = outcomes.optimum
    convergence =
      coarse.map {
        let other = Outcomes($0.run, $0.sample, facts, wealth: wealth)
        return Self.convergence(
          outcomes.sizes, other.sizes, negligible: 1e-5 * run.startEquity,
          replicates: sample.parts.count)
      } ?? .notChecked
  }

  /// What one sample says of every size.
  private struct Outcomes {
    let paths: Int
    var sizes: [SizeOutcome]
    let optimum: Optimum

    init(
      _ run: ConsequenceRun, _ sample: ConsequenceSample, _ facts: [SizeFacts], wealth: Double
    ) {
      let whole = sample.whole
      paths = whole.count
      let summary = GrowthSummary(run: run, tally: whole, wealth: wealth)
      let parts = sample.parts.count > 1 ? sample.parts : []
      let replicates = parts.map {
        GrowthSummary(run: run, tally: $0, wealth: wealth, peak: summary.peak)
      }
      sizes = Parallel.map(facts, chunk: 1) { facts in
        var size = SizeOutcome(facts, run: run, tally: whole, growth: summary)
        if !parts.isEmpty {
          size.takeErrors(
            from: zip(parts, replicates).map {
              SizeOutcome(facts, run: run, tally: $0, growth: $1)
            })
        }
        return size
      }
      optimum = Optimum(summary, replicates)
    }
  }

  private static func convergence(
    _ fine: [SizeOutcome], _ coarse: [SizeOutcome], negligible: Double, replicates: Int
  ) -> Convergence {
    var scores: [(score: Double, multiple: Double, quantity: String)] = []
    for (fine, coarse) in zip(fine, coarse) where fine.multiple > 0 {
      for (one, other) in zip(fine.stepless(negligible), coarse.stepless(negligible)) {
        // Growth without a bound, on either side, is no number to compare.
        guard let x = one.of, let y = other.of else { continue }
        let joint = (x.standardError * x.standardError + y.standardError * y.standardError)
          .squareRoot()
        // Where nothing was drawn apart there is no error to count in; nor in what no reader sees.
        let apart = (x.value - y.value).magnitude
        guard joint > 0 else { continue }
        let score = apart > one.negligible ? apart / joint : 0
        scores.append((score, fine.multiple, one.name))
      }
    }
    guard let worst = scores.max(by: { $0.score < $1.score }) else { return .agrees(worst: 0) }
    return worst.score <= limit(scores.count, replicates: replicates)
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

extension RuleReach {
  init?(_ run: ConsequenceRun) {
    let reach = run.grid.ruleReach
    guard let reason = reach.limit, let index = run.pool.indices.first else { return nil }
    from = reach.lower.map { index * Double.exp($0) }
    to = reach.upper.map { index * Double.exp($0) }
    self.reason = reason
  }
}

extension SizeOutcome {
  /// Numbers that must not depend on the step, nil where undefined, and what no reader sees of each;
  /// `money` is that of amounts.
  fileprivate func stepless(
    _ money: Double
  ) -> [(name: String, of: Estimate?, negligible: Double)] {
    [
      ("mean", mean, money),
      ("growth", growth.finite.map { Estimate($0, standardError: growthError) }, 1e-5),
      ("expected shortfall", expectedShortfall, money),
      ("liquidation", Estimate(liquidation.value, standardError: liquidation.standardError), 0),
      ("bad debt", badDebt.mean, money),
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
