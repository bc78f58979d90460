import RealModule

/// A row of one size under a venue's rule: m = V − g, such that equity − s·m is the venue's own excess.
struct VenueRow {
  let source: PoolRows
  let lines: [Revaluation.Line]
  /// V
  let values: [Double]
  let time: Double
  let alive: [Int]
  let scale: Double

  func ask(_ venue: any VenueRule, into row: inout PoolRows.Row) throws(RiskError) {
    let equity = Revaluation(source.pool).equity(at: 1)
    var held = source.pool.resized(by: scale, keeping: equity)
      .shifted(by: ScenarioNode(timeForward: time))
    held.legs = alive.map { held.legs[$0] }
    let found = try VenueExcess(rule: venue, pool: held, units: scale, equity: equity)
      .rows(source.count, lowest: source.lowest, spacing: source.spacing)
    var m = zip(values, found.samples).map { $0 - $1.excess }
    var maintained = found.samples.map(\.maintenance)
    let (first, last) = (found.reach.first, found.reach.last)
    for (edge, beyond) in [(first, 0..<first), (last, (last + 1)..<source.count)]
    where !beyond.isEmpty {
      let difference = difference(beyond: edge, held, of: found.samples[edge])
      for place in beyond {
        maintained[place] = maintained[edge] * notional(place) / notional(edge)
        m[place] = maintained[place] + difference(place)
      }
    }
    row.required.append(m)
    row.maintained.append(maintained)
    row.reach.narrow(
      PoolRows.Reach(
        lower: first > 0 ? position(first) : nil,
        upper: last < source.count - 1 ? position(last) : nil, limit: found.reach.limit))
  }

  private func position(_ place: Int) -> Double {
    source.lowest + Double(place) * source.spacing
  }

  private func notional(_ place: Int) -> Double {
    PoolRows.notional(of: lines, at: source.ratios[place], source.pool.currency)
  }

  /// Equity less balance per unit beyond what the rule knows: as it is at the edge, none or all of the
  /// option value, else in proportion to the notional.
  private func difference(
    beyond edge: Int, _ held: RiskPool, of sample: VenueExcess.Sample
  ) -> (Int) -> Double {
    let atEdge = values[edge] - sample.excess - sample.maintenance
    func optionValue(_ place: Int) -> Double {
      let moved = held.moved(0, by: source.ratios[place])
      return values[place] - (moved.balanceWithoutOptions - moved.cash) / scale
    }
    let scaleOfMoney = values[edge].magnitude + sample.maintenance.magnitude
    if atEdge.magnitude <= 1e-9 * scaleOfMoney { return { _ in 0 } }
    if (atEdge - optionValue(edge)).magnitude <= 1e-9 * scaleOfMoney { return optionValue }
    return { atEdge * notional($0) / notional(edge) }
  }
}
