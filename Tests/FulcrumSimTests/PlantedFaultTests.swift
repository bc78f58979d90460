import FulcrumLedger
import FulcrumModel
import Testing

@testable import FulcrumAuditor
@testable import FulcrumTestKit

/// Every invariant can fail: a fault planted between ledger and auditor is caught under its number.
@Suite("Planted faults")
struct PlantedFaultTests {
  @Test("A fault in the history is caught under its invariant", arguments: Plant.allCases)
  func history(_ plant: Plant) throws {
    let found = try #require(
      plant.run(seeds: 1...60, steps: 1200), "no chance to plant \(plant) came up")
    #expect(
      found.contains { $0.invariant == plant.invariant },
      "\(plant) was taken for \(Set(found.map(\.invariant.number)).sorted())")
  }

  @Test("Every invariant has its planted fault")
  func covered() {
    let byHistory = Set(Plant.allCases.map(\.invariant))
    let byRule: Set<Invariant> = [
      .liquidationPriceIsRoot, .solvencyEnvelope, .isolatedEqualsCross,
    ]
    let judged = Invariant.allCases.filter(\.isJudgedInRuns)
    #expect(byHistory.union(byRule) == Set(judged))
  }

  @Test("A jump between brackets")
  func jump() {
    var auditor = Auditor()
    auditor.judgeSchedule(
      LotSchedule(
        initialRate: 100, maintenanceRate: 50,
        maintenanceSteps: [LotSchedule.Bracket(lots: 1000, rate: 80, deduction: 0)]))
    #expect(auditor.found.map(\.invariant).contains(.maintenanceContinuous))
  }

  @Test("An envelope that lets everything through")
  func envelope() {
    var auditor = Auditor()
    let schedule = LotSchedule(initialRate: 20, maintenanceRate: 10)
    let mark = ContractMark(
      price: Price(ExactDecimal(1)), valueDown: 1000, valueUp: 1000, exposure: 1000,
      long: schedule, short: schedule)
    auditor.judgeEnvelope(mark) { _, _ in true }
    #expect(auditor.found.map(\.invariant).contains(.solvencyEnvelope))
  }

  @Test("A health that is not the pool's: root and cross account both see it")
  func single() throws {
    let (world, pool, board) = try #require(Self.single())
    var auditor = world.auditor
    auditor.judgeSingle(pool, board) { world.engine.ledger.lie(of: $0, on: $1) }
    #expect(auditor.found.map(\.invariant) == [.isolatedEqualsCross])
    auditor = world.auditor
    auditor.judgeRoot(of: pool, world.engine, board) { world.engine.ledger.lie(of: $0, on: $1) }
    #expect(auditor.found.map(\.invariant).contains(.liquidationPriceIsRoot))
  }

  /// A world in which some pool holds one future, open, with a root within reach.
  private static func single() -> (World, Pool, MarkBoard)? {
    for seed in 1...20 as ClosedRange<UInt64> {
      var world = World(seed: seed)
      var certificate = Certificate()
      for _ in 0..<400 {
        _ = world.step(&certificate)
        guard let board = world.engine.board else { continue }
        for pool in world.engine.ledger.pools where pool.legs.count == 1 && pool.pledged.isEmpty {
          var auditor = world.auditor
          let before = auditor.checks[Invariant.liquidationPriceIsRoot.number]
          auditor.judgeRoot(of: pool, world.engine, board) {
            try? world.engine.ledger.health(of: $0, on: $1)
          }
          if auditor.checks[Invariant.liquidationPriceIsRoot.number] > before {
            return (world, pool, board)
          }
        }
      }
    }
    return nil
  }
}

extension Ledger {
  /// Equity of ten thousand whole units too much.
  fileprivate func lie(of pool: Pool, on board: MarkBoard) -> Health? {
    guard let health = try? health(of: pool, on: board) else { return nil }
    return Health(
      equity: health.equity + 10_000_000_000_000, initial: health.initial,
      maintenance: health.maintenance)
  }
}
