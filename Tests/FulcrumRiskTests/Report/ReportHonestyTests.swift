import FulcrumModel
import FulcrumPricing
import FulcrumRisk
import RealModule
import Testing

/// Cases in which an earlier or easier answer would have been misleading.
struct ReportHonestyTests {
  typealias F = ReportFixture

  /// Long bitcoin against ether: a joint move hides the loss of a split one. Each coin takes its own
  /// worst shock: hand sum 0.3·100,000·30 % + 10·3,000·30 %.
  @Test func aPairTradeIsNotRiskless() throws {
    let coin = try F.perpetual(.linear)
    let ether = try F.perpetual(.linear, base: .eth)
    let report = F.report(
      [
        F.pool(
          "pair", .usdc, .cash(try F.money("6000", .usdc)),
          [
            try F.position(coin, contracts: "0.3", entry: "100000"),
            try F.position(ether, contracts: "-10", entry: "3000"),
          ])
      ],
      [
        F.quote(coin, mark: "100000", index: "100000"), F.quote(ether, mark: "3000", index: "3000"),
      ])
    let pool = try #require(report.pools.first)
    let measures = try #require(pool.measures)
    #expect(abs(measures.worstLoss - 18_000) < 1e-9)
    #expect(abs(try #require(measures.stressMultiple.finite) - 3) < 1e-12)
    #expect(abs(try #require(measures.deltaLeverage.finite) - 10) < 1e-12)
    #expect(abs(try #require(pool.worstSecant.finite) - 10) < 1e-12)
    #expect(measures.secantLeverage.allSatisfy { $0 == .absent(.severalUnderlyings) })
    #expect(measures.equityLeverageSigned == .absent(.severalUnderlyings))
    #expect(pool.tailRisk == nil)
    // Coins are not netted against each other in the account either.
    #expect(abs(try #require(report.account.netDeltaLeverage.finite) - 10) < 1e-12)
  }

  /// A pool under water owes nothing to the owner's others: the most he can lose is what he has.
  @Test func badDebtStaysInItsPool() throws {
    let perpetual = try F.perpetual(.linear)
    let position = try F.position(perpetual, contracts: "1", entry: "70000")
    let report = F.report(
      [
        F.pool("drowned", .usdc, .cash(try F.money("1000", .usdc)), [position]),
        F.pool("alive", .usdc, .cash(try F.money("30000", .usdc)), [position]),
      ], [F.quote(perpetual, mark: "60000")])
    #expect(report.account.equityBasis == .sumOfPools)
    #expect(report.account.equityUsd == 20_000)
    #expect(report.account.containedLossUsd == 20_000)
    #expect(report.pools.first?.measures?.equity == -9000)
  }

  /// An expired future is worth what the index says, not its last mark.
  @Test func expiredFutureSettlesAtTheIndex() throws {
    let expiry = F.instant.adding(milliseconds: -7 * 86_400_000)
    let future = Instrument(
      id: InstrumentID("BTC-13NOV26"), kind: .future(expiry: expiry), settlement: .inverse,
      base: .btc, quote: .usd, contract: .usdFace(ExactDecimal(1)), lot: ExactDecimal(10))
    let report = F.report(
      [
        F.pool(
          "future", .btc, .cash(try F.money("0.5", .btc)),
          [try F.position(future, contracts: "50000", entry: "97000")])
      ], [F.quote(future, mark: "98500", index: "100000")])
    let leg = try #require(report.pools.first?.legs.first)
    #expect(leg.notes.contains(.expired))
    #expect(leg.valuation?.forwardSource == .index)
    let profit = try #require(leg.valuation?.value)
    #expect(abs(profit - 50_000 * (1 / 97_000.0 - 1 / 100_000.0)) < 1e-12)
  }

  /// Sigmas take the smaller of the relative and the logarithmic move.
  @Test func distancesAreNotOverstated() throws {
    let perpetual = try F.perpetual(.linear)
    var settings = ReportSettings()
    settings.referenceVolatility = 0.5
    func distance(_ contracts: String) throws -> UnderlyingLiquidation {
      let report = F.report(
        [
          F.pool(
            "p", .usdc, .cash(try F.money("30000", .usdc)),
            [try F.position(perpetual, contracts: contracts, entry: "60000")])
        ], [F.quote(perpetual, mark: "60000")], settings: settings)
      return try #require(report.pools.first?.liquidation.first)
    }
    let daily = 0.5 / 365.0.squareRoot()
    let long = try distance("1")
    let down = try #require(long.today.distanceDown)
    #expect(abs(try #require(long.sigmasDown) - down / daily) < 1e-12)
    let short = try distance("-1")
    let up = try #require(short.today.distanceUp)
    #expect(abs(try #require(short.sigmasUp) - Double.log(1 + up) / daily) < 1e-12)
  }

  /// Reasons say what is missing, not something near it.
  @Test func reasonsAreTheRightOnes() throws {
    let perpetual = try F.perpetual(.linear)
    let call = try F.option(.call, "66000", days: 7)
    let report = F.report(
      [
        F.pool(
          "perp", .usdc, .cash(try F.money("3000", .usdc)),
          [try F.position(perpetual, contracts: "1", entry: "60000")])
      ], [F.quote(perpetual, mark: "60000")])
    let perp = try #require(report.pools.first)
    #expect(perp.liquidation.first?.probability7Days == .absent(.noReferenceVolatility))
    #expect(perp.leverageByBasis[.venueInitialMargin] == .absent(.noVenueMargin))
    let calls = F.report(
      [F.pool("call", .usdc, .unknown, [try F.position(call, contracts: "1")])],
      [F.quote(call, forward: "60000", volatility: 0.5)])
    #expect(
      calls.pools.first?.leverageByBasis[.collateral] == .absent(.noCollateralGiven))
  }
}
