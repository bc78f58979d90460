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
  /// Whether equity covers initial margin and premiums: a size that fails this cannot be opened.
  public var isAffordable: Bool
  /// Whether equity covers maintenance at the start.
  public var isHealthy: Bool
  /// Nearest liquidation prices at the start, index USD; nil without one, or where not healthy.
  public var liquidationBelow: Double?
  public var liquidationAbove: Double?
  /// Where a venue's rule is known at the start; beyond it no price is looked for.
  public var ruleReach: RuleReach?

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

  /// Wealth that a size costs against the growth-optimal one on the same paths.
  public struct Cost: Hashable, Sendable {
    public enum Side: String, Hashable, Sendable { case under, optimal, over }
    public var side: Side
    /// W(1 − e^{−y}), y the difference of log growth over the horizon.
    public var money: Estimate
  }

  /// The probabilities of `quantiles` and of `BadDebt.quantiles`.
  public static let terminalLevels = [0.01, 0.05, 0.5, 0.95, 0.99]
  public static let backstopLevels = [0.95, 0.99, 0.999]
  /// Where fewer paths were liquidated the chance of it comes from importance sampling (leverage-math
  /// 6.4): from the run's paths and about so many more.
  public static let fewHits = 100
  public static let pathsTowardsRare = 8192
}

/// How a size stands at the start, which no path changes.
struct SizeFacts {
  let place: Int
  let multiple: Double
  let leverageOnEquity: Measure
  let deltaLeverage: Measure
  let capitalAtRisk: Double
  let isAffordable: Bool
  let standing: PathRule.Standing

  init(run: ConsequenceRun, size place: Int) throws(RiskError) {
    let plan = run.plans[place]
    let pool = run.pool.resized(by: plan.multiple, keeping: run.startEquity)
    let measures = try LeverageEngine.measures(pool)
    self.place = place
    multiple = plan.multiple
    let equityUsd = run.startEquity * pool.usdPerUnit
    leverageOnEquity = .ratio(measures.deltaCash.magnitude, over: equityUsd, negligible: 0)
    deltaLeverage = measures.deltaLeverage
    capitalAtRisk = measures.capitalAtRisk
    isAffordable = try run.rule.canOpen(pool, equity: run.startEquity)
    standing = try run.rule.standing(of: pool)
  }
}

extension SizeOutcome {
  init(
    _ facts: SizeFacts, run: ConsequenceRun, tally: ConsequenceTally, growth: GrowthSummary
  ) {
    let place = facts.place
    let mine = tally.sizes[place]
    multiple = facts.multiple
    leverageOnEquity = facts.leverageOnEquity
    deltaLeverage = facts.deltaLeverage
    capitalAtRisk = facts.capitalAtRisk
    isAffordable = facts.isAffordable
    isHealthy = facts.standing.isHealthy
    liquidationBelow = facts.standing.below
    liquidationAbove = facts.standing.above
    ruleReach = facts.standing.reach
    let years = growth.years
    if let rate = growth.growth[place] {
      self.growth = .value(rate.value / years)
      growthError = rate.standardError / years
    } else {
      self.growth = .absent(.ruinPossible)
      growthError = 0
    }
    let sample = SampleQuantile(
      mine.terminal, probabilities: Self.terminalLevels, tail: run.settings.tail)
    quantiles = sample.estimates
    mean = growth.control?.mean(of: mine.terminal) ?? Estimate(meanOf: mine.terminal)
    expectedShortfall = sample.shortfall(tail: run.settings.tail, from: run.startEquity)
    liquidation = ProbabilityEstimate(hits: mine.liquidated, count: tally.count)
    liquidationYears =
      mine.liquidated > 0 ? mine.liquidationTime.estimate(mine.liquidated) : nil
    cappedYears = mine.cappedTime.estimate(tally.count)
    ruin = ProbabilityEstimate(hits: mine.ruined, count: tally.count)
    drawdown = ProbabilityEstimate(hits: mine.drawn, count: tally.count)
    deepestDrawdown = mine.deepest.estimate(tally.count)
    let steps = Double(run.generator.times.count)
    timeUnderWater = [mine.under5, mine.under10, mine.under20].map {
      let inSteps = $0.estimate(tally.count)
      return Estimate(inSteps.value / steps, standardError: inSteps.standardError / steps)
    }
    longestSpell = mine.longestSpell.estimate(tally.count)
    badDebt = BadDebt(mine, count: tally.count)
    cost = growth.costs[place].map { money in
      let top = growth.peak?.multiple.value ?? multiple
      let side: Cost.Side =
        place == growth.peak?.places.first ? .optimal : (facts.multiple < top ? .under : .over)
      return Cost(side: side, money: money)
    }
  }
}

extension SizeOutcome {
  /// The error of every number from what the replicates say of it.
  mutating func takeErrors(from parts: [SizeOutcome]) {
    func take(_ number: WritableKeyPath<SizeOutcome, Estimate>) {
      self[keyPath: number].takeError(from: parts.map { $0[keyPath: number].value })
    }
    func take(_ share: WritableKeyPath<SizeOutcome, ProbabilityEstimate>) {
      self[keyPath: share].takeError(from: parts.map { $0[keyPath: share].value })
    }
    for number in [
      \.mean, \.expectedShortfall, \.cappedYears, \.deepestDrawdown, \.longestSpell, \.badDebt.mean,
    ] as [WritableKeyPath<SizeOutcome, Estimate>] { take(number) }
    for place in quantiles.indices { take(\.quantiles[place]) }
    for place in timeUnderWater.indices { take(\.timeUnderWater[place]) }
    for place in badDebt.quantiles.indices { take(\.badDebt.quantiles[place]) }
    for share in [\.liquidation, \.ruin, \.drawdown, \.badDebt.probability]
      as [WritableKeyPath<SizeOutcome, ProbabilityEstimate>]
    { take(share) }
    if growth.finite != nil {
      growthError = Estimate(meanOf: parts.compactMap(\.growth.finite)).standardError
    }
    // Where some replicates have no liquidation, the spread of the others alone.
    let times = parts.compactMap(\.liquidationYears?.value)
    if times.count > 1 { liquidationYears?.takeError(from: times) }
    cost?.money.takeError(from: parts.compactMap(\.cost?.money.value))
  }
}

extension SizeOutcome.BadDebt {
  init(_ tally: ConsequenceTally.Size, count: Int) {
    probability = ProbabilityEstimate(hits: tally.badDebts.count, count: count)
    mean = tally.badDebt.estimate(count)
    quantiles =
      SampleQuantile(
        tally.badDebts, zeros: count - tally.badDebts.count,
        probabilities: SizeOutcome.backstopLevels
      ).estimates
    largest = tally.badDebts.max() ?? 0
  }
}
