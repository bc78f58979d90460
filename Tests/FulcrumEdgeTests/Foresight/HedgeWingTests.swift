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
}
