import RealModule

/// What a pool is worth and asks over log prices at one time, one unit of its legs.
struct PoolRows: Sendable {
  let pool: RiskPool
  let rule: PathRule
  let scales: [Double]
  /// ln S of the places.
  let lowest: Double
  let spacing: Double
  let count: Int
  /// S/S₀ of them.
  let ratios: [Double]

  init(
    pool: RiskPool, rule: PathRule, scales: [Double], lowest: Double, spacing: Double, count: Int
  ) {
    self.pool = pool
    self.rule = rule
    self.scales = scales
    self.lowest = lowest
    self.spacing = spacing
    self.count = count
    ratios = (0..<count).map { Double.exp(lowest + Double($0) * spacing) }
  }

  struct Row: Sendable {
    /// V
    var values: [Double]
    /// m of each scale: what equity must cover.
    var required: [[Double]]
    /// The maintenance alone, of a venue's rule whose balance may be another than equity; empty where m is
    /// maintenance.
    var maintained: [[Double]] = []
    var reach = Reach()
  }

  /// ln S between which a venue's rule answers; nil where it does as far as the grid goes.
  struct Reach: Hashable, Sendable {
    var lower: Double?
    var upper: Double?
    var limit: String?

    mutating func narrow(_ other: Reach) {
      if let bound = other.lower { lower = max(lower ?? bound, bound) }
      if let bound = other.upper { upper = min(upper ?? bound, bound) }
      limit = limit ?? other.limit
    }
  }

  /// - Parameters:
  ///   - time: years from now.
  ///   - alive: places of the legs that are still held.
  func row(at time: Double, alive: [Int]) throws(RiskError) -> Row {
    let revaluation = Revaluation(pool, timeForward: time)
    let lines = alive.map { revaluation.lines[$0] }
    let units = lines.map { revaluation.unitValues($0, at: ratios) }
    var values = [Double](repeating: 0, count: count)
    for (line, units) in zip(lines, units) {
      for (place, unit) in units.enumerated() { values[place] += line.signedSize * unit }
    }
    guard let venue = rule.venue else {
      let required = scales.map { scale in
        let all = Revaluation(pool.scaled(by: scale), timeForward: time).lines
        return standard(alive.map { all[$0] }, units, scale: scale)
      }
      return Row(values: values, required: required)
    }
    var row = Row(values: values, required: [])
    for scale in scales {
      let held = VenueRow(
        source: self, lines: lines, values: values, time: time, alive: alive, scale: scale)
      do throws(RiskError) { try held.ask(venue, into: &row) } catch {
        guard case .ruleHasNoAnswer(let reason) = error, scale != 1 else { throw error }
        // Two digits, as sizes are said by.
        throw .ruleHasNoAnswer("at \((scale * 100).rounded() / 100) times its size: \(reason)")
      }
    }
    return row
  }

  private func standard(
    _ lines: [Revaluation.Line], _ units: [[Double]], scale: Double
  ) -> [Double] {
    var required = [Double](repeating: 0, count: count)
    for (line, units) in zip(lines, units) {
      for (place, unit) in units.enumerated() {
        required[place] +=
          rule.margin.requirement(
            .maintenance, of: line, forward: line.forward * ratios[place], unitValue: unit,
            currency: pool.currency) / scale
      }
    }
    return required
  }

  /// Gross notional, pool currency: what a liquidation fee is charged on.
  ///
  /// An inverse future's face in coins is A/F; an option of a coin pool is one coin a contract-coin.
  static func notional(
    of lines: [Revaluation.Line], at ratio: Double, _ currency: PoolCurrency
  ) -> Double {
    lines.reduce(0) { sum, line in
      let (forward, size) = (line.forward * ratio, line.signedSize.magnitude)
      return switch (currency, line.isOption) {
      case (.usd, _): sum + size * forward
      case (.coin, true): sum + size
      case (.coin, false): sum + size / forward
      }
    }
  }
}
