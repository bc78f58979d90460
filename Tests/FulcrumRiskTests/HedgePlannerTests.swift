import FulcrumModel
import RealModule
import Testing

@testable import FulcrumRisk

/// Ways back, judged by the exact engine: what a proposal says of the pool after it must be what the
/// engine says of the pool that its trades make.
@Suite struct HedgePlannerTests {
  static let index = 60_000.0

  static func option(
    _ right: OptionRight, _ strike: Double, days: Double = 30, quantity: Double = 1
  ) -> RiskLeg {
    RiskLeg(
      contract: .option(right, strike: strike, years: days / 365, volatility: 0.55),
      settlement: .linear, forward: index, quantity: quantity)
  }

  static let perpetual = HedgeInstrument(
    name: "PERP",
    leg: RiskLeg(
      contract: .future(entry: index, years: nil), settlement: .linear, forward: index,
      quantity: 1),
    lot: 0.001, quote: (59_995, 60_005),
    depth: HedgeDepth(1_000, source: "test"))

  static let chain: [HedgeInstrument] = {
    var chain = [perpetual]
    for days in [30.0, 60] {
      for strike in stride(from: 40_000.0, through: 90_000, by: 2_500) {
        for right in OptionRight.allCases {
          chain.append(
            HedgeInstrument(
              name: "\(Int(days))d-\(Int(strike))-\(right)",
              leg: option(right, strike, days: days), lot: 0.1, quote: (nil, nil),
              depth: HedgeDepth(20, source: "test")))
        }
      }
    }
    return chain
  }()

  static func strangle(cash: Double = 20_000) -> RiskPool {
    RiskPool(
      index: index, currency: .usd, cash: cash,
      legs: [option(.put, 50_000, quantity: -1), option(.call, 72_500, quantity: -1)])
  }

  static func longPerpetual(_ quantity: Double = 1, cash: Double = 12_000) -> RiskPool {
    var leg = perpetual.leg
    leg.quantity = quantity
    return RiskPool(index: index, currency: .usd, cash: cash, legs: [leg])
  }

  private func planner(
    _ pool: RiskPool, _ instruments: [HedgeInstrument] = chain
  ) -> HedgePlanner {
    HedgePlanner(
      pool, margin: .standard, instruments: instruments, costs: HedgeCosts(),
      day: .init(deviation: 0.03), tolerance: 0.05)
  }

  private func check(_ plan: HedgePlan, of planner: HedgePlanner) throws {
    for proposal in plan.proposals {
      for trade in proposal.trades {
        let lots = trade.contracts / trade.instrument.lot
        #expect((lots - lots.rounded()).magnitude < 1e-6 * max(1, lots.magnitude))
        #expect(trade.contracts.magnitude <= trade.instrument.depth.buy * (1 + 1e-9))
      }
      let after = planner.applied(proposal.trades, cashAdded: proposal.cashAdded).pool
      let measures = try LeverageEngine.measures(after)
      #expect(measures.deltaLeverage == proposal.after.deltaLeverage)
      #expect(measures.maxLoss == proposal.after.maxLoss)
      // What is paid away is what equity loses.
      let lost = plan.before.equity + proposal.cashAdded - measures.equity
      #expect((lost - proposal.spread - proposal.fees).magnitude < 1e-6 * plan.before.equity)
      #expect(proposal.isReached == (proposal.shortfall == nil))
    }
    let reached = plan.proposals.map(\.isReached)
    #expect(reached == reached.sorted { $0 && !$1 }, "those that arrive come first")
  }

  @Test func leverageOfAPerpetual() throws {
    let planner = planner(Self.longPerpetual())
    let plan = try planner.plan(.leverage(3), solver: nil)
    try check(plan, of: planner)
    for way in [HedgeProposal.Way.perpetual, .reduce, .topUp] {
      let proposal = try #require(plan.proposals.first { $0.way == way })
      #expect(proposal.isReached)
      let leverage = try #require(proposal.after.deltaLeverage.finite)
      #expect(leverage <= 3 * (1 + 1e-9) && leverage > 2.9)
    }
    // 60 000/12 000 = 5×: 36 000 of 60 000 may stay, so 0.4 coins go, and 8 000 USD would do as well.
    let sold = try #require(plan.proposals.first { $0.way == .perpetual }?.trades.first)
    #expect((sold.contracts + 0.4).magnitude < 0.002)
    let paid = try #require(plan.proposals.first { $0.way == .topUp })
    #expect((paid.cashAdded - 8_000).magnitude < 1)
  }

  @Test func deltaOfAStrangle() throws {
    let planner = planner(Self.strangle())
    let plan = try planner.plan(.neutral([.delta]), solver: nil)
    try check(plan, of: planner)
    let proposal = try #require(plan.proposals.first { $0.way == .perpetual })
    #expect(proposal.isReached)
    #expect(proposal.after.deltaCash.magnitude <= 0.5 * 0.001 * Self.index * (1 + 1e-9))
  }

  /// Without a solver the ways that need one say so, and the others are found.
  @Test func withoutASolver() throws {
    let planner = planner(Self.strangle())
    let plan = try planner.plan(.neutral([.gamma, .vega]), solver: nil)
    #expect(plan.solver == nil)
    #expect(plan.refusals.contains { $0.way == .combination && $0.reason.contains("solver") })
    try check(plan, of: planner)
  }

  /// A long option's leverage is the same at every size and with any cash beside it.
  @Test func scaleInvariantPool() throws {
    let pool = RiskPool(
      index: Self.index, currency: .usd, cash: 0, legs: [Self.option(.call, 72_500)])
    let planner = planner(pool)
    let plan = try planner.plan(.leverage(3), solver: nil)
    #expect(plan.refusals.contains { $0.way == .reduce })
    #expect(plan.refusals.contains { $0.way == .topUp })
    try check(plan, of: planner)
    #expect(plan.proposals.contains { $0.way == .perpetual && $0.isReached })
  }

  @Test func nothingListed() throws {
    let plan = try planner(Self.strangle(), []).plan(.neutral([.delta]), solver: nil)
    #expect(plan.refusals.contains { $0.way == .perpetual && $0.reason.contains("lists no") })
    #expect(plan.refusals.contains { $0.way == .roll })
  }

  @Test func alreadyThere() throws {
    let plan = try planner(Self.longPerpetual(0.1)).plan(.leverage(3), solver: nil)
    #expect(plan.isThere && plan.proposals.isEmpty)
  }

  /// Depth that does not suffice is said with what is left.
  @Test func tooLittleDepth() throws {
    var thin = Self.perpetual
    thin.depth = HedgeDepth(0.1, source: "10 % of open interest 1")
    let plan = try planner(Self.longPerpetual(), [thin]).plan(.neutral([.delta]), solver: nil)
    let proposal = try #require(plan.proposals.first { $0.way == .perpetual })
    #expect(!proposal.isReached && proposal.shortfall?.contains("delta by") == true)
  }

  /// A coin pool's coins stand still after a hedge of its delta, and its USD after one of usd-delta:
  /// central differences of values written out here, by Black 1976.
  @Test(arguments: [HedgeExposure.delta, .usdDelta]) func deltaOfACoinPool(
    kind: HedgeExposure
  ) throws {
    func leg(_ contract: RiskLeg.Contract, _ quantity: Double, size: Double = 1) -> RiskLeg {
      RiskLeg(
        contract: contract, settlement: .inverse, forward: Self.index, quantity: quantity,
        size: size)
    }
    let years = 35.0 / 365
    let options = OptionRight.allCases.map { right in
      leg(.option(right, strike: 61_000, years: years, volatility: 0.55), 4)
    }
    let pool = RiskPool(index: Self.index, currency: .coin, cash: 0.12, legs: options)
    let future = HedgeInstrument(
      name: "PERP", leg: leg(.future(entry: Self.index, years: nil), 1, size: 10), lot: 1,
      quote: (59_999, 60_001), depth: HedgeDepth(1e6, source: "test"))
    let plan = try planner(pool, [future]).plan(.neutral([kind]), solver: nil)
    let way = try #require(plan.proposals.first { $0.way == .perpetual && $0.isReached })
    let contracts = try #require(way.trades.first?.contracts)
    func call(_ forward: Double) -> Double {
      let width = 0.55 * years.squareRoot()
      let d = Double.log(forward / 61_000) / width + 0.5 * width
      func normal(_ x: Double) -> Double { 0.5 * Double.erfc(-x / 2.0.squareRoot()) }
      return forward * normal(d) - 61_000 * normal(d - width)
    }
    func coins(_ ratio: Double) -> Double {
      let forward = Self.index * ratio
      let straddle = 2 * call(forward) - (forward - 61_000)
      return 0.12 + 4 * straddle / forward
        + 10 * contracts * (1 / Self.index - 1 / forward) - way.spread - way.fees
    }
    func value(_ ratio: Double) -> Double {
      kind == .delta ? coins(ratio) * Self.index : coins(ratio) * Self.index * ratio
    }
    let step = 1e-4
    let left = (value(1 + step) - value(1 - step)) / (2 * step)
    // Half a lot of 10 USD, and the differences' own error; costs move usd-delta by themselves.
    let allowed = kind == .delta ? 5.1 : 5.1 + (way.spread + way.fees) * Self.index
    print("\(kind): \(contracts) contracts leave \(left) USD")
    #expect(left.magnitude <= allowed)
    #expect((kind == .delta ? plan.neutralCounts?.coin : plan.neutralCounts?.usd) == contracts)
  }

  // MARK: Maximum loss

  /// A short call that a coin covers loses at most what the coin can, less its premium; 0.166 coins of
  /// a long future at 60 000 lose 9 960 USD, and 0.167 lose 10 020.
  @Test func maximumLossByAPerpetual() throws {
    let call = RiskPool(
      index: Self.index, currency: .usd, cash: 50_000,
      legs: [Self.option(.call, 70_000, quantity: -1)])
    let premium = 50_000 - (try LeverageEngine.measures(call)).equity
    let covered = try planner(call, [Self.perpetual]).plan(.maxLoss(60_000), solver: nil)
    let bought = try #require(covered.proposals.first { $0.way == .perpetual })
    #expect(bought.isReached && bought.trades.map(\.contracts) == [1])
    let loss = try #require(bought.after.maxLoss.finite)
    #expect((loss - (60_000 - premium)).magnitude < 1e-6)
    let long = try planner(Self.longPerpetual(), [Self.perpetual]).plan(
      .maxLoss(10_000), solver: nil)
    let sold = try #require(long.proposals.first { $0.way == .perpetual })
    #expect(sold.isReached && (sold.trades[0].contracts + 0.834).magnitude < 1e-9)
    #expect((try #require(sold.after.maxLoss.finite) - 9_960).magnitude < 1e-6)
    // What is asked for is less than any size leaves: the least is offered, and by how much it fails.
    let short = try planner(call, [Self.perpetual]).plan(.maxLoss(1_000), solver: nil)
    let least = try #require(short.proposals.first { $0.way == .perpetual })
    #expect(!least.isReached && least.shortfall?.contains("over the limit by") == true)
    #expect((try #require(least.after.maxLoss.finite) - loss).magnitude < 1e-6)
  }

  /// A calendar's legs go to expiries of their own; both to the same one would be its close.
  @Test func rollsExpiryByExpiry() throws {
    func chain(_ days: [Double]) -> [HedgeInstrument] {
      days.map { days in
        HedgeInstrument(
          name: "\(Int(days))d", leg: Self.option(.call, 60_000, days: days), lot: 0.1,
          quote: (nil, nil), depth: HedgeDepth(20, source: "test"))
      }
    }
    let pool = RiskPool(
      index: Self.index, currency: .usd, cash: 20_000,
      legs: [
        Self.option(.call, 60_000, days: 30, quantity: -3),
        Self.option(.call, 60_000, days: 60, quantity: 3),
      ])
    for days in [[30, 60, 90], [30, 60, 90, 120], [30, 60, 90, 120, 150]] as [[Double]] {
      let plan = try planner(pool, chain(days)).plan(.neutral([.gamma]), solver: nil)
      let roll = try #require(plan.proposals.first { $0.way == .roll }, "\(days)")
      let opened = roll.trades.filter { !["30d", "60d"].contains($0.instrument.name) }
      #expect(!opened.isEmpty && Set(opened.map(\.instrument.name)).count == opened.count)
      #expect(roll.after.gammaCash != 0)
    }
  }

  /// Two legs of one expiry whose nearest strike is the same one would cancel there.
  @Test func rollThatCancels() throws {
    let far = HedgeInstrument(
      name: "far", leg: Self.option(.call, 61_000, days: 60), lot: 0.1, quote: (nil, nil),
      depth: HedgeDepth(20, source: "test"))
    let near = [60_000.0, 62_000].map { strike in
      HedgeInstrument(
        name: "near-\(Int(strike))", leg: Self.option(.call, strike), lot: 0.1,
        quote: (nil, nil), depth: HedgeDepth(20, source: "test"))
    }
    let pool = RiskPool(
      index: Self.index, currency: .usd, cash: 400_000,
      legs: [
        Self.option(.call, 60_000, quantity: -20), Self.option(.call, 62_000, quantity: 5),
      ])
    let plan = try planner(pool, near + [far]).plan(.neutral([.gamma, .vega]), solver: nil)
    #expect(plan.refusals.first { $0.way == .roll }?.reason.contains("come to far") == true)
  }

  /// Legs of 30 and 30 lots stay as many as each other, of 20 and 10 twice as many; of 7 and 3 no
  /// smaller size is like them, and the lot is named.
  @Test(arguments: [
    (30.0, 30.0, [0.9, 0.5, 0.04]), (20, 10, [0.9, 0.5, 0.12]), (7, 3, [0.9, 0.5, 0.2]),
  ]) func reducingKeepsTheRatio(sold: Double, bought: Double, shares: [Double]) throws {
    let chain = [60_000.0, 65_000].map { strike in
      HedgeInstrument(
        name: "\(Int(strike))", leg: Self.option(.put, strike), lot: 1, quote: (nil, nil),
        depth: HedgeDepth(100, source: "test"))
    }
    let pool = RiskPool(
      index: Self.index, currency: .usd, cash: 3_000_000,
      legs: [
        Self.option(.put, 60_000, quantity: -sold), Self.option(.put, 65_000, quantity: bought),
      ])
    let planner = planner(pool, chain)
    for share in shares {
      let before = try LeverageEngine.measures(pool).maxLoss.finite
      let limit = share * (try #require(before))
      let plan = try planner.plan(.maxLoss(limit), solver: nil)
      guard let way = plan.proposals.first(where: { $0.way == .reduce }) else {
        #expect(sold == 7)
        let refusal = try #require(plan.refusals.first { $0.way == .reduce })
        #expect(refusal.obstacles.contains { $0.limit == .lots }, "\(refusal.reason)")
        continue
      }
      let (closedShort, closedLong) = (way.trades[0].contracts, -way.trades[1].contracts)
      #expect(closedShort > 0 && closedShort < sold)
      #expect((closedShort * bought - closedLong * sold).magnitude < 1e-9, "\(share)")
      #expect(way.isReached)
    }
  }

  // MARK: What is shown

  private static func normal(_ x: Double) -> Double { 0.5 * Double.erfc(-x / 2.0.squareRoot()) }

  /// Black 1976 at 30 days and a volatility of 0.55, and its vega a point.
  private static func black(_ right: OptionRight, _ strike: Double) -> (value: Double, vega: Double)
  {
    let width = 0.55 * (30.0 / 365).squareRoot()
    let d = Double.log(index / strike) / width + 0.5 * width
    let call = index * normal(d) - strike * normal(d - width)
    let density = Double.exp(-0.5 * d * d) / (2 * Double.pi).squareRoot()
    return (
      right == .call ? call : call - index + strike,
      index * density * (30.0 / 365).squareRoot() / 100
    )
  }

  /// Options bought back are paid at their marks: by Black. At 30 days vega is that of 30 days.
  @Test func premiumAndVega() throws {
    let planner = planner(Self.strangle())
    let plan = try planner.plan(.leverage(0.01), solver: nil)
    let way = try #require(plan.proposals.first { $0.way == .reduce })
    let values = [Self.black(.put, 50_000), Self.black(.call, 72_500)]
    let paid = zip(way.trades, values).reduce(0) { $0 + $1.0.contracts * $1.1.value }
    #expect(paid > 0 && (way.premium - paid).magnitude < 1e-6 * paid)
    let vega = -values.reduce(0) { $0 + $1.vega }
    let bucket = try #require(plan.before.vegaByExpiry.first)
    #expect(plan.before.vegaByExpiry.count == 1 && bucket.years == 30.0 / 365)
    #expect((bucket.vegaCashPerPoint - vega).magnitude < 1e-6 * vega.magnitude)
    #expect((plan.before.vega30CashPerPoint - vega).magnitude < 1e-6 * vega.magnitude)
    let perpetual = try #require(plan.proposals.first { $0.way == .perpetual })
    #expect(perpetual.premium == 0)
  }

  /// Calls of a week hold up what is sold against them until they are gone: then x short coins with
  /// cash C are liquidated at (C + 60 000 x)/(1.0105 x), 1 % of margin and 0.05 % of fee.
  @Test func liquidationAfterExpiry() throws {
    let pool = RiskPool(
      index: Self.index, currency: .usd, cash: 500,
      legs: [Self.option(.call, 70_000, days: 7, quantity: 20)])
    let plan = try planner(pool, [Self.perpetual]).plan(.leverage(3), solver: nil)
    let way = try #require(plan.proposals.first { $0.way == .perpetual })
    let sold = -(try #require(way.trades.first?.contracts))
    let cash = 500 - way.spread - way.fees + way.cashAdded
    let price = (cash + Self.index * sold) / (1.0105 * sold)
    let above = try #require(way.after.cone?.above)
    print("\(sold) sold: \(above.price) \(above.node), now \(way.after.liquidationAbove ?? 0)")
    #expect(price < 70_000 && (above.price - price).magnitude < 1e-6 * price)
    #expect(above.node.hasPrefix("at expiry"))
    #expect(way.after.liquidationAbove != above.price)
  }

  /// 12 000 of cash behind a coin: no size of it is under 1× of what it can lose, and closing it is no
  /// way to 0.1×. A tenth of equity is 1 200 USD of delta: 0.02 coins, less for costs.
  @Test func leverageThatOnlyEquityHas() throws {
    let planner = planner(Self.longPerpetual(), [Self.perpetual])
    let plan = try planner.plan(.leverage(0.1), solver: nil)
    let way = try #require(plan.proposals.first { $0.way == .perpetual })
    #expect(!way.isReached && way.shortfall?.contains("stays at every size") == true)
    // 0.98 coins cost 5 + 30 USD each: of 11 965.70 a tenth is under the 1 200 of 0.02 coins.
    #expect((way.trades[0].contracts + 0.981).magnitude < 1e-9)
    #expect((way.after.leverageOnEquity.finite ?? 1) <= 0.1)
    #expect(plan.proposals.allSatisfy { !$0.isReached })
    // Where that trade lowers no headline number it is said all the same: 60 000 of 70 000 at 1×.
    let calm = try self.planner(Self.longPerpetual(cash: 70_000), [Self.perpetual]).plan(
      .leverage(0.5), solver: nil)
    let said = calm.refusals.first { $0.way == .perpetual }?.reason
    #expect(said?.contains("to sell 0.417 contracts of PERP") == true, "\(said ?? "")")
  }

  @Test func refusals() throws {
    #expect(throws: RiskError.noEquity(seen: -1)) {
      try planner(Self.longPerpetual(cash: -1)).plan(.leverage(1), solver: nil)
    }
  }

  /// 7.1's two ways of counting agree where there is no equity, and round toward the nearer whole.
  @Test func inverseDelta() {
    let hedge = DeltaHedge.Inverse(coinDelta: 0.5, equity: 0, forward: 60_000, face: 10)
    #expect(hedge.coinNeutral == -3_000 && hedge.usdNeutral == -3_000)
    #expect(DeltaHedge.nearestWhole(-2.5) == -2 && DeltaHedge.nearestWhole(2.6) == 3)
  }
}
