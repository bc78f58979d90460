import Foundation
import Testing

@testable import FulcrumWire

/// Rules of on-chain venues against rows of our own, and against their projects' published numbers
/// where the shared data folder holds them.
@Suite struct OnChainVectorTests {
  private func verify(_ bytes: [UInt8], _ name: String) -> VerificationReport {
    let report = VectorFile.verify(bytes, named: name)
    let worst = report.worst.map { "\($0.fraction) of its tolerance (\($0.caseID), \($0.key))" }
    print("verify \(name): \(report.cases) cases, worst \(worst ?? "no error at all")")
    return report
  }

  @Test func ourOwnRowsPassAndCoverEveryRule() throws {
    let file = "Tests/Vectors/venue_onchain.json"
    let bytes = try Repository.bytes(file)
    let report = verify(bytes, file)
    let faults = report.failures.map(\.description).joined(separator: "\n")
    #expect(report.failures.isEmpty, "\(faults)")
    #expect(report.family == VenueFamily.onChain.rawValue)
    let cases = try #require(try JSONReader.read(bytes).object?["cases"]?.array)
    let rules = Set(cases.compactMap { $0.object?["rule"]?.string })
    let answered = VenueFamily.onChain.calculations.map(\.rule)
    #expect(answered.count >= 34)
    #expect(answered.allSatisfy { rules.contains($0) || $0.hasPrefix("adl.") })
  }

  @Test(.enabled(if: SharedData.isPresent, "the shared data folder (FULCRUM_SHARED) is absent"))
  func everyPublishedNumberComesOut() throws {
    let root = try #require(SharedData.root)
    let file = root.appending(path: "vectors/venues/onchain.json")
    let report = verify([UInt8](try Data(contentsOf: file)), "onchain.json")
    #expect(report.cases > 150 && report.compared > 280 && report.unverifiedCases == 0)
    // Deleveraging by pools is answered by the ledger's own rule, not by a venue's.
    let others = report.failures.filter { !$0.description.contains("\"adl.") }
    #expect(others.isEmpty, "\(others.map(\.description).joined(separator: "\n"))")
    #expect(report.failures.count <= 2)
  }

  /// An option without its expiry's feed, a scenario of an unknown kind, a unit that is not whole.
  @Test(arguments: [
    (
      "derive.pmrm2.portfolio",
      "{\"scenario\":{},\"parameters\":{\"Scenarios\":[[1,\"Sideways\",1]]}}"
    ),
    ("dydx.liquidatable", "{\"positionQuantums\":0.5}"),
    ("dydx.liquidatable", "{\"positionQuantums\":1e300}"),
    ("hyperliquid.tierMargin", "{\"notional\":1,\"tiers\":[]}"),
    ("hyperliquid.adlOrder", "{\"positions\":[{\"id\":5}]}"),
    ("derive.srm.portfolio", "{\"markets\":{\"eth\":5}}"),
    ("derive.auction.bid", "{\"elapsed\":-1}"),
    (
      "drift.isolated.margin",
      """
      {"base":1e300,"quote":0,"isolatedDeposit":0,"oraclePrice":1e300,"marginRatio":1,\
      "marginBuffer":0}
      """
    ),
    ("drift.isolated.bankruptcy", "{\"quote\":-1,\"isolatedDeposit\":1,\"liquidatorFeeOnPnl\":1}"),
  ])
  func badInputsAreRefusedWithTheirPlace(rule: String, text: String) throws {
    let calculation = try #require(VenueFamily.onChain.calculation(rule))
    let inputs = try #require(try JSONReader.read(Array(text.utf8)).object)
    #expect {
      try calculation.evaluate(inputs)
    } throws: {
      guard let refusal = $0 as? CalculationRefusal else { return false }
      return !refusal.issues.isEmpty
        && refusal.issues.allSatisfy {
          $0.path?.hasPrefix("$") == true && !$0.allowed.isEmpty && !$0.fix.isEmpty
        }
    }
  }
}
