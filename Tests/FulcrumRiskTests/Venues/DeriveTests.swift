import FulcrumModel
import Testing

@testable import FulcrumRisk

/// Derive's rules beyond what its own numbers tell apart (margin-onchain 16, last paragraph).
@Suite struct DeriveTests {
  private let rates = DeriveStandard.Rates(
    options: DeriveStandard.OptionRates(
      maxSpot: 0.15, minSpot: 0.13, maintenanceCall: 0.09, maintenancePut: 0.09,
      maintenancePutMark: 0.09, unpairedInitial: 1.2, unpairedMaintenance: 1.1, putOffset: 1.05),
    perpetualInitial: 0.1, perpetualMaintenance: 0.065, confidenceThreshold: 0.55,
    confidenceFactor: 1)

  private func option(
    _ right: OptionRight, _ strike: Double, _ amount: Double, volatility: Double = 0
  ) -> DeriveStandard.Option {
    .init(right: right, strike: strike, amount: amount, volatility: volatility)
  }

  private func account(
    stable: Double = 1, base: DeriveStandard.Base, spotConfidence: Double = 1
  ) -> DeriveStandard.Account {
    DeriveStandard.Account(
      cash: 0, stablePrice: stable, depegThreshold: 0.99, depegFactor: 2,
      markets: [
        DeriveStandard.Market(
          name: "ETH", rates: rates, spot: 2000, spotConfidence: spotConfidence, base: base,
          expiries: [])
      ])
  }

  @Test func collateralCountsUndividedInMarginsAndDividedInTheMark() throws {
    let base = DeriveStandard.Base(amount: 3, marginFactor: 0.8, initialScale: 0.9375)
    for stable in [1, 0.8, 1.25] {
      let margin = try DeriveStandard.margin(of: account(stable: stable, base: base))
      #expect(margin.net.maintenance == 4800 && margin.net.initial == 4500)
      #expect(margin.markToMarket == 6000 / stable)
    }
  }

  @Test func doubtOfSpotIsACliffOfTheWholeValue() throws {
    let base = DeriveStandard.Base(amount: 1, marginFactor: 0.8, initialScale: 1)
    let sure = try DeriveStandard.margin(of: account(base: base, spotConfidence: 0.55))
    let doubted = try DeriveStandard.margin(of: account(base: base, spotConfidence: 0.54))
    #expect(sure.net.initial == 1600)
    #expect((doubted.net.initial - (1600 - 0.46 * 2000)).magnitude < 1e-9)
    #expect(doubted.net.maintenance == sure.net.maintenance)
  }

  /// Of sets whose calls are covered: the worst payoff is the true one, found by a walk far beyond
  /// every strike; the margin is that or less, and the vertical spread's is exactly its width.
  @Test func theWorstPayoffOfABoundedSetIsItsTrueLoss() throws {
    var generator = SeededGenerator(seed: 41)
    var binding = 0
    for _ in 0..<800 {
      var options: [DeriveStandard.Option] = []
      for _ in 0..<Int.random(in: 1...5, using: &generator) {
        options.append(
          option(
            Bool.random(using: &generator) ? .call : .put,
            Double(Int.random(in: 4...40, using: &generator) * 50),
            Double(Int.random(in: -4...4, using: &generator)) / 2))
      }
      let calls = options.filter { $0.right == .call }.reduce(0) { $0 + $1.amount }
      if calls < 0 { options.append(option(.call, 1900, -calls)) }
      let expiry = DeriveStandard.Expiry(forward: 1000, years: 0, options: options)
      var worst = 0.0
      for step in 0...600 {
        let price = Double(step) * 10
        worst = min(
          worst,
          options.reduce(0) {
            $0 + $1.amount * max($1.right == .call ? price - $1.strike : $1.strike - price, 0)
          })
      }
      #expect(DeriveStandard.worstPayoff(expiry, rates.options).maintenance == worst)
      let margin = try DeriveStandard.margin(of: expiry, spot: 1000, rates: rates)
      #expect(margin.maintenance >= worst && margin.initial >= worst)
      #expect(margin.initial <= margin.maintenance && margin.maintenance <= 0)
      if worst < 0, margin.maintenance == worst { binding += 1 }
    }
    #expect(binding > 50)
    for right in [OptionRight.call, .put] {
      let legs =
        right == .call
        ? [option(right, 1000, -2), option(right, 1050, 2)]
        : [option(right, 1000, -2), option(right, 950, 2)]
      let spread = DeriveStandard.Expiry(forward: 1000, years: 0, options: legs)
      let margin = try DeriveStandard.margin(of: spread, spot: 1000, rates: rates)
      #expect(margin.initial == -100 && margin.maintenance == -100)
    }
  }

  /// A short put is bounded by its strike and asks for far less: the rule does not claim to cover
  /// the worst that can happen.
  @Test func aNakedPutAsksForLessThanItCanLose() throws {
    let expiry = DeriveStandard.Expiry(
      forward: 1000, years: 0, options: [option(.put, 900, -1)])
    let margin = try DeriveStandard.margin(of: expiry, spot: 1000, rates: rates)
    #expect(margin.initial == -130 && margin.maintenance == -90)
  }

  @Test func uncoveredCallsAreChargedAtTheForward() throws {
    let options = [option(.call, 1000, -1), option(.call, 1e6, 0)]
    let expiry = DeriveStandard.Expiry(forward: 1100, years: 0, options: options)
    let worst = DeriveStandard.worstPayoff(expiry, rates.options)
    // No strike below a million loses as much as a million does, and the call is unpaired besides.
    #expect((worst.initial - (-999_000 - 1.2 * 1100)).magnitude < 1e-9)
    #expect((worst.maintenance - (-999_000 - 1.1 * 1100)).magnitude < 1e-9)
  }

  @Test func whatIsOutOfDomainIsRefusedByName() {
    func refused(_ name: String, _ change: (inout DeriveStandard.Rates) -> Void) {
      var rates = rates
      change(&rates)
      let expiry = DeriveStandard.Expiry(forward: 1000, years: 0, options: [])
      #expect {
        try DeriveStandard.margin(of: expiry, spot: 1000, rates: rates)
      } throws: {
        if case .parameter(name, _, _)? = $0 as? VenueRuleError { return true }
        return false
      }
    }
    refused("unpairedIMScale") { $0.options.unpairedInitial = 0.9 }
    refused("maxSpotReq") { $0.options.maxSpot = 1.3 }
    refused("perpMM") { $0.perpetualMaintenance = 0.2 }
    refused("mmOffsetScale") { $0.options.putOffset = .nan }
  }
}

@Suite struct DerivePortfolioTests {
  private func account(
    _ expiries: [DerivePortfolio.Expiry], perpetual: Double = 0
  ) -> DerivePortfolio.Account {
    DerivePortfolio.Account(
      cash: 0, spot: 1000,
      perpetual: DerivePortfolio.Perpetual(position: perpetual, price: 1000, unrealised: 0),
      expiries: expiries)
  }

  private func expiry(
    _ seconds: Double, _ options: (OptionRight, Double, Double)..., rateConfidence: Double = 1
  ) -> DerivePortfolio.Expiry {
    DerivePortfolio.Expiry(
      seconds: seconds, forward: 1000, rateConfidence: rateConfidence,
      options: options.map { .init(right: $0.0, strike: $0.1, amount: $0.2, volatility: 0.6) })
  }

  @Test func theGridIsTheOneOfTheConfiguration() {
    let rule = DerivePortfolio.standard
    #expect(rule.scenarios.count == 33)
    let tails = rule.scenarios.filter { $0.damp != 1 }
    #expect(tails.count == 8)
    // Far tails are worth the same 13.86 % on both sides.
    for tail in tails {
      #expect(((tail.spot - 1).magnitude * tail.damp - 0.1386).magnitude < 1e-12)
    }
  }

  @Test func anotherScenarioNeverAsksForLess() throws {
    var generator = SeededGenerator(seed: 42)
    for _ in 0..<60 {
      let legs = (0..<3).map { _ in
        (
          Bool.random(using: &generator) ? OptionRight.call : .put,
          Double.random(in: 700...1400, using: &generator),
          Double.random(in: -2...2, using: &generator)
        )
      }
      let held = account(
        [expiry(Double.random(in: 0...2e7, using: &generator), legs[0], legs[1], legs[2])],
        perpetual: Double.random(in: -1...1, using: &generator))
      var rule = DerivePortfolio.standard
      rule.scenarios = []
      var before = try rule.margin(of: held)
      #expect(before.worstLoss <= 0)
      for scenario in DerivePortfolio.standardScenarios {
        rule.scenarios.append(scenario)
        let after = try rule.margin(of: held)
        #expect(after.net.initial <= before.net.initial)
        #expect(after.net.maintenance <= before.net.maintenance)
        #expect(after.net.initial <= after.net.maintenance)
        before = after
      }
    }
  }

  /// σ's multiple is (30 d/max(s, floor))^p with the short power up to and including 30 days; at 30
  /// days it is 1 whatever the power, unless the floor is later.
  @Test func exactlyThirtyDaysIsShortTerm() {
    var rule = DerivePortfolio.standard
    let day = 86_400.0
    rule.volatilityShock.floorDays = 60
    rule.volatilityShock.shortTermPower = 1
    rule.volatilityShock.longTermPower = 2
    #expect(rule.slice(expiry(30 * day)).up == 1.25)
    #expect(rule.slice(expiry(30 * day + 1)).up == 1.125)
    // The true time decides, not the floored one.
    #expect(rule.slice(expiry(day)).up == 1.25)
  }

  /// What one expiry gains by a skew is no help to the other.
  @Test func aSkewGoesTheBadWayInEveryExpiry() throws {
    var rule = DerivePortfolio.standard
    rule.scenarios = [.init(1, .linearSkew)]
    rule.basis.add = 0
    rule.basis.multiple = 0
    rule.factors.longBase = 1
    rule.factors.longAdd = 0
    let near = expiry(2e6, (.call, 1200, 1))
    let far = expiry(2e6 + 1, (.call, 1200, -1))
    func loss(_ expiries: DerivePortfolio.Expiry...) throws -> Double {
      try rule.margin(of: account(expiries)).worstLoss
    }
    let both = try loss(near, far)
    #expect(both < -1)
    #expect((both - (try loss(near) + loss(far))).magnitude < 1e-9)
  }

  @Test func anExpiryNobodyKnowsTheRateOfCostsItsGrossNotional() throws {
    let rule = DerivePortfolio.standard
    let sure = try rule.margin(of: account([expiry(1e6, (.put, 900, -1), (.put, 800, 1))]))
    let doubted = try rule.margin(
      of: account([expiry(1e6, (.put, 900, -1), (.put, 800, 1), rateConfidence: 0.5)]))
    #expect((sure.net.initial - doubted.net.initial - 0.5 * 2 * 1000).magnitude < 1e-9)
    #expect(sure.net.maintenance == doubted.net.maintenance)
  }

  /// After expiry an option is its intrinsic value at the forward, whatever its time says.
  @Test func anExpiredOptionIsItsIntrinsicValue() throws {
    let rule = DerivePortfolio.standard
    for seconds in [0, -1, -1e9] {
      let margin = try rule.margin(of: account([expiry(seconds, (.call, 900, 2), (.put, 950, -1))]))
      #expect(margin.optionValue == 200)
      // Its forward has settled, so only the static discount is left to lose.
      #expect((margin.worstLoss - (0.95 * 200 - 200)).magnitude < 1e-9)
    }
  }

  /// By hand: 15 % down, 3 % of notional, both times 1.25; of options only what is held is discounted.
  @Test func theFirstGenerationMultipliesContingenciesToo() throws {
    var rule = DerivePortfolio.standard
    rule.generation = .first
    rule.factors.initialLoss = 1.25
    rule.factors.longAdd = 0
    rule.contingency.perpetualInitial = 0
    rule.contingency.optionInitial = 0
    rule.contingency.optionMaintenance = 0.02
    rule.scenarios = [.init(0.85, .none)]
    let perpetual = try rule.margin(of: account([], perpetual: 1))
    #expect((perpetual.net.maintenance + 180).magnitude < 1e-9)
    #expect((perpetual.net.initial + 225).magnitude < 1e-9)
    rule.scenarios = [.init(1, .none)]
    let long = try rule.margin(of: account([expiry(0, (.call, 900, 1))]))
    #expect((long.worstLoss + 5).magnitude < 1e-9)
    let short = try rule.margin(of: account([expiry(0, (.call, 900, -1))]))
    // Nothing moves after expiry and nothing owed is discounted: the naked share of 1,000 is left.
    #expect(short.worstLoss == 0 && short.net.maintenance == -120)
    #expect((short.net.initial - (-100 - 1.25 * 20)).magnitude < 1e-9)
  }

  @Test func aSkewCapBelowNothingIsNotKnown() {
    #expect {
      try DerivePortfolio.standard.margin(of: account([expiry(7 * 31_536_000, (.call, 900, 1))]))
    } throws: {
      if case .notKnown? = $0 as? VenueRuleError { return true }
      return false
    }
  }
}

@Suite struct DeriveAuctionTests {
  private let auction = DeriveAuction.standard

  @Test func theDiscountFallsAndMeetsItself() throws {
    var last = Double.infinity
    for step in 0...2000 {
      let discount = try auction.discount(elapsed: Double(step) * 30)
      #expect(discount <= last && discount >= 0)
      if last.isFinite { #expect(last - discount < 0.01) }
      last = discount
    }
    #expect(last == 0)
  }

  @Test func theLargestShareLeavesTheBufferAtZero() throws {
    let buffer = auction.bufferMargin(maintenance: -400, markToMarket: 9000)
    for discount in [0.1, 0.5, 0.95] {
      for reserved in [0.0, 700] {
        let share = try auction.largestShare(
          bufferMargin: buffer, markToMarket: 9000, reserved: reserved, discount: discount)
        let price = auction.price(markToMarket: 9000, reserved: reserved, discount: discount)
        let left = reserved + (buffer - reserved) * (1 - share) + price * share
        #expect(left.magnitude < 1e-9)
      }
    }
  }

  @Test func healthyAccountsAreNotSoldAndSmallOnesAreSoldWhole() throws {
    var auction = auction
    auction.markCutoff = 100
    #expect(
      try auction.largestShare(bufferMargin: 1, markToMarket: 50, reserved: 0, discount: 1) == 0)
    #expect(
      try auction.largestShare(bufferMargin: -1, markToMarket: 50, reserved: 0, discount: 1) == 1)
  }

  @Test func theInsolventPayoutStandsStillAfterItsEnd() throws {
    func paid(_ elapsed: Double) throws -> Double {
      try auction.insolventPayout(
        maintenance: -300, markToMarket: -100, elapsed: elapsed, share: 1)
    }
    #expect(try paid(0) == 100 && paid(3600) == 300 && paid(1e9) == 300)
  }

  @Test func lossesAreSharedAlike() throws {
    // Whoever leaves first leaves the others what they had.
    let rate = try DeriveCash.exchangeRate(stableBalance: 800, supply: 900, printed: 100)
    let burned = try DeriveCash.burned(stable: 400, exchangeRate: rate)
    let after = try DeriveCash.exchangeRate(
      stableBalance: 400, supply: 1000 - burned, printed: 0)
    #expect(rate == 0.8 && burned == 500 && after == rate)
  }
}
