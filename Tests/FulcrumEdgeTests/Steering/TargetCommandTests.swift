import Foundation
import Testing

@testable import FulcrumWire

/// The built program's `target`: what it refuses to order on, what it remembers, what its log holds.
@Suite struct TargetCommandTests {
  private static let prices = "Examples/11-regime-and-target/prices.csv"

  /// Two coin-margined perpetuals on the demo market, a long of 0.29 times its coins and a short of
  /// 3.2.
  private static let book = """
    {"format":"fulcrum.book","version":1,"pools":[
    {"id":"small-long","currency":"BTC","collateral":{"equity":"0.3"},
     "legs":[{"instrument":"BTC-PERPETUAL","size":"8000","entry":"91000"}]},
    {"id":"large-short","currency":"BTC","collateral":{"equity":"0.3"},
     "legs":[{"instrument":"BTC-PERPETUAL","size":"-88000","entry":"91000"}]}
    ]}
    """

  private static let policy = """
    version: 1
    defaults:
      budgets: {volatility-target: 60%}
      caps: {liquidation: {probability: 1%, horizon: 30d}}
      risk-budget: 2%
      trading: {confirmations: 2, dwell: 2h, smoothing: 6h}
    """

  private func folder(_ more: [String: String] = [:]) throws -> SteeringFolder {
    try SteeringFolder(
      ["book.json": Self.book, "policy.yaml": Self.policy].merging(more) { $1 })
  }

  private func target(
    _ files: SteeringFolder, prices: String = prices, _ more: [String] = []
  ) throws -> Program.Run {
    try Program.run(
      [
        "target", "--book", files.path("book.json"), "--market", "Demo/market.json", "--prices",
        prices, "--policy", files.path("policy.yaml"),
      ] + more)
  }

  private func pools(_ run: Program.Run) throws -> [String: JSONObject] {
    let rows = (try JSONObject(text: run.output)["pools"]?.array ?? []).compactMap(\.object)
    return Dictionary(
      uniqueKeysWithValues: rows.compactMap { row in row["pool"]?.string.map { ($0, row) } })
  }

  /// Bars of the example, scaled, from one row to another.
  private func bars(_ rows: Range<Int>? = nil, times factor: Double = 1) throws -> String {
    let lines = try Repository.text(Self.prices).split(separator: "\n").map(String.init)
    let body = lines.dropFirst().filter { $0 < "2026-11-20" }
    let chosen = rows.map { Array(Array(body)[$0]) } ?? Array(body)
    return
      ([lines[0]]
      + chosen.map { line in
        line.split(separator: ",").enumerated().map { place, cell in
          place == 0 ? String(cell) : "\((Double(cell) ?? 0) * factor)"
        }.joined(separator: ",")
      }).joined(separator: "\n")
  }

  // MARK: Prices that will not do

  @Test func tooFewTooOldAndForeignPricesOrderNothing() throws {
    let count = try bars().split(separator: "\n").count - 1
    let rows = [
      (try bars(count - 3..<count), "needs 30 steps of prices"),
      (try bars(count - 30..<count), "the file has 29 that closed"),
      (try bars(0..<159), "these end 378 d before it"),
      (try bars(0..<count - 3), "needs prices within 3 d"),
      (try bars(times: 0.034), "needs prices of this coin"),
      (try bars(times: 2.01), "needs prices of this coin"),
    ]
    for (text, reason) in rows {
      let files = try folder(["bars.csv": text])
      let run = try target(files, prices: files.path("bars.csv"), ["--format", "json"])
      #expect(run.status == 2, "\(reason): \(run.errors)")
      let pools = try pools(run)
      #expect(pools.count == 2)
      for pool in pools.values {
        #expect(pool["method"] == .null && pool["orders"] == .array([]))
        let said = (pool["reasons"]?.array ?? []).compactMap(\.string).joined()
        #expect(said.contains(reason), "\(said)")
      }
    }
    // 31 closes make 30 returns; two days are near enough.
    for text in [try bars(count - 31..<count), try bars(0..<count - 2)] {
      let files = try folder(["bars.csv": text])
      #expect(try target(files, prices: files.path("bars.csv")).status == 0)
    }
    // A third off is told, and steered: markets have moved that far between two closes.
    let files = try folder(["bars.csv": try bars(times: 1.4)])
    let told = try target(files, prices: files.path("bars.csv"))
    #expect(told.status == 0 && told.output.contains("warning"))
    #expect(told.output.contains("129,472.77 beside an index of BTC of 92,480.55"))
  }

  @Test func coinsAreOneInEveryCaseAndOthersAreRefused() throws {
    let files = try folder()
    let run = try target(files, ["--coin", "btc", "--format", "json"])
    #expect(run.status == 0)
    #expect(try JSONObject(text: run.output)["coin"] == .string("BTC"))
    let other = try target(files, ["--coin", "ETH"])
    #expect(other.status == 1 && other.errors.contains("a coin of the book: BTC"))
  }

  @Test func rulesThatFitNoPoolAreTold() throws {
    let policy =
      Self.policy + """

        rules:
          - pool: small-lnog
            caps: {leverage: 1}
          - coin: btc
            caps: {leverage: 0.5}
          - class: option
            caps: {leverage: 1}
        """
    let files = try folder(["policy.yaml": policy])
    let run = try target(files, ["--format", "json"])
    #expect(run.status == 0)
    #expect(run.errors.contains("policy.yaml:8"), "\(run.errors)")
    #expect(run.errors.contains("did you mean \"small-long\"?"))
    #expect(run.errors.contains("a rule for class option, which no pool is"))
    #expect(!run.errors.contains("coin btc"))
    let long = try #require(pools(run)["small-long"])
    #expect(long["rule"] == .string("2: coin btc") && long["binding"] == .string("hard"))
    let reasons = (long["reasons"]?.array ?? []).compactMap(\.string)
    #expect(reasons.first == "rule 2 of the policy, for coin btc")
  }

  /// What a pool of bought calls may risk is 2 % of the account, in every regime.
  @Test func theAccountThatABookStatesSetsTheMoneyAtRisk() throws {
    func run(_ account: String, _ more: [String] = []) throws -> (Program.Run, JSONObject) {
      let book = """
        {"format":"fulcrum.book","version":1,\(account)"pools":[
        {"id":"calls","currency":"BTC","collateral":{"cash":"0"},
         "legs":[{"instrument":"BTC-27NOV26-102000-C","size":"40","entry":"0.0019"}]},
        {"id":"unknown","legs":[{"instrument":"BTC-PERPETUAL","size":"100"}]}]}
        """
      let files = try folder([
        "book.json": book,
        "policy.yaml": Self.policy + "\n  multipliers: {calm: 1, normal: 1, stressed: 1}\n",
        "account.json": #"{"result": {"currency": "USDC", "equity": 50000}}"#,
      ])
      let words = more.map { $0.hasSuffix(".json") ? files.path($0) : $0 }
      let run = try target(files, words + ["--format", "json"])
      return (run, try #require(pools(run)["calls"]))
    }
    let (_, stated) = try run(#""accountEquity":{"USDC":"100000"},"#)
    #expect(stated["method"] == .string("moneyAtRisk"))
    #expect(try abs(#require(stated["riskBudget"]?.number) - 2000) < 1e-6)
    let (_, alone) = try run("")
    #expect(alone["method"] == .null)
    let (told, summary) = try run(
      #""accountEquity":{"USDC":"100000"},"#, ["--collateral", "account.json"])
    #expect(try abs(#require(summary["riskBudget"]?.number) - 1000) < 1e-6)
    #expect(told.errors.contains("saw 100000 USDC, and 50000 USDC in "))
  }

  /// No fit could ever stand on ten days: the window would silently be another.
  @Test func aWindowBelowAFitIsRefusedOnceTheStepIsKnown() throws {
    let policy = Self.policy + "\nvolatility: {window: 10d, refit: 5d}\n"
    let files = try folder(["policy.yaml": policy, "strategy.yaml": "version: 1\n"])
    let backtest = try Program.run([
      "backtest", "--prices", Self.prices, "--policy", files.path("policy.yaml"), "--strategy",
      files.path("strategy.yaml"),
    ])
    for run in [try target(files), backtest] {
      #expect(run.status == 1 && run.output.isEmpty)
      #expect(run.errors.contains("policy.yaml:7: volatility.window: saw 10 steps"))
      #expect(run.errors.contains("write 250d or more"), "\(run.errors)")
    }
    let check = try Program.run(["policy", "check", files.path("policy.yaml")])
    #expect(check.status == 0 && check.output.contains("prices must be of hours or less"))
  }

  // MARK: What is shown

  @Test func theTableHoldsEverythingInEightyColumns() throws {
    let files = try folder()
    for width in ["80", "100", "120"] {
      let run = try target(files, ["--width", width])
      #expect(run.status == 0)
      let most = Int(width) ?? 0
      #expect(run.lines.allSatisfy { $0.count <= most }, "\(width): \(run.output)")
      for word in ["Leverage", "Target", "Band", "Bound by", "buy ", " lots", "reduce-only"] {
        #expect(run.output.contains(word), "\(word) at \(width)")
      }
    }
    let json = try pools(target(files, ["--format", "json"]))
    let short = try #require(json["large-short"])
    let allowed = try #require(short["target"]?.number)
    #expect(abs(try #require(short["bandLow"]?.number) - 0.9 * allowed) < 1e-12)
    #expect(abs(try #require(short["bandHigh"]?.number) - 1.1 * allowed) < 1e-12)
    let reasons = (short["reasons"]?.array ?? []).compactMap(\.string).joined(separator: "\n")
    #expect(reasons.contains("; band ") && reasons.contains("from GJR: GJR "))
    #expect(reasons.contains("HAR ") && reasons.contains("implied not given"))
  }

  /// What is allowed is rounded down, as what is used is rounded up: 1.2623 is no 1.27, and a cap of
  /// 3.2345 no 3.24.
  @Test func allowancesAreRoundedDown() {
    for (value, text) in [
      (1.2623, "1.26x"), (2.9834, "2.98x"), (3.2345, "3.23x"), (0.12999, "0.129x"),
      (12.39, "12.3x"), (123.9, "123x"), (5, "5.00x"), (0.3 * 10, "3.00x"), (0, "0.000x"),
    ] { #expect(NumberText.allowance(value) == text) }
    #expect(NumberText.leverage(1.2623) == "1.27x")
    #expect(TargetWords.budget(989.169) == "989.16")
  }

  // MARK: What is remembered

  @Test func theSameMarketTwiceConfirmsNothing() throws {
    let files = try folder()
    let state = ["--state", files.path("state.json"), "--format", "json"]
    for _ in 0..<3 {
      let long = try #require(pools(target(files, state))["small-long"])
      #expect(long["orders"] == .array([]))
      let reasons = (long["reasons"]?.array ?? []).compactMap(\.string)
      #expect(reasons.last == "an increase waits for its next evaluation")
    }
    let later = state + ["--as-of", "2026-11-20T08:20:00Z"]
    let first = try #require(pools(target(files, later))["small-long"])
    #expect(try lots(first) > 0)
    // It was not made: it stands, though the dwell of two hours has begun.
    let again = state + ["--as-of", "2026-11-20T08:40:00Z"]
    let second = try #require(pools(target(files, again))["small-long"])
    #expect(try lots(second) > 0)
    let reasons = (second["reasons"]?.array ?? []).compactMap(\.string)
    #expect(
      reasons.contains("the increase ordered at 2026-11-20T08:20:00Z was not made, and stands"))
  }

  private func lots(_ pool: JSONObject) throws -> Double {
    let order = try #require(pool["orders"]?.array?.first?.object)
    return try #require(order["lots"]?.number)
  }

  /// A field of the state that is not what it should be, and what is said of it.
  @Test(arguments: [
    ("\"highWater\":\"lots\"", "pools.small-long.highWater"),
    ("\"highWater\":-1", "pools.small-long.highWater"),
    ("\"lastIncrease\":\"yesterday\"", "pools.small-long.lastIncrease"),
    ("\"lastEvaluation\":7", "pools.small-long.lastEvaluation"),
    ("\"smoothedVolatility\":1e-300", "pools.small-long.smoothedVolatility"),
    ("\"smoothedVolatility\":1000", "pools.small-long.smoothedVolatility"),
    ("\"increasesAsked\":1.5", "pools.small-long.increasesAsked"),
    ("\"increasesAsked\":-1", "pools.small-long.increasesAsked"),
    ("\"sizeAtIncrease\":\"all\"", "pools.small-long.sizeAtIncrease"),
    ("\"higWater\":1", "did you mean \"highWater\"?"),
  ]) func aStateThatIsNoneIsRefusedWithItsKey(fault: (String, String)) throws {
    let files = try folder([
      "state.json":
        "{\"format\":\"fulcrum.policy-state\",\"version\":1,\"pools\":{\"small-long\":{\(fault.0)}}}"
    ])
    let before = try Data(contentsOf: files.url.appendingPathComponent("state.json"))
    let run = try target(files, ["--state", files.path("state.json")])
    #expect(run.status == 1 && run.output.isEmpty)
    #expect(run.errors.contains(fault.1), "\(run.errors)")
    #expect(try Data(contentsOf: files.url.appendingPathComponent("state.json")) == before)
  }

  // MARK: The log

  /// Every part of a decision that is altered is found by its name.
  @Test func aLogThatWasAlteredDoesNotReplay() throws {
    let files = try folder()
    let state = ["--state", files.path("state.json"), "--log", files.path("log.json")]
    for minute in ["10", "20"] {
      #expect(
        try target(files, state + ["--as-of", "2026-11-20T08:\(minute):00Z"]).status == 0)
    }
    let url = files.url.appendingPathComponent("log.json")
    let log = try JSONReader.read([UInt8](try Data(contentsOf: url)))
    #expect(try Program.run(["verify", files.path("log.json")]).status == 0)
    let alterations: [(path: [String], value: JSONValue, named: String)] = [
      (["expected", "action"], .string("sell everything"), "action"),
      (["expected", "action"], .string("no action"), "action"),
      (["expected", "orderUnits"], .number(1), "orderUnits"),
      (["expected", "pause"], .string("dwelling"), "pause"),
      (["expected", "increasesAsked"], .number(1), "increasesAsked"),
      (["expected", "highWater"], .number(1e6), "highWater"),
      (["expected", "remembered"], .string("nothing"), "remembered"),
      (["inputs", "memory", "increasesAsked"], .number(0), "remembered"),
      (["inputs", "memory", "highWater"], .number(1e6), "highWater"),
      (["inputs", "memory", "smoothedVolatility"], .number(0.2), "sigmaHat"),
      (["inputs", "memory", "sinceEvaluation"], .number(7), "remembered"),
      (["inputs", "memory", "sinceIncrease"], .number(700), "remembered"),
      (["inputs", "memory", "sizeAtIncrease"], .number(700), "remembered"),
      (["inputs", "confirmations"], .number(9), "action"),
      (["inputs", "forecast"], .number(0.9), "sigmaHat"),
      (["inputs", "legs"], .array([]), "action"),
    ]
    for (path, value, named) in alterations {
      let forged = try altered(log, path, value)
      #expect(forged != log, "\(path)")
      try Data(JSONWriter.bytes(forged)).write(to: url)
      let run = try Program.run(["verify", files.path("log.json")])
      #expect(run.status == 1, "\(path) passes")
      #expect(run.output.contains(named), "\(path): \(run.output)")
    }
  }

  /// The long's case with one value replaced or added.
  private func altered(
    _ log: JSONValue, _ path: [String], _ value: JSONValue
  ) throws -> JSONValue {
    func replaced(_ object: JSONObject, _ path: ArraySlice<String>) throws -> JSONObject {
      var object = object
      let name = try #require(path.first)
      object[name] =
        path.count == 1
        ? value : .object(try replaced(try #require(object[name]?.object), path.dropFirst()))
      return object
    }
    var root = try #require(log.object)
    root["cases"] = .array(
      try (root["cases"]?.array ?? []).map { entry in
        guard let object = entry.object, object["id"] == .string("small-long") else { return entry }
        return .object(try replaced(object, path[...]))
      })
    return .object(root)
  }

  /// Pools that money steers log their orders too.
  @Test func theOrdersOfMoneyAtRiskReplay() throws {
    let files = try folder()
    _ = try Program.run([
      "target", "--book", "Examples/11-regime-and-target/book.json", "--market",
      "Demo/market.json", "--prices", Self.prices, "--coin", "BTC", "--policy",
      files.path("policy.yaml"), "--log", files.path("log.json"),
    ])
    let url = files.url.appendingPathComponent("log.json")
    let text = try String(contentsOf: url, encoding: .utf8)
    #expect(text.contains("\"fillsBudget\":false"))
    #expect(try Program.run(["verify", files.path("log.json")]).status == 0)
    let forged = text.replacingOccurrences(
      of: "lots (33.4000) BTC-27NOV26-102000-C", with: "lots (3.4000) BTC-27NOV26-102000-C")
    #expect(forged != text)
    try Data(forged.utf8).write(to: url)
    let run = try Program.run(["verify", files.path("log.json")])
    #expect(run.status == 1 && run.output.contains("action"))
  }
}

/// Files that live as long as the test.
final class SteeringFolder {
  let url: URL

  init(_ files: [String: String]) throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("target-\(ProcessInfo.processInfo.globallyUniqueString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for (name, text) in files { try Data(text.utf8).write(to: url.appendingPathComponent(name)) }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}
