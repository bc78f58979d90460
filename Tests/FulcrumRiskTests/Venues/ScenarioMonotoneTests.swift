import FulcrumModel
import Testing

@testable import FulcrumRisk

/// Invariant 22 of the real scenario rules: with a scenario more, nobody must hold less
/// (margin-onchain 13.1).
@Suite("A scenario more never lowers a requirement")
struct ScenarioMonotoneTests {
  private struct Draw {
    var state: UInt64

    /// In [0, 1).
    mutating func unit() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }
    mutating func within(_ range: ClosedRange<Double>) -> Double {
      range.lowerBound + (range.upperBound - range.lowerBound) * unit()
    }
    mutating func below(_ count: Int) -> Int { Int(unit() * Double(count)) }
  }

  // MARK: Derive

  private static func account(_ draw: inout Draw) -> DerivePortfolio.Account {
    let spot = draw.within(1000...100_000)
    let expiries = (0...draw.below(3)).map { _ in
      DerivePortfolio.Expiry(
        seconds: draw.within(0.5...120) * 86_400, forward: spot * draw.within(0.97...1.03),
        rate: draw.within(0...0.08),
        options: (0...draw.below(5)).map { _ in
          DeriveStandard.Option(
            right: draw.below(2) == 0 ? .call : .put, strike: spot * draw.within(0.5...1.6),
            amount: draw.within(-20...20), volatility: draw.within(0.2...1.5))
        })
    }
    return DerivePortfolio.Account(
      cash: draw.within(-1e5...1e5), spot: spot,
      perpetual: DerivePortfolio.Perpetual(
        position: draw.within(-10...10), price: spot, unrealised: draw.within(-1000...1000)),
      expiries: expiries)
  }

  @Test("Derive's portfolio margin, scenario by scenario", arguments: UInt64(1)...60)
  func derive(seed: UInt64) throws {
    var draw = Draw(state: seed)
    let account = Self.account(&draw)
    var rule = DerivePortfolio.standard
    let all = rule.scenarios
    // In another order each time, so that each scenario is the added one.
    let order = all.indices.map { ($0, draw.unit()) }.sorted { $0.1 < $1.1 }.map(\.0)
    rule.scenarios = []
    var last = try rule.margin(of: account).net
    var lowered = 0
    for place in order {
      rule.scenarios.append(all[place])
      let now = try rule.margin(of: account).net
      #expect(now.initial <= last.initial, "scenario \(all[place]) lowered the initial margin")
      #expect(
        now.maintenance <= last.maintenance, "scenario \(all[place]) lowered the maintenance")
      if now.maintenance < last.maintenance { lowered += 1 }
      last = now
    }
    // Some scenario must have mattered, or nothing was tried.
    #expect(lowered > 0)
    let whole = try DerivePortfolio.standard.margin(of: account).net
    #expect(last.maintenance == whole.maintenance && last.initial == whole.initial)
  }

  // MARK: Deribit

  @Test("Deribit's matrix, with more buckets and more tails", arguments: UInt64(1)...60)
  func deribit(seed: UInt64) throws {
    var draw = Draw(state: seed)
    let forward = draw.within(1000...100_000)
    let settlement: Settlement = draw.below(2) == 0 ? .inverse : .linear
    let positions = (0...draw.below(6)).map { _ in
      let years = draw.within(0.01...0.5)
      if draw.below(4) == 0 {
        return DeribitPortfolioPosition.future(
          coins: draw.within(-20...20), forward: forward, years: years, settlement: settlement)
      }
      let option = RiskLeg.Contract.option(
        draw.below(2) == 0 ? .call : .put, strike: forward * draw.within(0.6...1.5),
        years: years, volatility: draw.within(0.2...1.5))
      return DeribitPortfolioPosition(
        RiskLeg(
          contract: option, settlement: settlement, forward: forward,
          quantity: draw.within(-20...20)))
    }
    var parameters = try #require(DeribitPortfolioParameters.known["BTC"]?.last?.value)
    func matrix() throws -> DeribitPortfolioMatrix {
      try DeribitPortfolioMatrix(positions, index: forward, parameters: parameters)
    }
    let before = try matrix()
    // Twice the buckets hold all the old ones.
    parameters.bucketsEachSide *= 2
    let finer = try matrix()
    #expect(finer.worstCase >= before.worstCase)
    parameters.extendedMoves += [-0.6, 0.6]
    let further = try matrix()
    #expect(further.worstCase >= finer.worstCase)
    #expect(further.riskMatrixMargin >= before.riskMatrixMargin)
  }
}
