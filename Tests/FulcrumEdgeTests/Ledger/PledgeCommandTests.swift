import Foundation
import FulcrumLedger
import FulcrumModel
import Testing

@testable import FulcrumWire

/// Pledges of another asset from the command line. Every price here is synthetic: a depeg that we made
/// up, for a coin that stands in for any.
@Suite struct PledgeCommandTests {
  private static func instant(_ minute: Int) -> String {
    "2026-11-21T08:\(minute < 10 ? "0" : "")\(minute):00Z"
  }

  private static func market(_ price: Int, minute: Int) -> String {
    #"{"format":"fulcrum.market","version":1,"asOf":"\#(instant(minute))","#
      + #""index":{"BTC":"\#(price)"},"quotes":[{"instrument":"BTC_USDC-PERPETUAL","#
      + #""bid":"\#(price - 1)","ask":"\#(price + 1)","mark":"\#(price)"}]}"#
  }

  /// Each source at its price; `old` is the minute of those named so.
  private static func prices(
    _ stated: [(String, String)], minute: Int, old: [String: Int] = [:]
  ) -> String {
    let rows = stated.map { source, price in
      #"{"asset":"USDE","quote":"USDC","source":"\#(source)","price":"\#(price)","#
        + #""time":"\#(instant(old[source] ?? minute))"}"#
    }
    return #"{"format":"fulcrum.prices","version":1,"prices":[\#(rows.joined(separator: ","))]}"#
  }

  private static let agreed = [("curve", "1"), ("binance", "1"), ("kraken", "1")]

  /// Anna with 1,000 USDC and 2,000 USDE in a pool that counts USDE at 10 % less, and four times what
  /// is missing below 0.99.
  private func stage(_ program: PoolProgram) throws {
    try program.good(["owner", "anna"])
    try program.good(["deposit", "anna", "1010 USDC"])
    try program.good(["deposit", "anna", "2100 USDE"])
    try program.good([
      "open", "mixed", "--owner", "anna", "--asset", "USDC", "--accept",
      "USDE:haircut=10%,peg=0.99,factor=4,cap=1000000",
    ])
    try program.good(["fund", "mixed", "1000 USDC"])
    try program.good(["fund", "mixed", "2000 USDE"])
  }

  private struct Given {
    let market: String
    let prices: String
    var arguments: [String] { ["--market", market, "--prices", prices] }
  }

  private func give(
    _ program: PoolProgram, _ price: Int, _ stated: [(String, String)], minute: Int,
    old: [String: Int] = [:]
  ) throws -> Given {
    Given(
      market: try program.write("m\(minute).json", Self.market(price, minute: minute)),
      prices: try program.write("p\(minute).json", Self.prices(stated, minute: minute, old: old)))
  }

  private func pool(_ program: PoolProgram, _ given: Given) throws -> JSONObject {
    let run = try program.run(["show", "mixed", "--format", "json"] + given.arguments)
    return try #require(try JSONObject(text: run.output)["pools"]?.array?.first?.object)
  }

  @Test func aDepegFreezesThawsAndSellsJustEnough() throws {
    try PoolProgram.with { program in
      try stage(program)
      let start = try give(program, 50_000, Self.agreed, minute: 1)
      try program.good([
        "trade", "mixed", "BTC_USDC-PERPETUAL", "--size", "1", "--price", "50000", "--recorded",
      ])
      try program.good(["mark"] + start.arguments)
      let whole = try pool(program, start)
      #expect(whole["equity"] == .string("2800 USDC"))
      let pledge = try #require(whole["pledges"]?.array?.first?.object)
      #expect(pledge["amount"] == .string("2000 USDE"))
      #expect(pledge["haircut"] == .string("0.1"))
      #expect(pledge["credit"] == .string("1800 USDC"))

      try freeze(program)
      // Sources agree again; one strays and one is old, both named.
      let good = try give(
        program, 50_000,
        [("curve", "0.998"), ("binance", "0.999"), ("kraken", "0.998"), ("x", "0.9"), ("y", "1")],
        minute: 3, old: ["y": 1])
      let thawed = try program.good(["mark"] + good.arguments)
      #expect(thawed.output.contains("thawed: pool mixed"))
      #expect(
        thawed.output.contains(
          "price: USDE/USDC 0.998, 3 sources agree; passed over as outlier: x; passed over as stale: y"
        ))
      try liquidate(program)
    }
  }

  /// A crash that would liquidate, while nobody may say what the pledge is worth.
  private func freeze(_ program: PoolProgram) throws {
    let apart = try give(
      program, 47_600, [("curve", "0.99"), ("binance", "0.95"), ("kraken", "0.9")], minute: 2)
    let frozen = try program.good(["mark"] + apart.arguments)
    #expect(frozen.output.contains("frozen: pool mixed: divergent: the sources of pledged USDE"))
    #expect(
      frozen.output.contains("sources of USDE/USDC differ: 0.9 to 0.99, median 0.95, 1 agree"))
    #expect(!frozen.output.contains("liquidat"))
    let shown = try program.run(["show", "mixed"] + apart.arguments)
    #expect(shown.status == 2)
    #expect(shown.output.contains("divergent: the sources of pledged USDE differ"))
    #expect(shown.lines.allSatisfy { $0.count <= 120 })
    let listed = try program.run(["list"] + apart.arguments)
    #expect(listed.output.contains("mixed holds 2000 USDE, counts for nothing that is known"))
    #expect(listed.lines.allSatisfy { $0.count <= 120 })
    let release = try program.run(
      ["release", "mixed", "1 USDE", "--at", "market"] + apart.arguments)
    #expect(release.errors.contains("refused (pool-frozen)"))
    try program.good(["fund", "mixed", "5 USDC"])
    try program.good(["fund", "mixed", "10 USDE"])
    try program.good([
      "trade", "mixed", "BTC_USDC-PERPETUAL", "--size", "-0.001", "--price", "47600",
      "--reduce-only", "--at", "market", "--market", apart.market, "--prices", apart.prices,
    ])
  }

  /// All agree that the coin has lost its peg: 0.94, of which 1 − 0.1 − 4·0.05 = 0.7 counts, 0.658 in
  /// all. E = 1,002.6 + 2,010·0.658 − 0.999·2,000 = 327.18 is under two thirds of M.
  private func liquidate(_ program: PoolProgram) throws {
    let depeg = try give(
      program, 48_000, [("curve", "0.94"), ("binance", "0.94"), ("kraken", "0.945")], minute: 4)
    let run = try program.good(["mark", "--format", "json"] + depeg.arguments)
    let facts = try #require(try JSONObject(text: run.output)["facts"]?.array).compactMap(\.object)
    var cash: Int128 = 1_002_600_000
    for fact in facts where fact["kind"] == .string("liquidated") {
      cash += try units(fact, "cash") - (try units(fact, "fee"))
    }
    let sold = facts.filter { $0["kind"] == .string("converted") }
    #expect(cash < 0)
    #expect(sold.count == 1)
    let amount = try units(try #require(sold.first), "amount")
    // The least whole unit of USDE whose 0.658 covers what is missing.
    let least = (-cash * 1000 + 657) / 658
    print("missing \(-cash), sold \(amount), least \(least)")
    #expect(amount == least)
    let store = try program.opened()
    let usde = try #require(Asset("USDE"))
    // What was left in the wallet, and what was not sold.
    #expect(store.ledger.wallet(OwnerID(0), usde) == 90_000_000 + 2_010_000_000 - amount)
    #expect(store.ledger.books.allSatisfy { $0.sum == 0 && $0.shortfall == 0 })
    #expect(store.ledger.pools[0].isClosed)
    #expect(try program.ledger(["audit"]).status == 0)
  }

  private func units(_ fact: JSONObject, _ name: String) throws -> Int128 {
    try AmountText.money(try #require(fact[name]?.string)).minorUnits
  }

  @Test func pricesInAStreamHoldForTheMarketsAfterThem() throws {
    try PoolProgram.with { program in
      try stage(program)
      try program.good([
        "trade", "mixed", "BTC_USDC-PERPETUAL", "--size", "1", "--price", "50000", "--recorded",
      ])
      let stream = [
        Self.market(50_000, minute: 1), Self.prices(Self.agreed, minute: 2),
        Self.market(50_000, minute: 2), Self.market(50_100, minute: 3),
        Self.market(50_200, minute: 4),
      ].joined(separator: "\n")
      let run = try program.good(["watch", "--format", "json"], input: stream)
      let lines = try run.lines.map { try JSONObject(text: $0) }
      #expect(
        lines.compactMap { $0["result"]?.string } == [
          "marked", "prices", "marked", "marked", "marked",
        ])
      // Without prices it is frozen, with them thawed, and frozen again when they are old.
      let flags = lines.compactMap { $0["kind"]?.string }.filter { $0 != "ticked" }
      #expect(flags == ["frozen", "thawed", "frozen"])
      let whys = lines.compactMap { $0["why"]?.string }
      #expect(whys.first?.hasPrefix("no price of pledged USDE") == true)
      #expect(whys.last?.hasPrefix("the price of pledged USDE is 120000 ms old") == true)
      let digest = try program.digest()
      let again = try program.good(["watch"], input: stream)
      #expect(again.lines.filter { $0.contains("  known  ") }.count == 4)
      #expect(try program.digest() == digest)
    }
  }

  /// The reader's credit by asset is the ledger's own.
  @Test(arguments: ["1", "0.99", "0.987654", "0.94", "0.65", "1.2"])
  func creditShownIsCreditCounted(_ price: String) throws {
    try PoolProgram.with { program in
      try stage(program)
      try program.good([
        "trade", "mixed", "BTC_USDC-PERPETUAL", "--size", "0.001", "--price", "50000", "--recorded",
      ])
      let given = try give(
        program, 50_000, ["a", "b", "c"].map { ($0, price) }, minute: 1)
      let pool = try pool(program, given)
      let credit = try units(
        try #require(pool["pledges"]?.array?.first?.object), "credit")
      #expect(try units(pool, "equity") == 1_000_000_000 + credit)
    }
  }

  @Test func badPledgesAndPricesAreRefusedInWords() throws {
    try PoolProgram.with { program in
      try stage(program)
      let market = try program.write("m.json", Self.market(50_000, minute: 1))
      let open = ["open", "x", "--owner", "anna", "--asset", "USDC", "--accept"]
      let show = ["show", "mixed", "--market", market]
      let rows: [([String], Int32, String)] = [
        (open + ["USDE"], 64, "ASSET:haircut=…"),
        (open + ["USDE:peg=1"], 64, "write it like USDE:haircut=10%,peg=0.99,factor=4,cap=1000000"),
        (open + ["USDE:haircut=10%,factor=4"], 64, "add peg=0.99"),
        (open + ["USDE:haircut=10%,haircut=20%"], 64, "each once"),
        (open + ["USDC:haircut=1%"], 64, "the pool's own currency"),
        (open + ["USDE:haircut=120%"], 1, "refused (rules-invalid)"),
        (show + ["--prices", "no-such.json"], 1, "no such file"),
        (show + ["--prices", market], 1, "allowed is format fulcrum.prices version 1"),
        (show + ["--price-stale", "0"], 64, "give 1 millisecond or more"),
        (show + ["--price-deviation", "200%"], 64, "give 0 to 100%"),
      ]
      for (arguments, status, words) in rows {
        let run = try program.run(arguments)
        #expect(run.status == status, "\(arguments): \(run.errors)")
        #expect(run.errors.contains(words), "\(arguments): \(run.errors)")
      }
      let zero = try program.write(
        "zero.json", Self.prices([("a", "1"), ("b", "0"), ("c", "1")], minute: 1))
      let run = try program.run(show + ["--prices", zero])
      #expect(run.errors.contains("$.prices[1].price: saw 0; allowed is a price above 0"))
    }
  }
}
