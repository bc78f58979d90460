import Foundation
import FulcrumModel
import Testing

struct TimestampTests {
  /// Any instant from 1970 to 2200, against Foundation's own formatter.
  @Test func printsAndReadsAsFoundationDoes() throws {
    let formatter = ISO8601DateFormatter()
    formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
    var random = SeededRandom(state: 11)
    for _ in 0..<3000 {
      let milliseconds = Int64.random(in: 0...7_258_118_400_000, using: &random)
      let instant = Timestamp(milliseconds: milliseconds)
      let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
      let expected = formatter.string(from: date).replacingOccurrences(of: ".000Z", with: "Z")
      #expect(instant.description == expected)
      #expect(Timestamp(instant.description) == instant)
    }
  }

  @Test(arguments: [
    ("2026-08-22", "2026-08-22T00:00:00Z"), ("2026-08-22 03:52:47", "2026-08-22T03:52:47Z"),
    ("2026-08-22T03:50:45.199229+00:00", "2026-08-22T03:50:45.199Z"),
    ("2026-08-22T03:50:45.5+02:30", "2026-08-22T01:20:45.500Z"),
    ("2026-07-29 10:31:00 UTC", "2026-07-29T10:31:00Z"),
    ("2024-02-29T08:00Z", "2024-02-29T08:00:00Z"),
    ("1768437008178", "2026-01-15T00:30:08.178Z"), ("1768437008", "2026-01-15T00:30:08Z"),
    ("1768437008178000", "2026-01-15T00:30:08.178Z"),
  ])
  func readsWhatVenuesWrite(_ text: String, _ printed: String) throws {
    #expect(try #require(Timestamp(text)).description == printed)
  }

  @Test(arguments: [
    "", "2026-02-29", "2026-13-01", "2026-08-22T25:00:00Z", "2026-08-22T10:61:00Z", "22-08-2026",
    "2026-08-22T10:00:00+1", "2026-08-22Tnoon", "1e12", "12345678", "2026-08-22T10:00:00Zx",
    "12345678901234567890",
  ])
  func refuses(_ text: String) { #expect(Timestamp(text) == nil, "\(text)") }

  @Test func yearsAreOf365Days() throws {
    let now = try #require(Timestamp("2026-11-20T08:00:00Z"))
    let week = try #require(Timestamp("2026-11-27T08:00:00Z"))
    #expect(now.years(to: week) == 7.0 / 365)
    #expect(week.years(to: now) == -7.0 / 365)
    let day = try #require(CalendarDay(year: 2026, month: 11, day: 27))
    #expect(day.at(hour: 8) == week && CalendarDay(week) == day)
  }
}
