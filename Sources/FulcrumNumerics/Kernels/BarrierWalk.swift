internal import CFulcrumKernels
internal import RealModule

/// Steps of ln S of many paths under constant drift and volatility, with the chance that each path
/// stayed off a barrier between its steps.
///
///     x ← x + drift + deviation·Z,   survival ← survival·(1 − e^{−2 d₀d₁/deviation²})
///
/// d₀ and d₁ are the distances of the step's ends to the barrier in ln S; a path whose end lies at or
/// beyond it has survival 0. Z comes from Philox4x32-10 at the counter (path, block, purpose), so
/// that a path does not depend on how paths are cut among threads. One block gives two steps.
///
/// - Accuracy: Z is N⁻¹ of its uniform within 1e-9 relative, far below what any number of paths
///   resolves; `Normal.inverseCdf` is exact to rounding. Survival follows to the same.
/// - Source: leverage-math 6.4; J. Salmon et al., Parallel random numbers: as easy as 1, 2, 3 (2011).
public struct BarrierWalk: Hashable, Sendable {
  /// A level that paths may not touch, as ln(B/S₀).
  public enum Barrier: Hashable, Sendable {
    case below(Double)
    case above(Double)
    case none
  }

  /// Key of the generator.
  public let seed: UInt64
  /// Last word of the counter: keeps streams of one seed apart.
  public let purpose: UInt32
  /// (μ − σ²/2)Δ of one step.
  public let drift: Double
  /// σ√Δ of one step, > 0.
  public let deviation: Double
  public let barrier: Barrier

  /// - Throws: `NumericsError.outOfDomain` where drift or barrier is not within ±1e100, or the
  ///   deviation not within [1e-100, 1e100].
  public init(
    seed: UInt64, purpose: UInt32 = 0, drift: Double, deviation: Double, barrier: Barrier = .none
  ) throws(NumericsError) {
    guard abs(drift) <= 1e100 else {
      throw .outOfDomain(name: "drift", seen: drift, allowed: "in [-1e100, 1e100]")
    }
    guard deviation >= 1e-100, deviation <= 1e100 else {
      throw .outOfDomain(name: "deviation", seen: deviation, allowed: "in [1e-100, 1e100]")
    }
    switch barrier {
    case .below(let level), .above(let level):
      guard level.isFinite, abs(level) <= 1e100 else {
        throw .outOfDomain(name: "barrier", seen: level, allowed: "an ln(B/S0) in [-1e100, 1e100]")
      }
    case .none: break
    }
    self.seed = seed
    self.purpose = purpose
    self.drift = drift
    self.deviation = deviation
    self.barrier = barrier
  }

  /// Takes the two steps of each of `blocks` on every path: block after block, or all at once, which
  /// is faster and the same.
  public func advance(
    _ paths: inout WalkPaths, blocks: Range<UInt32>, level: KernelLevel = .current
  ) {
    let count = paths.count
    guard count > 0, !blocks.isEmpty else { return }
    let code = level.runnable.code
    guard code >= 0 else {
      for place in 0..<count {
        for block in blocks { step(&paths, place, block) }
      }
      return
    }
    var step = kernelStep(blocks: blocks, firstPath: paths.firstPath)
    paths.withPointers { x, survival in fk_walk(code, count, &step, x, survival) }
  }

  /// The two uniforms of a path's block and the normals that a walk draws from them.
  public func draws(
    path: UInt64, block: UInt32, level: KernelLevel = .current
  ) -> (uniforms: [Double], normals: [Double]) {
    let draws = RandomDraws(seed: seed, purpose: purpose)
    let place = PathRows.Place(firstPath: path, width: PathRows.lanes, firstBlock: block)
    var (uniforms, normals) = ([Double](), [Double]())
    PathRows.uniforms(draws, at: place, blocks: 1, into: &uniforms, level: level)
    PathRows.normals(draws, at: place, blocks: 1, into: &normals, level: level)
    let second = PathRows.lanes
    return ([uniforms[0], uniforms[second]], [normals[0], normals[second]])
  }

  private func kernelStep(blocks: Range<UInt32>, firstPath: UInt64) -> fk_step {
    let (level, below) = side
    return fk_step(
      seed: seed, firstPath: firstPath, block: blocks.lowerBound,
      blocks: blocks.upperBound - blocks.lowerBound, purpose: purpose, drift: drift,
      deviation: deviation, logBarrier: level, below: below ? 1 : 0)
  }

  /// The barrier's level and whether it lies below; where there is none, one that 2³³ steps of the
  /// largest drift and deviation do not reach.
  private var side: (level: Double, below: Bool) {
    switch barrier {
    case .below(let level): (level, true)
    case .above(let level): (level, false)
    case .none: (-1e150, true)
    }
  }

  /// The Swift text, one path at a time.
  private func step(_ paths: inout WalkPaths, _ place: Int, _ block: UInt32) {
    let (level, below) = side
    let sign = below ? 1.0 : -1.0
    let u = RandomDraws(seed: seed, purpose: purpose).uniforms(
      path: paths.firstPath &+ UInt64(place), block: block)
    for z in [Normal.inverseCdf(u.0), Normal.inverseCdf(u.1)] {
      let before = (paths.logs[place] - level) * sign
      paths.logs[place] += drift + deviation * z
      let after = (paths.logs[place] - level) * sign
      guard before > 0, after > 0 else {
        paths.survival[place] = 0
        continue
      }
      let exponent = -2 * (before / deviation) * (after / deviation)
      paths.survival[place] *= 1 - Double.exp(max(exponent, -700))
    }
  }
}

/// The state of consecutive paths: ln(S/S₀), and the chance so far of not having touched the barrier.
public struct WalkPaths: Hashable, Sendable {
  /// The number of the first path in the generator's counter.
  public let firstPath: UInt64
  public internal(set) var logs: [Double]
  public internal(set) var survival: [Double]

  /// `count` paths at S₀, none when negative.
  public init(count: Int, firstPath: UInt64 = 0) {
    self.firstPath = firstPath
    logs = [Double](repeating: 0, count: max(count, 0))
    survival = [Double](repeating: 1, count: max(count, 0))
  }

  public var count: Int { logs.count }

  mutating func withPointers(
    _ body: (UnsafeMutablePointer<Double>?, UnsafeMutablePointer<Double>?) -> Void
  ) {
    logs.withUnsafeMutableBufferPointer { x in
      survival.withUnsafeMutableBufferPointer { s in body(x.baseAddress, s.baseAddress) }
    }
  }
}
