import Testing

@testable import FulcrumWire

/// Venue rules against rows of our own: inputs chosen here, expected values of 40 digits from
/// Scripts/vectors/venue_centralised.py, which shares no code with the program.
@Suite struct VenueOwnVectorTests {
  @Test func everyRowPasses() throws {
    let file = "Tests/Vectors/venue_centralised.json"
    let report = VectorFile.verify(try Repository.bytes(file), named: file)
    let faults = report.failures.map(\.description).joined(separator: "\n")
    #expect(report.failures.isEmpty, "\(faults)")
    #expect(report.cases > 60 && report.unverifiedCases == 0 && report.notAnswered == 0)
    let worst = report.worst.map { "\($0.fraction) of its tolerance (\($0.caseID), \($0.key))" }
    print("verify \(file): \(report.cases) cases, worst \(worst ?? "no error at all")")
  }

  /// What no published number covers is covered by ours.
  @Test func theRowsReachWhatNoVenuePrinted() throws {
    let rows = try #require(Repository.vectors("venue_centralised")["cases"]?.array)
    let ids = rows.compactMap { $0.object?["id"]?.string }
    for begin in [
      "deribit-standard-", "deribit-pm-short-", "deribit-pm-linear-", "deribit-pm-delta-shock",
      "deribit-pm-floor-before", "okx-short-", "okx-order-floor", "bybit-short-", "bybit-inverse-",
      "binance-option-", "binance-bracket-", "ticker-",
    ] { #expect(ids.contains { $0.hasPrefix(begin) }, "\(begin)") }
    // The extended table decides in some of them, and the dampener in none of those is idle.
    let decided = rows.compactMap(\.object).filter { row in
      let expected = row["expected"]?.object
      func least(_ name: String) -> Double {
        expected?[name]?.array?.compactMap(\.number).min() ?? 0
      }
      return least("aggregatedExtended") < least("aggregatedStandard")
    }
    #expect(decided.count >= 3)
  }
}
