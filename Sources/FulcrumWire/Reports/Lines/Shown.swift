import FulcrumRisk

/// What one place of a report shows.
struct Shown: Hashable {
  enum State: Hashable {
    case number
    /// Exposure on no capital: not a number, and not infinity either.
    case unbounded
    case absent
    /// Nothing belongs here.
    case blank
  }

  var text: String
  var state: State
  /// Why there is no number.
  var reason: String?

  init(_ text: String) {
    self.text = text
    state = text.isEmpty ? .blank : .number
    reason = nil
  }

  private init(state: State, reason: String) {
    text = ""
    self.state = state
    self.reason = reason
  }

  static let blank = Shown("")
  static func absent(_ reason: String) -> Shown { Shown(state: .absent, reason: reason) }
  static func absent(_ reason: Absence) -> Shown {
    Shown(state: .absent, reason: reason.explanation)
  }
  static func unbounded(_ reason: String) -> Shown { Shown(state: .unbounded, reason: reason) }

  /// A finite measure as `text` writes it; an infinity and an absence with their reasons.
  static func measure(
    _ measure: Measure, unbounded reason: String = "capital at risk is zero",
    _ text: (Double) -> String
  ) -> Shown {
    switch measure {
    case .value(let number): Shown(text(number))
    case .positiveInfinity, .negativeInfinity: .unbounded(reason)
    case .absent(let reason): .absent(reason)
    }
  }
}
