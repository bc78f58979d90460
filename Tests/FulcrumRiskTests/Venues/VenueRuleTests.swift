import FulcrumModel
import FulcrumRisk
import Testing

/// Rules over whole pools: sums by hand, laws, what is refused, and how well each answer is known.
@Suite struct VenueRuleTests {
  private func rule(
    _ name: String, _ currency: PoolCurrency = .coin, coins: [String] = ["BTC"],
    year: Int = 2026, month: Int = 11
  ) throws -> any VenueRule {
    let day = try #require(CalendarDay(year: year, month: month, day: 20))
    return try #require(GivenRules.named(name)).rule(
      for: VenueQuestion(coins: coins, currency: currency, day: day))
  }

  private func expect(
    _ found: VenueRequirement, initial: Double, maintenance: Double, balance: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for (got, wanted) in [
      (found.initial, initial), (found.maintenance, maintenance), (found.balance, balance),
    ] {
      #expect(
        (got - wanted).magnitude <= 1e-12 * max(1, wanted.magnitude), "\(got) for \(wanted)",
        sourceLocation: sourceLocation)
    }
  }

  /// Expired legs have an intrinsic mark, so that every number is arithmetic.
  private func expired(_ right: OptionRight, _ quantity: Double, _ strike: Double) -> RiskLeg {
    Make.option(
      right, quantity, strike: strike, years: 0, volatility: 0, settlement: .inverse)
  }

  // MARK: By hand

  /// S = 60,000: short call 75,000 worthless, short put 80,000 worth a third of a coin.
  @Test func deribitStandardCountsNoOptionValue() throws {
    let pool = Make.pool(
      1, expired(.call, -2, 75_000), expired(.put, -1, 80_000), expired(.put, 1, 80_000))
    let third = 1.0 / 3
    let found = try rule("deribit-standard").requirement(for: pool)
    expect(
      found, initial: 2 * 0.1 + 0.15 + third, maintenance: 2 * 0.075 + 0.075 + third, balance: 1)
    #expect(found.caveats.contains { $0.contains("long options support nothing") })
    #expect(found.confidence == .secondary)
    #expect(found.parts.map(\.name) == ["short calls", "short puts"])
  }

  @Test func deribitFuturesBeforeAndSinceAugust2026() throws {
    let pool = Make.pool(2, Make.perpetual(600_000, size: 1, settlement: .inverse))
    // 10 coins: 2 % + 10·0.005 %, then 1/50 and two thirds of it.
    let before = try rule("deribit-standard", month: 7).requirement(for: pool)
    expect(before, initial: 0.205, maintenance: 0.105, balance: 2)
    #expect(before.confidence == .documented)
    let since = try rule("deribit-standard").requirement(for: pool)
    expect(since, initial: 0.2, maintenance: 0.4 / 3, balance: 2)
    #expect(since.confidence == .inferred)
    let old = try rule("deribit-standard-2022").requirement(for: pool)
    #expect(old.initial == before.initial)
  }

  @Test func okxPutsAndCalls() throws {
    let pool = Make.pool(1, expired(.call, -2, 75_000), expired(.put, -1, 80_000))
    let found = try rule("okx-options").requirement(for: pool)
    let third = 1.0 / 3
    expect(found, initial: 0.2 + 0.15 + third, maintenance: 0.06 + 0.03 + third, balance: 1)
    #expect(found.confidence == .inferred)
  }

  @Test func bybitAndBinanceOptionsInDollars() throws {
    let leg = Make.option(.call, -2, strike: 63_000, years: 0, volatility: 0)
    let pool = Make.pool(20_000, leg)
    // OTM 3,000; fee 0.2 % and 3 % of 60,000; 15 % less 3,000 and 7.5 % less 3,000.
    let bybit = try rule("bybit-options", .usd).requirement(for: pool)
    expect(bybit, initial: 12_000, maintenance: 2 * 1920, balance: 20_000)
    let binance = try rule("binance-options", .usd).requirement(for: pool)
    expect(binance, initial: 12_000, maintenance: 6000, balance: 20_000)
    #expect(binance.confidence == .inferred)
    #expect(binance.caveats.contains { $0.contains("inferred") })
  }

  @Test func binanceBracketsOfMarch2021() throws {
    let pool = Make.pool(50_000, Make.perpetual(-10, entry: 59_000))
    let found = try rule("binance-futures", .usd).requirement(for: pool)
    expect(found, initial: 4700, maintenance: 600_000 * 0.01 - 1300, balance: 40_000)
    #expect(found.confidence == .outdated)
  }

  @Test func deribitPortfolioNamesItsWorstScenario() throws {
    let pool = Make.pool(1, Make.perpetual(60_000, size: 1, settlement: .inverse))
    let found = try rule("deribit-portfolio", year: 2024, month: 7).requirement(for: pool)
    let matrix = 0.16 / 0.84 + 0.01
    expect(found, initial: matrix, maintenance: 0.8 * matrix, balance: 1)
    #expect(found.worst?.hasPrefix("price −16 %") == true)
    #expect(found.confidence == .reproduced && found.caveats.isEmpty)
    let options = Make.pool(1, expired(.call, -1, 61_000))
    let answer = try rule("deribit-portfolio", year: 2024, month: 7).requirement(for: options)
    #expect(answer.confidence == .inferred && !answer.caveats.isEmpty)
  }

  @Test func severalUnderlyingsAreSummedEachUnderItsOwnParameters() throws {
    var ether = Make.option(.call, -3, strike: 2500, years: 0, volatility: 0, forward: 2000)
    ether.underlying = 1
    let bitcoin = Make.option(.call, -1, strike: 75_000, years: 0, volatility: 0)
    let pool = RiskPool(
      indices: [60_000, 2000], currency: .usd, cash: 9000, legs: [bitcoin, ether])
    let found = try rule("deribit-standard", .usd, coins: ["BTC", "ETH"]).requirement(for: pool)
    expect(found, initial: 6000 + 600, maintenance: 4500 + 450, balance: 9000)
  }

  // MARK: Laws

  @Test(arguments: VenueRules.all.map(\.name)) func initialIsNoLessThanMaintenance(
    name: String
  ) throws {
    var generator = SeededGenerator(seed: 20_261_125)
    var answered = 0
    for _ in 0..<500 {
      let pool = Make.randomPool(&generator, most: name == "bybit-futures" ? 1 : 4)
      guard let found = try? rule(name, pool.currency).requirement(for: pool) else { continue }
      answered += 1
      #expect(found.maintenance >= 0 && found.initial >= found.maintenance)
      #expect(found.initial.isFinite && found.balance.isFinite)
      let richer = try rule(name, pool.currency).requirement(for: pool.with(cash: pool.cash + 1))
      #expect(richer.maintenance == found.maintenance && richer.balance > found.balance)
    }
    #expect(answered >= 5, "\(name) answered \(answered) of 500 pools")
  }

  // MARK: Refusals

  @Test func whatAVenueDoesNotMarginSaysWhy() throws {
    let inverse = Make.pool(1, expired(.call, -1, 61_000))
    let future = Make.pool(1, Make.perpetual(1))
    let two = Make.pool(1, Make.perpetual(1), Make.perpetual(-1))
    for (name, pool) in [
      ("bybit-options", inverse), ("binance-options", inverse), ("bybit-futures", inverse),
      ("okx-options", future), ("bybit-options", future), ("binance-options", future),
      ("bybit-futures", two),
    ] {
      #expect("\(name) covers it") {
        try rule(name, pool.currency).requirement(for: pool)
      } throws: { error in
        guard case .notCovered(let what, let fix)? = error as? VenueRuleError else { return false }
        return !what.isEmpty && !fix.isEmpty
      }
    }
  }

  @Test func whatIsNotKnownIsNotMadeUp() throws {
    let option = Make.pool(1, Make.option(.call, -1, strike: 61_000))
    for (name, coin) in [
      ("deribit-standard", "SOL"), ("deribit-standard", "XRP"), ("deribit-portfolio", "SOL"),
      ("okx-options", "SOL"), ("bybit-options", "ETH"), ("binance-options", "SOL"),
      ("binance-futures", "ETH"), ("bybit-futures", "ETH"),
    ] {
      #expect("\(name) knows \(coin)") {
        try rule(name, .usd, coins: [coin]).requirement(for: option)
      } throws: { error in
        guard case .notKnown? = error as? VenueRuleError else { return false }
        return "\(error)".contains(coin)
      }
    }
    let huge = Make.pool(1e9, Make.perpetual(9000))
    #expect(throws: VenueRuleError.self) {
      try rule("binance-futures", .usd).requirement(for: huge)
    }
    #expect(throws: VenueRuleError.self) {
      try rule("deribit-standard", .usd).requirement(for: huge)
    }
  }

  @Test(arguments: VenueRules.all.map(\.name)) func anUnsoundPoolIsRefused(name: String) throws {
    let rule = try rule(name, .usd)
    let pool = Make.pool(.nan, Make.perpetual(1))
    #expect("it takes NaN") { try rule.requirement(for: pool) } throws: { error in
      guard case .pool(.cashNotFinite)? = error as? VenueRuleError else { return false }
      return true
    }
    let fewer = RiskPool(
      indices: [60_000, 2000], currency: .usd, cash: 1,
      legs: [
        RiskLeg(
          contract: .future(entry: 2000, years: nil), settlement: .linear, forward: 2000,
          quantity: 1, underlying: 1)
      ])
    guard name != "standard" else { return }
    #expect(throws: VenueRuleError.self) { try rule.requirement(for: fewer) }
  }

  /// What leaves the range of a double is an error, never NaN or an infinity in disguise.
  @Test(arguments: ["standard", "deribit-standard-2022", "deribit-portfolio", "bybit-futures"])
  func whatADoubleCannotHoldIsSaid(name: String) throws {
    let pool = Make.pool(1, Make.perpetual(1e307, entry: 1e-5, mark: 60_000))
    #expect("\(name)") { try rule(name, .usd).requirement(for: pool) } throws: { error in
      guard case .pool(.notRepresentable)? = error as? VenueRuleError else { return false }
      return true
    }
  }

  @Test func parametersOutsideTheirDomainAreNamed() throws {
    var parameters = DeribitPortfolioParameters(
      grid: .init(priceRange: 0.16), extended: .init(dampenerUsd: 0), offsets: .init(),
      shocks: .init(annualisedMoveRisk: 0.05, minAnnualisedMove: 0.01, incrementPerCoin: 0))
    try parameters.validate()
    parameters.priceRange = 1
    #expect(
      throws: VenueRuleError.parameter(
        name: "priceRange", seen: 1, allowed: "above 0 and below 1")
    ) { try parameters.validate() }
    #expect(throws: VenueRuleError.self) {
      try BinanceBrackets([BinanceBracket(cap: 10, rate: 0.1), BinanceBracket(cap: 9, rate: 0.2)])
    }
    #expect(throws: VenueRuleError.self) { try BinanceBrackets([]) }
  }

  // MARK: Dates

  @Test func theNewestSetThatIsNotYoungerIsInForce() throws {
    #expect(try rule("deribit-portfolio").ruleSet.dated.description == "2026-09-23")
    let old = try rule("deribit-portfolio", year: 2025, month: 1).ruleSet
    #expect(old.dated.description == "2024-06-17" && old.confidence == .reproduced)
    let older = try rule("deribit-portfolio", year: 2023, month: 1).ruleSet
    #expect(older.dated.description == "2024-06-17" && older.confidence == .outdated)
  }

  /// A day before every set: whatever stands in is known as outdated, in the rule set and in what comes
  /// of it. Our own rule is no statement about a venue and has no such day.
  @Test func aDayBeforeEverySetIsOutdatedUnderEveryRule() throws {
    let day = try #require(CalendarDay(year: 2009, month: 1, day: 3))
    let later = try #require(CalendarDay(year: 2026, month: 10, day: 1))
    var parameters = VenueParameters.known
    parameters.onChain.drift["BTC"] = [
      DatedSet(
        RuleDate(later, .documented, source: "by hand"),
        DriftIsolated.Ratios(initial: 0.1, maintenance: 0.05))
    ]
    let legs = [Settlement.linear, .inverse].flatMap { settlement in
      [
        Make.perpetual(-1, settlement: settlement),
        Make.option(.call, -1, strike: 63_000, settlement: settlement),
      ]
    }
    for entry in VenueRules.all(with: parameters) where entry.name != "standard" {
      var answers = 0
      for leg in legs {
        let pool = Make.pool(100_000, leg)
        let question = VenueQuestion(coins: ["BTC"], currency: pool.currency, day: day)
        guard let rule = try? entry.rule(for: question) else { continue }
        #expect(rule.ruleSet.confidence == .outdated, "\(entry.name)")
        guard let found = try? rule.requirement(for: pool) else { continue }
        answers += 1
        #expect(found.confidence == .outdated, "\(entry.name), \(leg)")
      }
      #expect(answers > 0, "\(entry.name)")
    }
  }

  @Test func namesAreDistinctAndOnlyOneIsSuperseded() {
    let names = VenueRules.all.map(\.name)
    #expect(Set(names).count == names.count && names.first == "standard")
    #expect(VenueRules.all.filter(\.isSuperseded).map(\.name) == ["deribit-standard-2022"])
    #expect(RuleConfidence.reproduced.weakened(by: .inferred) == .inferred)
    #expect(RuleConfidence.outdated.weakened(by: .documented) == .outdated)
  }
}
