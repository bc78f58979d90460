import Foundation
import Testing

@testable import FulcrumWire

/// Grouping and collateral of a venue's position file, which carries neither.
@Suite struct ReportPoolingTests {
  /// Two strikes, a call of another expiry, and a dollar-margined perpetual.
  private let positions = """
    {"result":[
      {"instrument_name":"BTC-25DEC26-84000-P","size":-2,"direction":"sell","average_price":0.02,
       "kind":"option"},
      {"instrument_name":"BTC-25DEC26-80000-P","size":2,"direction":"buy","average_price":0.012,
       "kind":"option"},
      {"instrument_name":"BTC-27NOV26-100000-C","size":1,"direction":"buy","average_price":0.003,
       "kind":"option"}
    ]}
    """

  private func report(_ arguments: [String] = []) throws -> JSONObject {
    try ReportProgram.json(
      ["--book", "-", "--market", "Demo/market.json"] + arguments, input: Array(positions.utf8))
  }

  private func ids(_ report: JSONObject) -> Set<String> {
    Set(report.pools.compactMap { $0["id"]?.string })
  }

  @Test func rulesGroupAndSpreadsAreOnlyOffered() throws {
    let each = try report()
    #expect(
      ids(each) == ["BTC-25DEC26-84000-P", "BTC-25DEC26-80000-P", "BTC-27NOV26-100000-C"])
    let offer = try #require(each["offers"]?.array?.first?.object)
    #expect(Set(offer.texts("symbols")) == ["BTC-25DEC26-84000-P", "BTC-25DEC26-80000-P"])
    #expect(try ids(report(["--pools", "underlying"])) == ["BTC (coin)"])
    #expect(
      try ids(report(["--pools", "expiry"])) == ["BTC (coin) 2026-12-25", "BTC (coin) 2026-11-27"])
    try ReportProgram.with { program in
      let file = try program.write(
        "pools.csv",
        """
        instrument,pool,strategy,currency,cash,equity
        BTC-25DEC26-84000-P,spread,bull put,BTC,0.3,
        BTC-25DEC26-80000-P,spread,bull put,BTC,0.3,
        """)
      let grouped = try report(["--pools", file])
      #expect(ids(grouped) == ["spread", "BTC-27NOV26-100000-C"])
      let spread = try grouped.pool("spread")
      #expect(spread["strategy"] == .string("bull put"))
      #expect(try spread.double("cash") == 0.3)
      #expect(spread["collateralBasis"] == .string("cashGiven"))
    }
  }

  /// E = C + Σ n V with the values that the report itself lists.
  @Test func anAmountIsTheCashOfTheOnePool() throws {
    let report = try report(["--pools", "underlying", "--collateral", "0.5 BTC"])
    let pool = try report.pool("BTC (coin)")
    let values = try pool.legs.map { try $0.double("value") }.reduce(0, +)
    #expect(try abs(pool.double("equity") - (0.5 + values)) < 4e-8)
    let given = try self.report(["--pools", "underlying", "--collateral", "equity 0.5 BTC"])
    #expect(try given.pool("BTC (coin)").double("equity") == 0.5)
    #expect(try given.pool("BTC (coin)")["collateralBasis"] == .string("equityGiven"))
    // Of several pools an amount goes to the one that needs it; where two do, to none.
    let each = try self.report(["--collateral", "0.5 BTC"])
    #expect(try each.pool("BTC-25DEC26-84000-P").double("cash") == 0.5)
    #expect(try each.pool("BTC-25DEC26-80000-P")["collateralBasis"] == .string("premiumOnly"))
    let two = positions.replacing(
      "\"size\":1,\"direction\":\"buy\"", with: "\"size\":-1,\"direction\":\"sell\"")
    #expect(two != positions)
    let refused = try ReportProgram.run(
      ["--book", "-", "--market", "Demo/market.json", "--collateral", "0.5 BTC"],
      input: Array(two.utf8))
    #expect(refused.status == 2)
    #expect(
      refused.output.contains("COLLATERAL UNKNOWN") && refused.output.contains("--collateral: "))
  }

  @Test func aTableGivesEachPoolItsOwnAndASummaryTheAccount() throws {
    try ReportProgram.with { program in
      let table = try program.write(
        "collateral.csv", "pool,cash,equity,currency\nBTC-25DEC26-84000-P,0.4,,BTC\n")
      let report = try report(["--collateral", table])
      #expect(try report.pool("BTC-25DEC26-84000-P").double("cash") == 0.4)
      let sum = try #require(report["account"]?.object)
      #expect(sum["equityBasis"] == .string("sumOfPools"))
      // Isolated pools lose their equity and no more.
      let equities = try report.pools.map { try $0.double("equityUsd") }.reduce(0, +)
      #expect(try abs(sum.double("containedLoss") - equities) < 4e-6)
      let summary = try program.write(
        "account.json",
        #"{"result":{"currency":"BTC","equity":2.5,"margin_model":"segregated_sm"}}"#)
      let whole = try self.report(["--collateral", summary])
      let account = try #require(whole["account"]?.object)
      #expect(account["equityBasis"] == .string("accountSummary"))
      // The demo's index.
      #expect(try abs(account.double("equity") - 2.5 * 92_480.55) < 1e-6)
      let net = try abs(account.double("deltaCash")) / account.double("equity")
      #expect(try abs(account.double("netDeltaLeverage", "value") / net - 1) < 1e-9)
    }
  }
}
