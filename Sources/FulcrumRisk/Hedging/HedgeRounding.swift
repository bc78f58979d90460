/// An optimum of a program in whole lots (leverage-math 7.2): the corners around it where few
/// contracts are held, then one or two lots at a time, toward less violation first and less cost
/// then.
///
/// A contract that moves one limit and nothing else, a perpetual of delta, follows every such step:
/// it takes the cheapest place that holds its limit, however many lots away.
struct HedgeRounding {
  /// Contracts and all that is summed over them.
  private struct Point {
    var contracts: [Double]
    var residuals: [Double]
    /// What the pool gains in each scenario.
    var profits: [Double]
    /// Exposures that are charged.
    var risk: [Double]
    var ceilings: [Double]
    var trading: Double
    var margin: Double
  }

  private struct Score {
    var violation: Double
    var cost: Double

    /// Less violation, or as little at less cost.
    func isBetter(than other: Score) -> Bool {
      guard violation <= other.violation + HedgeRounding.nothing else { return false }
      if violation < other.violation - HedgeRounding.nothing { return true }
      return cost < other.cost * (1 - HedgeRounding.worthwhile)
    }
  }

  private typealias Step = (place: Int, size: Double)

  /// Violation, in units of its limit, that is rounding.
  private static let nothing = 1e-9
  /// 2^k corners are looked at for as many contracts.
  static let mostCorners = 6
  /// Each takes one or two lots; what needs more than that was no rounding.
  private static let mostSteps = 60
  /// Of the cost: what a step has to save. Finer lots than that are as good as none.
  private static let worthwhile = 1e-3

  private let program: HedgeProgram
  private let lots: [Double]
  let balancer: (place: Int, limit: Int)?
  private let marginScale: Double

  init(_ program: HedgeProgram, lots: [Double]) {
    self.program = program
    self.lots = lots
    balancer = Self.balancer(program, lots)
    let steepest = zip(program.margin?.shortUnits ?? [], lots).map { $0 * $1 }.max() ?? 0
    marginScale = max(program.margin?.room ?? 0, steepest, .leastNormalMagnitude)
  }

  /// The cheapest a unit of what it moves.
  private static func balancer(
    _ program: HedgeProgram, _ lots: [Double]
  ) -> (place: Int, limit: Int)? {
    var best: (place: Int, limit: Int, cost: Double)?
    for (place, exposures) in program.unitExposures.enumerated() {
      let moved = exposures.indices.filter { exposures[$0] != 0 }
      guard moved.count == 1, let limit = moved.first, lots[place] > 0,
        min(program.caps[place], program.sellCaps[place]) >= lots[place]
      else { continue }
      let cost =
        (program.unitCosts[place] + program.sellCosts[place]) / exposures[limit].magnitude
      if cost < best?.cost ?? .infinity { best = (place, limit, cost) }
    }
    return best.map { ($0.place, $0.limit) }
  }

  /// Whole lots near `optimum` from which no one or two lots lead to anything better.
  func rounded(_ optimum: [Double]) -> [Double] {
    var best = point(optimum.indices.map { HedgeSearch.lots(optimum[$0], lots[$0], .down) })
    var found = score(best)
    for corner in corners(optimum) {
      let next = balanced(point(corner))
      let score = score(next)
      if score.isBetter(than: found) { (best, found) = (next, score) }
    }
    for _ in 0..<Self.mostSteps {
      guard let next = neighbour(best, found) else { break }
      (best, found) = next
    }
    return best.contracts
  }

  /// The nearest whole lots, and the balancer where they want it.
  func nearest(_ optimum: [Double]) -> [Double] {
    let whole = zip(optimum, lots).map { ($0 / $1).rounded() * $1 }
    return balanced(point(whole)).contracts
  }

  /// Every way of rounding each contract toward 0 or away from it, the balancer aside.
  private func corners(_ optimum: [Double]) -> [[Double]] {
    let down = optimum.indices.map { HedgeSearch.lots(optimum[$0], lots[$0], .down) }
    let open = optimum.indices.filter { optimum[$0] != 0 && $0 != balancer?.place }
    guard open.count <= Self.mostCorners else { return [down] }
    return (0..<(1 << open.count)).map { mask in
      var corner = down
      for (bit, place) in open.enumerated() where mask >> bit & 1 == 1 {
        let up = HedgeSearch.lots(optimum[place], lots[place], .up)
        if isWithinDepth(place, up) { corner[place] = up }
      }
      return corner
    }
  }

  private func isWithinDepth(_ place: Int, _ contracts: Double) -> Bool {
    let cap = contracts > 0 ? program.caps[place] : program.sellCaps[place]
    return contracts.magnitude <= cap * (1 + 1e-12)
  }

  // MARK: Steps

  /// The best of all points one or two lots away, where it is better.
  private func neighbour(_ from: Point, _ now: Score) -> (Point, Score)? {
    let steps = lots.indices.filter { $0 != balancer?.place && lots[$0] > 0 }.flatMap { place in
      [lots[place], -lots[place]].compactMap { size -> Step? in
        isWithinDepth(place, from.contracts[place] + size) ? (place, size) : nil
      }
    }
    var best = now
    var chosen: [Step] = []
    func consider(_ steps: [Step]) {
      for moves in balancedMoves(steps, from) {
        guard let score = score(from, moves, unlessWorseThan: best), score.isBetter(than: best)
        else { continue }
        (best, chosen) = (score, moves)
      }
    }
    if balancer != nil { consider([]) }
    for (rank, first) in steps.enumerated() {
      consider([first])
      for second in steps[(rank + 1)...] where second.place != first.place {
        consider([first, second])
      }
    }
    guard !chosen.isEmpty else { return nil }
    return (point(chosen.reduce(into: from.contracts) { add($1, to: &$0) }), best)
  }

  /// The steps with what the balancer does about them: the fewest contracts of it, the fewest to
  /// trade from where it is, and those that the charge of risk is least with.
  private func balancedMoves(_ steps: [Step], _ from: Point) -> [[Step]] {
    guard let balancer else { return steps.isEmpty ? [] : [steps] }
    let (place, limit) = balancer
    let unit = program.unitExposures[place][limit]
    let rest = steps.reduce(from.residuals[limit]) {
      $0 + program.unitExposures[$1.place][limit] * $1.size
    }
    let (held, lot) = (from.contracts[place], lots[place])
    let tolerance = program.tolerances[limit]
    let ends = [held + (-tolerance - rest) / unit, held + (tolerance - rest) / unit].sorted()
    let (low, high) = (
      (ends[0] / lot - Self.nothing).rounded(.up) * lot,
      (ends[1] / lot + Self.nothing).rounded(.down) * lot
    )
    let middle = ((held - rest / unit) / lot).rounded() * lot
    func within(_ wanted: Double) -> Double {
      low > high ? middle : min(max(wanted, low), high)
    }
    var wanted = [0, held]
    if let risk = program.risk {
      let left = riskLeft(from, steps)
      wanted += [program.unitCosts[place], -program.sellCosts[place]].compactMap {
        risk.best(of: place, left, unitCost: $0).map { ((held + $0) / lot).rounded() * lot }
      }
    }
    return Set(wanted.map(within)).sorted { $0.magnitude < $1.magnitude }
      .filter { isWithinDepth(place, $0) }
      .map { $0 == held ? steps : steps + [(place, $0 - held)] }
      .filter { !$0.isEmpty }
  }

  private func balanced(_ point: Point) -> Point {
    let moves = balancedMoves([], point)
    let scored = moves.map { (self.point($0.reduce(into: point.contracts) { add($1, to: &$0) })) }
    return ([point] + scored).min { score($0).isBetter(than: score($1)) } ?? point
  }

  private func add(_ step: Step, to contracts: inout [Double]) {
    let lot = lots[step.place]
    contracts[step.place] = ((contracts[step.place] + step.size) / lot).rounded() * lot
  }

  // MARK: Scores

  private func point(_ contracts: [Double]) -> Point {
    Point(
      contracts: contracts, residuals: program.residuals(contracts),
      profits: program.profits(contracts), risk: program.risk?.left(contracts) ?? [],
      ceilings: program.ceilings.map { $0.sum(contracts) },
      trading: program.tradingCost(of: contracts), margin: program.marginChange(contracts))
  }

  private func score(_ point: Point) -> Score {
    score(point, [], unlessWorseThan: Score(violation: .infinity, cost: .infinity))
      ?? Score(violation: .infinity, cost: .infinity)
  }

  /// After steps; nil where it is seen early that they lead nowhere better.
  private func score(_ point: Point, _ steps: [Step], unlessWorseThan best: Score) -> Score? {
    var violation = 0.0
    for limit in point.residuals.indices {
      var left = point.residuals[limit]
      for step in steps { left += program.unitExposures[step.place][limit] * step.size }
      violation += max(left.magnitude / program.tolerances[limit] - 1 - Self.nothing, 0)
    }
    guard violation <= best.violation + Self.nothing else { return nil }
    let cost = cost(point, steps)
    violation += max(cost.excess / marginScale - Self.nothing, 0) + excess(point, steps)
    if let budget = program.budget {
      violation += max(cost.paid / budget - 1 - Self.nothing, 0)
    }
    let held = Score(violation: violation, cost: cost.total)
    guard held.isBetter(than: best) || violation < best.violation else { return nil }
    guard let floors = program.floors else { return held }
    var lowest = Double.infinity
    for scenario in point.profits.indices {
      var profit = point.profits[scenario]
      for step in steps { profit += floors.units[step.place][scenario] * step.size }
      lowest = min(lowest, profit)
    }
    return Score(
      violation: violation + max(-lowest / floors.limit - 1 - Self.nothing, 0), cost: cost.total)
  }

  private func riskLeft(_ point: Point, _ steps: [Step]) -> [Double] {
    guard let risk = program.risk else { return [] }
    return point.risk.indices.map { exposure in
      steps.reduce(point.risk[exposure]) { $0 + risk.units[$1.place][exposure] * $1.size }
    }
  }

  /// Beyond ceilings, in units of each.
  private func excess(_ point: Point, _ steps: [Step]) -> Double {
    var violation = 0.0
    for (ceiling, now) in zip(program.ceilings, point.ceilings) {
      let sum = steps.reduce(now) { sum, step in
        let old = point.contracts[step.place]
        return sum + ceiling.of(step.place, old + step.size) - ceiling.of(step.place, old)
      }
      violation += max((sum - ceiling.limit) / ceiling.scale - Self.nothing, 0)
    }
    return violation
  }

  /// Cost with and without the charge of risk, and margin and trading beyond what there is.
  private func cost(
    _ point: Point, _ steps: [Step]
  ) -> (total: Double, paid: Double, excess: Double) {
    var (trading, change) = (point.trading, point.margin)
    for step in steps {
      let (old, new) = (point.contracts[step.place], point.contracts[step.place] + step.size)
      trading += program.tradingCost(step.place, new) - program.tradingCost(step.place, old)
      guard let margin = program.margin else { continue }
      change += margin.change(step.place, new) - margin.change(step.place, old)
    }
    let risk = program.risk?.charge(riskLeft(point, steps)) ?? 0
    guard let margin = program.margin else { return (trading + risk, trading, 0) }
    let paid = trading + margin.capitalCost * max(change, 0)
    return (
      paid + risk, paid, max(change + margin.costShare * trading - margin.room, 0)
    )
  }
}
