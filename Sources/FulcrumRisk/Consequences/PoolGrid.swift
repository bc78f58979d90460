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

  /// - Parameters:
  ///   - scales: units at which brackets of the requirement are read; one where there is one bracket.
  ///   - reach: the grid spans ln S from −reach to reach.
  ///   - spacing: largest distance of two nodes of it.
  init(
    _ pool: RiskPool, margin: StandardMargin, scales: [Double], times: [Double],
    span: (reach: Double, spacing: Double)
  ) {
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
    settlements = times.enumerated().map { node, time in
      guard node > 0 else { return [] }
      return expiries.indices.filter {
        expiries[$0] <= time && (node == 1 || expiries[$0] > times[node - 1])
      }.map { place in
        Settlement(line: Revaluation(pool, timeForward: time).lines[place])
      }
    }
    settles = settlements.map { !$0.isEmpty }
    let hasOptions = pool.legs.contains(where: \.isOption)
    var starts: [Int] = []
    var values: [Double] = []
    var required = [[Double]](repeating: [], count: scales.count)
    let (bottom, step) = (-span.reach, 2 * span.reach / Double(cells))
    let ratios = (0...cells).map { Double.exp(bottom + Double($0) * step) }
    for node in times.indices {
      // Without options time changes nothing until a future expires.
      guard node == 0 || hasOptions || !settlements[node - 1].isEmpty else {
        starts.append(starts[node - 1])
        continue
      }
      starts.append(values.count)
      // A leg is held up to and at its expiry, and gone after it.
      let alive = expiries.indices.filter { node <= 1 || expiries[$0] > times[node - 1] }
      let slab = Slab(pool, alive: alive, time: times[node], margin: margin, scales: scales)
      slab.append(at: ratios, values: &values, required: &required)
    }
    rows = starts
    stepRows = Array(starts.dropFirst())
    self.values = values
    self.required = required
    let points = count
    let (finished, laid) = (values, starts)
    let (length, blockCount) = (spacing, cells / Self.block + 1)
    blocks = blockCount
    steepest = required.map { m in
      Self.steepest(finished, m, rows: finished.count / points, count: points, spacing: length)
    }
    tops = required.map { m in laid.map { Self.top(finished, m, from: $0, count: points) } }
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

  private struct Slab {
    let revaluation: Revaluation
    let lines: [Revaluation.Line]
    let scaled: [[Revaluation.Line]]
    let margin: StandardMargin
    let scales: [Double]

    init(
      _ pool: RiskPool, alive: [Int], time: Double, margin: StandardMargin, scales: [Double]
    ) {
      revaluation = Revaluation(pool, timeForward: time)
      let revaluation = self.revaluation
      lines = alive.map { revaluation.lines[$0] }
      scaled = scales.map { scale in
        let all = Revaluation(pool.scaled(by: scale), timeForward: time).lines
        return alive.map { all[$0] }
      }
      self.margin = margin
      self.scales = scales
    }

    func append(at ratios: [Double], values: inout [Double], required: inout [[Double]]) {
      let start = values.count
      values += ratios.map { _ in 0 }
      for set in scales.indices { required[set] += ratios.map { _ in 0 } }
      for (place, line) in lines.enumerated() {
        let units = revaluation.unitValues(line, at: ratios)
        for (node, unit) in units.enumerated() {
          values[start + node] += line.signedSize * unit
          let forward = line.forward * ratios[node]
          for set in scales.indices {
            required[set][start + node] +=
              margin.requirement(
                .maintenance, of: scaled[set][place], forward: forward, unitValue: unit,
                currency: revaluation.currency) / scales[set]
          }
        }
      }
    }
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

  /// Gross notional of one unit at x, pool currency: what a liquidation fee is charged on.
  func notional(_ x: Double, node: Int) -> Double {
    let ratio = Double.exp(x)
    var sum = 0.0
    for line in lines {
      let forward = line.forward * ratio
      let size = line.signedSize.magnitude
      // An inverse future's face in coins is A/F; an option of a coin pool is one coin a contract-coin.
      switch (currency, line.isOption) {
      case (.usd, _): sum += size * forward
      case (.coin, true): sum += size
      case (.coin, false): sum += size / forward
      }
    }
    return sum
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
