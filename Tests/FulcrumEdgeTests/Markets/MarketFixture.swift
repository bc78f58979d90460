import Foundation
import FulcrumModel
import FulcrumWire
import Testing

/// The hand-written fixtures beside the tests.
enum MarketFixture {
  static let all = [
    "handmade-deribit-tickers.json", "handmade-deribit-summary.json",
    "handmade-deribit-instruments.json", "handmade-okx-summary.json",
    "handmade-okx-instruments.json", "handmade-okx-index.json", "handmade-deribit-stream.ndjson",
    "handmade-fulcrum.json", "handmade-fulcrum.csv", "handmade-ticker-2020.csv",
    "handmade-book.csv", "handmade-chain.csv", "handmade-optionsdx.csv",
  ]

  static var folder: URL {
    var url = URL(filePath: #filePath)
    for _ in 0..<3 { url.deleteLastPathComponent() }
    return url.appending(path: "Fixtures/markets")
  }

  static func input(_ name: String) throws -> InputBytes {
    InputBytes(try Data(contentsOf: folder.appending(path: name)), source: name)
  }

  static func parse(_ name: String) throws -> Parsed<MarketSnapshot> {
    MarketDocument.parse(try input(name))
  }

  static func parse(text: String, asOf: Timestamp? = nil) -> Parsed<MarketSnapshot> {
    MarketDocument.parse(InputBytes(Data(text.utf8), source: "market"), asOf: asOf)
  }
}

extension MarketSnapshot {
  func quote(named name: String) throws -> Quote {
    try #require(quotes[InstrumentID(name)], "no \(name)")
  }
}
