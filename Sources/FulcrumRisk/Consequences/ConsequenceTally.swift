import RealModule

/// Sums over paths, by size; added in the order of chunks, whatever thread made them.
struct ConsequenceTally: Sendable {
  /// A sum with its squares.
  struct Moments: Sendable {
    var sum = 0.0
    var squares = 0.0

    @inline(__always)
    mutating func add(_ value: Double) {
      sum += value
      squares += value * value
    }

    mutating func add(_ other: Moments) {
      sum += other.sum
      squares += other.squares
    }

    func estimate(_ count: Int) -> Estimate {
      Estimate(sum: sum, squares: squares, count: count)
    }
  }

  struct Size: Sendable {
    var terminal: [Double] = []
    /// Positive ones only.
    var badDebts: [Double] = []
    var badDebt = Moments()
    var liquidated = 0
    /// Where liquidations were, of a size that met few.
    var ends: [RareLiquidation.End] = []
    var ruined = 0
    var drawn = 0
    /// Time of the first liquidation of paths that had one, and that or the horizon of all.
    var liquidationTime = Moments()
    var cappedTime = Moments()
    var deepest = Moments()
    var longestSpell = Moments()
    /// Steps more than 5, 10 and 20 % below the maximum so far.
    var under5 = Moments()
    var under10 = Moments()
    var under20 = Moments()

    /// Liquidations of a chunk whose ends are kept: many times what a size that meets few has there.
    private static let fewOfChunk = 16

    @inline(__always)
    mutating func note(
      _ outcome: PathOutcome, _ record: EquityRecord, _ scene: PoolScene,
      end: (Double) -> RareLiquidation.End
    ) {
      terminal.append(outcome.terminal)
      if outcome.badDebt > 0 { badDebts.append(outcome.badDebt) }
      badDebt.add(outcome.badDebt)
      if let years = outcome.liquidatedAt {
        if liquidated < Self.fewOfChunk { ends.append(end(years)) }
        liquidated += 1
        liquidationTime.add(years)
      }
      cappedTime.add(outcome.liquidatedAt ?? scene.settings.horizon)
      if record.lowest <= scene.ruinEquity { ruined += 1 }
      if record.deepest > scene.settings.drawdown { drawn += 1 }
      deepest.add(record.deepest)
      longestSpell.add(record.longestSpell)
      under5.add(record.under.x)
      under10.add(record.under.y)
      under20.add(record.under.z)
    }

    mutating func add(_ other: Size) {
      terminal += other.terminal
      badDebts += other.badDebts
      badDebt.add(other.badDebt)
      if liquidated < SizeOutcome.fewHits { ends += other.ends }
      liquidated += other.liquidated
      ruined += other.ruined
      drawn += other.drawn
      liquidationTime.add(other.liquidationTime)
      cappedTime.add(other.cappedTime)
      deepest.add(other.deepest)
      longestSpell.add(other.longestSpell)
      under5.add(other.under5)
      under10.add(other.under10)
      under20.add(other.under20)
    }
  }

  var count = 0
  var sizes: [Size]
  /// S_T/S₀ of every path, in the order of `Size.terminal`.
  var indexRatios: [Double] = []

  /// - Parameter paths: how many will be noted.
  init(sizes: Int, paths: Int) {
    self.sizes = [Size](repeating: Size(), count: sizes)
    indexRatios.reserveCapacity(paths)
    for place in self.sizes.indices { self.sizes[place].terminal.reserveCapacity(paths) }
  }

  mutating func add(_ other: ConsequenceTally) {
    count += other.count
    indexRatios += other.indexRatios
    for place in sizes.indices { sizes[place].add(other.sizes[place]) }
  }
}

/// Tallies of samples that are independent of each other: one where every path is, else one for each
/// replicate.
struct ConsequenceSample: Sendable {
  private(set) var parts: [ConsequenceTally]

  /// - Parameter paths: how many will be noted.
  init(_ run: ConsequenceRun, paths: Int) {
    let count = run.settings.sampling.replicates
    let part = ConsequenceTally(sizes: run.plans.count, paths: (paths + count - 1) / count)
    parts = [ConsequenceTally](repeating: part, count: count)
  }

  @inline(__always)
  private func part(of path: Int) -> Int { parts.count == 1 ? 0 : path % parts.count }

  @inline(__always)
  mutating func note(
    _ followed: (PathOutcome, EquityRecord), _ scene: PoolScene, path: Int, size: Int,
    end: (Double) -> RareLiquidation.End
  ) {
    parts[part(of: path)].sizes[size].note(followed.0, followed.1, scene, end: end)
  }

  /// - Parameter logReturn: of the index over the horizon, by place in the range.
  mutating func count(_ paths: Range<Int>, logReturn: (Int) -> Double) {
    for (place, path) in paths.enumerated() {
      parts[part(of: path)].count += 1
      parts[part(of: path)].indexRatios.append(Double.exp(logReturn(place)))
    }
  }

  mutating func add(_ other: ConsequenceSample) {
    for place in parts.indices { parts[place].add(other.parts[place]) }
  }

  var whole: ConsequenceTally {
    guard parts.count > 1, var whole = parts.first else { return parts[0] }
    for part in parts.dropFirst() { whole.add(part) }
    return whole
  }

  /// Of all paths.
  var count: Int { parts.reduce(0) { $0 + $1.count } }
}
