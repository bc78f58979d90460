import FulcrumHedgeSolver
import FulcrumModel
import Testing

@testable import FulcrumRisk

/// What is not known is not said to be without bound, and what does not arrive says why.
@Suite struct HedgeUnknownTests {
  private static func call(_ quantity: Double, days: Double) -> RiskLeg {
    RiskLeg(
      contract: .option(.call, strike: 65_000, years: days / 365, volatility: 0.55),
      settlement: .linear, forward: HedgeObstacleTests.index, quantity: quantity)
  }

  private static func plan(
    _ pool: RiskPool, _ target: HedgeTarget, lot: Double = 0.01, aversion: Double = 0
  ) throws -> HedgePlan {
    let chain =
      [HedgeObstacleTests.perpetual(lot: lot)] + HedgeObstacleTests.chain(lot: lot, depth: 3)
    var planner = HedgePlanner(
      pool, margin: .standard, instruments: chain, costs: HedgeCosts(),
      day: .init(deviation: 0.03), tolerance: 0.05)
    planner.riskAversion = aversion
    return try planner.plan(target, solver: HedgeSolver.available)
  }

  /// A calendar that holds the later call may lose more than its premium, or not: a model would say.
  /// One that is short of it has a call sold and nothing else once the near one is gone, and two sold
  /// lose without bound whatever comes first. One expiry is known as ever.
  @Test func severalExpiries() throws {
    func loss(_ legs: [RiskLeg]) throws -> Measure {
      let pool = HedgeObstacleTests.pool(legs, cash: 20_000)
      return try HedgeState(pool, margin: .standard, day: .init(deviation: 0.03)).maxLoss
    }
    #expect(
      try loss([Self.call(-1, days: 30), Self.call(1, days: 60)]) == .absent(.severalExpiries))
    #expect(try loss([Self.call(1, days: 30), Self.call(-1, days: 60)]) == .positiveInfinity)
    // A short future against both: covered until the first call is gone, not after it.
    #expect(
      try loss([Self.call(0.5, days: 30), Self.call(0.5, days: 60), HedgeObstacleTests.future(-1)])
        == .positiveInfinity)
    #expect(
      try loss([Self.call(-1, days: 30), Self.call(1, days: 60), HedgeObstacleTests.future(-1)])
        == .positiveInfinity)
    #expect(
      try loss([Self.call(-1, days: 30), Self.call(2, days: 60), HedgeObstacleTests.future(-1)])
        == .absent(.severalExpiries))
    #expect(try loss([Self.call(-1, days: 30), Self.call(-1, days: 60)]) == .positiveInfinity)
    #expect(try loss([Self.call(-2, days: 30), Self.call(1, days: 60)]) == .positiveInfinity)
    #expect(try loss([Self.call(-1, days: 30)]) == .positiveInfinity)
    #expect(try loss([Self.call(1, days: 30)]).finite != nil)
  }

  /// Coins are lost without bound as the price falls: a later put sold against a nearer one.
  @Test func severalExpiriesInCoins() throws {
    func put(_ quantity: Double, days: Double) -> RiskLeg {
      RiskLeg(
        contract: .option(.put, strike: 55_000, years: days / 365, volatility: 0.55),
        settlement: .inverse, forward: 60_000, quantity: quantity)
    }
    func loss(_ legs: [RiskLeg]) throws -> Measure {
      let pool = RiskPool(index: 60_000, currency: .coin, cash: 1, legs: legs)
      return try HedgeState(pool, margin: .standard, day: .init(deviation: 0.03)).maxLoss
    }
    #expect(try loss([put(1, days: 30), put(-1, days: 60)]) == .positiveInfinity)
    #expect(try loss([put(-1, days: 30), put(1, days: 60)]) == .absent(.severalExpiries))
  }

  /// Whoever asks for a maximum loss is told that it is unknown, and never that it has no bound.
  @Test func maximumLossOfACalendar() throws {
    let pool = HedgeObstacleTests.pool(
      [Self.call(-1, days: 30), Self.call(1, days: 60)], cash: 20_000)
    let plan = try Self.plan(pool, .maxLoss(1_000))
    #expect(!plan.isThere && plan.before.maxLoss == .absent(.severalExpiries))
    let said =
      plan.refusals.map(\.reason) + plan.refusals.flatMap(\.obstacles).map(\.explanation)
      + plan.proposals.compactMap(\.shortfall)
      + plan.proposals.flatMap(\.obstacles).map(\.explanation)
    #expect(said.contains { $0.contains("known") })
    #expect(!said.contains { $0.contains("no bound") || $0.contains("unbounded") }, "\(said)")
    let reduce = try #require(plan.refusals.first { $0.way == .reduce })
    let obstacle = try #require(reduce.obstacles.first)
    #expect(obstacle.limit == .structure && obstacle.unit == .expiries)
    #expect(obstacle.seen == 2 && obstacle.allowed == 1)
  }

  // MARK: What stands in the way

  private static let pools: [RiskPool] = [
    HedgeObstacleTests.longPerpetual(), HedgeObstacleTests.strangle(),
    HedgeObstacleTests.strangle(cash: 3_000),
    HedgeObstacleTests.pool([HedgeObstacleTests.option(.call, 60_000)], cash: 100),
    HedgeObstacleTests.pool([call(-1, days: 30), call(1, days: 60)], cash: 8_000),
    HedgeObstacleTests.pool([HedgeObstacleTests.future(-0.3)], cash: 2_000),
    HedgeObstacleTests.pool(
      [HedgeObstacleTests.future(), HedgeObstacleTests.option(.call, 70_000, quantity: -1)],
      cash: 9_000),
  ]

  private static let targets: [HedgeTarget] = [
    .leverage(0.2), .leverage(1), .leverage(2), .neutral([.delta]), .neutral([.gamma, .vega]),
    .maxLoss(1), .maxLoss(500), .maxLoss(5_000),
  ]

  /// Every way that is shown and does not arrive names a limit and by how much, and so does every way
  /// that was tried at all sizes.
  @Test(arguments: [0.01, 0.1, 1]) func everyShortfallHasItsLimit(lot: Double) throws {
    var (short, tried) = (0, 0)
    for pool in Self.pools {
      for target in Self.targets {
        let plan = try Self.plan(pool, target, lot: lot)
        for way in plan.proposals where !way.isReached {
          short += 1
          #expect(!way.obstacles.isEmpty, "\(target), \(way.way): \(way.shortfall ?? "")")
          #expect(way.obstacles.allSatisfy { $0.missing > 0 }, "\(way.obstacles)")
          // Cash that is paid in stops nothing.
          #expect(
            way.obstacles.contains { $0.limit != .collateral }, "\(target), \(way.obstacles)")
        }
        for refusal in plan.refusals {
          let isTried = [
            "no smaller size", "leads away", "only closing", "stays at every", "bring",
            "several expiries", "lists no",
          ]
          .contains { refusal.reason.contains($0) }
          tried += isTried ? 1 : 0
          #expect(!isTried || !refusal.obstacles.isEmpty, "\(target), \(refusal)")
        }
        let all = plan.proposals.flatMap(\.obstacles) + plan.refusals.flatMap(\.obstacles)
        for obstacle in all where obstacle.limit == .lots && obstacle.unit == .contracts {
          #expect(obstacle.missing > 1e-6 * obstacle.allowed, "\(obstacle.explanation)")
        }
        Self.checkWords(all, plan.before)
      }
    }
    print("\(short) ways fall short, \(tried) were tried at all sizes")
    #expect(short > 5 && tried > 5)
  }

  /// What is in the way is over its limit, and stays or becomes so.
  private static func checkWords(_ all: [HedgeObstacle], _ before: HedgeState) {
    for obstacle in all where obstacle.unit != .contracts {
      #expect(obstacle.seen > obstacle.allowed, "\(obstacle.limit): \(obstacle.explanation)")
    }
    let old = before.deltaLeverage.finite ?? .infinity
    for obstacle in all where obstacle.unit == .leverage && obstacle.limit != .collateral {
      let rises = obstacle.seen > old * (1 + 1e-9)
      #expect(
        obstacle.explanation.contains(rises ? "becomes" : "stays"),
        "\(old): \(obstacle.explanation)")
    }
  }

  /// A spread of calls whose leverage a perpetual takes out with the bound on its loss: that, and not
  /// the lots, is in the way.
  @Test func theBoundIsInTheWay() throws {
    let pool = HedgeObstacleTests.pool(
      [
        HedgeObstacleTests.option(.call, 60_000),
        HedgeObstacleTests.option(.call, 65_000, quantity: -1),
      ],
      cash: 6_000)
    let plan = try Self.plan(pool, .leverage(0.05))
    let way = try #require(plan.proposals.first { $0.way == .perpetual })
    print(way.obstacles.map(\.explanation))
    #expect(!way.isReached && !way.obstacles.contains { $0.limit == .lots })
    let bound = try #require(way.obstacles.first { $0.limit == .structure })
    #expect(bound.seen == .infinity && bound.unit == .currency)
    #expect(bound.allowed == plan.before.maxLoss.finite)
  }

  /// A lot but for rounding is a lot.
  @Test func aHairIsNoLess() {
    #expect(!HedgeSearch.isLessThanALot(0.1 - 2.861e-8, 0.1))
    #expect(!HedgeSearch.isLessThanALot(-0.1, 0.1))
    #expect(HedgeSearch.isLessThanALot(0.0999, 0.1))
  }
}
