import Foundation
import FulcrumModel
import FulcrumPricing
import Testing

@testable import FulcrumRisk

/// Simulation of one pool against closed forms and against itself.
@Suite struct ConsequencesTests {
  static let horizon = 30.0 / 365

  /// A linear perpetual, long above 0, at 5× on its equity.
  static func perpetual(quantity: Double = 1, cash: Double = 12_000) -> RiskPool {
    RiskPool(
      index: 60_000, currency: .usd, cash: cash,
      legs: [
        RiskLeg(
          contract: .future(entry: 60_000, years: nil), settlement: .linear, forward: 60_000,
          quantity: quantity)
      ])
  }

  static func strangle() -> RiskPool {
    func short(_ right: OptionRight, _ strike: Double) -> RiskLeg {
      RiskLeg(
        contract: .option(right, strike: strike, years: 45.0 / 365, volatility: 0.55),
        settlement: .linear, forward: 60_000, quantity: -1)
    }
    return RiskPool(
      index: 60_000, currency: .usd, cash: 15_000,
      legs: [short(.put, 50_000), short(.call, 72_000)])
  }

  static func settings(_ model: PathModel, paths: Int = 60_000) -> ConsequenceSettings {
    var settings = ConsequenceSettings(model: model, horizon: horizon, paths: paths, seed: 3)
    settings.name = "pool"
    settings.multiples = [0, 0.5, 1, 1.5, 2]
    settings.checksConvergence = false
    // The bridge makes a step of a day exact under a constant barrier.
    settings.step = 1.0 / 365
    return settings
  }

  /// Touches of a constant barrier by the bridge against the two-term formula, both sides.
  @Test(arguments: [1.0, -1.0]) func gbmWithinFourErrorsOfClosedForm(side: Double) throws {
    let pool = Self.perpetual(quantity: side)
    var settings = Self.settings(.gbm(volatility: 0.6))
    settings.liquidation = .full
    let report = try Consequences.report(pool, settings: settings)
    for size in report.sizes where size.multiple > 0 {
      let barrier = try #require(side > 0 ? size.liquidationBelow : size.liquidationAbove)
      let exact = FirstPassage.probability(
        try FirstPassage.OneBarrier(
          spot: 60_000, barrier: barrier, side: side > 0 ? .down : .up, drift: 0, volatility: 0.6,
          years: Self.horizon))
      let errors = (size.liquidation.value - exact) / max(size.liquidation.standardError, 1e-4)
      print("gbm \(size.multiple)×: \(size.liquidation.value), exact \(exact), \(errors) errors")
      #expect(errors.magnitude <= 4)
      #expect(size.badDebt.largest == 0, "a diffusion has no gaps")
    }
  }

  /// Jumps over the barrier against the inverted Laplace transform, and the same with a drift.
  @Test(arguments: [0.0, 0.5]) func kouWithinFourErrorsOfClosedForm(drift: Double) throws {
    let jumps = try FirstPassage.Jumps(
      perYear: 24, upProbability: 0.4, upRate: 30, downRate: 20)
    var settings = Self.settings(.kou(volatility: 0.5, jumps: jumps))
    settings.liquidation = .full
    settings.drift = drift
    let report = try Consequences.report(Self.perpetual(), settings: settings)
    let nu = drift - 0.5 * 0.25 - jumps.perYear * jumps.meanJump
    for size in report.sizes where size.multiple > 0 {
      let barrier = try #require(size.liquidationBelow)
      let exact = try #require(
        FirstPassage.probability(
          try FirstPassage.Kou(
            logBarrier: log(60_000 / barrier), logDrift: -nu, volatility: 0.5,
            jumps: jumps.mirrored, years: Self.horizon)))
      let errors = (size.liquidation.value - exact) / max(size.liquidation.standardError, 1e-4)
      print("kou \(size.multiple)×: \(size.liquidation.value), exact \(exact), \(errors) errors")
      #expect(errors.magnitude <= 4)
    }
    #expect((report.sizes.last?.badDebt.probability.value ?? 0) > 0, "jumps leave debts")
  }

  /// E S_T = S₀e^{μT} under every law, and the same for a pool of one coin.
  @Test func everyLawHasItsMean() throws {
    let heston = HestonStep.Parameters(
      reversion: 4, longVariance: 0.4, volatilityOfVariance: 1.5, correlation: 0.6)
    let jumps = NormalJumps(perYear: 12, mean: -0.03, deviation: 0.06)
    let returns = (0..<200).map { 0.01 * sin(Double($0 * $0)) - 0.002 }
    let laws: [PathModel] = [
      .gbm(volatility: 0.6), .merton(volatility: 0.5, jumps: jumps),
      .heston(heston, start: 0.5), .bates(heston, start: 0.5, jumps: jumps),
      .bootstrap(returns: returns, restart: 0.1),
    ]
    let times = (1...30).map { Double($0) / 365 }
    for law in laws {
      let generator = try PathGenerator(law, drift: 0.3, times: times, seed: 8)
      var block = generator.block(count: 6_000)
      generator.fill(&block, firstPath: 0)
      let ends = (0..<6_000).map { exp(block.landed(29, column: $0)) }
      let mean = Estimate(meanOf: ends)
      let exact = exp(0.3 * times[29])
      let errors = (mean.value - exact) / mean.standardError
      print("\(law.name): mean \(mean.value), exact \(exact), \(errors) errors")
      #expect(errors.magnitude <= 4)
    }
  }

  /// The same numbers from threads, from one thread, and from chunks in reverse.
  @Test(arguments: PathSampling.allCases)
  func threadsDoNotMatter(sampling: PathSampling) throws {
    let jumps = NormalJumps(perYear: 12, mean: -0.03, deviation: 0.06)
    var settings = Self.settings(.merton(volatility: 0.5, jumps: jumps), paths: 1024)
    settings.sampling = sampling
    let run = try ConsequenceRun(
      Self.strangle(), rule: .standard, settings: settings, twin: false)
    let threaded = run.sample { _ in true }
    let chunks = stride(from: 0, to: 1024, by: Consequences.chunk).map {
      $0..<($0 + Consequences.chunk)
    }
    var parts: [Int: ConsequenceSample] = [:]
    var room = run.room()
    for (place, chunk) in chunks.enumerated().reversed() {
      parts[place] = run.simulate(chunk, in: &room)
    }
    var serial = ConsequenceSample(run, paths: 1024)
    for place in chunks.indices { serial.add(try #require(parts[place])) }
    let first = try ConsequenceReport(run: run, sample: threaded, coarse: nil)
    let second = try ConsequenceReport(run: run, sample: serial, coarse: nil)
    #expect(first == second)
    var renamed = settings
    renamed.name = "another"
    let other = try Consequences.report(Self.strangle(), settings: renamed)
    #expect(other.sizes[2].mean != first.sizes[2].mean, "draws follow the pool's name")
  }

  /// The grid's boundaries against the exact search, with time and on both sides.
  @Test func boundariesAreThoseOfTheExactEngine() throws {
    var settings = Self.settings(.gbm(volatility: 0.6), paths: 64)
    settings.step = 0.25 / 365
    let run = try ConsequenceRun(
      Self.strangle(), rule: .standard, settings: settings, twin: false)
    let plan = run.plans[2]
    var worst = 0.0
    for node in [0, 40, 80, 120] {
      let region = try Liquidation.region(
        Self.strangle(), timeForward: run.grid.times[node])
      let (below, above) = (try #require(region.below), try #require(region.above))
      worst = max(
        worst, (60_000 * exp(plan.lower[node]) / below - 1).magnitude,
        (60_000 * exp(plan.upper[node]) / above - 1).magnitude)
    }
    print("boundaries of the grid: worst relative error \(worst)")
    #expect(worst < 1e-5)
  }

  /// Containment: no path costs the owner more than the pool's equity, whatever jumps.
  @Test func ownerLosesNoMoreThanEquity() throws {
    let jumps = NormalJumps(perYear: 60, mean: -0.2, deviation: 0.3)
    let report = try Consequences.report(
      Self.strangle(), settings: Self.settings(.merton(volatility: 0.5, jumps: jumps), paths: 2048))
    for size in report.sizes {
      #expect(size.quantiles[0].value >= 0)
      #expect(size.expectedShortfall.value <= report.startEquity * (1 + 1e-12))
    }
    #expect(report.sizes[4].badDebt.quantiles[2].value > 0)
    #expect(report.sizes[4].growth.absence == .ruinPossible, "the pool is all there is")
  }

  /// Held to the end without liquidation, growth is what the terminal law says: 6.1's terminal-only
  /// growth is above it by the drag, and a larger wealth makes it finite.
  @Test func growthAgreesWithOneHoldingPeriod() throws {
    var settings = Self.settings(.gbm(volatility: 0.6), paths: 10_000)
    settings.drift = 0.4
    settings.liquidation = .full
    settings.wealth = 100_000
    let margin = StandardMargin(futuresRate: 0.01, liquidationFee: 0)
    let report = try Consequences.report(
      Self.perpetual(), rule: PathRule(margin), settings: settings)
    for size in report.sizes where size.multiple > 0 {
      let leverage = try #require(size.leverageOnEquity.finite)
      let period = try Growth.IsolatedPeriod(
        drift: 0.4, volatility: 0.6, years: Self.horizon, pool: (0.12, leverage),
        maintenanceRate: 0.01)
      // What is left at the barrier, κN, stays with the owner here and is lost in 6.1.
      let barrier = period.liquidationRatio
      let left = 1 + 0.12 * leverage * (barrier - 1)
      let kept =
        try #require(period.liquidationProbability.finite) / Self.horizon
        * (log(left) - log(1 - 0.12))
      let exact = try #require(period.growthWithLiquidation.finite) + kept
      let got = try #require(size.growth.finite)
      let errors = (got - exact) / size.growthError
      print("growth \(leverage)×: \(got), exact \(exact), \(errors) errors")
      #expect(errors.magnitude <= 4)
    }
  }

  @Test func partialLiquidationClosesAsStated() throws {
    var settings = Self.settings(.gbm(volatility: 0.9), paths: 2048)
    settings.multiples = [2]
    let partial = try Consequences.report(Self.perpetual(), settings: settings)
    settings.liquidation = .full
    let full = try Consequences.report(Self.perpetual(), settings: settings)
    // The first liquidation does not depend on what is closed by it.
    #expect(partial.sizes[0].liquidation == full.sizes[0].liquidation)
    #expect(partial.sizes[0].mean != full.sizes[0].mean)
    // A buffer of a million leaves a millionth of 120,000 USD open, which earns or loses less than that.
    settings.liquidation = .partial
    settings.liquidationBuffer = 1e6
    let all = try Consequences.report(Self.perpetual(), settings: settings)
    #expect(all.sizes[0].ruin == full.sizes[0].ruin)
    #expect((all.sizes[0].mean.value - full.sizes[0].mean.value).magnitude < 0.12)
    for (one, other) in zip(all.sizes[0].quantiles, full.sizes[0].quantiles) {
      #expect((one.value - other.value).magnitude < 0.12)
    }
  }

  @Test func refusals() throws {
    var settings = Self.settings(.gbm(volatility: 0.6))
    settings.horizon = 60.0 / 365
    #expect(throws: RiskError.beyondLastExpiry(horizon: 60.0 / 365, last: 45.0 / 365)) {
      try Consequences.report(Self.strangle(), settings: settings)
    }
    #expect(throws: RiskError.noEquity(seen: -5)) {
      try Consequences.report(
        Self.perpetual(cash: -5), settings: Self.settings(.gbm(volatility: 0.6)))
    }
    #expect(throws: RiskError.self) {
      try Consequences.report(Self.perpetual(), settings: Self.settings(.gbm(volatility: 0)))
    }
    var none = Self.settings(.gbm(volatility: 0.6))
    none.paths = 0
    #expect(throws: RiskError.settingOutOfDomain(.paths, seen: 0)) {
      try Consequences.report(Self.perpetual(), settings: none)
    }
  }

  /// A run that is ended early reports the paths that it has.
  @Test func endedEarly() throws {
    var settings = Self.settings(.gbm(volatility: 0.6), paths: 8_192)
    settings.checksConvergence = true
    let report = try Consequences.report(Self.perpetual(), settings: settings) { $0.done < 4096 }
    #expect(report.paths == 4096 && report.convergence == .notChecked)
    let whole = try Consequences.report(Self.perpetual(), settings: settings)
    #expect(whole.paths == 8_192)
    guard case .agrees(let worst) = whole.convergence else {
      Issue.record("\(whole.convergence)")
      return
    }
    #expect(worst <= 3)
  }

  /// A leg that expires on the way pays its intrinsic value and is gone.
  @Test func expiryOnTheWayIsSettled() throws {
    var pool = Self.strangle()
    pool.cash = 60_000
    pool.legs.append(
      RiskLeg(
        contract: .option(.call, strike: 55_000, years: 10.05 / 365, volatility: 0.55),
        settlement: .linear, forward: 60_000, quantity: 1))
    var settings = Self.settings(.gbm(volatility: 0.55), paths: 8_000)
    settings.multiples = [1]
    let report = try Consequences.report(pool, settings: settings)
    // Driftless at its own implied volatility every leg is a martingale, and so is the pool.
    let errors =
      (report.sizes[0].mean.value - report.startEquity) / report.sizes[0].mean.standardError
    print("mean after an expiry on the way: \(errors) errors from the start's equity")
    #expect(report.sizes[0].liquidation.value < 1e-3)
    #expect(errors.magnitude <= 4)
  }
}
