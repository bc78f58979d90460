import Testing

@testable import FulcrumWire

/// The examples of `docs/reference/calculations.md`: a block has a line of inputs and its answer.
@Suite struct ReferencePageTests {
  private struct Example {
    /// Nil in the part that is about lines in general.
    let family: CalculationFamily?
    let input: String
    let answer: String
  }

  private func page() throws -> String { try Repository.text("docs/reference/calculations.md") }

  private func examples() throws -> [Example] {
    var examples: [Example] = []
    var family: CalculationFamily?
    let lines = try page().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for (place, line) in lines.enumerated() {
      if line.hasPrefix("## ") { family = CalculationFamily.named(String(line.dropFirst(3))) }
      guard line == "```json" else { continue }
      try #require(lines[place + 3] == "```", "line \(place + 1): a block has two lines")
      examples.append(
        Example(family: family, input: lines[place + 1], answer: lines[place + 2]))
    }
    return examples
  }

  /// The last digits of a number may differ between mathematical libraries, nothing else.
  @Test func everyExampleIsAnsweredAsPrinted() throws {
    let examples = try examples()
    #expect(examples.count >= CalculationFamily.all.count)
    let tolerance = try ToleranceTable(.object(JSONObject(text: #"{"rel":1e-9,"abs":1e-12}"#)))
    for example in examples {
      var batch = CalculationBatch { (inputs) throws(CalculationRefusal) in
        try CalculationQuestion.price.answer(inputs, family: example.family)
      }
      var output: [UInt8] = []
      var rest = Array(example.input.utf8)[...]
      let reader = LineReader { buffer in
        let count = min(buffer.count, rest.count)
        buffer.copyBytes(from: rest.prefix(count))
        rest = rest.dropFirst(count)
        return count
      }
      try batch.run(reader) { output += $0 }
      let got = try JSONObject(text: String(decoding: output, as: UTF8.self))
      let expected = try JSONObject(text: example.answer)
      #expect(got.names == expected.names)
      let comparison = Comparison.of(got, with: expected, tolerances: tolerance)
      #expect(comparison.differences.isEmpty, "\(example.input)")
    }
  }

  @Test func everyFamilyHasASectionWithAnExample() throws {
    let families = try examples().compactMap { $0.family?.name }
    #expect(Set(families) == Set(CalculationFamily.names))
    let sections = try page().split(separator: "\n").filter { $0.hasPrefix("## ") }
    let named = sections.map { String($0.dropFirst(3)) }.filter(CalculationFamily.names.contains)
    #expect(named.sorted() == CalculationFamily.names.sorted())
  }

  /// What a family asks for is what it lists when a field is unknown; the page names each.
  @Test func everyFieldIsNamed() throws {
    let page = try page()
    for example in try examples() {
      guard let family = example.family else { continue }
      var inputs = try JSONObject(text: example.input)
      inputs["noSuchField"] = .null
      do throws(CalculationRefusal) {
        _ = try family.evaluate(inputs)
        Testing.Issue.record("noSuchField was taken by \(family.name)")
      } catch {
        let allowed = error.issues[0].allowed.split(separator: ", ").map(String.init)
        for field in allowed {
          #expect(page.contains("`\(field)`"), "\(family.name): \(field)")
        }
      }
    }
  }
}
