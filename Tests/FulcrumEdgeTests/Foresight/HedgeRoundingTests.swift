import FulcrumHedgeSolver
import Testing

@testable import FulcrumRisk

/// Optima in whole lots against every combination of lots that there is.
@Suite struct HedgeRoundingTests {
  private struct Draw {
    var state: UInt64

    mutating func next(_ low: Double, _ high: Double) -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return low + (high - low) * Double(state >> 11) * 0x1p-53
    }
  }

  /// Three contracts of up to five lots either way and two limits: 1,331 combinations.
  private static func program(_ seed: UInt64) -> HedgeProgram {
    var draw = Draw(state: seed)
    let units = (0..<3).map { _ in [draw.next(-3, 3), draw.next(-3, 3)] }
    let book = [draw.next(-8, 8), draw.next(-8, 8)]
    var program = HedgeProgram(
      unitExposures: units, book: book, tolerances: [draw.next(1, 2), draw.next(1, 2)],
      unitCosts: (0..<3).map { _ in draw.next(0.1, 1) }, caps: [5, 5, 5])
    program.sellCosts = (0..<3).map { _ in draw.next(0.1, 1) }
    return program
  }

  /// The cheapest whole lots within every tolerance, by looking at all; nil where none are.
  private static func best(_ program: HedgeProgram) -> Double? {
    var best: Double?
    for a in -5...5 {
      for b in -5...5 {
        for c in -5...5 {
          let lots = [Double(a), Double(b), Double(c)]
          let fits = zip(program.book.indices, program.tolerances).allSatisfy { limit, most in
            let left = zip(lots, program.unitExposures).reduce(program.book[limit]) {
              $0 + $1.0 * $1.1[limit]
            }
            return left.magnitude <= most
          }
          guard fits else { continue }
          let cost = lots.indices.reduce(0.0) {
            $0 + max(lots[$1], 0) * program.unitCosts[$1] + max(-lots[$1], 0)
              * program.sellCosts[$1]
          }
          best = min(best ?? cost, cost)
        }
      }
    }
    return best
  }

  @Test func wholeLotsAreNearlyAlwaysTheCheapest() throws {
    let solver = try #require(HedgeSolver.available, "\(HedgeSolver.missing)")
    var (compared, equal, missed, worst) = (0, 0, 0, 0.0)
    for seed: UInt64 in 1...200 {
      let program = Self.program(seed)
      guard let best = Self.best(program),
        case .optimal(let optimum, let cost, _) = program.solve(solver)
      else { continue }
      #expect(cost <= best * (1 + 1e-9), "no whole lots are cheaper than the program's optimum")
      compared += 1
      let lots = HedgeRounding(program, lots: [1, 1, 1]).rounded(optimum)
      #expect(lots.allSatisfy { $0 == $0.rounded() && $0.magnitude <= 5 })
      let left = program.residuals(lots)
      guard zip(left, program.tolerances).allSatisfy({ $0.magnitude <= $1 * (1 + 1e-8) }) else {
        missed += 1
        continue
      }
      let found = program.tradingCost(of: lots)
      #expect(found >= best * (1 - 1e-9))
      if found <= best * (1 + 1e-9) { equal += 1 }
      worst = max(worst, found / best - 1)
    }
    print("rounding: \(compared) programs, \(equal) cheapest, \(missed) missed, worst +\(worst)")
    #expect(compared > 100 && missed <= compared / 50)
    #expect(equal >= compared * 9 / 10)
  }
}
