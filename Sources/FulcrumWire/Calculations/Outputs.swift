import FulcrumRisk

/// The answers of one calculation in a stable order, with the reason of each that is absent.
struct Outputs {
  private var answers = JSONObject()
  private var reasons = JSONObject()

  init() { answers.reserve(24) }

  mutating func set(_ name: String, _ value: JSONValue) { answers.append(name, value) }

  /// A number that is finite for every sound input; one that leaves the range of a double is absent.
  mutating func set(_ name: String, _ number: Double) {
    set(name, Measure.value(number))
  }

  /// A number that may be infinite by its definition; "inf" and "-inf" stand for the infinities.
  mutating func set(_ name: String, extended number: Double) {
    if number.isInfinite {
      answers.append(name, JSONValue(double: number))
    } else {
      set(name, number)
    }
  }

  mutating func set(_ name: String, _ measure: Measure) {
    let measure = measure.representable
    answers.append(name, JSONValue(measure))
    if let absence = measure.absence { reasons[name] = .string(absence.rawValue) }
  }

  mutating func set(_ name: String, _ number: Double?, orAbsent absence: Absence) {
    set(name, number.map(Measure.value) ?? .absent(absence))
  }

  mutating func set(_ name: String, _ measures: [Measure]) {
    let measures = measures.map(\.representable)
    answers.append(name, .array(measures.map(JSONValue.init)))
    let absence = measures.lazy.compactMap(\.absence).first
    if let absence { reasons[name] = .string(absence.rawValue) }
  }

  mutating func set(_ name: String, _ numbers: [Double]) {
    set(name, numbers.map(Measure.value))
  }

  /// Adds the answers that are not there yet.
  mutating func merge(_ other: Outputs) {
    for member in other.answers.members where answers[member.name] == nil {
      answers.append(member.name, member.value)
      if let reason = other.reasons[member.name] { reasons[member.name] = reason }
    }
  }

  /// The answers, and `reasons` where any of them is null.
  var object: JSONObject {
    guard !reasons.isEmpty else { return answers }
    var object = answers
    object.append("reasons", .object(reasons))
    return object
  }
}

extension Measure {
  /// What leaves the range of a double is absent, and says so.
  fileprivate var representable: Measure {
    if case .value(let number) = self, !number.isFinite { return .absent(.notRepresentable) }
    return self
  }
}

extension JSONValue {
  init(_ measure: Measure) {
    switch measure {
    case .value(let number): self = .number(number)
    case .positiveInfinity: self = .string("inf")
    case .negativeInfinity: self = .string("-inf")
    case .absent: self = .null
    }
  }
}
