import FulcrumHedgeSolver
import FulcrumModel
import Testing

@testable import FulcrumRisk

/// Cheapest combinations for a leverage where capital at risk is the maximum loss, against every
/// combination of lots judged by the exact engine.
@Suite struct HedgeLeverageTests {
  private typealias Base = HedgeObstacleTests

  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var legs: [RiskLeg]
    var cash: Double
    var limit: Double
    /// Most perpetuals on either side.
    var perpetuals = 1.0
    /// In coins, of inverse contracts.
    var isCoin = false

    var testDescription: String { name }
    var pool: RiskPool { pool(legs, cash: cash) }

    func pool(_ legs: [RiskLeg], cash: Double) -> RiskPool {
      guard isCoin else { return Base.pool(legs, cash: cash) }
      return RiskPool(
        index: Base.index, currency: .coin, cash: cash / Base.index, legs: legs.map(inverse))
    }

    /// A future of one coin has a face of 60 000 USD.
    private func inverse(_ leg: RiskLeg) -> RiskLeg {
      var inverse = leg
      inverse.settlement = .inverse
      if case .future = leg.contract { inverse.size = Base.index }
      return inverse
    }

    var instruments: [HedgeInstrument] {
      let options: [(OptionRight, Double)] = [
        (.call, 60_000), (.call, 70_000), (.put, 50_000), (.call, 65_000),
      ]
      let chain =
        [Base.perpetual(lot: 0.25, depth: perpetuals)]
        + options.map { right, strike in
          HedgeInstrument(
            name: "\(Int(strike))-\(right)", leg: Base.option(right, strike), lot: 1,
            quote: (nil, nil), depth: HedgeDepth(2, source: "as the test says"))
        }
      return chain.map { listed in
        var listed = listed
        if isCoin { listed.leg = inverse(listed.leg) }
        return listed
      }
    }
  }

  static let cases = [
    Case(
      name: "long calls", legs: [Base.option(.call, 65_000, quantity: 3)], cash: 2e5, limit: 9),
    Case(
      name: "long calls, far", legs: [Base.option(.call, 65_000, quantity: 3)], cash: 2e5,
      limit: 3),
    Case(
      name: "call spread",
      legs: [
        Base.option(.call, 60_000, quantity: 2), Base.option(.call, 70_000, quantity: -2),
      ], cash: 2e5, limit: 4),
    Case(
      name: "short put", legs: [Base.option(.put, 60_000, quantity: -2)], cash: 2.5e5, limit: 0.3),
    Case(
      name: "short calls", legs: [Base.option(.call, 60_000, quantity: -2)], cash: 6e4,
      limit: 0.4, perpetuals: 0.25),
    Case(
      name: "call spread by options",
      legs: [
        Base.option(.call, 60_000, quantity: 2), Base.option(.call, 70_000, quantity: -2),
      ], cash: 2e5, limit: 3.5, perpetuals: 0),
    Case(
      name: "short put by options", legs: [Base.option(.put, 60_000, quantity: -2)], cash: 2.5e5,
      limit: 0.3, perpetuals: 0),
    Case(
      name: "coins: call spread",
      legs: [
        Base.option(.call, 60_000, quantity: 2), Base.option(.call, 70_000, quantity: -2),
      ], cash: 2e5, limit: 4, isCoin: true),
    Case(
      name: "coins: covered calls", legs: [Base.option(.call, 60_000, quantity: -2)], cash: 1.3e5,
      limit: 0.3, perpetuals: 0.25, isCoin: true),
  ]

  private static func planner(_ this: Case) -> HedgePlanner {
    HedgePlanner(
      this.pool, margin: .standard, instruments: this.instruments,
      costs: HedgeCosts(), day: .init(deviation: 0.03), tolerance: 0.05)
  }

  /// Every combination of lots: what leverage, margin and scenarios are with it says the engine.
  private func cheapest(_ this: Case) throws -> (cost: Double, trades: [Double])? {
    let planner = Self.planner(this)
    let chain = this.instruments
    let margin = StandardMargin.standard
    let held = try margin.initial(of: this.pool)
    let own = HedgeScenarios.profits(of: this.pool)
    let gains = chain.map { HedgeScenarios.profits(of: this.pool([$0.leg], cash: 0)) }
    let equity = try LeverageEngine.measures(this.pool).equity
    let wasBounded = try LeverageEngine.measures(this.pool).maxLoss.finite != nil
    let most = max(-(own.min() ?? 0), 0.01 * equity)
    var best: (cost: Double, trades: [Double])?
    var sizes: [[Double]] = [[]]
    for instrument in chain {
      let side = Int(instrument.depth.buy / instrument.lot)
      sizes = sizes.flatMap { size in (-side...side).map { size + [Double($0) * instrument.lot] } }
    }
    for size in sizes {
      let trades = zip(chain, size).map { HedgeTrade($0, $1) }
      let applied = planner.applied(trades)
      let trading = applied.spread + applied.fees
      guard trading < best?.cost ?? .infinity, trading > 0, applied.pool.cash >= 0 else { continue }
      let after = try LeverageEngine.measures(applied.pool)
      guard let leverage = after.deltaLeverage.finite, leverage <= this.limit,
        after.capitalAtRisk > 0, !wasBounded || after.maxLoss.finite != nil
      else { continue }
      let needed = try margin.initial(of: applied.pool)
      guard needed <= max(after.equity, held) else { continue }
      let worst = own.indices.map { scenario in
        zip(gains, size).reduce(own[scenario]) { $0 + $1.0[scenario] * $1.1 }
      }.min()
      guard try #require(worst) >= -most * (1 + 1e-9) else { continue }
      let cost = trading + max(needed - held, 0) * 0.1 * 30 / 365
      if cost < best?.cost ?? .infinity { best = (cost, size) }
    }
    return best
  }

  @Test(arguments: cases) func againstEveryCombination(this: Case) throws {
    let solver = try #require(HedgeSolver.available, "\(HedgeSolver.missing)")
    let plan = try Self.planner(this).plan(.leverage(this.limit), solver: solver)
    let least = try #require(try cheapest(this), "no lots do")
    let refusal = plan.refusals.first { $0.way == .combination }?.reason ?? ""
    // Where the cheapest is one perpetual that way has it.
    let way = HedgeProposal.Way.combination
    let found = try #require(
      plan.proposals.first { $0.isReached && $0.way == (refusal.isEmpty ? way : .perpetual) },
      "\(refusal)")
    let leverage = plan.before.deltaLeverage.finite ?? .infinity
    print(
      "\(this.name): \(leverage)x, maximum loss \(plan.before.maxLoss), to \(this.limit)x: ",
      "\(found.way) \(found.cost) where \(least.cost) is least (\(least.trades)), "
        + "\(found.after.deltaLeverage) with \(found.trades.map { "\($0.instrument.name) \($0.contracts)" })"
    )
    #expect(found.cost <= least.cost * (1 + HedgeBranching.worthwhile))
    #expect(found.cost >= least.cost * (1 - 1e-9))
    #expect(try #require(found.after.deltaLeverage.finite) <= this.limit)
  }

  /// A market too thin is named with what is missing; what only a close does for less is no way back,
  /// and the cheapest that leaves some of it is taken.
  @Test func whatStandsInTheWay() throws {
    let solver = try #require(HedgeSolver.available)
    var covered = Self.cases[8]
    covered.limit = 0.2
    let closing = try Self.planner(covered).plan(.leverage(0.2), solver: solver)
    let part = try #require(
      closing.proposals.first { $0.way == .combination && $0.isReached })
    let least = try #require(try cheapest(covered), "no lots do")
    print("what leaves some of it costs \(part.cost) where \(least.cost) is least")
    #expect(part.after.capitalAtRisk > 0)
    #expect(part.cost <= least.cost * (1 + HedgeBranching.worthwhile))
    var thin = Self.cases[1]
    thin.perpetuals = 0.25
    var chain = thin.instruments
    for place in chain.indices { chain[place].depth = HedgeDepth(0.25, source: "thin") }
    let plan = try HedgePlanner(
      thin.pool, margin: .standard, instruments: chain, costs: HedgeCosts(),
      day: .init(deviation: 0.03), tolerance: 0.05
    ).plan(.leverage(3), solver: solver)
    let refusal = try #require(plan.refusals.first { $0.way == .combination })
    #expect(refusal.obstacles.contains { $0.limit == .depth && $0.seen > $0.allowed })
  }

  /// Where risk is charged closing all of it is cheapest; what arrives and leaves some of it is taken.
  @Test(arguments: [true, false]) func someOfItStays(isShort: Bool) throws {
    let solver = try #require(HedgeSolver.available)
    let future = Base.perpetual(lot: 0.01, depth: 10).leg
    var this = Case(
      name: "", legs: [Base.option(.call, 65_000, quantity: 3)], cash: 0, limit: 3, perpetuals: 10)
    if isShort {
      // As much coin as it is short.
      var leg = future
      leg.quantity = -1
      this = Case(
        name: "", legs: [leg], cash: 63_000, limit: 0.5, perpetuals: 10, isCoin: true)
    }
    let chain = this.instruments.map { listed in
      var deep = listed
      deep.depth = HedgeDepth(10, source: "as the test says")
      deep.lot = 0.01
      return deep
    }
    var planner = HedgePlanner(
      this.pool, margin: .standard, instruments: chain, costs: HedgeCosts(),
      day: .init(deviation: 0.03), tolerance: 0.05)
    planner.riskAversion = 1
    let plan = try planner.plan(.leverage(this.limit), solver: solver)
    let found = try #require(
      plan.proposals.first { $0.way == .combination && $0.isReached },
      "\(plan.refusals.first { $0.way == .combination }?.reason ?? "")")
    print(
      found.cost, found.riskCharge, found.trades.map { "\($0.instrument.name) \($0.contracts)" })
    #expect(found.after.capitalAtRisk > 0)
    #expect(try #require(found.after.deltaLeverage.finite) <= this.limit)
    for trade in found.trades where trade.instrument.leg.isSameListing(as: this.pool.legs[0]) {
      #expect(trade.contracts.magnitude < this.pool.legs[0].quantity.magnitude)
    }
  }
}
