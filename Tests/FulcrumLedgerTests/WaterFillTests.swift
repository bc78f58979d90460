import FulcrumLedger
import Testing

/// Water-filling against a brute force over every split in whole lots, and by its own laws.
@Suite struct WaterFillTests {
  private typealias Candidate = WaterFill.Candidate

  @Test func threeAccountsByHand() {
    // Leverages per price 10, 5, 1; Q = 60 of 100 + 50 + 40 lots: (150 − 60)/20 = 4.5.
    let fill = WaterFill(
      quantity: 60,
      candidates: [
        Candidate(pool: PoolID(3), lots: 40, equity: 40),
        Candidate(pool: PoolID(1), lots: 100, equity: 10),
        Candidate(pool: PoolID(2), lots: 50, equity: 10),
      ])
    #expect(fill.reductions.map(\.pool) == [PoolID(1), PoolID(2)])
    #expect(fill.reductions.map(\.lots) == [55, 5])
    #expect(fill.capLots == 90 && fill.capEquity == 20)
  }

  @Test func whatIsTooMuchForAllIsLeftOver() {
    let fill = WaterFill(
      quantity: 10, candidates: [Candidate(pool: PoolID(0), lots: 4, equity: 1)])
    #expect(fill.reductions.map(\.lots) == [4] && fill.unplaced == 6)
    #expect(WaterFill(quantity: 3, candidates: []).unplaced == 3)
  }

  /// The largest leverage left is the least that any split leaves (to one lot of rounding).
  @Test(arguments: UInt64(1)...200)
  func noOtherSplitLeavesLess(seed: UInt64) {
    var state = seed
    func draw(_ below: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % below
    }
    let candidates = (0..<3).map { place in
      Candidate(
        pool: PoolID(UInt32(place)), lots: 1 + draw(12), equity: Int128(1 + draw(20)))
    }
    let total = candidates.reduce(0) { $0 + $1.lots }
    let quantity = 1 + draw(total)
    let fill = WaterFill(quantity: quantity, candidates: candidates)
    let reduced = Dictionary(uniqueKeysWithValues: fill.reductions.map { ($0.pool, $0.lots) })
    #expect(reduced.values.reduce(0, +) == quantity && fill.unplaced == 0)
    func worst(_ left: [UInt64]) -> Double {
      zip(left, candidates).map { Double($0) / Double($1.equity) }.max() ?? 0
    }
    let left = candidates.map { $0.lots - (reduced[$0.pool] ?? 0) }
    var best = Double.infinity
    for a in 0...candidates[0].lots {
      for b in 0...candidates[1].lots where a + b <= quantity {
        let c = quantity - a - b
        guard c <= candidates[2].lots else { continue }
        best = min(
          best,
          worst([candidates[0].lots - a, candidates[1].lots - b, candidates[2].lots - c]))
      }
    }
    let lot = candidates.map { 1 / Double($0.equity) }.max() ?? 0
    #expect(worst(left) <= best + lot, "seed \(seed): \(worst(left)) against \(best)")
    // Nobody below the cap is touched, nobody is raised.
    for (candidate, lots) in zip(candidates, left) where lots < candidate.lots {
      #expect(
        Int128(lots) * fill.capEquity <= fill.capLots * candidate.equity + fill.capEquity)
    }
  }

  @Test func theResultDoesNotDependOnTheOrderOfCandidates() {
    let candidates = (0..<7).map {
      Candidate(pool: PoolID($0), lots: UInt64(5 + $0 % 3), equity: Int128(2 + $0 % 2))
    }
    let fill = WaterFill(quantity: 17, candidates: candidates)
    #expect(WaterFill(quantity: 17, candidates: candidates.reversed()) == fill)
  }

  @Test func aHaircutAddsUpExactlyAndLeavesPrincipal() {
    let cut = ProfitHaircut(deficit: 10, profits: [3, 3, 8])
    #expect(cut.amounts.reduce(0, +) == 10 && cut.uncovered == 0)
    // 10/14 of 3, 3, 8: 2.14, 2.14, 5.71; the missing unit goes to the largest remainder.
    #expect(cut.amounts == [2, 2, 6])
    let more = ProfitHaircut(deficit: 20, profits: [3, 3, 8])
    #expect(more.amounts == [3, 3, 8] && more.uncovered == 6)
    #expect(ProfitHaircut(deficit: 5, profits: []).uncovered == 5)
  }
}
