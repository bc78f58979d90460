import FulcrumModel
import Testing

@testable import FulcrumWire

/// A pool that lacks a leg says so: its figures are not those of what its owner holds.
@Suite struct LegsLeftOutTests {
  private static let call = #"{"instrument": "BTC-27SEP24-50000-C", "size": "-0.4"}"#
  private static let offLot = #"{"instrument": "BTC-27SEP24-30000-P", "size": "-0.25"}"#

  private static func book(legs: [String]) -> String {
    #"{"format": "fulcrum.book", "version": 1, "pools": [{"id": "strangle", "legs": ["#
      + legs.joined(separator: ",") + "]}]}"
  }

  private func assembled(_ text: String, _ pooling: Pooling = .eachLeg) -> Parsed<Book> {
    BookAssembly.book(BookDocument.parse(BookFixture.text(text)).value, pooling: pooling)
  }

  @Test func aPoolOfABookNamesWhatItLacks() throws {
    let bad = [
      Self.offLot, #"{"instrument": "BTC-27SEP24-30000-P", "size": "few"}"#,
      #"{"instrument": "nothing", "size": "1"}"#, #"{"size": "1"}"#, #""BTC-27SEP24-30000-P""#,
    ]
    for leg in bad {
      let book = assembled(Self.book(legs: [Self.call, leg]))
      #expect(book.value.pools.map(\.leftOut) == [1], "\(leg)")
      let issue = try #require(book.issues.first, "\(leg)")
      #expect(book.issues.count == 1)
      #expect(
        issue.description == "book: $.pools[0].legs[1]: warning: saw pool \"strangle\" with 1 leg "
          + "left out; allowed is every leg of a pool; correct it; the pool is reported without "
          + "this leg, so its figures are not those of the whole")
    }
    #expect(assembled(Self.book(legs: [Self.call] + bad)).value.pools.map(\.leftOut) == [5])
  }

  @Test func aWholePoolSaysNothing() {
    let flat = #"{"instrument": "BTC-27SEP24-30000-P", "size": "0"}"#
    let book = assembled(Self.book(legs: [Self.call, flat]))
    #expect(book.value.pools.map(\.leftOut) == [0])
    #expect(book.issues.isEmpty)
  }

  @Test func aTableNamesWhatItsPoolLacks() {
    let book = assembled(
      """
      pool,instrument,size
      a,BTC-27SEP24-50000-C,-0.4
      a,BTC-27SEP24-30000-P,few
      a,BTC-27SEP24-30000-P,-0.25
      b,BTC-27SEP24-30000-P,-0.4
      """)
    #expect(book.value.pools.map(\.leftOut) == [2, 0])
    #expect(book.issues.map(\.line) == [3])
  }

  /// Rows of a venue have no pool of their own: the rule says where the refused one belongs.
  @Test func aRuleTellsThePoolOfARefusedRow() throws {
    let text = """
      [
        {"instrument_name": "BTC-27SEP24-50000-C", "direction": "sell", "size": -0.4},
        {"instrument_name": "BTC-27SEP24-30000-P", "direction": "buy", "size": -0.4},
        {"instrument_name": "BTC-27SEP24-32000-P", "direction": "sell", "size": -0.25},
        {"instrument_name": "BTC-27SEP24-34000-P", "direction": "sell", "size": "few"},
        {"instrument_name": "ETH-27SEP24-3000-P", "direction": "sell", "size": -1}
      ]
      """
    let grouped = assembled(text, .byUnderlying)
    #expect(grouped.value.pools.map(\.id) == ["BTC (coin)", "ETH (coin)"])
    #expect(grouped.value.pools.map(\.leftOut) == [3, 0])
    let alone = assembled(text)
    #expect(alone.value.pools.map(\.leftOut) == [0, 0])
    #expect(alone.issues.isEmpty)
  }

  @Test func collateralKeepsTheCount() throws {
    let rows = BookDocument.parse(
      BookFixture.text(Self.book(legs: [Self.call, Self.offLot]))
    ).value
    let amount = CollateralDocument.amount("0.5 BTC")
    let collateral = try #require(amount?.value)
    let book = BookAssembly.book(rows, collateral: collateral).value
    #expect(book.pools.map(\.collateral) == [.cash(Money(minorUnits: 50_000_000, asset: .btc))])
    #expect(book.pools.map(\.leftOut) == [1])
  }
}
