import Testing

@testable import FulcrumWire

@Suite struct VerificationTests {
  /// Every family of the registry against its file; expected values are of 50 digits.
  @Test(arguments: CalculationFamily.names) func everyVectorPasses(family: String) throws {
    let file = "Tests/Vectors/\(family).json"
    let report = VectorFile.verify(try Repository.bytes(file), named: file)
    #expect(report.family == family)
    #expect(report.failures.isEmpty, "\(report.failures.first?.description ?? "")")
    // The smallest file, of fits, has eight.
    #expect(report.cases >= 8 && report.compared > report.cases)
    let worst = report.worst.map { "\($0.fraction) of its tolerance (\($0.caseID), \($0.key))" }
    print("verify \(family): \(report.cases) cases, worst \(worst ?? "no error at all")")
  }

  /// Section 10 says which keys a case has: no more and no fewer are answered.
  @Test(arguments: CalculationFamily.all.map(\.name)) func keysAreThoseOfSection10(
    name: String
  ) throws {
    let family = try #require(CalculationFamily.named(name))
    var seen: Set<String> = []
    for value in try #require(try Repository.vectors(name)["cases"]?.array) {
      let inputs = try #require(value.object?["inputs"]?.object)
      let expected = try #require(value.object?["expected"]?.object)
      let got = try family.evaluate(inputs)
      let names = Set(got.names).subtracting(["reasons"])
      // The one case of prices that never move leaves out what a constant says nothing about.
      let leftOut: Set<String> =
        value.object?["id"] == .string("rv-013") ? ["yangZhangK", "jumpShare"] : []
      #expect(
        names == Set(expected.names).union(leftOut), "\(value.object?["id"]?.brief ?? "")")
      seen.formUnion(names)
      for absent in got.members where absent.value == .null {
        let said = got["reasons"]?.object?[absent.name] ?? got["status"]
        #expect(said?.string != nil, "\(absent.name) is null without a reason")
      }
    }
    #expect(seen == Set(family.outputs))
  }

  @Test func theRegistryHasTheFamiliesOfTheseChapters() {
    #expect(
      CalculationFamily.names == [
        "black76", "inverse_options", "greeks", "implied_vol", "leverage", "regulatory_leverage",
        "var_leverage", "liquidation", "first_passage", "svi", "realised_vol", "ewma_har", "garch",
        "hmm", "implied_variance", "regime_hysteresis", "policy", "growth", "rng_normal", "sobol",
        "mc_kernels", "hedge",
      ])
  }

  /// A maximised likelihood may be better than the reference's, and then its parameters are others.
  @Test func aBetterLikelihoodPassesAndAWorseOneDoesNot() throws {
    func judged(_ likelihood: Double, _ mle: Double) throws -> Comparison {
      try Comparison.of(
        ["maxLogLikelihood": .number(likelihood), "mle": .array([.number(mle)])],
        with: ["maxLogLikelihood": .number(-100), "mle": .array([.number(1)])],
        tolerances: ToleranceTable(.object(JSONObject(text: #"{"rel":0,"abs":1e-4}"#))),
        oneSided: CalculationFamily.garch.oneSided)
    }
    #expect(try judged(-100, 1).differences.isEmpty)
    #expect(try judged(-99, 7).differences.isEmpty)
    #expect(try judged(-100.00005, 1).differences.isEmpty)
    // As good, not better: the parameters count.
    #expect(try judged(-99.99995, 7).differences.map(\.key) == ["mle[0]"])
    #expect(try judged(-100.001, 1).differences.map(\.key) == ["maxLogLikelihood"])
  }

  // MARK: What must fail

  private let sound = """
    {"family":"black76","format":1,"count":1,"cases":[{"id":"a",\
    "inputs":{"type":"call","F":100,"K":90,"T":0,"sigma":0.5,"r":0},\
    "expected":{"intrinsic":10,"price":10},"tolerance":{"rel":1e-12,"abs":0}}]}
    """

  private func report(_ text: String) -> VerificationReport {
    VectorFile.verify(Array(text.utf8), named: "x.json")
  }

  @Test func theSoundFilePasses() {
    let report = report(sound)
    #expect(report.passed && report.cases == 1 && report.compared == 2)
  }

  /// A change of the sound file, and a word of the failure that must name it.
  @Test(arguments: [
    ("\"intrinsic\":10", "\"intrinsic\":10.0001", "intrinsic"),
    ("\"intrinsic\":10", "\"intrinsic\":null", "intrinsic"),
    ("\"intrinsic\":10", "\"intrinsic\":\"inf\"", "intrinsic"),
    ("\"intrinsic\":10", "\"intrinsic\":\"skip\"", "intrinsic"),
    ("\"intrinsic\":10", "\"intrinsic\":[10]", "intrinsic"),
    ("\"intrinsic\":10", "\"moneyness\":10", "moneyness"),
    ("\"family\":\"black76\",", "", "family"),
    ("black76", "black77", "black77"),
    ("\"family\":\"black76\"", "\"family\":7", "unknown family 7"),
    ("\"format\":1", "\"format\":2", "format is 2"),
    ("\"count\":1", "\"count\":2", "count is 2"),
    ("{\"intrinsic\":10,\"price\":10}", "{}", "no expected key"),
    ("\"expected\"", "\"expects\"", "no expected key"),
    ("\"inputs\"", "\"input\"", "inputs"),
    ("\"r\":0", "\"r\":0,\"q\":0", "q"),
    ("\"sigma\":0.5", "\"sigma\":-0.5", "sigma"),
    (",\"tolerance\":{\"rel\":1e-12,\"abs\":0}", "", "no tolerance"),
    ("\"rel\":1e-12", "\"rel\":-1", "tolerance.rel"),
    ("\"rel\":1e-12", "\"rel\":\"inf\"", "tolerance.rel"),
    ("\"rel\":1e-12", "\"relative\":1e-12", "relative"),
    ("\"abs\":0", "\"perKey\":{\"price\":3}", "perKey.price"),
    ("\"cases\":", "\"rows\":", "cases"),
    ("}]}", "}]", "the end"),
  ])
  func aDoctoredFileFails(old: String, new: String, named: String) {
    let text = sound.replacing(old, with: new)
    #expect(text != sound)
    let report = report(text)
    #expect(!report.passed)
    #expect(report.failures.contains { $0.description.contains(named) })
  }

  @Test func aFileWithoutCasesFails() {
    let report = report(#"{"family":"black76","count":0,"cases":[]}"#)
    #expect(report.failures.map(\.reason) == ["no case"])
  }

  @Test func aCaseOfSkippedElementsOnlyFails() throws {
    var file = try Repository.vectors("leverage")
    var first = try #require(file["cases"]?.array?.first?.object)
    first["expected"] = .object(
      try JSONObject(text: #"{"curve":["skip","skip","skip","skip","skip"]}"#))
    file["cases"] = .array([.object(first)])
    file["count"] = nil
    let report = VectorFile.verify(JSONWriter.bytes(.object(file)), named: "x")
    #expect(report.failures.map(\.reason) == ["every expected element is skipped"])
  }

  @Test func rowsOfOthersKeptForReferenceAreCountedApart() {
    let text = """
      {"family":"venues-nowhere","cases":[{"id":"a","scope":"product","inputs":{},"expected":{"x":1}},\
      {"id":"b","scope":"reference","inputs":{},"expected":{"x":1}}]}
      """
    let report = report(text)
    #expect(report.notAnswered == 1 && report.failedCases == 1 && !report.passed)
    #expect(report.failures.contains { $0.reason.contains("unknown family \"venues-nowhere\"") })
    #expect(report.failures.contains { $0.caseID == "a" })
  }

  // MARK: Tolerances

  private func comparison(
    _ got: String, _ expected: String, _ tolerance: String = #"{"rel":0.1,"abs":1}"#
  ) throws -> Comparison {
    let tolerance = JSONValue.object(try JSONObject(text: tolerance))
    return Comparison.of(
      try JSONObject(text: got), with: try JSONObject(text: expected),
      tolerances: try ToleranceTable(tolerance))
  }

  @Test func aNumberPassesWithinTheSumOfBothTolerances() throws {
    // Allowed at 100: 1 + 0.1·100 = 11.
    #expect(try comparison(#"{"x":111}"#, #"{"x":100}"#).differences.isEmpty)
    #expect(try comparison(#"{"x":111.01}"#, #"{"x":100}"#).differences.count == 1)
    #expect(try comparison(#"{"x":105.5}"#, #"{"x":100}"#).worst == 0.5)
    // At −100 the same: the tolerance has no sign.
    #expect(try comparison(#"{"x":-111}"#, #"{"x":-100}"#).differences.isEmpty)
  }

  @Test func aKeyHasItsOwnToleranceAndSoDoesWhatIsInIt() throws {
    let table = #"{"rel":0,"abs":0,"perKey":{"x":{"abs":2}}}"#
    #expect(try comparison(#"{"x":3,"y":1}"#, #"{"x":1,"y":1}"#, table).differences.isEmpty)
    #expect(try comparison(#"{"x":1,"y":1.1}"#, #"{"x":1,"y":1}"#, table).differences.count == 1)
    #expect(
      try comparison(#"{"x":{"y":[3]}}"#, #"{"x":{"y":[1]}}"#, table).differences.isEmpty)
    let nested = try comparison(#"{"z":{"y":[3,4]}}"#, #"{"z":{"y":[3,5]}}"#, table)
    #expect(nested.differences.map(\.key) == ["z.y[1]"])
    #expect(nested.worst == .infinity)
  }

  @Test func everythingElseIsExact() throws {
    for (got, expected) in [
      ("1", "null"), ("null", "1"), ("\"inf\"", "1e300"), ("1e300", "\"inf\""),
      ("\"-inf\"", "\"inf\""), ("true", "1"), ("1", "true"), ("false", "true"), ("[1]", "[1,1]"),
      ("[]", "[1]"), ("{}", "[]"), ("{}", "{\"a\":1}"), ("\"ok\"", "\"noCapital\""), ("0", "null"),
    ] {
      let comparison = try comparison("{\"x\":\(got)}", "{\"x\":\(expected)}")
      #expect(comparison.differences.count == 1, "\(got) for \(expected)")
    }
    let skipped = try comparison(#"{"x":[1,2]}"#, #"{"x":["skip",2]}"#)
    #expect(skipped.differences.isEmpty && skipped.compared == 1)
    #expect(try comparison(#"{"x":1,"more":2}"#, #"{"x":1}"#).differences.isEmpty)
  }
}
