import FulcrumModel
import FulcrumRisk
import RealModule
import Testing

/// Top-up, withdrawal and partial close of leverage-math 3.3 and 3.4.
@Suite struct CollateralTests {
  static let seeds = Array(UInt64(1)...20)

  private func isSafe(_ pool: RiskPool, in box: CollateralBox) throws -> Bool {
    for time in box.timesForward {
      for shift in box.volShifts {
        let region = try Liquidation.region(pool, timeForward: time, volShift: shift)
        let lower = Make.index * (1 + box.lowerMove)
        let upper = Make.index * (1 + box.upperMove)
        let touches = region.liquidable.contains { interval in
          (interval.lower ?? 0) < upper * (1 - 1e-12)
            && (interval.upper ?? .infinity) > lower * (1 + 1e-12)
        }
        if touches { return false }
      }
    }
    return true
  }

  /// With the top-up nothing in the box is liquidable; with a little less something is.
  @Test(arguments: seeds) func topUpIsEnoughAndNotMore(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let pool = Make.randomPool(&generator)
    let box = CollateralBox(
      lowerMove: -0.3, upperMove: 0.4, timesForward: [0, 0.01], volShifts: [-0.2, 0, 0.5])
    let cash = try Liquidation.topUp(pool, box: box)
    let unit = pool.currency == .usd ? Make.index : 1
    #expect(try isSafe(pool.with(cash: pool.cash + cash + 1e-9 * unit), in: box), "seed \(seed)")
    if cash > 0 {
      #expect(
        try !isSafe(pool.with(cash: pool.cash + cash - 1e-6 * unit), in: box), "seed \(seed)")
    } else {
      #expect(try isSafe(pool, in: box), "seed \(seed)")
    }
  }

  /// leverage-math 3.4: linear long, C' = nmF₀ − nm(1 − κ)F x₋.
  @Test func topUpOfALongIsItsClosedForm() throws {
    let pool = Make.pool(6000, Make.perpetual(1))
    let box = CollateralBox(lowerMove: -0.2, upperMove: 0.1)
    let expected = 60_000 - (1 - 0.0105) * 60_000 * 0.8 - 6000
    #expect((try Liquidation.topUp(pool, box: box) / expected - 1).magnitude < 1e-12)
    #expect(try Liquidation.maximumWithdrawal(pool, box: box) == 0)
  }

  /// What is left after the largest withdrawal covers initial margin everywhere in the box, by a
  /// dense scan, and no more than that.
  @Test(arguments: seeds) func withdrawalLeavesInitialMargin(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let pool = Make.randomPool(&generator)
    let margin = StandardMargin.standard
    let box = CollateralBox(lowerMove: -0.25, upperMove: 0.25)
    let cash = try Liquidation.maximumWithdrawal(pool, margin: margin, box: box)
    var least = Double.infinity
    for step in 0...2000 {
      let ratio = 0.75 + 0.5 * Double(step) / 2000
      let equity = PlainBalance(pool, at: ratio).equity
      least = min(least, equity - (try margin.initial(of: pool, ratio: ratio)))
    }
    let unit = pool.currency == .usd ? Make.index : 1
    // The scan can only miss the minimum by being above it, by a curvature times its step squared.
    #expect(cash <= max(0, least) + 1e-9 * unit, "seed \(seed)")
    #expect(cash >= max(0, least) - 1e-5 * unit, "seed \(seed)")
    #expect(try margin.initial(of: pool) >= margin.maintenance(of: pool))
  }

  /// ψ = [(1 + β)κN − E]/[N((1 + β)κ − f)] and what it leaves.
  @Test func partialCloseRestoresTheBuffer() throws {
    let pool = Make.pool(1000, Make.perpetual(1))
    // κN = 630; E = 1000 is short of 2 κN.
    let closed = try Liquidation.partialClose(pool, feeRate: 0.0005, buffer: 1)
    let expected = (2 * 630.0 - 1000) / (60_000 * (0.021 - 0.0005))
    #expect((closed / expected - 1).magnitude < 1e-12)
    let left = 1000 - closed * 30
    #expect((left / (2 * (1 - closed) * 630) - 1).magnitude < 1e-12)
    #expect(try Liquidation.partialClose(pool, feeRate: 0.0005, buffer: 0) == 0)
    #expect(try Liquidation.partialClose(pool, feeRate: 0.5, buffer: 1) == 1)
    // The same position as two halves goes by bisection.
    let halves = Make.pool(1000, Make.perpetual(0.5), Make.perpetual(0.5))
    let bisected = try Liquidation.partialClose(halves, feeRate: 0.0005, buffer: 1)
    #expect((bisected / closed - 1).magnitude < 1e-12)
    let option = Make.pool(5000, Make.option(.call, -1, strike: 66_000))
    let part = try Liquidation.partialClose(option, feeRate: 0.0003, buffer: 0.1)
    #expect(part > 0 && part < 1)
  }

  @Test func capitalBasesAreLabelledAndAbsentWhenUnknown() throws {
    let pool = Make.pool(20_000, Make.option(.call, -1, strike: 66_000))
    let measures = try LeverageEngine.measures(pool)
    let capital = try LeverageEngine.capital(
      of: pool, measures: measures, known: KnownCapital(collateral: 20_000))
    #expect(capital.count == CapitalBasis.allCases.count)
    func leverage(_ basis: CapitalBasis) throws -> Measure {
      measures.deltaLeverage(on: basis, capitalUsd: try #require(capital[basis]))
    }
    let delta = measures.deltaCash.magnitude
    #expect(try leverage(.collateral) == .value(delta / 20_000))
    #expect(try leverage(.premiumPaid) == .absent(.noEntryCost))
    #expect(try leverage(.capitalAtRisk) == measures.deltaLeverage)
    // Initial: max(0.15 F − OTM, 0.10 F) = 6000; maintenance 4500.
    #expect(capital[.initialMargin] == .value(6000))
    #expect(capital[.maintenanceExcess] == .value(measures.equity - 4500))
  }

  /// A short call here and the same call long there need no margin together.
  @Test func isolationCostsWhatNettingWouldSave() throws {
    let short = Make.pool(20_000, Make.option(.call, -1, strike: 66_000))
    let long = Make.pool(0, Make.option(.call, 1, strike: 66_000))
    #expect(try Containment.isolationCost([short, long]) == 4500)
    #expect(try Containment.isolationCost([short, short]) == 0)
    let perpetuals = [
      Make.pool(9000, Make.perpetual(1, entry: 50_000)),
      Make.pool(9000, Make.perpetual(-0.4, entry: 65_000)),
    ]
    // κ(1 + 0.4 − 0.6) of the notional.
    let saved = try Containment.isolationCost(perpetuals)
    #expect((saved / (0.0105 * 0.8 * 60_000) - 1).magnitude < 1e-12)
    let elsewhere = Make.pool(1, index: 3000)
    #expect(throws: RiskError.poolsDiffer(place: 1)) {
      try Containment.isolationCost([short, elsewhere])
    }
    let measures = try [short, long, Make.pool(-500)].map { try LeverageEngine.measures($0) }
    let limit = Containment.lossLimit(measures)
    #expect(limit.unconditional == measures[0].equityUsd + measures[1].equityUsd)
    #expect(limit.heldToExpiry <= limit.unconditional)
  }
}
