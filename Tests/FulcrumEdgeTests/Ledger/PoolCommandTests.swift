import Foundation
import FulcrumLedger
import FulcrumModel
import Testing

@testable import FulcrumWire

/// The commands of pools, run as a user runs them.
@Suite struct PoolCommandTests {
  private static let demo = "Demo/market.json"

  @Test func fromNothingToAPoolWithALeg() throws {
    try PoolProgram.with { program in
      try program.good(["owner", "anna"])
      try program.good(["deposit", "anna", "1 BTC"])
      try program.good(["open", "calls", "--owner", "anna", "--asset", "BTC", "--cap", "20"])
      try program.good(["fund", "calls", "0.2 BTC"])
      let trade = try program.good([
        "trade", "calls", "BTC-27NOV26-102000-C", "--size", "40", "--price", "0.0019", "--fee",
        "0.0003", "--market", Self.demo, "--at", "market",
      ])
      #expect(trade.output.contains("contractListed"))
      #expect(trade.output.contains("+40 BTC-27NOV26-102000-C at 0.0019, cash -0.076 BTC"))
      let shown = try program.good(["show", "calls", "--market", Self.demo, "--format", "json"])
      let pool = try #require(
        try JSONObject(text: shown.output)["pools"]?.array?.first?.object)
      // 0.2 − 40·0.0019 − 0.0003, and 40 calls at the demo's mark of 0.001619.
      #expect(pool["collateral"] == .string("0.1237 BTC"))
      #expect(pool["equity"] == .string("0.18846 BTC"))
      #expect(pool["maintenance"] == .string("0 BTC"))
      #expect(pool["phase"] == .string("open"))
      #expect(pool["leverageBasis"] == .string("capitalAtRisk"))
      // Long options alone: capital at risk is what they are worth.
      let leverage = try #require(pool["leverage"]?.number)
      #expect(abs(leverage - 38.2) < 0.05)
      #expect(pool["wallet"] == .string("0.8 BTC"))
    }
  }

  @Test func tablesFitAndSayWhatIsMissing() throws {
    try PoolProgram.with { program in
      try program.stage()
      let market = program.path("start.json")
      for arguments in [
        ["list", "--market", market], ["show", "long", "maker", "--market", market], ["list"],
        ["history"], ["rules"],
      ] {
        let run = try program.good(arguments)
        #expect(run.lines.allSatisfy { $0.count <= 120 }, "\(arguments)")
        #expect(!run.output.contains(" nan") && !run.output.contains("Optional"))
      }
      let bare = try program.good(["show", "long"])
      #expect(bare.output.contains("no market was given; add --market FILE"))
      // E = 0.5 + 138,000·(1/90,000 − 1/P) is 1 % of maintenance and 0.05 % of liquidation fee on
      // 138,000/P at P = 138,000·1.0105/(0.5 + 138,000/90,000).
      let whole = try program.good(["show", "long", "--market", market, "--format", "json"])
      let pool = try #require(try JSONObject(text: whole.output)["pools"]?.array?.first?.object)
      let region = try #require(pool["liquidation"]?.array?.first?.object)
      let expected = 138_000 * 1.0105 / (0.5 + 138_000.0 / 90_000)
      let below = try #require(region["below"]?.number)
      print("liquidation below \(below), expected \(expected)")
      #expect(abs(below / expected - 1) < 1e-7)
      #expect(region["above"] == .null)
    }
  }

  @Test func theSameKeyTwiceIsOneCommand() throws {
    try PoolProgram.with { program in
      try program.good(["owner", "anna", "--key", "o"])
      let first = try program.good(["deposit", "anna", "1 BTC", "--key", "d"])
      let after = try program.digest()
      let again = try program.good(["deposit", "anna", "1 BTC", "--key", "d"])
      #expect(first.output.contains("accepted: event 2, key d"))
      #expect(again.output.contains("answered before: event 2, key d"))
      #expect(try program.digest() == after)
      let other = try program.run(["deposit", "anna", "2 BTC", "--key", "d"])
      #expect(other.status == 1)
      #expect(other.errors.contains("refused (key-reused)"))
      #expect(try program.digest() == after)
      let made = try program.good(["deposit", "anna", "1 BTC"])
      #expect(made.errors.contains("give it with --key to repeat this command safely"))
      let key = try #require(made.output.split(separator: " ").last { $0.hasPrefix("k-") })
      let repeated = try program.good(
        ["deposit", "anna", "1 BTC", "--key", key.split(separator: "\n").map(String.init)[0]])
      #expect(repeated.output.contains("answered before"))
    }
  }

  @Test func aDryRunShowsBothSidesAndChangesNothing() throws {
    try PoolProgram.with { program in
      try program.stage()
      let market = program.path("start.json")
      let (bytes, digest) = (
        try Data(contentsOf: URL(filePath: program.store)), try program.digest()
      )
      let arguments = ["release", "long", "0.1 BTC", "--market", market, "--at", "market"]
      let table = try program.good(arguments + ["--dry-run"])
      #expect(table.output.contains("DRY RUN: nothing was changed"))
      let collateral = try #require(table.lines.first { $0.hasPrefix("Collateral") })
      #expect(collateral.contains("0.500000") && collateral.contains("0.400000"))
      #expect(table.lines.contains { $0.hasPrefix("Liquidation below") && $0.contains("changes") })
      let json = try JSONObject(
        text: try program.good(arguments + ["--dry-run", "--format", "json"]).output)
      let before = json["before"]?.object?["pools"]?.array?.first?.object
      let after = json["after"]?.object?["pools"]?.array?.first?.object
      #expect(before?["collateral"] == .string("0.5 BTC"))
      #expect(after?["collateral"] == .string("0.4 BTC"))
      let refused = try program.run(
        ["release", "long", "5 BTC", "--market", market, "--at", "market", "--dry-run"])
      #expect(refused.status == 1)
      #expect(refused.errors.contains("refused (withdrawal-short): saw 5 BTC; allowed is the free"))
      // A new contract would be listed first, and is not.
      try program.good([
        "trade", "long", "BTC-27NOV26-102000-C", "--size", "1", "--price", "0.0019",
        "--recorded", "--dry-run",
      ])
      #expect(try Data(contentsOf: URL(filePath: program.store)) == bytes)
      #expect(try program.digest() == digest)
    }
  }

  @Test func everyNameOfAContractIsOneContract() throws {
    try PoolProgram.with { program in
      try program.stage()
      for (place, name) in ["BTC-PERPETUAL", "BTC/USD:BTC"].enumerated() {
        try program.good([
          "trade", "long", name, "--size", "-10", "--price", "90000", "--key", "n\(place)",
          "--market", program.path("start.json"), "--at", "market",
        ])
      }
      let store = try program.opened()
      #expect(store.ledger.contracts.count == 1)
      #expect(store.ledger.pools[0].legs.map(\.lots) == [13_798])
    }
  }

  @Test func freezeThawCapChargeCloseAndEndow() throws {
    try PoolProgram.with { program in
      try program.stage()
      let market = program.path("start.json")
      try program.good(["freeze", "long"])
      let frozen = try program.run([
        "trade", "long", "BTC-PERPETUAL", "--size", "10", "--price", "90000", "--market", market,
        "--at", "market",
      ])
      #expect(frozen.errors.contains("refused (pool-frozen): saw pool long, which is frozen"))
      try program.good(["thaw", "long"])
      try program.good([
        "charge", "long", "0.001 BTC", "--kind", "fee", "--market", market, "--at", "market",
      ])
      try program.good(["cap", "long", "10", "--market", market, "--at", "market"])
      let tight = try program.run(["cap", "long", "2", "--market", market, "--at", "market"])
      #expect(tight.errors.contains("refused (initial-margin-short)"))
      try program.good(["cap", "long", "none"])
      try program.good(["endow", "insurance:BTC/BTC", "0.25 BTC"])
      try program.good(["endow", "common", "100 USDC"])
      let open = try program.run(["close", "long"])
      #expect(open.errors.contains("refused (pool-not-flat): saw pool long with 1 legs"))
      let reduction = [
        "trade", "long", "BTC-PERPETUAL", "--size", "-138000", "--price", "90000", "--reduce-only",
      ]
      // A price that no market stands behind is no gain.
      let blind = try program.run(reduction)
      #expect(blind.status == 1)
      #expect(
        blind.errors.contains(
          "refused (market-unknown-yet): saw no market; allowed is a market that judges it; add "
            + "--market FILE; a fill that has happened at a venue may be recorded (--recorded)"))
      try program.good(reduction + ["--market", market, "--at", "market"])
      try program.good(["close", "long"])
      let store = try program.opened()
      // 1 less the charge of 0.001, and a unit that rounding took when the leg closed.
      #expect(store.ledger.wallet(OwnerID(0), .btc) == 99_899_999)
      #expect(store.ledger.markets.first?.insurance == 25_000_000)
      #expect(store.ledger.book(.usdc)?.common == 100_000_000)
    }
  }

  @Test func badInputIsRefusedInWords() throws {
    try PoolProgram.with { program in
      try program.stage()
      let rows: [([String], Int32, String)] = [
        (["deposit", "anna", "1,5 BTC"], 64, "write 1.5 BTC"),
        (["deposit", "anna", "1.5"], 64, "an amount with its currency"),
        (["deposit", "ana", "1 BTC"], 1, "did you mean \"anna\"?"),
        (["fund", "lng", "0.1 BTC"], 1, "did you mean \"long\"?"),
        (
          ["fund", "long", "0.1 ETH"], 1, "refused (asset-mismatch): saw ETH; allowed is BTC alone"
        ),
        (["fund", "long", "9 BTC"], 1, "refused (wallet-short): saw 9 BTC asked of a wallet"),
        (["owner", "a b"], 1, "refused (name-invalid)"),
        (["owner", "anna"], 1, "refused (name-taken)"),
        (
          ["open", "x", "--owner", "anna", "--asset", "BTC", "--role", "backstop"], 64, "--loss-cap"
        ),
        (["trade", "long", "BTC-PERPX", "--size", "1", "--price", "1"], 1, "no known form"),
        (["trade", "long", "BTC-PERPETUAL", "--size", "15", "--price", "1"], 1, "nearest are 10"),
        (["trade", "long", "BTC-PERPETUAL", "--size", "x", "--price", "1"], 64, "no size"),
        (
          ["trade", "long", "BTC-PERPETUAL", "--size", "10", "--price", "90000"], 1,
          "refused (market-unknown-yet)"
        ),
        (
          ["trade", "long", "BTC-PERPETUAL", "--size", "10", "--price", "90000", "--reduce-only"],
          1, "refused (not-reducing)"
        ),
        (["deliver", "BTC-PERPETUAL", "60000"], 1, "refused (contract-not-expired)"),
        (["deliver", "BTC-20NOV26", "60000"], 1, "refused (contract-unknown)"),
        (["endow", "insurance:ETH/ETH", "1 ETH"], 1, "refused (market-unknown)"),
        (["rules", "--set", "warnin=2"], 64, "did you mean warning?"),
        (["rules", "--set", "warning=1/2"], 1, "refused (rules-invalid)"),
        (["mark"], 64, "give the market with --market FILE"),
        (["mark", "--market", "no-such.json"], 1, "no such file"),
        (["list", "--market", "Demo/book.json"], 1, "saw no quote and no index"),
        (["deposit", "anna", "1 BTC", "--key", "a b"], 64, "without spaces"),
        (["show", "long", "--market", program.path("start.json"), "--format", "yaml"], 64, "yaml"),
        (["watch", "--folder", "no-such-folder", "--once"], 1, "saw no folder that can be read"),
      ]
      for (arguments, status, words) in rows {
        let run = try program.run(arguments)
        #expect(run.status == status, "\(arguments): \(run.errors)")
        #expect(run.errors.contains(words), "\(arguments): \(run.errors)")
        #expect(run.output.isEmpty, "\(arguments): \(run.output)")
      }
    }
  }

  @Test func storesThatAreNone() throws {
    try PoolProgram.with { program in
      let foreign = try program.write("foreign", "name,amount\n")
      for (arguments, words) in [
        (["pool", "list", "--store", program.path("missing")], "run `fulcrum pool init --store"),
        (["pool", "list", "--store", foreign], "not a Fulcrum store"),
        (["ledger", "audit", "--store", program.path("missing")], "no such store"),
        (["ledger", "digest", "--store", foreign], "not a Fulcrum store"),
        (["pool", "init", "--store", program.store], "a file is there already"),
      ] {
        let run = try Program.run(arguments)
        #expect(run.status == 1)
        #expect(run.errors.contains(words), "\(run.errors)")
      }
      let unnamed = try Program.run(["pool", "list"])
      #expect(unnamed.status == 64)
      #expect(unnamed.errors.contains("FULCRUM_STORE"))
    }
  }

  @Test func aPreviewShowsWhatIsNotAPools() throws {
    try PoolProgram.with { program in
      try program.stage()
      func rows(_ arguments: [String]) throws -> [[String]] {
        try program.good(arguments + ["--dry-run"]).lines.map {
          $0.split(separator: " ").map(String.init)
        }
      }
      #expect(
        try rows(["deposit", "anna", "1 BTC"]).contains(
          ["wallet", "anna", "0.5", "BTC", "1.5", "BTC"]))
      #expect(
        try rows(["deposit", "anna", "1 USDC"]).contains(
          ["wallet", "anna", "0", "USDC", "1", "USDC"]))
      #expect(
        try rows(["endow", "insurance:BTC/BTC", "2 BTC"]).contains(
          ["insurance:BTC/BTC", "0", "BTC", "2", "BTC"]))
      #expect(try rows(["endow", "common", "2 BTC"]).contains(["common", "0", "BTC", "2", "BTC"]))
      let rules = try rows(["rules", "--set", "warning=2"])
      #expect(rules.contains { $0.starts(with: ["rule", "warning"]) && $0.last == "2" })
      #expect(rules.count { $0.first == "rule" } == 1)
      #expect(try rows(["owner", "bob"]).contains(["owner", "bob", "none", "open"]))
      // A pool's own table has the wallet that it is funded from.
      #expect(try !rows(["fund", "long", "0.1 BTC"]).contains { $0.first == "wallet" })
      let json = try JSONObject(
        text: program.good(["deposit", "anna", "1 BTC", "--dry-run", "--format", "json"]).output)
      let change = try #require(json["changes"]?.array?.first?.object)
      #expect(change["name"] == .string("wallet anna") && change["after"] == .string("1.5 BTC"))
    }
  }
}
