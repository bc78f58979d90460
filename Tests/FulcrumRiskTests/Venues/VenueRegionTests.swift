import FulcrumModel
import FulcrumRisk
import RealModule
import Testing

/// Liquidation under any rule: against prices that venues published, against this program's own
/// search of the standard rule, and against a dense scan.
@Suite struct VenueRegionTests {
  static let today = CalendarDay(year: 2026, month: 11, day: 20)

  static func question(
    _ currency: PoolCurrency, year: Int = 2026, month: Int = 11, day: Int = 20
  ) throws -> VenueQuestion {
    VenueQuestion(
      coins: ["BTC"], currency: currency,
      day: try #require(CalendarDay(year: year, month: month, day: day)))
  }

  private static func set(_ name: String) throws -> VenueRuleSet {
    VenueRuleSet(
      name: name, dated: try #require(today), confidence: .documented, source: "test")
  }

  private static func bybit(
    leverage: Double, followsMark: Bool = false
  ) throws -> BybitFuture {
    BybitFuture(
      ruleSet: try set("bybit"),
      terms: PerUnderlying(BybitFutureTerms(maintenanceRate: 0.005, leverage: leverage)),
      inverseFollowsMark: followsMark)
  }

  private func expectClose(
    _ got: Double?, _ expected: Double, _ tolerance: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard let got else {
      Issue.record("no price where \(expected) is expected", sourceLocation: sourceLocation)
      return
    }
    #expect(
      (got - expected).magnitude <= tolerance, "\(got) for \(expected)",
      sourceLocation: sourceLocation)
  }

  // MARK: Published prices

  /// Bybit help page: long 1 at 20,000, 50 times, 0.5 %: 19,700.
  @Test func bybitLinear() throws {
    let pool = Make.pool(400, Make.perpetual(1, entry: 20_000, mark: 20_000), index: 20_000)
    let region = try VenueLiquidation.region(pool, under: Self.bybit(leverage: 50))
    #expect(region.healthy && region.above == nil)
    expectClose(region.below, 19_700, 1e-7)
    expectClose(region.distanceDown, 0.015, 1e-12)
  }

  /// Bybit help page: 60,000 USD at 50,000, 10 times; both published formulas, both sides.
  @Test(arguments: [
    (1.0, false, 45_662.10045662101), (-1, false, 55_248.618784530385),
    (1, true, 45_681.81818181818), (-1, true, 55_277.77777777778),
  ])
  func bybitInverse(side: Double, followsMark: Bool, price: Double) throws {
    let leg = Make.perpetual(
      side * 60_000, entry: 50_000, mark: 50_000, size: 1, settlement: .inverse)
    let region = try VenueLiquidation.region(
      Make.pool(0.12, leg, index: 50_000),
      under: Self.bybit(leverage: 10, followsMark: followsMark))
    expectClose(side > 0 ? region.below : region.above, price, 1e-6)
  }

  /// Binance's own formula: long 1 at 100,000, 20 times, 0.5 %: 95,477.3869, not the 95,500 of a
  /// popular guide that holds the maintenance fixed.
  @Test func binance() throws {
    let rule = BinanceFuture(
      ruleSet: try Self.set("binance"),
      brackets: PerUnderlying(try BinanceBrackets([BinanceBracket(cap: 1e9, rate: 0.005)])))
    let pool = Make.pool(5000, Make.perpetual(1, entry: 1e5, mark: 1e5), index: 1e5)
    let region = try VenueLiquidation.region(pool, under: rule)
    expectClose(region.below, 95_477.38693467337, 1e-6)
  }

  /// Deribit's portfolio rule on one short future: cash + δ·p/(1+p) = 0.8(range loss + floor roll),
  /// all of it in closed form with N = size/S: the loss at the upper edge is N·r/(1+r).
  @Test func deribitPortfolioOfOneFuture() throws {
    let rule = try #require(VenueRules.named("deribit-portfolio")).rule(
      for: Self.question(.coin, year: 2024, month: 7))
    let leg = Make.perpetual(-60_000, size: 1, settlement: .inverse)
    let region = try VenueLiquidation.region(Make.pool(0.3, leg), under: rule)
    // Short: worst up, M = 0.8·N(0.16/1.16 + 0.01); balance 0.3 − (1 − N) where N = 1/x.
    let maintenance = 0.8 * (0.16 / 1.16 + 0.01)
    let ratio = (1 - maintenance) / (1 - 0.3)
    expectClose(region.above, 60_000 * ratio, 1e-6)
    #expect(region.below == nil)
  }

  // MARK: Two routes

  @Test(arguments: 1...40 as ClosedRange<UInt64>) func theStandardRuleHasTheRegionOfItsOwnSearch(
    seed: UInt64
  ) throws {
    var generator = SeededGenerator(seed: seed)
    let pool = Make.randomPool(&generator)
    let years = seed.isMultiple(of: 3) ? 0.002 : 0
    let shift = seed.isMultiple(of: 4) ? 0.5 : 0
    let own = try Liquidation.region(pool, timeForward: years, volShift: shift)
    let same = try VenueLiquidation.region(
      pool, under: StandardVenueRule(), timeForward: years, volShift: shift)
    #expect(own.healthy == same.healthy)
    #expect(own.liquidationPrices.count == same.liquidationPrices.count, "seed \(seed)")
    for (a, b) in zip(own.liquidationPrices, same.liquidationPrices) {
      expectClose(b, a, 1e-9 * a)
    }
    #expect((own.excess - same.excess).magnitude <= 1e-12 * max(1, own.excess.magnitude))
  }

  /// Wherever a dense scan looks, the sign of H is what the intervals say.
  @Test(arguments: VenueRules.all.map(\.name), 1...4 as ClosedRange<UInt64>)
  func aDenseScanFindsNoOtherInterval(name: String, seed: UInt64) throws {
    var generator = SeededGenerator(seed: 77 * seed)
    let entry = try #require(GivenRules.named(name))
    var answered = 0
    for _ in 0..<100 where answered < 2 {
      let pool = Make.randomPool(&generator, most: name.hasSuffix("futures") ? 1 : 3)
      guard let rule = try? entry.rule(for: Self.question(pool.currency)),
        let region = try? VenueLiquidation.region(pool, under: rule)
      else { continue }
      answered += 1
      try scan(pool, rule, region, "\(name), seed \(seed)")
    }
    #expect(answered == 2, "\(name), seed \(seed)")
  }

  private func scan(
    _ pool: RiskPool, _ rule: some VenueRule, _ region: VenueRegion, _ label: String
  ) throws {
    var wrong: [Double] = []
    for step in 0...700 {
      let price = region.index * Double.exp(-9.2 + 18.4 * Double(step) / 700)
      if let from = region.knownFrom, price < from { continue }
      if let to = region.knownTo, price > to { continue }
      let near = region.liquidationPrices.contains { ($0 / price - 1).magnitude < 1e-9 }
      let found = try rule.requirement(for: pool.moved(price / region.index))
      let noise = 1e-12 * (pool.cash.magnitude + found.balance.magnitude + found.maintenance)
      guard !near, found.excess.magnitude > noise else { continue }
      let inside = region.liquidable.contains {
        price > $0.lower ?? 0 && price < $0.upper ?? .infinity
      }
      if inside != (found.excess < 0) { wrong.append(price) }
    }
    #expect(wrong.isEmpty, "\(label): \(wrong.prefix(3))")
  }

  // MARK: What is not known

  /// A long inverse perpetual grows in coins as the price falls: from 44.25 coins on no rate is known.
  @Test func aRuleThatEndsGivesTheStretchInWhichItIsKnown() throws {
    let rule = try #require(VenueRules.named("deribit-standard")).rule(for: Self.question(.coin))
    let leg = Make.perpetual(600_000, size: 1, settlement: .inverse)
    let region = try VenueLiquidation.region(Make.pool(50, leg), under: rule)
    expectClose(region.knownFrom, 600_000 / 44.25, 1e-6)
    #expect(region.knownTo == nil)
    #expect(region.limit?.contains("44.25 coins") == true)
    #expect(region.below == nil, "all that is known is healthy")
    let large = Make.perpetual(3_000_000, size: 1, settlement: .inverse)
    #expect(throws: VenueRuleError.self) {
      try VenueLiquidation.region(Make.pool(50, large), under: rule)
    }
  }

  @Test func argumentsOutsideTheirDomainAreRefused() throws {
    let pool = Make.pool(400, Make.perpetual(1))
    let rule = StandardVenueRule()
    #expect(throws: VenueRuleError.pool(.settingOutOfDomain(.timeForward, seen: -1))) {
      try VenueLiquidation.region(pool, under: rule, timeForward: -1)
    }
    #expect(throws: VenueRuleError.pool(.settingOutOfDomain(.volShift, seen: -2))) {
      try VenueLiquidation.region(pool, under: rule, volShift: -2)
    }
    #expect(throws: VenueRuleError.pool(.settingOutOfDomain(.underlying, seen: 1))) {
      try VenueLiquidation.region(pool, under: rule, underlying: 1)
    }
  }
}
