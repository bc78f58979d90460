/// The cheapest whole lots of a program by branch and bound: each node is the program within
/// narrower bounds on contracts, whose optimum bounds the objective of all lots there.
///
/// Scenarios come in as rows only when an optimum breaks them: few of hundreds ever bind.
struct HedgeBranching {
  /// Nodes after which the best so far is taken.
  static let mostNodes = 300
  /// Of the cost: a node that can save no more is left alone.
  static let worthwhile = 1e-3
  /// Distance from a whole number of lots that is rounding.
  private static let nearly = 1e-6

  private struct Node {
    var lower: [Double]
    var upper: [Double]
  }

  private let program: HedgeProgram
  private let lots: [Double]
  private let rounding: HedgeRounding
  private let solver: any LinearProgramSolver
  private var scenarios: [Int] = []
  private var best: [Double]
  private var least: Double

  /// - Parameters:
  ///   - start: whole lots to begin from, whether or not they hold every limit.
  ///   - known: an objective that is had already; what is not below it is of no use.
  init(
    _ program: HedgeProgram, lots: [Double], start: [Double], solver: any LinearProgramSolver,
    known: Double = .infinity
  ) {
    self.program = program
    self.lots = lots
    self.solver = solver
    rounding = HedgeRounding(program, lots: lots)
    best = start
    let isHeld = program.isFeasible(start, slack: 1e-9)
    least = min(known, isHeld ? program.objective(of: start) : .infinity)
  }

  /// The cheapest that was found; where none holds every limit, the start.
  mutating func cheapest() -> [Double] {
    func whole(_ caps: [Double]) -> [Double] {
      zip(caps, lots).map { HedgeSearch.lots($0, $1, .down) }
    }
    var open = [
      Node(lower: whole(program.sellCaps).map { -$0 }, upper: whole(program.caps))
    ]
    var seen = 0
    while let node = open.popLast(), seen < Self.mostNodes {
      seen += 1
      guard let optimum = optimum(node) else { continue }
      if let broken = broken(optimum) {
        scenarios.append(broken)
        open.append(node)
        continue
      }
      offer(rounding.nearest(optimum))
      guard let place = fractional(optimum) else {
        offer(optimum)
        continue
      }
      let below = (optimum[place] / lots[place]).rounded(.down) * lots[place]
      var (down, up) = (node, node)
      down.upper[place] = below
      up.lower[place] = below + lots[place]
      let isNearBelow = optimum[place] - below < 0.5 * lots[place]
      open += isNearBelow ? [up, down] : [down, up]
    }
    return best
  }

  /// Of the program there; nil where it can save nothing worth while.
  private func optimum(_ node: Node) -> [Double]? {
    var part = program
    part.caps = node.upper.map { max($0, 0) }
    part.sellCaps = node.lower.map { max(-$0, 0) }
    part.leastBuys = node.lower.map { max($0, 0) }
    part.leastSells = node.upper.map { max(-$0, 0) }
    part.floors = program.floors.map { floors in
      HedgeProgram.Floors(
        book: scenarios.map { floors.book[$0] },
        units: floors.units.map { unit in scenarios.map { unit[$0] } }, limit: floors.limit)
    }
    guard let (contracts, cost) = part.optimum(solver), cost < least * (1 - Self.worthwhile) else {
      return nil
    }
    return contracts
  }

  /// The scenario that an optimum breaks by most.
  private func broken(_ contracts: [Double]) -> Int? {
    guard let floors = program.floors else { return nil }
    let profits = program.profits(contracts)
    guard let worst = profits.indices.min(by: { profits[$0] < profits[$1] }),
      profits[worst] < -floors.limit * (1 + 1e-7), !scenarios.contains(worst)
    else { return nil }
    return worst
  }

  private mutating func offer(_ contracts: [Double]) {
    let whole = zip(contracts, lots).map { ($0 / $1).rounded() * $1 }
    guard program.isFeasible(whole, slack: 1e-9) else { return }
    let cost = program.objective(of: whole)
    if cost < least { (best, least) = (whole, cost) }
  }

  /// The contract farthest from whole lots; the one that balances others only after them.
  private func fractional(_ contracts: [Double]) -> Int? {
    func distance(_ place: Int) -> Double {
      let count = contracts[place] / lots[place]
      return (count - count.rounded()).magnitude
    }
    let open = contracts.indices.filter { distance($0) > Self.nearly }
    let others = open.filter { $0 != rounding.balancer?.place }
    return (others.isEmpty ? open : others).max { distance($0) < distance($1) }
  }
}
