public import FulcrumModel

/// Days in which many leveraged positions died, for looking at what a policy did through them.
public struct CrashWindow: Hashable, Sendable {
  public let name: String
  public let from: Timestamp
  /// The first instant after it.
  public let to: Timestamp

  /// Public history of bitcoin: days UTC, from the last calm midnight to after the low.
  public static let known: [CrashWindow] = [
    ("March 2020", (2020, 3, 8), (2020, 3, 16)), ("May 2021", (2021, 5, 15), (2021, 5, 25)),
    ("June 2022", (2022, 6, 9), (2022, 6, 20)), ("November 2022", (2022, 11, 5), (2022, 11, 12)),
    ("August 2024", (2024, 8, 1), (2024, 8, 8)), ("October 2025", (2025, 10, 8), (2025, 10, 14)),
  ].compactMap { name, from, to in
    guard let start = CalendarDay(year: from.0, month: from.1, day: from.2),
      let end = CalendarDay(year: to.0, month: to.1, day: to.2)
    else { return nil }
    return CrashWindow(name: name, from: start.at(hour: 0), to: end.at(hour: 0))
  }
}
