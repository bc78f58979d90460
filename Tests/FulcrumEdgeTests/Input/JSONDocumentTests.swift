import Foundation
import FulcrumModel
import FulcrumWire
import Testing

@Suite struct JSONDocumentTests {
  struct Row: Decodable, Sendable {
    let name: String
    let size: FlexibleDecimal?
    let iv: FlexibleDouble?
    let id: FlexibleText?
  }

  struct Reply: Decodable, Sendable { let result: LossyArray<Row> }

  private func read(_ text: String) -> Parsed<Reply?> {
    JSONDocument.decode(Reply.self, from: InputBytes(Data(text.utf8), source: "reply.json"))
  }

  @Test(arguments: [
    ("1.50", "1.5"), ("\"1.50\"", "1.5"), ("-0", "0"), ("1e-8", "0.00000001"),
    ("0.41619999999999996", "0.41619999999999996"),
    ("123456789012345678.123456789", "123456789012345678.123456789"),
    ("\"0.0310557889253041e-12\"", "0.0000000000000310557889253041"),
  ])
  func numbersAreExact(_ json: String, _ expected: String) {
    let parsed = read(#"{"result":[{"name":"a","size":\#(json)}]}"#)
    #expect(parsed.value?.result.elements.first?.element.size?.value?.description == expected)
    #expect(parsed.issues.isEmpty)
  }

  @Test(arguments: ["null", "\"\"", "\"null\""])
  func absentIsAbsent(_ json: String) {
    let parsed = read(#"{"result":[{"name":"a","size":\#(json),"iv":\#(json)}]}"#)
    let row = parsed.value?.result.elements.first?.element
    #expect(row != nil)
    #expect(row?.size?.value == nil)
    #expect(row?.size?.isFaulty ?? false == false)
    #expect(parsed.issues.isEmpty)
  }

  /// One row a refusal: value, and words that the issue must hold.
  @Test(arguments: [
    ("\"NaN\"", "\"NaN\"", "a finite decimal number"),
    ("\"-Infinity\"", "\"-Infinity\"", "a finite decimal number"),
    ("\"1,5\"", "\"1,5\"", "a decimal number with a point"),
    ("\"0x10\"", "\"0x10\"", "a decimal number"),
    ("\"12 BTC\"", "\"12 BTC\"", "a decimal number"),
    ("true", "true", "a number"),
    ("[1]", "a list", "a number"),
    ("{}", "an object", "a number"),
    ("1e-200", "1e-200", "number"),
    ("0.1234567890123456789012345678901234567890123", "0.1234", "at most 38 digits"),
    ("1e99", "1000000", "at most 38 digits"),
    ("01", "no proper number", "number"),
    ("1.", "no proper number", "number"),
  ])
  func faultsKeepTheirRow(_ json: String, _ seen: String, _ allowed: String) {
    let parsed = read(#"{"result":[{"name":"a"},{"name":"b","size":\#(json),"iv":0.5}]}"#)
    let row = parsed.value?.result.elements.last?.element
    #expect(row?.name == "b")
    #expect(row?.size?.isFaulty == true)
    #expect(row?.iv?.value == 0.5)
    #expect(parsed.issues.count == 1)
    #expect(parsed.issues.first?.path == "$.result[1].size")
    #expect(parsed.issues.first?.seen.contains(seen) == true, "\(parsed.issues)")
    #expect(parsed.issues.first?.allowed.contains(allowed) == true, "\(parsed.issues)")
  }

  @Test func everyElementIsTried() {
    let parsed = read(
      #"{"result":[{"name":"a"},7,null,{"nam":"b"},{"name":5},"x",[],{"name":"c","iv":"NaN"}]}"#)
    #expect(parsed.value?.result.elements.map(\.element.name) == ["a", "c"])
    #expect(parsed.value?.result.elements.map(\.index) == [0, 7])
    #expect(parsed.value?.result.count == 8)
    #expect(
      parsed.issues.map(\.path) == [
        "$.result[1]", "$.result[2]", "$.result[3]", "$.result[4].name", "$.result[5]",
        "$.result[6]", "$.result[7].iv",
      ])
  }

  @Test(arguments: [
    ("", 1, 1, "the end of the text"),
    ("{\"result\": [\n  {\"name\": \"a\"},\n  {\"name\"", 3, 10, "a colon"),
    ("{\"result\": [{\"name\": \"a\", \"size\": NaN}]}", 1, 35, "a value"),
    ("{\"result\": []} {}", 1, 16, "the end of the text"),
    ("{\"result\": [\n{\"name\": \"a\"}\n{\"name\": \"b\"}]}", 3, 1, "a comma"),
    ("{\"result\": [{\"name\": \"a", 1, 24, "a closing quote"),
    ("{'result': []}", 1, 2, "a key in quotes"),
  ])
  func syntaxFaultsArePlaced(_ text: String, _ line: Int, _ column: Int, _ words: String) {
    let parsed = read(text)
    #expect(parsed.value == nil)
    #expect(parsed.issues.count == 1)
    let issue = parsed.issues.first
    #expect(issue?.line == line)
    #expect(issue?.path == "column \(column)")
    let said = [issue?.seen, issue?.allowed].compactMap { $0 }.joined(separator: " ")
    #expect(said.contains(words))
  }

  /// The decoder looks into a string only when it is asked for: its fault is the row's.
  @Test func badEscapesStayInTheirRow() {
    let parsed = read(#"{"result": [{"name": "\q"}, {"name": "b"}]}"#)
    #expect(parsed.value?.result.elements.map(\.element.name) == ["b"])
    #expect(parsed.issues.first?.path == "$.result[0]")
    #expect(parsed.issues.first?.allowed == "valid JSON")
  }

  @Test(arguments: [600, 100_000])
  func deepNestingIsRefused(_ depth: Int) {
    let parsed = read(String(repeating: "[", count: depth) + String(repeating: "]", count: depth))
    #expect(parsed.issues.first?.allowed == "at most 512 levels of nesting")
  }

  @Test func wrongShapeIsPlaced() {
    #expect(read("[1]").issues.first?.allowed == "an object")
    #expect(read(#"{"result": 7}"#).issues.first?.path == "$.result")
    #expect(read("{}").issues.first?.seen == "no \"result\"")
  }
}
