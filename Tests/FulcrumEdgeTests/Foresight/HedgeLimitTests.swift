import FulcrumHedgeSolver
import FulcrumModel
import Testing

@testable import FulcrumRisk

/// Equity that margin leaves free and budgets: every way is held to them, and lifting one to what was
/// said to be needed lets the same way arrive.
@Suite struct HedgeLimitTests {
  private typealias Base = HedgeObstacleTests
  private typealias Small = HedgeRoundingTests.Small

  private func plan(
    _ pool: RiskPool, _ target: HedgeTarget, buffer: Double = 0, budget: Double? = nil,
    _ chain: [HedgeInstrument] = [Base.perpetual()] + Base.chain()
  ) throws -> HedgePlan {
    var planner = HedgePlanner(
      pool, margin: .standard, instruments: chain, costs: HedgeCosts(),
      day: .init(deviation: 0.03), tolerance: 0.05)
    planner.equityBuffer = buffer
    planner.budget = budget
    return try planner.plan(target, solver: HedgeSolver.available)
  }

  /// Every way by which these arrive without a limit.
  static let ways: [(HedgeTarget, HedgeProposal.Way)] = [
    (.neutral([.delta]), .perpetual), (.neutral([.gamma, .vega]), .combination),
    (.neutral([.gamma, .vega]), .reduce), (.maxLoss(15_000), .wing), (.leverage(0.05), .reduce),
  ]

  private static func pool() -> RiskPool {
    var pool = Base.strangle(cash: 60_000)
    pool.legs[0].quantity = -3
    return pool
  }

  // MARK: Budget

  @Test(arguments: ways) func budget(target: HedgeTarget, way: HedgeProposal.Way) throws {
    try #require(HedgeSolver.available != nil)
    let free = try #require(
      try plan(Self.pool(), target).proposals.first { $0.way == way && $0.isReached }, "\(way)")
    let tight = 0.5 * free.cost
    let held = try plan(Self.pool(), target, budget: tight)
    for proposal in held.proposals where proposal.isReached {
      #expect(proposal.cost <= tight * (1 + 1e-9), "\(proposal.way)")
    }
    let short = try #require(held.proposals.first { $0.way == way })
    #expect(!short.isReached)
    let obstacle = try #require(short.obstacles.first { $0.limit == .budget })
    #expect(obstacle.seen == short.cost && obstacle.allowed == tight && obstacle.unit == .currency)
    #expect(obstacle.explanation.contains("over the budget"))
    let lifted = try plan(Self.pool(), target, budget: obstacle.seen)
    let again = try #require(lifted.proposals.first { $0.way == way })
    #expect(again.isReached && again.cost <= obstacle.seen * (1 + 1e-9))
  }

  /// A cash of 8 000 for 30 days at 10 % a year is 65.75 USD.
  @Test func budgetOfATopUp() throws {
    let target = HedgeTarget.leverage(3)
    let cost = 8_000 * 0.1 * 30 / 365
    for (budget, isReached) in [(0.99 * cost, false), (1.01 * cost, true)] {
      let held = try plan(Base.longPerpetual(), target, budget: budget)
      let topUp = try #require(held.proposals.first { $0.way == .topUp })
      #expect(topUp.isReached == isReached && abs(topUp.cost - cost) < 1e-3)
    }
  }

  // MARK: Buffer

  /// What is free after a way is at least the buffer, or no less than before it, or the way says what
  /// is missing.
  @Test(arguments: ways) func buffer(target: HedgeTarget, way: HedgeProposal.Way) throws {
    try #require(HedgeSolver.available != nil)
    let free = try plan(Self.pool(), target)
    let used = free.before.initialMargin / free.before.equity
    for buffer in [0.2, 0.5, 0.9, 0.99] {
      let held = try plan(Self.pool(), target, buffer: buffer)
      let allowed = max(
        free.before.initialMargin - (1 - buffer) * free.before.equity, 0)
      for proposal in held.proposals {
        let over = proposal.after.initialMargin - (1 - buffer) * proposal.after.equity
        let obstacle = proposal.obstacles.first { $0.limit == .margin }
        #expect((obstacle != nil) == (over > allowed), "\(proposal.way), used \(used)")
        if let obstacle {
          #expect(!proposal.isReached && abs(obstacle.missing - over) < 1e-6)
          #expect(obstacle.explanation.contains("buffer of"))
        }
      }
    }
  }

  /// What a perpetual lacks with a buffer of 60 % is added, four tenths of it free, and it arrives.
  @Test func bufferThatIsFunded() throws {
    let target = HedgeTarget.neutral([.delta])
    func pool(_ cash: Double) -> RiskPool {
      var pool = Self.pool()
      pool.cash = cash
      return pool
    }
    let before = try plan(pool(60_000), target).before
    // Margin just within four tenths of equity.
    let cash = 60_000 + before.initialMargin / 0.4 - before.equity + 10
    let held = try plan(pool(cash), target, buffer: 0.6)
    let short = try #require(held.proposals.first { $0.way == .perpetual })
    let obstacle = try #require(short.obstacles.first { $0.limit == .margin })
    #expect(!short.isReached && obstacle.allowed < 0.41 * held.before.equity)
    let funded = try plan(pool(cash + obstacle.missing / 0.4 * 1.001), target, buffer: 0.6)
    #expect(funded.proposals.contains { $0.way == .perpetual && $0.isReached })
    #expect(
      try plan(pool(cash), target).proposals.contains { $0.way == .perpetual && $0.isReached })
  }

  // MARK: Programs

  /// One contract sold takes 10 off; it costs 4 and needs 6 of margin. M ≤ (1 − b)(E − 4) leaves
  /// 6 + (1 − b)·4 to the room: 8 of it with a buffer of a half, 10 without.
  @Test(arguments: [(1.0, 8.1, false), (0.5, 8.1, true), (0.5, 7.9, false), (1, 10.1, true)])
  func costsTakeTheirShareOfTheRoom(share: Double, room: Double, does: Bool) throws {
    let solver = try #require(HedgeSolver.available)
    var program = HedgeProgram(
      unitExposures: [[10]], book: [10], tolerances: [1e-6], unitCosts: [4], caps: [5])
    program.margin = HedgeProgram.Margin(
      longUnits: [6], shortUnits: [6], held: [0], room: room, capitalCost: 0.01)
    program.margin?.costShare = share
    #expect(program.isFeasible([-1]) == does)
    let outcome = program.solve(solver)
    if case .optimal(let contracts, let cost, _) = outcome {
      #expect(does && abs(contracts[0] + 1) < 1e-6 && abs(cost - 4.06) < 1e-5)
    } else {
      #expect(!does, "\(outcome)")
    }
  }

  /// In lots with a budget, against every combination: where the cheapest is within it nothing
  /// changes, where it is not nothing is found.
  @Test func programsAgainstEveryCombination() throws {
    let solver = try #require(HedgeSolver.available)
    var (within, beyond) = (0, 0)
    for seed in 1...12 {
      var small = Small(seed: UInt64(seed)).charging(3)
      guard let least = small.cheapestOfAll else { continue }
      let paid = least.cost - 0.5 * 3 * small.risk(least.lots)
      // Least risk and cost of all that cost at most this.
      for share in [1.0, 0.9] {
        small.budget = share * paid
        small.program.budget = share * paid
        guard case .optimal(let contracts, _, let gap) = small.program.solve(solver) else {
          #expect(small.cheapest == nil, "seed \(seed)")
          continue
        }
        #expect(gap <= 1e-7 * least.cost)
        #expect(small.program.cost(of: contracts) <= share * paid * (1 + 1e-6))
        var branching = HedgeBranching(
          small.program, lots: small.lots,
          start: HedgeRounding(small.program, lots: small.lots).rounded(contracts),
          solver: solver)
        let found = small.cost(branching.cheapest())
        guard let best = small.cheapest else {
          #expect(found == nil, "seed \(seed)")
          beyond += 1
          continue
        }
        within += 1
        let cost = try #require(found, "seed \(seed), \(share)")
        #expect(cost >= best * (1 - 1e-9))
        #expect(cost <= best * (1 + HedgeBranching.worthwhile), "seed \(seed), \(share)")
      }
    }
    print("\(within) within the budget, \(beyond) that no lots meet")
    #expect(within >= 6)
  }
}
