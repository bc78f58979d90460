import Foundation
import FulcrumModel
import Testing

@testable import FulcrumWire

/// Expected rows are the fixture's own figures, converted by hand.
@Suite struct BookLayoutTests {
  @Test func deribitRepliesAreRead() throws {
    let parsed = try BookFixture.rows("deribit_positions.json")
    #expect(parsed.value.layout == .deribitPositions)
    #expect(
      words(parsed.value.rows) == [
        "50 BTC-PERPETUAL @ 7440.18", "-0.4 BTC-27SEP24-40000-C @ 0.215",
        "20 SOL_USDC-30AUG24-125-C @ 4.1",
      ])
    #expect(parsed.value.rows.map(\.position.size.count) == [5, -4, 2])
    #expect(parsed.issues.map(\.severity) == [.warning])
    #expect(parsed.issues.first?.path == "$.result[3].size")
  }

  @Test func whatTheVenueSaysIsKept() throws {
    let venue = try BookFixture.rows("deribit_positions.json").value.rows.map(\.position.venue)
    #expect(venue[0].mark == Price("7476.65"))
    #expect(venue[0].index == Price("7466.79"))
    #expect(venue[0].leverage == 35.6)
    #expect(venue[0].liquidationPrice == nil)
    #expect(venue[0].initialMargin == ExactDecimal("0.000197283"))
    #expect(venue[1].delta == -0.239332)
    #expect(venue[1].leverage == nil)
    #expect(venue[1].maintenanceMargin == ExactDecimal("0.0665"))
  }

  @Test func theEnvelopeDoesNotMatter() throws {
    let whole = try BookFixture.file("deribit_positions.json")
    let object = try #require(
      JSONSerialization.jsonObject(with: whole.bytes) as? [String: Any])
    let bare = try JSONSerialization.data(withJSONObject: try #require(object["result"]))
    let parsed = BookDocument.parse(InputBytes(bare, source: "bare"))
    #expect(words(parsed.value.rows) == words(BookDocument.parse(whole).value.rows))
    #expect(parsed.value.rows.map(\.place.path) == ["$[0]", "$[1]", "$[2]"])
  }

  @Test func unifiedRowsFallBackToTheVenuesSize() throws {
    let parsed = try BookFixture.rows("ccxt_positions.json")
    #expect(parsed.value.layout == .unifiedPositions)
    #expect(
      words(parsed.value.rows) == [
        "50 BTC-PERPETUAL @ 7440.18", "-0.4 BTC-27SEP24-40000-C @ 0.215",
        "1 ETH-9JAN22-3200-C @ 0.0166",
        "BTC/USDT:USDT isolated short: -0.03 BTC/USDT:USDT @ 60000",
      ])
    let issues = parsed.issues.map { "\($0.path ?? "") \($0.severity): \($0.seen)" }
    #expect(
      issues == [
        "$[0].initialMarginPercentage warning: 2.0001",
        "$[1].contracts warning: no contracts beside info.size 0.4",
        "$[2].contracts warning: contracts 1000 beside info.size 1",
      ])
    let venue = parsed.value.rows.map(\.position.venue)
    #expect(abs((venue[0].leverage ?? 0) - 1 / 0.020001) < 1e-9)
    #expect(venue[1].notional == 0.08676)
    #expect(venue[3].marginMode == "isolated")
    #expect(venue[3].leverage == 5)
  }

  @Test func isolatedUnifiedRowsArePoolsWithTheirEquity() throws {
    let rows = try BookFixture.rows("ccxt_positions.json").value
    let book = BookAssembly.book(rows, pooling: .byUnderlying)
    let pool = try #require(book.value.pools.first { $0.id == "BTC/USDT:USDT isolated short" })
    #expect(pool.currency == .usdt)
    #expect(
      pool.collateral == .equity(Money(minorUnits: 330_500_000, asset: .usdt)))
    #expect(book.value.pools.map(\.id) == ["BTC (coin)", "ETH (coin)", pool.id])
  }

  /// OKX's isolated margin is cash by either way: 3,000 put in, 262.5 lost since on 0.25 BTC, so
  /// that the equity at the mark is 2,737.5, and not 3,000.
  @Test func okxMarginIsCashThroughCcxtToo() throws {
    let through = { (collateral: String, info: String) in
      """
      [{"symbol": "BTC/USDT:USDT", "side": "short", "contracts": 25, "contractSize": 0.01,
        "entryPrice": 99000, "markPrice": 100050, "marginMode": "isolated",
        "collateral": \(collateral), "info": \(info)}]
      """
    }
    let native = """
      {"code": "0", "data": [{"instId": "BTC-USDT-SWAP", "posSide": "short", "pos": "25",
        "avgPx": "99000", "markPx": "100050", "mgnMode": "isolated", "margin": "3000",
        "ccy": "USDT"}]}
      """
    let okx = #"{"instId": "BTC-USDT-SWAP", "pos": "25", "margin": "3000", "ccy": "USDT"}"#
    let bare = #"{"instId": "BTC-USDT-SWAP", "pos": "25", "margin": ""}"#
    let cash = Collateral.cash(Money(minorUnits: 3_000_000_000, asset: .usdt))
    let equity = Collateral.equity(Money(minorUnits: 3_000_000_000, asset: .usdt))
    let cases = [
      (native, cash), (through("3000", okx), cash), (through("3000", bare), cash),
      (through("null", okx), cash), (through("2737.5", okx), cash),
      (through("3000", #"{"margin": "3000"}"#), cash), (through("3000", "{}"), equity),
    ]
    for (text, expected) in cases {
      let rows = BookDocument.parse(BookFixture.text(text))
      #expect(rows.errors.isEmpty)
      let book = BookAssembly.book(rows.value).value
      #expect(book.pools.map(\.collateral) == [expected], "\(text)")
      let leg = try #require(book.pools.first?.positions.first)
      let coins = leg.signedContracts.multiplied(by: leg.instrument.contract.value)
      #expect(coins == ExactDecimal("-0.25"), "\(text)")
    }
  }

  @Test func okxOptionMarginIsNotUsedThroughCcxtEither() throws {
    let parsed = BookDocument.parse(
      BookFixture.text(
        """
        [{"symbol": "BTC/USD:BTC-270326-90000-C", "side": "short", "contracts": 15,
          "contractSize": 0.01, "entryPrice": 0.041, "marginMode": "isolated",
          "collateral": 0.05, "info": {"instId": "BTC-USD-270326-90000-C", "pos": "-15"}}]
        """))
    #expect(BookAssembly.book(parsed.value).value.pools.map(\.collateral) == [.unknown])
    #expect(parsed.issues.map(\.path) == ["$[0].collateral"])
    #expect(parsed.issues.map(\.seen) == ["0.05 for an isolated option"])
  }

  @Test func okxRowsAreRead() throws {
    let parsed = try BookFixture.rows("okx_positions.json")
    #expect(parsed.value.layout == .okxPositions)
    #expect(
      words(parsed.value.rows) == [
        "-15 BTC-USD-270326-90000-C @ 0.041",
        "BTC-USDT-SWAP isolated short: -3 BTC-USDT-SWAP @ 86500",
      ])
    // 15 contracts of 0.01 BTC.
    #expect(
      parsed.value.rows[0].position.instrument.contract == .coins(ExactDecimal("0.01") ?? .zero))
    #expect(parsed.issues.isEmpty)
    let book = BookAssembly.book(parsed.value).value
    #expect(book.pools[1].collateral == .cash(Money(minorUnits: 259_500_000, asset: .usdt)))
    #expect(book.pools[0].collateral == .unknown)
  }

  @Test func deriveRowsAreRead() throws {
    let parsed = try BookFixture.rows("derive_positions.json")
    #expect(parsed.value.layout == .derivePositions)
    #expect(words(parsed.value.rows) == ["-1.5 ETH-20240914-2400-C @ 61.2"])
    #expect(parsed.issues.isEmpty)
    #expect(parsed.value.rows[0].place.path == "$.result.positions[0]")
    // The row's delta is that of one coin: 0.47 × −1.5.
    #expect(abs((parsed.value.rows[0].position.venue.delta ?? 0) + 0.705) < 1e-12)
  }

  @Test(arguments: ["fulcrum_book.json", "fulcrum_book.csv"])
  func ourOwnBookIsReadAlikeInBothForms(_ name: String) throws {
    let parsed = try BookFixture.rows(name)
    #expect(parsed.issues.isEmpty)
    let book = BookAssembly.book(parsed.value)
    #expect(book.issues.isEmpty)
    let pools = book.value.pools
    #expect(pools.map(\.id) == ["strangle", "sol", "perp"])
    #expect(pools.map(\.strategy) == ["short strangle", nil, nil])
    #expect(pools.map(\.currency) == [.btc, .usdc, .btc])
    #expect(
      pools.map(\.collateral) == [
        .cash(Money(minorUnits: 50_000_000, asset: .btc)),
        .equity(Money(minorUnits: 2_500_500_000, asset: .usdc)), .unknown,
      ])
    #expect(
      pools.map { $0.positions.map(words) } == [
        ["-0.4 BTC-27SEP24-30000-P @ 0.021", "-0.4 BTC-27SEP24-50000-C @ 0.034"],
        ["3 SOL_USDC-30AUG24-125-C @ 4.1"], ["-3050 BTC-PERPETUAL @ 62984.77"],
      ])
    #expect(pools[1].positions[0].instrument.contract == .coins(ExactDecimal(10)))
    #expect(pools[2].positions[0].size.count == -305)
  }

  @Test func instrumentListsGoBeforeDefaults() throws {
    let plain = try InstrumentName("BTC-PERPETUAL").instrument
    let listed = plain.with(contract: .usdFace(ExactDecimal(10)), lot: ExactDecimal(5))
    let parsed = BookDocument.parse(
      try BookFixture.file("deribit_positions.json"), instruments: [listed.id: listed])
    // 50 USD are 5 contracts of 10 USD, one lot of 5.
    #expect(words(parsed.value.rows[0].position) == "5 BTC-PERPETUAL @ 7440.18")
    #expect(parsed.value.rows[0].position.size.count == 1)
  }

  @Test func unifiedSymbolsTakeTheQuotedInstrument() throws {
    let listed = try InstrumentName("BTC-27SEP24-40000-C").instrument
    let text = """
      [{"symbol": "BTC/USD:BTC-240927-40000-C", "side": "long", "contracts": 2, "contractSize": 1}]
      """
    let known = BookDocument.parse(BookFixture.text(text), instruments: [listed.id: listed])
    #expect(words(known.value.rows) == ["2 BTC-27SEP24-40000-C"])
    let unknown = BookDocument.parse(BookFixture.text(text))
    #expect(words(unknown.value.rows) == ["2 BTC/USD:BTC-240927-40000-C"])
  }

  @Test(
    .enabled(if: SharedData.isPresent, "the shared data folder (FULCRUM_SHARED) is absent"))
  func theExampleOfTheVenueIsRead() throws {
    let parsed = BookDocument.parse(
      try BookFixture.shared("api/deribit_nautilus/http_get_positions.json"))
    #expect(words(parsed.value.rows) == ["50 BTC-PERPETUAL @ 7440.18"])
    #expect(parsed.issues.isEmpty)
  }
}

/// The bundled demo book, whose pools are lessons for users.
@Suite struct DemoBookTests {
  @Test func theDemoBookIsReadWithoutARemark() throws {
    let root = BookFixture.folder.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let content = try Data(contentsOf: root.appending(path: "Demo/book.json"))
    let parsed = BookDocument.parse(InputBytes(content, source: "Demo/book.json"))
    let book = BookAssembly.book(parsed.value)
    #expect((parsed.issues + book.issues).map(\.description) == [])
    #expect(book.value.pools.count == 16)
  }
}
