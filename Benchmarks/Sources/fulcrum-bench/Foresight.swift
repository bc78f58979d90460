import FulcrumModel
import FulcrumPricing
import FulcrumRisk

/// Simulated pools: one million paths of 100 steps with jumps, barrier and a five-leg option pool,
/// and the whole report of one pool as a person waits for it.
func foresightFigures() {
  var large = ConsequenceSettings(model: Foresight.law, horizon: 30.0 / 365, paths: 1_000_000)
  large.step = 0.3 / 365
  large.multiples = [1]
  large.liquidation = .full
  large.checksConvergence = false
  figure("1,000,000 paths x 100 steps, jumps, barrier, 5 legs", Foresight.condor, large)
  var small = large
  small.paths = 100_000
  figure("100,000 paths of the same", Foresight.condor, small)
  let pool = ConsequenceSettings(model: Foresight.law, horizon: 30.0 / 365, paths: 65_536)
  figure("consequences, 65,536 paths, 11 sizes, 5 legs", Foresight.condor, pool)
  let diffusion = ConsequenceSettings(
    model: .gbm(volatility: 0.6), horizon: 30.0 / 365, paths: 65_536)
  figure("consequences, 65,536 paths, 11 sizes, perpetual", Foresight.perpetual, diffusion)
}

/// One run of the first of them as a line of JSON, for `Benchmarks/Peers/paths.py`.
func foresightLine(paths: Int, seed: UInt64) throws {
  var settings = ConsequenceSettings(
    model: Foresight.law, horizon: 30.0 / 365, paths: paths, seed: seed)
  settings.step = 0.3 / 365
  settings.multiples = [1]
  settings.liquidation = .full
  settings.checksConvergence = false
  var report: ConsequenceReport?
  let elapsed = try seconds {
    report = try Consequences.report(Foresight.condor, settings: settings)
  }
  guard let size = report?.sizes.first else { preconditionFailure("no size was simulated") }
  let square =
    size.mean.standardError * size.mean.standardError * Double(paths) + size.mean.value
    * size.mean.value
  print(
    """
    {"seconds":\(elapsed),"mean":\(size.mean.value),"square":\(square),\
    "liquidated":\(size.liquidation.value),"deepest":\(size.deepestDrawdown.value),\
    "under":\(size.timeUnderWater[0].value)}
    """)
}

private func figure(_ name: String, _ pool: RiskPool, _ settings: ConsequenceSettings) {
  let samples = Samples {
    seconds {
      do throws(RiskError) {
        let report = try Consequences.report(pool, settings: settings)
        precondition(report.paths == settings.paths, "paths were left out")
      } catch {
        preconditionFailure("\(error)")
      }
    } * 1000
  }
  Figure(name: name, unit: "ms", samples: samples).print()
}

private enum Foresight {
  static let law = PathModel.merton(
    volatility: 0.5, jumps: NormalJumps(perYear: 12, mean: -0.03, deviation: 0.06))

  static func option(_ right: OptionRight, _ strike: Double, _ quantity: Double) -> RiskLeg {
    RiskLeg(
      contract: .option(right, strike: strike, years: 45.0 / 365, volatility: 0.55),
      settlement: .linear, forward: 60_000, quantity: quantity)
  }

  static func future(_ quantity: Double) -> RiskLeg {
    RiskLeg(
      contract: .future(entry: 60_000, years: nil), settlement: .linear, forward: 60_000,
      quantity: quantity)
  }

  /// Four options and a perpetual.
  static let condor = RiskPool(
    index: 60_000, currency: .usd, cash: 14_000,
    legs: [
      option(.put, 45_000, 1), option(.put, 50_000, -1), option(.call, 72_000, -1),
      option(.call, 80_000, 1), future(0.05),
    ])

  static let perpetual = RiskPool(
    index: 60_000, currency: .usd, cash: 20_000, legs: [future(1)])
}
