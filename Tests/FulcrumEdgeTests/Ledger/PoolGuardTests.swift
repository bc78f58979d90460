import Foundation
import FulcrumLedger
import FulcrumModel
import Testing

@testable import FulcrumWire

/// What a trader must not be let to do by mistake: wrong clock, wrong rates, wrong market.
@Suite struct PoolGuardTests {
  private static func future(_ price: Int) -> String {
    PoolProgram.market(price, minute: 1).replacingOccurrences(of: "2026-11-21", with: "2126-11-21")
  }

  @Test func readOnlyReadsAndRefusesToWrite() throws {
    try PoolProgram.with { program in
      try program.stage()
      let market = program.path("start.json")
      for arguments in [
        ["list"], ["show", "long", "--market", market], ["history"], ["rules"],
        ["deposit", "anna", "1 BTC", "--dry-run"],
      ] {
        #expect(try program.run(arguments + ["--read-only"]).status == 0, "\(arguments)")
      }
      for arguments in [["audit"], ["digest"], ["replay"], ["export"]] {
        #expect(try program.ledger(arguments + ["--read-only"]).status == 0, "\(arguments)")
      }
      let digest = try program.digest()
      for arguments in [
        ["deposit", "anna", "1 BTC"], ["mark", "--market", market], ["watch"], ["init"],
        ["rules", "--set", "warning=2"], ["freeze", "long"],
      ] {
        let run = try program.run(arguments + ["--read-only"])
        #expect(run.status == 1, "\(arguments)")
        #expect(run.errors.contains("--read-only: saw a command that changes the store"))
      }
      let file = try program.write("c.jsonl", "")
      #expect(try program.ledger(["import", "--commands", file, "--read-only"]).status == 1)
      #expect(try program.digest() == digest)
    }
  }

  @Test func aMarketAheadOfTheClockNeedsReplay() throws {
    try PoolProgram.with { program in
      try program.stage()
      let market = try program.write("future.json", Self.future(90_000))
      let digest = try program.digest()
      let base = ["--store", program.store]
      let mark = try Program.run(["pool", "mark", "--market", market] + base)
      #expect(mark.status == 1)
      #expect(mark.errors.contains("saw a market of 2126-11-21T08:01:00Z, ahead of this machine's"))
      #expect(mark.errors.contains("--replay"))
      let watch = try Program.run(
        ["pool", "watch"] + base, input: Self.future(90_000))
      #expect(watch.status == 2)
      #expect(watch.output.contains("refused  standard input:1: saw a market of 2126"))
      #expect(try program.digest() == digest)
      let replayed = try Program.run(
        ["pool", "watch", "--replay"] + base, input: Self.future(90_000))
      #expect(replayed.status == 0)
      #expect(replayed.output.contains("marked"))
    }
  }

  @Test func lateMarketsMakeTheRunPartial() throws {
    try PoolProgram.with { program in
      try program.stage()
      let lines = [2, 1].map { PoolProgram.market(90_000, minute: $0) }
      let run = try program.run(["watch"], input: lines.joined(separator: "\n"))
      #expect(run.status == 2)
      #expect(
        run.errors.contains("1 markets marked, 0 known already, 1 older than the last, 0 not"))
    }
  }

  @Test func anInstantMustFitHistoryAndMarket() throws {
    try PoolProgram.with { program in
      try program.good(["owner", "anna", "--at", "2026-11-21T07:00:00Z"])
      let past = try program.run(["deposit", "anna", "1 BTC", "--at", "2020-01-01T00:00:00Z"])
      #expect(past.status == 1)
      #expect(past.errors.contains("before the last event, number 1 at 2026-11-21T07:00:00Z"))
      let market = try program.write("m.json", PoolProgram.market(90_000, minute: 0))
      for at in ["2026-11-21T07:50:00Z", "2026-11-21T08:10:00Z"] {
        let far = try program.run(["deposit", "anna", "1 BTC", "--at", at, "--market", market])
        #expect(far.status == 1)
        #expect(far.errors.contains("from the market, 2026-11-21T08:00:00Z; allowed is at most"))
      }
      let near = ["deposit", "anna", "1 BTC", "--at", "2026-11-21T08:03:00Z", "--key", "d"]
      try program.good(near + ["--market", market])
      try program.good(["deposit", "anna", "1 BTC", "--at", "2026-11-21T08:04:00Z"])
      // A repeat is an answer, however old.
      #expect(try program.good(near).output.contains("answered before"))
    }
  }

  @Test func anImportOfCommandsChecksItsMarket() throws {
    try PoolProgram.with { program in
      try program.stage()
      let late = try program.write("late.json", PoolProgram.market(90_000, minute: 5))
      try program.good(["mark", "--market", late])
      let file = try program.write("c.jsonl", #"{"key":"1","action":"freeze","pool":"long"}"#)
      let digest = try program.digest()
      let run = try program.ledger(
        ["import", "--commands", file, "--market", program.path("start.json")])
      #expect(run.status == 1)
      #expect(run.errors.contains("saw a market of 2026-11-21T08:00:00Z; allowed is one of"))
      #expect(try program.digest() == digest)
      #expect(try program.ledger(["import", "--commands", file, "--market", late]).status == 0)
    }
  }

  @Test func otherRatesAreNamed() throws {
    try PoolProgram.with { program in
      try program.stage()
      let market = program.path("start.json")
      let rates = try program.write(
        "rates.json", #"{"format":"fulcrum.margin","version":1,"liquidationFee":0.001}"#)
      try program.good(["mark", "--market", market])
      let words = "the rates (--margin) or the rule (--rule) differ"
      let mark = try program.run(["mark", "--market", market, "--margin", rates])
      #expect(mark.status == 1)
      #expect(mark.errors.contains("refused (key-reused)") && mark.errors.contains(words))
      let release = try program.run([
        "release", "maker", "0.1 BTC", "--market", market, "--at", "market", "--margin", rates,
      ])
      #expect(release.status == 1)
      #expect(release.errors.contains(words))
      let watch = try program.run(
        ["watch", "--margin", rates], input: PoolProgram.market(90_000, minute: 0))
      #expect(watch.status == 2)
      #expect(watch.output.contains("refused  standard input:1: saw rule"))
      #expect(try program.good(["mark", "--market", market]).output.contains("answered before"))
    }
  }

  @Test func tooSmallAnAmountNamesTheSmallest() throws {
    try PoolProgram.with { program in
      try program.good(["owner", "anna"])
      let run = try program.run(["deposit", "anna", "0.0000001USDC"])
      #expect(run.status == 64)
      #expect(run.errors.contains("the smallest amount is \"0.000001 USDC\""))
    }
  }

  @Test func aFrozenPoolSaysWhichLegLacksWhat() throws {
    try PoolProgram.with { program in
      try program.stage()
      let blind = try program.write(
        "blind.json",
        PoolProgram.market(90_000, minute: 1).replacingOccurrences(
          of: "BTC-PERPETUAL", with: "BTC-27NOV26"))
      let mark = try program.good(["mark", "--market", blind])
      #expect(mark.output.contains("frozen: pool long: missing: BTC-PERPETUAL has no mark"))
      let show = try program.run(["show", "long", "--market", blind])
      #expect(show.output.contains("missing: BTC-PERPETUAL has no mark"))
      let bare = try program.good(["show", "long"])
      #expect(
        bare.output.contains("a leg without a mark, a pledge without a price, or a value over"))
    }
  }

  @Test(arguments: [(#""frward":"91000","#, "no forward"), (#""forward":"91000","#, nil)])
  func aQuoteThatCannotBeMarkedSaysWhatItLacks(_ field: String, _ lack: String?) throws {
    try PoolProgram.with { program in
      try program.stage()
      let name = "BTC-27NOV26-90000-C"
      // Nothing else of that expiry, so that the forward can come from the quote alone.
      let market = try program.write(
        "m.json",
        PoolProgram.market(90_000, minute: 1).replacingOccurrences(
          of: #"{"instrument":"#,
          with: #"{"instrument":"\#(name)",\#(field)"bid":"0.02","ask":"0.03","mark":"0.025"},"#
            + #"{"instrument":"#))
      let run = try program.run([
        "trade", "maker", name, "--size", "1", "--price", "0.025", "--market", market, "--at",
        "market",
      ])
      guard let lack else { return #expect(run.status == 0, "\(run.errors)") }
      #expect(run.status == 1)
      #expect(run.errors.contains("(valuation): saw \(name) has no mark: \(lack) of its expiry"))
      #expect(run.errors.contains("frward: warning: saw an unknown field"))
      #expect(run.errors.contains("did you mean forward?"))
    }
  }

  @Test func aVolatilityThatIsMissingIsNamed() throws {
    try PoolProgram.with { program in
      try program.stage()
      let name = "BTC-27NOV26-90000-C"
      let market = try program.write(
        "m.json",
        PoolProgram.market(90_000, minute: 1).replacingOccurrences(
          of: #"{"instrument":"#,
          with: #"{"instrument":"\#(name)","forward":"91000","markiv":0.5},{"instrument":"#))
      let run = try program.run([
        "trade", "maker", name, "--size", "1", "--price", "0.025", "--market", market, "--at",
        "market",
      ])
      #expect(run.status == 1)
      #expect(run.errors.contains("\(name) has no mark: no volatility: give its quote a markIV"))
      #expect(run.errors.contains("did you mean markIV?"))
    }
  }

  @Test func atMarketSaysWhyItNeedsTheFile() throws {
    try PoolProgram.with { program in
      try program.stage()
      let run = try program.run(["close", "long", "--at", "market"])
      #expect(run.status == 64)
      #expect(run.errors.contains("a store keeps the digest of a market, not the market"))
    }
  }
}
