import Foundation
import FulcrumModel
import Testing

@testable import FulcrumWire

/// `accountEquity` of a Fulcrum book: how it is read, what it gives way to, what it changes.
@Suite struct AccountEquityTests {
  private static func text(_ more: String) -> String {
    """
    {"format": "fulcrum.book", "version": 1, \(more) "pools": [
      {"id": "long", "currency": "BTC", "collateral": {"equity": "0.3"},
       "legs": [{"instrument": "BTC-PERPETUAL", "size": "8000", "entry": "91000"}]},
      {"id": "unknown", "legs": [{"instrument": "ETH-PERPETUAL", "size": "-100"}]}]}
    """
  }

  private func book(
    _ more: String, beside collateral: String? = nil
  ) throws -> Parsed<Book> {
    let rows = BookDocument.parse(BookFixture.text(Self.text(more)))
    let document = try collateral.map {
      try #require(
        CollateralDocument.parse(BookFixture.text($0, named: "account.json")).value)
    }
    var book = BookAssembly.book(rows.value, collateral: document)
    book.issues = rows.issues + book.issues
    return book
  }

  @Test(arguments: [
    #"{"USDC": "100000", "BTC": 1.5}"#, #"{"usdc": 100000, "btc": "1.50"}"#,
    #"{"BTC": "15e-1", "USDC": 1e5}"#,
  ]) func isReadAsCollateralIs(_ amounts: String) throws {
    let book = try book("\"accountEquity\": \(amounts),")
    #expect(
      book.value.accountEquity == [
        .usdc: Money(minorUnits: 100_000_000_000, asset: .usdc),
        .btc: Money(minorUnits: 150_000_000, asset: .btc),
      ])
    #expect(book.value.accountEquityOrigin == .book && book.issues.isEmpty)
    // It is the account's and no pool's.
    #expect(book.value.pools.map(\.collateral).last == .unknown)
  }

  @Test func signsAndRoundingAreKept() throws {
    let book = try book(#""accountEquity": {"USDC": "-12.3456789", "ETH": "0"},"#)
    #expect(
      book.value.accountEquity == [
        .usdc: Money(minorUnits: -12_345_679, asset: .usdc),
        .eth: Money(minorUnits: 0, asset: .eth),
      ])
    #expect(book.issues.map(\.severity) == [.warning])
    #expect(book.issues.first?.path == "$.accountEquity.USDC")
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    let value: String
    let path: String
    let seen: String
    var severity = FulcrumWire.Issue.Severity.error
    var testDescription: String { value }
  }

  static let faults: [Fault] = [
    .init(value: #"{"USDC": "1,5", "BTC": "1"}"#, path: "$.accountEquity.USDC", seen: "1,5"),
    .init(value: #"{"USDC": true, "BTC": "1"}"#, path: "$.accountEquity.USDC", seen: "true"),
    .init(value: #"{"USDC": {}, "BTC": "1"}"#, path: "$.accountEquity.USDC", seen: "an object"),
    .init(value: #"{"USDC": "NaN"}"#, path: "$.accountEquity.USDC", seen: "NaN"),
    .init(value: #"{"USDC": null}"#, path: "$.accountEquity.USDC", seen: "no equity for USDC"),
    .init(value: #"{"USDC": "1e33"}"#, path: "$.accountEquity.USDC", seen: "000 USDC"),
    .init(value: #"{"U$": "1", "BTC": "1"}"#, path: "$.accountEquity.U$", seen: "\"U$\""),
    .init(value: #"{"BTC": "1", "btc": "2"}"#, path: "$.accountEquity.btc", seen: "BTC again"),
    .init(value: #""100000""#, path: "$.accountEquity", seen: "a string"),
    .init(value: "100000", path: "$.accountEquity", seen: "number"),
    .init(value: "[1]", path: "$.accountEquity", seen: "an array"),
    .init(value: "{}", path: "$.accountEquity", seen: "no currency", severity: .warning),
  ]

  /// One currency that cannot be used leaves nothing to add up; the pools are kept.
  @Test(arguments: faults) func whatCannotBeUsedIsSaid(_ fault: Fault) throws {
    let book = try book("\"accountEquity\": \(fault.value),")
    #expect(book.value.pools.count == 2 && book.value.accountEquity.isEmpty)
    let issue = try #require(book.issues.first { $0.path == fault.path }, "\(book.issues)")
    #expect(issue.seen.contains(fault.seen) && issue.severity == fault.severity, "\(issue)")
    #expect(!issue.allowed.isEmpty && !issue.fix.isEmpty)
    #expect(
      book.issues.contains { $0.description.contains("left out") } || fault.value == "{}",
      "\(book.issues)")
  }

  @Test func nullIsAbsentAndASlipIsTold() throws {
    #expect(try book(#""accountEquity": null,"#).issues.isEmpty)
    let slip = try book(#""acountEquity": {"USDC": "1"},"#)
    #expect(slip.value.accountEquity.isEmpty)
    #expect(slip.issues.map(\.path) == ["$.acountEquity"])
    #expect(slip.issues.first?.fix.contains("did you mean accountEquity?") == true)
  }

  // MARK: Beside an account summary

  private static let summary =
    #"{"result": {"summaries": [{"currency": "USDC", "equity": 90000},"#
    + #"{"currency": "BTC", "equity": 1.5}, {"currency": "SOL", "equity": 0}]}}"#

  @Test func aSummaryThatDiffersStandsAndIsTold() throws {
    let book = try book(
      #""accountEquity": {"USDC": "100000", "BTC": "1.5", "ETH": 2},"#, beside: Self.summary)
    #expect(
      book.value.accountEquity[.usdc] == Money(minorUnits: 90_000_000_000, asset: .usdc))
    #expect(book.value.accountEquity[.eth] == nil)
    #expect(book.value.accountEquityOrigin == .summary)
    let issue = try #require(book.issues.first { $0.path == "$.accountEquity" })
    #expect(issue.severity == .warning)
    #expect(issue.seen == "2 ETH, 100000 USDC, and 0 ETH, 90000 USDC in account.json")
    #expect(issue.fix.hasPrefix("account.json stands"))
  }

  @Test func aSummaryThatAgreesIsNotTold() throws {
    let book = try book(
      #""accountEquity": {"USDC": "90000", "BTC": "1.5"},"#, beside: Self.summary)
    #expect(book.value.accountEquityOrigin == .summary)
    #expect(!book.issues.contains { $0.path == "$.accountEquity" })
  }

  @Test func aTableOfPoolsLeavesItStanding() throws {
    let book = try book(
      #""accountEquity": {"USDC": "90000"},"#, beside: "pool,cash,currency\nunknown,1,ETH\n")
    #expect(book.value.accountEquityOrigin == .book && book.value.accountEquity.count == 1)
    #expect(book.value.pools.last?.collateral == .cash(Money(minorUnits: 100_000_000, asset: .eth)))
    #expect(book.issues.isEmpty)
  }

  // MARK: The built program

  /// The demo's index of bitcoin.
  private static let index = 92_480.55

  private func run(_ words: [String], book more: String) throws -> Program.Run {
    try Program.run(
      words + ["--book", "-", "--market", "Demo/market.json", "--format", "json"],
      input: Array(Self.text(more).utf8))
  }

  @Test func reportsCountLeverageOnIt() throws {
    let report = try JSONObject(
      text: run(["report"], book: #""accountEquity": {"USDC": "1000", "BTC": "2"},"#).output)
    let account = try #require(report["account"]?.object)
    #expect(account["equityBasis"] == .string("book"))
    let equity = try #require(account["equity"]?.string.flatMap(Double.init))
    #expect(abs(equity - (1000 + 2 * Self.index)) < 1e-5)
    let net = try #require(account["netDeltaLeverage"]?.object?["value"]?.number)
    // 8,000 USD long and 100 short, the sizes of inverse perpetuals, at their marks.
    #expect(abs(net / (8100 / equity) - 1) < 2e-3)
  }

  @Test func aCoinWithoutIndexIsTold() throws {
    let run = try run(["report"], book: #""accountEquity": {"XRP": "5"},"#)
    let report = try JSONObject(text: run.output)
    #expect(report["account"]?.object?["equityBasis"] == .string("unknown"))
    #expect(run.errors.contains("$.accountEquity: warning: saw equity of the account in XRP"))
  }

  @Test func growthIsMeasuredOnIt() throws {
    let words = ["consequences", "--pool", "long", "--paths", "1000"]
    let stated = try JSONObject(
      text: run(words, book: #""accountEquity": {"BTC": "3"},"#).output)
    let alone = try JSONObject(text: run(words, book: "").output)
    // A coin pool's wealth is in coins.
    #expect(try abs(#require(stated["wealth"]?.number) - 3) < 1e-9)
    #expect(try abs(#require(alone["wealth"]?.number) - 0.3) < 1e-9)
  }
}
