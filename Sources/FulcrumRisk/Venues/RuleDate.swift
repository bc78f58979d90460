public import FulcrumModel

/// The day that a set of parameters is of, and how well it is known.
public struct RuleDate: Hashable, Sendable {
  public let day: CalendarDay
  public let confidence: RuleConfidence
  public let source: String

  public init(_ day: CalendarDay, _ confidence: RuleConfidence, source: String) {
    self.day = day
    self.confidence = confidence
    self.source = source
  }

  /// - Precondition: the day exists; for the dates written in this program's own tables.
  init(
    _ year: Int, _ month: Int, _ day: Int, _ confidence: RuleConfidence, source: String
  ) {
    guard let day = CalendarDay(year: year, month: month, day: day) else {
      preconditionFailure("no such day: \(year)-\(month)-\(day)")
    }
    self.init(day, confidence, source: source)
  }
}
