import Foundation
import Testing

@testable import FulcrumWire

/// What is wrong with a file is said with its place, and all of it at once.
@Suite struct ReportBadInputTests {
  private let market = "Demo/market.json"
  private let call = #"{"instrument":"BTC-25DEC26-92000-C","size":"1"}"#

  private func pool(_ legs: String) -> String { pool("p", legs) }

  private func pool(_ id: String, _ legs: String) -> String {
    #"{"id":"\#(id)","currency":"BTC","collateral":{"cash":"1"},"legs":[\#(legs)]}"#
  }

  private func leg(_ name: String, _ size: String = "\"1\"") -> String {
    #"{"instrument":"\#(name)","size":\#(size)}"#
  }

  /// Each part is said, on a line that begins with the file and names what is allowed.
  private func expect(
    _ run: Program.Run, status: Int32, says parts: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(run.status == status, "\(run.errors)", sourceLocation: sourceLocation)
    let faults = run.errors.split(separator: "\n").filter { $0.hasPrefix("fulcrum: ") }
    for part in parts {
      let line = faults.first { $0.contains(part) }
      #expect(
        line?.contains("; allowed is ") == true, "\(part) in \(run.errors)",
        sourceLocation: sourceLocation)
    }
  }

  /// JSON goes to standard output, so that issues go to standard error whole.
  private func run(
    _ book: String, market: String? = nil, _ more: [String] = []
  ) throws -> Program.Run {
    try ReportProgram.run(
      ["--book", book, "--market", market ?? self.market, "--format", "json"] + more)
  }

  // MARK: Whole files

  @Test func filesThatAreNoText() throws {
    try ReportProgram.with { program in
      let good = try program.book(pool(call), named: "good.json")
      let whole = try Repository.bytes(market)
      let cut = try program.write("cut.json", Array(whole.prefix(20_000)))
      let latin = try program.write("latin.csv", Array("instrument,mark\n".utf8) + [0xFF, 0x0A])
      let empty = try program.write("empty", "")
      let packed = try [UInt8](gzip(Data(whole)))
      let half = try program.write("half.gz", Array(packed.prefix(8000)))
      let cases = [
        (cut, ["cut.json:133: column 85: saw the end of the text"]),
        (latin, ["latin.csv:2: saw byte 0xff at offset 16; allowed is UTF-8 text"]),
        (empty, ["empty: saw an empty file"]),
        (half, ["half.gz: saw a gzip stream that ends early"]),
      ]
      for (file, said) in cases {
        expect(try run(file), status: 1, says: said)
        expect(try run(good, market: file), status: 1, says: said)
      }
      expect(
        try run(
          program.path("none"), market: program.path("nil"),
          ["--pools", "no", "--collateral", "not"]),
        status: 1,
        says: [
          "none: saw no such file", "nil: saw no such file", "no: saw no such", "not: saw no such",
        ])
    }
  }

  /// A file of 1 GB that takes no room on disk: refused by its size, before it is read.
  @Test func aFileOfAGigabyte() throws {
    try ReportProgram.with { program in
      let path = try program.write("large.json", "")
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try handle.truncate(atOffset: 1 << 30)
      try handle.close()
      let said = ["large.json: saw 1073741824 bytes; allowed is at most 536870912 bytes"]
      expect(try run(path), status: 1, says: said)
      expect(try run("Demo/book.json", market: path), status: 1, says: said)
    }
  }

  // MARK: Values

  @Test func everyValueOfTheWrongKindIsListed() throws {
    try ReportProgram.with { program in
      let book = try program.book(
        #"{"id":5,"legs":"x"},"#
          + #"{"id":"p","currency":"BTC","collateral":[1],"legs":["#
          + #"{"instrument":"BTC-25DEC26-92000-C","size":{}},{"instrument":7,"size":"1"},"#
          + #"{"instrument":"BTC-25DEC26-92000-P","size":"abc"},\#(call)]}"#)
      expect(
        try run(book), status: 2,
        says: [
          "$.pools[0].legs: saw a string; allowed is a list",
          "$.pools[1].collateral: saw an array; allowed is an object",
          "$.pools[1].legs[0].size: saw a list, an object",
          "$.pools[1].legs[1].instrument", "$.pools[1].legs[2].size: saw \"abc\"",
        ])
    }
  }

  @Test func numbersThatAreNone() throws {
    try ReportProgram.with { program in
      let book = try program.book(
        pool(
          [
            leg("BTC-25DEC26-92000-C", "\"NaN\""), leg("BTC-25DEC26-92000-P", "\"inf\""),
            #"{"instrument":"BTC-PERPETUAL","size":"10","entry":"-Infinity"}"#,
            leg("BTC-25DEC26-92000-P", "1e400"),
          ].joined(separator: ",")))
      expect(
        try run(book), status: 1,
        says: [
          "legs[0].size: saw \"NaN\"", "legs[1].size: saw \"inf\"",
          "legs[2].entry: saw \"-Infinity\"", "legs[3].size",
        ])
      let bare = try program.book(pool(leg("BTC-25DEC26-92000-C", "NaN")), named: "bare.json")
      expect(try run(bare), status: 1, says: ["bare.json:1: column"])
      let quotes = try program.write(
        "market.csv",
        """
        instrument,timestamp,mark,markIV,forward,index
        BTC-25DEC26-92000-C,2026-11-20T08:05:00Z,NaN,0.5,92876,92480
        BTC-25DEC26-92000-P,2026-11-20T08:05:00Z,0.05,inf,92876,-1
        BTC-25DEC26--5-P,2026-11-20T08:05:00Z,0.05,0.5,92876,92480

        """)
      let good = try program.book(pool(call), named: "good.json")
      let faulty = try run(good, market: quotes)
      expect(
        faulty, status: 2,
        says: [
          "market.csv:2: mark: saw ", "market.csv:3: markIV: saw ",
          "market.csv:4: instrument: saw ",
        ])
    }
  }

  // MARK: Instruments and legs

  @Test func instrumentsThatAreNone() throws {
    try ReportProgram.with { program in
      let book = try program.book(
        [
          pool("negative", leg("BTC-25DEC26--92000-C")), pool("odd", leg("FOO")),
          pool("unlisted", leg("BTC-27DEC30-92000-C")), pool("expired", leg("BTC-25SEP26-92000-C")),
        ].joined(separator: ","))
      let run = try run(book)
      expect(
        run, status: 2,
        says: [
          "$.pools[0].legs[0].instrument: saw instrument \"BTC-25DEC26--92000-C\"",
          "$.pools[1].legs[0].instrument: saw instrument \"FOO\"",
        ])
      let report = try JSONObject(text: run.output)
      let unlisted = try report.pool("unlisted").legs[0]
      #expect(
        unlisted.texts("problems").first?.hasPrefix("no forward for BTC-27DEC30-92000-C") == true)
      #expect(unlisted["value"] == .null)
      let expired = try report.pool("expired").legs[0]
      #expect(
        expired.texts("notes") == [
          "expired; valued at the index (an option at intrinsic) until settlement is booked"
        ])
      // 92 480.55 at the index: 480.55/92 480.55 of a coin, rounded down.
      #expect(try abs(expired.double("value") - 480.55 / 92_480.55) < 1e-8)
    }
  }

  @Test func legsThatDoNotFit() throws {
    try ReportProgram.with { program in
      let book = try program.book(
        [
          pool("twice", call + "," + leg("BTC-25DEC26-92000-C", "\"2\"")),
          pool("mixed", call + "," + leg("ETH-25DEC26-3200-C")),
          pool(
            "lots", leg("BTC-25DEC26-92000-C", "\"1.05\"") + "," + leg("BTC-PERPETUAL", "\"15\"")),
        ].joined(separator: ","))
      let run = try run(book)
      expect(
        run, status: 2,
        says: [
          "warning: saw BTC-25DEC26-92000-C 2 times in pool \"twice\"",
          "$.pools[1]: saw pool \"mixed\" in BTC with legs that settle in another currency: ETH-",
          "legs[0].size: saw 1.05; allowed is a whole number of lots of 0.1",
          "legs[1].size: saw 15; allowed is a whole number of lots of 10",
        ])
      let report = try JSONObject(text: run.output)
      #expect(try report.pool("twice").legs.count == 2)
    }
  }

  // MARK: The market

  @Test func crossedQuotesAndADistantClock() throws {
    try ReportProgram.with { program in
      let good = try program.book(pool(call), named: "good.json")
      var market = try JSONObject(text: Repository.text(self.market))
      var quotes = try #require(market["quotes"]?.array)
      let place = try #require(
        quotes.firstIndex { $0.object?["instrument"] == .string("BTC-25DEC26-92000-C") })
      var quote = try #require(quotes[place].object)
      quote["bid"] = .string("0.08")
      quote["ask"] = .string("0.05")
      quotes[place] = .object(quote)
      market["quotes"] = .array(quotes)
      let crossed = try program.write("crossed.json", market.text)
      let run = try run(good, market: crossed)
      expect(
        run, status: 0, says: ["$.quotes[\(place)].bid: warning: saw bid 0.08 over ask 0.05"])
      let leg = try JSONObject(text: run.output).pool("p").legs[0]
      #expect(leg.texts("notes") == ["bid is above ask"])
      let distant = try self.run(good, ["--as-of", "2026-12-20T00:00:00Z"])
      expect(
        distant, status: 0,
        says: ["warning: saw newest quote at 2026-11-20T08:05:00Z, 29 d before --as-of 2026-12-20"])
    }
  }

  @Test func collateralAndPoolsFiles() throws {
    try ReportProgram.with { program in
      let good = try program.book(pool(call), named: "good.json")
      let amount = try run(good, ["--collateral", "1,5 BTC"])
      expect(amount, status: 1, says: ["--collateral: saw \"1,5 BTC\""])
      let other = try program.write("other.json", #"{"format":"fulcrum.book","version":1}"#)
      let collateral = try run(good, ["--collateral", other])
      expect(collateral, status: 2, says: ["other.json: $: saw the names format, version"])
      let pools = try run(good, ["--pools", other])
      expect(pools, status: 2, says: ["other.json: "])
      let instant = try run(good, ["--as-of", "yesterday"])
      #expect(instant.status == 64 && instant.errors.contains("\"yesterday\" is no instant"))
      let twice = try run("-", market: "-")
      #expect(twice.status == 64 && twice.errors.contains("one file only"))
    }
  }
}
