internal import FulcrumNumerics
internal import RealModule

/// Paths of one model under one seed: path p is the same numbers whoever asks, in whatever order.
///
/// E S_t = S₀e^{μt} under every model: jumps and variance are compensated, resampled returns are
/// centred so that their factor has mean e^{μΔ}.
public struct PathGenerator: Sendable {
  public let model: PathModel
  /// μ a year.
  public let drift: Double
  /// Years at the end of each step, ascending.
  public let times: [Double]
  private let lengths: [Double]
  /// Drift and deviation of ln S in each step, where the volatility is constant.
  private let drifts: [Double]
  private let deviations: [Double]
  private let chances: [JumpChance]
  private let thresholds: [UInt16]
  private let diffusion: RandomDraws
  private let bridge: RandomDraws
  private let jumps: RandomDraws
  private let variance: RandomDraws
  private let resampling: RandomDraws
  private let hestonSteps: [HestonStep]
  private let substeps: Int
  private let returnShift: Double
  /// Resampled bars that end in each step.
  private let bars: [Int]
  private let points: PathPoints?

  /// - Parameters:
  ///   - drift: μ a year, finite.
  ///   - times: ascending, above 0; at least one.
  ///   - sampling: resampled returns are drawn at random whatever it says.
  ///   - bar: years of a resampled return; nil: every step is one.
  public init(
    _ model: PathModel, drift: Double, times: [Double], seed: UInt64,
    sampling: PathSampling = .random, bar: Double? = nil
  ) throws(PricingError) {
    try model.validate()
    try requireFinite(drift, "drift")
    precondition(!times.isEmpty, "a path of no steps has no end")
    self.model = model
    self.drift = drift
    self.times = times
    lengths = zip(times, [0] + times.dropLast()).map { $0 - $1 }
    let volatility = model.constantVolatility
    let slope = drift - model.compensation - 0.5 * volatility * volatility
    drifts = lengths.map { slope * $0 }
    deviations = lengths.map { volatility * $0.squareRoot() }
    chances = model.jumpsPerYear > 0 ? lengths.map { JumpChance(model.jumpsPerYear * $0) } : []
    thresholds = chances.map(\.threshold)
    diffusion = RandomDraws(seed: seed, purpose: RandomPurpose.diffusion)
    bridge = RandomDraws(seed: seed, purpose: RandomPurpose.bridge)
    jumps = RandomDraws(seed: seed, purpose: RandomPurpose.jumps)
    variance = RandomDraws(seed: seed, purpose: RandomPurpose.variance)
    resampling = RandomDraws(seed: seed, purpose: RandomPurpose.resampling)
    switch model {
    case .heston(let parameters, let start), .bates(let parameters, let start, _):
      substeps = Self.substeps(parameters, start: start, longest: lengths.max() ?? 0)
      let parts = Double(substeps)
      hestonSteps = lengths.map { HestonStep(parameters, years: $0 / parts) }
    case .gbm, .merton, .kou, .bootstrap:
      substeps = 1
      hestonSteps = []
    }
    points =
      sampling == .sobol ? PathPoints(times: times, substeps: substeps, seed: seed) : nil
    if case .bootstrap(let returns, _) = model {
      let count = Double(returns.count)
      returnShift = -Double.log(returns.reduce(0) { $0 + Double.exp($1) } / count)
    } else {
      returnShift = 0
    }
    // The end of a bar that falls on a step's end but for rounding belongs to that step.
    let ended = bar.map { bar in times.map { Int(($0 / bar + 1e-6).rounded(.down)) } }
    bars =
      ended.map { ended in zip(ended, [0] + ended.dropLast()).map { $0 - $1 } }
      ?? times.map { _ in 1 }
  }

  /// Parts of a step with which the martingale correction exists where the variance usually is: its
  /// moment is infinite for a large Δ only where ρ > 0.
  private static func substeps(
    _ parameters: HestonStep.Parameters, start: Double, longest: Double
  ) -> Int {
    var parts = 1
    while parts < 64 {
      let step = HestonStep(parameters, years: longest / Double(parts))
      let exists = [0, start, parameters.longVariance, 4 * parameters.longVariance].allSatisfy {
        step.correctedK0(from: $0, step.variance(from: $0)) != nil
      }
      if exists { return parts }
      parts *= 2
    }
    return parts
  }

  /// Two uniforms that say whether the path touched a barrier below, and above, in what is left of a
  /// step after `earlier` touches.
  public func touches(
    path: UInt64, step: Int, after earlier: Int = 0
  ) -> (below: Double, above: Double) {
    let block = earlier == 0 ? UInt32(truncatingIfNeeded: step) : Self.block(step, earlier)
    let (below, above) = bridge.uniforms(path: path, block: block)
    return (below, above)
  }

  /// Two uniforms that say when it did.
  public func touchTime(path: UInt64, step: Int, after earlier: Int) -> (Double, Double) {
    bridge.uniforms(path: path, block: Self.block(step, earlier) + 1)
  }

  /// The most touches within a step that there are draws for.
  public static let mostTouches = 64

  /// Blocks of later touches lie apart from those of steps.
  private static func block(_ step: Int, _ earlier: Int) -> UInt32 {
    0x8000_0000 | UInt32(truncatingIfNeeded: 2 * (step * mostTouches + earlier))
  }

  /// Rows for `count` consecutive paths of this generator.
  public func block(count: Int) -> PathBlock {
    PathBlock(
      count: count, steps: lengths.count, substeps: hestonSteps.isEmpty ? nil : substeps)
  }

  /// Writes the block's paths from `firstPath` on: the same numbers as one by one.
  public func fill(_ block: inout PathBlock, firstPath: UInt64) {
    precondition(block.steps == lengths.count, "a block of another generator")
    block.firstPath = firstPath
    PathRows.uniforms(
      bridge, at: block.place(firstBlock: Self.wholePath), blocks: 1, into: &block.stays)
    switch model {
    case .gbm, .merton, .kou: diffuse(&block)
    case .heston(_, let start), .bates(_, let start, _): diffuse(&block, variance: start)
    case .bootstrap(let returns, let restart): resample(&block, returns, restart)
    }
  }

  /// The bridge's block of the draws that a path has once; steps have blocks from 0 on.
  private static let wholePath = UInt32.max

  /// Two steps to a block of draws.
  private func diffuse(_ block: inout PathBlock) {
    PathRows.normals(
      diffusion, at: block.place(), blocks: (lengths.count + 1) / 2, into: &block.diffused,
      spare: &block.spare)
    points?.replace(&block.diffused, at: block.place(), stride: 1, room: &block.bridgeRoom)
    setJumps(&block, stride: 1)
    PathRows.accumulate(
      drift: drifts, deviation: deviations, jumped: block.jumped, width: block.width,
      x: &block.diffused, landed: &block.landed)
    for step in lengths.indices {
      block.bridgeVariance[step] = deviations[step] * deviations[step]
    }
  }

  /// One block of draws a substep for the normal, one for the variance's uniform.
  private func diffuse(_ block: inout PathBlock, variance start: Double) {
    let drift = self.drift - model.compensation
    let parts = lengths.count * substeps
    let width = block.width
    PathRows.normals(
      diffusion, at: block.place(), blocks: parts, into: &block.normals, spare: &block.spare)
    points?.replace(&block.normals, at: block.place(), stride: 2, room: &block.bridgeRoom)
    setJumps(&block, stride: 2 * substeps)
    PathRows.uniforms(variance, at: block.place(), blocks: parts, into: &block.uniforms)
    for column in 0..<width {
      var (x, v) = (0.0, start)
      var draw = column
      for (step, heston) in hestonSteps.enumerated() {
        var spread = 0.0
        for _ in 0..<substeps {
          let law = heston.variance(from: v)
          let next = heston.variance(law, at: block.uniforms[draw])
          let k0 = heston.correctedK0(from: v, law) ?? heston.uncorrectedK0
          x += heston.logReturn(
            from: v, to: next, k0: k0, drift: drift, normal: block.normals[draw])
          spread += 0.5 * (v + next) * heston.years
          v = next
          draw += 2 * width
        }
        let place = step * width + column
        block.bridgeVariance[place] = spread
        block.diffused[place] = x
        guard block.jumped[step] != 0 else { continue }
        x += block.landed[place]
        block.landed[place] = x
      }
    }
  }

  private func resample(_ block: inout PathBlock, _ returns: [Double], _ restart: Double) {
    let width = block.width
    PathRows.uniforms(
      resampling, at: block.place(), blocks: bars.reduce(0, +), into: &block.uniforms)
    for step in lengths.indices { block.jumped[step] = 1 }
    for column in 0..<width {
      var x = 0.0
      var last: Int?
      var draw = column
      for step in lengths.indices {
        // A bar's move may be a gap: the bridge looks at what comes before it as at a still price.
        let place = step * width + column
        block.diffused[place] = x
        x += drift * lengths[step]
        for _ in 0..<bars[step] {
          let next = StationaryBootstrap.next(
            after: last, count: returns.count, restart: restart,
            uniforms: (block.uniforms[draw], block.uniforms[draw + width]))
          last = next
          draw += 2 * width
          x += returns[next] + returnShift
        }
        block.landed[place] = x
      }
    }
  }
}

extension PathGenerator {
  /// Whether a step has any jump is nearly always decided by the 11 bits that the draw of its
  /// diffusion leaves over; where it may have one, further bits make a whole uniform of them.
  private func setJumps(_ block: inout PathBlock, stride: Int) {
    guard !chances.isEmpty else { return }
    for step in lengths.indices { block.jumped[step] = 0 }
    let width = block.width
    findArrivals(&block, stride: stride)
    for (place, arrival) in block.arrivals.steps.enumerated() {
      let (step, column) = (Int(arrival), Int(block.arrivals.columns[place]))
      let upper = Double(block.spare[step * stride * width + column])
      let uniform = min((upper + block.arrivals.draws.first[place]) * 0x1p-11, 1 - 0x1p-53)
      let count = chances[step].count(at: uniform)
      guard count > 0 else { continue }
      let path = block.firstPath &+ UInt64(column)
      let found = FoundJumps(
        count: count, path: path, step: step, normal: block.arrivals.draws.second[place])
      block.setJump(sum(of: found), step: step, column: column)
    }
  }

  private func findArrivals(_ block: inout PathBlock, stride: Int) {
    let width = UInt32(block.width)
    PathRows.arrivals(
      block.spare, width: block.width, stride: stride, thresholds: thresholds,
      into: &block.arrivals.places)
    block.arrivals.columns.removeAll(keepingCapacity: true)
    block.arrivals.steps.removeAll(keepingCapacity: true)
    for place in block.arrivals.places {
      let (step, column) = place.quotientAndRemainder(dividingBy: width)
      block.arrivals.columns.append(column)
      block.arrivals.steps.append(step)
    }
    PathRows.scattered(
      jumps, firstPath: block.firstPath, columns: block.arrivals.columns,
      blocks: block.arrivals.steps, normal: true, into: &block.arrivals.draws)
  }

  /// What jumps a path makes in a step; the normal is theirs to size them by.
  private struct FoundJumps {
    let count: Int
    let path: UInt64
    let step: Int
    let normal: Double
  }

  private func sum(of found: FoundJumps) -> Double {
    switch model {
    // N normal jumps as one normal.
    case .merton(_, let law), .bates(_, _, let law):
      let number = Double(found.count)
      return number * law.mean + number.squareRoot() * law.deviation * found.normal
    // Each jump up or down by an exponential size.
    case .kou(_, let law):
      return (0..<found.count).reduce(0) { sum, place in
        let block = Self.sizes + UInt32(truncatingIfNeeded: found.step &* 1024 &+ place)
        let (side, size) = jumps.uniforms(path: found.path, block: block)
        return sum - Double.log(size) / (side < law.upProbability ? law.upRate : -law.downRate)
      }
    case .gbm, .heston, .bootstrap: return 0
    }
  }

  /// Blocks of single jumps lie apart from those of steps.
  private static let sizes: UInt32 = 0x8000_0000
}

/// The number of jumps in a step, N ~ Poisson(mean).
private struct JumpChance: Sendable {
  let mean: Double
  /// e^{−mean}
  let none: Double

  init(_ mean: Double) {
    self.mean = mean
    none = Double.exp(-mean)
  }

  /// Upper bits of a uniform below it mean no jump: 1 − mean ≤ e^{−mean}.
  var threshold: UInt16 { UInt16(max(0, 1 - mean) * 0x1p11.nextDown) }

  /// The smallest n whose distribution function is above u; at most 1023.
  func count(at uniform: Double) -> Int {
    var (probability, sum, count) = (none, none, 0)
    while uniform >= sum, count < 1023 {
      count += 1
      probability *= mean / Double(count)
      sum += probability
    }
    return count
  }
}
