import Testing

@testable import FulcrumWire

/// What is refused, by family: the field's path and a word of what must be said about it.
@Suite struct InputFaultTests {
  private func issues(_ family: CalculationFamily, _ text: String) throws -> [FulcrumWire.Issue] {
    let inputs = try JSONObject(text: text)
    do throws(CalculationRefusal) {
      _ = try family.evaluate(inputs)
      return []
    } catch {
      return error.issues
    }
  }

  private static let pool = #""index":100,"pool":{"currency":"USD","cash":1}"#
  private static let option =
    #"{"kind":"option","style":"linear","type":"call","K":9,"T":1,"sigma":1,"F":9,"qty":1,"multiplier":1}"#
  private static let perpetual =
    #"{"kind":"perp","style":"linear","F":9,"entry":9,"qty":1,"multiplier":1}"#

  @Test(arguments: [
    // Unknown fields, by name and with the nearest one.
    ("black76", #"{"type":"call","F":1,"K":1,"T":1,"sigma":1,"vol":1}"#, "$.vol", "unknown"),
    ("black76", #"{"type":"call","F":1,"K":1,"T":1,"vol":1}"#, "$.vol", "did you mean \"sigma\"?"),
    ("black76", #"{"type":"call","F":1,"K":1,"sigma":1,"expiry":1}"#, "$.expiry", "\"T\""),
    ("leverage", "{\(pool),\"legs\":[],\"curveShock\":[0]}", "$.curveShock", "\"curveShocks\"?"),
    (
      "leverage", "{\(pool),\"legs\":[\(option.replacing("}", with: ",\"size\":1}"))]}",
      "$.legs[0].size", "unknown"
    ),
    (
      "leverage", #"{"index":1,"pool":{"currency":"USD","cash":1,"margin":1},"legs":[]}"#,
      "$.pool.margin", "unknown"
    ),
    // Missing fields, with what they may be.
    ("black76", #"{"type":"call","F":1,"K":1,"T":1}"#, "$.sigma", "a number of 0 or more"),
    ("leverage", "{\"legs\":[]}", "$.index", "a number above 0"),
    ("leverage", "{\"legs\":[]}", "$.pool", "an object"),
    ("leverage", "{\(pool)}", "$.legs", "an array of objects"),
    ("leverage", "{\(pool),\"legs\":[{}]}", "$.legs[0].kind", "\"option\" or \"perp\""),
    (
      "leverage", "{\(pool),\"legs\":[\(option.replacing("\"K\":9,", with: ""))]}", "$.legs[0].K",
      "nothing"
    ),
    (
      "leverage", "{\(pool),\"legs\":[\(perpetual.replacing("\"entry\":9,", with: ""))]}",
      "$.legs[0].entry", "nothing"
    ),
    ("regulatory_leverage", #"{"index":1,"legs":[]}"#, "$.nav", "nothing"),
    (
      "var_leverage", "{\(pool),\"legs\":[],\"horizonDays\":1,\"tail\":0.1}", "$.factorVol",
      "nothing"
    ),
    // Wrong types.
    ("black76", #"{"type":7,"F":1,"K":1,"T":1,"sigma":1}"#, "$.type", "\"call\" or \"put\""),
    ("black76", #"{"type":"Call","F":1,"K":1,"T":1,"sigma":1}"#, "$.type", "\"call\""),
    ("black76", #"{"type":"call","F":"1","K":1,"T":1,"sigma":1}"#, "$.F", "without quotes"),
    ("black76", #"{"type":"call","F":"NaN","K":1,"T":1,"sigma":1}"#, "$.F", "a finite number"),
    ("black76", #"{"type":"call","F":true,"K":1,"T":1,"sigma":1}"#, "$.F", "true"),
    ("black76", #"{"type":"call","F":1,"K":1,"T":1,"sigma":1,"r":null}"#, "$.r", "null"),
    ("leverage", #"{"index":1,"pool":[],"legs":[]}"#, "$.pool", "an object"),
    ("leverage", "{\(pool),\"legs\":{}}", "$.legs", "an array"),
    ("leverage", "{\(pool),\"legs\":[3]}", "$.legs[0]", "an object"),
    ("leverage", "{\(pool),\"legs\":[],\"curveShocks\":0.1}", "$.curveShocks", "an array"),
    ("leverage", "{\(pool),\"legs\":[],\"curveShocks\":[0,\"x\"]}", "$.curveShocks[1]", "number"),
    (
      "regulatory_leverage", #"{"index":1,"nav":1,"legs":[],"saccrMargined":1}"#,
      "$.saccrMargined", "true or false"
    ),
    // Out of range.
    ("black76", #"{"type":"call","F":-1,"K":1,"T":1,"sigma":1}"#, "$.F", "-1"),
    ("black76", #"{"type":"call","F":1,"K":1,"T":-1,"sigma":1}"#, "$.T", "0 or more"),
    ("leverage", "{\(pool.replacing("100", with: "0")),\"legs\":[]}", "$.index", "above 0"),
    ("leverage", "{\(pool),\"legs\":[],\"stressSpot\":[-1]}", "$.stressSpot[0]", "above -1"),
    (
      "leverage", "{\(pool),\"legs\":[\(option.replacing("\"F\":9", with: "\"F\":0"))]}",
      "$.legs[0].F", "above 0"
    ),
    (
      "var_leverage", "{\(pool),\"legs\":[],\"factorVol\":1,\"horizonDays\":1,\"tail\":1}",
      "$.tail", "below 1"
    ),
    (
      "liquidation", "{\(pool),\"legs\":[],\"margin\":{\"optionRate\":-1}}",
      "$.margin.optionRate", "0 or more"
    ),
    ("liquidation", "{\(pool),\"legs\":[],\"volShift\":-2}", "$.volShift", "-1 or more"),
    // Contradictions.
    (
      "leverage", "{\(pool.replacing("USD", with: "COIN")),\"legs\":[\(option)]}",
      "$.legs[0].style", "inverse"
    ),
    (
      "leverage", "{\(pool),\"legs\":[\(perpetual.replacing("multiplier", with: "faceUsd"))]}",
      "$.legs[0].faceUsd", "unknown"
    ),
  ])
  func refused(family: String, inputs: String, path: String, said: String) throws {
    let family = try #require(CalculationFamily.named(family))
    let issues = try issues(family, inputs)
    let issue = issues.first { $0.path == path }
    #expect(issue?.description.contains(said) == true, "\(issues)")
  }

  @Test func allFaultsAreListed() throws {
    let legs = #"[{"kind":"option","style":"linear","type":"cal","K":-1,"T":1,"F":9,"qty":"1"}]"#
    let issues = try issues(
      .leverage, "{\"index\":-5,\"pool\":{\"currency\":\"EUR\"},\"legs\":\(legs),\"x\":1}")
    #expect(
      Set(issues.compactMap(\.path)) == [
        "$.index", "$.pool.currency", "$.pool.cash", "$.legs[0].type", "$.legs[0].K",
        "$.legs[0].sigma", "$.legs[0].qty", "$.legs[0].multiplier", "$.x",
      ])
  }

  @Test func settingsMayBeAbsent() throws {
    let pool = "{\(Self.pool),\"legs\":[\(Self.option)]"
    let plain = try CalculationFamily.leverage.evaluate(JSONObject(text: pool + "}"))
    let spelled = try CalculationFamily.leverage.evaluate(
      JSONObject(
        text: pool + ",\"curveShocks\":[-0.2,-0.1,0,0.1,0.2],\"stressVolRel\":[-0.2,0,0.3],"
          + "\"stressSpot\":[-0.3,-0.15,0,0.15,0.3]}"))
    #expect(plain == spelled)
    let margin = #","margin":{"optionRate":0.075,"futuresRate":0.01,"liqFee":0.0005}"#
    #expect(
      try CalculationFamily.liquidation.evaluate(JSONObject(text: pool + "}"))
        == CalculationFamily.liquidation.evaluate(
          JSONObject(text: pool + margin + ",\"dt\":0,\"volShift\":0}")))
    #expect(
      try CalculationFamily.liquidation.evaluate(JSONObject(text: pool + ",\"margin\":{}}"))
        == CalculationFamily.liquidation.evaluate(JSONObject(text: pool + "}")))
  }

  /// Numbers at the end of the double range: an answer, a reason or a refusal, never a crash.
  @Test func extremeNumbersAreAnsweredOrRefused() throws {
    let numbers = ["0", "5e-324", "1e-300", "1e-12", "1", "1e12", "1e300", "1.7e308"]
    for family in [CalculationFamily.black76, .greeks] {
      for forward in numbers {
        for strike in numbers {
          for years in numbers {
            for sigma in numbers {
              let text =
                "{\"type\":\"call\",\"F\":\(forward),\"K\":\(strike),\"T\":\(years),\"sigma\":\(sigma)}"
              let answers = try family.evaluate(JSONObject(text: text))
              let nulls = answers.members.filter { $0.value == .null }.map(\.name)
              #expect(nulls == answers["reasons"]?.object?.names ?? [], "\(text)")
            }
          }
        }
      }
    }
  }

  /// Every number of sound cases replaced by extreme ones: each line is answered or refused, no
  /// number is lost without a reason, and nothing that JSON cannot carry is written.
  @Test(arguments: CalculationFamily.names) func distortedCasesAreAnsweredOrRefused(
    name: String
  ) throws {
    let family = try #require(CalculationFamily.named(name))
    let cases = try #require(try Repository.vectors(name)["cases"]?.array)
    for seed in UInt64(1)...150 {
      var generator = SeededGenerator(state: seed)
      let row = try #require(cases.randomElement(using: &generator)?.object)
      let inputs = try #require(row["inputs"]).distorted(using: &generator)
      let object = try #require(inputs.object)
      do {
        let answers = try family.evaluate(object)
        let text = answers.text
        #expect(try JSONObject(text: text) == answers, "seed \(seed)")
        for member in answers.members where member.value == .null {
          let said = answers["reasons"]?.object?[member.name] ?? answers["status"]
          #expect(said != nil, "seed \(seed): \(member.name)")
        }
      } catch let refusal as CalculationRefusal {
        #expect(!refusal.issues.isEmpty)
      }
    }
  }

  /// A volatility and horizon of 1e50 once asked for more nodes than there are integers.
  @Test func aMoveBeyondTheRangeOfADoubleIsRefused() throws {
    let text =
      "{\(Self.pool),\"legs\":[\(Self.option)],\"factorVol\":1,\"horizonDays\":1e50,\"tail\":0.01}"
    let issues = try issues(.varLeverage, text)
    #expect(issues.first?.seen.contains("horizon") == true)
  }
}

extension JSONValue {
  private static let extremes: [Double] = [
    0, -0.0, .leastNonzeroMagnitude, .leastNormalMagnitude / 100, 1e-300, 1e-150, 1e-50, 1e-12, 0.5,
    1, 2, 1e9, 1e50, 1e150, 1e300,
    1.7e308,
  ]

  fileprivate func distorted(using generator: inout SeededGenerator) -> JSONValue {
    switch self {
    case .null, .bool, .string: return self
    case .number(let number):
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: return .number(Self.extremes.randomElement(using: &generator) ?? 0)
      case 1:
        let scaled = number * Double.random(in: 1e-6...1e6, using: &generator)
        return .number(scaled.isFinite ? scaled : number)
      default: return self
      }
    case .array(let elements):
      var distorted: [JSONValue] = []
      for element in elements { distorted.append(element.distorted(using: &generator)) }
      return .array(distorted)
    case .object(var object):
      for name in object.names { object[name] = object[name]?.distorted(using: &generator) }
      return .object(object)
    }
  }
}

@Suite struct NearestNameTests {
  @Test(arguments: [
    ("strike", "K"), ("Sigma", "sigma"), ("volatility", "sigma"), ("curveShock", "curveShocks"),
    ("curvShocks", "curveShocks"), ("spot", "index"), ("days", "T"),
  ])
  func theNearOne(word: String, name: String) {
    let names = ["type", "F", "K", "T", "sigma", "r", "index", "curveShocks"]
    #expect(NearestName.of(word, among: names) == name)
  }

  @Test(arguments: ["zzzzzz", "q", "colour", ""]) func nothingNear(word: String) {
    #expect(NearestName.of(word, among: ["type", "F", "K", "sigma"]) == nil)
  }

  @Test func distances() {
    #expect(NearestName.distance("kitten", "sitting") == 3)
    #expect(NearestName.distance("", "abc") == 3)
    #expect(NearestName.distance("same", "same") == 0)
  }
}
