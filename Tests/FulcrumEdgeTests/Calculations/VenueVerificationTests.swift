import Foundation
import Testing

@testable import FulcrumWire

/// Files whose cases follow one venue rule each: what is answered, what is only shown, what fails.
@Suite struct VenueVerificationTests {
  private func report(_ cases: String...) -> VerificationReport {
    let text = """
      {"family":"venues-centralised","format":1,"count":\(cases.count),\
      "cases":[\(cases.joined(separator: ","))]}
      """
    return VectorFile.verify(Array(text.utf8), named: "x.json")
  }

  private func row(
    _ expected: String = "53", rule: String = "account.availableFunds", scope: String = "product",
    verified: Bool = true, tolerance: String = #"{"abs":1e-9,"rel":0}"#,
    inputs: String = #"{"marginBalance":54.5,"initialMargin":1.5}"#
  ) -> String {
    """
    {"id":"a","rule":"\(rule)","scope":"\(scope)","system":"X","inputs":\(inputs),\
    "expected":{"availableFunds":\(expected)},"tolerance":\(tolerance),"source":"",\
    "verified":\(verified),"notes":""}
    """
  }

  @Test func aSoundCasePasses() {
    let report = report(row())
    #expect(report.passed && report.compared == 1 && report.worst == nil)
  }

  @Test func aWrongNumberFails() {
    let report = report(row("53.1"))
    #expect(!report.passed && report.failures.map(\.key) == ["availableFunds"])
  }

  @Test func whatNobodyVerifiedIsShownWithItsDifferenceAndFailsNothing() {
    let report = report(row("53.1", verified: false), row(verified: false))
    #expect(report.passed && report.unverifiedCases == 2)
    #expect(report.unverified.map(\.key) == ["availableFunds"])
    #expect(report.unverified.first?.got == .number(53))
    #expect(report.worst == nil, "an unchecked number says nothing about our accuracy")
  }

  @Test func referenceCasesAreCountedAsNotAnswered() {
    let report = report(row(), row("1", rule: "bit.option.standard", scope: "reference"))
    #expect(report.passed && report.notAnswered == 1 && report.compared == 1)
  }

  @Test(arguments: ["product", "marginal"]) func whatCannotBeAnsweredFailsByName(scope: String) {
    let rule = scope == "product" ? "account.availableFund" : "account.availableFunds"
    let report = report(row(rule: rule, scope: scope))
    let seen = scope == "product" ? "did you mean \"account.availableFunds\"" : "marginal"
    #expect(!report.passed && report.failures.contains { $0.description.contains(seen) })
  }

  @Test func anUnverifiedCaseOfAnUnknownRuleFailsToo() {
    #expect(!report(row(rule: "nobody.knows", verified: false)).passed)
  }

  @Test func anUnknownInputFails() {
    let report = report(row(inputs: #"{"marginBalance":54.5,"initialMargin":1.5,"x":1}"#))
    #expect(report.failures.contains { $0.description.contains("unknown field \"x\"") })
  }

  /// 53.0000004 − 1.5 and so on: rounded to six decimals, cut toward zero, then equal.
  @Test(arguments: [
    (53.0, "53", true), (53.9, "53", true), (53.9999999, "53", false), (53.9999999, "54", true),
    (-53.9, "-53", true), (-53.9, "-54", false), (-53.9999999, "-54", true),
  ])
  func truncatedNumbersAreRoundedFirst(got: Double, expected: String, passes: Bool) {
    let inputs = "{\"marginBalance\":\(got),\"initialMargin\":0}"
    let report = report(row(expected, tolerance: #"{"trunc":true}"#, inputs: inputs))
    #expect(report.passed == passes)
  }

  @Test func truncationStandsAlone() {
    #expect(!report(row(tolerance: #"{"trunc":true,"abs":1}"#)).passed)
    #expect(!report(row(tolerance: #"{"trunc":1}"#)).passed)
  }

  @Test func ruleNamesAreDistinctAndSummarised() {
    for family in VenueFamily.allCases {
      let rules = family.calculations.map(\.rule)
      #expect(Set(rules).count == rules.count)
      #expect(family.calculations.allSatisfy { !$0.summary.isEmpty })
    }
  }
}
