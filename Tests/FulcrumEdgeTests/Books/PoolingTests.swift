import FulcrumModel
import Testing

@testable import FulcrumWire

@Suite struct PoolingTests {
  private func book(_ pooling: Pooling) throws -> Parsed<Book> {
    let text = """
      instrument,size
      BTC-27SEP24-40000-C,-0.4
      BTC-PERPETUAL,50
      BTC_USDC-27SEP24-40000-C,1
      BTC-28MAR25-40000-C,0.4
      ETH-27SEP24-2000-C,1
      """
    return BookAssembly.book(BookDocument.parse(BookFixture.text(text)).value, pooling: pooling)
  }

  @Test func eachLegIsAPoolByDefault() throws {
    let pools = try book(.eachLeg).value.pools
    #expect(
      pools.map(\.id) == [
        "BTC-27SEP24-40000-C", "BTC-PERPETUAL", "BTC_USDC-27SEP24-40000-C", "BTC-28MAR25-40000-C",
        "ETH-27SEP24-2000-C",
      ])
    #expect(pools.map(\.currency.code) == ["BTC", "BTC", "USDC", "BTC", "ETH"])
  }

  @Test func byExpiryKeepsDatesAndCurrenciesApart() throws {
    let pools = try book(.byExpiry).value.pools
    #expect(
      pools.map(\.id) == [
        "BTC (coin) 2024-09-27", "BTC (coin) perpetual", "BTC (USDC) 2024-09-27",
        "BTC (coin) 2025-03-28", "ETH (coin) 2024-09-27",
      ])
  }

  @Test func byUnderlyingKeepsCoinAndDollarApart() throws {
    let pools = try book(.byUnderlying).value.pools
    #expect(pools.map(\.id) == ["BTC (coin)", "BTC (USDC)", "ETH (coin)"])
    #expect(pools.map(\.positions.count) == [3, 1, 1])
  }

  @Test func repeatedLegsStandApartAndAreRemarkedOn() {
    let text = "instrument,size\nBTC-PERPETUAL,50\nBTC-PERPETUAL,-20\nBTC-PERPETUAL,10\n"
    let rows = BookDocument.parse(BookFixture.text(text)).value
    let apart = BookAssembly.book(rows)
    #expect(
      apart.value.pools.map(\.id) == ["BTC-PERPETUAL", "BTC-PERPETUAL#2", "BTC-PERPETUAL#3"])
    #expect(apart.issues.map(\.severity) == [.warning, .warning])
    #expect(apart.issues.map(\.line) == [3, 4])
    let together = BookAssembly.book(rows, pooling: .byUnderlying)
    #expect(together.value.pools.map(\.positions.count) == [3])
    #expect(
      together.issues.map(\.seen) == [
        "BTC-PERPETUAL 3 times in pool \"BTC (coin)\" (sizes 50, -20, 10)"
      ])
  }

  @Test(arguments: ["pools.json", "pools.csv"])
  func poolsFilesGroupLegs(_ name: String) throws {
    let parsed = PoolsDocument.parse(try BookFixture.file(name))
    #expect(parsed.issues.isEmpty)
    let rows = try BookFixture.rows("deribit_positions.json").value
    let book = BookAssembly.book(rows, pooling: .file(parsed.value))
    #expect(book.value.pools.map(\.id) == ["hedged", "SOL_USDC-30AUG24-125-C"])
    #expect(book.value.pools[0].strategy == "hedged short calls")
    #expect(book.value.pools[0].collateral == .cash(Money(minorUnits: 25_000_000, asset: .btc)))
    #expect(
      book.issues.map(\.seen) == [
        "BTC-27SEP24-99000-C, which the book does not hold",
        "SOL_USDC-30AUG24-125-C, which the pools file does not name",
      ])
  }

  @Test func theBooksOwnPoolsStand() throws {
    let rows = try BookFixture.rows("fulcrum_book.json").value
    let pools = PoolsDocument.parse(BookFixture.text("instrument,pool\nBTC-PERPETUAL,other\n"))
    let book = BookAssembly.book(rows, pooling: .file(pools.value))
    #expect(book.value.pools.map(\.id) == ["strangle", "sol", "perp"])
    #expect(book.issues.first?.fix == "the book's own pool \"perp\" is kept")
  }

  @Test func oneLegInTwoPoolsIsRefused() {
    let parsed = PoolsDocument.parse(
      BookFixture.text("instrument,pool\nBTC-PERPETUAL,a\nBTC/USD:BTC,b\nBTC-PERPETUAL,b\n"))
    #expect(parsed.errors.map(\.line) == [4])
    #expect(parsed.value.pools[InstrumentID("BTC-PERPETUAL")] == "a")
  }
}
