import Foundation
import Testing

@testable import FulcrumWire

/// Numbers that venues themselves printed, where the shared data folder holds them.
@Suite(.enabled(if: SharedData.isPresent, "the shared data folder (FULCRUM_SHARED) is absent"))
struct VenueVectorTests {
  @Test func everyPublishedNumberComesOut() throws {
    let root = try #require(SharedData.root)
    let file = root.appending(path: "vectors/venues/centralised.json")
    let report = VectorFile.verify([UInt8](try Data(contentsOf: file)), named: "centralised.json")
    #expect(report.family == VenueFamily.centralised.rawValue)
    let faults = report.failures.map(\.description).joined(separator: "\n")
    #expect(report.failures.isEmpty, "\(faults)")
    #expect(report.cases > 50 && report.compared > 200)
    // A published number that is known to be wrong: the formula's own is 22.61 away.
    #expect(report.unverified.map(\.caseID) == ["binance-isolated-lp-secondary"])
    let worst = report.worst.map { "\($0.fraction) of its tolerance (\($0.caseID), \($0.key))" }
    print("verify centralised.json: \(report.cases) cases, worst \(worst ?? "no error at all")")
  }
}
