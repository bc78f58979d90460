import FulcrumNumerics

/// Order statistics of simulated numbers with their errors.
struct SampleQuantile {
  private let count: Int
  private let zeros: Int
  private let probabilities: [Double]
  private var atRank: [Int: Double] = [:]
  /// The lowest of the sample, in any order: all up to the rank of the tail.
  private var worst: [Double] = []

  /// - Parameters:
  ///   - sample: finite numbers in any order.
  ///   - zeros: how many further numbers are 0, where none of the sample is below it; one number in all.
  ///   - probabilities: whose quantiles will be asked for.
  ///   - tail: share of the lowest whose mean will be.
  init(_ sample: [Double], zeros: Int = 0, probabilities: [Double], tail: Double? = nil) {
    precondition(zeros == 0 || tail == nil, "a tail is of numbers that are given one by one")
    count = zeros + sample.count
    self.zeros = zeros
    self.probabilities = probabilities
    var ranks = Set<Int>()
    for p in probabilities { ranks.formUnion(Self.ranks(p, count: count)) }
    let last = tail.map { Self.tailCount($0, count: count) - 1 }
    if let last { ranks.insert(last) }
    let asked = ranks.filter { $0 >= zeros }.map { $0 - zeros }.sorted()
    guard !asked.isEmpty else { return }
    let cells = SampleCells(sample)
    var wanted: [Int: [Int]] = [:]
    for rank in asked { wanted[cells.cell(ofRank: rank), default: []].append(rank) }
    let lastCell = last.map { cells.cell(ofRank: $0) }
    let places = Array(wanted.keys)
    let found = cells.contents(of: sample, in: places, below: lastCell ?? 0)
    worst = found.below
    for (cell, own) in zip(places, found.of) {
      var own = own
      let (ranks, start) = (wanted[cell] ?? [], cells.start(of: cell))
      RankPlacing.place(ranks.map { $0 - start }[...], of: 0..<own.count, in: &own)
      for rank in ranks { atRank[rank] = own[rank - start] }
      if let last, cell == lastCell { worst += own[...(last - start)] }
    }
  }

  private func value(_ rank: Int) -> Double {
    guard rank >= zeros else { return 0 }
    guard let value = atRank[rank - zeros] else {
      preconditionFailure("a rank that was not asked for")
    }
    return value
  }

  /// The quantile p, its error from the order statistics one binomial deviation away on either side.
  private func estimate(_ p: Double) -> Estimate {
    let ranks = Self.ranks(p, count: count)
    return Estimate(
      value(ranks[1]), standardError: 0.5 * (value(ranks[2]) - value(ranks[0])))
  }

  var estimates: [Estimate] { probabilities.map(estimate) }

  /// Ranks of the quantile and of those beside it, low to high.
  private static func ranks(_ p: Double, count: Int) -> [Int] {
    let n = Double(count)
    let spread = (n * p * (1 - p)).squareRoot()
    return [n * p - spread, n * p, n * p + spread].map {
      min(max(Int($0.rounded(.down)), 0), count - 1)
    }
  }

  private static func tailCount(_ tail: Double, count: Int) -> Int {
    max(Int((tail * Double(count)).rounded()), 1)
  }

  /// Mean of the worst share α of the sample that `init` was given, as a loss from `start`:
  /// se² = (Var(tail) + (1 − α)(ES − VaR)²)/(αn).
  func shortfall(tail: Double, from start: Double) -> Estimate {
    let n = Double(worst.count)
    var sum = NeumaierSum()
    for value in worst { sum.add(start - value) }
    let mean = sum.value / n
    var squares = NeumaierSum()
    for value in worst { squares.add((start - value - mean) * (start - value - mean)) }
    let variance = worst.count > 1 ? squares.value / (n - 1) : 0
    let gap = mean - (start - value(worst.count - 1))
    return Estimate(mean, standardError: ((variance + (1 - tail) * gap * gap) / n).squareRoot())
  }
}

/// A sample in cells of equal width, so that a rank is sought in one of them alone.
private struct SampleCells {
  private let lowest: Double
  /// Cells per unit; 0 where all numbers are one.
  private let scale: Double
  /// Numbers in the cells before each, and in all.
  private var starts: [Int]

  init(_ sample: [Double]) {
    // Eight numbers to a cell pay for its count; more cells than a cache has room for do not.
    let count = min(max(sample.count / 8, 1), 4096)
    var (lowest, highest) = (sample[0], sample[0])
    for value in sample { (lowest, highest) = (min(lowest, value), max(highest, value)) }
    self.lowest = lowest
    let scale = Double(count) / (highest - lowest)
    self.scale = scale.isFinite ? scale : 0
    starts = [Int](repeating: 0, count: count + 1)
    for value in sample { starts[cell(of: value) + 1] += 1 }
    for cell in 0..<count { starts[cell + 1] += starts[cell] }
  }

  @inline(__always)
  private func cell(of value: Double) -> Int {
    let place = (value - lowest) * scale
    // Not so where a difference is beyond doubles: such numbers share the last cell.
    return place < Double(starts.count - 2) ? Int(place) : starts.count - 2
  }

  func start(of cell: Int) -> Int { starts[cell] }

  func cell(ofRank rank: Int) -> Int {
    var (low, high) = (0, starts.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= rank { low = middle } else { high = middle }
    }
    return low
  }

  /// The numbers in each of some cells, and all in cells below one.
  func contents(
    of sample: [Double], in cells: [Int], below last: Int
  ) -> (of: [[Double]], below: [Double]) {
    var found = cells.map { cell in
      var own: [Double] = []
      own.reserveCapacity(starts[cell + 1] - starts[cell])
      return own
    }
    var slots = [Int](repeating: -1, count: starts.count - 1)
    for (slot, cell) in cells.enumerated() { slots[cell] = slot }
    var below: [Double] = []
    below.reserveCapacity(starts[last])
    for value in sample {
      let cell = cell(of: value)
      if cell < last { below.append(value) }
      if slots[cell] >= 0 { found[slots[cell]].append(value) }
    }
    return (found, below)
  }
}

/// Puts what belongs at some ranks of an array there.
private enum RankPlacing {
  /// Moves what belongs at each of some ascending ranks there, nothing larger before it and nothing
  /// smaller after: all that quantiles need of a sort.
  static func place(_ ranks: ArraySlice<Int>, of range: Range<Int>, in x: inout [Double]) {
    guard let middle = ranks.dropFirst(ranks.count / 2).first else { return }
    var (low, high) = (range.lowerBound, range.upperBound)
    while high - low > 1 {
      let pivot = median(x[low], x[(low + high) / 2], x[high - 1])
      let below = x[low..<high].partition { !($0 < pivot) }
      let equal = x[below..<high].partition { pivot < $0 }
      if middle < below {
        high = below
      } else if middle >= equal {
        low = equal
      } else {
        (low, high) = (middle, middle + 1)
      }
    }
    place(ranks.prefix { $0 < middle }, of: range.lowerBound..<middle, in: &x)
    place(ranks.drop { $0 <= middle }, of: (middle + 1)..<range.upperBound, in: &x)
  }

  private static func median(_ a: Double, _ b: Double, _ c: Double) -> Double {
    max(min(a, b), min(max(a, b), c))
  }
}
