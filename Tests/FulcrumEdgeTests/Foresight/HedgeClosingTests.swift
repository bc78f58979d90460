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

  /// Whether something of a leg stays on the side that it was; a roll replaces options.
  private static func keeps(_ pool: RiskPool, _ way: HedgeProposal) -> Bool {
    way.way == .roll
      || pool.legs.contains { leg in
        let traded = way.trades.filter { $0.instrument.leg.contract == leg.contract }
        return traded.reduce(leg.quantity) { $0 + $1.contracts } * leg.quantity > 1e-9
      }
  }

  /// Counted by contract, for every way, pool and target.
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
          #expect(Self.keeps(pool, way), "\(name), \(target), \(way.way) closes all of it")
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

  /// A put sold for coins, which alone makes nearly all the delta, in lots as large as it is: to buy it
  /// back and to hold the coins' dollars still with a future is to hold another pool.
  @Test(arguments: [HedgeTarget.leverage(0.2), .neutral([.usdDelta, .gamma])])
  func openingInItsPlaceIsClosing(target: HedgeTarget) throws {
    try #require(HedgeSolver.available != nil, "\(HedgeSolver.missing)")
    func put(_ strike: Double, _ quantity: Double) -> RiskLeg {
      RiskLeg(
        contract: .option(.put, strike: strike, years: 30.0 / 365, volatility: 0.55),
        settlement: .inverse, forward: 60_000, quantity: quantity)
    }
    let pool = RiskPool(index: 60_000, currency: .coin, cash: 0.1, legs: [put(56_000, -1)])
    let future = RiskLeg(
      contract: .future(entry: 60_000, years: nil), settlement: .inverse, forward: 60_000,
      quantity: 1, size: 10)
    let depth = HedgeDepth(1e6, source: "as the test says")
    let chain =
      [HedgeInstrument(name: "PERP", leg: future, lot: 1, quote: (nil, nil), depth: depth)]
      + [52_000.0, 56_000, 58_000].map { strike in
        HedgeInstrument(
          name: "\(Int(strike))-put", leg: put(strike, 1), lot: 1, quote: (nil, nil), depth: depth)
      }
    let plan = try HedgePlanner(
      pool, margin: .standard, instruments: chain, costs: HedgeCosts(),
      day: .init(deviation: 0.03), tolerance: 0.05
    ).plan(target, solver: HedgeSolver.available)
    for way in plan.proposals {
      #expect(Self.keeps(pool, way), "\(way.way) closes all of it")
    }
    #expect(!plan.isThere)
    let short: String? = plan.proposals.first { $0.way == .combination }?.shortfall
    let refused: String? = plan.refusals.first { $0.way == .combination }?.reason
    let said = short ?? refused ?? ""
    print("combination: \(said)")
    #expect(said.contains("only closing all of it arrives"))
  }
}
