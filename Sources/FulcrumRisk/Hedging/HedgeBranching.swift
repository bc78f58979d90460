/// The cheapest whole lots of a program by branch and bound: each node is the program within
/// narrower bounds on contracts, whose optimum bounds the objective of all lots there.
///
/// Scenarios come in as rows only when an optimum breaks them: few of hundreds ever bind. Where risk
/// is charged the search begins from the lots that are cheapest without the charge.
struct HedgeBranching {
  /// Nodes after which the best so far is taken.
  static let mostNodes = 5000
  /// Programs that are solved where risk is charged: quadratic ones take far longer.
  static let mostQuadratic = 300
  /// Of tolerances, within which the search begins where risk is charged.
  private static let shares = [1, 0.3, 0.1, 0.03]
  /// Of the cost: a node that can save no more is left alone.
  static let worthwhile = 1e-3
  /// Distance from a whole number of lots that is rounding.
  private static let nearly = 1e-6

  private struct Node {
    var lower: [Double]
    var upper: [Double]
    /// What no lots of it cost less than.
    var bound: Double
  }

  private let program: HedgeProgram
  private let lots: [Double]
  private let rounding: HedgeRounding
  private let solver: any LinearProgramSolver
  private var scenarios: [Int] = []
  private var best: [Double]
  private var least: Double
  /// Nodes so far, and how many there may be.
  private(set) var seen = 0
  var most: Int
  private(set) var isHeld: Bool
  /// Whether the search stopped before its end: cheaper lots may exist.
  private(set) var isCut = false
  /// Whether it did with nothing that holds every limit, and so does not know whether anything does.
  private(set) var isUnknown = false

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
    most = program.risk == nil ? Self.mostNodes : Self.mostQuadratic
    rounding = HedgeRounding(program, lots: lots)
    best = start
    isHeld = program.isFeasible(start, slack: 1e-9)
    least = min(known, isHeld ? program.objective(of: start) : .infinity)
  }

  /// The cheapest that was found; where none holds every limit, the start.
  mutating func cheapest() -> [Double] {
    if program.risk != nil, !seed() { return best }
    func whole(_ caps: [Double]) -> [Double] {
      zip(caps, lots).map { HedgeSearch.lots($0, $1, .down) }
    }
    var open = [
      Node(
        lower: whole(program.sellCaps).map { -$0 }, upper: whole(program.caps),
        bound: -.infinity)
    ]
    var isDeep = true
    while !open.isEmpty {
      guard seen < most else {
        isCut = true
        isUnknown = !isHeld
        break
      }
      // Depth finds lots, breadth shows that there are none cheaper.
      let node = isDeep || !isHeld ? open.removeLast() : Self.removeLeast(&open)
      isDeep.toggle()
      open += branches(node)
    }
    return best
  }

  /// The lots that are cheapest where no risk is charged, within the tolerances and within shares of
  /// them, hold the same limits.
  ///
  /// - Returns: false where there are none.
  private mutating func seed() -> Bool {
    var isUnknown = false
    for share in Self.shares {
      var free = program
      free.risk = nil
      free.tolerances = program.tolerances.map { share * $0 }
      // What costs more than the least with its charge is of no use.
      var linear = HedgeBranching(free, lots: lots, start: best, solver: solver, known: least)
      offer(linear.cheapest())
      isUnknown = isUnknown || linear.isUnknown
      guard isHeld || isUnknown else { return false }
    }
    return true
  }

  private static func removeLeast(_ open: inout [Node]) -> Node {
    let place = open.indices.min { open[$0].bound < open[$1].bound } ?? open.count - 1
    open.swapAt(place, open.count - 1)
    return open.removeLast()
  }

  /// What is left to look at of a node, the more likely half last.
  private mutating func branches(_ node: Node) -> [Node] {
    guard node.bound < least * (1 - Self.worthwhile) else { return [] }
    seen += 1
    guard let (optimum, bound) = held(node) else { return [] }
    offer(rounding.nearest(optimum))
    guard let place = fractional(optimum) else {
      offer(optimum)
      return []
    }
    let below = (optimum[place] / lots[place]).rounded(.down) * lots[place]
    var (down, up) = (node, node)
    (down.bound, up.bound) = (bound, bound)
    down.upper[place] = below
    up.lower[place] = below + lots[place]
    return optimum[place] - below < 0.5 * lots[place] ? [up, down] : [down, up]
  }

  /// The optimum of a node in every scenario; nil where it can save nothing worth while.
  private mutating func held(_ node: Node) -> (contracts: [Double], cost: Double)? {
    while let found = optimum(node) {
      guard let broken = broken(found.contracts) else { return found }
      scenarios.append(broken)
      if program.risk != nil { seen += 1 }
    }
    return nil
  }

  /// The same in the scenarios that have come in.
  private func optimum(_ node: Node) -> (contracts: [Double], cost: Double)? {
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
    guard let found = part.optimum(solver), found.cost < least * (1 - Self.worthwhile) else {
      return nil
    }
    return found
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
    isHeld = true
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
