import Foundation
import Testing

@testable import FulcrumWire

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The built program's `consequences` on the demo book and on bad input.
@Suite struct ConsequencesCommandTests {
  private static let demo = [
    "consequences", "--book", "Demo/book.json", "--market", "Demo/market.json",
  ]

  private func run(_ pool: String, _ more: [String] = []) throws -> Program.Run {
    let step = more.contains("bootstrap") ? [] : ["--step", "1d"]
    return try Program.run(Self.demo + ["--pool", pool, "--paths", "512"] + step + more)
  }

  private func json(_ pool: String, _ more: [String] = []) throws -> JSONObject {
    try JSONObject(text: run(pool, more + ["--format", "json"]).output)
  }

  @Test func tableSaysWhatWasSimulated() throws {
    let run = try run("perp-long-3x", ["--model", "merton", "--wealth", "500000"])
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(run.lines.allSatisfy { $0.count <= 120 })
    for said in [
      "merton", "seed 1", "512 paths", "GROWTH", "BAD DEBT", "UNDER WATER", "Growth-optimal",
      "onverge", "Liquidation by",
    ] { #expect(run.output.contains(said), "\(said)") }
  }

  @Test(arguments: ["gbm", "merton", "kou", "heston", "bates"]) func everyLaw(
    model: String
  ) throws {
    let json = try json("perp-long-3x", ["--model", model])
    #expect(json["format"] == .string("fulcrum.consequences"))
    #expect(json["run"]?.object?["model"] == .string(model))
    let sizes = try #require(json["sizes"]?.array).compactMap(\.object)
    #expect(sizes.contains { $0["multiple"] == .number(1) })
    let chances = sizes.compactMap { $0["liquidation"]?.object?["value"]?.number }
    #expect(chances.count == sizes.count && chances == chances.sorted(), "\(chances)")
    for size in sizes where size["multiple"] != .number(0) {
      #expect((size["mean"]?.object?["standardError"]?.number ?? 0) > 0)
    }
  }

  @Test(
    "the page: no scroll, no error, readable: phone and desk, light and dark",
    .enabled(if: Browser.path != nil, Browser.missing), arguments: [(390, 844), (1280, 900)],
    [false, true])
  func pageInABrowser(size: (Int, Int), dark: Bool) throws {
    let page = try run("perp-long-3x", ["--model", "merton", "--format", "html"]).output
    let dom = try Browser.check(page, named: "consequences", size: size, dark: dark)
    for picture in ["Equity at the end", "Backstop", "Growth"] {
      #expect(Bool(dom.contains(picture)), "\(picture)")
    }
  }

  @Test func bootstrapDrawsFromPrices() throws {
    let run = try run(
      "perp-long-3x",
      ["--model", "bootstrap", "--prices", "Examples/11-regime-and-target/prices.csv"])
    #expect(run.status == 0)
    #expect(run.output.contains("returns in blocks of"))
    let without = try self.run("perp-long-3x", ["--model", "bootstrap"])
    #expect(without.status == 64 && without.errors.contains("--prices"))
  }

  /// Sobol points are told of, and their errors are smaller at the same number of paths.
  @Test func sobolPointsHaveSmallerErrors() throws {
    let points = try json("weekly-strangle", ["--sampling", "sobol"])
    let random = try json("weekly-strangle")
    #expect(points["run"]?.object?["sampling"] == .string("sobol"))
    func error(_ json: JSONObject) throws -> Double {
      let sizes = try #require(json["sizes"]?.array).compactMap(\.object)
      let now = try #require(sizes.first { $0["multiple"] == .number(1) })
      return try #require(now["mean"]?.object?["standardError"]?.number)
    }
    #expect(try error(points) < 0.7 * error(random))
    let told = try run("weekly-strangle", ["--sampling", "sobol"]).output
    #expect(told.contains("16 randomised"))
  }

  /// A venue's rule over the whole pool: named with its date, how well it is known, and milder for a
  /// strangle than the sum over its lots.
  @Test func aVenuesRuleLiquidates() throws {
    let venue = try json("weekly-strangle", ["--rule", "deribit-portfolio"])
    let own = try json("weekly-strangle")
    #expect(
      venue["run"]?.object?["marginRule"]?.string?.hasPrefix("deribit-portfolio/2026") == true)
    func below(_ json: JSONObject) throws -> Double {
      let sizes = try #require(json["sizes"]?.array).compactMap(\.object)
      let now = try #require(sizes.first { $0["multiple"] == .number(1) })
      return try #require(now["liquidationBelow"]?.number)
    }
    #expect(try below(venue) < below(own))
    let told = try run("weekly-strangle", ["--rule", "deribit-portfolio"]).output
    #expect(told.contains("Liquidation by deribit-portfolio/2026"))
    #expect(told.contains("deribit-portfolio is "))
  }

  /// Forty coins at a venue whose rates are known up to 44.25: sizes stay below, what is not known says
  /// so in the warning and beside the price, and parameters from a file are named.
  @Test func whatARuleDoesNotKnow() throws {
    let book = """
      {"format": "fulcrum.book", "version": 1, "accountEquity": {"BTC": "3"}, "pools": [{"id": "big",
       "currency": "BTC", "collateral": {"cash": "15"}, "legs": [{"instrument": "BTC-PERPETUAL",
       "size": "3700000", "entry": "92400"}]}]}
      """
    let folder = try SteeringFolder(["book": book, "parameters": "{\"version\": 1}"])
    let run = try Program.run([
      "consequences", "--book", folder.path("book"), "--market", "Demo/market.json", "--pool",
      "big", "--rule", "deribit-standard", "--paths", "512", "--step", "1d", "--format", "json",
    ])
    let json = try JSONObject(text: run.output)
    let sizes = try #require(json["sizes"]?.array).compactMap(\.object)
    let multiples = sizes.compactMap { $0["multiple"]?.number }
    #expect(multiples.contains(1) && multiples.allSatisfy { $0 < 1.11 }, "\(multiples)")
    let now = try #require(sizes.first { $0["multiple"] == .number(1) })
    #expect(now["liquidationBelow"] == .null)
    let reason = try #require(now["liquidationBelowReason"]?.string)
    #expect(reason.contains("known up to 44.25 coins"), "\(reason)")
    #expect(run.errors.contains("deribit-standard") && run.errors.contains("not known"))
    #expect(run.output.contains("is below the pool's own of"))
    let idle = try self.run("weekly-strangle", ["--parameters", folder.path("parameters")])
    #expect(idle.status == 64 && idle.errors.contains("--rule"))
  }

  /// Rules that have no answer say why before anything is simulated.
  @Test(arguments: [
    ("weekly-strangle", "derive-standard", "Derive settles in a dollar stablecoin"),
    ("weekly-strangle", "hyperliquid-perpetual", "choose another --rule"),
    ("weekly-strangle", "deribit-portfoli", "did you mean deribit-portfolio?"),
  ])
  func aRuleWithoutAnAnswer(pool: String, rule: String, said: String) throws {
    let run = try run(pool, ["--rule", rule])
    #expect(run.status != 0 && run.output.isEmpty)
    #expect(run.errors.contains(said), "\(run.errors)")
  }

  @Test func theSameSeedGivesTheSameNumbers() throws {
    let first = try json("weekly-strangle")
    #expect(try json("weekly-strangle") == first)
    #expect(try json("weekly-strangle", ["--seed", "2"])["sizes"] != first["sizes"])
  }

  @Test func pageIsWellFormedAndAlone() throws {
    let run = try run("weekly-strangle", ["--format", "html"])
    let parser = XMLParser(data: Data(run.output.utf8))
    #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "")")
    for word in ["http://", "https://", "url(//"] { #expect(!run.output.contains(word)) }
    #expect(run.output.components(separatedBy: "<svg viewBox").count == 6, "five pictures")
  }

  /// What is asked, and words that the refusal must have.
  @Test(arguments: [
    (["--pool", "weekly-strangle", "--horizon", "60d"], "last leg expires"),
    (["--pool", "no-such-pool"], "no pool of the book"),
    (["--pool", "sol-perp-short", "--wealth", "100"], "below the pool's own equity"),
    (["--pool", "weekly-strangle", "--ruin", "2"], "setting ruin is 2.0"),
    (["--pool", "weekly-strangle", "--drawdown", "2"], "setting drawdown is 2.0"),
    (["--pool", "weekly-stranlge"], "did you mean weekly-strangle"),
    (["--pool", "no-market"], "can be valued"),
    (["--pool", "naked-short-put"], "collateral"),
    (
      ["--pool", "perp-long-3x", "--model", "merton", "--vol", "10%"],
      "jumps that alone have a volatility"
    ),
    (["--pool", "perp-long-3x", "--model", "merton", "--numbers", "jumpMeen=0"], "jumpMean"),
    (["--pool", "perp-long-3x", "--model", "heston", "--numbers", "rho=2"], "correlation"),
    (["--pool", "perp-long-3x", "--paths", "3"], "64 to 4194304"),
  ]) func refusals(arguments: [String], said: String) throws {
    let run = try Program.run(Self.demo + arguments)
    #expect(run.status == 1, "\(run.errors)")
    #expect(run.errors.contains(said), "\(run.errors)")
    #expect(run.output.isEmpty)
  }

  @Test(arguments: [
    ["--numbers", "jumpMean"], ["--vol", "0%"], ["--horizon", "0d"], ["--step", "0h"],
    ["--leverage", "1x", "--multiples", "1"], ["--model", "garch"], ["--wealth", "-1"],
    ["--prices", "Examples/11-regime-and-target/prices.csv"],
    [
      "--model", "bootstrap", "--prices", "Examples/11-regime-and-target/prices.csv", "--step",
      "1h",
    ],
    [
      "--model", "bootstrap", "--prices", "Examples/11-regime-and-target/prices.csv", "--sampling",
      "sobol",
    ],
  ]) func usage(arguments: [String]) throws {
    #expect(try run("perp-long-3x", arguments).status == 64)
  }

  /// Ctrl-C ends the simulation; what is done is reported, and said to be a part.
  @Test func interruptReportsWhatIsDone() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("stop-\(ProcessInfo.processInfo.globallyUniqueString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let output = folder.appendingPathComponent("out.json")
    let process = Process()
    process.executableURL = try Program.location()
    process.currentDirectoryURL = Repository.root
    process.arguments =
      Self.demo + [
        "--pool", "perp-long-3x", "--paths", "4194304", "--format", "json", "-o", output.path,
      ]
    process.standardError = FileHandle.nullDevice
    try process.run()
    // Before the handler stands the signal would end the program; after it, the first batch.
    Thread.sleep(forTimeInterval: 5)
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 2)
    let json = try JSONObject(text: String(contentsOf: output, encoding: .utf8))
    #expect(json["whole"] == .bool(false))
    let paths = try #require(json["run"]?.object?["paths"]?.number)
    #expect(paths >= 4096 && paths < 4_194_304)
  }
}
