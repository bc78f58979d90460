import Foundation
import Testing

@testable import FulcrumWire

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The built program's `regime`, `policy`, `target` and `backtest` on the examples and on bad input.
@Suite struct SteeringCommandTests {
  private static let prices = "Examples/11-regime-and-target/prices.csv"

  /// Files that live as long as the test.
  private final class Folder {
    let url: URL

    init(_ files: [String: String]) throws {
      url = FileManager.default.temporaryDirectory
        .appendingPathComponent("steer-\(ProcessInfo.processInfo.globallyUniqueString)")
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      for (name, text) in files { try Data(text.utf8).write(to: url.appendingPathComponent(name)) }
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }
  }

  private func folder() throws -> Folder {
    try Folder([
      "policy.yaml": PolicyTemplate.text, "strategy.yaml": "version: 1\nside: long\n",
    ])
  }

  @Test func regimeSaysWhatItIsAndSinceWhen() throws {
    let run = try Program.run(["regime", "--prices", Self.prices])
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(run.lines.allSatisfy { $0.count <= 120 })
    for said in ["REGIME", "Since ", "GJR: ", "persistence", "HIDDEN STATES", "For a policy"] {
      #expect(run.output.contains(said), "\(said)")
    }
    let json = try JSONObject(
      text: Program.run(["regime", "--prices", Self.prices, "--format", "json"]).output)
    #expect(json["format"] == .string("fulcrum.regime"))
    let states = try #require(json["states"]?.array?.first?.object)
    let filtered = try #require(states["filtered"]?.array).compactMap(\.number)
    #expect(abs(filtered.reduce(0, +) - 1) < 1e-12)
    let gjr = try #require(json["forecast"]?.object?["gjr"]?.object)
    #expect(gjr["converged"] == .bool(true))
    let chain = try Program.run([
      "regime", "--prices", Self.prices, "--market", "Demo/market.json",
    ])
    #expect(chain.output.contains("IMPLIED INDEX · BTC"))
  }

  /// March 2020 on recorded daily closes: stressed while it happened, from what came before it.
  @Test(.enabled(if: SharedData.isPresent, "no shared data folder"))
  func hiddenStatesSeeTheCrashOfMarch2020() throws {
    let name = "ohlcv/btc_daily_close_20150101_20260213.csv"
    let rows = String(decoding: try InputFile.read(SharedData.path(name)).bytes, as: UTF8.self)
      .split(whereSeparator: \.isNewline)
    let first = try #require(rows.firstIndex { $0.contains("2019-01-01") })
    let after = try #require(rows.firstIndex { $0.contains("2020-03-15") })
    let files = try Folder([
      "bars.csv": ([rows[0]] + rows[first...after]).joined(separator: "\n")
    ])
    let run = try Program.run([
      "regime", "--prices", files.path("bars.csv"), "--by", "hmm", "--format", "json",
    ])
    #expect(run.status == 0, "\(run.errors)")
    let regime = try #require(JSONObject(text: run.output)["regime"]?.object)
    #expect(regime["by"] == .string("hmm") && regime["level"] == .string("stressed"))
    let switches = try #require(regime["switches"]?.array).compactMap(\.object)
    let last = try #require(switches.last)
    #expect("\(last["at"] as Any)".contains("2020-03-"), "\(last)")
    #expect("\(last["reason"] as Any)".contains("P(rough)"))
    let short = try Program.run([
      "regime", "--prices", Self.prices, "--by", "hmm", "--window", "90",
    ])
    #expect(short.status == 1 && short.errors.contains("--by threshold"), "\(short.errors)")
  }

  @Test func badPricesAreAnsweredAndTheRestIsUsed() throws {
    var lines = try Repository.text(Self.prices).split(separator: "\n").map(String.init)
    lines[100] = lines[100].prefix(11) + "0,0,0,0"
    let files = try Folder(["bars.csv": lines.joined(separator: "\n")])
    let run = try Program.run(["regime", "--prices", files.path("bars.csv")])
    #expect(run.status == 2)
    #expect(run.output.contains("bars.csv:101"))
    let short = try Folder(["bars.csv": lines.prefix(3).joined(separator: "\n")])
    let refused = try Program.run(["regime", "--prices", short.path("bars.csv")])
    #expect(refused.status == 1 && refused.errors.contains("at least 3"))
    #expect(try Program.run(["regime", "--prices", "no-such-file"]).status == 1)
    #expect(try Program.run(["regime"]).status == 64)
  }

  @Test func aPolicyIsWrittenCheckedAndRefused() throws {
    let written = try Program.run(["policy", "init"])
    #expect(written.status == 0 && written.output == PolicyTemplate.text)
    let files = try Folder([
      "good.yaml": written.output,
      "bad.yaml": written.output.replacingOccurrences(of: "stressed: 2}", with: "stressed: 9}"),
    ])
    let good = try Program.run(["policy", "check", files.path("good.yaml")])
    #expect(good.status == 0 && good.output.contains("good; defaults and 0 rules"))
    let bad = try Program.run(["policy", "check", files.path("bad.yaml")])
    #expect(bad.status == 1 && bad.output.isEmpty)
    let line = try #require(
      written.output.split(separator: "\n", omittingEmptySubsequences: false)
        .firstIndex { $0.contains("leverage: {calm") })
    #expect(bad.errors.contains("bad.yaml:\(line + 1)"), "\(bad.errors)")
  }

  @Test func targetsReplayFromTheirLog() throws {
    let files = try folder()
    let arguments =
      ["target"] + ReportProgram.demo + [
        "--collateral", "Demo/account.json", "--prices", Self.prices, "--coin", "BTC", "--policy",
        files.path("policy.yaml"), "--log", files.path("log.json"), "--state",
        files.path("state.json"), "--format", "json",
      ]
    let run = try Program.run(arguments)
    // The demo holds pools that cannot be steered, on purpose.
    #expect(run.status == 2)
    let json = try JSONObject(text: run.output)
    let pools = (json["pools"]?.array ?? []).compactMap(\.object)
    #expect(pools.count == 16)
    let perpetual = try #require(pools.first { $0["pool"] == .string("perp-long-3x") })
    #expect(perpetual["binding"] == .string("volTarget"))
    let order = try #require(perpetual["orders"]?.array?.first?.object)
    #expect(order["reduceOnly"] == .bool(true) && (order["lots"]?.number ?? 0) < 0)
    let calls = try #require(pools.first { $0["pool"] == .string("weekly-calls") })
    #expect(calls["method"] == .string("moneyAtRisk") && calls["orders"] == .array([]))
    let replay = try Program.run(["verify", files.path("log.json")])
    #expect(replay.status == 0 && replay.output.contains("pass  policy"))
    // A log that was tampered with does not replay.
    let log = try String(contentsOf: files.url.appendingPathComponent("log.json"), encoding: .utf8)
    let forged = log.replacingOccurrences(
      of: "\"binding\":\"volTarget\"", with: "\"binding\":\"kelly\"")
    try Data(forged.utf8).write(to: files.url.appendingPathComponent("log.json"))
    #expect(try Program.run(["verify", files.path("log.json")]).status == 1)
    // What is remembered is read again; another document there is not written over.
    #expect(try Program.run(arguments).status == 2)
    try Data("[1]".utf8).write(to: files.url.appendingPathComponent("state.json"))
    #expect(try Program.run(arguments).status == 1)
    #expect(try Data(contentsOf: files.url.appendingPathComponent("state.json")).count == 3)
  }

  @Test func aBacktestIsTheSameInEveryFormat() throws {
    let files = try folder()
    let arguments = [
      "backtest", "--prices", Self.prices, "--policy", files.path("policy.yaml"), "--strategy",
      files.path("strategy.yaml"),
    ]
    let table = try Program.run(arguments)
    #expect(table.status == 0, "\(table.errors)")
    #expect(table.errors.isEmpty, "no bar of progress where nobody looks")
    #expect(table.output.contains("funding is left out"))
    let json = try JSONObject(text: Program.run(arguments + ["--format", "json"]).output)
    let runs = (json["runs"]?.array ?? []).compactMap(\.object)
    #expect(runs.map { $0["pool"] } == ["policy", "3x", "5x", "10x"].map { .string($0) })
    let end = try #require(runs[0]["finalEquity"]?.number)
    #expect(table.output.contains(BacktestLine.decimal(end, 0)))
    let page = try Program.run(arguments + ["--format", "html"]).output
    #expect(page.contains(BacktestLine.decimal(end, 0)))
    #expect(page.utf8.count < 200_000 && !page.contains("NaN") && !page.contains("http"))
    let parser = XMLParser(data: Data(page.utf8))
    #expect(
      parser.parse(), "the page is well-formed XML: \(String(describing: parser.parserError))")
  }

  @Test func aBadStrategyAndABadPolicyAreToldTogether() throws {
    let files = try Folder([
      "policy.yaml": "version: 1\ndefaults:\n  budgets: {volatility-target: -1}\n",
      "strategy.yaml": "version: 1\nside: sideways\n",
    ])
    let run = try Program.run([
      "backtest", "--prices", Self.prices, "--policy", files.path("policy.yaml"), "--strategy",
      files.path("strategy.yaml"),
    ])
    #expect(run.status == 1)
    #expect(run.errors.contains("policy.yaml:3") && run.errors.contains("strategy.yaml:2"))
  }
}
