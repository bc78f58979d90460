internal import FulcrumNumerics
internal import RealModule

/// One path of the log price ln(S_t/S₀) at the ends of the steps.
public struct PathBuffer: Sendable {
  /// Where the diffusion has brought the price at the end of each step, before its jumps.
  public var diffused: [Double]
  /// After them.
  public var landed: [Double]
  /// σ²Δ of each step's diffusion, for the bridge between its ends; 0 where there is none.
  public var bridgeVariance: [Double]

  public init(steps: Int) {
    diffused = [Double](repeating: 0, count: steps)
    landed = diffused
    bridgeVariance = diffused
  }
}

/// What a generator draws for consecutive paths.
public struct PathDraws: Sendable {
  let diffusion: DrawColumns
  var jumps: DrawColumns?
  var variance: DrawColumns?
}

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
  private let roots: [Double]
  private let diffusion: RandomDraws
  private let bridge: RandomDraws
  private let jumps: RandomDraws
  private let variance: RandomDraws
  private let resampling: RandomDraws
  private let hestonSteps: [HestonStep]
  private let substeps: Int
  private let returnShift: Double

  /// - Parameters:
  ///   - drift: μ a year, finite.
  ///   - times: ascending, above 0; at least one.
  public init(
    _ model: PathModel, drift: Double, times: [Double], seed: UInt64
  ) throws(PricingError) {
    try model.validate()
    try requireFinite(drift, "drift")
    precondition(!times.isEmpty, "a path of no steps has no end")
    self.model = model
    self.drift = drift
    self.times = times
    lengths = zip(times, [0] + times.dropLast()).map { $0 - $1 }
    roots = lengths.map { $0.squareRoot() }
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
    if case .bootstrap(let returns, _) = model {
      let count = Double(returns.count)
      returnShift = -Double.log(returns.reduce(0) { $0 + Double.exp($1) } / count)
    } else {
      returnShift = 0
    }
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

  /// Two uniforms that say whether the path touched a barrier below, and above, within a step.
  public func touches(path: UInt64, step: Int) -> (below: Double, above: Double) {
    let (below, above) = bridge.uniforms(path: path, block: UInt32(truncatingIfNeeded: step))
    return (below, above)
  }

  /// The draws of consecutive paths: made together, they cost a part of what they cost one by one.
  public func draws(of paths: Range<UInt64>) -> PathDraws {
    draws(from: paths.lowerBound, count: paths.count)
  }

  private func draws(from path: UInt64, count: Int) -> PathDraws {
    func columns(_ draws: RandomDraws, blocks: Int) -> DrawColumns {
      DrawColumns(draws, firstPath: path, paths: count, blocks: blocks)
    }
    let halves = (lengths.count + 1) / 2
    let parts = lengths.count * substeps
    return switch model {
    case .gbm: PathDraws(diffusion: columns(diffusion, blocks: halves))
    case .merton, .kou:
      PathDraws(
        diffusion: columns(diffusion, blocks: halves), jumps: columns(jumps, blocks: halves))
    case .heston:
      PathDraws(
        diffusion: columns(diffusion, blocks: parts), variance: columns(variance, blocks: parts))
    case .bates:
      PathDraws(
        diffusion: columns(diffusion, blocks: parts), jumps: columns(jumps, blocks: halves),
        variance: columns(variance, blocks: parts))
    case .bootstrap: PathDraws(diffusion: columns(resampling, blocks: parts))
    }
  }

  /// Writes path `path`; the buffer has as many steps as `times`.
  public func fill(_ buffer: inout PathBuffer, path: UInt64) {
    fill(&buffer, path: path, from: draws(from: path, count: 1))
  }

  /// The same from draws that the path is among.
  public func fill(_ buffer: inout PathBuffer, path: UInt64, from draws: PathDraws) {
    precondition(draws.diffusion.contains(path), "path \(path) is not among the draws")
    switch model {
    case .gbm(let volatility):
      diffuse(&buffer, path, draws, volatility: volatility, compensation: 0)
    case .merton(let volatility, let jumps):
      diffuse(
        &buffer, path, draws, volatility: volatility, compensation: Self.compensation(jumps))
      addNormalJumps(&buffer, path, draws, jumps)
    case .kou(let volatility, let jumps):
      diffuse(
        &buffer, path, draws, volatility: volatility,
        compensation: jumps.perYear * jumps.meanJump)
      addExponentialJumps(&buffer, path, draws, jumps)
    case .heston(_, let start):
      diffuse(&buffer, path, draws, variance: start, compensation: 0)
    case .bates(_, let start, let jumps):
      diffuse(&buffer, path, draws, variance: start, compensation: Self.compensation(jumps))
      addNormalJumps(&buffer, path, draws, jumps)
    case .bootstrap(let returns, let restart):
      resample(&buffer, path, draws, returns, restart)
    }
  }

  private static func compensation(_ jumps: NormalJumps) -> Double {
    jumps.perYear * Double.expMinusOne(jumps.mean + 0.5 * jumps.deviation * jumps.deviation)
  }

  /// Two steps to a block of draws.
  private func diffuse(
    _ buffer: inout PathBuffer, _ path: UInt64, _ draws: PathDraws, volatility: Double,
    compensation: Double
  ) {
    let slope = drift - compensation - 0.5 * volatility * volatility
    var x = 0.0
    for step in lengths.indices {
      let normal = draws.diffusion.normal(step, path: path)
      x += slope * lengths[step] + volatility * roots[step] * normal
      buffer.diffused[step] = x
      buffer.landed[step] = x
      buffer.bridgeVariance[step] = volatility * volatility * lengths[step]
    }
  }

  /// One block of draws a substep for the normal, one for the variance's uniform.
  private func diffuse(
    _ buffer: inout PathBuffer, _ path: UInt64, _ draws: PathDraws, variance start: Double,
    compensation: Double
  ) {
    var (x, v) = (0.0, start)
    var block = 0
    for (step, heston) in hestonSteps.enumerated() {
      var spread = 0.0
      for _ in 0..<substeps {
        let law = heston.variance(from: v)
        let next = heston.variance(law, at: draws.variance?.uniform(2 * block, path: path) ?? 0.5)
        let k0 = heston.correctedK0(from: v, law) ?? heston.uncorrectedK0
        x += heston.logReturn(
          from: v, to: next, k0: k0, drift: drift - compensation,
          normal: draws.diffusion.normal(2 * block, path: path))
        spread += 0.5 * (v + next) * heston.years
        v = next
        block += 1
      }
      buffer.diffused[step] = x
      buffer.landed[step] = x
      buffer.bridgeVariance[step] = spread
    }
  }

  private func resample(
    _ buffer: inout PathBuffer, _ path: UInt64, _ draws: PathDraws, _ returns: [Double],
    _ restart: Double
  ) {
    var x = 0.0
    var place: Int?
    for step in lengths.indices {
      let uniforms = (
        draws.diffusion.uniform(2 * step, path: path),
        draws.diffusion.uniform(2 * step + 1, path: path)
      )
      let next = StationaryBootstrap.next(
        after: place, count: returns.count, restart: restart, uniforms: uniforms)
      place = next
      // A bar's move may be a gap: the bridge looks at what comes before it as at a still price.
      buffer.diffused[step] = x
      x += returns[next] + returnShift + drift * lengths[step]
      buffer.landed[step] = x
      buffer.bridgeVariance[step] = 0
    }
  }
}

extension PathGenerator {
  /// N ~ Poisson(λΔ) by inversion and N normal jumps as one normal.
  private func addNormalJumps(
    _ buffer: inout PathBuffer, _ path: UInt64, _ draws: PathDraws, _ law: NormalJumps
  ) {
    addJumps(&buffer, path, draws, perYear: law.perYear) { count, step in
      let number = Double(count)
      let normal = jumps.normals(path: path, block: Self.sizes + UInt32(step)).0
      return number * law.mean + number.squareRoot() * law.deviation * normal
    }
  }

  /// Each jump up or down by an exponential size.
  private func addExponentialJumps(
    _ buffer: inout PathBuffer, _ path: UInt64, _ draws: PathDraws, _ law: FirstPassage.Jumps
  ) {
    addJumps(&buffer, path, draws, perYear: law.perYear) { count, step in
      var sum = 0.0
      for place in 0..<count {
        let block = Self.sizes + UInt32(truncatingIfNeeded: step &* 1024 &+ place)
        let (side, size) = jumps.uniforms(path: path, block: block)
        let up = side < law.upProbability
        sum -= Double.log(size) / (up ? law.upRate : -law.downRate)
      }
      return sum
    }
  }

  /// Blocks of jump sizes lie apart from those of their numbers.
  private static let sizes: UInt32 = 0x8000_0000

  private func addJumps(
    _ buffer: inout PathBuffer, _ path: UInt64, _ draws: PathDraws, perYear: Double,
    size: (_ count: Int, _ step: Int) -> Double
  ) {
    guard perYear > 0, let numbers = draws.jumps else { return }
    var shift = 0.0
    for step in lengths.indices {
      let uniform = numbers.uniform(step, path: path)
      buffer.diffused[step] += shift
      let count = Self.poisson(perYear * lengths[step], uniform: uniform)
      if count > 0 { shift += size(count, step) }
      buffer.landed[step] += shift
    }
  }

  /// The smallest n whose distribution function is above u; at most 1023.
  static func poisson(_ mean: Double, uniform: Double) -> Int {
    // 1 − mean ≤ e^{−mean}: most steps have no jump and need no exponential.
    if uniform < 1 - mean { return 0 }
    var probability = Double.exp(-mean)
    var sum = probability
    var count = 0
    while uniform >= sum, count < 1023 {
      count += 1
      probability *= mean / Double(count)
      sum += probability
    }
    return count
  }
}
