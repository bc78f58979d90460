import FulcrumModel
import Testing

@testable import FulcrumWire

@Suite struct CollateralTests {
  private func amount(_ text: String) throws -> StatedCollateral {
    let parsed = try #require(CollateralDocument.amount(text))
    guard case .amount(let stated)? = parsed.value else {
      throw parsed.issues.first ?? FulcrumWire.Issue(source: text, seen: "", allowed: "", fix: "")
    }
    return stated
  }

  private func rows(_ lines: String) -> BookRows {
    BookDocument.parse(BookFixture.text("instrument,size\n" + lines)).value
  }

  // MARK: Amounts

  @Test(arguments: [
    ("0.5 BTC", "0.5", "BTC", StatedCollateral.Basis.cash), ("2500USD", "2500", "USD", .cash),
    ("2500 usdc", "2500", "USDC", .cash), ("equity 5ETH", "5", "ETH", .equity),
    ("cash -1 BTC", "-1", "BTC", .cash),
  ])
  func amountsAreRead(
    _ text: String, _ number: String, _ code: String, _ basis: StatedCollateral.Basis
  ) throws {
    let stated = try amount(text)
    #expect(stated.amount == ExactDecimal(number))
    #expect(stated.currency?.code == code)
    #expect(stated.basis == basis)
  }

  @Test(arguments: [
    "collateral.csv", "account.json", "./0.5", "BTC", "equity", "20260822.json", "2026-08.csv", "",
  ])
  func namesOfFilesAreNoAmounts(_ text: String) {
    #expect(CollateralDocument.amount(text) == nil)
  }

  @Test(arguments: ["0.5", "1,5 BTC", "1.2.3 BTC"])
  func brokenAmountsSayHowToWriteThem(_ text: String) throws {
    let parsed = try #require(CollateralDocument.amount(text))
    #expect(parsed.value == nil)
    #expect(parsed.issues.first?.allowed.contains("0.5 BTC") == true)
  }

  @Test func anAmountGoesToTheOnePoolThatLacksIt() throws {
    let rows = rows("BTC-27SEP24-40000-P,-1\nETH-27SEP24-2000-P,-1\nBTC-27SEP24-50000-C,1\n")
    let book = BookAssembly.book(rows, collateral: .amount(try amount("0.5 BTC")))
    #expect(book.issues.isEmpty)
    // The long call has paid for itself and does not lack anything.
    #expect(
      book.value.pools.map(\.collateral) == [
        .cash(Money(minorUnits: 50_000_000, asset: .btc)), .unknown, .unknown,
      ])
  }

  @Test func anAmountForSeveralPoolsIsRefusedWithTheirNames() throws {
    let rows = rows("BTC-27SEP24-40000-P,-1\nBTC-PERPETUAL,10\n")
    let book = BookAssembly.book(rows, collateral: .amount(try amount("0.5 BTC")))
    #expect(book.value.pools.allSatisfy { $0.collateral == .unknown })
    let issue = try #require(book.errors.first)
    #expect(issue.seen.contains("\"BTC-27SEP24-40000-P\", \"BTC-PERPETUAL\""))
    #expect(issue.fix.contains("pool,cash,equity,currency"))
  }

  @Test func anAmountWithoutATakerIsRefused() throws {
    let book = BookAssembly.book(
      rows("BTC-PERPETUAL,10\n"), collateral: .amount(try amount("5 SOL")))
    #expect(book.errors.count == 1)
    #expect(book.errors.first?.seen == "5 SOL, and no pool in SOL that lacks collateral")
  }

  @Test func dollarsStandForEachOtherWithARemark() throws {
    let book = BookAssembly.book(
      rows("SOL_USDC-30AUG24-125-C,-10\n"), collateral: .amount(try amount("2500USD")))
    #expect(
      book.value.pools[0].collateral == .cash(Money(minorUnits: 2_500_000_000, asset: .usdc)))
    #expect(book.issues.map(\.severity) == [.warning])
  }

  @Test func amountsFinerThanTheCoinAreRoundedDownWithARemark() throws {
    let book = BookAssembly.book(
      rows("BTC-PERPETUAL,10\n"), collateral: .amount(try amount("0.123456789 BTC")))
    #expect(book.value.pools[0].collateral == .cash(Money(minorUnits: 12_345_678, asset: .btc)))
    #expect(book.issues.first?.fix == "it is rounded down to 0.12345678 BTC")
  }

  // MARK: Tables

  @Test(arguments: ["collateral.csv", "collateral.json"])
  func tablesAssignByPool(_ name: String) throws {
    let document = CollateralDocument.parse(try BookFixture.file(name))
    #expect(document.issues.isEmpty)
    let book = BookAssembly.book(
      try BookFixture.rows("deribit_positions.json").value, collateral: document.value)
    #expect(
      book.value.pools.map(\.collateral) == [
        .cash(Money(minorUnits: 1_000_000, asset: .btc)),
        .equity(Money(minorUnits: 30_000_000, asset: .btc)), .unknown,
      ])
    #expect(book.errors.map(\.seen) == ["pool \"nobody\""])
  }

  @Test func tablesListEveryFault() {
    let text = """
      pool,cash,equity,currency
      a,x,,BTC
      ,1,,BTC
      b,,,BTC
      c,1,2,BTC
      d,1,,B!
      BTC-PERPETUAL,1,,ETH
      """
    let document = CollateralDocument.parse(BookFixture.text(text))
    #expect(document.errors.map(\.line) == [2, 3, 4, 5, 6])
    let book = BookAssembly.book(rows("BTC-PERPETUAL,10\n"), collateral: document.value)
    #expect(book.errors.map(\.seen) == ["1 ETH for a pool in BTC"])
    #expect(book.value.pools[0].collateral == .unknown)
  }

  /// Slips in the JSON of pools and of collateral are told at every level.
  @Test func unknownFieldsAreTold() {
    let collateral = CollateralDocument.parse(
      BookFixture.text(
        #"{"format": "fulcrum.collateral", "version": 1, "notes": 1,"#
          + #" "pools": [{"pool": "a", "csh": "1", "equity": "2", "note": "x"}]}"#))
    let pools = PoolsDocument.parse(
      BookFixture.text(
        #"{"format": "fulcrum.pools", "version": 1, "accountEquity": {}, "pools": [{"id": "a","#
          + #" "stratgy": "x", "collateral": {"cash": "1", "eqity": 1}, "legs": ["BTC-PERPETUAL"]}]}"#
      ))
    #expect(collateral.issues.map(\.path) == ["$.notes", "$.pools[0].csh"])
    #expect(
      collateral.issues.map(\.fix) == [
        "it is passed over; did you mean note?", "it is passed over; did you mean cash?",
      ])
    #expect(
      pools.issues.map(\.path) == [
        "$.accountEquity", "$.pools[0].stratgy", "$.pools[0].collateral.eqity",
      ])
    #expect((collateral.issues + pools.issues).allSatisfy { $0.severity == .warning })
  }

  // MARK: Account summaries

  @Test func accountEquityIsTheAccountsAndNeverTheMarginBalance() throws {
    let document = CollateralDocument.parse(try BookFixture.file("account_summaries.json"))
    #expect(document.issues.isEmpty)
    let book = BookAssembly.book(
      try BookFixture.rows("deribit_positions.json").value, collateral: document.value)
    #expect(
      book.value.accountEquity == [
        .btc: Money(minorUnits: 50_000_000, asset: .btc),
        .usdc: Money(minorUnits: 20_000_250_000, asset: .usdc),
      ])
    // Two pools in BTC, one in USDC: only the latter is given its currency's equity.
    #expect(
      book.value.pools.map(\.collateral) == [
        .unknown, .unknown, .equity(Money(minorUnits: 20_000_250_000, asset: .usdc)),
      ])
    #expect(book.issues.count == 2)
    #expect(book.issues.allSatisfy { $0.severity == .warning })
  }

  @Test func accountEquityIsThePoolsWhereItHoldsTheWholeCurrency() throws {
    let document = CollateralDocument.parse(
      BookFixture.text(#"{"result": {"currency": "BTC", "equity": "0.5", "margin_balance": 9}}"#))
    let book = BookAssembly.book(
      try BookFixture.rows("deribit_positions.json").value, pooling: .byUnderlying,
      collateral: document.value)
    #expect(book.value.pools[0].collateral == .equity(Money(minorUnits: 50_000_000, asset: .btc)))
    #expect(book.issues.isEmpty)
  }

  @Test(
    .enabled(if: SharedData.isPresent, "the shared data folder (FULCRUM_SHARED) is absent"))
  func theVenuesOwnExamplesAreRead() throws {
    let names = [
      "api/deribit_account_summaries_example.json",
      "api/deribit_nautilus/http_get_account_summaries.json",
      "api/deribit_nautilus/http_get_account_summaries_cross_margin.json",
    ]
    let inputs = try names.map { try BookFixture.shared($0) }
    let equities = inputs.map { input -> [String] in
      guard case .account(let rows)? = CollateralDocument.parse(input).value else { return [] }
      return rows.map { "\($0.equity) \($0.currency)" }
    }
    #expect(
      equities == [
        ["302.61869214 BTC", "100 ETH"], ["302.61869214 BTC", "100 ETH"],
        ["0.00002288 BTC", "23.61869 USDT", "0 SOL", "0.000086 ETH"],
      ])
  }

  @Test func otherFilesAreRefused() {
    let document = CollateralDocument.parse(BookFixture.text(#"{"balance": 1}"#))
    #expect(document.value == nil)
    #expect(document.errors.first?.seen == "the names balance")
  }
}
