import Foundation
import FulcrumWire
import SwiftCSV
import Testing

@Suite struct CSVTableTests {
  private func open(_ text: String) -> Parsed<CSVTable?> {
    CSVTable.open(InputBytes(Data(text.utf8), source: "t.csv"))
  }

  private func cells(_ table: CSVTable) -> [[String]] {
    table.rows.compactMap { result in
      guard case .success(let row) = result else { return nil }
      return (0..<row.count).map { row[$0] ?? "" }
    }
  }

  @Test func readsQuotedFieldsAndLineEnds() throws {
    let text = "a,b,c\r\n1,\"x, \"\"y\"\"\",\n\n\"two\nlines\",,3\r4,5,6"
    let table = try #require(open(text).value)
    #expect(table.header == ["a", "b", "c"])
    #expect(
      cells(table) == [["1", "x, \"y\"", ""], ["two\nlines", "", "3"], ["4", "5", "6"]])
  }

  @Test func linesCountQuotedBreaks() throws {
    let text = "a,b\n1,\"x\ny\nz\"\n2\n3,4,5\n6,\"7\"8\n9,\"10\n11,12\n"
    let table = try #require(open(text).value)
    var lines: [Int] = []
    var faults: [String] = []
    for result in table.rows {
      switch result {
      case .success(let row): lines.append(row.line)
      case .failure(let issue): faults.append("\(issue.line ?? 0) \(issue.seen)")
      }
    }
    #expect(lines == [2, 9])
    #expect(
      faults == [
        "5 1 fields", "6 3 fields", "7 text after a closing quote on line 7",
        "8 a quote that is never closed",
      ])
  }

  @Test func columnsAreFoundByAnyName() throws {
    let table = try #require(open("[INSTRUMENT NAME], Mark_IV ,x\n").value)
    #expect(table.column("instrument_name", "instrumentname") == 0)
    #expect(table.column("mark_iv") == 1)
    #expect(table.column("absent") == nil)
  }

  @Test func headerFaultsAreListed() {
    let twice = open("size,mark,Size,mark\n1,2,3,4\n")
    #expect(twice.value?.header == nil)
    #expect(twice.issues.map(\.path) == ["Size", "mark"])
    #expect(open("a;b;c\n1;2;3\n").issues.first?.allowed == "columns separated by commas")
    #expect(open("\n\r\n").issues.first?.seen == "no line with text")
    #expect(open("a,\"b\n1,2\n").issues.first?.line == 1)
  }

  @Test func unnamedColumnsMayRepeat() throws {
    #expect(try #require(open(",,a\n1,2,3\n").value).column("a") == 2)
  }

  /// On well-formed tables our rows are those of SwiftCSV, an independent reader.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func agreesWithAnotherReader(_ seed: UInt64) throws {
    var random = SplitMix64(state: seed)
    let pieces = ["1", "x", "\"\"", ",", "\n", "é", "0.5", "-"]
    var text = "a,b,c\n"
    for _ in 0..<50 {
      let fields = (0..<3).map { place in
        let quoted = Bool.random(using: &random)
        // SwiftCSV drops an empty last field at the end of a text and spaces before fields.
        let inside = (0..<Int.random(in: 1...4, using: &random)).map { _ in
          pieces[Int.random(in: 0..<(quoted ? 8 : 2), using: &random)]
        }.joined()
        return quoted ? "\"\(inside)\"" : inside
      }
      text += fields.joined(separator: ",") + "\n"
    }
    var theirs: [[String]] = []
    try EnumeratedCSV(string: text, loadColumns: false).enumerateAsArray(startAt: 1, rowLimit: nil)
    {
      theirs.append($0)
    }
    let table = try #require(open(text).value)
    #expect(theirs.count == 50)
    #expect(cells(table) == theirs, "seed \(seed)")
  }

  /// Whatever the bytes: no trap, and every line ends up in a row or an issue.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func garbledTables(_ seed: UInt64) {
    var random = SplitMix64(state: seed)
    for _ in 0..<200 {
      let alphabet = Array("\",\n\r ab1\u{301}".utf8)
      let bytes = (0..<60).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }
      let opened = CSVTable.open(InputBytes(Data(bytes), source: "g"))
      guard let table = opened.value else {
        #expect(!opened.issues.isEmpty)
        continue
      }
      for case .failure(let issue) in table.rows { #expect(issue.line != nil) }
    }
  }
}
