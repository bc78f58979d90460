import FulcrumHedgeSolver
import Testing

@testable import FulcrumRisk

/// Whole lots against every combination of them, counted out.
@Suite struct HedgeRoundingTests {
  /// Five contracts of up to four lots each way, and one that moves the first limit alone.
  struct Small {
    var program: HedgeProgram
    var lots: [Double]
    /// Of a tolerance's worth of each exposure left, twice over.
    var charge = 0.0
    /// Of trading and capital.
    var budget = Double.infinity
    static let most = 4

    init(seed: UInt64) {
      var state = seed
      func next(_ range: ClosedRange<Double>) -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let unit = Double(state >> 11) / Double(1 << 53)
        return range.lowerBound + (range.upperBound - range.lowerBound) * unit
      }
      lots = [0.1, 0.1, 0.1, 0.1, 0.1]
      let most = Double(Self.most) * 0.1
      program = HedgeProgram(
        unitExposures: (0..<5).map { place in
          place == 0
            ? [400, 0, 0] : [next(-300...300), next(20...120), next(1...20) * (next(0...1) + 0.5)]
        },
        book: [next(-60...60), next(-40...40), next(-4...4)],
        tolerances: [8, 6, 1], unitCosts: (0..<5).map { $0 == 0 ? 0.4 : next(1...9) },
        caps: (0..<5).map { _ in most })
      program.sellCosts = program.unitCosts.map { $0 * next(0.4...1.6) }
      program.margin = HedgeProgram.Margin(
        longUnits: [20, 0, 0, 0, 0], shortUnits: [20, 60, 60, 60, 60],
        held: [0, 0.2, -0.2, 0, 0], room: 30, capitalCost: 0.02)
      let floors = (0..<3).map { _ in next(-20...0) }
      program.floors = HedgeProgram.Floors(
        book: floors, units: (0..<5).map { _ in (0..<3).map { _ in next(-60...60) } }, limit: 25)
    }

    /// The same with what is left charged.
    func charging(_ charge: Double) -> Small {
      var charging = self
      charging.charge = charge
      charging.program.risk = HedgeProgram.Risk(
        book: program.book, units: program.unitExposures,
        weights: program.tolerances.map { charge / ($0 * $0) })
      return charging
    }

    /// Σ (left/tolerance)².
    func risk(_ x: [Double]) -> Double {
      var sum = 0.0
      for limit in 0..<3 {
        var left = program.book[limit]
        for place in 0..<5 { left += program.unitExposures[place][limit] * x[place] }
        sum += left * left / (program.tolerances[limit] * program.tolerances[limit])
      }
      return sum
    }

    /// Exposures, margin, scenarios and cost written out, apart from the program's own.
    func cost(_ x: [Double]) -> Double? {
      var risk = 0.0
      for limit in 0..<3 {
        var left = program.book[limit]
        for place in 0..<5 { left += program.unitExposures[place][limit] * x[place] }
        if abs(left) > program.tolerances[limit] * (1 + 1e-9) { return nil }
        risk += left * left / (program.tolerances[limit] * program.tolerances[limit])
      }
      guard let margin = program.margin, let floors = program.floors else { return nil }
      func needed(_ held: Double, _ place: Int) -> Double {
        held >= 0 ? held * margin.longUnits[place] : -held * margin.shortUnits[place]
      }
      var (trading, more) = (0.0, 0.0)
      for place in 0..<5 {
        trading +=
          x[place] >= 0
          ? x[place] * program.unitCosts[place] : -x[place] * program.sellCosts[place]
        let held = margin.held[place]
        more += needed(held + x[place], place) - needed(held, place)
      }
      if trading + more > margin.room + 1e-9 { return nil }
      for scenario in 0..<3 {
        var profit = floors.book[scenario]
        for place in 0..<5 { profit += floors.units[place][scenario] * x[place] }
        if profit < -floors.limit * (1 + 1e-9) { return nil }
      }
      let paid = trading + max(more, 0) * margin.capitalCost
      return paid <= budget * (1 + 1e-9) ? paid + 0.5 * charge * risk : nil
    }

    /// The least cost of all 9⁵.
    var cheapest: Double? { cheapestOfAll?.cost }

    var cheapestOfAll: (cost: Double, lots: [Double])? {
      let side = 2 * Self.most + 1
      var best: (cost: Double, lots: [Double])?
      var x = [Double](repeating: 0, count: 5)
      for code in 0..<(side * side * side * side * side) {
        var rest = code
        for place in 0..<5 {
          x[place] = Double(rest % side - Self.most) * 0.1
          rest /= side
        }
        if let cost = cost(x), cost < best?.cost ?? .infinity { best = (cost, x) }
      }
      return best
    }
  }

  /// Where lots exist that hold every limit the cheapest are found, but for what is not worth another
  /// node; the linear optimum is never dearer than that.
  @Test func againstEveryCombination() throws {
    let solver = try #require(HedgeSolver.available, "\(HedgeSolver.missing)")
    var (feasible, found, exact, worst) = (0, 0, 0, 0.0)
    for seed in 1...24 {
      let small = Small(seed: UInt64(seed))
      guard let least = small.cheapest else { continue }
      feasible += 1
      let optimum: (contracts: [Double], cost: Double)
      switch small.program.solve(solver) {
      case .optimal(let contracts, let cost, let gap):
        #expect(gap <= 1e-7 * max(1, cost))
        #expect(small.program.isFeasible(contracts, slack: 1e-6))
        optimum = (contracts, cost)
      case .infeasible, .failed:
        Testing.Issue.record("seed \(seed): lots hold every limit and no numbers do")
        continue
      }
      #expect(optimum.cost <= least * (1 + 1e-7) + 1e-9, "seed \(seed)")
      let start = HedgeRounding(small.program, lots: small.lots).rounded(optimum.contracts)
      var branching = HedgeBranching(
        small.program, lots: small.lots, start: start, solver: solver)
      let lots = branching.cheapest()
      guard let cost = small.cost(lots) else { continue }
      found += 1
      let over = least > 0 ? cost / least - 1 : cost
      #expect(over > -1e-9, "seed \(seed): cheaper than the cheapest")
      worst = max(worst, over)
      exact += over < 1e-6 ? 1 : 0
    }
    print("of \(feasible) with a hedge in lots \(found) found, \(exact) exactly; worst +\(worst)")
    #expect(feasible >= 10)
    #expect(found == feasible)
    #expect(worst <= HedgeBranching.worthwhile)
  }

  // MARK: More contracts

  /// A program and twelve contracts more of the same kinds.
  private static func wide(_ small: Small, seed: Int) -> HedgeProgram {
    var wide = small.program
    for other in 1...3 {
      let more = Small(seed: UInt64(seed + 100 * other)).program
      for place in 1..<5 {
        wide.unitExposures.append(more.unitExposures[place])
        wide.unitCosts.append(more.unitCosts[place])
        wide.sellCosts.append(more.sellCosts[place])
        wide.caps.append(more.caps[place])
        wide.sellCaps.append(more.sellCaps[place])
        wide.floors?.units.append(more.floors?.units[place] ?? [])
        wide.margin?.longUnits.append(0)
        wide.margin?.shortUnits.append(60)
        wide.margin?.held.append(0)
      }
    }
    return wide
  }

  /// More contracts to choose from never cost more than the least of the few, counted out, however far
  /// from every limit the search begins.
  @Test func moreContractsNeverCostMore() throws {
    let solver = try #require(HedgeSolver.available, "\(HedgeSolver.missing)")
    var (compared, dearest, mostSeen) = (0, -Double.infinity, 0)
    for seed in 1...24 {
      let small = Small(seed: UInt64(seed))
      guard let least = small.cheapest, least > 0 else { continue }
      let wide = Self.wide(small, seed: seed)
      var branching = HedgeBranching(
        wide, lots: wide.caps.map { _ in 0.1 }, start: wide.caps, solver: solver)
      let lots = branching.cheapest()
      #expect(wide.isFeasible(lots, slack: 1e-9) && !branching.isUnknown, "seed \(seed)")
      let over = wide.objective(of: lots) / least - 1
      #expect(over <= HedgeBranching.worthwhile, "seed \(seed)")
      compared += 1
      (dearest, mostSeen) = (max(dearest, over), max(mostSeen, branching.seen))
    }
    print("\(compared) programs, +\(dearest) at most, \(mostSeen) nodes at most")
    #expect(compared >= 10)
  }

  /// Where risk is charged the lots that are cheapest without the charge are among those compared.
  @Test func chargedNeverDearerThanUncharged() throws {
    let solver = try #require(HedgeSolver.available, "\(HedgeSolver.missing)")
    var compared = 0
    for seed in 1...6 {
      let small = Small(seed: UInt64(seed)).charging(0.3)
      guard let least = small.cheapest else { continue }
      let wide = Self.wide(Small(seed: UInt64(seed)), seed: seed)
      var charged = wide
      charged.risk = HedgeProgram.Risk(
        book: wide.book, units: wide.unitExposures,
        weights: wide.tolerances.map { 0.3 / ($0 * $0) })
      let lots = wide.caps.map { _ in 0.1 }
      var free = HedgeBranching(wide, lots: lots, start: wide.caps, solver: solver)
      let uncharged = free.cheapest()
      var branching = HedgeBranching(charged, lots: lots, start: wide.caps, solver: solver)
      let found = charged.objective(of: branching.cheapest())
      #expect(found <= charged.objective(of: uncharged) * (1 + 1e-9), "seed \(seed)")
      #expect(found <= least * (1 + HedgeBranching.worthwhile), "seed \(seed)")
      compared += 1
    }
    #expect(compared >= 2)
  }
}
