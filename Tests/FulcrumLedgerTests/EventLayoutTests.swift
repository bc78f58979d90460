import FulcrumLedger
import FulcrumModel
import Testing

@Suite("Layout of an event's bytes")
struct EventLayoutTests {
  @Test("Key and fact stand where the layout says", arguments: [1, 127, 128, UInt64.max])
  func parts(sequence: UInt64) throws {
    let cause = try #require(CommandID("open-17"))
    for milliseconds in [Int64.min, -1, 0, 1_763_000_000_000] {
      let event = Event(
        sequence: sequence, cause: cause, at: Timestamp(milliseconds: milliseconds),
        fact: .refused(code: "wallet-short", detail: "none"))
      let layout = event.layout
      #expect(layout.bytes == event.chainBytes)
      #expect(Array(layout.bytes[layout.key]) == Array("open-17".utf8))
      #expect(Array(layout.bytes[layout.fact]) == event.fact.bytes)
    }
  }
}
