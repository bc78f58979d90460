/// Checks this program against reference-vector files (leverage-math section 10).
///
/// Nothing passes in silence: a file without family or cases, a family or key that cannot be
/// answered and a case that expects nothing are failures that say so.
package enum VectorFile {
  /// The version of the layout that is read.
  package static let format = 1

  package static func verify(_ bytes: [UInt8], named file: String) -> VerificationReport {
    var report = VerificationReport(file: file)
    do throws(VectorFault) {
      let root = try root(bytes)
      try verify(root, into: &report)
    } catch {
      report.failures.insert(
        VerificationReport.Failure(caseID: nil, key: nil, reason: error.reason), at: 0)
    }
    return report
  }

  private static func root(_ bytes: [UInt8]) throws(VectorFault) -> JSONObject {
    let value: JSONValue
    do throws(JSONFault) {
      value = try JSONReader.read(bytes)
    } catch {
      throw VectorFault("byte \(error.byte): saw \(error.seen); allowed is \(error.allowed)")
    }
    guard let root = value.object else { throw VectorFault("the file is not a JSON object") }
    return root
  }

  private static func verify(
    _ root: JSONObject, into report: inout VerificationReport
  ) throws(VectorFault) {
    guard let cases = root["cases"]?.array else {
      throw VectorFault("no array \"cases\"")
    }
    report.cases = cases.count
    let name = root["family"]
    report.family = name?.string
    let answerer = report.family.flatMap(VectorAnswerer.init(family:))
    for (place, value) in cases.enumerated() {
      verify(value, at: place, by: answerer, into: &report)
    }
    if cases.isEmpty { throw VectorFault("no case") }
    try checkHead(root, cases: cases.count)
    guard let name else {
      throw VectorFault("no key \"family\"; it says what the file holds, not the file's name")
    }
    guard answerer != nil else {
      throw VectorFault(
        "unknown family \(name.brief); known are \(VectorAnswerer.names.joined(separator: ", "))")
    }
  }

  private static func checkHead(_ root: JSONObject, cases: Int) throws(VectorFault) {
    if let format = root["format"], format != .number(Double(Self.format)) {
      throw VectorFault("format is \(format.brief); this program reads \(Self.format)")
    }
    if let count = root["count"], count != .number(Double(cases)) {
      throw VectorFault("count is \(count.brief), but there are \(cases) cases")
    }
  }

  private static func verify(
    _ value: JSONValue, at place: Int, by answerer: VectorAnswerer?,
    into report: inout VerificationReport
  ) {
    let object = value.object
    let id = object?["id"]?.string ?? "case \(place + 1)"
    // Rows kept for reference describe rules of others that nothing here claims to answer.
    if answerer?.takesReferences ?? true, object?["scope"] == .string("reference") {
      report.notAnswered += 1
      return
    }
    guard let answerer else { return report.fail(id, "no family answers this case") }
    let isVerified = !answerer.takesReferences || object?["verified"] != .bool(false)
    do throws(VectorFault) {
      let comparison = try comparison(value, by: answerer)
      if isVerified {
        report.take(comparison, of: id)
      } else {
        report.note(comparison, of: id)
      }
    } catch {
      report.fail(id, error.reason)
    }
  }

  private static func comparison(
    _ value: JSONValue, by answerer: VectorAnswerer
  ) throws(VectorFault) -> Comparison {
    guard let object = value.object else { throw VectorFault("the case is not an object") }
    guard let inputs = object["inputs"]?.object else {
      throw VectorFault("no object \"inputs\"")
    }
    guard let expected = object["expected"]?.object, !expected.isEmpty else {
      throw VectorFault("no expected key")
    }
    let tolerances = try ToleranceTable(object["tolerance"])
    let got = try answerer.answer(object, inputs)
    return Comparison.of(
      got, with: expected, tolerances: tolerances, oneSided: answerer.oneSided,
      uncompared: answerer.uncompared)
  }
}

extension VerificationReport {
  fileprivate mutating func fail(_ caseID: String, _ reason: String) {
    failedCases += 1
    failures.append(Failure(caseID: caseID, key: nil, reason: reason))
  }

  fileprivate mutating func take(_ comparison: Comparison, of caseID: String) {
    compared += comparison.compared
    if let key = comparison.worstKey, comparison.worst > worst?.fraction ?? 0 {
      worst = Worst(fraction: comparison.worst, caseID: caseID, key: key)
    }
    if comparison.compared == 0 { return fail(caseID, "every expected element is skipped") }
    guard !comparison.differences.isEmpty else { return }
    failedCases += 1
    failures += comparison.differences.map {
      Failure(
        caseID: caseID, key: $0.key, reason: $0.reason, expected: $0.expected, got: $0.got)
    }
  }
  /// A case that nobody has checked: its differences are shown, and it fails nothing.
  fileprivate mutating func note(_ comparison: Comparison, of caseID: String) {
    unverifiedCases += 1
    compared += comparison.compared
    unverified += comparison.differences.map {
      Failure(
        caseID: caseID, key: $0.key, reason: $0.reason, expected: $0.expected, got: $0.got)
    }
  }
}
