import FulcrumModel
import FulcrumNumerics
import FulcrumPricing
import RealModule

/// The probability that a size is liquidated where too few paths of a run were, by importance sampling:
///
///     P = E_Q[w 1{τ ≤ T}],   1/w = (1/K) Σ_k exp(a_k X_n − κ(a_k) t_n)
///
/// with n the step in which it happens. Paths are drawn in turn from the law of the run and from that
/// law tilted to each liquidation price (`PathTilt`), and weighed by the mixture of all: no weight is
/// above K, so that what the tilts do not look for costs no more than it would have.
struct RareLiquidation {
  private let run: ConsequenceRun
  private let scene: PoolScene
  /// By component: a, κ(a) and the paths; the first is the run's own law.
  private let components: [(exponent: Double, cumulant: Double, generator: PathGenerator)]

  /// - Returns: nil where the model has no tilt, or no price liquidates the size as it stands.
  init?(_ run: ConsequenceRun, size: SizeOutcome, scene: PoolScene) {
    let settings = run.settings
    let spot = run.pool.indices[0]
    let tilts = [size.liquidationBelow, size.liquidationAbove].compactMap { price -> PathTilt? in
      guard let price, price > 0 else { return nil }
      return PathTilt(
        reaching: Double.log(price / spot), years: settings.horizon, settings.model,
        drift: settings.drift)
    }
    guard !tilts.isEmpty, let own = PathTilt(settings.model, drift: settings.drift, exponent: 0)
    else { return nil }
    let seed = RandomDraws.seed(settings.seed, for: settings.name + "/rare")
    let components = ([own] + tilts).compactMap {
      tilt -> (exponent: Double, cumulant: Double, generator: PathGenerator)? in
      let generator = try? PathGenerator(
        tilt.model, drift: tilt.drift, times: run.generator.times, seed: seed)
      return generator.map { (tilt.exponent, tilt.cumulant, $0) }
    }
    guard components.count == tilts.count + 1 else { return nil }
    self.run = run
    self.scene = scene
    self.components = components
  }

  /// The estimate with its error; nil where it met few liquidations as well.
  func probability() -> ProbabilityEstimate? {
    let blocks = SizeOutcome.pathsTowardsRare / ConsequenceRun.together
    let sums = Parallel.map(Array(0..<blocks), chunk: 8, weights)
    var (moments, hits) = (ConsequenceTally.Moments(), 0)
    for sum in sums {
      moments.add(sum.moments)
      hits += sum.hits
    }
    guard hits >= SizeOutcome.fewHits else { return nil }
    return ProbabilityEstimate(weighted: moments.estimate(blocks * ConsequenceRun.together))
  }

  private func weights(_ number: Int) -> (moments: ConsequenceTally.Moments, hits: Int) {
    let generator = components[number % components.count].generator
    var block = generator.block(count: ConsequenceRun.together)
    var walk = QuietWalk(width: block.width)
    var values: [Double] = []
    generator.fill(&block, firstPath: UInt64(number * ConsequenceRun.together))
    run.grid.values(of: block, into: &values)
    walk.prepare(block)
    if scene.plan.isFollowed { walk.run(block, values: values, scene: scene) }
    var track = PathTrack(block: block, values: values, generator: generator)
    var (moments, hits) = (ConsequenceTally.Moments(), 0)
    for column in 0..<ConsequenceRun.together {
      track.column = column
      guard let years = walk.outcome(track, scene).0.liquidatedAt else { continue }
      moments.add(weight(track, at: years))
      hits += 1
    }
    return (moments, hits)
  }

  /// At the end of the step, which is known when it is over.
  private func weight(_ track: PathTrack, at years: Double) -> Double {
    let times = track.generator.times
    let step = times.firstIndex { $0 >= years * (1 - 1e-12) } ?? times.count - 1
    let x = track.landed(step)
    let mixture = components.reduce(0) {
      $0 + Double.exp($1.exponent * x - $1.cumulant * times[step])
    }
    return Double(components.count) / mixture
  }
}

extension ConsequenceReport {
  /// Puts the probability of liquidation from importance sampling where few paths met one and it has
  /// the smaller error.
  mutating func sharpen(_ run: ConsequenceRun) {
    for place in sizes.indices where sizes[place].multiple > 0 {
      let size = sizes[place]
      let hits = Int((size.liquidation.value * Double(paths)).rounded())
      guard hits < SizeOutcome.fewHits,
        let sharper = RareLiquidation(run, size: size, scene: run.scenes[place])?.probability(),
        hits == 0 || sharper.standardError < size.liquidation.standardError
      else { continue }
      sizes[place].liquidation = sharper
    }
  }
}
