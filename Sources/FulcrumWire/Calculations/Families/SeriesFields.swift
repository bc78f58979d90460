import FulcrumPricing

/// Series and tables inside inputs.
extension InputFields {
  /// An array of numbers that must be there.
  mutating func series(_ field: NumberField) -> [Double] {
    guard has(field.name) else {
      allow([field.name])
      refuse(
        field.name, seen: "nothing", allowed: "\(field.meaning): an array of numbers",
        fix: "add \"\(field.name)\"")
      return []
    }
    return numbers(field, fallback: [])
  }

  /// An array of arrays of `width` numbers that must be there; nil for as many as there are rows.
  mutating func table(_ name: String, width: Int?, meaning: String) -> [[Double]] {
    let shape = width.map { "\($0) numbers" } ?? "as many numbers as there are rows"
    let allowed = "\(meaning): an array of arrays of \(shape)"
    guard let value = any(name) else {
      refuse(name, seen: "nothing", allowed: allowed, fix: "add \"\(name)\"")
      return []
    }
    guard case .array(let rows) = value else {
      refuse(name, seen: value.brief, allowed: allowed, fix: "write [[...], ...]")
      return []
    }
    var table: [[Double]] = []
    for (place, row) in rows.enumerated() {
      let numbers = (row.array ?? []).compactMap(\.number)
      guard numbers.count == width ?? rows.count, numbers.count == row.array?.count,
        numbers.allSatisfy(\.isFinite)
      else {
        refuse(
          "\(name)[\(place)]", seen: row.brief, allowed: "\(shape), each finite",
          fix: "give such a row")
        continue
      }
      table.append(numbers)
    }
    return table
  }

  /// Says a refusal of a series in the words of the inputs.
  static func checking<Value>(
    _ make: () throws(SeriesError) -> Value
  ) throws(CalculationRefusal) -> Value {
    do {
      return try make()
    } catch {
      throw CalculationRefusal([issue(error)])
    }
  }

  private static func issue(_ error: SeriesError) -> Issue {
    switch error {
    case .tooShort(let what, let seen, let needed):
      Issue(
        source: source, path: "$.\(what)", seen: "\(seen) observations",
        allowed: "at least \(needed)", fix: "give a longer series")
    case .badElement(let what, let index, let seen, let allowed):
      Issue(
        source: source, path: "$.\(what)", seen: "\(seen) at place \(index)", allowed: allowed,
        fix: "give such a number")
    case .constant(let what):
      Issue(
        source: source, path: "$.\(what)", seen: "all observations equal",
        allowed: "a series that varies", fix: "check the series")
    case .dependent(let what):
      Issue(
        source: source, path: "$.\(what)", seen: "regressors that depend on each other",
        allowed: "a series that varies from day to day", fix: "give a longer series")
    case .notConverged(let what):
      Issue(
        source: source, path: "$.\(what)", seen: "a fit that did not converge",
        allowed: "a series that the model describes", fix: "give a longer series")
    case .impossible(let index):
      Issue(
        source: source, path: "$.series", seen: "observation \(index) of probability 0",
        allowed: "observations that the model can emit",
        fix: "give transitions above 0, or other parameters")
    }
  }
}
