import Foundation
import FulcrumModel
import Testing

@testable import FulcrumWire

/// Every fault of a file is listed with its place; the words are checked where they carry numbers.
@Suite struct BookRefusalTests {
  @Test func everyFaultOfAFulcrumBookIsListed() throws {
    let parsed = try BookFixture.rows("faulty_book.json")
    let book = BookAssembly.book(parsed.value)
    let found = (parsed.issues + book.issues).map { "\($0.path ?? "") \($0.severity.rawValue)" }
    let legs = "$.pools[0].legs"
    #expect(
      Set(found) == [
        "$.pools[0].collatral warning", "\(legs)[0].size error", "\(legs)[1].instrument error",
        "\(legs)[2].instrument error", "\(legs)[3].size error", "\(legs)[4].size error",
        "\(legs)[5].size error", "\(legs)[6].size error", "\(legs)[7].size error",
        "\(legs)[8].entry error", "\(legs)[9].size warning", "\(legs)[10].lot error",
        "\(legs)[11] error", "$.pools[1].id error", "$.pools[2].currency error",
        "$.pools[3].collateral error", "$.pools[4] error", "$.pools[5] error",
        "$.pools[6].legs[1] warning",
      ])
    #expect(found.count == 19)
    #expect(book.value.pools.map(\.id) == ["c", "f"])
  }

  @Test func offTheLotNamesTheNearestSizes() throws {
    let issues = try BookFixture.rows("faulty_book.json").issues
    let issue = try #require(issues.first { $0.path == "$.pools[0].legs[0].size" })
    #expect(
      issue.description == "faulty_book.json: $.pools[0].legs[0].size: saw 0.25; allowed is a "
        + "whole number of lots of 0.1 contracts; nearest are 0.2 and 0.3; correct the size of "
        + "BTC-27SEP24-40000-C; the row is left out")
  }

  @Test func mixedCurrenciesNameTheLegs() throws {
    let book = BookAssembly.book(try BookFixture.rows("faulty_book.json").value)
    let mixed = book.errors.map(\.seen)
    #expect(
      mixed == [
        "pool \"d\" in USDC with legs that settle in another currency: "
          + "BTC-27SEP24-40000-C (BTC)",
        "pool \"e\" in BTC with legs that settle in another currency: ETH-27SEP24-2000-C (ETH)",
      ])
  }

  @Test func everyFaultOfATableIsListed() throws {
    let parsed = try BookFixture.rows("faulty_book.csv")
    let found = parsed.issues.map {
      "\($0.line ?? 0) \($0.path ?? "-") \($0.severity.rawValue)"
    }
    #expect(
      found.sorted() == [
        "1 colour warning", "10 pool warning", "11 instrument error", "2 size error",
        "4 - error", "4 - error", "5 size error", "6 instrument error", "7 size error",
        "8 - error", "9 - error",
      ])
    #expect(
      words(parsed.value.rows) == [
        "a: 1 BTC-27SEP24-40000-C @ 0.1", "a: 1 BTC-27SEP24-40000-P @ 0.1",
        "b: 1 BTC-27SEP24-42000-C @ 0.1", "1 BTC-27SEP24-43000-C @ 0.1",
      ])
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let text: String
    let seen: String
    var testDescription: String { seen }
  }

  static let wholeFiles: [Refusal] = [
    .init(text: "[", seen: "end"),
    .init(text: "{}", seen: "no rows with names"),
    .init(text: "[3]", seen: "no rows with names"),
    .init(text: #"[{"colour": 1}]"#, seen: "the names colour"),
    .init(text: #"{"format": "fulcrum.book", "version": 2, "pools": []}"#, seen: "\"version\": 2"),
    .init(text: #"{"pools": []}"#, seen: "\"format\": \"none\""),
    .init(text: #"{"format": "fulcrum.book", "version": 1}"#, seen: "no \"pools\""),
    .init(
      text: #"{"format": "fulcrum.book", "version": 1, "pools": 4}"#,
      seen: "a number"),
    .init(
      text: #"{"error": {"code": 13009, "message": "unauthorized"}}"#,
      seen: "error reply 13009 unauthorized"),
    .init(
      text: #"{"code": "50113", "msg": "Invalid Sign", "data": []}"#, seen: "50113 Invalid Sign"),
    .init(text: #"{"result": []}"#, seen: "no positions"),
    .init(text: "", seen: "no line"),
    .init(text: "instrument;size\nBTC-PERPETUAL;10", seen: "one column"),
    .init(text: "pool,size\na,1", seen: "no column instrument"),
    .init(text: "instrument,size", seen: "a header without rows"),
    .init(text: "instrument,size\n\"BTC", seen: "quot"),
  ]

  @Test(arguments: wholeFiles)
  func filesThatAreNoBookSayWhy(_ row: Refusal) {
    let parsed = BookDocument.parse(BookFixture.text(row.text))
    #expect(parsed.value.rows.isEmpty)
    #expect(
      parsed.issues.contains { $0.seen.contains(row.seen) },
      "saw \(parsed.issues.map(\.description))")
  }

  static let deribitRows: [Refusal] = [
    .init(text: #""direction": "buy", "size": -1"#, seen: "\"buy\" with size -1"),
    .init(text: #""direction": "sell", "size": 1"#, seen: "\"sell\" with size 1"),
    .init(text: #""direction": "zero", "size": 1"#, seen: "\"zero\" with size 1"),
    .init(text: #""direction": "up", "size": 1"#, seen: "\"up\""),
    .init(text: #""direction": "buy""#, seen: "no size"),
    .init(text: #""direction": "buy", "size": true"#, seen: "true"),
    .init(text: #""direction": "buy", "size": "NaN""#, seen: "\"NaN\""),
    .init(text: #""direction": "buy", "size": 0.15"#, seen: "0.15"),
    .init(text: #""direction": "buy", "size": 1e30"#, seen: "1000000000000000000000000000000"),
    .init(text: #""direction": "buy", "size": 1, "average_price": {}"#, seen: "an object"),
  ]

  @Test(arguments: deribitRows)
  func rowsThatMeanNothingAreLeftOutAlone(_ row: Refusal) {
    let text = """
      {"result": [{"instrument_name": "BTC-27SEP24-40000-C", \(row.text)},
        {"instrument_name": "ETH-PERPETUAL", "direction": "sell", "size": -7}]}
      """
    let parsed = BookDocument.parse(BookFixture.text(text))
    #expect(words(parsed.value.rows) == ["-7 ETH-PERPETUAL"])
    #expect(parsed.issues.count == 1)
    #expect(
      parsed.issues.first?.seen.contains(row.seen) == true && parsed.errors.count == 1,
      "saw \(parsed.issues.map(\.description))")
  }

  @Test func aFaultInAVenueFigureKeepsTheLeg() {
    let text = """
      [{"instrument_name": "ETH-PERPETUAL", "direction": "sell", "size": -7, "mark_price": "NaN"}]
      """
    let parsed = BookDocument.parse(BookFixture.text(text))
    #expect(words(parsed.value.rows) == ["-7 ETH-PERPETUAL"])
    #expect(parsed.issues.map(\.severity) == [.warning])
    #expect(parsed.issues.first?.fix.contains("mark_price is left out") == true)
  }

  static let unifiedRows: [Refusal] = [
    .init(text: #""side": "long""#, seen: "no contracts and no info.size"),
    .init(text: #""contracts": 1, "contractSize": 1"#, seen: "no side with size 1"),
    .init(text: #""contracts": 1, "side": "flat""#, seen: "\"flat\" with size 1"),
    .init(
      text:
        #""contracts": 1, "side": "long", "info": {"instrument_name": "BTC-27SEP24-40000-C", "size": -1}"#,
      seen: "long with size 1 and -1"),
  ]

  @Test(arguments: unifiedRows)
  func unifiedRowsWithoutSizeOrSideAreLeftOut(_ row: Refusal) {
    let text = "[{\"symbol\": \"BTC/USD:BTC-240927-40000-C\", \(row.text)}]"
    let parsed = BookDocument.parse(BookFixture.text(text))
    #expect(parsed.value.rows.isEmpty)
    #expect(
      parsed.errors.contains { $0.seen.contains(row.seen) },
      "saw \(parsed.issues.map(\.description))")
  }

  /// Found by fuzzing: contracts of 0 coins made a leg of no size.
  @Test func contractsOfNothingAreFlat() {
    let text = """
      [{"symbol": "BTC/USDT:USDT", "side": "short", "contracts": 3, "contractSize": 0.00}]
      """
    let parsed = BookDocument.parse(BookFixture.text(text))
    #expect(parsed.value.rows.isEmpty)
    #expect(parsed.errors.isEmpty)
    #expect(parsed.issues.contains { $0.seen == "BTC/USDT:USDT of size 0" })
  }

  /// Found by fuzzing: a header of blanks left the issue without what was seen.
  @Test(arguments: [" ", "\t", ",", "\"\"", "\n \n"])
  func blankTablesAreDescribed(_ text: String) {
    let issues = BookMutationTests.readAll(BookFixture.text(text))
    #expect(!issues.isEmpty)
    for issue in issues {
      #expect(!issue.seen.isEmpty && !issue.allowed.isEmpty && !issue.fix.isEmpty)
    }
  }

  @Test func expiredInstrumentsAreKept() {
    let parsed = BookDocument.parse(
      BookFixture.text("instrument,size\nBTC-5AUG16-580-P,-1\n"))
    #expect(words(parsed.value.rows) == ["-1 BTC-5AUG16-580-P"])
    #expect(parsed.issues.isEmpty)
  }

  @Test func textThatIsNotUnicodeSaysWhere() {
    let bytes = Data("instrument,size\nBTC-".utf8) + [0xFF, 0xFE]
    let parsed = BookDocument.parse(InputBytes(bytes, source: "book.csv"))
    #expect(parsed.value.rows.isEmpty)
    #expect(parsed.issues.first?.line == 2)
  }
}
