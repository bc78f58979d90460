import FulcrumModel
import FulcrumPricing
import FulcrumRisk
import Testing

struct ReportEngineTests {
  typealias F = ReportFixture

  /// leverage-math 2.8: the account shows 0.27×, the position is 27.93×.
  @Test func workedExample() throws {
    let call = try F.option(.call, "66000", days: 7)
    let report = F.report(
      [F.pool("calls", .usdc, .unknown, [try F.position(call, contracts: "40")])],
      [F.quote(call, forward: "60000", volatility: 0.55)],
      accountEquity: [.usdc: try F.money("1000000", .usdc)])
    let pool = try #require(report.pools.first)
    let measures = try #require(pool.measures)
    #expect(pool.collateralBasis == .premiumOnly)
    #expect(abs(try #require(measures.deltaLeverage.finite) - 27.93) < 0.005)
    #expect(abs(try #require(measures.elasticity.finite) - 27.93) < 0.005)
    #expect(abs(try #require(report.account.netDeltaLeverage.finite) - 0.27) < 0.005)
    #expect(abs(try #require(report.account.grossNotionalLeverage.finite) - 2.4) < 1e-9)
    #expect(abs(measures.capitalAtRisk - 9667) < 1)
    #expect(abs(measures.deltaCash - 270_040) < 20)
    #expect(abs(try #require(measures.grossLeverage.finite) - 248) < 0.5)
    #expect(report.isWhole)
  }

  /// A Deribit row: delta 0.59833, mark 0.2169, index 36,707.05, forward 39,165.86 is 2.759×, never
  /// 2.943×, which divides forward exposure by index capital.
  @Test func oneBasisForExposureAndCapital() throws {
    let call = try F.option(.call, "40000", days: 322, settlement: .inverse)
    let volatility = try #require(
      ImpliedVolatility.solveCoin(
        right: .call, forward: 39_165.86, strike: 40_000, years: 322.0 / 365, coinPrice: 0.2169
      ).volatility)
    let report = F.report(
      [F.pool("call", .btc, .unknown, [try F.position(call, contracts: "1")])],
      [F.quote(call, forward: "39165.86", volatility: volatility, index: "36707.05")])
    let pool = try #require(report.pools.first)
    let leverage = try #require(pool.measures?.deltaLeverage.finite)
    let delta = try #require(pool.legs.first?.valuation?.unitDelta)
    #expect(abs(leverage - delta / 0.2169) < 1e-9)
    // The row's own delta is within what its date, rounded to a day, can say.
    #expect(abs(delta - 0.59833) < 0.005)
    #expect(abs(leverage - 2.759) < 0.025)
  }

  /// A short without collateral: exposure stands, leverage is absent with its reason, never ∞ or 0.
  @Test func shortWithoutCollateral() throws {
    let put = try F.option(.put, "55000", days: 30)
    let report = F.report(
      [F.pool("put", .usdc, .unknown, [try F.position(put, contracts: "-2")])],
      [F.quote(put, forward: "60100", volatility: 0.6)])
    let pool = try #require(report.pools.first)
    let measures = try #require(pool.measures)
    #expect(pool.collateralBasis == .unknown)
    #expect(measures.deltaLeverage == .absent(.unknownCollateral))
    #expect(pool.worstSecant == .absent(.unknownCollateral))
    #expect(measures.deltaCash > 0 && measures.vegaCashPerPoint < 0)
    #expect(pool.liquidation.isEmpty)
    #expect((pool.margin?.initial ?? 0) > 0)
    #expect(!report.isWhole && report.account.poolsWithoutCapital == 1)
  }

  /// Cash and equity say the same thing: E = C + Σ value.
  @Test func equityAndCashAgree() throws {
    let perpetual = try F.perpetual(.inverse)
    let position = try F.position(perpetual, contracts: "30000", entry: "55000")
    let quotes = [F.quote(perpetual, mark: "60000")]
    let byCash = F.report(
      [F.pool("perp", .btc, .cash(try F.money("0.2", .btc)), [position])], quotes)
    let equity = try #require(byCash.pools.first?.measures?.equity)
    #expect(abs(equity - (0.2 + 30_000 * (1 / 55_000.0 - 1 / 60_000.0))) < 1e-12)
    let stated = try Money(modelled: equity, asset: .btc, rounding: .toNearestEven)
    let byEquity = F.report([F.pool("perp", .btc, .equity(stated), [position])], quotes)
    let (a, b) = (try #require(byCash.pools.first), try #require(byEquity.pools.first))
    let first = try #require(a.liquidation.first?.today.below)
    let second = try #require(b.liquidation.first?.today.below)
    #expect(abs(first / second - 1) < 1e-6)
    // Equity given needs no entry price.
    let noEntry = Position(instrument: perpetual, size: position.size, entry: nil)
    let c = F.report([F.pool("perp", .btc, .equity(stated), [noEntry])], quotes)
    #expect(abs(try #require(c.pools.first?.liquidation.first?.today.below) / second - 1) < 1e-9)
    #expect(c.pools.first?.legs.first?.valuation?.valueIsKnown == false)
    let missing = F.report(
      [F.pool("perp", .btc, .cash(try F.money("0.2", .btc)), [noEntry])], quotes)
    #expect(missing.pools.first?.problems == [.noEntry(perpetual.id)])
  }

  /// Rows that cannot be valued stay visible with their reason and drag no other pool down.
  @Test func missingInputsAreNamed() throws {
    let call = try F.option(.call, "66000", days: 7)
    let ether = try F.option(.call, "4000", days: 7, base: .eth)
    let perpetual = try F.perpetual(.linear)
    let report = F.report(
      [
        F.pool("ether", .usdc, .unknown, [try F.position(ether, contracts: "1")]),
        F.pool(
          "unmarked", .usdc, .cash(try F.money("100", .usdc)),
          [try F.position(perpetual, contracts: "1", entry: "60000")]),
        F.pool("good", .usdc, .unknown, [try F.position(call, contracts: "1")]),
      ], [F.quote(call, forward: "60000", volatility: 0.55)])
    let byId = Dictionary(uniqueKeysWithValues: report.pools.map { ($0.id, $0) })
    #expect(
      byId["ether"]?.problems == [.noIndex(ether.underlying), .noForward(ether.id)])
    #expect(byId["unmarked"]?.problems == [.noMark(perpetual.id)])
    #expect(byId["good"]?.measures != nil)
    #expect(report.pools.count == 3 && report.account.poolsNotValued == 2)
    #expect(report.pools.first?.id == "good")
  }

  /// Worst first: under water, then unknown, then by severity; a delta-neutral short straddle stands
  /// above a levered future.
  @Test func ranking() throws {
    let perpetual = try F.perpetual(.linear)
    let call = try F.option(.call, "60000", days: 1)
    let put = try F.option(.put, "60000", days: 1)
    let wing = try F.option(.call, "70000", days: 30)
    func perp(_ id: String, cash: String) throws -> IsolatedPool {
      F.pool(
        id, .usdc, .cash(try F.money(cash, .usdc)),
        [try F.position(perpetual, contracts: "1", entry: "60000")])
    }
    let straddle = F.pool(
      "straddle", .usdc, .cash(try F.money("12000", .usdc)),
      [try F.position(call, contracts: "-1"), try F.position(put, contracts: "-1")])
    let report = F.report(
      [
        try perp("five", cash: "12000"), try perp("fifty", cash: "1200"),
        try perp("drowned", cash: "-10"), straddle,
        F.pool("unknown", .usdc, .unknown, [try F.position(wing, contracts: "-1")]),
      ],
      [
        F.quote(perpetual, mark: "60000"), F.quote(call, forward: "60000", volatility: 0.5),
        F.quote(put, forward: "60000", volatility: 0.5),
        F.quote(wing, forward: "60200", volatility: 0.55),
      ])
    #expect(report.pools.map(\.id) == ["drowned", "unknown", "fifty", "straddle", "five"])
    let neutral = try #require(report.pools.first { $0.id == "straddle" })
    #expect((neutral.measures?.deltaLeverage.finite ?? 9) < 0.2)
    #expect((neutral.worstSecant.finite ?? 0) > 4.5)
    #expect(report.pools.first?.measures?.status == .negativeEquity)
  }

  /// Forward, mark and volatility are filled in the stated order, and the report says how.
  @Test func fillRules() throws {
    let strikes = ["54000", "57000", "60000", "63000", "66000"]
    let forward = 60_500.0
    let years = 30.0 / 365
    var quotes: [Quote] = []
    for strike in strikes {
      for right in OptionRight.allCases {
        let instrument = try F.option(right, strike, days: 30, settlement: .inverse)
        let price = InverseOption.coinPrice(
          OptionInput(
            right: right, forward: forward, strike: Double(strike) ?? 0, years: years,
            volatility: 0.6))
        quotes.append(F.quote(instrument, mark: "\(price)"))
      }
    }
    let unquoted = try F.option(.call, "61500", days: 30, settlement: .inverse)
    let quoted = try F.option(.call, "60000", days: 30, settlement: .inverse)
    let beyond = try F.option(.call, "90000", days: 30, settlement: .inverse)
    let report = F.report(
      [
        F.pool(
          "p", .btc, .cash(try F.money("1", .btc)),
          [
            try F.position(quoted, contracts: "1"), try F.position(unquoted, contracts: "1"),
            try F.position(beyond, contracts: "-1"),
          ])
      ], quotes)
    let legs = try #require(report.pools.first?.legs)
    let found = legs.compactMap(\.valuation)
    #expect(found.map(\.volatilitySource) == [.fromMark, .interpolated, .nearestStrike])
    #expect(found.allSatisfy { $0.forwardSource == .parity })
    for valuation in found {
      #expect(abs(valuation.forward / forward - 1) < 1e-9)
      #expect(abs((valuation.volatility ?? 0) - 0.6) < 1e-6)
    }
  }

  /// Two threads, one thread, another order of the book: the same report.
  @Test func orderDoesNotMatter() throws {
    let perpetual = try F.perpetual(.linear)
    let pools = try (1...200).map { number in
      F.pool(
        "p\(number)", .usdc, .cash(try F.money("\(1000 + 37 * number)", .usdc)),
        [try F.position(perpetual, contracts: "0.\(100 + number)", entry: "59000")])
    }
    let quotes = [F.quote(perpetual, mark: "60000")]
    let first = F.report(pools, quotes)
    let second = F.report(pools.reversed(), quotes)
    #expect(first.pools == second.pools)
    #expect(first.pools.count == 200)
  }

  @Test func staleQuotesAndExpiredOptionsAreMarked() throws {
    let call = try F.option(.call, "55000", days: 0)
    let perpetual = try F.perpetual(.linear)
    let report = F.report(
      [
        F.pool("expired", .usdc, .unknown, [try F.position(call, contracts: "1")]),
        F.pool(
          "old", .usdc, .cash(try F.money("9000", .usdc)),
          [try F.position(perpetual, contracts: "1", entry: "60000")]),
      ], [F.quote(call), F.quote(perpetual, mark: "60000", index: nil, ageSeconds: 3600)])
    let expired = try #require(report.pools.first { $0.id == "expired" }?.legs.first)
    #expect(expired.notes.contains(.expired))
    #expect(expired.valuation?.unitValue == 5000 && expired.valuation?.unitDelta == 1)
    let old = try #require(report.pools.first { $0.id == "old" }?.legs.first)
    #expect(old.notes.contains(.stale(ageMilliseconds: 3_600_000)))
  }
}
