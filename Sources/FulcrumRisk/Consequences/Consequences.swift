import FulcrumModel
import FulcrumNumerics
import FulcrumPricing
import RealModule

/// What too much and too little leverage does to an isolated pool (leverage-math 6).
///
/// The pool as it stands and multiples of it at the same equity meet the same simulated paths; each
/// is liquidated by its own margin rule on the way. Results depend on the seed and the pool's name
/// alone: not on threads, rows or batches.
public enum Consequences {
  /// How far a run is.
  public struct Progress: Hashable, Sendable {
    public var done: Int
    public var total: Int
  }

  /// Paths between two calls of `goOn`.
  static let batch = 4096
  /// Paths that one task takes; fixed, so that sums do not depend on threads.
  static let chunk = 256

  /// - Parameters:
  ///   - rule: what liquidates the pool.
  ///   - goOn: asked after every batch; false ends the run with the paths that are done.
  /// - Throws: `RiskError` where pool, rule or settings are outside their domain, the horizon lies
  ///   beyond the last expiry, or the pool has no equity.
  public static func report(
    _ pool: RiskPool, rule: PathRule = .standard, settings: ConsequenceSettings,
    goOn: (Progress) -> Bool = { _ in true }
  ) throws(RiskError) -> ConsequenceReport {
    let total = settings.checksConvergence ? settings.paths * 3 / 2 : settings.paths
    let run = try ConsequenceRun(pool, rule: rule, settings: settings, twin: false) {
      goOn(Progress(done: 0, total: total))
    }
    var goesOn = true
    let sample = run.sample { done in
      goesOn = goOn(Progress(done: done, total: total))
      return goesOn
    }
    var coarse: (run: ConsequenceRun, sample: ConsequenceSample)?
    if settings.checksConvergence, goesOn,
      let twin = try twin(
        pool, rule, settings, { goOn(Progress(done: settings.paths, total: total)) })
    {
      let half = twin.sample { done in
        goesOn = goOn(Progress(done: settings.paths + done, total: total))
        return goesOn
      }
      if half.count == twin.paths { coarse = (twin, half) }
    }
    if settings.checksConvergence, coarse == nil { goesOn = false }
    var report = try ConsequenceReport(run: run, sample: sample, coarse: coarse)
    let done = Progress(done: total, total: total)
    if goesOn { report.sharpen(run, sample.whole) { goOn(done) } }
    return report
  }
}

extension Consequences {
  /// The run that convergence is judged by; nil where it was ended before it was laid out.
  private static func twin(
    _ pool: RiskPool, _ rule: PathRule, _ settings: ConsequenceSettings, _ goOn: () -> Bool
  ) throws(RiskError) -> ConsequenceRun? {
    do throws(RiskError) {
      return try ConsequenceRun(pool, rule: rule, settings: settings, twin: true, goOn: goOn)
    } catch {
      guard error == .interrupted else { throw error }
      return nil
    }
  }
}

/// A pool laid out for simulation.
struct ConsequenceRun: Sendable {
  let pool: RiskPool
  let rule: PathRule
  let settings: ConsequenceSettings
  let startEquity: Double
  let generator: PathGenerator
  let grid: PoolGrid
  let plans: [SizePlan]
  let scenes: [PoolScene]
  let paths: Int

  /// - Parameter twin: half the paths at twice the step (resampled bars: at the same), under draws of
  ///   their own.
  init(
    _ pool: RiskPool, rule: PathRule, settings: ConsequenceSettings, twin: Bool,
    goOn: () -> Bool = { true }
  ) throws(RiskError) {
    try pool.validate()
    try rule.margin.validate()
    try settings.validate()
    guard pool.indices.count == 1 else {
      throw .severalUnderlyings(count: pool.indices.count)
    }
    let equity = Revaluation(pool).equity(at: 1)
    guard equity > 0 else { throw .noEquity(seen: equity) }
    guard equity.isFinite else { throw .notRepresentable("equity of the pool") }
    let last = pool.legs.map(PoolGrid.expiry).max() ?? .infinity
    guard settings.horizon <= last * (1 + 1e-12) else {
      throw .beyondLastExpiry(horizon: settings.horizon, last: last)
    }
    if case .bootstrap = settings.model, settings.horizon < settings.step * (1 - 1e-6) {
      throw .modelOutOfDomain("the horizon is shorter than a resampled bar; give shorter bars")
    }
    self.pool = pool
    self.rule = rule
    self.settings = settings
    startEquity = equity
    paths = twin ? settings.paths / 2 : settings.paths
    // Resampled bars are all that is known of a price: twice as long ones would be other gaps.
    var step = settings.step
    if twin, settings.model.name != "bootstrap" { step *= 2 }
    let times = Self.times(pool, settings, step: step)
    let seed = RandomDraws.seed(settings.seed, for: settings.name + (twin ? "/coarse" : ""))
    do throws(PricingError) {
      generator = try PathGenerator(
        settings.model, drift: settings.drift, times: Array(times.dropFirst()), seed: seed,
        sampling: settings.sampling, bar: settings.step)
    } catch {
      switch error {
      case .outOfDomain(let field, let seen, let allowed):
        throw .modelOutOfDomain("\(field) is \(seen); give \(allowed)")
      case .columnsDiffer: throw .modelOutOfDomain(error.description)
      }
    }
    let sizes = settings.multiples.filter { $0 > 0 }
    let tiered = rule.dependsOnSize
    grid = try PoolGrid(
      pool, rule: rule, scales: tiered && !sizes.isEmpty ? sizes : [1], times: times,
      span: Self.span(settings, steps: times.count - 1), goOn: goOn)
    let grid = self.grid
    plans = settings.multiples.map { multiple in
      SizePlan(
        multiple: multiple, cash: equity - multiple * (equity - pool.cash),
        set: tiered ? sizes.firstIndex(of: multiple) ?? 0 : 0, grid: grid)
    }
    scenes = plans.map {
      PoolScene(
        grid: grid, plan: $0, settings: settings, fee: rule.margin.liquidationFee,
        startEquity: equity)
    }
  }

  /// 0, steps of equal length, and every expiry on the way.
  private static func times(
    _ pool: RiskPool, _ settings: ConsequenceSettings, step: Double
  ) -> [Double] {
    let horizon = settings.horizon
    let count = max(Int((horizon / step).rounded(.up)), 1)
    var times = (0...count).map { horizon * Double($0) / Double(count) }
    for expiry in Set(pool.legs.map(PoolGrid.expiry)) where expiry > 0 && expiry < horizon {
      times.append(expiry)
    }
    times.sort()
    // An expiry a hair beside a step takes its place.
    var kept: [Double] = []
    for time in times where kept.last.map({ time - $0 > 1e-9 * horizon }) ?? true {
      kept.append(time)
    }
    return kept
  }

  /// Eight deviations either way and as far as jumps come, in cells of a sixth of a step's.
  private static func span(
    _ settings: ConsequenceSettings, steps: Int
  ) -> (reach: Double, spacing: Double) {
    let whole = settings.model.deviation(years: settings.horizon, steps: steps)
    let (quiet, jumps) = settings.model.reach(years: settings.horizon)
    let far = max(8 * whole, (64 * quiet * quiet + jumps * jumps).squareRoot())
    let reach = min(far + settings.drift.magnitude * settings.horizon + 0.05, 9.2)
    return (reach, min(max(whole / Double(steps).squareRoot() / 6, reach / 2000), 0.004))
  }

  /// Every path, in batches; `goOn` gets the number done.
  func sample(_ goOn: (Int) -> Bool) -> ConsequenceSample {
    var total = ConsequenceSample(self, paths: paths)
    var next = 0
    while next < paths {
      let end = min(next + Consequences.batch, paths)
      let chunks = stride(from: next, to: end, by: Consequences.chunk).map {
        $0..<min($0 + Consequences.chunk, end)
      }
      for part in Parallel.map(chunks, making: room, simulate) { total.add(part) }
      next = end
      if !goOn(next) { break }
    }
    return total
  }

  /// Paths that go together: few enough that their rows stay in the second-level cache.
  static let together = 32

  /// What a chunk of paths is simulated in.
  struct Room: Sendable {
    var block: PathBlock
    var walk: QuietWalk
    var values: [Double] = []
  }

  func room() -> Room {
    let block = generator.block(count: Self.together)
    return Room(block: block, walk: QuietWalk(width: block.width))
  }

  func simulate(_ range: Range<Int>, in room: inout Room) -> ConsequenceSample {
    var sample = ConsequenceSample(self, paths: range.count)
    for first in stride(from: range.lowerBound, to: range.upperBound, by: Self.together) {
      generator.fill(&room.block, firstPath: UInt64(first))
      grid.values(of: room.block, into: &room.values)
      room.walk.prepare(room.block)
      let count = min(Self.together, range.upperBound - first)
      note(first..<(first + count), room: &room, in: &sample)
    }
    return sample
  }

  /// What becomes of every size on the paths of a block.
  private func note(_ paths: Range<Int>, room: inout Room, in sample: inout ConsequenceSample) {
    var track = PathTrack(block: room.block, values: room.values, generator: generator)
    for (place, scene) in scenes.enumerated() {
      if scene.plan.isFollowed {
        room.walk.run(room.block, values: room.values, scene: scene)
      }
      // Held here, since to reach it through the room counts references on every path.
      let walk = room.walk
      for (column, path) in paths.enumerated() {
        track.column = column
        sample.note(walk.outcome(track, scene), scene, path: path, size: place) {
          track.end(ofStepAt: $0)
        }
      }
    }
    let block = room.block
    sample.count(paths) { block.landed(block.steps - 1, column: $0) }
  }
}

extension Consequences {
  /// Years to the last expiry of a pool; nil where a leg never expires.
  public static func lastExpiry(_ pool: RiskPool) -> Double? {
    let last = pool.legs.map(PoolGrid.expiry).max() ?? .infinity
    return last.isFinite ? last : nil
  }

  /// Multiples of a pool to look at: a grid up to five times its size, or up to a quarter beyond the
  /// largest size that its equity can open; 0 and 1 always.
  ///
  /// - Throws: `RiskError` where the pool or the rule is outside its domain.
  public static func multiples(
    of pool: RiskPool, rule: PathRule = .standard
  ) throws(RiskError) -> [Double] {
    try pool.validate()
    let equity = Revaluation(pool).equity(at: 1)
    func isCovered(_ multiple: Double) throws(RiskError) -> Bool {
      do throws(RiskError) {
        return try rule.canOpen(pool.resized(by: multiple, keeping: equity), equity: equity)
      } catch {
        // A size that the rule is not known for is none to open; at the pool's own it has to be said.
        guard case .ruleHasNoAnswer = error, multiple > 1 else { throw error }
        return false
      }
    }
    let standard = ConsequenceSettings.standardMultiples
    guard let largest = standard.last, try !isCovered(largest) else { return standard }
    var (low, high) = (0.0, largest)
    for _ in 0..<30 {
      let middle = 0.5 * (low + high)
      if try isCovered(middle) { low = middle } else { high = middle }
    }
    guard low > 0 else { return standard }
    let step = low / 8
    // Two digits are enough to say a size by.
    let grid = (1...10).map { (Double($0) * step * 100).rounded(.down) / 100 }
    return Array(Set([0, 1] + grid.filter { $0 > 0 })).sorted().filter {
      $0 <= 1 || rule.hasAnswer(for: pool.resized(by: $0, keeping: equity))
    }
  }
}
