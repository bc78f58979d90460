import FulcrumModel
import FulcrumWire
import Testing

/// A misspelt column must not leave every quote without its volatility in silence.
@Suite struct UnknownFieldTests {
  @Test func aColumnNamesTheOneThatIsMeant() {
    let parsed = MarketFixture.parse(
      text: """
        instrument,timestamp,mark,iv,forwrd,Open Interest,note,colour
        BTC-27NOV26-90000-C,2026-10-20T08:00:00Z,0.022,0.4825,91000.5,3,mine,red
        """)
    #expect(parsed.value.quotes.count == 1)
    #expect(parsed.issues.map(\.severity) == [.warning, .warning, .warning])
    #expect(parsed.issues.map(\.path) == ["iv", "forwrd", "colour"])
    #expect(parsed.issues.map(\.line) == [1, 1, 1])
    #expect(
      parsed.issues.map(\.fix) == [
        "it is passed over; did you mean markIV?", "it is passed over; did you mean forward?",
        "it is passed over",
      ])
  }

  @Test func aDocumentNamesEachFieldOnce() {
    let quotes = ["90000-C", "92000-C"].map {
      #"{"instrument": "BTC-27NOV26-\#($0)", "mark": "0.022", "iv": 0.4825, "markIv": 0.5}"#
    }
    let parsed = MarketFixture.parse(
      text: #"{"format": "fulcrum.market", "version": 1, "asof": "2026-10-20T08:00:00Z","#
        + #" "asOf": "2026-10-20T08:00:00Z", "note": "by hand", "quotes": ["#
        + quotes.joined(separator: ",") + "]}")
    #expect(parsed.value.quotes.count == 2)
    #expect(parsed.value.quotes.values.map(\.markVolatility) == [0.5, 0.5])
    #expect(
      parsed.issues.map { "\($0.path ?? "-") \($0.severity): \($0.seen); \($0.fix)" } == [
        "$.asof warning: an unknown field; it is passed over; did you mean asOf?",
        "$.quotes[0].iv warning: an unknown field, 2 times; it is passed over; "
          + "did you mean markIV?",
      ])
  }

  @Test func knownFieldsEarnNoRemark() throws {
    for name in ["handmade-fulcrum.json", "handmade-fulcrum.csv", "handmade-ticker-2020.csv"] {
      #expect(
        try !MarketFixture.parse(name).issues.contains { $0.seen.contains("unknown") }, "\(name)")
    }
  }
}
