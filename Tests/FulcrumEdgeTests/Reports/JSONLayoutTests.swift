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
