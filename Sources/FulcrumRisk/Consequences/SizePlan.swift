/// One size of the pool: what it starts with and where it is healthy at each time.
final class SizePlan: Sendable {
  /// k: units of the pool as it stands.
  let multiple: Double
  /// Cash that keeps equity at E₀: C = E₀ − k(E₀ − C₀).
  let cash: Double
  /// Which set of requirements.
  let set: Int
  /// Bounds of the healthy stretch at each node, ln S; NaN where there are several stretches.
  let lower: [Double]
  let upper: [Double]
  /// Whether there is anything to follow: the size holds something and is healthy as it starts.
  let isFollowed: Bool

  init(multiple: Double, cash: Double, set: Int, grid: PoolGrid) {
    self.multiple = multiple
    self.cash = cash
    self.set = set
    guard multiple > 0 else {
      lower = []
      upper = []
      isFollowed = false
      return
    }
    let stretches = grid.times.indices.map {
      grid.onlyHealthy(cash / multiple, node: $0, set: set) ?? (.nan, .nan)
    }
    lower = stretches.map(\.0)
    upper = stretches.map(\.1)
    isFollowed = grid.healthy(around: 0, cash / multiple, node: 0, set: set) != nil
  }

  /// A plan with other bounds.
  init(_ plan: SizePlan, lower: [Double]) {
    multiple = plan.multiple
    cash = plan.cash
    set = plan.set
    self.lower = lower
    upper = plan.upper
    isFollowed = plan.isFollowed
  }
}

/// What happened to one size of the pool along one path.
struct PathOutcome {
  /// Contained: never below 0.
  var terminal = 0.0
  /// What the pool could not pay, ≥ 0.
  var badDebt = 0.0
  /// Years until the first liquidation; nil without one.
  var liquidatedAt: Double?
  var isRuined = false
  /// Whether the drawdown that counts was reached.
  var isDrawn = false
  var deepest = 0.0
  /// Steps with a drawdown above 5, 10 and 20 %.
  var under = SIMD4<Double>(repeating: 0)
  /// Years of the longest stretch below the maximum so far.
  var longestSpell = 0.0

  init() {}

  /// What was recorded while nothing happened.
  init(_ quiet: QuietRecord, _ scene: PoolScene) {
    longestSpell = quiet.longestSpell
    deepest = quiet.deepest
    isDrawn = quiet.deepest > scene.settings.drawdown
    isRuined = quiet.lowest <= scene.ruinEquity
    under = quiet.under
  }

  mutating func end(at equity: Double) {
    if equity < 0 { badDebt += -equity }
    terminal = max(equity, 0)
  }
}

/// What every path of one size shares; held by reference, because a path asks it at every step.
final class PoolScene: Sendable {
  let grid: PoolGrid
  let plan: SizePlan
  let settings: ConsequenceSettings
  let fee: Double
  let startEquity: Double
  let ruinEquity: Double

  init(
    grid: PoolGrid, plan: SizePlan, settings: ConsequenceSettings, fee: Double,
    startEquity: Double
  ) {
    self.grid = grid
    self.plan = plan
    self.settings = settings
    self.fee = fee
    self.startEquity = startEquity
    ruinEquity = settings.ruin * startEquity
  }
}
