import Testing

@testable import FulcrumWire

@Suite struct CalculationBatchTests {
  private func answers(
    _ input: String, question: CalculationQuestion = .price, family: CalculationFamily? = nil
  ) throws -> (lines: [JSONObject], summary: CalculationBatch.Summary) {
    var rest = Array(input.utf8)[...]
    let reader = LineReader(chunk: 64) { buffer in
      let count = min(buffer.count, rest.count)
      buffer.copyBytes(from: rest.prefix(count))
      rest = rest.dropFirst(count)
      return count
    }
    var output: [UInt8] = []
    var batch = CalculationBatch { (inputs) throws(CalculationRefusal) in
      try question.answer(inputs, family: family)
    }
    try batch.run(reader) { output += $0 }
    let lines = String(decoding: output, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.last == "")
    return (try lines.dropLast().map { try JSONObject(text: String($0)) }, batch.summary)
  }

  private let sound = #"{"type":"call","F":100,"K":100,"T":1,"sigma":0.2,"id":"#

  @Test func everyLineGetsItsAnswerInOrder() throws {
    let input = (0..<500).map { $0 % 7 == 3 ? "bad \($0)" : sound + "\($0)}" }
    let (lines, summary) = try answers(input.joined(separator: "\n"))
    #expect(lines.count == 500)
    #expect(summary == CalculationBatch.Summary(lines: 500, failed: 71))
    for (place, line) in lines.enumerated() {
      if place % 7 == 3 {
        #expect(line["error"]?.object?["line"] == .number(Double(place + 1)))
      } else {
        #expect(line["id"] == .number(Double(place)))
        #expect(line["price"]?.number != nil)
      }
    }
  }

  @Test func aFaultHasItsFiveFieldsAndTheOthersBesideIt() throws {
    let (lines, _) = try answers(#"{"type":"kall","F":-1,"T":"1","strike":5,"id":"x"}"#)
    let line = try #require(lines.first)
    #expect(line.names == ["error", "id"])
    #expect(line["id"] == .string("x"))
    let error = try #require(line["error"]?.object)
    #expect(error.names == ["line", "path", "seen", "allowed", "fix", "more"])
    let more = try #require(error["more"]?.array)
    let paths = [error["path"]] + more.map { $0.object?["path"] }
    #expect(
      paths == [
        .string("$.type"), .string("$.F"), .string("$.K"), .string("$.T"), .string("$.sigma"),
        .string("$.strike"),
      ])
    #expect(error["fix"] == .string("write \"call\""))
    #expect(more.last?.object?["fix"] == .string("did you mean \"K\"?"))
    #expect(more[2].object?["fix"] == .string("write it without quotes"))
  }

  @Test(arguments: [
    ("", "an empty line"), ("  ", "an empty line"), ("[1]", "[1]"), ("3", "3"), ("null", "null"),
    (#"{"id":[1],"type":"call"}"#, "[1]"), (#"{"F":NaN}"#, "NaN at byte 6"),
  ])
  func lineThatIsNoObject(line: String, seen: String) throws {
    let (lines, summary) = try answers(line + "\n" + sound + "1}")
    #expect(summary == CalculationBatch.Summary(lines: 2, failed: 1))
    #expect(lines[0]["error"]?.object?["seen"] == .string(seen))
    #expect(lines[1]["price"] != nil)
  }

  @Test func withoutFamilyThePriceQuestionLooksAtItsInputs() throws {
    let base = #"{"type":"call","F":100,"K":100,"T":1,"sigma":0.2"#
    let (lines, _) = try answers(
      [base + "}", base + #","index":99}"#, base + #","r":0.01}"#, base + #","index":99,"r":0}"#]
        .joined(separator: "\n"))
    let both = CalculationFamily.black76.outputs + CalculationFamily.greeks.outputs
    #expect(Set(lines[0].names) == Set(both))
    #expect(lines[1]["coinPrice"] != nil && lines[1]["delta"] == nil)
    #expect(Set(lines[2].names) == Set(both))
    #expect(lines[3]["error"]?.object?["path"] == .string("$.index"))
  }

  @Test func aNamedFamilyAnswersItsKeysOnly() throws {
    let (lines, _) = try answers(sound + "1}", family: .black76)
    #expect(lines[0].names == CalculationFamily.black76.outputs + ["id"])
  }
}
