internal import CFulcrumKernels

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
  /// What kernels are told of each step but for its jumps.
  let marks: [UInt8]
  /// Whether there is anything to follow: the size holds something and is healthy as it starts.
  let isFollowed: Bool

  init(multiple: Double, cash: Double, set: Int, grid: PoolGrid) {
    self.multiple = multiple
    self.cash = cash
    self.set = set
    guard multiple > 0 else {
      lower = []
      upper = []
      marks = []
      isFollowed = false
      return
    }
    let stretches = grid.times.indices.map {
      grid.onlyHealthy(cash / multiple, node: $0, set: set) ?? (.nan, .nan)
    }
    lower = stretches.map(\.0)
    upper = stretches.map(\.1)
    let steps = stretches.count - 1
    marks = (0..<steps).map { step in
      var mark = 0
      // What expires at the end of the last step is worth what it pays.
      if grid.settles[step + 1], step + 1 < steps { mark |= FK_MARK_SETTLES }
      if stretches[step].0.isNaN || stretches[step + 1].0.isNaN { mark |= FK_MARK_UNCLEAR }
      return UInt8(mark)
    }
    isFollowed = grid.healthy(around: 0, cash / multiple, node: 0, set: set) != nil
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
  /// A micro-dollar, or a hundred-millionth of a coin.
  let smallestMoney: Double

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
    smallestMoney = grid.currency == .usd ? 1e-6 : 1e-8
  }
}
