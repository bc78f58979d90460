internal import CFulcrumKernels
import FulcrumModel
import FulcrumNumerics
import FulcrumPricing
import RealModule

/// One unit of a pool's legs over log prices ln(S/S₀) and times, so that a simulated path reads
/// equity and requirement by interpolation instead of pricing options at every step.
///
/// Equity is E = C + s·V(x, t), requirement M = s·m(x, t), s the number of units held: the pool can
/// be liquidated where C/s + V − m < 0. Implied volatilities stay, forwards move with the index.
///
/// Held by reference: a path asks it at every step.
final class PoolGrid: Sendable {
  /// What a leg that expires at a step pays there, per unit.
  struct Settlement: Sendable {
    let line: Revaluation.Line
  }

  /// Times from 0; a node a time, and a step between two.
  let times: [Double]
  let lengths: [Double]
  let lowest: Double
  let spacing: Double
  private let inverseSpacing: Double
  let count: Int
  /// Where the rows of each node start.
  private let rows: [Int]
  /// The same of the nodes at the ends of steps.
  private let stepRows: [Int]
  private let values: [Double]
  /// m of each scale asked for.
  private let required: [[Double]]
  /// Of those the maintenance, where balance may be another than equity; empty where all is.
  private let maintained: [[Double]]
  /// Where V − m has its one top at a node, by scale; −1 where it has several.
  private let tops: [[Int]]
  /// The steepest that V − m is within three blocks of each block of cells, per unit of ln S.
  private let steepest: [[Double]]
  private let blocks: Int
  /// Cells of a block.
  private static let block = 32
  /// Legs that expire at each node.
  let settlements: [[Settlement]]
  /// Whether any does.
  let settles: [Bool]
  let currency: PoolCurrency
  private let lines: [Revaluation.Line]
  /// Where a venue's rule is known.
  let ruleReach: PoolRows.Reach

  /// - Parameters:
  ///   - scales: units at which the requirement is read; one where a unit asks the same at every size.
  ///   - reach: the grid spans ln S from −reach to reach.
  ///   - spacing: largest distance of two nodes of it.
  ///   - goOn: asked now and then, since a venue's rule may take long; false ends it.
  /// - Throws: what a venue's rule has against the pool at the price now; `.interrupted`; where the grid
  ///   would be too large.
  init(
    _ pool: RiskPool, rule: PathRule, scales: [Double], times: [Double],
    span: (reach: Double, spacing: Double), goOn: () -> Bool = { true }
  ) throws(RiskError) {
    self.times = times
    lengths = zip(times.dropFirst(), times).map { $0 - $1 }
    currency = pool.currency
    lines = Revaluation(pool).lines
    let cells = min(max(Int((2 * span.reach / span.spacing).rounded(.up)), 64), 8192)
    count = cells + 1
    lowest = -span.reach
    spacing = 2 * span.reach / Double(cells)
    inverseSpacing = 1 / spacing
    let expiries = pool.legs.map(Self.expiry)
    settlements = Self.settlements(of: pool, expiries, at: times)
    settles = settlements.map { !$0.isEmpty }
    // Without options time changes nothing until a future expires.
    let hasOptions = pool.legs.contains(where: \.isOption)
    let expires = settles
    let isNew = times.indices.map { $0 == 0 || hasOptions || expires[$0 - 1] }
    let source = PoolRows(
      pool: pool, rule: rule, scales: scales, lowest: lowest, spacing: spacing, count: count)
    var values: [Double] = []
    var required = [[Double]](repeating: [], count: scales.count)
    var maintained = required
    var reach = PoolRows.Reach()
    let nodes = times.indices.filter { isNew[$0] }
    try Self.checkSize(
      rows: nodes.count, places: count, sets: scales.count * (rule.venue == nil ? 1 : 2))
    for start in stride(from: 0, to: nodes.count, by: Self.rowsTogether) {
      let part = nodes[start..<min(start + Self.rowsTogether, nodes.count)]
      let laid = Parallel.map(Array(part), chunk: 1) { node in
        // A leg is held up to and at its expiry, and gone after it.
        let alive = expiries.indices.filter { node <= 1 || expiries[$0] > times[node - 1] }
        return Result { () throws(RiskError) in try source.row(at: times[node], alive: alive) }
      }
      for row in laid {
        let row = try row.get()
        values += row.values
        for set in scales.indices {
          required[set] += row.required[set]
          if !row.maintained.isEmpty { maintained[set] += row.maintained[set] }
        }
        reach.narrow(row.reach)
      }
      // The standard rule takes no time to wait for; what it leads to is reported as far as it went.
      guard rule.venue == nil || goOn() else { throw .interrupted }
    }
    ruleReach = reach
    var last = -1
    let starts = isNew.map { isNew in
      last += isNew ? 1 : 0
      return last * (cells + 1)
    }
    rows = starts
    stepRows = Array(starts.dropFirst())
    self.values = values
    self.required = required
    self.maintained = rule.venue == nil ? [] : maintained
    let points = count
    let finished = values
    let (length, blockCount) = (spacing, cells / Self.block + 1)
    blocks = blockCount
    steepest = required.map { m in
      Self.steepest(finished, m, rows: finished.count / points, count: points, spacing: length)
    }
    tops = required.map { m in starts.map { Self.top(finished, m, from: $0, count: points) } }
  }

  /// Rows laid out between two questions whether to go on.
  private static let rowsTogether = 16
  /// Numbers of a grid: a gigabyte.
  private static let mostNumbers = 1 << 27

  private static func checkSize(rows: Int, places: Int, sets: Int) throws(RiskError) {
    let numbers = rows * places * (1 + sets)
    guard numbers <= mostNumbers else {
      throw .modelOutOfDomain(
        "\(rows) steps are \(numbers) numbers of the pool at every size, more than \(mostNumbers); give a "
          + "longer step (--step) or fewer sizes (--multiples)")
    }
  }

  private static func settlements(
    of pool: RiskPool, _ expiries: [Double], at times: [Double]
  ) -> [[Settlement]] {
    times.enumerated().map { node, time in
      guard node > 0 else { return [] }
      return expiries.indices.filter {
        expiries[$0] <= time && (node == 1 || expiries[$0] > times[node - 1])
      }.map { place in
        Settlement(line: Revaluation(pool, timeForward: time).lines[place])
      }
    }
  }

  /// Years to the expiry of a leg; ∞ for a perpetual.
  static func expiry(_ leg: RiskLeg) -> Double {
    switch leg.contract {
    case .option(_, _, let years, _): years
    case .future(_, let years): years ?? .infinity
    }
  }

  /// The place of the top where V − m rises to it and falls beyond it (either part may be empty);
  /// −1 otherwise. Steps within rounding of flat count as either.
  private static func top(_ v: [Double], _ m: [Double], from row: Int, count: Int) -> Int {
    var (top, falls) = (0, false)
    for place in 1..<count {
      let (now, before) = (v[row + place] - m[row + place], v[row + place - 1] - m[row + place - 1])
      let flat = 1e-13 * (v[row + place].magnitude + m[row + place].magnitude)
      if now > before + flat {
        if falls { return -1 }
        top = place
      } else if now < before - flat {
        falls = true
      }
    }
    return top
  }

  private static func steepest(
    _ v: [Double], _ m: [Double], rows: Int, count: Int, spacing: Double
  ) -> [Double] {
    let blocks = (count - 1) / block + 1
    var result: [Double] = []
    for row in 0..<rows {
      let start = row * count
      let own = (0..<blocks).map { place in
        var most = 0.0
        for at in (place * block)..<min((place + 1) * block, count - 1) {
          let (left, right) = (start + at, start + at + 1)
          most = max(most, ((v[right] - m[right]) - (v[left] - m[left])).magnitude)
        }
        return most / spacing
      }
      for place in 0..<blocks {
        result.append(own[max(place - 3, 0)...min(place + 3, blocks - 1)].max() ?? 0)
      }
    }
    return result
  }

  /// Whether values move within a step with both its ends known: nothing has been paid out at its start.
  func moves(in step: Int) -> Bool {
    rows[step] != rows[step + 1] && settlements[step].isEmpty
  }

  /// Whether c + V − m at x is more than a boundary within `distance` of x could leave.
  func isFar(_ x: Double, _ c: Double, node: Int, set: Int, from distance: Double) -> Bool {
    let (place, share) = cell(x)
    let row = rows[node]
    let m = required[set]
    let left = values[row + place] - m[row + place]
    let right = values[row + place + 1] - m[row + place + 1]
    let steep = steepest[set][row / count * blocks + place / Self.block]
    return distance <= 3 * Double(Self.block) * spacing
      && c + left + share * (right - left) > steep * distance
  }

  // MARK: Reading

  @inline(__always)
  private func cell(_ x: Double) -> (place: Int, share: Double) {
    let position = min(max((x - lowest) * inverseSpacing, 0), Double(count - 1))
    let place = min(Int(position), count - 2)
    return (place, position - Double(place))
  }

  /// V at x and node, pool currency per unit.
  @inline(__always)
  func value(_ x: Double, node: Int) -> Double {
    let (place, share) = cell(x)
    let at = rows[node] + place
    return values[at] + share * (values[at + 1] - values[at])
  }

  /// V of every path of a block at the end of every step.
  func values(
    of block: PathBlock, into values: inout [Double], level: KernelLevel = .current
  ) {
    let (width, steps) = (block.width, block.steps)
    if values.count != steps * width { values = [Double](repeating: 0, count: steps * width) }
    let code = level.runnable.code
    guard code >= 0 else {
      for place in values.indices {
        let (step, column) = place.quotientAndRemainder(dividingBy: width)
        values[place] = value(block.landed(step, column: column), node: step + 1)
      }
      return
    }
    fk_look_up(
      code, width, steps, self.values, stepRows, lowest, inverseSpacing, count - 1,
      block.jumped, block.diffused, block.landed, &values)
  }

  @inline(__always)
  func requirement(_ x: Double, node: Int, set: Int) -> Double {
    let (place, share) = cell(x)
    let at = rows[node] + place
    return required[set][at] + share * (required[set][at + 1] - required[set][at])
  }

  /// What a liquidation restores β of: maintenance, whatever the rule's balance leaves out.
  func maintenance(_ x: Double, node: Int, set: Int) -> Double {
    guard !maintained.isEmpty else { return requirement(x, node: node, set: set) }
    let (place, share) = cell(x)
    let at = rows[node] + place
    return maintained[set][at] + share * (maintained[set][at + 1] - maintained[set][at])
  }

  /// Gross notional of one unit at x, pool currency: what a liquidation fee is charged on.
  func notional(_ x: Double, node: Int) -> Double {
    PoolRows.notional(of: lines, at: Double.exp(x), currency)
  }

  /// What the legs that expire at `node` pay at x, per unit, pool currency.
  func settlement(_ x: Double, node: Int) -> Double {
    let ratio = Double.exp(x)
    return settlements[node].reduce(0) { sum, settlement in
      let line = settlement.line
      let forward = line.forward * ratio
      guard line.isOption else {
        let gain = forward - line.entry
        return sum + line.signedSize * (currency == .usd ? gain : gain / line.entry / forward)
      }
      let payoff = max(line.right.sign * (forward - line.strike), 0)
      return sum + line.signedSize * (currency == .usd ? payoff : payoff / forward)
    }
  }

  /// Prices between which c + V − m ≥ 0 holds around x, ±∞ where the grid ends first; nil where it
  /// does not hold at x. Prices farther than `within` from x are not looked at and count as ±∞.
  func healthy(
    around x: Double, _ c: Double, node: Int, set: Int, within: Double = .infinity
  ) -> (Double, Double)? {
    let (place, share) = cell(x)
    let row = rows[node]
    let m = required[set]
    @inline(__always) func g(_ at: Int) -> Double { values[row + at] - m[row + at] + c }
    guard g(place) + share * (g(place + 1) - g(place)) >= 0 else { return nil }
    func crossing(_ at: Int) -> Double {
      let (left, right) = (g(at), g(at + 1))
      return lowest + spacing * (Double(at) + left / (left - right))
    }
    let cells = Int(min(within / spacing, Double(count))) + 2
    let (first, last) = (max(place - cells, 0), min(place + 1 + cells, count - 1))
    var (lower, upper) = (-Double.infinity, Double.infinity)
    guard tops[set][node] >= 0 else {
      var at = place
      while at >= first, g(at) >= 0 { at -= 1 }
      if at >= first { lower = crossing(at) }
      at = place + 1
      while at <= last, g(at) >= 0 { at += 1 }
      if at <= last { upper = crossing(at - 1) }
      return (lower, upper)
    }
    // One stretch, so one crossing on either side: each by steps that double, since it is mostly near,
    // and then by halving.
    if g(first) < 0 {
      var (bad, good, step) = (first, g(place) >= 0 ? place : place + 1, 1)
      while good - step > first {
        guard g(good - step) >= 0 else {
          bad = good - step
          break
        }
        good -= step
        step *= 2
      }
      while good - bad > 1 {
        let middle = (bad + good) >> 1
        if g(middle) >= 0 { good = middle } else { bad = middle }
      }
      lower = crossing(bad)
    }
    if g(last) < 0 {
      var (good, bad, step) = (g(place + 1) >= 0 ? place + 1 : place, last, 1)
      while good + step < last {
        guard g(good + step) >= 0 else {
          bad = good + step
          break
        }
        good += step
        step *= 2
      }
      while bad - good > 1 {
        let middle = (bad + good) >> 1
        if g(middle) >= 0 { good = middle } else { bad = middle }
      }
      upper = crossing(good)
    }
    return (lower, upper)
  }

  /// The one healthy stretch at a node; nil where there are several, (∞, −∞) where there is none.
  func onlyHealthy(_ c: Double, node: Int, set: Int) -> (Double, Double)? {
    let row = rows[node]
    let m = required[set]
    func g(_ at: Int) -> Double { values[row + at] - m[row + at] + c }
    var stretches: [Int] = []
    for at in 0..<count where g(at) >= 0 && (at == 0 || g(at - 1) < 0) { stretches.append(at) }
    guard let start = stretches.first else { return (.infinity, -.infinity) }
    guard stretches.count == 1 else { return nil }
    return healthy(around: lowest + spacing * Double(start), c, node: node, set: set)
  }
}
