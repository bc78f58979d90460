import Foundation
import FulcrumModel
import FulcrumRisk
import Testing

@testable import FulcrumWire

/// Funding rates as files have them, good and bad.
@Suite struct FundingDocumentTests {
  private static let hour: Int64 = 3_600_000
  private static let start: Int64 = 1_577_836_800_000

  private func parse(_ rows: [String], _ column: String = "funding_rate") -> Parsed<[FundingRate]?>
  {
    let text = (["time," + column] + rows).joined(separator: "\n") + "\n"
    return FundingDocument.parse(InputBytes(Data(text.utf8), source: "rates.csv"))
  }

  /// Eight-hour rates of 1, 2, ... bp.
  private func rows(_ count: Int) -> [String] {
    (0..<count).map { "\(Self.start + Int64($0) * 8 * Self.hour),\(Double($0 + 1) / 10_000)" }
  }

  @Test func whatIsSoundIsReadWithoutARemark() throws {
    let parsed = parse(rows(6))
    #expect(parsed.issues.isEmpty)
    let rates = try #require(parsed.value)
    #expect(rates.map(\.length) == Array(repeating: 8 * Self.hour, count: 6))
    #expect(rates.map(\.rate) == [0.0001, 0.0002, 0.0003, 0.0004, 0.0005, 0.0006])
  }

  @Test func rowsOutOfOrderAreSortedAndSaid() throws {
    var rows = rows(6)
    rows.swapAt(2, 3)
    let parsed = parse(rows)
    #expect(parsed.value == parse(self.rows(6)).value)
    #expect(parsed.issues.count == 1)
    let issue = try #require(parsed.issues.first)
    #expect(issue.severity == .warning && issue.line == 5)
    #expect(Bool("\(issue)".contains("sorted")))
  }

  @Test func doublesAreDroppedAndContradictionsSaid() throws {
    var rows = rows(6)
    rows.insert(rows[2], at: 3)
    let same = parse(rows)
    #expect(same.errors.isEmpty && same.issues.count == 1 && same.issues.first?.line == 5)
    #expect(same.value == parse(self.rows(6)).value)
    rows[3] = rows[3].replacing(",0.0003", with: ",0.0009")
    let other = parse(rows)
    #expect(other.errors.map(\.line) == [5])
    #expect(Bool("\(other.errors)".contains("than on line 4")))
    #expect(other.value == parse(self.rows(6)).value)
  }

  @Test(arguments: [("0.2", "below 0.1"), ("x", "number"), ("", "number")])
  func aRateThatCannotBeIsLeftOut(fault: (String, String)) throws {
    var rows = rows(6)
    rows[3] = "\(Self.start + 3 * 8 * Self.hour),\(fault.0)"
    let parsed = parse(rows)
    #expect(parsed.value?.count == 5)
    if !fault.0.isEmpty { #expect(parsed.errors.map(\.line) == [5]) }
    // The row before the hole keeps its eight hours.
    #expect(parsed.value?.map(\.length) == Array(repeating: 8 * Self.hour, count: 5))
  }

  /// A venue that goes from eight to four hours, with a millisecond of jitter; each row keeps its own.
  @Test func theIntervalMayChange() throws {
    let times = [0, 28_800_001, 57_600_000, 72_000_000, 86_400_000] as [Int64]
    let parsed = parse(times.map { "\(Self.start + $0),0.0001" })
    #expect(
      parsed.value?.map(\.length) == [28_800_001, 28_799_999, 14_400_000, 14_400_000, 14_400_000])
  }

  /// Three eight-hour rates of 1 bp a day.
  @Test func aMeanIsPaidThreeTimesADay() throws {
    let parsed = parse(["2021-01-01,0.0001", "2021-01-02,0.0001"], "funding_mean")
    #expect(parsed.value?.map(\.length) == [24 * Self.hour, 24 * Self.hour])
    for rate in parsed.value ?? [] { #expect(abs(rate.rate - 0.0003) < 1e-18) }
    #expect(parse(["2021-01-01,0.0001"]).value == nil)
  }
}
