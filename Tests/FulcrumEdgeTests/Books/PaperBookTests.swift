import FulcrumModel
import Testing

@testable import FulcrumWire

@Suite struct PaperBookTests {
  @Test func sidesComeFromTheHedgeAndTheHedgeBecomesDollars() throws {
    let parsed = try BookFixture.rows("paper_book.json")
    #expect(parsed.value.layout == .paperBook)
    // 0.04849 × 62984.77 = 3054.1314973 USD, to the nearest 10.
    #expect(
      words(parsed.value.rows) == [
        "-0.4 BTC-28AUG26-50000-P @ 0.0026", "-0.3 BTC-4SEP26-55000-P @ 0.0027",
        "-3050 BTC-PERPETUAL @ 62984.77",
      ])
    #expect(parsed.errors.map(\.path) == ["$.positions[2].hedge_qty"])
    let hedge = try #require(parsed.issues.last)
    #expect(hedge.seen == "-0.04849 BTC, -3054.1314973 USD at 62984.77")
    #expect(hedge.fix == "-3050 USD of BTC-PERPETUAL is taken")
  }

  /// The one real pair: an open paper book of two short puts and their hedge.
  @Test(
    .enabled(if: SharedData.isPresent, "the shared data folder (FULCRUM_SHARED) is absent"))
  func theSharedPaperBookIsImported() throws {
    let parsed = BookDocument.parse(
      try BookFixture.shared("positions/deribit_short_put_book_paper_a.json"))
    #expect(parsed.errors.isEmpty)
    let book = BookAssembly.book(parsed.value, pooling: .byUnderlying)
    #expect(book.value.pools.map(\.id) == ["BTC (coin)"])
    #expect(
      book.value.pools[0].positions.map(words) == [
        "-0.4 BTC-28AUG26-50000-P @ 0.0026", "-0.3 BTC-4SEP26-55000-P @ 0.0027",
        "-3050 BTC-PERPETUAL @ 62984.77",
      ])
    #expect(StrategyRecognition.offers(in: BookAssembly.book(parsed.value).value.pools).isEmpty)
  }
}
