import FulcrumModel
import FulcrumPricing
import FulcrumRisk
import Testing

/// The laws of leverage-math 5.3 and 5.5, over seeded draws.
struct PolicyPropertyTests {
  /// A small generator of its own, so that a failing seed repeats.
  struct Draw {
    var state: UInt64

    mutating func share() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / 9_007_199_254_740_992
    }

    mutating func within(_ low: Double, _ high: Double) -> Double { low + (high - low) * share() }
  }

  struct Setting {
    var volatility: Double
    var equity: Double
    var highWater: Double
    var capital: Double
    var notional: Double
    var multiplier: Double
    var side: FirstPassage.Side
    let limits: PolicyLimits
    let hard: Double

    init(_ draw: inout Draw) throws {
      volatility = draw.within(0.2, 1.6)
      highWater = draw.within(1000, 1e6)
      equity = highWater * draw.within(0.5, 1)
      capital = equity * draw.within(0.3, 1)
      notional = capital * draw.within(0.5, 10)
      multiplier = draw.within(0.2, 1)
      side = draw.share() < 0.5 ? .down : .up
      hard = draw.within(1, 20)
      limits = try PolicyLimits(
        volatilityTarget: draw.within(0.2, 2),
        kelly: .init(fraction: draw.within(0.1, 1), errors: draw.within(0, 1)),
        shortfallBudget: draw.within(0.05, 0.5),
        drawdown: .init(limit: draw.within(0.1, 0.6), multiple: draw.within(1, 6)),
        caps: (
          .init(probability: draw.within(0.0005, 0.1), years: draw.within(0.01, 0.5)), hard
        ))
    }

    func target() throws -> LeverageTarget {
      try LeverageTarget(
        limits,
        under: PolicyConditions(
          outlook: .init(
            volatility: volatility, drift: 0.6, driftError: 0.3,
            shortfall: PolicyConditions.Outlook.shortfall(
              volatility: volatility, years: 1 / 365.0, tail: 0.05, side: side)),
          pool: .init(
            side: side, equity: (equity, highWater), capitalAtRisk: capital,
            largestNotional: notional, maintenanceRate: 0.005),
          regimeMultiplier: multiplier))
    }
  }

  static let seeds = Array(UInt64(1)...200)

  @Test(arguments: seeds) func boundedAndMonotone(seed: UInt64) throws {
    var draw = Draw(state: seed)
    let setting = try Setting(&draw)
    let target = try setting.target()
    #expect(target.target >= 0 && target.target <= setting.hard)
    var rougher = setting
    rougher.volatility *= draw.within(1, 2)
    #expect(try rougher.target().target <= target.target * (1 + 1e-12), "seed \(seed)")
    var richer = setting
    richer.equity = min(setting.highWater, setting.equity * draw.within(1, 1.5))
    #expect(try richer.target().target >= target.target * (1 - 1e-12), "seed \(seed)")
    var calmer = setting
    calmer.multiplier = min(1, setting.multiplier * draw.within(1, 2))
    #expect(try calmer.target().target >= target.target * (1 - 1e-12), "seed \(seed)")
  }

  @Test(arguments: seeds) func nothingAtTheFloorAndScaleFree(seed: UInt64) throws {
    var draw = Draw(state: seed)
    var setting = try Setting(&draw)
    let target = try setting.target()
    let factor = draw.within(0.001, 1000)
    var scaled = setting
    scaled.equity *= factor
    scaled.highWater *= factor
    scaled.capital *= factor
    scaled.notional *= factor
    let other = try scaled.target()
    #expect(abs(other.target - target.target) <= 1e-9 * target.target, "seed \(seed)")
    #expect(other.binding == target.binding)
    let floor = 1 - (setting.limits.drawdown?.limit ?? 0)
    setting.equity = setting.highWater * floor * draw.within(0.5, 1)
    #expect(try setting.target().target == 0, "seed \(seed)")
    #expect(try setting.target().binding == .cppi, "seed \(seed)")
  }

  /// After its own order, a second look orders nothing.
  @Test(arguments: seeds) func idempotentAfterItsOrder(seed: UInt64) throws {
    var draw = Draw(state: seed)
    let setting = try Setting(&draw)
    let target = try setting.target()
    let unit = setting.capital * draw.within(0.0001, 0.3)
    let lot = draw.share() < 0.5 ? 0.001 : 1
    let rule = try ResizeRule(
      band: draw.within(0.02, 0.4), mode: draw.share() < 0.5 ? .edge : .target, lot: lot,
      leastQuantity: lot * (draw.share() < 0.5 ? 1 : 5))
    let current = target.target * draw.within(0, 3)
    let first = try Resize(
      from: current, to: target, by: rule, capitalAtRisk: setting.capital, unitDeltaCash: unit)
    let open = current * setting.capital / unit
    let after = max(0, open + first.quantity) * unit / setting.capital
    let second = try Resize(
      from: after, to: target, by: rule, capitalAtRisk: setting.capital, unitDeltaCash: unit)
    #expect(second.quantity == 0, "seed \(seed): \(first.quantity), then \(second.quantity)")
    #expect(first.quantity <= 0 || after <= max(current, first.newLeverage) * (1 + 1e-9))
  }

  /// orders ≤ 1 + [TV(ln target) + TV(ln cap)]/ln(1 + ½ band), L otherwise still, in mode target.
  @Test(arguments: seeds) func churnIsBounded(seed: UInt64) throws {
    var draw = Draw(state: seed)
    let band = draw.within(0.05, 0.4)
    let rule = try ResizeRule(band: band, mode: .target, lot: 1e-12, leastQuantity: 0)
    var setting = try Setting(&draw)
    setting.equity = setting.highWater
    var (leverage, orders) = (0.0, 0)
    var (variation, last): (Double, (Double, Double)?) = (0, nil)
    for _ in 0..<300 {
      setting.volatility = min(3, max(0.1, setting.volatility * draw.within(0.9, 1.111)))
      let target = try setting.target()
      let cap = try #require(target.cap)
      if let last {
        variation += abs(logarithm(target.target / last.0)) + abs(logarithm(cap / last.1))
      }
      last = (target.target, cap)
      let resize = try Resize(
        from: leverage, to: target, by: rule, capitalAtRisk: 1, unitDeltaCash: 1)
      if resize.quantity != 0 {
        orders += 1
        leverage += resize.quantity
      }
    }
    let bound = 1 + variation / logarithm(1 + band / 2)
    #expect(Double(orders) <= bound, "seed \(seed): \(orders) orders, at most \(bound)")
  }

  /// ln, from the series of atanh: tests of this module need no Foundation.
  private func logarithm(_ x: Double) -> Double {
    var (value, halvings) = (x, 0.0)
    while value > 1.5 { (value, halvings) = (value / 2, halvings + 1) }
    while value < 0.75 { (value, halvings) = (value * 2, halvings - 1) }
    let z = (value - 1) / (value + 1)
    var (term, sum, power) = (z, 0.0, 1.0)
    for _ in 0..<40 {
      sum += term / power
      term *= z * z
      power += 2
    }
    return 2 * sum + halvings * 0.6931471805599453
  }

  // MARK: Orders that wait

  private func plan(confirmations: Int = 2, smoothing: Int64 = 0) throws -> PolicyPlan {
    let limits = try PolicyLimits(volatilityTarget: 1, caps: (nil, 4))
    return try PolicyPlan(
      limits: [limits, limits, limits], multipliers: [1, 0.5, 0.25],
      conduct: .init(
        estimates: (.init(tail: 0.05, years: 1 / 365.0), .init(mean: 0, error: 0)),
        budgets: (nil, nil), band: .fixed(0.1), mode: .target,
        pace: .init(dwell: 3_600_000, confirmations: confirmations, smoothing: smoothing)))
  }

  private func outlook(_ volatility: Double, _ level: RegimeLevel = .calm) throws -> MarketOutlook {
    let settings = try OutlookSettings(regime: .relative())
    var engine = OutlookEngine(settings, stepDays: 1)
    // Two prices that are `volatility` a year apart in a day.
    let step = volatility / 365.0.squareRoot()
    _ = engine.take(
      try PriceBar(price: 100), implied: nil, at: Timestamp(milliseconds: 0))
    let taken = engine.take(
      try PriceBar(price: 100 * (1 + step)), implied: nil, at: Timestamp(milliseconds: 86_400_000))
    return try #require(taken)
  }

  private func question(
    _ hours: Int64, minutes: Int64 = 0, leverage: Double
  ) -> PolicyQuestion {
    PolicyQuestion(
      at: Timestamp(milliseconds: 1_000_000_000 + (hours * 60 + minutes) * 60_000), side: .down,
      leverage: leverage, capital: (1000, 1000, 0.005), contract: (1, 1, 1))
  }

  @Test func increasesWaitAndReductionsDoNot() throws {
    let plan = try plan()
    var memory = PolicyMemory()
    let calm = try outlook(0.5)
    let first = try plan.decide(question(0, leverage: 0.5), outlook: calm, memory: &memory)
    #expect(first.action == .none(.awaitingConfirmation))
    let second = try plan.decide(question(1, leverage: 0.5), outlook: calm, memory: &memory)
    guard case .order(let quantity) = second.action else {
      Issue.record("the second evaluation orders: \(second.action)")
      return
    }
    #expect(quantity > 0)
    _ = try plan.decide(
      question(1, minutes: 10, leverage: 0.2), outlook: calm, memory: &memory)
    let soon = try plan.decide(
      question(1, minutes: 20, leverage: 0.2), outlook: calm, memory: &memory)
    #expect(soon.action == .none(.dwelling))
    let rough = try plan.decide(
      question(1, leverage: 3), outlook: try outlook(1.5), memory: &memory)
    guard case .order(let down) = rough.action else {
      Issue.record("a reduction never waits: \(rough.action)")
      return
    }
    #expect(down < 0 && rough.resize.isReduceOnly)
  }

  /// A run repeated on the same files is no second opinion.
  @Test func oneInstantConfirmsNothingByItself() throws {
    let plan = try plan()
    let calm = try outlook(0.5)
    var memory = PolicyMemory()
    for _ in 0..<5 {
      let again = try plan.decide(question(0, leverage: 0.5), outlook: calm, memory: &memory)
      #expect(again.action == .none(.awaitingConfirmation))
      #expect(memory.increasesAsked == 1)
    }
    // An older market, read late, is no newer opinion either.
    let older = try plan.decide(question(-1, leverage: 0.5), outlook: calm, memory: &memory)
    #expect(older.action == .none(.awaitingConfirmation))
    #expect(memory.lastEvaluation == question(0, leverage: 0.5).at)
    let next = try plan.decide(question(1, leverage: 0.5), outlook: calm, memory: &memory)
    #expect(next.action == .order(next.resize.quantity) && next.resize.quantity > 0)
  }

  /// An order is only suggested: where the pool shows that it was not made, it stands as it was.
  @Test func anIncreaseThatWasNotMadeStands() throws {
    let plan = try plan()
    let calm = try outlook(0.5)
    var memory = PolicyMemory()
    _ = try plan.decide(question(0, leverage: 0.5), outlook: calm, memory: &memory)
    let first = try plan.decide(question(1, leverage: 0.5), outlook: calm, memory: &memory)
    #expect(first.action == .order(first.resize.quantity))
    // The same question at the same instant, and one within the dwell, with the pool as it was.
    for minutes in [Int64(0), 10, 20] {
      let again = try plan.decide(
        question(1, minutes: minutes, leverage: 0.5), outlook: calm, memory: &memory)
      #expect(again.action == first.action, "\(minutes) minutes")
      #expect(again.before.unmadeIncrease(openSize: 500, at: again.question.at) != nil)
    }
    // Once some of it was made, the rest dwells: an hour from the order, two opinions.
    for (minutes, wanted) in [
      (Int64(30), PolicyDecision.Pause.awaitingConfirmation), (40, .dwelling), (79, .dwelling),
    ] {
      let more = try plan.decide(
        question(1, minutes: minutes, leverage: 0.7), outlook: calm, memory: &memory)
      #expect(more.action == .none(wanted), "\(minutes) minutes")
    }
    let later = try plan.decide(
      question(1, minutes: 80, leverage: 0.7), outlook: calm, memory: &memory)
    #expect(later.action == .order(later.resize.quantity) && later.resize.quantity > 0)
  }

  @Test func smoothingTakesHalfTheWayInAHalfLife() throws {
    let plan = try plan(smoothing: 3_600_000)
    var memory = PolicyMemory()
    let calm = try outlook(0.4)
    let rough = try outlook(0.9)
    _ = try plan.decide(question(0, leverage: 1), outlook: calm, memory: &memory)
    let next = try plan.decide(question(1, leverage: 1), outlook: rough, memory: &memory)
    let wanted = (calm.volatility * rough.volatility).squareRoot()
    #expect(abs(next.conditions.outlook.volatility - wanted) < 1e-12)
  }

  @Test func contradictionsAreRefused() throws {
    let calm = try PolicyLimits(volatilityTarget: 1, caps: (nil, 2))
    let rough = try PolicyLimits(volatilityTarget: 1, caps: (nil, 3))
    let conduct = PolicyPlan.Conduct(
      estimates: (
        try .init(tail: 0.05, years: 1 / 365.0), try .init(mean: 0, error: 0)
      ),
      budgets: (nil, nil), band: .fixed(0.1), mode: .edge,
      pace: try .init(dwell: 0, confirmations: 1, smoothing: 0))
    #expect(throws: PolicyError.self) {
      try PolicyPlan(limits: [calm, rough, rough], multipliers: [1, 1, 1], conduct: conduct)
    }
    #expect(throws: PolicyError.self) {
      try PolicyPlan(limits: [calm, calm, calm], multipliers: [0.5, 1, 1], conduct: conduct)
    }
    #expect(throws: PolicyError.nothingLimits) { try PolicyLimits(caps: (nil, nil)) }
    // multiple · (1 + band) · gap ≤ 1: 4.5 · 1.1 · 0.2 = 0.99 holds the floor, 4.6 does not; a day's
    // gap of 40 % leaves 2.27.
    for (multiple, gap, isGood) in [
      (4.5, 0.2, true), (4.6, 0.2, false), (2.27, 0.4, true), (2.28, 0.4, false),
    ] {
      let limits = try PolicyLimits(
        drawdown: .init(limit: 0.6, multiple: multiple, gap: gap), caps: (nil, nil))
      let plan = try? PolicyPlan(
        limits: [limits, limits, limits], multipliers: [1, 1, 1], conduct: conduct)
      #expect((plan != nil) == isGood, "\(multiple) at a gap of \(gap)")
    }
    let mistyped = try PolicyLimits(volatilityTarget: 60, caps: (nil, nil))
    #expect(throws: PolicyError.self) {
      try PolicyPlan(
        limits: [mistyped, mistyped, mistyped], multipliers: [1, 1, 1], conduct: conduct)
    }
  }

  @Test func moneyAtRiskNeverRoundsUp() throws {
    let smaller = try MoneyAtRiskTarget(
      capitalAtRisk: 1000, stressMultiple: 0.8, budget: 420, openUnits: 7, band: 0.1)
    #expect(smaller.units == -4 && smaller.isBreach)
    let larger = try MoneyAtRiskTarget(
      capitalAtRisk: 1000, stressMultiple: 0.8, budget: 1500, openUnits: 7, band: 0.1)
    #expect(larger.units == 6)
    let still = try MoneyAtRiskTarget(
      capitalAtRisk: 1000, stressMultiple: 1, budget: 1050, openUnits: 7, band: 0.1)
    #expect(still.units == 0 && still.isInsideBand)
  }
}
