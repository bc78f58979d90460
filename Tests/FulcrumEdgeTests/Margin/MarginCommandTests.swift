import Foundation
import FulcrumRisk
import Testing

@testable import FulcrumWire

/// The built program's `margin` on the demo and on bad input.
@Suite struct MarginCommandTests {
  private func run(_ more: [String], input: [UInt8] = []) throws -> Program.Run {
    try Program.run(["margin"] + more, input: input)
  }

  private func demo(_ more: String...) throws -> Program.Run {
    try run(ReportProgram.demo + more)
  }

  private func rules(_ pool: JSONObject) -> [JSONObject] {
    (pool["rules"]?.array ?? []).compactMap(\.object)
  }

  @Test func theTableIsWithin120ColumnsAndSaysWhatIsNotCertain() throws {
    let run = try demo()
    // The demo holds a short without collateral and a coin that nobody quotes.
    #expect(run.status == 2 && run.errors.isEmpty)
    #expect(run.lines.allSatisfy { $0.count <= 120 })
    #expect(!run.output.contains("\u{1B}"))
    for said in [
      "weekly-strangle: short strangle", "deribit-portfolio: decided by price −14 %, vol up",
      "not covered: a coin-margined option", "inferred: read out of names",
      "no index price of AVAX; add a market file that carries one",
      "[2] the collateral of this pool is unknown", "long options support nothing",
    ] { #expect(run.output.contains(said), "\(said)") }
    let narrow = try demo("--width", "80")
    #expect(narrow.lines.allSatisfy { $0.count <= 80 })
  }

  @Test func everyPoolStandsUnderEveryRuleInForce() throws {
    let json = try JSONObject(text: demo("--format", "json").output)
    #expect(json["format"] == .string("fulcrum.margin-report") && json["version"] == .number(2))
    #expect(json["whole"] == .bool(false) && json.pools.count == 16)
    let inForce = VenueRules.all.filter { !$0.isSuperseded }.map(\.name)
    for pool in json.pools where pool["valued"] == .bool(true) {
      let rows = rules(pool)
      #expect(rows.compactMap { $0["model"]?.string } == inForce)
      for row in rows {
        // A row answers or says why not, never both.
        #expect((row["refused"] == .null) == (row["initial"]?.string != nil))
        guard row["initial"] != nil else { continue }
        #expect(try row.double("initial") >= row.double("maintenance"))
        #expect(row["confidence"]?.string != nil && row["parametersOf"]?.string != nil)
      }
    }
  }

  /// The same edges as the report's own liquidation under the default rule.
  @Test func theStandardRowIsTheReportsOwnRule() throws {
    let report = try ReportProgram.json(ReportProgram.demo)
    let margin = try JSONObject(text: demo("--format", "json", "--model", "standard").output)
    var compared = 0
    for pool in margin.pools {
      let id = try #require(pool["id"]?.string)
      let sides = rules(pool).first?["liquidation"]?.array ?? []
      let own = try report.pool(id)["liquidation"]?.array ?? []
      for (side, same) in zip(sides, own) {
        let prices = side.object?["liquidationPrices"]?.array?.compactMap(\.number) ?? []
        let theirs = same.object?["liquidationPrices"]?.array?.compactMap(\.number) ?? []
        #expect(prices.count == theirs.count, "\(id)")
        for (a, b) in zip(prices, theirs) { #expect((a / b - 1).magnitude < 1e-9, "\(id)") }
        compared += prices.count
      }
    }
    #expect(compared > 5)
  }

  @Test func poolsAndModelsAreChosenByName() throws {
    let json = try JSONObject(
      text: demo(
        "--pool", "weekly-strangle", "--model", "okx-options,deribit-standard", "--model",
        "deribit-standard-2022", "--format", "json"
      ).output)
    #expect(json.pools.compactMap { $0["id"]?.string } == ["weekly-strangle"])
    #expect(json["whole"] == .bool(true))
    #expect(
      rules(json.pools[0]).compactMap { $0["model"]?.string }
        == ["okx-options", "deribit-standard", "deribit-standard-2022"])
    #expect(try demo("--pool", "weekly-strangle").status == 0)
  }

  /// A long option does not support a short one in Deribit's standard margin.
  @Test func aSpreadIsLiquidableWhereOptionValueDoesNotCount() throws {
    let json = try JSONObject(
      text: demo(
        "--pool", "eth-call-spread", "--model", "standard,deribit-standard", "--format", "json"
      ).output)
    let healthy = rules(json.pools[0]).map {
      $0["liquidation"]?.array?.first?.object?["healthy"]
    }
    #expect(healthy == [.bool(true), .bool(false)])
  }

  @Test func csvHasARowForEachPoolAndRule() throws {
    let run = try demo("--format", "csv")
    let rows = run.output.split(separator: "\r\n")
    #expect(rows.first.map(String.init) == MarginCSV.header.joined(separator: ","))
    // 15 valued pools under every rule in force and one that could not be valued.
    let inForce = VenueRules.all.filter { !$0.isSuperseded }.count
    #expect(rows.count == 1 + 15 * inForce + 1)
    #expect(rows.last?.contains("not valued: no index price of AVAX") == true)
    let strangle = rows.first { $0.hasPrefix("weekly-strangle,short strangle,BTC,standard") }
    #expect(strangle?.contains(",documented,0.4,0.3,") == true)
  }

  @Test func theRulesOfAnEarlierDayAreThoseOfThatDay() throws {
    let json = try JSONObject(
      text: demo(
        "--pool", "perp-long-3x", "--model", "deribit-standard,deribit-portfolio", "--as-of",
        "2026-07-01T08:00:00Z", "--format", "json"
      ).output)
    #expect(
      rules(json.pools[0]).compactMap { $0["parametersOf"]?.string }
        == ["2022-01-11", "2024-06-17"])
  }

  @Test func theStandardRuleTakesItsRatesFromAFile() throws {
    try ReportProgram.with { program in
      let file = try program.write(
        "m.json", #"{"format":"fulcrum.margin","version":1,"optionRate":0.15}"#)
      let arguments = [
        "--pool", "weekly-strangle", "--model", "standard", "--format", "json", "--margin", file,
      ]
      let run = try run(ReportProgram.demo + arguments)
      try #require(run.status == 0, "\(run.errors)")
      let row = try #require(rules(JSONObject(text: run.output).pools[0]).first)
      #expect(try row.double("maintenance") == 0.6)
    }
  }

  // MARK: Bad input

  @Test func aWrongCommandLineIsUsage() throws {
    for (arguments, said) in [
      (["--model", "deribit-standrad"], "did you mean deribit-standard?"),
      (["--model", ""], "name a rule, or all"), (["--width", "20"], "give 80 columns or more"),
      (["--format", "html"], "html"), (["--as-of", "yesterday"], "is no instant"),
    ] {
      let run = try run(ReportProgram.demo + arguments)
      #expect(run.status == 64, "\(arguments)")
      #expect(run.errors.contains(said), "\(run.errors)")
    }
    #expect(try Program.run(["margin"]).status == 64)
  }

  @Test func whatCannotBeReadIsRefusedWithItsPlace() throws {
    let unknown = try demo("--pool", "weekly-strangel")
    #expect(unknown.status == 1 && unknown.output.isEmpty)
    #expect(unknown.errors.contains("no pool of the book"))
    #expect(unknown.errors.contains("did you mean weekly-strangle?"))
    let none = try run(["--book", "nothing.json", "--market", "Demo/market.json"])
    #expect(none.status == 1 && none.errors.contains("nothing.json"))
    let empty = try run(
      ["--book", "-", "--market", "Demo/market.json"],
      input: Array(#"{"format":"fulcrum.book","version":1,"pools":[]}"#.utf8))
    #expect(empty.status == 1 && empty.errors.contains("no open position"))
    let cut = try run(
      ["--book", "-", "--market", "Demo/market.json"], input: Array("{\"format\":".utf8))
    #expect(cut.status == 1 && cut.errors.contains("standard input"))
  }

  @Test func oneFaultyRowLeavesTheOthersAnswered() throws {
    try ReportProgram.with { program in
      let book = try program.book(
        #"""
        {"id":"p","currency":"BTC","collateral":{"cash":"1"},"legs":[
        {"instrument":"BTC-27NOV26-86000-P","size":"-1"},
        {"instrument":"BTC-27NOV26-86000-X","size":"1"}]}
        """#)
      let run = try run(["--book", book, "--market", "Demo/market.json", "--format", "json"])
      #expect(run.status == 2 && run.errors.contains("BTC-27NOV26-86000-X"))
      let json = try JSONObject(text: run.output)
      #expect(json.pools.count == 1 && json["issues"]?.array?.isEmpty == false)
    }
  }

  @Test func theOutputFileHoldsWhatTheTerminalWould() throws {
    try ReportProgram.with { program in
      let path = program.path("margin.json")
      let run = try demo("--format", "json", "-o", path)
      #expect(run.status == 2 && run.output.isEmpty)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == demo("--format", "json").output)
      let nowhere = try demo("-o", program.path("none/x"))
      #expect(nowhere.status == 1 && nowhere.errors.contains("cannot be written"))
    }
  }
}
