import Foundation
import FulcrumModel
import FulcrumPricing
import Testing

@testable import FulcrumRisk

/// Paths liquidated by a venue's own rule over the whole pool: against closed forms, against the rule
/// itself asked at every step, and against this program's rule by its other way.
@Suite struct PathRuleTests {
  private static func rule(
    _ name: String, _ currency: PoolCurrency = .usd
  ) throws -> any VenueRule {
    let day = try #require(CalendarDay(year: 2026, month: 11, day: 20))
    let entry = try #require(VenueRules.named(name))
    return try entry.rule(for: VenueQuestion(coins: ["BTC"], currency: currency, day: day))
  }

  private static func coinStrangle() -> RiskPool {
    var pool = ConsequencesTests.strangle()
    pool.currency = .coin
    pool.cash = 0.22
    for place in pool.legs.indices { pool.legs[place].settlement = .inverse }
    pool.legs.append(
      RiskLeg(
        contract: .future(entry: 61_000, years: nil), settlement: .inverse, forward: 60_000,
        quantity: 500, size: 10))
    return pool
  }

  // MARK: Closed forms

  /// Bybit's isolated future: 0.5 % of maintenance is a barrier at (1 − 1/L)/(1 − 0.5 %) of the entry.
  @Test(arguments: [1.0, -1]) func oneFutureMeetsTheTwoTermFormula(side: Double) throws {
    let day = try #require(CalendarDay(year: 2026, month: 11, day: 20))
    let venue = BybitFuture(
      ruleSet: VenueRuleSet(name: "bybit", dated: day, confidence: .documented, source: "test"),
      terms: PerUnderlying(BybitFutureTerms(maintenanceRate: 0.005, leverage: 5)),
      inverseFollowsMark: false)
    var settings = ConsequencesTests.settings(.gbm(volatility: 0.6))
    settings.liquidation = .full
    settings.multiples = [1]
    let report = try Consequences.report(
      ConsequencesTests.perpetual(quantity: side), rule: PathRule(venue: venue),
      settings: settings)
    let size = report.sizes[0]
    let ratio = 1 - side * (0.2 - 0.005)
    let barrier = try #require(side > 0 ? size.liquidationBelow : size.liquidationAbove)
    #expect((barrier / (60_000 * ratio) - 1).magnitude < 1e-9)
    let exact = FirstPassage.probability(
      try FirstPassage.OneBarrier(
        spot: 1, barrier: ratio, side: side > 0 ? .down : .up, drift: 0, volatility: 0.6,
        years: ConsequencesTests.horizon))
    let errors = (size.liquidation.value - exact) / size.liquidation.standardError
    print("bybit, side \(side): \(size.liquidation.value), exact \(exact), \(errors) errors")
    #expect(errors.magnitude <= 4)
  }

  // MARK: The rule itself

  /// Resampled bars are gaps, so a path is liquidated exactly where the rule says so at a bar's end.
  @Test(arguments: [
    ("deribit-standard", PoolCurrency.coin), ("deribit-portfolio", .coin),
    ("deribit-portfolio", .usd), ("derive-standard", .usd), ("derive-portfolio", .usd),
    ("okx-options", .coin),
  ])
  func everyPathIsLiquidatedWhereTheRuleSays(name: String, currency: PoolCurrency) throws {
    let venue = try Self.rule(name, currency)
    var pool = currency == .usd ? ConsequencesTests.strangle() : Self.coinStrangle()
    if name == "okx-options" { pool.legs.removeLast() }
    var generator = SeededGenerator(seed: 8)
    let returns = (0..<300).map { _ in Double.random(in: -0.06...0.06, using: &generator) }
    var settings = ConsequencesTests.settings(.bootstrap(returns: returns, restart: 0.25))
    settings.paths = 64
    settings.liquidation = .full
    settings.multiples = [0.5, 1]
    let run = try ConsequenceRun(
      pool, rule: PathRule(venue: venue), settings: settings, twin: false)
    let tally = run.sample { _ in true }.whole
    for (plan, size) in zip(run.plans, tally.sizes) {
      let held = pool.resized(by: plan.multiple, keeping: run.startEquity)
      var (hits, closest) = (0, Double.infinity)
      var block = run.generator.block(count: 64)
      run.generator.fill(&block, firstPath: 0)
      for column in 0..<64 {
        var isHit = try venue.requirement(for: held).excess < 0
        for step in 0..<block.steps where !isHit {
          let later = held.shifted(by: ScenarioNode(timeForward: run.grid.times[step + 1]))
            .moved(0, by: exp(block.landed(step, column: column)))
          let excess = try venue.requirement(for: later).excess
          closest = min(closest, excess.magnitude / run.startEquity)
          isHit = excess < 0
        }
        hits += isHit ? 1 : 0
      }
      print(
        "\(name) \(currency.rawValue) \(plan.multiple)×: \(size.liquidated) of 64, \(hits) by the rule; "
          + "closest \(closest) of the equity")
      #expect(size.liquidated == hits)
      #expect(plan.multiple < 1 || (1..<64).contains(hits), "a test that can fail")
    }
  }

  /// The ends of the healthy stretch against the exact search under the same rule, with time.
  @Test(arguments: [
    ("deribit-standard", PoolCurrency.coin), ("deribit-portfolio", .coin),
    ("derive-portfolio", .usd),
  ])
  func boundariesAreThoseOfTheRulesOwnSearch(name: String, currency: PoolCurrency) throws {
    let venue = try Self.rule(name, currency)
    let pool = currency == .usd ? ConsequencesTests.strangle() : Self.coinStrangle()
    var settings = ConsequencesTests.settings(.gbm(volatility: 0.6), paths: 64)
    settings.multiples = [1]
    let run = try ConsequenceRun(
      pool, rule: PathRule(venue: venue), settings: settings, twin: false)
    var worst = 0.0
    for node in [0, 10, 30] {
      let region = try VenueLiquidation.region(
        pool, under: venue, timeForward: run.grid.times[node])
      for (ours, exact) in [
        (run.plans[0].lower[node], region.below), (run.plans[0].upper[node], region.above),
      ] where ours.isFinite && ours.magnitude < 1.3 {
        worst = max(worst, (60_000 * exp(ours) / (try #require(exact)) - 1).magnitude)
      }
    }
    print("\(name): boundaries of the grid, worst relative error \(worst)")
    #expect(worst > 0 && worst < 1e-4)
  }

  // MARK: Two ways

  /// This program's rule leg by leg, and asked as if it were a venue's over the whole pool.
  @Test(arguments: [ConsequenceSettings.LiquidationRule.partial, .full])
  func theStandardRuleBothWays(liquidation: ConsequenceSettings.LiquidationRule) throws {
    let jumps = NormalJumps(perYear: 12, mean: -0.03, deviation: 0.06)
    var settings = ConsequencesTests.settings(
      .merton(volatility: 0.5, jumps: jumps), paths: 8192)
    settings.liquidation = liquidation
    var margin = StandardMargin.standard
    margin.optionRate = 0.1
    let own = try Consequences.report(
      ConsequencesTests.strangle(), rule: PathRule(margin), settings: settings)
    let asked = try Consequences.report(
      ConsequencesTests.strangle(), rule: PathRule(margin, venue: StandardVenueRule(margin)),
      settings: settings)
    var worst = 0.0
    for (a, b) in zip(own.sizes, asked.sizes) {
      #expect(a.isAffordable == b.isAffordable)
      worst = max(worst, (a.liquidation.value - b.liquidation.value).magnitude * 8192)
      #expect((a.liquidation.value - b.liquidation.value).magnitude <= 4.0 / 8192)
      #expect((a.mean.value - b.mean.value).magnitude <= 1e-4 * own.startEquity)
      #expect((a.badDebt.mean.value - b.badDebt.mean.value).magnitude <= 1e-4 * own.startEquity)
    }
    print("standard rule both ways, \(liquidation): \(worst) of 8192 paths differ at most")
    #expect(own.sizes[3].liquidation.value > 0.02)
  }

  // MARK: What the balance leaves out

  /// 5 % of the notional of futures against cash and their profit, as venues ask that leave option value
  /// out; known between a price and a size.
  private struct GivenRule: VenueRule {
    let ruleSet: VenueRuleSet
    var cashShare = 1.0
    var knownFrom = 0.0
    var mostCoins = Double.infinity
    /// Prices inside what is known at which it is not.
    var gap: ClosedRange<Double>?

    func requirement(for pool: RiskPool) throws(VenueRuleError) -> VenueRequirement {
      let index = pool.indices[0]
      guard index >= knownFrom, gap.map({ !$0.contains(index) }) ?? true else {
        throw .notKnown(what: "rates below \(knownFrom)", upTo: "prices above it")
      }
      let futures = pool.legs.filter { !$0.isOption }
      let size = futures.reduce(0) { $0 + $1.quantity.magnitude }
      guard size <= mostCoins else {
        throw .notKnown(what: "rates of \(size) coins", upTo: "\(mostCoins) coins")
      }
      let profit = futures.reduce(0) { $0 + $1.futureProfit(entry: 60_000) }
      return VenueRequirement(
        initial: 0.1 * size * index, maintenance: 0.05 * size * index,
        balance: cashShare * pool.cash + profit, confidence: .documented)
    }
  }

  private static func given() throws -> GivenRule {
    let day = try #require(CalendarDay(year: 2026, month: 11, day: 20))
    return GivenRule(
      ruleSet: VenueRuleSet(name: "given", dated: day, confidence: .documented, source: "test"))
  }

  private static func hedged() -> RiskPool {
    var pool = ConsequencesTests.perpetual()
    pool.legs.append(
      RiskLeg(
        contract: .option(.put, strike: 58_000, years: 45.0 / 365, volatility: 0.55),
        settlement: .linear, forward: 60_000, quantity: 1))
    return pool
  }

  /// Beyond what is known maintenance goes on, and the option value stays out of the balance.
  @Test func optionValueStaysOutBeyondWhatIsKnown() throws {
    var settings = ConsequencesTests.settings(.gbm(volatility: 0.6), paths: 64)
    settings.multiples = [1]
    var limited = try Self.given()
    limited.knownFrom = 56_000
    let grids = try [Self.given(), limited].map {
      try ConsequenceRun(
        Self.hedged(), rule: PathRule(venue: $0), settings: settings, twin: false
      ).grid
    }
    #expect(grids[0].ruleReach.lower == nil && grids[1].ruleReach.lower != nil)
    for price in [30_000.0, 45_000, 52_000, 60_000] {
      let (x, excess) = (log(price / 60_000), 12_000 + (price - 60_000) - 0.05 * price)
      for grid in grids {
        let apart =
          12_000 + grid.value(x, node: 10) - grid.requirement(x, node: 10, set: 0) - excess
        #expect(apart.magnitude < 0.12 + 1e-4 * excess.magnitude + 0.12, "\(price): \(apart)")
      }
    }
  }

  /// A part that is closed leaves a balance of 125 % of the maintenance that the rule asks of the rest.
  @Test func aPartRestoresTheBalance() throws {
    var settings = ConsequencesTests.settings(.gbm(volatility: 0.6), paths: 64)
    settings.multiples = [1]
    let (rule, pool) = (try Self.given(), Self.hedged())
    let grid = try ConsequenceRun(
      pool, rule: PathRule(venue: rule), settings: settings, twin: false
    ).grid
    let (price, node, fee) = (50_500.0, 10, 0.0005)
    let x = log(price / 60_000)
    let wanted =
      grid.requirement(x, node: node, set: 0) + 0.25 * grid.maintenance(x, node: node, set: 0)
    let equity = pool.cash + grid.value(x, node: node)
    let share =
      (wanted - equity) / (wanted - fee * grid.notional(x, node: node))
    var rest = pool.scaled(by: 1 - share)
      .shifted(by: ScenarioNode(timeForward: grid.times[node])).moved(0, by: price / 60_000)
    rest.cash =
      pool.cash + share * (grid.value(x, node: node) - fee * grid.notional(x, node: node))
    let left = try rule.requirement(for: rest)
    print("closed \(share), balance over maintenance \(left.balance / left.maintenance)")
    #expect((0.05..<0.95).contains(share))
    #expect((left.balance / left.maintenance - 1.25).magnitude < 1e-3)
  }

  // MARK: What cannot be simulated

  @Test func aRuleThatCountsCashInPartIsRefused() throws {
    var given = try Self.given()
    given.cashShare = 0.9
    let rule = PathRule(venue: given)
    #expect {
      try Consequences.report(
        ConsequencesTests.perpetual(), rule: rule,
        settings: ConsequencesTests.settings(.gbm(volatility: 0.6), paths: 64))
    } throws: {
      ($0 as? RiskError)?.description.contains("counts 0.9") == true
    }
  }

  /// Beyond what is known the last requirement goes on in proportion to the notional.
  @Test func whatIsNotKnownIsSaidAndGoesOn() throws {
    var given = try Self.given()
    given.knownFrom = 40_000
    let rule = PathRule(venue: given)
    var settings = ConsequencesTests.settings(.gbm(volatility: 0.6), paths: 64)
    settings.multiples = [1]
    let run = try ConsequenceRun(
      ConsequencesTests.perpetual(), rule: rule, settings: settings, twin: false)
    for price in [30_000.0, 45_000, 80_000] {
      let found = run.grid.requirement(log(price / 60_000), node: 3, set: 0)
      let excess = 12_000 + (price - 60_000) - 0.05 * price
      let allowed = 1e-5 * 12_000 + 1e-4 * excess.magnitude
      #expect((found - 0.05 * price).magnitude < allowed, "\(price)")
    }
    let report = try Consequences.report(
      ConsequencesTests.perpetual(), rule: rule, settings: settings)
    let reach = try #require(report.ruleReach)
    #expect((report.sizes[0].ruleReach?.from ?? 0) > 39_999)
    let from = try #require(reach.from)
    #expect((40_000...40_300).contains(from) && reach.to == nil)
    #expect(reach.reason.contains("rates below 40000"))
    given.knownFrom = 70_000
    let none = PathRule(venue: given)
    #expect(throws: RiskError.self) {
      try Consequences.report(ConsequencesTests.perpetual(), rule: none, settings: settings)
    }
  }

  /// What is unknown between known prices is bridged, and said.
  @Test func gapsAreBridged() throws {
    var given = try Self.given()
    given.gap = 49_000...52_000
    var settings = ConsequencesTests.settings(.gbm(volatility: 0.6), paths: 64)
    settings.multiples = [1]
    let grid = try ConsequenceRun(
      ConsequencesTests.perpetual(), rule: PathRule(venue: given), settings: settings, twin: false
    ).grid
    for price in stride(from: 46_000.0, through: 56_000, by: 500) {
      let found = grid.requirement(log(price / 60_000), node: 3, set: 0)
      #expect((found / (0.05 * price) - 1).magnitude < 0.1, "\(price): \(found)")
    }
    #expect(grid.ruleReach.limit != nil)
  }

  /// Sizes that the rule is not known for are none to look at unless they are asked for.
  @Test func sizesStayWhereTheRuleIsKnown() throws {
    var given = try Self.given()
    given.mostCoins = 1.5
    let rule = PathRule(venue: given)
    let sizes = try Consequences.multiples(of: ConsequencesTests.perpetual(), rule: rule)
    #expect(sizes.contains(1) && sizes.count > 5)
    #expect((1.2...1.5).contains(try #require(sizes.last)))
    var settings = ConsequencesTests.settings(.gbm(volatility: 0.6), paths: 64)
    settings.multiples = sizes
    let report = try Consequences.report(
      ConsequencesTests.perpetual(), rule: rule, settings: settings)
    #expect(report.sizes.count == sizes.count)
    // A pool too large for the rule can be looked at smaller.
    settings.multiples = [0.3, 0.7]
    let large = try Consequences.report(
      ConsequencesTests.perpetual(quantity: 2, cash: 30_000), rule: rule, settings: settings)
    #expect(large.sizes.count == 2)
    settings.multiples = [1, 2]
    #expect {
      try Consequences.report(ConsequencesTests.perpetual(), rule: rule, settings: settings)
    } throws: {
      ($0 as? RiskError)?.description.contains("at 2.0 times its size") == true
    }
  }

  /// A grid that no memory holds is refused, and one that is laid out can be ended.
  @Test func layingOutEnds() throws {
    var settings = ConsequencesTests.settings(.gbm(volatility: 0.6), paths: 64)
    settings.step = ConsequencesTests.horizon / 20_000
    settings.multiples = (1...64).map { Double($0) / 64 }
    let rule = PathRule(venue: StandardVenueRule())
    #expect {
      try Consequences.report(ConsequencesTests.strangle(), rule: rule, settings: settings)
    } throws: {
      ($0 as? RiskError)?.description.contains("--multiples") == true
    }
    settings.step = ConsequencesTests.horizon / 64
    settings.multiples = [1]
    #expect(throws: RiskError.interrupted) {
      try Consequences.report(ConsequencesTests.strangle(), rule: rule, settings: settings) { _ in
        false
      }
    }
  }

  /// Between strikes a spread's value lies on both sides of its chord and on it in the middle.
  @Test func spreadsAreNotTakenForChords() throws {
    func call(_ strike: Double, _ quantity: Double) -> RiskLeg {
      RiskLeg(
        contract: .option(.call, strike: strike, years: 31.0 / 365, volatility: 0.3),
        settlement: .linear, forward: 60_000, quantity: quantity)
    }
    let pool = RiskPool(
      index: 60_000, currency: .usd, cash: 16_000, legs: [call(50_000, -1), call(72_000, 1)])
    var settings = ConsequencesTests.settings(.gbm(volatility: 0.6), paths: 64)
    settings.multiples = [1]
    let margin = StandardMargin()
    let grids = try [PathRule(margin), PathRule(margin, venue: StandardVenueRule(margin))].map {
      try ConsequenceRun(pool, rule: $0, settings: settings, twin: false).grid
    }
    let start = 16_000 + grids[0].value(0, node: 0)
    var worst = 0.0
    for node in [0, 10, 20, 29, 30] {
      for place in -300...300 {
        let x = Double(place) / 500
        let exact = grids[0].requirement(x, node: node, set: 0)
        let apart = (grids[1].requirement(x, node: node, set: 0) - exact).magnitude
        let equity = 16_000 + grids[0].value(x, node: node)
        worst = max(worst, apart / (1e-5 * start + 1e-4 * (equity - exact).magnitude))
      }
    }
    print("spread: worst error over its tolerance \(worst)")
    #expect(worst <= 1)
  }

  /// A rule that does not list a contract says which.
  @Test func whatARuleDoesNotCoverIsRefused() throws {
    let rule = PathRule(venue: try Self.rule("hyperliquid-perpetual"))
    #expect {
      try Consequences.report(
        ConsequencesTests.strangle(), rule: rule,
        settings: ConsequencesTests.settings(.gbm(volatility: 0.6), paths: 64))
    } throws: {
      guard case .ruleHasNoAnswer(let reason) = $0 as? RiskError else { return false }
      return reason.contains("not covered")
    }
  }
}
