import FulcrumModel
import FulcrumNumerics
import FulcrumPricing
import RealModule

/// What one size of the pool goes through over the horizon. Money in the pool's currency.
public struct SizeOutcome: Hashable, Sendable {
  /// Multiple of the pool as it stands.
  public var multiple: Double
  /// |D|/E, and the headline on capital at risk.
  public var leverageOnEquity: Measure
  public var deltaLeverage: Measure
  /// CaR: with a defined loss it is what scaling moves.
  public var capitalAtRisk: Double
  /// Whether equity covers initial margin: a size that fails this cannot be opened.
  public var isAffordable: Bool
  /// Nearest liquidation prices at the start, index USD.
  public var liquidationBelow: Double?
  public var liquidationAbove: Double?

  /// Growth of log wealth a year; absent where a path lost everything that there is.
  public var growth: Measure
  public var growthError: Double
  /// Terminal equity at 1, 5, 50, 95 and 99 %, and its mean.
  public var quantiles: [Estimate]
  public var mean: Estimate
  public var expectedShortfall: Estimate
  public var liquidation: ProbabilityEstimate
  /// Years to the first liquidation, of the paths that had one; nil without any.
  public var liquidationYears: Estimate?
  /// E[min(τ, T)], years.
  public var cappedYears: Estimate
  public var ruin: ProbabilityEstimate
  public var drawdown: ProbabilityEstimate
  public var deepestDrawdown: Estimate
  /// Share of time more than 5, 10 and 20 % below the maximum so far.
  public var timeUnderWater: [Estimate]
  /// Years of the longest stretch below the maximum so far.
  public var longestSpell: Estimate
  public var badDebt: BadDebt
  /// Lost against the growth-optimal size, pool currency; absent where growth is.
  public var cost: Cost?

  /// Shortfall beyond the pool's collateral: the venue's or the insurance fund's loss.
  public struct BadDebt: Hashable, Sendable {
    public var probability: ProbabilityEstimate
    public var mean: Estimate
    /// 95, 99 and 99.9 % of all paths: a backstop of that size covers all but the rest.
    public var quantiles: [Estimate]
    public var largest: Double
  }

  /// Wealth that a size costs against the best one on the same paths.
  public struct Cost: Hashable, Sendable {
    public enum Side: String, Hashable, Sendable { case under, optimal, over }
    public var side: Side
    /// W(1 − e^{−y}), y the difference of log growth over the horizon.
    public var money: Estimate
  }

  /// The probabilities of `quantiles` and of `BadDebt.quantiles`.
  public static let terminalLevels = [0.01, 0.05, 0.5, 0.95, 0.99]
  public static let backstopLevels = [0.95, 0.99, 0.999]
}

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
    run: ConsequenceRun, tally: ConsequenceTally, coarse: ConsequenceTally?
  ) throws(RiskError) {
    settings = run.settings
    currency = run.pool.currency
    startEquity = run.startEquity
    let wealth = max(run.settings.wealth ?? run.startEquity, run.startEquity)
    self.wealth = wealth
    fraction = run.startEquity / wealth
    paths = tally.count
    steps = run.generator.times.count
    let summary = GrowthSummary(run: run, tally: tally, wealth: wealth)
    var sizes: [SizeOutcome] = []
    for place in run.plans.indices {
      sizes.append(
        try SizeOutcome(
          run: run, size: place, tally: tally.sizes[place], growth: summary, count: tally.count))
    }
    self.sizes = sizes
    optimum = summary.optimum(run.settings.multiples)
    guard let coarse else {
      convergence = .notChecked
      return
    }
    convergence = Self.convergence(run, tally, coarse)
  }

  private static func convergence(
    _ run: ConsequenceRun, _ fine: ConsequenceTally, _ coarse: ConsequenceTally
  ) -> Convergence {
    var worst = (score: 0.0, multiple: 0.0, quantity: "")
    for place in run.plans.indices where run.plans[place].multiple > 0 {
      let (a, b) = (fine.sizes[place], coarse.sizes[place])
      let pairs: [(String, Estimate, Estimate)] = [
        ("mean", Estimate(meanOf: a.terminal), Estimate(meanOf: b.terminal)),
        (
          "liquidation", share(a.liquidated, fine.count), share(b.liquidated, coarse.count)
        ),
        ("bad debt", a.badDebt.estimate(fine.count), b.badDebt.estimate(coarse.count)),
      ]
      for (name, x, y) in pairs {
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

/// Growth of every size on the same paths, and what each costs against the best.
struct GrowthSummary {
  /// ln factor means; nil where a path lost everything.
  let growth: [Estimate?]
  let best: Int?
  let costs: [Estimate?]
  let years: Double
  let wealth: Double

  init(run: ConsequenceRun, tally: ConsequenceTally, wealth: Double) {
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
    let best = growth.indices.filter { growth[$0] != nil }.max {
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

extension SizeOutcome {
  init(
    run: ConsequenceRun, size place: Int, tally: ConsequenceTally.Size, growth: GrowthSummary,
    count: Int
  ) throws(RiskError) {
    let plan = run.plans[place]
    var pool = run.pool
    for leg in pool.legs.indices { pool.legs[leg].quantity *= plan.multiple }
    pool.cash = plan.multiple > 0 ? plan.cash : run.startEquity
    let measures = try LeverageEngine.measures(pool)
    let region = try Liquidation.region(pool, margin: run.margin)
    multiple = plan.multiple
    let equityUsd = run.startEquity * pool.usdPerUnit
    leverageOnEquity = .ratio(measures.deltaCash.magnitude, over: equityUsd, negligible: 0)
    deltaLeverage = measures.deltaLeverage
    capitalAtRisk = measures.capitalAtRisk
    isAffordable = try run.margin.initial(of: pool) <= run.startEquity
    liquidationBelow = region.below
    liquidationAbove = region.above
    let years = growth.years
    if let rate = growth.growth[place] {
      self.growth = .value(rate.value / years)
      growthError = rate.standardError / years
    } else {
      self.growth = .absent(.ruinPossible)
      growthError = 0
    }
    let sample = SampleQuantile(
      tally.terminal, probabilities: Self.terminalLevels, tail: run.settings.tail)
    quantiles = sample.estimates
    mean = Estimate(meanOf: tally.terminal)
    expectedShortfall = sample.shortfall(tail: run.settings.tail, from: run.startEquity)
    liquidation = ProbabilityEstimate(hits: tally.liquidated, count: count)
    liquidationYears =
      tally.liquidated > 0 ? tally.liquidationTime.estimate(tally.liquidated) : nil
    cappedYears = tally.cappedTime.estimate(count)
    ruin = ProbabilityEstimate(hits: tally.ruined, count: count)
    drawdown = ProbabilityEstimate(hits: tally.drawn, count: count)
    deepestDrawdown = tally.deepest.estimate(count)
    let steps = Double(run.generator.times.count)
    timeUnderWater = [tally.under5, tally.under10, tally.under20].map {
      let inSteps = $0.estimate(count)
      return Estimate(inSteps.value / steps, standardError: inSteps.standardError / steps)
    }
    longestSpell = tally.longestSpell.estimate(count)
    badDebt = BadDebt(tally, count: count)
    cost = growth.costs[place].map { money in
      let best = growth.best ?? place
      return Cost(side: place == best ? .optimal : (place < best ? .under : .over), money: money)
    }
  }
}

extension SizeOutcome.BadDebt {
  init(_ tally: ConsequenceTally.Size, count: Int) {
    probability = ProbabilityEstimate(hits: tally.badDebts.count, count: count)
    mean = tally.badDebt.estimate(count)
    let debts = [Double](repeating: 0, count: count - tally.badDebts.count) + tally.badDebts
    quantiles = SampleQuantile(debts, probabilities: SizeOutcome.backstopLevels).estimates
    largest = tally.badDebts.max() ?? 0
  }
}
