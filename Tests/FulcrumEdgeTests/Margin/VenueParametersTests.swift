import Foundation
import FulcrumModel
import FulcrumRisk
import Testing

@testable import FulcrumWire

/// Parameters that a user has read, added to those known.
@Suite struct VenueParametersTests {
  private func parse(_ sets: String) -> Parsed<VenueParameters?> {
    let text = #"{"format":"fulcrum.venue-parameters","version":1,"note":"x","sets":[\#(sets)]}"#
    return VenueParametersDocument.parse(InputBytes(Data(text.utf8), source: "p.json"))
  }

  private func head(_ model: String, _ coin: String = "SOL", day: String = "2026-11-01") -> String {
    #""model":"\#(model)","coin":"\#(coin)","dated":"\#(day)""#
  }

  private func rule(
    _ name: String, _ parameters: VenueParameters, coin: String = "SOL", day: Int = 20
  ) throws -> any VenueRule {
    let entry = try #require(VenueRules.all(with: parameters).first { $0.name == name })
    let asked = try #require(CalendarDay(year: 2026, month: 11, day: day))
    return try entry.rule(
      for: VenueQuestion(coins: [coin], currency: .usd, day: asked))
  }

  private func pool(_ contract: RiskLeg.Contract, _ quantity: Double) -> RiskPool {
    RiskPool(
      index: 200, currency: .usd, cash: 5000,
      legs: [
        RiskLeg(contract: contract, settlement: .linear, forward: 200, quantity: quantity)
      ])
  }

  private let perpetual = RiskLeg.Contract.future(entry: 200, years: nil)
  private let call = RiskLeg.Contract.option(.call, strike: 210, years: 0, volatility: 0)

  @Test func givenSetsAnswerWhatWasNotKnown() throws {
    let parsed = parse(
      """
      {\(head("deribit-standard")),"confidence":"documented","source":"my reading",
       "perpetual":{"c1":25,"flatLimitCoins":100,"tail":{"c2":5,"power":0.5}}},
      {\(head("binance-futures")),"brackets":[{"cap":5000,"mmr":0.01,"maxLeverage":50},
       {"cap":90000,"mmr":0.02,"maxLeverage":20}]},
      {\(head("bybit-options")),"mmFactor":0.05},
      {\(head("bybit-futures")),"mmr":0.02,"leverage":5},
      {\(head("okx-options")),"c":0.07,"marginFactor":1.1},
      {\(head("binance-options")),"imFactor":0.2}
      """)
    let parameters = try #require(parsed.value, "\(parsed.issues)")
    func maintenance(
      _ name: String, _ contract: RiskLeg.Contract, _ quantity: Double
    ) throws -> Double {
      try rule(name, parameters).requirement(for: pool(contract, quantity)).maintenance
    }
    func close(_ a: Double, _ b: Double) -> Bool { (a - b).magnitude < 1e-9 }
    // 100 coins at 25 times; 400 coins at 25·√(100/400) = 12.5 times; a coin of 200 USD.
    #expect(close(try maintenance("deribit-standard", perpetual, 100), 20_000 / 25 * 2 / 3))
    #expect(close(try maintenance("deribit-standard", perpetual, 400), 80_000 / 12.5 * 2 / 3))
    #expect(close(try maintenance("binance-futures", perpetual, -100), 50 + 15_000 * 0.02))
    #expect(close(try maintenance("bybit-futures", perpetual, 3), 12))
    #expect(close(try maintenance("bybit-options", call, -2), 2 * (10 + 0.4)))
    #expect(close(try maintenance("okx-options", call, -2), 2 * 0.07 * 200 * 1.1))
    #expect(close(try maintenance("binance-options", call, -2), 2 * 10))
    let set = try rule("deribit-standard", parameters).ruleSet
    #expect(set.dated.description == "2026-11-01" && set.confidence == .documented)
    #expect(set.source == "my reading, given in p.json")
    // Rates of futures say nothing of options.
    #expect(throws: VenueRuleError.self) { try maintenance("deribit-standard", call, -2) }
  }

  @Test func setsOfOnChainVenues() throws {
    let parsed = parse(
      """
      {\(head("drift-perpetual")),"confidence":"secondary","initialRatio":0.1,
       "maintenanceRatio":0.05,"imfFactor":0.01},
      {\(head("dydx-perpetual", "XYZ")),"imf":0.2,"maintFraction":0.5,"lowerCapUsd":1e6,
       "upperCapUsd":2e6,"openInterestUsd":1.5e6},
      {\(head("hyperliquid-perpetual", "XYZ")),"leverageCap":4,
       "tiers":[{"lowerBound":0,"maxLeverage":10},{"lowerBound":1000,"maxLeverage":5}]}
      """)
    let parameters = try #require(parsed.value, "\(parsed.issues)")
    func asked(_ name: String, _ coin: String, _ coins: Double) throws -> VenueRequirement {
      try rule(name, parameters, coin: coin).requirement(for: pool(perpetual, coins))
    }
    func close(_ a: Double, _ b: Double) -> Bool { (a - b).magnitude < 1e-9 }
    // 25 coins of 200 USD: 0.8·0.05 + 0.01·√25, and the same premium on 0.1.
    let drift = try asked("drift-perpetual", "SOL", -25)
    #expect(close(drift.maintenance, 5000 * 0.09) && close(drift.initial, 5000 * 0.13))
    #expect(drift.confidence == .secondary)
    let dydx = try asked("dydx-perpetual", "XYZ", 10)
    #expect(close(dydx.maintenance, 200) && close(dydx.initial, 2000 * 0.6))
    let hyperliquid = try asked("hyperliquid-perpetual", "XYZ", 10)
    #expect(close(hyperliquid.maintenance, 50 + 100) && close(hyperliquid.initial, 500))
    for faulty in [
      "\(head("drift-perpetual")),\"initialRatio\":0.1,\"maintenanceRatio\":0.2",
      "\(head("dydx-perpetual")),\"imf\":0.2,\"maintFraction\":0.5,\"lowerCapUsd\":5",
      "\(head("hyperliquid-perpetual")),\"tiers\":[{\"lowerBound\":5,\"maxLeverage\":10}]",
      "\(head("hyperliquid-perpetual")),\"tiers\":[]",
    ] { #expect(parse("{\(faulty)}").value == nil) }
  }

  @Test func aSetIsInForceFromItsDayOnAndKeepsWhatItLeavesOut() throws {
    let parsed = parse(
      #"{\#(head("deribit-standard", "BTC", day: "2026-11-10")),"perpetual":{"c1":10,"flatLimitCoins":1e6}}"#
    )
    let parameters = try #require(parsed.value)
    for (day, initial) in [(9, 4.0), (10, 20.0)] {
      let rule = try rule("deribit-standard", parameters, coin: "BTC", day: day)
      let found = try rule.requirement(for: pool(perpetual, 1))
      #expect((found.initial - initial).magnitude < 1e-12)
    }
    let options = try rule("deribit-standard", parameters, coin: "BTC")
      .requirement(for: pool(call, -1))
    #expect(options.maintenance == 15)
  }

  @Test func portfolioParametersAreReadWhole() throws {
    let grid = """
      "priceRange":0.2,"bucketsEachSide":4,"volScenarios":3,"extendedTableFactor":1,
      "extendedDampenerUsd":25000,"pnlOffset":0,"maxOffsetablePnlUsd":0,"minAnnualisedMove":0.01,
      "annualisedMoveRisk":0.1,"deltaShockIncrementPerCoin":0,"deltaShockThresholdUsd":1e7,
      "maxDeltaShock":0.1,"mmFactor":0.8
      """
    let parameters = try #require(parse("{\(head("deribit-portfolio")),\(grid)}").value)
    let found = try rule("deribit-portfolio", parameters).requirement(for: pool(perpetual, 10))
    // 2,000 USD long: a fifth of it, and a hundredth for the roll.
    #expect((found.initial - 420).magnitude < 1e-9)
    #expect(parse("{\(head("deribit-portfolio"))}").issues.count >= 10)
  }

  /// A change of a sound set, and what its fault says.
  @Test(arguments: [
    (#""model":"bybit-options""#, #""model":"bybit""#, "did you mean|write \"bybit"),
    (#""coin":"SOL""#, #""coin":7"#, "a coin, such as BTC"),
    (#""dated":"2026-11-01""#, #""dated":"soon""#, "saw soon"),
    (#""mmFactor":0.05"#, #""mmFactor":-1"#, "$.sets[0].mmFactor"),
    (#""mmFactor":0.05"#, #""mmFactor":"0.05""#, "without quotes"),
    (#""mmFactor":0.05"#, #""mmFaktor":0.05"#, "did you mean \"mmFactor\""),
    (#""mmFactor":0.05"#, #""mmFactor":0.05,"confidence":"sure""#, "reproduced, documented"),
  ])
  func oneFaultRefusesTheFile(old: String, new: String, said: String) {
    let sound = "{\(head("bybit-options")),\"mmFactor\":0.05}"
    #expect(parse(sound).value != nil)
    let text = sound.replacing(old, with: new)
    #expect(text != sound)
    let parsed = parse(text)
    #expect(parsed.value == nil)
    let faults = parsed.issues.map(\.description).joined(separator: "\n")
    #expect(said.split(separator: "|").contains { faults.contains($0) }, "\(faults)")
    #expect(parsed.issues.allSatisfy { $0.source == "p.json" })
  }

  @Test(arguments: [
    "", "[]", "{", #"{"format":"other","version":1,"sets":[]}"#,
    #"{"format":"fulcrum.venue-parameters","version":2,"sets":[]}"#,
    #"{"format":"fulcrum.venue-parameters","version":1}"#,
  ])
  func whatIsNoSuchFileIsRefused(text: String) {
    let parsed = VenueParametersDocument.parse(InputBytes(Data(text.utf8), source: "p.json"))
    #expect(parsed.value == nil && !parsed.issues.isEmpty)
  }
}
