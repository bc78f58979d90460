/// Reasons collected while a report is written, each once and numbered from 1.
struct Footnotes {
  private var numbers: [String: Int] = [:]
  private(set) var texts: [String] = []

  /// The number of a reason.
  mutating func number(_ reason: String) -> Int {
    if let number = numbers[reason] { return number }
    texts.append(reason)
    numbers[reason] = texts.count
    return texts.count
  }
}
