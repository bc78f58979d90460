import Foundation
import Testing

@testable import FulcrumWire

@Suite struct CalculationCommandTests {
  private let call = ["--type", "call", "--forward", "60000", "--strike", "66000", "--days", "7"]

  @Test func priceOnceAsATableAndAsJSON() throws {
    let table = try Program.run(["price"] + call + ["--vol", "55%"])
    #expect(table.status == 0)
    #expect(table.errors.isEmpty)
    // leverage-math 2.8: premium 241.67, delta 0.11252.
    #expect(table.lines.contains { $0.hasPrefix("price ") && $0.contains("241.67") })
    #expect(table.lines.allSatisfy { $0.count <= 120 })
    let json = try Program.run(["price", "--json"] + call + ["--vol", "0.55"])
    let answers = try JSONObject(text: json.output)
    let delta = try #require(answers["delta"]?.number)
    #expect(abs(delta - 0.11252) < 5e-6)
    #expect(json.lines.count == 1)
  }

  @Test func volatilityOfAPriceInUsdAndInCoin() throws {
    let priced = try JSONObject(
      text: Program.run(["price", "--json", "--vol", "55%", "--index", "59000"] + call).output)
    let coin = try #require(priced["coinPrice"]?.number)
    let usd = try #require(priced["usdAtForward"]?.number)
    for flags in [["--coin-price", "\(coin)", "--tick", "0.0001"], ["--price", "\(usd)"]] {
      let run = try Program.run(["iv", "--json"] + call + flags)
      #expect(run.status == 0)
      let answers = try JSONObject(text: run.output)
      let sigma = try #require(answers["sigma"]?.number)
      #expect(abs(sigma - 0.55) < 1e-12)
      #expect(answers["status"] == .string("ok"))
      #expect((answers["errorBar"] != nil) == flags.contains("--tick"))
    }
  }

  @Test func leverageOfTheWorkedExample() throws {
    let run = try Program.run([
      "leverage", "--json", "--index", "60000", "--account-equity", "1000000", "--leg",
      "type=call,K=66000,days=7,vol=55%,qty=40",
    ])
    #expect(run.status == 0)
    let answers = try JSONObject(text: run.output)
    let own = try #require(answers["deltaLeverage"]?.number)
    let account = try #require(answers["accountDeltaLeverage"]?.number)
    #expect(abs(own - 27.93) < 0.005)
    #expect(abs(account - 0.27) < 0.005)
  }

  @Test func liquidationOfATenTimesLong() throws {
    // leverage-math 2.6: linear 54 573.02, inverse 55 118.18.
    let linear = try Program.run([
      "liquidation", "--json", "--index", "60000", "--cash", "6000", "--leg",
      "kind=perp,entry=60000,qty=1",
    ])
    let inverse = try Program.run([
      "liquidation", "--json", "--index", "60000", "--currency", "COIN", "--cash", "0.1", "--leg",
      "kind=perp,entry=60000,A=10,qty=6000",
    ])
    for (run, price) in [(linear, 54_573.02), (inverse, 55_118.18)] {
      let answers = try JSONObject(text: run.output)
      let below = try #require(answers["liquidationBelow"]?.number)
      #expect(abs(below - price) < 0.005)
      #expect(answers["reasons"]?.object?["liquidationAbove"] == .string("noLiquidation"))
    }
  }

  @Test func aBatchKeepsOrderAndSaysWhatIsWrong() throws {
    let good = #"{"type":"call","F":100,"K":100,"T":1,"sigma":0.2,"id":"#
    let input = [good + "1}", "", good + "2}", "{", good + "3}"].joined(separator: "\n")
    let run = try Program.run(["price", "--batch"], input: Array(input.utf8) + [0x0A, 0xFF])
    #expect(run.status == 2)
    let lines = try run.lines.map { try JSONObject(text: $0) }
    #expect(lines.map { $0["id"]?.number } == [1, nil, 2, nil, 3, nil])
    #expect(lines.map { $0["error"]?.object?["line"]?.number } == [nil, 2, nil, 4, nil, 6])
    #expect(run.errors.contains("3 of 6 lines"))
  }

  @Test func aWholeBatchAndAnEmptyOneEndWell() throws {
    let line = #"{"type":"put","F":100,"K":100,"T":1,"sigma":0.2}"# + "\r\n"
    let run = try Program.run(["price", "--batch", "--family", "black76"], input: line)
    #expect(run.status == 0 && run.errors.isEmpty && run.lines.count == 1)
    let empty = try Program.run(["price", "--batch"])
    #expect(empty.status == 0 && empty.output.isEmpty)
  }

  @Test func aReaderThatGoesAwayEndsTheRunQuietly() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("fulcrum-pipe-\(ProcessInfo.processInfo.globallyUniqueString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let input = folder.appendingPathComponent("in")
    let line = #"{"type":"put","F":100,"K":100,"T":1,"sigma":0.2}"# + "\n"
    try Data(String(repeating: line, count: 5000).utf8).write(to: input)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    let program = try Program.location().path
    process.arguments = [
      "-c",
      "{ '\(program)' price --batch <'\(input.path)'; echo \"$?\" >'\(folder.path)/status'; } "
        + "2>'\(folder.path)/err' | head -n 1",
    ]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let first = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(String(decoding: first, as: UTF8.self).split(separator: "\n").count == 1)
    let status = try String(contentsOf: folder.appendingPathComponent("status"), encoding: .utf8)
    #expect(status == "0\n")
    #expect(try Data(contentsOf: folder.appendingPathComponent("err")).isEmpty)
  }

  /// A command line, its exit code and a word of what it must say on standard error.
  @Test(arguments: [
    (["price"], 64, "missing --type, --forward, --strike, --days, --vol"),
    (["price", "--batch", "--strike", "5"], 64, "remove the other flags"),
    (["price", "--type", "kall"], 64, "did you mean call?"),
    (["price", "--strike", "5,000"], 64, "write a plain number"),
    (["price", "--vol", "55"], 64, "write 55%"),
    (["price", "--family", "blak76", "--batch"], 64, "did you mean black76?"),
    (["price", "--days", "1", "--years", "1"], 64, "give one of them"),
    (["price", "--stirke", "5"], 64, "Unknown option '--stirke'"),
    (["iv", "--price", "1", "--coin-price", "1"], 64, "give one of them"),
    (["leverage"], 64, "missing"),
    (["leverage", "--index", "1", "--leg", "strike"], 64, "key=value"),
    (["leverage", "--index", "1", "--leg", "foo=1"], 64, "no part of a leg"),
    (["leverage", "--index", "1", "--leg", "K=1,strike=2"], 64, "given twice"),
    (["leverage", "--index", "1", "--leg", "K=1,qty=1"], 1, "--leg[0].type"),
    (["leverage", "--index", "-1", "--leg", "kind=perp,entry=1,qty=1"], 1, "--index: saw -1"),
    (["leverage", "--index", "1"], 64, "missing --leg"),
    (["liquidation", "--index", "1", "--cash", "5"], 64, "missing --leg"),
    (["verify"], 64, "Missing expected argument"),
    (["explain", "deltaLevrage"], 1, "did you mean \"deltaLeverage\"?"),
    (["frobnicate"], 64, "frobnicate"),
  ])
  func whatIsRefused(arguments: [String], status: Int32, said: String) throws {
    let run = try Program.run(arguments)
    #expect(run.status == status)
    #expect(said.isEmpty || run.errors.contains(said), "\(run.errors)")
  }

  /// Without its collateral the leverage of a short would read infinite, which nobody can use.
  @Test(
    arguments: ["leverage", "liquidation"],
    [
      "type=call,K=66000,days=7,vol=55%,qty=-1", "kind=perp,entry=60000,qty=1",
      "kind=future,entry=60000,qty=-1",
    ])
  func aShortWithoutCollateralIsRefused(command: String, leg: String) throws {
    let flags = [command, "--json", "--index", "60000", "--leg", leg]
    let refused = try Program.run(flags)
    #expect(refused.status == 1 && refused.output.isEmpty)
    #expect(refused.errors.contains("\(command): the collateral of a short is unknown"))
    #expect(refused.errors.contains("give --cash AMOUNT"))
    let spread = try Program.run(flags + ["--leg", "type=call,K=70000,days=7,vol=55%,qty=1"])
    #expect(spread.status == 1)
    let answered = try Program.run(flags + ["--cash", "5000"])
    #expect(answered.status == 0 && answered.errors.isEmpty)
  }

  /// The line of a batch that help shows is answered as it stands there.
  @Test(arguments: ["price", "iv", "leverage", "liquidation"])
  func theBatchLineOfHelpIsAnswered(command: String) throws {
    let help = try Program.run([command, "--help"]).output
    #expect(!help.split(separator: "\n").contains { $0.allSatisfy { " \\".contains($0) } })
    let start = try #require(help.firstRange(of: "{")?.lowerBound)
    let end = try #require(help[start...].firstRange(of: "\n")?.lowerBound)
    let run = try Program.run([command, "--batch"], input: Array(help[start..<end].utf8))
    #expect(run.status == 0 && run.lines.count == 1, "\(run.output)")
  }

  @Test func helpTeaches() throws {
    let root = try Program.run(["--help"])
    #expect(root.status == 0)
    for part in ["Exit codes: 0 whole, 2 partial", "64 usage", "fulcrum leverage --index"] {
      #expect(root.output.contains(part), "\(part)")
    }
    let version = try Program.run(["--version"])
    #expect(version.output == ProductVersion.text + "\n")
    for command in [
      "price", "iv", "leverage", "liquidation", "verify", "explain", "capabilities",
    ] {
      let help = try Program.run([command, "--help"])
      #expect(help.status == 0)
      if command != "capabilities" { #expect(help.output.contains("  fulcrum \(command) ")) }
    }
  }

  @Test func explainAndCapabilities() throws {
    let one = try Program.run(["explain", "deltaLeverage"])
    #expect(one.output.contains("L_Δ = |D|/CaR$") && one.output.contains("leverage-math 2.4"))
    let all = try Program.run(["explain"])
    #expect(all.lines.count == Glossary.all.count)
    let json = try JSONObject(text: Program.run(["capabilities", "--json"]).output)
    #expect(json["version"] == .string(ProductVersion.text))
    let families = CalculationFamily.all.count + VenueFamily.allCases.count
    #expect(json["families"]?.array?.count == families)
    let text = try Program.run(["capabilities"]).output
    for family in CalculationFamily.names { #expect(text.contains("  \(family) ")) }
    func names(_ section: String) throws -> [String] {
      try #require(json[section]?.array).compactMap { $0.object?["name"]?.string }
    }
    #expect(try names("ruleSets") == ["standard-option/2026-11"])
    #expect(
      Set(try names("inputs")).isSuperset(of: [
        "book/fulcrum.book", "book/deribit", "book/ccxt", "market/book.csv",
        "market/fulcrum.market",
        "collateral/account", "pools/fulcrum.pools",
      ]))
    #expect(
      Set(try names("outputs")).isSuperset(of: [
        "report/table", "report/json", "report/csv", "report/html",
      ]))
    let titled = try Program.run(["explain", "worst secant"])
    #expect(titled.output.hasPrefix("worstSecant: "))
    let both = try JSONObject(text: Program.run(["explain", "down", "--json"]).output)
    #expect(both["entries"]?.array?.count == 2)
  }
}

@Suite struct VerifyCommandTests {
  @Test func allFamiliesPass() throws {
    let files = CalculationFamily.names.map { "Tests/Vectors/\($0).json" }
    let run = try Program.run(["verify"] + files)
    #expect(run.status == 0)
    #expect(run.lines.count == files.count + 1)
    let json = try JSONObject(text: Program.run(["verify", "--json"] + files).output)
    #expect(json["passed"] == .bool(true))
    for value in try #require(json["files"]?.array) {
      let file = try #require(value.object)
      let fraction = file["worst"]?.object?["fractionOfTolerance"]?.number ?? 0
      #expect(fraction >= 0 && fraction <= 1)
    }
  }

  @Test func aDoctoredNumberFailsAndIsNamed() throws {
    var file = try Repository.vectors("black76")
    var cases = try #require(file["cases"]?.array)
    var row = try #require(cases[3].object)
    var expected = try #require(row["expected"]?.object)
    let price = try #require(expected["price"]?.number)
    expected["price"] = .number(price * (1 + 1e-9) + 1e-9)
    row["expected"] = .object(expected)
    cases[3] = .object(row)
    file["cases"] = .array(cases)
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("fulcrum-\(ProcessInfo.processInfo.globallyUniqueString).json")
    try Data(JSONWriter.bytes(.object(file))).write(to: path)
    defer { try? FileManager.default.removeItem(at: path) }
    let run = try Program.run(["verify", path.path, "Tests/Vectors/greeks.json"])
    #expect(run.status == 1)
    #expect(run.lines.first?.hasPrefix("FAIL  black76: 480 cases, 1 failed") == true)
    #expect(run.output.contains("\(row["id"]?.string ?? ""), price"))
    #expect(run.lines.last == "1 of 2 files fail")
  }

  @Test func aCompressedFileIsReadAndAMissingOneSaysWhatToDo() throws {
    try ReportProgram.with { folder in
      let packed = try folder.write(
        "black76.json.gz", Array(gzip(Data(Repository.bytes("Tests/Vectors/black76.json")))))
      let run = try Program.run(["verify", packed])
      #expect(run.status == 0 && run.output.contains("pass  black76: 480 cases"))
      let whole = try Program.run(["verify", (packed as NSString).deletingLastPathComponent])
      #expect(whole.status == 0 && whole.output == run.output)
    }
    let missing = try Program.run(["verify", "Tests/Vectors/none.json"])
    #expect(missing.status == 1)
    #expect(
      missing.output.contains(
        "saw no such file; allowed is a readable file; check the name and the directory"))
  }

  @Test func aFamilyOfALaterChapterFailsByName() throws {
    try ReportProgram.with { folder in
      let text = String(decoding: try Repository.bytes("Tests/Vectors/sobol.json"), as: UTF8.self)
      let later = text.replacing("\"sobol\"", with: "\"astrology\"")
      let file = try folder.write("later.json", Array(later.utf8))
      let run = try Program.run(["verify", file])
      #expect(run.status == 1)
      #expect(run.output.contains("unknown family \"astrology\""))
    }
  }
}
