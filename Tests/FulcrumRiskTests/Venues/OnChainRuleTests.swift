import FulcrumModel
import Testing

@testable import FulcrumRisk

/// Pools under the rules of on-chain venues; numbers by hand.
@Suite struct OnChainRuleTests {
  private func rule(_ name: String, _ coins: String...) throws -> any VenueRule {
    let day = try #require(CalendarDay(year: 2026, month: 11, day: 25))
    let entry = try #require(VenueRules.named(name))
    return try entry.rule(for: VenueQuestion(coins: coins, currency: .usd, day: day))
  }

  private func near(_ a: Double, _ b: Double) -> Bool {
    (a - b).magnitude <= 1e-12 * max(a.magnitude, b.magnitude)
  }

  @Test func aPerpetualUnderEveryVenue() throws {
    let pool = Make.pool(
      5000, Make.perpetual(0.5, entry: 58_000), Make.perpetual(-0.1, entry: 61_000))
    // 0.4 BTC at 60,000; profit 0.5·2,000 + 0.1·1,000.
    for (name, initial, maintenance) in [
      ("derive-standard", 2400.0, 1560.0), ("dydx-perpetual", 480, 288),
      ("hyperliquid-perpetual", 600, 300),
    ] {
      let found = try rule(name, "BTC").requirement(for: pool)
      #expect(near(found.initial, initial) && near(found.maintenance, maintenance), "\(name)")
      #expect(near(found.balance, 6100), "\(name)")
      #expect(found.parts.count == 1 && !found.caveats.isEmpty && found.worst == nil)
    }
    // 18 % down without damping; 3 % of notional and 1 % more for IM.
    let found = try rule("derive-portfolio", "BTC").requirement(for: pool)
    #expect(near(found.initial, 24_000 * (0.18 + 0.03 + 0.01)))
    #expect(near(found.maintenance, 24_000 * (0.8 * 0.18 + 0.03)))
    #expect(near(found.balance, 6100))
    #expect(found.worst == "spot −18 %, volatility up")
    #expect(found.confidence == .inferred)
  }

  @Test func deriveStandardNetsAnExpiryAndLeavesOptionValueOut() throws {
    let spread = Make.pool(
      100, Make.option(.call, -1, strike: 60_000, years: 0),
      Make.option(.call, 1, strike: 61_000, years: 0))
    let found = try rule("derive-standard", "BTC").requirement(for: spread)
    #expect(found.initial == 1000 && found.maintenance == 1000 && found.balance == 100)
    // Expiries are not netted: the same legs a second apart.
    let calendar = Make.pool(
      100, Make.option(.call, -1, strike: 60_000, years: 0),
      Make.option(.call, 1, strike: 61_000, years: 1e-7))
    let apart = try rule("derive-standard", "BTC").requirement(for: calendar)
    #expect(apart.initial == 9000 && apart.maintenance == 5400)
  }

  @Test func oracleDoubtAndADepegAreParameters() throws {
    let pool = Make.pool(100, Make.perpetual(1))
    var standard = try #require(try rule("derive-standard", "BTC") as? DeriveStandardRule)
    standard.confidence = 0.5
    standard.stablePrice = 0.98
    let found = try standard.requirement(for: pool)
    #expect(near(found.initial, 6000 + 0.5 * 60_000 + 0.01 * 2 * 60_000))
    #expect(near(found.maintenance, 3900))
    #expect(found.caveats.contains { $0.contains("doubt") })
  }

  @Test func dydxInDoublesIsTheChainInWholeUnits() throws {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<200 {
      let price = Double(Int.random(in: 100...90_000, using: &generator))
      let quantums = Int.random(in: -900_000...900_000, using: &generator)
      let pool = Make.pool(
        0, Make.perpetual(Double(quantums) * 1e-4, entry: price, mark: price), index: price)
      let found = try rule("dydx-perpetual", "BTC").requirement(for: pool)
      // 1e-4 BTC a quantum: price·100 quote quantums of 1e-6 USD.
      let whole = try DYDXMargin.maintenance(
        .init(
          quantums: Int128(quantums), quoteQuantumsPerBase: Int128(price) * 100,
          initialPpm: 20_000, maintenancePpm: 600_000))
      let over = Double(whole) * 1e-6 - found.maintenance
      #expect(over >= -1e-6 && over <= 2e-6)
    }
  }

  @Test func dydxScalesInitialMarginByOpenInterestAndLeverage() throws {
    let pool = Make.pool(0, Make.perpetual(10, entry: 150, mark: 150), index: 150)
    var rule = try #require(try rule("dydx-perpetual", "SOL") as? DYDXPerpetualRule)
    var market = rule.markets.values[0]
    #expect(try rule.requirement(for: pool).initial == 150)
    market.openInterest = 35e6
    rule.markets = PerUnderlying([market])
    #expect(near(try rule.requirement(for: pool).initial, 1500 * 0.55))
    market.leverageCap = 1.25
    rule.markets = PerUnderlying([market])
    let capped = try rule.requirement(for: pool)
    #expect(near(capped.initial, 1200) && near(capped.maintenance, 75))
    market.leverageCap = 11
    rule.markets = PerUnderlying([market])
    #expect(throws: VenueRuleError.self) { try rule.requirement(for: pool) }
  }

  @Test func hyperliquidTiersByNotional() throws {
    let pool = Make.pool(9e6, Make.perpetual(-2000, entry: 100_000, mark: 100_000), index: 100_000)
    let rule = try rule("hyperliquid-perpetual", "BTC")
    let found = try rule.requirement(for: pool)
    #expect(near(found.maintenance, 3.125e6) && near(found.initial, 10e6))
    #expect(found.confidence == .inferred && found.caveats.contains { $0.contains("inferred") })
    // The search for zeros and the closed form with the tier at the root.
    let hyperliquid = try #require(rule as? HyperliquidPerpetualRule)
    let region = try VenueLiquidation.region(pool, under: hyperliquid)
    let closed = try hyperliquid.markets.values[0].tiers.liquidationPrice(
      mark: 100_000, position: -2000, equity: 9e6)
    guard case .at(let price) = closed else { return #expect(Bool(false), "no price") }
    let above = try #require(region.above)
    #expect((above / price - 1).magnitude < 1e-12 && region.below == nil)
  }

  @Test func driftWithRatiosGiven() throws {
    let ratios = DriftIsolated.Ratios(initial: 0.1, maintenance: 0.05)
    var parameters = VenueParameters.known
    let date = RuleDate(2026, 10, 1, .secondary, source: "by hand")
    parameters.onChain.drift["SOL"] = [DatedSet(date, ratios)]
    let entry = try #require(
      VenueRules.all(with: parameters).first { $0.name == "drift-perpetual" })
    let question = VenueQuestion(coins: ["SOL"], currency: .usd, day: date.day)
    var rule = try #require(try entry.rule(for: question) as? DriftPerpetualRule)
    let pool = Make.pool(80, Make.perpetual(-10, entry: 140, mark: 151), index: 150)
    let found = try rule.requirement(for: pool)
    #expect(near(found.initial, 150) && near(found.maintenance, 75) && near(found.balance, -20))
    #expect(found.confidence == .secondary)
    rule.positionCap = 2
    let capped = try rule.requirement(for: pool)
    #expect(near(capped.initial, 750) && capped.maintenance == found.maintenance)
  }

  @Test func whatAVenueDoesNotListSaysSo() throws {
    let option = Make.pool(100, Make.option(.call, 1, strike: 60_000))
    let inverse = Make.pool(1, Make.perpetual(100, settlement: .inverse))
    var dated = Make.perpetual(1)
    dated.contract = .future(entry: 60_000, years: 0.2)
    var second = Make.perpetual(1)
    second.underlying = 1
    let two = RiskPool(
      indices: [60_000, 60_000], currency: .usd, cash: 0, legs: [Make.perpetual(1), second])
    for name in ["dydx-perpetual", "hyperliquid-perpetual"] {
      expectNotCovered(try rule(name, "BTC"), option)
    }
    for name in [
      "derive-standard", "derive-portfolio", "dydx-perpetual", "hyperliquid-perpetual",
    ] {
      expectNotCovered(try rule(name, "BTC"), inverse)
      expectNotCovered(try rule(name, "BTC"), Make.pool(100, dated))
    }
    expectNotCovered(try rule("derive-portfolio", "BTC"), two)
    expectNotCovered(try rule("derive-standard", "TRUMP"), option)
    #expect(try rule("derive-standard", "BTC", "ETH").requirement(for: two).initial == 12_000)
  }

  private func expectNotCovered(_ rule: any VenueRule, _ pool: RiskPool) {
    #expect {
      try rule.requirement(for: pool)
    } throws: {
      if case .notCovered(let what, let fix)? = $0 as? VenueRuleError {
        return !what.isEmpty && !fix.isEmpty
      }
      return false
    }
  }

  @Test func whatWasNotReadIsNotKnown() {
    for (name, coin) in [
      ("drift-perpetual", "SOL"), ("dydx-perpetual", "XYZ"), ("hyperliquid-perpetual", "XYZ"),
      ("derive-standard", "SOL"), ("derive-portfolio", "SOL"),
    ] {
      #expect {
        try rule(name, coin)
      } throws: {
        if case .notKnown? = $0 as? VenueRuleError { return true }
        return false
      }
    }
  }

  @Test func twoMarksOfOnePerpetualAreRefused() throws {
    let pool = Make.pool(0, Make.perpetual(1), Make.perpetual(1, mark: 61_000))
    #expect(throws: VenueRuleError.self) {
      try rule("hyperliquid-perpetual", "BTC").requirement(for: pool)
    }
  }

  @Test func requirementsAreOrderedAndOfTheirParts() throws {
    var generator = SeededGenerator(seed: 12)
    var answered = 0
    for _ in 0..<300 {
      let pool = Make.randomPool(&generator)
      for entry in VenueRules.onChain(.known) {
        guard let rule = try? rule(entry.name, "BTC"),
          let found = try? rule.requirement(for: pool)
        else { continue }
        answered += 1
        #expect(found.initial >= found.maintenance && found.maintenance >= 0, "\(entry.name)")
        let parts = found.parts.reduce((0.0, 0.0)) { ($0.0 + $1.initial, $0.1 + $1.maintenance) }
        #expect(near(parts.0, found.initial) && near(parts.1, found.maintenance))
        #expect(found.balance.isFinite)
      }
    }
    #expect(answered > 100)
  }
}
