import FulcrumModel
import FulcrumNumerics
import FulcrumPricing
import Testing

@testable import FulcrumRisk

/// The kernel that follows all paths of a block against its text in Swift, one path at a time.
@Suite struct QuietWalkTests {
  static let jumps = NormalJumps(perYear: 40, mean: -0.03, deviation: 0.08)

  /// A strangle whose call expires on the way, so that every kind of event happens.
  static func pool() -> RiskPool {
    var pool = ConsequencesTests.strangle()
    pool.legs[1].contract = .option(
      .call, strike: 72_000, years: 20.0 / 365, volatility: 0.55)
    return pool
  }

  static let laws: [PathModel] = [
    .gbm(volatility: 0.6), .merton(volatility: 0.5, jumps: jumps),
    .heston(
      HestonStep.Parameters(
        reversion: 4, longVariance: 0.4, volatilityOfVariance: 1.5, correlation: -0.6),
      start: 0.5),
    .bootstrap(returns: (0..<100).map { 0.002 * Double(($0 * 37) % 41 - 20) }, restart: 0.1),
  ]

  @Test(arguments: laws) func levelsAgree(law: PathModel) throws {
    let settings = ConsequencesTests.settings(law, paths: 512)
    let run = try ConsequenceRun(Self.pool(), rule: .standard, settings: settings, twin: false)
    var block = run.generator.block(count: 512)
    run.generator.fill(&block, firstPath: 40)
    var plain: [Double] = []
    run.grid.values(of: block, into: &plain, level: .swift)
    var seen: Set<QuietEvent> = []
    var worst = 0.0
    var ofAVX2: [Double: [UInt64]] = [:]
    for level in KernelLevel.supported where level != .swift {
      let fused = level == .avx512 ? ofAVX2 : nil
      var values: [Double] = []
      run.grid.values(of: block, into: &values, level: level)
      for (a, b) in zip(values, plain) { worst = max(worst, (a - b).magnitude / 1e5) }
      for plan in run.plans where plan.isFollowed {
        let scene = PoolScene(
          grid: run.grid, plan: plan, settings: settings, fee: 0.0005,
          startEquity: run.startEquity)
        var (kernel, text) = (QuietWalk(width: block.width), QuietWalk(width: block.width))
        kernel.prepare(block)
        text.prepare(block)
        kernel.run(block, values: values, scene: scene, level: level)
        text.run(block, values: plain, scene: scene, level: .swift)
        if let fused { #expect(kernel.bits == fused[plan.multiple], "\(law.name) \(level)") }
        if level == .avx2 { ofAVX2[plan.multiple] = kernel.bits }
        for column in 0..<512 {
          let (a, b) = (kernel.event(column), text.event(column))
          #expect(a == b, "\(law.name) \(level) \(plan.multiple)× path \(column)")
          seen.insert(a.event)
          worst = max(worst, Self.distance(kernel.record(column), text.record(column)))
        }
      }
    }
    print("quiet \(law.name): events \(seen.map(\.rawValue).sorted()), worst \(worst)")
    #expect(worst <= 1e-12)
    #expect(seen.isSuperset(of: Self.expected(law)), "an event that never happens is not tested")
  }

  private static func expected(_ law: PathModel) -> Set<QuietEvent> {
    switch law {
    case .bootstrap: [.gap, .settled]
    case .merton: [.below, .above, .gap, .settled]
    default: [.below, .above, .settled]
    }
  }

  private static func distance(_ a: EquityRecord, _ b: EquityRecord) -> Double {
    #expect(a.under == b.under)
    return max(
      (a.peak - b.peak).magnitude / b.peak, (a.lowest - b.lowest).magnitude / b.peak,
      (a.spell - b.spell).magnitude, (a.longestSpell - b.longestSpell).magnitude,
      (a.deepest - b.deepest).magnitude)
  }

  /// A long strangle bought with borrowed money is healthy on both sides and not between: its paths
  /// are handed over at once. A pool of no size stays at its equity.
  @Test func whatIsUnclearIsNotFollowed() throws {
    func long(_ right: OptionRight, _ strike: Double) -> RiskLeg {
      RiskLeg(
        contract: .option(right, strike: strike, years: 45.0 / 365, volatility: 0.55),
        settlement: .linear, forward: 60_000, quantity: 1)
    }
    let pool = RiskPool(
      index: 60_000, currency: .usd, cash: -8_000, legs: [long(.put, 72_000), long(.call, 90_000)])
    let settings = ConsequencesTests.settings(.gbm(volatility: 0.6), paths: 64)
    let run = try ConsequenceRun(pool, rule: .standard, settings: settings, twin: false)
    let plan = run.plans[2]
    #expect(plan.isFollowed && plan.lower.contains { $0.isNaN })
    let scene = PoolScene(
      grid: run.grid, plan: plan, settings: settings, fee: 0, startEquity: run.startEquity)
    var block = run.generator.block(count: 64)
    run.generator.fill(&block, firstPath: 0)
    var values: [Double] = []
    run.grid.values(of: block, into: &values)
    for level in KernelLevel.supported {
      var walk = QuietWalk(width: block.width)
      walk.prepare(block)
      walk.run(block, values: values, scene: scene, level: level)
      let all = (0..<64).map { walk.event($0) }
      #expect(all.allSatisfy { $0.event == .unclear && $0.step == 0 }, "\(level)")
    }
    var room = run.room()
    let tally = run.simulate(0..<64, in: &room).whole
    #expect(tally.sizes[0].terminal == [Double](repeating: run.startEquity, count: 64))
    #expect((1..<64).contains(tally.sizes[2].liquidated), "some go up through the middle")
  }
}

extension QuietWalk {
  /// Records of the first 512 paths, bit by bit.
  fileprivate var bits: [UInt64] {
    (0..<512).flatMap { column in
      let record = record(column)
      return [
        record.peak, record.spell, record.longestSpell, record.deepest, record.lowest,
      ].map(\.bitPattern)
    }
  }
}

/// Order statistics without a sort against those of one.
@Suite struct SampleQuantileTests {
  @Test(arguments: [1, 2, 7, 64, 1000, 20_011]) func asOfASort(count: Int) {
    let levels = [0.001, 0.01, 0.05, 0.5, 0.95, 0.999]
    let draws = RandomDraws(seed: 4, purpose: 9)
    // Spread, with many equal ones, in order, and all the same.
    let samples: [[Double]] = [
      (0..<count).map { draws.uniforms(path: UInt64($0), block: 0).0 },
      (0..<count).map { (draws.uniforms(path: UInt64($0), block: 1).0 * 5).rounded(.down) },
      (0..<count).map { Double(-$0) }, [Double](repeating: 3, count: count),
    ]
    for sample in samples {
      let sorted = sample.sorted()
      let n = Double(count)
      let quantiles = SampleQuantile(sample, probabilities: levels, tail: 0.05)
      for (p, got) in zip(levels, quantiles.estimates) {
        func at(_ rank: Double) -> Double { sorted[min(max(Int(rank), 0), count - 1)] }
        let spread = (n * p * (1 - p)).squareRoot()
        #expect(got.value == at(n * p))
        let error = (at(n * p + spread) - at(max(n * p - spread, 0))) / 2
        #expect((got.standardError - error).magnitude <= 1e-12 * n)
      }
      let worst = sorted.prefix(max(Int((0.05 * n).rounded()), 1))
      let mean = worst.reduce(0) { $0 + (10 - $1) } / Double(worst.count)
      let got = quantiles.shortfall(tail: 0.05, from: 10)
      #expect((got.value - mean).magnitude <= 1e-12 * mean.magnitude)
    }
    let positive = samples[0].filter { $0 > 0.4 }
    let padded = [Double](repeating: 0, count: count - positive.count) + positive
    let told = SampleQuantile(
      positive, zeros: count - positive.count, probabilities: levels)
    #expect(told.estimates == SampleQuantile(padded, probabilities: levels).estimates)
    // Numbers whose differences no double holds.
    let far = SampleQuantile([1e308, -1e308, 0, 5, 1e308], probabilities: [0.3, 0.5, 0.9])
    #expect(far.estimates.map(\.value) == [0, 5, 1e308])
  }
}
