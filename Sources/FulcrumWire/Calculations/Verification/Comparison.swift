/// Compares the answers of one case with the expected ones (leverage-math section 10).
///
/// Numbers within tolerance; booleans, strings and null exactly; "inf" and "-inf" are the infinities;
/// arrays element by element, where "skip" leaves an element out; objects by the keys expected.
struct Comparison {
  /// One number or word that is not as expected.
  struct Difference {
    /// `curve[2]`.
    let key: String
    let reason: String
    let expected: JSONValue
    let got: JSONValue?
  }

  private(set) var differences: [Difference] = []
  /// Values compared, without the skipped ones.
  private(set) var compared = 0
  /// The largest error as a fraction of its tolerance, and where.
  private(set) var worst = 0.0
  private(set) var worstKey: String?

  /// - Parameter oneSided: keys for which more is no error, as a `CalculationFamily` names them.
  static func of(
    _ got: JSONObject, with expected: JSONObject, tolerances: ToleranceTable,
    oneSided: [String: [String]] = [:], uncompared: Set<String> = []
  ) -> Comparison {
    var comparison = Comparison()
    var (enough, passedOver) = (Set<String>(), uncompared)
    for (key, dependents) in oneSided {
      guard let number = got[key]?.number, let wanted = expected[key]?.number, number >= wanted
      else { continue }
      enough.insert(key)
      if tolerances[key].fraction(got: number, expected: wanted) > 1 {
        passedOver.formUnion(dependents)
      }
    }
    for member in expected.members where !passedOver.contains(member.name) {
      if enough.contains(member.name) {
        comparison.compared += 1
        continue
      }
      comparison.compare(
        got[member.name], with: member.value, at: member.name,
        tolerance: tolerances[member.name])
    }
    return comparison
  }

  private mutating func compare(
    _ got: JSONValue?, with expected: JSONValue, at key: String, tolerance: Tolerance
  ) {
    guard let got else {
      compared += 1
      return fail(key, "this program has no such answer for these inputs", expected, nil)
    }
    switch (expected, got) {
    case (.number(let wanted), .number(let number)):
      compare(number, with: wanted, at: key, tolerance: tolerance)
    case (.array(let wanted), .array(let elements)):
      compare(elements, with: wanted, at: key, tolerance: tolerance)
    case (.object(let wanted), .object(let object)):
      for member in wanted.members {
        compare(
          object[member.name], with: member.value, at: "\(key).\(member.name)",
          tolerance: tolerance)
      }
    case (.null, _), (.bool, _), (.number, _), (.string, _), (.array, _), (.object, _):
      compared += 1
      if got != expected { fail(key, "not as expected", expected, got) }
    }
  }

  private mutating func compare(
    _ got: Double, with expected: Double, at key: String, tolerance: Tolerance
  ) {
    compared += 1
    let fraction = tolerance.fraction(got: got, expected: expected)
    if fraction > worst {
      worst = fraction
      worstKey = key
    }
    // Written so that a NaN, which no comparison holds for, fails.
    if !(fraction <= 1) {
      fail(key, "off by \(fraction) times its tolerance", .number(expected), .number(got))
    }
  }

  private mutating func compare(
    _ got: [JSONValue], with expected: [JSONValue], at key: String, tolerance: Tolerance
  ) {
    guard got.count == expected.count else {
      compared += 1
      return fail(
        key, "\(got.count) elements where \(expected.count) are expected", .array(expected),
        .array(got))
    }
    if expected.isEmpty { compared += 1 }
    for (place, wanted) in expected.enumerated() where wanted != .string("skip") {
      compare(got[place], with: wanted, at: "\(key)[\(place)]", tolerance: tolerance)
    }
  }

  private mutating func fail(
    _ key: String, _ reason: String, _ expected: JSONValue, _ got: JSONValue?
  ) {
    differences.append(Difference(key: key, reason: reason, expected: expected, got: got))
  }
}
