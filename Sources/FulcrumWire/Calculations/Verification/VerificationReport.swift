/// What checking this program against one vector file found.
package struct VerificationReport: Sendable {
  /// A case that this program does not answer as expected.
  package struct Failure: Hashable, Sendable {
    /// Nil for a fault of the file as a whole.
    package let caseID: String?
    package let key: String?
    package let reason: String
    package var expected: JSONValue?
    package var got: JSONValue?
  }

  /// The largest error of the file as a fraction of its tolerance.
  package struct Worst: Hashable, Sendable {
    package let fraction: Double
    package let caseID: String
    package let key: String
  }

  package let file: String
  /// Nil where the file has no family key.
  package var family: String?
  package var cases = 0
  /// Values compared.
  package var compared = 0
  /// Cases with at least one failure.
  package var failedCases = 0
  /// Cases of rules of others, kept in the file for reference, that this program does not answer.
  package var notAnswered = 0
  /// Answers that differ from a number which nobody has checked: shown, and no failure.
  package var unverified: [Failure] = []
  /// Cases whose expected numbers nobody has checked, the agreeing ones included.
  package var unverifiedCases = 0
  package var worst: Worst?
  package var failures: [Failure] = []

  package init(file: String) { self.file = file }

  package static func unreadable(_ file: String, reason: String) -> VerificationReport {
    var report = VerificationReport(file: file)
    report.failures = [Failure(caseID: nil, key: nil, reason: "cannot be read: \(reason)")]
    return report
  }

  package var passed: Bool { failures.isEmpty }
}

extension VerificationReport {
  package static let schema = "fulcrum-verify"
  package static let schemaVersion = 1

  /// The report as an object of the documented layout.
  package var json: JSONObject {
    var object = JSONObject()
    object["file"] = .string(file)
    object["family"] = family.map(JSONValue.string) ?? .null
    object["passed"] = .bool(passed)
    object["cases"] = .number(Double(cases))
    object["failedCases"] = .number(Double(failedCases))
    object["notAnswered"] = .number(Double(notAnswered))
    object["unverifiedCases"] = .number(Double(unverifiedCases))
    object["unverified"] = .array(unverified.map { .object($0.json) })
    object["compared"] = .number(Double(compared))
    object["worst"] = worst.map { .object($0.json) } ?? .null
    object["failures"] = .array(failures.map { .object($0.json) })
    return object
  }
}

extension VerificationReport.Worst {
  var json: JSONObject {
    var object = JSONObject()
    object["fractionOfTolerance"] = JSONValue(double: fraction)
    object["case"] = .string(caseID)
    object["key"] = .string(key)
    return object
  }
}

extension VerificationReport.Failure {
  var json: JSONObject {
    var object = JSONObject()
    object["case"] = caseID.map(JSONValue.string) ?? .null
    object["key"] = key.map(JSONValue.string) ?? .null
    object["reason"] = .string(reason)
    if let expected { object["expected"] = expected }
    if let got { object["got"] = got }
    return object
  }
}

extension VerificationReport.Failure: CustomStringConvertible {
  package var description: String {
    var text = caseID ?? "file"
    if let key { text += ", \(key)" }
    text += ": \(reason)"
    if let expected { text += "; expected \(expected.brief)" }
    if let got { text += ", got \(got.brief)" }
    return text
  }
}
