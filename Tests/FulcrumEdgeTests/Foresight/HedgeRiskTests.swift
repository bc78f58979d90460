import FulcrumHedgeSolver
import FulcrumModel
import Testing

@testable import FulcrumRisk

/// Hedges that weigh the risk that is left against what it costs to be rid of it.
@Suite struct HedgeRiskTests {
  private typealias Small = HedgeRoundingTests.Small

  /// From what risk costs little of a hedge to where it costs far more.
  private static let charges = [0.03, 0.3, 3, 30]

  /// Lots against every combination of them, counted out with the charge written out.
  @Test func lotsAgainstEveryCombination() throws {
    let solver = try #require(HedgeSolver.available, "\(HedgeSolver.missing)")
    var (feasible, exact, worst) = (0, 0, 0.0)
    for seed in 1...10 {
      for charge in [0.3, 30] {
        let small = Small(seed: UInt64(seed)).charging(charge)
        guard let least = small.cheapest else { continue }
        feasible += 1
        guard case .optimal(let contracts, let cost, let gap) = small.program.solve(solver) else {
          Testing.Issue.record("seed \(seed): lots hold every limit and no numbers do")
          continue
        }
        #expect(gap <= 1e-7 * cost && cost <= least * (1 + 1e-7))
        var branching = HedgeBranching(
          small.program, lots: small.lots,
          start: HedgeRounding(small.program, lots: small.lots).rounded(contracts),
          solver: solver)
        let found = try #require(small.cost(branching.cheapest()), "seed \(seed)")
        #expect(found >= least * (1 - 1e-9))
        worst = max(worst, found / least - 1)
        exact += found / least - 1 < 1e-6 ? 1 : 0
      }
    }
    print("of \(feasible) with a hedge in lots \(exact) exactly; worst +\(worst)")
    #expect(feasible >= 8 && worst <= HedgeBranching.worthwhile)
  }

  /// Whoever minds risk more never keeps more of it, nor pays less: of optima x at charge a and y at
  /// b > a, cost(x) + a R(x) ≤ cost(y) + a R(y) and cost(y) + b R(y) ≤ cost(x) + b R(x) add up to
  /// R(y) ≤ R(x).
  @Test func moreAversionNeverLeavesMore() throws {
    let solver = try #require(HedgeSolver.available, "\(HedgeSolver.missing)")
    var (fell, worst) = (0, -Double.infinity)
    for seed in 1...24 {
      var (risk, price) = (Double.infinity, -Double.infinity)
      for charge in Self.charges {
        let small = Small(seed: UInt64(seed)).charging(charge)
        guard case .optimal(let contracts, _, _) = small.program.solve(solver) else { break }
        let left = small.risk(contracts)
        worst = max(worst, left - risk)
        fell += left < risk - 1e-3 && risk.isFinite ? 1 : 0
        // Σ (left/tolerance)² to a millionth of a tolerance, and what that costs.
        #expect(left <= risk + 1e-5, "seed \(seed), charge \(charge)")
        let paid = small.program.cost(of: contracts)
        #expect(paid >= price - 1e-4 * max(paid, 1))
        (risk, price) = (left, paid)
      }
    }
    print("less risk in \(fell) steps; it rose by \(worst) at most")
    #expect(fell >= 20)
  }

  // MARK: In a plan

  private static func planner(_ aversion: Double, _ pool: RiskPool) -> HedgePlanner {
    let chain =
      [HedgeObstacleTests.perpetual()] + HedgeObstacleTests.chain()
      + [55.0, 90].flatMap { days in
        stride(from: 50_000.0, through: 70_000, by: 5_000).map { strike in
          HedgeInstrument(
            name: "\(Int(days))d-\(Int(strike))",
            leg: RiskLeg(
              contract: .option(
                .call, strike: strike, years: days / 365, volatility: 0.55),
              settlement: .linear, forward: HedgeObstacleTests.index, quantity: 1),
            lot: 0.01, quote: (nil, nil), depth: HedgeDepth(1_000, source: "as the test says"))
        }
      }
    var planner = HedgePlanner(
      pool, margin: .standard, instruments: chain, costs: HedgeCosts(),
      day: .init(deviation: 0.03), tolerance: 0.05)
    planner.riskAversion = aversion
    return planner
  }

  /// The charge is half of A over equity times 30 days of the variance that is reported, and ways are
  /// in the order of what they cost with it. None: nothing is charged.
  @Test(arguments: [0.0, 0.5, 5, 50]) func chargeOfAPlan(aversion: Double) throws {
    try #require(HedgeSolver.available != nil)
    let pool = HedgeObstacleTests.strangle()
    let plan = try Self.planner(aversion, pool).plan(
      .neutral([.vega]), solver: HedgeSolver.available)
    let ways = plan.proposals.filter(\.isReached)
    #expect(ways.contains { $0.way == .combination })
    for way in ways {
      let variance = way.after.dailyDeviation * way.after.dailyDeviation
      let charge = 0.5 * aversion / plan.before.equity * 30 * variance
      #expect(abs(way.riskCharge - charge) <= 1e-9 * charge, "\(way.way)")
    }
    #expect(ways.map(\.objective) == ways.map(\.objective).sorted())
  }

  /// In whole lots a thousandth of what is charged and paid may be left on the table.
  @Test(arguments: [HedgeTarget.neutral([.vega]), .neutral([.gamma, .vega]), .neutral([.delta])])
  func aversionInAPlan(target: HedgeTarget) throws {
    try #require(HedgeSolver.available != nil)
    var seen: [(aversion: Double, deviation: Double, cost: Double)] = []
    for aversion in [0.1, 1, 10, 100] {
      let plan = try Self.planner(aversion, HedgeObstacleTests.strangle()).plan(
        target, solver: HedgeSolver.available)
      let way = try #require(plan.proposals.first { $0.way == .combination }, "\(aversion)")
      #expect(way.isReached)
      seen.append((aversion, way.after.dailyDeviation, way.cost))
    }
    print(seen.map { "A \($0.aversion): σ \($0.deviation), cost \($0.cost)" })
    #expect(seen.map(\.deviation) == seen.map(\.deviation).sorted(by: >))
    #expect(seen[0].deviation > 2 * seen[3].deviation)
  }

  /// Coins: the variance is in USD, the charge in coins of both. Who asks for usd-delta minds USD.
  @Test(arguments: [HedgeExposure.delta, .usdDelta]) func chargeOfACoinPool(
    kind: HedgeExposure
  ) throws {
    try #require(HedgeSolver.available != nil)
    let index = HedgeObstacleTests.index
    func leg(_ contract: RiskLeg.Contract, _ quantity: Double, size: Double = 1) -> RiskLeg {
      RiskLeg(
        contract: contract, settlement: .inverse, forward: index, quantity: quantity, size: size)
    }
    let pool = RiskPool(
      index: index, currency: .coin, cash: 1,
      legs: [leg(.option(.call, strike: 65_000, years: 0.1, volatility: 0.55), -2)])
    let future = HedgeInstrument(
      name: "PERP", leg: leg(.future(entry: index, years: nil), 1, size: 10), lot: 1,
      quote: (59_999, 60_001), depth: HedgeDepth(1e6, source: "as the test says"))
    var planner = HedgePlanner(
      pool, margin: .standard, instruments: [future], costs: HedgeCosts(),
      day: .init(deviation: 0.03), tolerance: 0.05)
    planner.riskAversion = 2
    let plan = try planner.plan(.neutral([kind]), solver: HedgeSolver.available)
    let way = try #require(plan.proposals.first { $0.way == .perpetual && $0.isReached })
    let after = way.after
    let delta = (kind == .delta ? after.profitDelta : after.usdDelta) * 0.03
    let gamma = after.gammaCash * 0.03 * 0.03
    let vega = after.vega30CashPerPoint * 3
    // The option's delta alone has a basis: the perpetual's 10 USD a contract have none.
    let dated = after.profitDelta - 10 * way.trades[0].contracts
    let basis = 0.0035 * dated * 0.1.squareRoot()
    // Var in coins², A/2 over equity in coins.
    let squares = delta * delta + 0.5 * gamma * gamma + vega * vega + basis * basis
    let variance = squares / (index * index)
    let charge = 0.5 * 2 / plan.before.equity * 30 * variance
    #expect(charge > 0 && abs(way.riskCharge - charge) < 1e-9 * charge)
  }

  /// One coin and 300 faces of 100 USD sold: 30 000 USD of profit fall with a coin, of value rise with
  /// it. 300 more sold take the value's risk off and double that of the coins; 300 bought the reverse.
  @Test(arguments: [(HedgeExposure.usdDelta, -300.0, 60_000.0), (.delta, 300, 0)])
  func deviationOfWhatIsMeasured(
    goal: (kind: HedgeExposure, contracts: Double, face: Double)
  ) throws {
    let index = HedgeObstacleTests.index
    func future(_ quantity: Double, years: Double?) -> RiskLeg {
      RiskLeg(
        contract: .future(entry: index, years: years), settlement: .inverse, forward: index,
        quantity: quantity, size: 100)
    }
    let pool = RiskPool(
      index: index, currency: .coin, cash: 1, legs: [future(-300, years: 1)])
    let perpetual = HedgeInstrument(
      name: "PERP", leg: future(1, years: nil), lot: 1, quote: (59_999, 60_001),
      depth: HedgeDepth(1e6, source: "as the test says"))
    let plan = try HedgePlanner(
      pool, margin: .standard, instruments: [perpetual], costs: HedgeCosts(),
      day: .init(deviation: 0.03, basis: HedgeBasis(deviation: 0)), tolerance: 0.05
    ).plan(.neutral([goal.kind]), solver: HedgeSolver.available)
    #expect(abs(plan.before.dailyDeviation - 0.03 * 30_000) < 1e-6)
    let way = try #require(plan.proposals.first { $0.way == .perpetual })
    #expect(way.isReached && !way.worsened.contains { $0.contains("deviation") })
    #expect(abs(way.trades[0].contracts - goal.contracts) <= 1)
    // A lot is 100 USD and costs take a few off the value: of 900 USD a day some are left.
    print(way.after.dailyDeviation)
    #expect(way.after.dailyDeviation < 0.03 * 100)
    #expect(abs(way.after.profitDelta + goal.face) < 100)
  }
}
