import Testing

@testable import FulcrumWire

@Suite("JSON as text") struct JSONLayoutTests {
  private func write(_ number: Int, _ json: inout JSONLayout) {
    json.object { json in
      json.integer("number", Int64(number))
      json.numbers("squares", [Double(number * number), 0.5])
    }
  }

  /// Chunks and windows leave no trace: none, one, a chunk, a window and one more of each.
  @Test(arguments: [0, 1, 2, 32, 33, 1024, 1025, 3000])
  func anArrayWrittenOnAllCoresIsTheSameText(count: Int) {
    let numbers = Array(0..<count)
    var apart = JSONLayout()
    apart.object { json in
      json.array("before") { _ in }
      json.array("all", of: numbers) { number, json in write(number, &json) }
      json.flag("after", true)
    }
    var together = JSONLayout()
    together.object { json in
      json.array("before") { _ in }
      json.array("all") { json in for number in numbers { write(number, &json) } }
      json.flag("after", true)
    }
    let text = apart.finished()
    #expect(text == together.finished())
    #expect(!text.isEmpty)
  }
}

/// An issue says where it is as far as that is known, and never null.
@Suite("Issues in JSON") struct IssueJSONTests {
  typealias Row = (line: Int?, path: String?, names: [String])

  @Test(
    arguments: [
      (nil, nil, []), (14, nil, ["line"]), (nil, "$.pools[0]", ["path"]),
      (14, "size", ["line", "path"]),
    ] as [Row])
  func standsWithWhatIsKnownOfItsPlace(row: Row) throws {
    var json = JSONLayout()
    json.object {
      $0.issues([
        FulcrumWire.Issue(
          .warning, source: "book.csv", line: row.line, path: row.path, seen: "1,5",
          allowed: "a number", fix: "write 1.5")
      ])
    }
    let document = try JSONObject(text: String(decoding: json.finished(), as: UTF8.self))
    let issue = try #require(document["issues"]?.array?.first?.object)
    #expect(issue.names == ["severity", "source"] + row.names + ["seen", "allowed", "fix"])
    #expect(issue["line"]?.number == row.line.map(Double.init))
    #expect(issue["path"]?.string == row.path && issue["severity"] == .string("warning"))
  }

  /// Of a whole file, through the built program: no document writes null for its place.
  @Test(arguments: ["report", "margin"]) func ofAWholeFile(command: String) throws {
    let book =
      #"{"format": "fulcrum.book", "version": 1, "pools": [{"id": "a", "legs": ["#
      + #"{"instrument": "BTC-PERPETUAL", "size": "-10"}]}]}"#
    let run = try Program.run(
      [
        command, "--book", "-", "--market", "Demo/market.json", "--as-of", "2026-11-25T00:00:00Z",
        "--format", "json",
      ], input: Array(book.utf8))
    let document = try JSONObject(text: run.output)
    #expect(document["version"] == .number(2))
    let issues = (document["issues"]?.array ?? []).compactMap(\.object)
    let whole = try #require(issues.first { $0["source"] == .string("Demo/market.json") })
    #expect(whole.names == ["severity", "source", "seen", "allowed", "fix"])
  }
}
