import Foundation
import FulcrumLedger
import FulcrumModel
import Testing

@testable import FulcrumWire

/// What an accountant reads: postings of deleveraging and haircuts, interest, another margin rule.
@Suite struct PoolAccountTests {
  private func rows(_ program: PoolProgram) throws -> [[String: String]] {
    let run = try program.ledger(["export", "--format", "csv"])
    let lines = run.output.split(separator: "\r\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(lines.first == LedgerCSV.columns)
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(LedgerCSV.columns, $0)) }
  }

  private func sum(_ rows: [[String: String]]) throws -> [String: Int128] {
    var balances: [String: Int128] = [:]
    for row in rows {
      let amount = try #require(row["amount"])
      guard !amount.isEmpty else {
        #expect(row["debit"] == "" && row["credit"] == "")
        continue
      }
      let units = try #require(ExactDecimal(amount)?.units(decimals: 8, rounding: .down))
      balances[try #require(row["debit"]), default: 0] += units
      balances[try #require(row["credit"]), default: 0] -= units
    }
    return balances
  }

  /// 90,000 to 50,000 at once: 0.5 BTC is gone, the other side is deleveraged.
  @Test func bothSidesOfADeleveragingHaveTheirOwnRows() throws {
    try PoolProgram.with { program in
      try program.stage()
      try program.good(["watch"], input: PoolProgram.market(50_000, minute: 1))
      let rows = try rows(program)
      let sides = rows.filter { $0["kind"] == "deleveraged" }
      #expect(Set(sides.map { $0["pool"] }) == ["long", "maker"])
      for side in sides {
        let isLong = side["pool"] == "long"
        #expect(side["lots"] == (isLong ? "-13800" : "13800"))
        #expect(side["size"] == (isLong ? "-138000" : "138000"))
        #expect(side["contract"] == "BTC-PERPETUAL")
        for account in [side["debit"], side["credit"]].compactMap(\.self)
        where account.hasPrefix("pool:") {
          #expect(account == "pool:\(isLong ? "long" : "maker")")
        }
      }
      #expect(try sum(rows).values.reduce(0, +) == 0)
    }
  }

  /// The other side is a hedge and passed over: its profit is cut instead, which moves no money yet.
  @Test func aHaircutOfFuturesHasARowForThePoolThatBearsIt() throws {
    try PoolProgram.with { program in
      try program.stage(maker: "hedge")
      // More than half of its short is offset.
      try program.good([
        "trade", "maker", "BTC-25DEC26", "--size", "80000", "--price", "90000", "--recorded",
        "--market", program.path("start.json"), "--at", "market",
      ])
      let market = PoolProgram.market(50_000, minute: 1).replacing(
        "]}", with: #",{"instrument":"BTC-25DEC26","bid":"49999","ask":"50001","mark":"50000"}]}"#)
      try program.good(["watch"], input: market)
      let rows = try rows(program)
      let cut = rows.filter { $0["kind"] == "haircut" }
      #expect(cut.count == 2)
      let paid = try #require(cut.first { $0["pool"] == "long" })
      let borne = try #require(cut.first { $0["pool"] == "maker" })
      #expect(paid["debit"] == "pool:long" && paid["credit"] == "clearing")
      #expect(borne["debit"] == "" && borne["credit"] == "" && borne["amount"] == "")
      #expect(borne["borne"] == paid["amount"])
      #expect(borne["asset"] == "BTC")
      let balances = try sum(rows)
      #expect(balances.values.reduce(0, +) == 0)
      let ledger = try program.opened().ledger
      for pool in ledger.pools {
        #expect(balances["pool:\(pool.terms.name)", default: 0] == pool.collateral)
      }
      // 138,000 USD of contracts from 90,000 cost 1.5333… BTC short; the cut comes off that.
      let amount = try #require(
        borne["borne"].flatMap { ExactDecimal($0)?.units(decimals: 8, rounding: .down) })
      let leg = try #require(ledger.pools[1].legs.first)
      #expect(abs(leg.cost - (153_333_333 + amount)) <= 1)
    }
  }

  private static func linear(_ btc: Int, _ eth: Int, day: Int) -> String {
    let quotes = [("BTC", btc), ("ETH", eth)].map {
      #"{"instrument":"\#($0)_USDC-PERPETUAL","bid":"\#($1 - 1)","ask":"\#($1 + 1)","mark":"\#($1)"}"#
    }
    return #"{"format":"fulcrum.market","version":1,"asOf":"2026-11-\#(day)T08:00:00Z","#
      + #""index":{"BTC":"\#(btc)","ETH":"\#(eth)"},"quotes":[\#(quotes.joined(separator: ","))]}"#
  }

  /// Cash of −100 USDC for a day at 10 % a year of 365 days: 0.027397 rounded up to the unit.
  @Test func interestOfADayOnCollateralBelowZero() throws {
    try PoolProgram.with { program in
      try program.good(["owner", "anna"])
      try program.good(["deposit", "anna", "100 USDC"])
      try program.good(["open", "pair", "--owner", "anna", "--asset", "USDC"])
      try program.good(["fund", "pair", "100 USDC"])
      for (name, size, price) in [
        ("BTC_USDC-PERPETUAL", "0.1", "50000"), ("ETH_USDC-PERPETUAL", "10", "3000"),
        ("BTC_USDC-PERPETUAL", "-0.1", "48000"),
      ] {
        try program.good([
          "trade", "pair", name, "--size", size, "--price", price, "--recorded",
        ])
      }
      let first = try program.write("1.json", Self.linear(48_000, 3_100, day: 21))
      let second = try program.write("2.json", Self.linear(48_000, 3_100, day: 22))
      let interest = ["--interest", "USDC=10%/yr"]
      // Nothing before the first market.
      #expect(
        !(try program.good(["mark", "--market", first] + interest)).output.contains("charged"))
      let run = try program.good(["mark", "--market", second] + interest)
      #expect(run.output.contains("charged: pool pair: 0.027398 USDC of interest"))
      let ledger = try program.opened().ledger
      #expect(ledger.pools[0].collateral == -100_027_398)
      for (text, words) in [
        ("USDC=10%", "write it like USDC=8%/yr"), ("USDC=-1%/yr", "0 to 1000 % a year"),
      ] {
        let bad = try program.run(["mark", "--market", second, "--interest", text])
        #expect(bad.status == 64)
        #expect(bad.errors.contains(words))
      }
      let third = Self.linear(48_000, 3_100, day: 23)
      let watch = try program.good(["watch"] + interest, input: third)
      #expect(watch.output.contains("charged: pool pair: 0.027405 USDC of interest"))
    }
  }

  /// Under another venue's rule a pool's excess is what `fulcrum margin` has for it.
  @Test(arguments: ["deribit-standard", "deribit-portfolio"])
  func aWholePoolRuleIsThatOfTheMarginCommand(_ rule: String) throws {
    try PoolProgram.with { program in
      let (book, market) = ("Demo/book.json", "Demo/market.json")
      _ = try program.run(["import", "--book", book, "--market", market, "--owner", "anna"])
      let name = "weekly-strangle"
      let margin = try Program.run([
        "margin", "--book", book, "--market", market, "--model", rule, "--pool", name, "--format",
        "json",
      ])
      let row = try #require(
        try JSONObject(text: margin.output)["pools"]?.array?.first?.object?["rules"]?.array?.first?
          .object)
      let held = try #require(row["held"]?.string.flatMap(Double.init))
      let needed = try #require(row["maintenance"]?.string.flatMap(Double.init))
      let shown = try program.run([
        "show", name, "--market", market, "--rule", rule, "--format", "json",
      ])
      let pool = try #require(try JSONObject(text: shown.output)["pools"]?.array?.first?.object)
      let health = try AmountText.money(try #require(pool["health"]?.string))
      let excess = Double(health.minorUnits) / 1e8
      print("\(rule): excess \(excess), expected \(held - needed)")
      #expect(abs(excess - (held - needed)) < 1e-7)
      let marked = try program.good(["mark", "--market", market, "--rule", rule])
      #expect(marked.output.contains("ticked"))
      // Judged by the same rule, or not at all.
      let other = try program.run([
        "release", name, "0.00000001 BTC", "--market", market, "--at", "market",
      ])
      #expect(other.status == 1)
      #expect(other.errors.contains("the rule (--rule) differ"))
      try program.good([
        "release", name, "0.00000001 BTC", "--market", market, "--at", "market", "--rule", rule,
      ])
    }
  }
}
