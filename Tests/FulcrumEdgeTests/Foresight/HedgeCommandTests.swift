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
      Self.demo + ["--pool", "weekly-strangle", "--to", "max-loss=0.0001", "--format", "json"])
    #expect(run.status == 2)
    let json = try JSONObject(text: run.output)
    #expect(json["reachable"] == .bool(false))
    let refusals = try #require(json["refusals"]?.array).compactMap { $0.object }
    let wing = refusals.first { $0["way"] == .string("wing") }
    #expect(wing?["reason"]?.string?.contains("0.0001") == true, "\(run.output)")
  }

  @Test(arguments: ["leverage=0x", "leverage=", "max-loss=-1", "theta", "delta=5", ""])
  func badTargets(target: String) throws {
    let run = try Program.run(Self.demo + ["--pool", "weekly-strangle", "--to", target])
    #expect(run.status == 64, "\(target)")
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

  /// min ½x² + ½y² − … with x + y = 2 is at x = y = 1.
  @Test func solverSolvesQuadratic() throws {
    let solver = try #require(HedgeSolver.available)
    let column = LinearProgram.Column(
      cost: 0, bounds: .init(-.infinity, .infinity), coefficients: [1], curvature: 1)
    let program = LinearProgram(columns: [column, column], rows: [.init(2, 2)])
    guard case .optimal(let solution) = solver.solve(program) else {
      Testing.Issue.record("no optimum")
      return
    }
    #expect(abs(solution.values[0] - 1) < 1e-7 && abs(solution.cost - 1) < 1e-7)
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
