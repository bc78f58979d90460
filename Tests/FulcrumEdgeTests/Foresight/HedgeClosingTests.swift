import FulcrumHedgeSolver
import FulcrumModel
import Testing

@testable import FulcrumRisk

/// Closing all of a pool always arrives and is no way back: no way may be that, and a way to which
/// nothing else is left says so.
@Suite struct HedgeClosingTests {
  private static let lot = 1.0

  private static func coarse(_ instruments: [HedgeInstrument]) -> [HedgeInstrument] {
    instruments.map { instrument in
      var coarse = instrument
      coarse.lot = lot
      return coarse
    }
  }

  /// One lot each, or two legs of one.
  private static let pools: [(name: String, pool: RiskPool)] = {
    let option = HedgeObstacleTests.option
    let future = HedgeObstacleTests.future
    return [
      ("long perpetual", HedgeObstacleTests.pool([future(1, 60_000)], cash: 12_000)),
      ("short perpetual", HedgeObstacleTests.pool([future(-1, 60_000)], cash: 12_000)),
      ("short call", HedgeObstacleTests.pool([option(.call, 70_000, -1)], cash: 12_000)),
      ("long call", HedgeObstacleTests.pool([option(.call, 60_000, 1)], cash: 1_000)),
      (
        "strangle",
        HedgeObstacleTests.pool(
          [option(.put, 50_000, -1), option(.call, 70_000, -1)], cash: 12_000)
      ),
    ]
  }()

  private static let targets: [HedgeTarget] = [
    .leverage(0.3), .leverage(1.5), .leverage(3), .neutral([.delta]), .neutral([.usdDelta]),
    .neutral([.gamma, .vega]), .maxLoss(0), .maxLoss(100), .maxLoss(5_000),
  ]

  /// By the engine's own joining of trades to legs, for every way, pool and target.
  /// With risk charged every program takes longer: fewer targets.
  @Test(arguments: [
    (0.0, targets), (5, [.leverage(1.5), .neutral([.delta]), .neutral([.gamma, .vega])]),
  ]) func noWayClosesAll(of: (aversion: Double, targets: [HedgeTarget])) throws {
    let options = HedgeObstacleTests.chain().filter { instrument in
      ["50000", "60000", "70000"].contains { instrument.name.hasPrefix($0) }
    }
    let chain = Self.coarse([HedgeObstacleTests.perpetual()] + options)
    var (proposals, closing) = (0, 0)
    for (name, pool) in Self.pools {
      for target in of.targets {
        var planner = HedgePlanner(
          pool, margin: .standard, instruments: chain, costs: HedgeCosts(),
          day: .init(deviation: 0.03), tolerance: 0.05)
        planner.riskAversion = of.aversion
        let plan = try planner.plan(target, solver: HedgeSolver.available)
        for way in plan.proposals {
          proposals += 1
          let left = planner.applied(way.trades, cashAdded: way.cashAdded).pool.legs
          #expect(!left.isEmpty, "\(name), \(target), \(way.way) closes all of it")
        }
        closing +=
          plan.refusals.filter { $0.reason.contains("only closing all of it arrives") }
          .count
      }
    }
    print("\(proposals) proposals, \(closing) ways to which only closing is left")
    #expect(proposals >= 4 * of.targets.count && closing >= 3 * of.targets.count)
  }

  /// A single lot of a perpetual, nothing else listed: every way that trades it says the same, with
  /// what less than closing leaves.
  @Test(arguments: [HedgeTarget.leverage(3), .neutral([.delta]), .maxLoss(5_000)])
  func allWaysSayTheSame(target: HedgeTarget) throws {
    let chain = Self.coarse([HedgeObstacleTests.perpetual()])
    let plan = try HedgePlanner(
      HedgeObstacleTests.longPerpetual(), margin: .standard, instruments: chain,
      costs: HedgeCosts(), day: .init(deviation: 0.03), tolerance: 0.05
    ).plan(target, solver: HedgeSolver.available)
    #expect(!plan.isThere)
    #expect(plan.proposals.allSatisfy { $0.way == .topUp }, "\(plan.proposals.map(\.way))")
    for way in [HedgeProposal.Way.perpetual, .reduce] {
      let refusal = try #require(plan.refusals.first { $0.way == way })
      #expect(refusal.reason.contains("only closing all of it arrives"), "\(refusal.reason)")
      #expect(!refusal.obstacles.isEmpty, "\(way): \(refusal.reason)")
    }
  }

  /// With finer lots the perpetual keeps one of them where that is within the tolerance.
  @Test func oneLotStays() throws {
    let plan = try HedgePlanner(
      HedgeObstacleTests.longPerpetual(), margin: .standard,
      instruments: [HedgeObstacleTests.perpetual(lot: 0.02)], costs: HedgeCosts(),
      day: .init(deviation: 0.03), tolerance: 0.05
    ).plan(.neutral([.delta]), solver: HedgeSolver.available)
    let way = try #require(plan.proposals.first { $0.way == .perpetual })
    // 0.02 · 60 000 = 1200 USD of 60 000, of which 5 % may stay.
    #expect(way.isReached && abs(way.after.profitDelta - 1_200) < 1e-6)
  }
}
