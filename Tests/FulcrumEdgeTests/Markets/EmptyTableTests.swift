import Foundation
import Testing

@testable import FulcrumWire

/// Found by fuzzing: a header alone gave an empty market without a word.
@Suite struct EmptyTableTests {
  @Test func aHeaderWithoutRowsSaysSo() throws {
    let header = "[QUOTE_UNIXTIME], [INSTRUMENT NAME], [UNDERLYING PRICE], [MARK_PRICE]"
    let parsed = MarketDocument.parse(InputBytes(Data(header.utf8), source: "chain.csv"))
    #expect(parsed.value.quotes.isEmpty)
    #expect(parsed.errors.map(\.seen) == ["a header without rows"])
  }
}
