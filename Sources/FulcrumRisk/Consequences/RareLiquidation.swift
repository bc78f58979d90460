import FulcrumModel
import FulcrumNumerics
import FulcrumPricing
import RealModule

/// The probability that a size is liquidated where few paths of a run were, by importance sampling:
///
///     P = Σ 1/(n₀ + Σ_k n_k exp(a_k X − κ(a_k) t))    over every liquidation that was met
///
/// with X and t at the end of the step in which it happens: n₀ paths of the run itself and n_k under its
/// law tilted towards each place where the healthy stretch may be left (`PathTilt`), weighed as one
/// mixture (the balance heuristic). What the tilts do not look for weighs 1/n₀, as without them.
struct RareLiquidation {
  /// Paths under one tilt, at least: many tilts take more than `SizeOutcome.pathsTowardsRare` in all.
  static let fewestOfOne = 1024
  /// Nearer than that, of the larger, two tilts draw the same paths.
  private static let alike = 0.05
  /// Errors beyond that share of the value say that the tilts looked elsewhere.
  private static let largestError = 0.2
  /// Below it lies what the grid's end leaves out.
  private static let smallest = 1e-12

  private struct Tilted {
    let tilt: PathTilt
    let generator: PathGenerator
    let blocks: Int
    var paths: Double { Double(blocks * ConsequenceRun.together) }
  }

  /// Where a first liquidation came to rest: ln(S/S₀) and years at the end of its step.
  struct End: Sendable {
    let x: Double
    let years: Double
  }

  /// What one law adds: Σf, Σf² over its paths.
  private typealias Part = ConsequenceTally.Moments

  private let run: ConsequenceRun
  private let scene: PoolScene
  private let tilted: [Tilted]

  /// - Returns: nil where the law has no tilt to one of the places, or there is none.
  init?(_ run: ConsequenceRun, _ scene: PoolScene) {
    let settings = run.settings
    guard let places = Self.places(scene), !places.isEmpty else { return nil }
    var tilts: [PathTilt] = []
    for place in places {
      guard
        let tilt = PathTilt(
          reaching: place.x, years: place.years, settings.model, drift: settings.drift)
      else { return nil }
      func isAlike(_ other: PathTilt) -> Bool {
        let apart = (tilt.exponent - other.exponent).magnitude
        return apart <= Self.alike * max(tilt.exponent.magnitude, other.exponent.magnitude)
      }
      if !tilts.contains(where: isAlike) { tilts.append(tilt) }
    }
    let seed = RandomDraws.seed(settings.seed, for: settings.name + "/rare")
    let share = max(SizeOutcome.pathsTowardsRare / tilts.count, Self.fewestOfOne)
    tilted = tilts.compactMap { tilt in
      let generator = try? PathGenerator(
        tilt.model, drift: tilt.drift, times: run.generator.times, seed: seed)
      return generator.map {
        Tilted(tilt: tilt, generator: $0, blocks: share / ConsequenceRun.together)
      }
    }
    guard tilted.count == tilts.count else { return nil }
    self.run = run
    self.scene = scene
  }

  /// Ends of the healthy stretch, and when: at both ends of every stretch of time between expiries and
  /// where it comes nearest between them. Nil where the stretch is not one.
  private static func places(_ scene: PoolScene) -> [End]? {
    let (times, plan) = (scene.grid.times, scene.plan)
    guard plan.isFollowed, !plan.lower.contains(where: \.isNaN) else { return nil }
    var places: [End] = []
    var first = 1
    for node in times.indices.dropFirst()
    where scene.grid.settles[node] || node == times.count - 1 {
      for bounds in [plan.lower, plan.upper] {
        let nearest = (first...node).min { bounds[$0].magnitude < bounds[$1].magnitude } ?? node
        places += [nearest, node, first].filter { bounds[$0].isFinite && bounds[$0] != 0 }
          .map { End(x: bounds[$0], years: times[$0]) }
      }
      first = min(node + 1, times.count - 1)
    }
    return places
  }

  /// - Parameters:
  ///   - own: liquidations among the run's paths, all of them.
  ///   - count: how many paths these were.
  /// - Returns: nil where it is not known to a fifth.
  func probability(own: [End], count: Int) -> ProbabilityEstimate? {
    var (sum, variance) = (0.0, 0.0)
    func add(_ part: Part, _ paths: Double) {
      sum += part.sum
      variance += max(part.squares - part.sum * part.sum / paths, 0)
    }
    var met = Part()
    for end in own { met.add(weight(end, count)) }
    add(met, Double(count))
    var first = 0
    for law in tilted {
      let ranges = stride(from: first, to: first + law.blocks, by: 16).map {
        $0..<min($0 + 16, first + law.blocks)
      }
      let parts = Parallel.map(ranges, chunk: 1) { weights(law, blocks: $0, count) }
      add(parts.reduce(into: Part()) { $0.add($1) }, law.paths)
      first += law.blocks
    }
    let error = variance.squareRoot()
    guard sum > Self.smallest, error <= Self.largestError * sum else { return nil }
    return ProbabilityEstimate(weighted: Estimate(sum, standardError: error))
  }

  private func weights(_ law: Tilted, blocks: Range<Int>, _ count: Int) -> Part {
    var block = law.generator.block(count: ConsequenceRun.together)
    var walk = QuietWalk(width: block.width)
    var values: [Double] = []
    var part = Part()
    for number in blocks {
      law.generator.fill(&block, firstPath: UInt64(number * ConsequenceRun.together))
      run.grid.values(of: block, into: &values)
      walk.prepare(block)
      walk.run(block, values: values, scene: scene)
      var track = PathTrack(block: block, values: values, generator: law.generator)
      for column in 0..<ConsequenceRun.together {
        track.column = column
        guard let years = walk.outcome(track, scene).0.liquidatedAt else { continue }
        part.add(weight(track.end(ofStepAt: years), count))
      }
    }
    return part
  }

  private func weight(_ end: End, _ count: Int) -> Double {
    let mixture = tilted.reduce(Double(count)) {
      $0 + $1.paths
        * Double.exp($1.tilt.exponent * end.x - $1.tilt.cumulant * end.years)
    }
    return 1 / mixture
  }
}

extension PathTrack {
  /// The end of the step in which an instant lies: what happens in it is known then.
  func end(ofStepAt years: Double) -> RareLiquidation.End {
    let times = generator.times
    var (low, high) = (0, times.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] >= years * (1 - 1e-12) { high = middle } else { low = middle + 1 }
    }
    return RareLiquidation.End(x: landed(low), years: times[low])
  }
}

extension ConsequenceReport {
  /// Puts the probability of liquidation from importance sampling where few paths met one.
  ///
  /// - Parameter goOn: asked before each size; false leaves the rest as it is.
  mutating func sharpen(_ run: ConsequenceRun, _ whole: ConsequenceTally, goOn: () -> Bool) {
    for place in sizes.indices where sizes[place].multiple > 0 {
      let mine = whole.sizes[place]
      guard mine.liquidated < SizeOutcome.fewHits, mine.ends.count == mine.liquidated else {
        continue
      }
      guard goOn() else { return }
      let sharper = RareLiquidation(run, run.scenes[place])?
        .probability(own: mine.ends, count: whole.count)
      if let sharper { sizes[place].liquidation = sharper }
    }
  }
}
