import Foundation
import FulcrumHedgeSolver
import FulcrumRisk
import Testing

@testable import FulcrumWire

/// The built program's `hedge`, and the solver behind it.
@Suite struct HedgeCommandTests {
  private static let demo = ["hedge", "--book", "Demo/book.json", "--market", "Demo/market.json"]

  private func json(_ pool: String, _ target: String) throws -> JSONObject {
    try JSONObject(
      text: Program.run(Self.demo + ["--pool", pool, "--to", target, "--format", "json"]).output)
  }

  /// Pool, target, ways that must arrive.
  @Test(arguments: [
    ("perp-long-3x", "leverage=2x", ["perpetual", "reduce", "topUp"]),
    ("weekly-strangle", "delta=0", ["perpetual"]),
    ("weekly-strangle", "gamma,vega", ["combination"]),
    ("weekly-strangle", "max-loss=0.3", ["wing"]),
    ("weekly-calls", "leverage=5x", ["perpetual"]),
  ]) func waysArrive(pool: String, target: String, ways: [String]) throws {
    let json = try json(pool, target)
    #expect(json["reachable"] == .bool(true))
    let proposals = try #require(json["proposals"]?.array).compactMap(\.object)
    for way in ways {
      let proposal = try #require(proposals.first { $0["way"] == .string(way) }, "\(way)")
      #expect(proposal["reached"] == .bool(true), "\(way): \(proposal["shortfall"]?.brief ?? "")")
      for trade in proposal["trades"]?.array ?? [] {
        let lots = try #require(trade.object?["lots"]?.number)
        #expect(lots == lots.rounded() && lots != 0)
      }
    }
    let costs = proposals.filter { $0["reached"] == .bool(true) }.compactMap { $0["cost"]?.number }
    #expect(costs == costs.sorted())
  }

  /// dE/dlnS of −0.476552 BTC and E + dE/dlnS of 0.104054 BTC, from central differences of the pool's
  /// value in a script of its own: 44 080.6 and −9 624.95 USD at a perpetual of 92 499.05, in tens.
  @Test(arguments: [("delta=0", 1.0), ("usd-delta=0", -1)]) func deltaOfACoinPool(
    target: String, sign: Double
  ) throws {
    let json = try json("hedged-straddle", target)
    let way = try #require(json["proposals"]?.array?.first?.object)
    let contracts = try #require(way["trades"]?.array?.first?.object?["contracts"]?.number)
    let counts = try #require(json["neutralCounts"]?.object)
    #expect(counts["coin"]?.number == 44_080 && counts["usd"]?.number == -9_620)
    #expect(counts[sign > 0 ? "coin" : "usd"]?.number == contracts)
  }

  /// Least spread and fees of the whole chain in numbers that need not be lots, without scenarios and
  /// margin: HiGHS through scipy, on coefficients of its own from the demo's files. No lots are
  /// cheaper; of the first two none that HiGHS found in 25 seconds was under 0.00119.
  @Test(arguments: [
    ("weekly-strangle", "delta,gamma,vega", 0.000988437880, 0.025),
    ("weekly-strangle", "gamma,vega", 0.000979871545, 0.025),
    // Margin of an option that is sold costs, and no more of it than there is may be used.
    ("hedged-straddle", "gamma,vega", 0.005573277432, 0.1),
  ]) func cheapestOfTheChain(pool: String, target: String, least: Double, over: Double) throws {
    let json = try json(pool, target)
    let ways = try #require(json["proposals"]?.array).compactMap(\.object)
    let way = try #require(ways.first { $0["way"] == .string("combination") })
    #expect(way["reached"] == .bool(true))
    let cost = try #require(way["spread"]?.number) + (try #require(way["fees"]?.number))
    print("\(pool) \(target): \(cost) where \(least) is the least, \(cost / least - 1) over")
    #expect(cost >= least * (1 - 1e-6) && cost <= least * (1 + over))
    let after = try #require(way["after"]?.object)
    let margin = try #require(after["initialMargin"]?.number)
    let before = try #require(json["before"]?.object?["initialMargin"]?.number)
    #expect(margin <= max(before, try #require(after["equity"]?.number)) * (1 + 1e-3))
    // 10 % a year for 30 days on what is added.
    let capital = max(margin - before, 0) * 0.1 * 30 / 365
    #expect(abs(try #require(way["capitalCost"]?.number) - capital) < 1e-12)
  }

  /// A loss that had a bound does not lose it silently: with options of other expiries it is unknown.
  @Test func boundTakenOffIsSaidInItsRow() throws {
    let run = try Program.run(
      Self.demo + ["--pool", "hedged-straddle", "--to", "gamma,vega", "--width", "160"])
    let row = try #require(run.lines.first { $0.hasPrefix("1  cheapest combination") })
    #expect(row.contains("now unknown") && run.output.contains("0.4587 before, is no longer known"))
  }

  @Test func tableFitsAndShowsBeforeAndAfter() throws {
    let run = try Program.run(Self.demo + ["--pool", "weekly-strangle", "--to", "delta=0"])
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(run.lines.allSatisfy { $0.count <= 120 })
    for said in ["as it stands", "hedge with a perpetual", "lots", "fees", "NOT FOR THIS POOL"] {
      #expect(run.output.contains(said), "\(said)")
    }
  }

  @Test func whatCannotBeReachedSaysWhatStandsInTheWay() throws {
    let run = try Program.run(
      Self.demo + ["--pool", "weekly-strangle", "--to", "max-loss=0.00001", "--format", "json"])
    #expect(run.status == 2)
    let json = try JSONObject(text: run.output)
    #expect(json["reachable"] == .bool(false))
    let ways = try #require(json["proposals"]?.array).compactMap { $0.object }
    let wing = try #require(ways.first { $0["way"] == .string("wing") })
    let obstacles = try #require(wing["obstacles"]?.array).compactMap(\.object)
    let lots = try #require(obstacles.first { $0["limit"] == .string("lots") }, "\(run.output)")
    let seen = try #require(lots["seen"]?.number)
    #expect(lots["unit"] == .string("currency") && lots["allowed"] == .number(0.00001))
    #expect(seen > 0.00001 && seen == wing["after"]?.object?["maxLoss"]?.number)
  }

  @Test(arguments: [
    "leverage=0x", "leverage=", "max-loss=-1", "theta", "delta=5", "", "gamma=", "gamma,vega=",
  ])
  func badTargets(target: String) throws {
    let run = try Program.run(Self.demo + ["--pool", "weekly-strangle", "--to", target])
    #expect(run.status == 64, "\(target)")
  }

  /// Blanks beside commas and equals signs are no part of a name.
  @Test(arguments: [("gamma, vega", "neutral"), (" max-loss = 0.3 ", "maxLoss")])
  func blanks(target: String, kind: String) throws {
    let found = try #require(try json("weekly-strangle", target)["target"]?.object)
    #expect(found["kind"] == .string(kind))
    if kind == "neutral" {
      let names = found["tolerances"]?.object?.members.map(\.name)
      #expect(names == ["gamma", "vega"], "\(names ?? [])")
    }
  }

  /// A leg that has expired is settled before anything is hedged: its name, when, and what to do.
  @Test func expiredLegs() throws {
    let run = try Program.run(Self.demo + ["--pool", "expired-leg", "--to", "delta=0"])
    #expect(run.status == 1 && run.output.isEmpty)
    for said in ["ETH-20NOV26-3200-P, expired at 2026-11-20T08:00:00", "book its settlement"] {
      #expect(run.errors.contains(said), "\(run.errors)")
    }
    #expect(!run.errors.contains("ETH-27NOV26-3000-P, expired"))
  }

  /// The files that were read and their digests, by a hash of its own.
  @Test func inputs() throws {
    let document = try json("weekly-strangle", "vega")
    #expect(document["whole"] == .bool(true))
    let inputs = try #require(document["inputs"]?.array).compactMap(\.object)
    #expect(inputs.map { $0["role"]?.string } == ["book", "market"])
    #expect(inputs.map { $0["name"]?.string } == ["Demo/book.json", "Demo/market.json"])
    #expect(inputs.allSatisfy { $0["sha256"]?.string?.count == 64 })
  }

  @Test func badPools() throws {
    let run = try Program.run(Self.demo + ["--pool", "no-market", "--to", "delta=0"])
    #expect(run.status == 1 && run.errors.contains("can be valued"))
    let unknown = try Program.run(Self.demo + ["--pool", "nobody", "--to", "delta=0"])
    #expect(unknown.status == 1 && unknown.errors.contains("no pool of the book"))
  }

  /// Every row of the table of definitions is a key of one of the two documents.
  @Test func everyDefinitionIsSaid() throws {
    let hedge = try json("weekly-strangle", "delta=0")
    let consequences = try JSONObject(
      text: Program.run([
        "consequences", "--book", "Demo/book.json", "--market", "Demo/market.json", "--pool",
        "perp-long-3x", "--paths", "64", "--step", "1d", "--unchecked", "--format", "json",
      ]).output)
    for entry in Glossary.foresight {
      let path = entry.name.split(separator: ".").map(String.init)
      let found = [hedge, consequences].contains { Self.has(path, in: .object($0)) }
      #expect(found, "\(entry.name)")
    }
  }

  private static func has(_ path: [String], in value: JSONValue) -> Bool {
    switch value {
    case .object(let object):
      if let first = path.first, let next = object[first],
        path.count == 1 || has(Array(path.dropFirst()), in: next)
      {
        return true
      }
      return object.members.contains { has(path, in: $0.value) }
    case .array(let list): return list.contains { has(path, in: $0) }
    case .null, .bool, .number, .string: return false
    }
  }

  /// What the market does not list keeps its name, and a step that nobody states is called assumed.
  @Test func namesAndLots() throws {
    try ReportProgram.with { program in
      let book = try program.book(
        #"{"id":"sold","currency":"BTC","collateral":{"cash":"0.5"},"legs":["#
          + #"{"instrument":"BTC-27NOV26-86250-P","size":"-2","entry":"0.006"}]}"#)
      let run = try Program.run([
        "hedge", "--book", book, "--market", "Demo/market.json", "--pool", "sold", "--to", "gamma",
        "--format", "json",
      ])
      let refusals = try #require(try JSONObject(text: run.output)["refusals"]?.array)
      let reduce = refusals.compactMap(\.object).first { $0["way"] == .string("reduce") }
      let obstacle = try #require(reduce?["obstacles"]?.array?.first?.object, "\(run.output)")
      #expect(obstacle["instrument"] == .string("BTC-27NOV26-86250-P"))
      #expect(obstacle["says"]?.string?.contains("the market does not list it") == true)
    }
    for (pool, isStated) in [("perp-long-3x", true), ("sol-perp-short", false)] {
      let ways = try #require(try json(pool, "leverage=2x")["proposals"]?.array)
      let trade = try #require(
        ways.compactMap(\.object).first?["trades"]?.array?.first?.object, "\(pool)")
      #expect(trade["lotStated"] == .bool(isStated), "\(pool)")
    }
    let said = try Program.run(Self.demo + ["--pool", "sol-perp-short", "--to", "leverage=2x"])
    #expect(said.output.contains("lots of 0.001, which is assumed"))
  }

  /// A number that is below or beyond what is allowed is answered with what is, however it is written.
  @Test(arguments: [
    (["--budget", "-1"], "give an amount above 0 and up to 1e15 in the pool's currency"),
    (["--budget=1e308"], "give an amount above 0 and up to 1e15"),
    (["--buffer", "-5%"], "give a share from 0 to below 1"),
    (["--risk-aversion", "-1"], "give a number from 0 to 1000"),
    (["--most", "-3"], "give coins above 0"), (["--depth", "-1"], "give a share above 0"),
    (["--tolerance", "-1%"], "give a share above 0"),
    (["--basis-vol", "-1%"], "give a rate from 0 to 100%"),
    (["--option-fee", "-1%"], "give a rate from 0 to 10%"),
    (["--future-fee", "-1%"], "give a rate from 0 to 10%"),
    (["--option-cap", "-1%"], "give a share from 0 to 1"),
    (["--capital-cost", "-1%"], "-1%: give a rate from 0 to 1000%"),
    (["--capital-cost", "1e300"], "1e300: give a rate from 0 to 1000%"),
    (["--depth", "100%"], "100%: give a share above 0 and below 100%"),
    (["--tolerance", "100%"], "100%: give a share above 0 and below 100%"),
    (["--to", "max-loss=1e308"], "give an amount from 0 to 1e15"),
    (["--to", "leverage=1e308"], "give a leverage above 0 and up to 1000000"),
    (["--to", "leverage=-2"], "give a leverage above 0"),
  ]) func numbersOutOfRange(_ flags: [String], said: String) throws {
    let to = flags[0] == "--to" ? [] : ["--to", "vega"]
    let run = try Program.run(Self.demo + ["--pool", "weekly-strangle"] + to + flags)
    #expect(run.status == 64)
    let words = run.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains(said), "\(words)")
  }

  /// Every option with a default says it.
  @Test func helpHasDefaults() throws {
    let help = try Program.run(["hedge", "--help"]).output
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for said in [
      "left (default: 5%)", "quoted (default: 10%)", "a year (default: 10%)",
      "growth. (default: 0.0)",
    ] {
      #expect(help.contains(said), "\(said)")
    }
  }

  /// Who minds risk pays more and keeps less of it; half of 2 over equity times 30 days of variance.
  @Test func riskAversion() throws {
    func way(_ aversion: String) throws -> JSONObject {
      let run = try Program.run(
        Self.demo + [
          "--pool", "weekly-strangle", "--to", "vega", "--risk-aversion", aversion, "--format",
          "json",
        ])
      let json = try JSONObject(text: run.output)
      #expect(json["riskAversion"]?.number == Double(aversion))
      let ways = try #require(json["proposals"]?.array).compactMap(\.object)
      return try #require(ways.first { $0["way"] == .string("combination") })
    }
    let (none, some) = (try way("0"), try way("2"))
    func deviation(_ way: JSONObject) throws -> Double {
      try #require(way["after"]?.object?["dailyDeviation"]?.number)
    }
    #expect(none["riskCharge"]?.number == 0)
    #expect(try #require(some["riskCharge"]?.number) > 0)
    #expect(try #require(some["cost"]?.number) > (try #require(none["cost"]?.number)))
    #expect(try deviation(some) < 0.2 * deviation(none))
    for bad in ["-1", "nan", "1e7"] {
      let run = try Program.run(
        Self.demo + ["--pool", "weekly-strangle", "--to", "vega", "--risk-aversion=\(bad)"])
      #expect(run.status == 64, "\(bad)")
    }
  }

  @Test func bufferAndBudget() throws {
    func run(_ flags: [String]) throws -> (status: Int32, json: JSONObject) {
      let run = try Program.run(
        Self.demo + ["--pool", "weekly-strangle", "--to", "gamma,vega", "--format", "json"] + flags)
      return (run.status, try JSONObject(text: run.output))
    }
    let held = try run(["--buffer", "10%", "--budget", "0.0005"])
    #expect(held.json["buffer"]?.number == 0.1 && held.json["budget"]?.number == 0.0005)
    for way in try #require(held.json["proposals"]?.array).compactMap(\.object) {
      let cost = try #require(way["cost"]?.number)
      let limits = (way["obstacles"]?.array ?? []).compactMap { $0.object?["limit"]?.string }
      #expect(limits.contains("budget") == (cost > 0.0005))
      #expect(cost <= 0.0005 || way["reached"] == .bool(false))
    }
    for bad in [["--buffer", "100%"], ["--buffer=-1%"], ["--budget", "0"], ["--budget", "nan"]] {
      let refused = try Program.run(
        Self.demo + ["--pool", "weekly-strangle", "--to", "vega"] + bad)
      #expect(refused.status == 64, "\(bad)")
    }
    let said = try Program.run(
      Self.demo + [
        "--pool", "weekly-strangle", "--to", "vega", "--buffer", "10%", "--budget", "0.0005",
        "--width", "200",
      ]
    ).output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(said.contains("leaves 10 % of equity free; a way costs 0.0005 BTC at most"))
  }

  // MARK: Solver

  /// min x + 2y, x + y ≥ 3, x ≤ 2: x = 2, y = 1, cost 4, proved by the dual.
  @Test func solverSolves() throws {
    let solver = try #require(HedgeSolver.available, "\(HedgeSolver.missing)")
    let program = LinearProgram(
      columns: [
        .init(cost: 1, bounds: .init(0, 2), coefficients: [1]),
        .init(cost: 2, bounds: .init(0, .infinity), coefficients: [1]),
      ], rows: [.init(3, .infinity)])
    guard case .optimal(let solution) = solver.solve(program) else {
      Testing.Issue.record("no optimum")
      return
    }
    #expect(abs(solution.cost - 4) < 1e-12 && abs(solution.dualCost - 4) < 1e-9)
    #expect(abs(solution.values[0] - 2) < 1e-12 && abs(solution.values[1] - 1) < 1e-12)
  }

  @Test func solverTellsInfeasibleUnboundedAndUnsound() throws {
    let solver = try #require(HedgeSolver.available)
    func outcome(_ cost: Double, _ row: LinearProgram.Bounds) -> LinearOutcome {
      solver.solve(
        LinearProgram(
          columns: [.init(cost: cost, bounds: .init(0, .infinity), coefficients: [1])],
          rows: [row]))
    }
    #expect(outcome(1, .init(-5, -1)) == .infeasible)
    #expect(outcome(-1, .init(0, .infinity)) == .unbounded)
    guard case .failed = outcome(.nan, .init(0, 1)) else {
      Testing.Issue.record("a cost of NaN was taken")
      return
    }
  }

  /// Where not all limits can hold, the one that may give first gives, and by how much is said.
  @Test func relaxationGivesInOrder() throws {
    let solver = try #require(HedgeSolver.available)
    let program = HedgeProgram(
      unitExposures: [[1, 1]], book: [10, 0], tolerances: [1, 1], unitCosts: [1], caps: [100])
    guard case .infeasible(let short, let contracts) = program.solve(solver, giveFirst: [1, 0])
    else {
      Testing.Issue.record("infeasible was expected")
      return
    }
    #expect(abs(contracts[0] + 9) < 1e-6)
    #expect(short.map(\.limit) == [1] && abs(short[0].excess - 8) < 1e-6)
  }
}
