import Foundation
import FulcrumLedger
import FulcrumModel
import FulcrumStore
import Testing

@testable import FulcrumWire

/// The history behind the pools: import, audit, export, replay, backup.
@Suite struct LedgerCommandTests {
  private static let importDemo = [
    "import", "--book", "Demo/book.json", "--market", "Demo/market.json", "--owner", "anna",
  ]

  /// The demo book as pools: the same equity and leverage as `fulcrum report` has for it.
  @Test func theDemoBookBecomesPools() throws {
    try PoolProgram.with { program in
      let run = try program.run(Self.importDemo + ["--format", "json"])
      // One pool has no collateral, one an expired leg, and one no market.
      #expect(run.status == 2)
      #expect(run.errors.contains("pool \"naked-short-put\": saw no collateral"))
      #expect(run.errors.contains("ETH-20NOV26-3200-P, which expired"))
      let pools = try #require(try JSONObject(text: run.output)["pools"]?.array)
      #expect(pools.count == 15)
      let report = try Program.run(["report"] + ReportProgram.demo + ["--format", "json"])
      let reported = try #require(try JSONObject(text: report.output)["pools"]?.array)
      var compared = 0
      for value in pools {
        let pool = try #require(value.object)
        let name = try #require(pool["pool"]?.string)
        guard name != "expired-leg", name != "no-market",
          let other = reported.first(where: { $0.object?["id"]?.string == name })?.object,
          let leverage = other["measures"]?.object?["deltaLeverage"]?.object?["value"]?.number
            ?? other["deltaLeverage"]?.object?["value"]?.number
        else { continue }
        let own = try #require(pool["leverage"]?.number)
        #expect(abs(own / leverage - 1) < 1e-6, "\(name): \(own) and \(leverage)")
        compared += 1
      }
      #expect(compared == 13)
      let digest = try program.digest()
      let again = try program.run(Self.importDemo)
      #expect(again.status == 2)
      #expect(try program.digest() == digest)
    }
  }

  @Test func postingsAddUpToZeroAndToTheLedger() throws {
    try PoolProgram.with { program in
      try program.stage()
      try program.good(["endow", "insurance:BTC/BTC", "0.01 BTC"])
      let falling = [80_000, 70_000, 68_500, 66_000].enumerated().map {
        PoolProgram.market($1, minute: 1 + $0)
      }
      try program.good(["watch"], input: falling.joined(separator: "\n"))
      let run = try program.ledger(["export", "--format", "csv"])
      #expect(run.status == 0)
      let rows = run.output.split(separator: "\r\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
      #expect(rows.first == LedgerCSV.columns)
      #expect(rows.allSatisfy { $0.count == LedgerCSV.columns.count })
      var balances: [String: Int128] = [:]
      for row in rows.dropFirst() where !row[6].isEmpty {
        #expect(row[7] == "BTC")
        let amount = try #require(ExactDecimal(row[6])?.units(decimals: 8, rounding: .down))
        #expect(amount > 0)
        balances[row[4], default: 0] += amount
        balances[row[5], default: 0] -= amount
      }
      #expect(balances.values.reduce(0, +) == 0)
      let ledger = try program.opened().ledger
      let book = try #require(ledger.book(.btc))
      #expect(balances["outside"] == book.outside)
      #expect(balances["wallet:anna", default: 0] == ledger.wallet(OwnerID(0), .btc))
      #expect(balances["wallet:mm", default: 0] == ledger.wallet(OwnerID(1), .btc))
      for pool in ledger.pools {
        #expect(balances["pool:\(pool.terms.name)", default: 0] == pool.collateral)
      }
      #expect(balances["clearing", default: 0] == book.clearing)
      #expect(balances["rounding", default: 0] == book.rounding)
      #expect(balances["insurance:BTC/BTC", default: 0] == book.insurance)
      #expect(rows.contains { $0[3] == "liquidated" || $0[3] == "deleveraged" })
    }
  }

  @Test func eventsGoOutAndGiveTheSameLedgerBack() throws {
    try PoolProgram.with { program in
      _ = try program.run(Self.importDemo)
      try program.good(["mark", "--market", "Demo/market.json"])
      let file = program.path("events.jsonl")
      #expect(try program.ledger(["export", "-o", file]).status == 0)
      let same = try program.ledger(["replay", "--events", file])
      #expect(same.status == 0)
      #expect(same.lines.last == "the same")
      #expect(try program.ledger(["replay"]).status == 0)
      // One event changed: it is not the store's.
      let lines = try String(contentsOfFile: file, encoding: .utf8)
      let changed = lines.replacingOccurrences(
        of: #""kind":"funded","pool":"weekly-calls","amount":"0.076 BTC""#,
        with: #""kind":"funded","pool":"weekly-calls","amount":"0.075 BTC""#)
      #expect(changed != lines)
      try program.write("changed.jsonl", changed)
      let other = try program.ledger(["replay", "--events", program.path("changed.jsonl")])
      #expect(other.status == 1)
      #expect(other.errors.contains("saw another event") && other.errors.contains("0.076 BTC"))
      // The last event missing: a shorter history gives another ledger.
      let shorter = lines.split(separator: "\n").dropLast().joined(separator: "\n")
      try program.write("shorter.jsonl", shorter)
      let cut = try program.ledger(["replay", "--events", program.path("shorter.jsonl")])
      #expect(cut.status == 1)
      #expect(cut.lines.last == "DIFFERENT")
      // One event missing: the line after it says so.
      let missing = lines.split(separator: "\n").enumerated().filter { $0.offset != 4 }.map(
        \.element)
      try program.write("missing.jsonl", missing.joined(separator: "\n"))
      let gap = try program.ledger(["replay", "--events", program.path("missing.jsonl")])
      #expect(gap.status == 1)
      #expect(gap.errors.contains("missing.jsonl:5: $.sequence: saw 6; allowed is 5"))
    }
  }

  /// A round trip inside the band wins what nobody has lost: the books stay whole, and the audit says
  /// what has gone out beyond what came in.
  @Test func whatWasPaidOutBeyondWhatCameInIsTold() throws {
    try PoolProgram.with { program in
      let market = try program.write("start.json", PoolProgram.market(90_000, minute: 0))
      let clock = ["--market", market, "--at", "market"]
      try program.good(["owner", "anna"])
      try program.good(["deposit", "anna", "1 BTC"])
      try program.good(["open", "p", "--owner", "anna", "--asset", "BTC"])
      try program.good(["fund", "p", "1 BTC"])
      for (size, price) in [("138000", "90000"), ("-138000", "99000")] {
        try program.good(
          ["trade", "p", "BTC-PERPETUAL", "--size", size, "--price", price] + clock)
      }
      try program.good(["close", "p"])
      let whole = try JSONObject(text: program.ledger(["audit", "--format", "json"]).output)
      #expect(whole["paidOutBeyondPaidIn"] == .array([]))
      // 138,000 · (1/90,000 − 1/99,000) = 0.13939… won of nobody.
      try program.good(["withdraw", "anna", "1.13 BTC"])
      let audit = try program.ledger(["audit", "--format", "json"])
      #expect(audit.status == 0)
      #expect(
        try JSONObject(text: audit.output)["paidOutBeyondPaidIn"] == .array([.string("0.13 BTC")]))
      #expect(
        try program.ledger(["audit"]).output.contains("\npaid out beyond paid in: 0.13 BTC\n"))
    }
  }

  @Test func auditAndBackup() throws {
    try PoolProgram.with { program in
      try program.stage()
      let audit = try program.ledger(["audit", "--format", "json"])
      #expect(audit.status == 0)
      let report = try JSONObject(text: audit.output)
      #expect(report["sound"] == .bool(true))
      #expect(report["events"] == .number(12))
      let copy = program.path("copy.fulcrum")
      let taken = try program.ledger(["backup", copy])
      #expect(taken.status == 0)
      #expect(taken.output.contains("sound: 12 events"))
      #expect(try program.ledger(["backup", copy]).errors.contains("a file is there already"))
      #expect(try program.ledger(["backup", "--verify", copy]).status == 0)
      // A damaged copy is told, by its place.
      var bytes = try Data(contentsOf: URL(filePath: copy))
      let range = try #require(bytes.range(of: Data("maker".utf8)))
      bytes.replaceSubrange(range, with: Data("taker".utf8))
      try bytes.write(to: URL(filePath: copy))
      let damaged = try program.ledger(["backup", "--verify", copy])
      #expect(damaged.status == 1)
      #expect(damaged.output.contains("NOT SOUND"))
    }
  }

  @Test func commandsFromAFile() throws {
    try PoolProgram.with { program in
      let file = try program.write(
        "commands.jsonl",
        """
        {"key":"1","action":"openOwner","owner":"anna"}
        {"key":"2","action":"deposit","owner":"anna","amount":"5 BTC"}
        {"key":"3","action":"openPool","pool":"p","owner":"anna","asset":"BTC","leverageCap":"5"}
        {"key":"4","action":"fund","pool":"p","amount":"9 BTC"}
        {"key":"5","action":"fnd","pool":"p","amount":"1 BTC"}
        {"key":"6","action":"list","contract":"BTC-PERPETUAL"}
        {"key":"7","action":"fund","pool":"p","amount":"1 BTC"}
        {"key":"8","action":"trade","pool":"p","contract":"BTC-PERPETUAL","size":"-1000",\
        "price":"90000","admission":"recorded"}
        """)
      let run = try program.ledger(["import", "--commands", file, "--format", "json"])
      #expect(run.status == 2)
      let answers = try run.lines.map { try JSONObject(text: $0) }
      #expect(answers.count == 8)
      #expect(
        answers.map { $0["accepted"] == .bool(true) }
          == [true, true, true, false, false, true, true, true])
      #expect(answers[3]["code"] == .string("wallet-short"))
      #expect(answers[4]["detail"]?.string?.contains("did you mean \"fund\"?") == true)
      let digest = try program.digest()
      let again = try program.ledger(["import", "--commands", file, "--format", "json"])
      #expect(try program.digest() == digest)
      let repeats = try again.lines.map { try JSONObject(text: $0)["repeat"] == .bool(true) }
      #expect(repeats == [true, true, true, true, false, true, true, true])
      #expect(try program.opened().ledger.pools[0].legs.map(\.lots) == [-100])
    }
  }

  @Test func aLineThatIsNoCommandEndsNothing() throws {
    try PoolProgram.with { program in
      let file = try program.write(
        "c.jsonl",
        """
        {"key":"1","action":"openOwner","owner":"anna"}
        {"key":"2","action":"deposit"
        [1]

        {"key":"3","action":"deposit","owner":"anna","amount":"1 BTC"}
        """)
      let run = try program.ledger(["import", "--commands", file])
      #expect(run.status == 2)
      #expect(run.lines.count == 4, "\(run.output)")
      #expect(run.lines[1].hasPrefix("line 2  -  not-a-command: \(file):2: saw "))
      #expect(run.lines[2].contains("\(file):3: saw") && run.lines[2].contains("one JSON object"))
      #expect(run.lines[3].hasSuffix("accepted"))
      let again = try program.ledger(["import", "--commands", file, "--format", "json"])
      let answers = try again.lines.map { try JSONObject(text: $0) }
      #expect(answers.map { $0["code"]?.string } == [nil, "not-a-command", "not-a-command", nil])
      #expect(answers[1]["line"] == .number(2))
    }
  }

  @Test func everyLineKeepsTheOrderOfTime() throws {
    try PoolProgram.with { program in
      try program.good(["owner", "anna"])
      func deposit(_ key: String, _ at: String?) -> String {
        let instant = at.map { #","at":"\#($0)""# } ?? ""
        return #"{"key":"\#(key)","action":"deposit","owner":"anna","amount":"1 BTC"\#(instant)}"#
      }
      let file = try program.write(
        "c.jsonl",
        [
          deposit("1", "2020-01-01T00:00:00Z"), deposit("2", "2131-01-01T00:00:00Z"),
          deposit("3", nil),
        ].joined(separator: "\n"))
      let run = try program.ledger(["import", "--commands", file])
      #expect(run.status == 2)
      #expect(run.lines[0].contains("instant-refused: \(file):1: $.at: saw 2020-01-01T00:00:00Z"))
      #expect(run.lines[0].contains("before the last event, number 1 at"))
      #expect(run.lines[0].contains("history is written in the order of its time"))
      #expect(run.lines[1].contains("ahead of this machine's clock"))
      #expect(run.lines[2].hasSuffix("accepted"))
      let far = try program.run(["deposit", "anna", "1 BTC", "--at", "2131-01-01T00:00:00Z"])
      #expect(far.status == 1 && far.errors.contains("ahead of this machine's clock"))
      // What was recorded elsewhere may be ahead; then now is before the last event.
      let later = try program.write("d.jsonl", deposit("2", "2131-01-01T00:00:00Z"))
      #expect(try program.ledger(["import", "--commands", later, "--replay"]).status == 0)
      let next = try program.write("e.jsonl", deposit("4", nil))
      let refused = try program.ledger(["import", "--commands", next])
      #expect(refused.status == 2 && refused.output.contains("before the last event, number 3"))
      let now = try program.run(["deposit", "anna", "1 BTC"])
      #expect(now.status == 1)
      #expect(now.errors.contains("before the last event, number 3 at 2131-01-01T00:00:00Z"))
      // A repeat is an answer all the same.
      let again = try program.ledger(["import", "--commands", file])
      #expect(again.lines[1].hasSuffix("(repeat)") && again.lines[2].hasSuffix("(repeat)"))
    }
  }
}
