internal import CFulcrumKernels
import FulcrumNumerics
import FulcrumPricing
import RealModule

/// What ends the quiet of a size on a path.
enum QuietEvent: UInt8 {
  case none = 0
  /// The diffusion touched the lower, or the upper, end of the healthy stretch within the step.
  case below
  case above
  /// A jump landed outside it.
  case gap
  /// The step is over and something has expired at its end.
  case settled
  /// The stretch is not one: the step has to be looked at.
  case unclear
  case unhealthyStart
}

/// One path of a block, with the pool's value along it.
struct PathTrack {
  let block: PathBlock
  let values: [Double]
  let generator: PathGenerator
  var column = 0

  func diffused(_ step: Int) -> Double { block.diffused(step, column: column) }
  func landed(_ step: Int) -> Double { block.landed(step, column: column) }
  func bridgeVariance(_ step: Int) -> Double { block.bridgeVariance(step, column: column) }
  func value(_ step: Int) -> Double { values[step * block.width + column] }
  private var path: UInt64 { block.firstPath &+ UInt64(column) }
  func touches(_ step: Int, after earlier: Int) -> (below: Double, above: Double) {
    generator.touches(path: path, step: step, after: earlier)
  }
  func touchTime(_ step: Int, after earlier: Int) -> (Double, Double) {
    generator.touchTime(path: path, step: step, after: earlier)
  }
}

/// Follows one size of the pool on a block of paths while nothing can happen to it, all paths
/// together, and says where and how each was disturbed.
///
/// A path has touched a bound of its healthy stretch in the first step by whose end the chance that
/// bridges stay off it,
///
///     ∏ (1 − e^{−2 d₀d₁/σ²Δ}),
///
/// has fallen to the path's one uniform of that side: the law of a uniform for each step, at the cost
/// of none for most.
struct QuietWalk {
  private let width: Int
  private var events: [UInt8]
  /// Rows: peak, spell, longest spell, deepest drawdown, lowest equity.
  private var records: [Double]
  /// Rows: the step of the event, and steps more than 5, 10 and 20 % below the peak.
  private var counts: [UInt32]
  /// −2/σ²Δ of each step and, where it differs, of each path; 0 without diffusion.
  private var scale: [Double] = []
  private var marks: [UInt8] = []

  init(width: Int) {
    self.width = width
    events = [UInt8](repeating: 0, count: width)
    records = [Double](repeating: 0, count: 5 * width)
    counts = [UInt32](repeating: 0, count: 4 * width)
  }

  /// What happened first on a path, and in which step.
  func event(_ column: Int) -> (event: QuietEvent, step: Int) {
    (QuietEvent(rawValue: events[column]) ?? .unclear, Int(counts[column]))
  }

  func record(_ column: Int) -> EquityRecord {
    func number(_ row: Int) -> Double { records[row * width + column] }
    func count(_ row: Int) -> Double { Double(counts[row * width + column]) }
    var record = EquityRecord(start: number(0))
    (record.spell, record.longestSpell) = (number(1), number(2))
    (record.deepest, record.lowest) = (number(3), number(4))
    record.under = SIMD3(count(1), count(2), count(3))
    return record
  }

  /// What all sizes share of a block.
  mutating func prepare(_ block: PathBlock) {
    let isNew = scale.count != block.bridgeVariance.count
    if isNew { scale = [Double](repeating: 0, count: block.bridgeVariance.count) }
    // A variance that is the same on every path is so in every block.
    guard isNew || block.hasOwnVariance else { return }
    for place in scale.indices {
      let variance = block.bridgeVariance[place]
      // One still path among others is at an infinite distance from all that it does not cross.
      scale[place] = variance > 0 || block.hasOwnVariance ? -2 / variance : 0
    }
  }

  mutating func run(
    _ block: PathBlock, values: [Double], scene: PoolScene, level: KernelLevel = .current
  ) {
    let plan = scene.plan
    mark(block, plan)
    let code = level.runnable.code
    guard code >= 0 else {
      for column in 0..<width { follow(block, values, scene, column) }
      return
    }
    var pool = fk_pool(
      steps: block.steps, units: plan.multiple, cash: plan.cash, start: scene.startEquity,
      ownScale: block.hasOwnVariance ? 1 : 0)
    fk_pool_walk(
      code, width, &pool, block.diffused, block.landed, values, plan.lower, plan.upper,
      scene.grid.lengths, scale, marks, block.stays, &events, &records, &counts)
  }

  private mutating func mark(_ block: PathBlock, _ plan: SizePlan) {
    marks = plan.marks
    for step in marks.indices where block.jumped[step] != 0 {
      marks[step] |= UInt8(FK_MARK_JUMPED)
    }
  }

  /// What becomes of a size on a path of the block that was run.
  func outcome(_ track: PathTrack, _ scene: PoolScene) -> (PathOutcome, EquityRecord) {
    let plan = scene.plan
    guard plan.isFollowed else {
      var path = PoolPath(scene)
      path.run(track, from: plan.multiple > 0 ? .unhealthyStart : .none, in: 0)
      return (path.outcome, path.record)
    }
    let (event, step) = event(track.column)
    let record = record(track.column)
    guard event != .none else {
      var outcome = PathOutcome()
      outcome.end(
        at: plan.cash + plan.multiple * track.value(track.block.steps - 1),
        smallest: scene.smallestMoney)
      return (outcome, record)
    }
    var path = PoolPath(scene, after: record)
    path.run(track, from: event, in: step)
    return (path.outcome, path.record)
  }

  // MARK: One path at a time

  private mutating func end(_ column: Int, _ event: QuietEvent, _ step: Int, _ record: EquityRecord)
  {
    events[column] = event.rawValue
    counts[column] = UInt32(step)
    let numbers = [
      record.peak, record.spell, record.longestSpell, record.deepest, record.lowest,
    ]
    for (row, number) in numbers.enumerated() { records[row * width + column] = number }
    for row in 0..<3 { counts[(row + 1) * width + column] = UInt32(record.under[row]) }
  }

  /// The text of the kernel in Swift.
  private mutating func follow(
    _ block: PathBlock, _ values: [Double], _ scene: PoolScene, _ column: Int
  ) {
    let (plan, grid) = (scene.plan, scene.grid)
    var record = EquityRecord(start: scene.startEquity)
    var (x, stays) = (0.0, (below: 1.0, above: 1.0))
    for step in 0..<block.steps {
      let mark = Int(marks[step])
      guard mark & FK_MARK_UNCLEAR == 0 else { return end(column, .unclear, step, record) }
      let (lower, upper) = (plan.lower[step + 1], plan.upper[step + 1])
      let to = block.diffused(step, column: column)
      let scale = self.scale[block.hasOwnVariance ? step * width + column : step]
      if scale != 0 {
        stays.below *= Self.stays((x - plan.lower[step]) * (to - lower) * scale)
        stays.above *= Self.stays((plan.upper[step] - x) * (upper - to) * scale)
        if stays.below <= block.stays[column] { return end(column, .below, step, record) }
        if stays.above <= block.stays[width + column] { return end(column, .above, step, record) }
      }
      x = to
      if mark & FK_MARK_JUMPED != 0 {
        x = block.landed(step, column: column)
        if x < lower || x > upper { return end(column, .gap, step, record) }
      }
      record.note(
        plan.cash + plan.multiple * values[step * width + column], length: grid.lengths[step])
      if mark & FK_MARK_SETTLES != 0 { return end(column, .settled, step, record) }
    }
    end(column, .none, block.steps, record)
  }

  /// The chance that a bridge stays off a bound; 1 to rounding below −40.
  private static func stays(_ exponent: Double) -> Double {
    exponent > -40 ? 1 - Double.exp(min(exponent, 0)) : 1
  }
}
