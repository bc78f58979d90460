import FulcrumModel

extension HedgeSearch {
  /// Most contracts in a program with scenarios.
  static let mostCandidates = 40
  /// Of them, most perpetuals and futures.
  static let mostFutures = 8
  /// Of the options among them, those that the whole chain's optimum puts first; the others are those
  /// that move one exposure at the least cost.
  static let shareOfOptimum = 0.75

  /// The program of the contracts that come nearest to the cheapest hedge, and those contracts.
  func cheapest(
    _ order: [HedgeExposure], _ kinds: Set<HedgeExposure>, _ solver: any LinearProgramSolver
  ) -> (HedgeProgram, [HedgeInstrument]) {
    let isDelta = Set(order).isSubset(of: [.delta, .usdDelta])
    // For delta alone, where perpetuals do not suffice, dated futures too.
    let linear = isDelta ? planner.instruments.filter { !$0.leg.isOption } : futures
    let perpetuals = linear.filter(\.isTradable).prefix(Self.mostFutures)
    let options = planner.instruments.filter { $0.leg.isOption && $0.isTradable }
    let all = Array(perpetuals) + options
    let wide = program(order, kinds, all)
    let room = Self.mostCandidates - perpetuals.count
    var places = Array(perpetuals.indices)
    var taken = Set(places)
    if let reduced = wide.reducedCosts(solver) {
      let ranked = all.indices.filter { all[$0].leg.isOption }.sorted {
        (reduced[$0] * all[$0].lot, all[$0].name) < (reduced[$1] * all[$1].lot, all[$1].name)
      }
      places += ranked.prefix(Int(Self.shareOfOptimum * Double(room)))
      taken.formUnion(places)
    }
    for place in cheapestEach(wide, all, isDelta: isDelta)
    where places.count < Self.mostCandidates && taken.insert(place).inserted {
      places.append(place)
    }
    let chosen = places.map { all[$0] }
    var program = wide.keeping(places)
    program.floors = floors(chosen)
    return (program, chosen)
  }

  func program(
    _ order: [HedgeExposure], _ kinds: Set<HedgeExposure>, _ chosen: [HedgeInstrument]
  ) -> HedgeProgram {
    let index = planner.pool.indices[0]
    func costs(_ contracts: Double) -> [Double] {
      chosen.map { instrument in
        let cost = planner.costs.cost(of: instrument, contracts: contracts, index: index)
        return cost.spread + cost.fee
      }
    }
    var program = HedgeProgram(
      unitExposures: chosen.map { instrument in
        order.map { planner.unitExposure(instrument.leg, $0) }
      },
      book: order.map { before.exposure($0) },
      tolerances: order.map { kind in
        kinds.contains(kind)
          ? tolerances[kind] ?? 1
          : max(before.exposure(kind).magnitude, tolerances[kind] ?? 1)
      },
      unitCosts: costs(1), caps: chosen.map { cap($0.depth.buy, $0) })
    program.sellCosts = costs(-1)
    program.sellCaps = chosen.map { cap($0.depth.sell, $0) }
    program.margin = margin(chosen)
    program.risk = risk(chosen)
    program.budget = planner.budget
    return program
  }

  /// What each contract adds to initial margin, and what there is for it.
  private func margin(_ chosen: [HedgeInstrument]) -> HedgeProgram.Margin? {
    let pool = planner.pool
    func units(_ contracts: Double) -> [Double] {
      chosen.map { instrument in
        var leg = instrument.leg
        leg.quantity = contracts
        let alone = RiskPool(
          indices: pool.indices, currency: pool.currency, cash: 0, legs: [leg])
        return (try? planner.margin.initial(of: alone)) ?? 0
      }
    }
    let usable = 1 - planner.equityBuffer
    var margin = HedgeProgram.Margin(
      longUnits: units(1), shortUnits: units(-1),
      held: chosen.map { instrument in
        pool.legs.filter { $0.isSameListing(as: instrument.leg) }.reduce(0) { $0 + $1.quantity }
      },
      room: max(usable * before.equity - before.initialMargin, 0),
      capitalCost: planner.costs.capitalRate * planner.costs.capitalYears)
    margin.costShare = usable
    return margin
  }

  /// Of every exposure in turn the options that move it at least cost.
  private func cheapestEach(
    _ wide: HedgeProgram, _ all: [HedgeInstrument], isDelta: Bool
  ) -> [Int] {
    let options = all.indices.filter { all[$0].leg.isOption }
    let ranked = wide.book.indices.filter { isDelta || $0 > 0 }.map { limit in
      let uses = wide.unitExposures.map { $0[limit].magnitude }
      return options.filter { uses[$0] > 0 }.sorted {
        ((wide.unitCosts[$0] + wide.sellCosts[$0]) / uses[$0], all[$0].name)
          < ((wide.unitCosts[$1] + wide.sellCosts[$1]) / uses[$1], all[$1].name)
      }
    }
    let depth = ranked.map(\.count).max() ?? 0
    return (0..<depth).flatMap { rank in
      ranked.compactMap { rank < $0.count ? $0[rank] : nil }
    }
  }
}
