import Foundation
import FulcrumModel
import Testing

@testable import FulcrumRisk
@testable import FulcrumWire

@Suite("Amounts in files") struct ReportAmountTests {
  @Test(
    "an amount on a unit but for rounding noise is that unit, whichever way it is rounded",
    arguments: [
      (0.42, Asset.btc, "0.42"), (1.0.nextDown, .btc, "1"), (0.4.nextUp, .btc, "0.4"),
      (0.1 + 0.2, .usd, "0.3"), (369_922.2.nextUp, .usd, "369922.2"),
      (30_000.0.nextUp, .usd, "30000"), (-0.42, .eth, "-0.42"), (0, .usd, "0"),
    ])
  func onUnit(amount: Double, asset: Asset, text: String) throws {
    let expected = try #require(ExactDecimal(text))
    for rounding in [Rounding.up, .down, .toNearestEven] {
      let shown = try #require(ReportAmount.text(amount, asset, rounding))
      #expect(ExactDecimal(shown) == expected, "\(shown) \(rounding)")
    }
  }

  @Test("anything off a unit is rounded as named, however near")
  func directed() throws {
    func text(_ amount: Double, _ rounding: Rounding) throws -> Double {
      try #require(ReportAmount.text(amount, .usd, rounding).flatMap(Double.init))
    }
    #expect(try text(1.000_000_01, .up) == 1.000001)
    #expect(try text(1.000_000_99, .down) == 1)
    #expect(try text(-1.000_000_01, .down) == -1.000001)
    #expect(try text(1e-9, .up) == 0.000001)
    #expect(ReportAmount.text(.nan, .usd, .up) == nil)
    #expect(ReportAmount.text(.infinity, .usd, .up) == nil)
  }

  @Test("a riskless box has no value at risk; a real loss of the same size stays")
  func noiseOfLargeSums() throws {
    let box = try #require(ReportAmount.change(3e-9, of: 100_000, .usd, .up))
    #expect(Double(box) == 0)
    let real = try #require(ReportAmount.change(3e-9, of: 10, .usd, .up))
    #expect(Double(real) == 0.000001)
  }
}

@Suite("What a report says of direction, distance and leverage") struct ReportShownTests {
  private func pool(_ id: String) throws -> PoolReport {
    try #require(try ReportSample.contents().report.pools.first { $0.id == id })
  }

  @Test("a pool on several coins has no direction, and a delta that its leverage is on")
  func severalCoins() throws {
    let pool = try pool("linear-perps")
    let measures = try #require(pool.measures)
    #expect(Direction(pool) == .neutral)
    // 2 BTC at 60,015 and 40 ETH at 2,001 short.
    #expect(abs(measures.deltaMagnitude - (120_030 + 80_040)) < 1e-6)
    let leverage = try #require(measures.deltaLeverage.finite)
    #expect(abs(measures.deltaMagnitude / measures.capitalAtRiskUsd - leverage) < 1e-12)
    let text = ReportTable.render(try ReportSample.contents(), view: ReportView())
    #expect(text.contains("200,070.00"))
    #expect(text.contains("sum over coins, whatever their sign: BTC +120,030.00, ETH -80,040.00"))
    let page = ReportHTML.render(try ReportSample.contents())
    #expect(page.contains("sum over coins") && page.contains("class=\"pool neutral\""))
  }

  @Test("a delta that cancelled but for rounding has no direction")
  func roundingNoise() throws {
    var pool = try pool("weekly-calls")
    #expect(Direction(pool) == .long)
    let notional = try #require(pool.measures?.grossNotional)
    pool.measures?.deltaCash = -0.5e-12 * notional
    #expect(Direction(pool) == .neutral)
    pool.measures?.deltaCash = -2e-12 * notional
    #expect(Direction(pool) == .short)
  }

  @Test("alert, order and filter do not depend on whether a pool got its surface")
  func oneDistance() throws {
    for var pool in try ReportSample.contents().report.pools {
      let (alert, distance) = (Alert(pool), pool.nearestLiquidation)
      for place in pool.liquidation.indices { pool.liquidation[place].surface = nil }
      #expect(Alert(pool) == alert && pool.nearestLiquidation == distance, "\(pool.id)")
    }
  }

  private func line(
    _ below: Double, today: Double?, healthy: Bool = true
  ) throws -> LiquidationLine {
    var side = try #require(try pool("strangle").liquidation.first)
    side.today.healthy = healthy
    side.today.below = today
    side.today.above = nil
    var surface = try #require(side.surface)
    surface.below = LiquidationSurface.Nearest(
      price: below, distance: 1 - below / side.today.index, node: "in 1 day, vol +50 %")
    surface.above = nil
    surface.liquidableAtIndex = nil
    side.surface = surface
    return LiquidationLine(side)
  }

  @Test("a nearer price at another node is said where it differs by a thousandth")
  func cone() throws {
    #expect(try line(50_051, today: 50_000).cone?.hasPrefix("below at 50,051.00 (in 1") == true)
    #expect(try line(50_049, today: 50_000).cone == nil)
    #expect(try line(50_000, today: nil).cone != nil)
    #expect(try line(55_000, today: nil, healthy: false).cone == nil)
    let text = ReportTable.render(try ReportSample.contents(), view: ReportView())
    #expect(!text.contains("nearer later"))
  }

  @Test("a pool under water is said to be, in a sentence")
  func underWater() throws {
    let pool = try ReportSample.pool(
      "b8", strategy: nil, cash: -200_000,
      [SampleLeg(name: "BTC_USDC-PERPETUAL", contracts: 2, forward: 60_000, entry: 60_000)])
    let text = ReportTable.render(
      ReportContents(report: ReportSample.report([pool])), view: ReportView())
    #expect(text.contains("hides pool b8, which has exposure and negative equity."))
  }

  @Test("one pool is one pool")
  func singular() throws {
    let pool = try ReportSample.unvalued("lost", strategy: nil, "BTC-26MAR27-300000-C")
    let text = ReportTable.render(
      ReportContents(report: ReportSample.report([pool])), view: ReportView())
    #expect(text.contains("Of 1 pool, "))
  }

  @Test("a difference from the venue's mark has three digits and a unit")
  func offMark() throws {
    func text(_ name: String, _ difference: Double) throws -> String? {
      let instrument = try ReportSample.instrument(name)
      let position = Position(instrument: instrument, size: SignedLots(1), entry: nil)
      return LegReport(
        position: position, valuation: nil, problems: [],
        notes: [.offVenueMark(difference: difference)]
      ).noteTexts.first
    }
    #expect(
      try text("BTC-27NOV26-66000-C", 0.001_234_567_890_123)
        == "our value is above the venue's mark by 0.00123 BTC")
    #expect(
      try text("BTC_USDC-27NOV26-66000-C", -123.456_789)
        == "our value is below the venue's mark by 123 USDC")
  }

  @Test(
    "a premium keeps four digits",
    arguments: [
      (0.0232, 2, "0.02320"), (7.818, 2, "7.818"), (123.456, 2, "123.46"),
      (0.001_93, 6, "0.001930"), (0.000_012_345, 6, "0.00001234"), (0, 2, "0.00"),
    ])
  func premium(premium: Double, places: Int, text: String) {
    #expect(NumberText.premium(premium, places: places) == text)
  }
}
