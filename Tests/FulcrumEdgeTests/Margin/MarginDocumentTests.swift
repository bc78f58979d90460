import Foundation
import FulcrumRisk
import Testing

@testable import FulcrumWire

struct MarginDocumentTests {
  private func parse(_ text: String) -> Parsed<StandardMargin?> {
    MarginDocument.parse(InputBytes(Data(text.utf8), source: "margin.json"))
  }

  /// Brackets of a venue's table: maintenance of 300,000 by hand is 50,000·0.4 % + 200,000·0.5 % +
  /// 50,000·1 %, and the fee on all of it.
  @Test func bracketsAreJoined() throws {
    let parsed = parse(
      """
      {"format": "fulcrum.margin", "version": 1, "liquidationFee": "0.001", "futuresBrackets": [
        {"notionalFloor": 0, "rate": 0.004}, {"notionalFloor": 50000, "rate": 0.005},
        {"notionalFloor": 250000, "rate": 0.01}]}
      """)
    #expect(parsed.issues.isEmpty, "\(parsed.issues)")
    let margin = try #require(parsed.value)
    #expect(margin.optionRate == 0.075 && margin.ruleSet == "standard-option/2026-11+given")
    let pool = RiskPool(
      index: 60_000, currency: .usd, cash: 0,
      legs: [
        RiskLeg(
          contract: .future(entry: 60_000, years: nil), settlement: .linear, forward: 60_000,
          quantity: 5)
      ])
    let maintenance = try margin.maintenance(of: pool)
    #expect(abs(maintenance - (200 + 1000 + 500 + 300)) < 1e-9)
  }

  @Test func theDefaultKeepsItsName() throws {
    let margin = try #require(parse(#"{"format": "fulcrum.margin", "version": 1}"#).value)
    #expect(margin == .standard && margin.ruleSet == "standard-option/2026-11")
  }

  @Test(arguments: [
    (#"{"version": 1}"#, "no format"),
    (#"{"format": "fulcrum.margin", "version": 2}"#, "version 2"),
    (#"{"format": "fulcrum.margin", "version": 1, "optionrate": 0.1}"#, "unknown field"),
    (#"{"format": "fulcrum.margin", "version": 1, "optionRate": -0.1}"#, "optionRate"),
    (#"{"format": "fulcrum.margin", "version": 1, "optionRate": "NaN"}"#, "NaN"),
    (
      #"{"format": "fulcrum.margin", "version": 1, "futuresBrackets": [{"notionalFloor": 5, "rate": 0.1}]}"#,
      "bracket"
    ),
    (#"{"format": "fulcrum.margin", "version": 1, "futuresBrackets": []}"#, "bracket"),
    ("[1", "end of the text"), ("", ""),
  ])
  func faultsRefuseTheFile(_ text: String, _ seen: String) {
    let parsed = parse(text)
    #expect(parsed.value == nil)
    #expect(
      parsed.errors.contains { seen.isEmpty || $0.description.contains(seen) },
      "\(parsed.issues.map(\.description))")
  }
}
