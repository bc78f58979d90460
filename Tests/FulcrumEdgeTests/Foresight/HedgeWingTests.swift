import FulcrumHedgeSolver
import FulcrumModel
import Testing

@testable import FulcrumRisk

/// Wings for a leverage, whose bound on the loss is sought.
@Suite struct HedgeWingTests {
  /// One call long and three sold above it: the wings that bound it take its delta out, and past that
  /// bring one of their own.
  private static func search(_ limit: Double) throws -> HedgeSearch {
    let option = HedgeObstacleTests.option
    let pool = HedgeObstacleTests.pool(
      [option(.call, 60_000, 1), option(.call, 70_000, -3)], cash: 34_000)
    let chain = stride(from: 72_000.0, through: 120_000, by: 2_000).map { strike in
      HedgeInstrument(
        name: "\(Int(strike))-C", leg: option(.call, strike, 1), lot: 0.01, quote: (nil, nil),
        depth: HedgeDepth(1_000, source: "as the test says"))
    }
    let planner = HedgePlanner(
      pool, margin: .standard, instruments: chain, costs: HedgeCosts(), day: .init(deviation: 0.03),
      tolerance: 0.05)
    return HedgeSearch(
      planner: planner, target: .leverage(limit),
      before: try HedgeState(pool, margin: .standard, day: planner.day), tolerances: [:],
      solver: HedgeSolver.available)
  }

  /// At none of the three bounds tried at first a limit arrives that one between them does.
  @Test func bisectionArrives() throws {
    let solver = try #require(HedgeSolver.available, "\(HedgeSolver.missing)")
    let search = try Self.search(1.0)
    func leverage(_ share: Double) -> Double {
      let outcome = search.wings(
        maxLoss: share * search.before.equity, years: 30.0 / 365, solver: solver)
      return (try? outcome.get())?.after.deltaLeverage.finite ?? .infinity
    }
    let first = HedgeSearch.firstBounds.map(leverage)
    let limit = 0.25 * (first.min() ?? 0)
    let way = try Self.search(limit).wing().get()
    print("at the three \(first), limit \(limit), found \(way.after.deltaLeverage)")
    #expect(first.allSatisfy { $0 > limit && $0 < .infinity })
    #expect(way.isReached && (way.after.deltaLeverage.finite ?? .infinity) <= limit)
    let loss = try #require(way.after.maxLoss.finite)
    #expect(loss < search.before.equity && loss > 0.5 * search.before.equity)
  }

  // MARK: Whole lots

  private static let strikes: [(right: OptionRight, strike: Double)] = [
    (.put, 40_000), (.put, 45_000), (.call, 75_000), (.call, 80_000),
  ]

  /// Five strangles sold; wings in lots of 2, four of each at most, so that no lots match what is sold.
  private static func strangles() -> (pool: RiskPool, chain: [HedgeInstrument]) {
    let option = HedgeObstacleTests.option
    let pool = HedgeObstacleTests.pool(
      [option(.put, 50_000, -5), option(.call, 70_000, -5)], cash: 150_000)
    let chain = strikes.map { right, strike in
      HedgeInstrument(
        name: "\(Int(strike))-\(right)", leg: option(right, strike, 1), lot: 2, quote: (nil, nil),
        depth: HedgeDepth(8, source: "as the test says"))
    }
    return (pool, chain)
  }

  /// Every combination of lots counted out by hand: its price and its loss from the equity after costs.
  private static func combinations() throws -> [(price: Double, loss: Double)] {
    let (pool, chain) = strangles()
    let marks = try chain.map {
      try LeverageEngine.measures(HedgeObstacleTests.pool([$0.leg], cash: 0)).equity
    }
    let equity = try LeverageEngine.measures(pool).equity
    func worth(_ contracts: [Double], at end: Double) -> Double {
      let held = -5 * max(50_000 - end, 0) - 5 * max(end - 70_000, 0)
      return zip(strikes, contracts).reduce(held) { sum, pair in
        let side = pair.0.right == .call ? 1.0 : -1
        return sum + pair.1 * max(side * (end - pair.0.strike), 0)
      }
    }
    // Five counts of each of four: digits to base five.
    return (0..<625).map { code in
      let contracts = [1, 5, 25, 125].map { 2 * Double(code / $0 % 5) }
      let premium = zip(marks, contracts).reduce(0) { $0 + $1.0 * $1.1 }
      // Half-spread of 5 % of the mark, and the lesser of 0.03 % of 60 000 and 12.5 % of the mark.
      let costs = zip(marks, contracts).reduce(0) {
        $0 + $1.1 * (0.05 * $1.0 + min(18, 0.125 * $1.0))
      }
      // Beyond the last strike the calls held decide.
      guard contracts[2] + contracts[3] >= 5 else { return (premium + costs, .infinity) }
      let ends = [0.0, 50_000, 70_000] + strikes.map(\.strike)
      let least = ends.map { worth(contracts, at: $0) }.min() ?? 0
      return (premium + costs, equity - (150_000 - premium + least))
    }
  }

  /// The wing is the cheapest of all lots that hold the bound, and where none do it says that lots are
  /// why, with the loss of lots that come within a hundredth of the nearest.
  @Test func cheapestWholeLots() throws {
    try #require(HedgeSolver.available != nil, "\(HedgeSolver.missing)")
    let (pool, chain) = Self.strangles()
    let all = try Self.combinations()
    let least = try #require(all.map(\.loss).min())
    var (held, worst) = (0, 0.0)
    for share in [0.98, 0.99, 1.001, 1.05, 1.1, 1.2, 1.4, 1.7, 2, 3, 5] {
      let limit = share * least
      let plan = try HedgePlanner(
        pool, margin: .standard, instruments: chain, costs: HedgeCosts(),
        day: .init(deviation: 0.03), tolerance: 0.05
      ).plan(.maxLoss(limit), solver: HedgeSolver.available)
      let way = try #require(plan.proposals.first { $0.way == .wing }, "\(plan.refusals)")
      guard let cheapest = all.filter({ $0.loss <= limit }).map(\.price).min() else {
        let obstacle = try #require(way.obstacles.first { $0.unit == .currency })
        print("at \(share): \(obstacle.limit), \(obstacle.explanation)")
        #expect(!way.isReached && [.lots, .search].contains(obstacle.limit))
        #expect(obstacle.allowed == limit && abs(obstacle.seen / least - 1) < 0.01)
        continue
      }
      held += 1
      let loss = try #require(way.after.maxLoss.finite)
      #expect(loss <= limit * (1 + 1e-9), "at \(share)")
      worst = max(worst, (way.premium + way.spread + way.fees) / cheapest - 1)
    }
    print("\(held) bounds held, dearer by \(worst) at most")
    // The search leaves alone what saves less than a thousandth.
    #expect(held == 9 && worst <= 1e-3)
  }

  /// A leverage that wings bring only under a bound far below half of equity.
  @Test func lowBoundsArrive() throws {
    let solver = try #require(HedgeSolver.available, "\(HedgeSolver.missing)")
    let option = HedgeObstacleTests.option
    let pool = HedgeObstacleTests.pool(
      [option(.put, 50_000, -1), option(.call, 70_000, -3)], cash: 60_000)
    let chain = HedgeObstacleTests.chain(lot: 0.01)
    func search(_ limit: Double) throws -> HedgeSearch {
      let planner = HedgePlanner(
        pool, margin: .standard, instruments: chain, costs: HedgeCosts(),
        day: .init(deviation: 0.03), tolerance: 0.05)
      return HedgeSearch(
        planner: planner, target: .leverage(limit),
        before: try HedgeState(pool, margin: .standard, day: planner.day), tolerances: [:],
        solver: HedgeSolver.available)
    }
    let free = try search(1e-9)
    func leverage(_ share: Double) -> Double {
      let outcome = free.wings(
        maxLoss: share * free.before.equity, years: 30.0 / 365, solver: solver)
      return (try? outcome.get())?.after.deltaLeverage.finite ?? .infinity
    }
    let high = stride(from: 0.5, through: 1, by: 0.05).map(leverage)
    let low = stride(from: 0.02, to: 0.5, by: 0.02).map(leverage)
    print("low \(low), high \(high)")
    let (least, others) = (low.min() ?? 0, high.min() ?? 0)
    try #require(least < 0.7 * others)
    let way = try search(0.5 * (least + others)).wing().get()
    #expect(way.isReached)
    #expect((way.after.maxLoss.finite ?? .infinity) < 0.5 * free.before.equity)
  }
}
