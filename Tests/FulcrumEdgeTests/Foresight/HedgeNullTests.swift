import FulcrumHedgeSolver
import Testing

@testable import FulcrumWire

/// Nothing in the JSON of `hedge` is null without saying why beside it.
@Suite struct HedgeNullTests {
  private static func run(
    _ pool: String, _ target: String, book: String = "Demo/book.json", more: [String] = []
  ) throws -> [String: Set<String>] {
    let run = try Program.run(
      [
        "hedge", "--book", book, "--market", "Demo/market.json", "--pool", pool, "--to", target,
        "--format", "json",
      ] + more)
    #expect(run.status == 0 || run.status == 2, "\(run.errors)")
    return NullWalk.nulls(try JSONObject(text: run.output))
  }

  @Test func demoPools() throws {
    var absent: [String: Set<String>] = [:]
    for pool in ["perp-long-3x", "weekly-strangle", "sol-perp-short"] {
      for target in ["leverage=2x", "delta=0", "gamma,vega", "max-loss=0.3", "max-loss=0.0001"] {
        absent.merge(try Self.run(pool, target)) { $0.union($1) }
      }
    }
    print(absent)
    #expect(absent["shortfall"] == ["the target is reached"])
    #expect(absent["budget"] == ["none was given"])
    #expect(absent["most"] == ["no limit is known"])
    #expect(absent["liquidationAbove"] == ["no liquidation price on this side"])
    #expect(absent["liquidableAtIndex"]?.count == 1)
    #expect((absent["solver"] == nil) == (HedgeSolver.available != nil))
    let given = try Self.run("weekly-strangle", "vega", more: ["--budget", "0.01"])
    #expect(given["budget"] == nil)
  }

  /// Options of two expiries: what they can lose is unknown, in JSON and in the table, and the pool
  /// without margin left has no liquidation price but is liquidable.
  @Test func ownPools() throws {
    try ReportProgram.with { program in
      let book = try program.book(
        #"{"id":"calendar","currency":"BTC","collateral":{"cash":"0.5"},"legs":["#
          + #"{"instrument":"BTC-27NOV26-100000-C","size":"-1","entry":"0.004"},"#
          + #"{"instrument":"BTC-25DEC26-100000-C","size":"1","entry":"0.02"}]},"#
          + #"{"id":"spent","currency":"BTC","collateral":{"cash":"0.08"},"legs":["#
          + #"{"instrument":"BTC-27NOV26-100000-C","size":"-5","entry":"0.004"}]}"#)
      let calendar = try Self.run("calendar", "delta=0", book: book)
      let reason = "options of several expiries end at no one time"
      #expect(calendar["maxLoss"]?.allSatisfy { $0.contains(reason) } == true)
      let spent = try Self.run("spent", "delta=0", book: book)
      #expect(
        spent["liquidationBelow"]?.contains("equity is below maintenance margin already") == true)
      let table = try Program.run([
        "hedge", "--book", book, "--market", "Demo/market.json", "--pool", "calendar", "--to",
        "delta=0", "--width", "200",
      ])
      #expect(table.output.contains("unknown") && !table.output.contains("unbounded"))
      #expect(table.output.contains("Max loss unknown: \(reason)"))
    }
  }
}
