import FulcrumModel
import FulcrumPricing
import FulcrumRisk
import Testing

/// Policies on the pools of a report: the caps agree with where the report says they are liquidated.
struct PoolSteeringTests {
  typealias F = ReportFixture

  /// A market and the largest leverages in it.
  ///
  /// Caps: Brent's root in scipy of P(β) = p, the driftless two-term formula, to 1e-14, then with
  /// κ = 1 % and a fee of 0.05 %: β = (1 + κ)/(1 + 1/L) for an inverse long, (1 − κ)/(1 − 1/L) for
  /// an inverse short, (1 − 1/L)/(1 − κ) and (1 + 1/L)/(1 + κ) for linear ones.
  struct Row {
    let volatility: Double
    let days: Double
    let probability: Double
    /// 100 exp(σ/√365): the close that makes one daily return of σ a year.
    let close: Double
    let inverse: (long: Double, short: Double)
    let linear: (long: Double, short: Double)
  }

  static let rows = [
    Row(
      volatility: 0.475, days: 30, probability: 0.01, close: 102.51742891422056,
      inverse: (2.2370690165308167, 3.361456496704701),
      linear: (3.236270832857493, 2.362331978303088)),
    Row(
      volatility: 0.9, days: 30, probability: 0.01, close: 104.82353727842204,
      inverse: (0.9769267514919655, 2.102111388812125),
      linear: (1.976713847205694, 1.1023668709115526)),
    Row(
      volatility: 0.6, days: 7, probability: 0.05, close: 103.19037893665255,
      inverse: (5.18990833269138, 6.3783948276390685),
      linear: (6.186368570582642, 5.38217967342476)),
    Row(
      volatility: 1.2, days: 10, probability: 0.002, close: 106.48254305089947,
      inverse: (1.1098243578382294, 2.199543946043194),
      linear: (2.1095662352470725, 1.1998349056719273)),
  ]

  static func outlook(close: Double) throws -> MarketOutlook {
    var engine = OutlookEngine(try OutlookSettings(regime: .relative()), stepDays: 1)
    let before = F.instant.adding(milliseconds: -86_400_000)
    _ = engine.take(try PriceBar(price: 100), implied: nil, at: before)
    return try #require(
      engine.take(try PriceBar(price: close), implied: nil, at: F.instant))
  }

  static func plan(
    _ limits: PolicyLimits, smoothing: Int64 = 0
  ) throws -> PolicyPlan {
    try PolicyPlan(
      limits: [limits, limits, limits], multipliers: [1, 1, 1],
      conduct: .init(
        estimates: (.init(tail: 0.05, years: 1 / 365.0), .init(mean: 0, error: 0)),
        budgets: (nil, nil), band: .fixed(0.1), mode: .target,
        pace: .init(dwell: 0, confirmations: 1, smoothing: smoothing)))
  }

  private func steered(
    _ pool: IsolatedPool, _ quotes: [Quote], _ row: Row
  ) throws -> (SteeredPool, PoolReport) {
    let report = try #require(F.report([pool], quotes).pools.first)
    let limits = try PolicyLimits(
      caps: (.init(probability: row.probability, years: row.days / 365), nil))
    var memory = PolicyMemory()
    let steered = PoolSteering.steer(
      report, positions: pool.positions.map { ($0.instrument, $0.size.count) },
      plan: try Self.plan(limits), outlook: try Self.outlook(close: row.close), at: F.instant,
      accountEquity: nil, margin: .standard, memory: &memory)
    return (steered, report)
  }

  private func cap(_ steered: SteeredPool) throws -> Double {
    guard case .leverage(let decision) = steered.method else {
      Issue.record("not steered by leverage: \(steered.method)")
      return 0
    }
    return try #require(decision.target[.liquidation])
  }

  private func perpetual(_ settlement: Settlement, isLong: Bool) throws -> IsolatedPool {
    let perpetual = try F.perpetual(settlement)
    let sign = isLong ? "" : "-"
    return settlement == .inverse
      ? F.pool(
        "perp", .btc, .equity(try F.money("0.2", .btc)),
        [try F.position(perpetual, contracts: sign + "30000", entry: "61000")])
      : F.pool(
        "perp", .usdc, .equity(try F.money("12000", .usdc)),
        [try F.position(perpetual, contracts: sign + "0.5", entry: "61000")])
  }

  @Test(arguments: rows.indices) func capsOfPerpetuals(place: Int) throws {
    let row = Self.rows[place]
    var worst = 0.0
    for settlement in [Settlement.inverse, .linear] {
      let wanted = settlement == .inverse ? row.inverse : row.linear
      for isLong in [true, false] {
        let pool = try perpetual(settlement, isLong: isLong)
        let quotes = [F.quote(pool.positions[0].instrument, mark: "60000")]
        let (steered, report) = try steered(pool, quotes, row)
        let found = try cap(steered)
        let expected = isLong ? wanted.long : wanted.short
        worst = max(worst, abs(found / expected - 1))
        #expect(abs(found / expected - 1) < 1e-9, "\(settlement) \(isLong): \(found)")
        // Where the report would liquidate the pool at that leverage, the index comes with p.
        var resized = try #require(report.riskPool)
        let leverage = try #require(report.measures?.deltaLeverage.finite)
        let equity = try #require(report.measures?.equity)
        let scale = found / leverage
        resized.legs[0].quantity *= scale
        resized.cash = equity - scale * (equity - resized.cash)
        let region = try Liquidation.region(resized)
        #expect((region.below != nil) == isLong && (region.above != nil) != isLong)
        let hit = FirstPassageRisk.probability(
          region, volatility: row.volatility, years: row.days / 365)
        #expect(abs(try #require(hit.finite) / row.probability - 1) < 1e-8)
      }
    }
    print("caps of perpetuals, row \(place): worst relative error \(worst)")
  }

  /// A coin short of less than its own collateral is never liquidated, so no cap falls to 1.
  @Test func aCoinShortIsNeverCappedBelowItsCoins() throws {
    let row = Row(
      volatility: 4, days: 365, probability: 0.001, close: 123.29005562152122, inverse: (0, 0),
      linear: (0, 0))
    let pool = try perpetual(.inverse, isLong: false)
    let quotes = [F.quote(pool.positions[0].instrument, mark: "60000")]
    #expect(try cap(steered(pool, quotes, row).0) >= 1)
  }

  /// The growth optimum of a short strangle (30 days, strikes 10 % off, 80 % implied) on 40,000 USD:
  /// scipy's bounded maximum of an adaptive quadrature of E ln(1 + f R), f in multiples of the size.
  @Test(arguments: [
    (0.2, 0.475, 7.0, 102.51742891422056, 1.3405480487615573),
    (-0.3, 0.6, 7, 103.19037893665255, 0.917358597333905),
    (0, 0.9, 7, 104.82353727842204, 0),
  ]) func kellyOfAStrangle(row: (Double, Double, Double, Double, Double)) throws {
    let (drift, _, days, close, wanted) = row
    let call = try F.option(.call, "66000", days: 30)
    let put = try F.option(.put, "54000", days: 30)
    let pool = F.pool(
      "strangle", .usdc, .equity(try F.money("40000", .usdc)),
      [try F.position(call, contracts: "-1"), try F.position(put, contracts: "-1")])
    let quotes = [call, put].map { F.quote($0, forward: "60000", volatility: 0.8) }
    let report = try #require(F.report([pool], quotes).pools.first)
    let limits = try PolicyLimits(
      kelly: .init(fraction: 0.5, errors: 0, years: days / 365), caps: (nil, 50))
    let plan = try PolicyPlan(
      limits: [limits, limits, limits], multipliers: [1, 1, 1],
      conduct: .init(
        estimates: (.init(tail: 0.05, years: 1 / 365.0), .init(mean: drift, error: 0)),
        budgets: (nil, nil), band: .fixed(0.1), mode: .target,
        pace: .init(dwell: 0, confirmations: 1, smoothing: 0)))
    var memory = PolicyMemory()
    let steered = PoolSteering.steer(
      report, positions: pool.positions.map { ($0.instrument, $0.size.count) }, plan: plan,
      outlook: try Self.outlook(close: close), at: F.instant, accountEquity: nil,
      margin: .standard, memory: &memory)
    guard case .leverage(let decision) = steered.method else {
      Issue.record("not steered by leverage: \(steered.method)")
      return
    }
    let found = try #require(decision.target[.kelly]) / decision.question.leverage / 0.5
    print("growth optimum of a strangle: \(found), scipy \(wanted)")
    #expect(abs(found - wanted) < 1e-6, "\(found)")
  }

  /// Non-increasing in σ̂, and after its own order a second look orders nothing: coin pools too.
  @Test(arguments: 1...40) func coinPoolsHoldTheLaws(seed: Int) throws {
    var draw = PolicyPropertyTests.Draw(state: UInt64(seed))
    let isLong = draw.share() < 0.5
    let perpetual = try F.perpetual(.inverse)
    let quotes = [F.quote(perpetual, mark: "60000")]
    // At the reach of the policy's two days a short is never allowed less than its coins.
    let limits = try PolicyLimits(
      caps: (.init(probability: draw.within(0.001, 0.05), years: 2 / 365.0), 8))
    let band = try Self.plan(limits)
    func decide(_ lots: Int64, _ close: Double) throws -> (PolicyDecision, [SteeringOrder]) {
      let pool = F.pool(
        "perp", .btc, .equity(try F.money("0.2", .btc)),
        [Position(instrument: perpetual, size: SignedLots(lots), entry: Price("61000"))])
      let report = try #require(F.report([pool], quotes).pools.first)
      var memory = PolicyMemory()
      let steered = PoolSteering.steer(
        report, positions: [(perpetual, lots)], plan: band,
        outlook: try Self.outlook(close: close), at: F.instant, accountEquity: nil,
        margin: .standard, memory: &memory)
      guard case .leverage(let decision) = steered.method else {
        throw PolicyError.nothingLimits
      }
      return (decision, steered.orders)
    }
    let lots = Int64(draw.within(1500, 12_000)) * (isLong ? 1 : -1)
    let close = 100 + draw.within(1, 4)
    let (first, orders) = try decide(lots, close)
    #expect(first.target.target > 1 && first.target.target <= 8)
    let (rougher, _) = try decide(lots, close + draw.within(0, 1))
    #expect(rougher.target.target <= first.target.target * (1 + 1e-9), "seed \(seed)")
    let after = lots + (orders.first?.lots ?? 0)
    let (second, again) = try decide(after, close)
    #expect(again.isEmpty, "seed \(seed): \(orders), then \(again)")
    #expect(abs(second.target.target / first.target.target - 1) < 1e-9, "found from any size")
  }

  /// Smoothing holds for every cap alike: half a life after σ₁ the belief is √(σ₁σ₂).
  @Test func capsSeeTheSmoothedForecast() throws {
    let pool = try perpetual(.inverse, isLong: true)
    let quotes = [F.quote(pool.positions[0].instrument, mark: "60000")]
    let report = try #require(F.report([pool], quotes).pools.first)
    let limits = try PolicyLimits(caps: (.init(probability: 0.01, years: 30 / 365.0), nil))
    func steer(_ close: Double, _ memory: inout PolicyMemory) throws -> Double {
      let steered = PoolSteering.steer(
        report, positions: pool.positions.map { ($0.instrument, $0.size.count) },
        plan: try Self.plan(limits, smoothing: 3_600_000),
        outlook: try Self.outlook(close: close), at: F.instant, accountEquity: nil,
        margin: .standard, memory: &memory)
      return try cap(steered)
    }
    // 0.475 = √(0.25 · 0.9025), of which the second is today's.
    var memory = PolicyMemory(
      smoothedVolatility: 0.25, lastEvaluation: F.instant.adding(milliseconds: -3_600_000))
    let found = try steer(104.83725496268849, &memory)
    #expect(abs(found / Self.rows[0].inverse.long - 1) < 1e-6, "\(found)")
  }
}
