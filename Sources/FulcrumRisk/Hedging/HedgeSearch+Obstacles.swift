import FulcrumModel

extension HedgeSearch {
  // MARK: Closing

  /// A pool that is closed is flat and riskless: that always arrives, and is no way back. It counts
  /// nowhere, whichever way it is come to, nor does it with other contracts opened in its place:
  /// nothing is left in any contract of the pool. To sell a perpetual past none is a way: the value in
  /// USD of a coin pool needs it.
  func closesAll(_ trades: [HedgeTrade]) -> Bool {
    let held = planner.listings
    guard !held.isEmpty else { return false }
    return held.allSatisfy { leg in
      let traded = trades.filter { $0.instrument.leg.isSameListing(as: leg) }
      let left = traded.reduce(leg.quantity) { $0 + $1.contracts }
      return left.magnitude <= 1e-12 * leg.quantity.magnitude
    }
  }

  /// What is said instead of it, and the limit: what less than closing all of it leaves.
  func onlyClosing(_ trades: [HedgeTrade], _ less: [HedgeTrade] = []) -> Refusal {
    let obstacles = state(less).map { inTheWay(trades, $0) } ?? []
    var refusal = Refusal(
      ([Self.onlyClosingAll] + obstacles.map(\.explanation)).joined(separator: "; "), obstacles)
    refusal.closesAll = true
    return refusal
  }

  static let onlyClosingAll = "only closing all of it arrives"

  // MARK: Limits

  /// What is over its limit may have been less before, or without a bound, which is nil.
  static func verb(_ seen: Double, _ old: Double?) -> String {
    guard let old else { return seen.isFinite ? "becomes" : "stays" }
    return seen > old * (1 + 1e-9) ? "becomes" : "stays"
  }

  /// Where it is not known that no size does it: the limit that is, in words of its own.
  static func restated(
    _ outcome: Outcome, as limit: HedgeObstacle.Limit, _ words: (String) -> String
  ) -> Outcome {
    func said(_ obstacle: HedgeObstacle) -> HedgeObstacle {
      guard obstacle.limit == .structure else { return obstacle }
      var said = obstacle
      said.limit = limit
      said.explanation = words(obstacle.explanation)
      return said
    }
    return outcome.map { found in
      var found = found
      found.obstacles = found.obstacles.map(said)
      return found
    }.mapError { refusal in
      var refusal = refusal
      refusal.obstacles = refusal.obstacles.map(said)
      return refusal
    }
  }

  /// Whether cash that has to be paid in is all that is named: it is, and so stops nothing.
  static func isPaidIn(_ obstacles: [HedgeObstacle]) -> Bool {
    obstacles.allSatisfy { $0.limit == .collateral }
  }

  /// What the pool is over its target by, where nothing that is listed is of use.
  var unlisted: [HedgeObstacle] {
    remains(before).map { found in
      var found = found
      found.limit = .listing
      return found
    }
  }

  /// Options of more expiries than have a common end.
  var severalExpiries: [HedgeObstacle] {
    let expiries = Double(Set(planner.pool.legs.compactMap(\.optionYears)).count)
    return [
      HedgeObstacle(
        limit: .structure, seen: expiries, allowed: 1, unit: .expiries,
        explanation:
          "options of \(Self.short(expiries)) expiries, \(Self.short(expiries - 1)) more "
          + "than end at one time")
    ]
  }

  /// What lots of some orders leave, or else how far it is from the target.
  func inTheWay(_ trades: [HedgeTrade], _ after: HedgeState) -> [HedgeObstacle] {
    let lots = lots(trades, after)
    return lots.isEmpty ? remains(after) : lots
  }

  /// What stays over its limit by no more than one lot of each order can move.
  func lots(_ trades: [HedgeTrade], _ after: HedgeState) -> [HedgeObstacle] {
    switch target {
    case .maxLoss: return []
    case .leverage(let limit):
      guard let seen = after.deltaLeverage.finite, seen > limit, keepsBound(after),
        let coarsest = coarsest(trades, .delta), after.deltaCash.magnitude <= coarsest.sum
      else { return [] }
      let verb = Self.verb(seen, before.deltaLeverage.finite)
      return [
        HedgeObstacle(
          limit: .lots, instrument: coarsest.name, seen: seen, allowed: limit, unit: .leverage,
          explanation: "in whole lots leverage \(verb) \(Self.short(seen))x, over "
            + "\(Self.short(limit))x by \(Self.short(seen - limit))x; a lot of \(coarsest.name) is "
            + "\(Self.short(coarsest.step)) USD of delta")
      ]
    case .neutral(let kinds):
      return HedgeExposure.allCases.filter { kinds.contains($0) }.compactMap { kind in
        let (left, allowed) = (after.exposure(kind).magnitude, tolerances[kind] ?? 0)
        guard left > allowed, let coarsest = coarsest(trades, kind), left <= coarsest.sum else {
          return nil
        }
        let verb = Self.verb(left, before.exposure(kind).magnitude)
        return HedgeObstacle(
          limit: .lots, instrument: coarsest.name, seen: left, allowed: allowed, unit: .usd,
          explanation: "in whole lots \(kind.rawValue) \(verb) \(Self.short(left)) USD, over its "
            + "tolerance of \(Self.short(allowed)) by \(Self.short(left - allowed)); a lot of "
            + "\(coarsest.name) is \(Self.short(coarsest.step)) USD of it")
      }
    }
  }

  /// The order whose lot moves an exposure most, that step in USD, and the steps of all together.
  private func coarsest(
    _ trades: [HedgeTrade], _ kind: HedgeExposure
  ) -> (name: String, step: Double, sum: Double)? {
    let steps = trades.map {
      planner.unitExposure($0.instrument.leg, kind).magnitude * $0.instrument.lot
    }
    guard let place = steps.indices.max(by: { steps[$0] < steps[$1] }) else { return nil }
    return (trades[place].instrument.name, steps[place], steps.reduce(0, +))
  }

  /// How far a state is over the target, where no other limit says why.
  func remains(_ after: HedgeState) -> [HedgeObstacle] {
    func obstacle(
      _ seen: Double, _ allowed: Double, _ unit: HedgeObstacle.Unit, _ explanation: String
    ) -> HedgeObstacle {
      HedgeObstacle(
        limit: .structure, seen: seen, allowed: allowed, unit: unit, explanation: explanation)
    }
    func over(
      _ seen: Double, _ allowed: Double, _ unit: String, from old: Double?
    ) -> String {
      let size = seen.isFinite ? Self.short(seen) + unit : "unbounded"
      let by = seen.isFinite ? " by \(Self.short(seen - allowed))\(unit)" : ""
      return "\(Self.verb(seen, old)) \(size), over \(Self.short(allowed))\(unit)\(by)"
    }
    guard !isReached(after) else { return [] }
    switch target {
    case .leverage where after.maxLoss.absence != nil && !keepsBound(after),
      .maxLoss where after.maxLoss.absence != nil:
      let expiries = Double(after.vegaByExpiry.count)
      return [
        obstacle(
          expiries, 1, .expiries,
          "options of \(Self.short(expiries)) expiries, \(Self.short(expiries - 1)) more than have a "
            + "maximum loss that is known")
      ]
    case .leverage where !keepsBound(after):
      let held = before.maxLoss.finite ?? 0
      return [
        obstacle(
          .infinity, held, .currency,
          "the maximum loss, \(Self.short(held)) before, would have no bound")
      ]
    case .leverage(let limit):
      let seen = after.deltaLeverage.finite ?? .infinity
      return [
        obstacle(
          seen, limit, .leverage,
          "leverage \(over(seen, limit, "x", from: before.deltaLeverage.finite))")
      ]
    case .maxLoss(let limit):
      let seen = after.maxLoss.finite ?? .infinity
      let said = over(seen, limit, "", from: before.maxLoss.finite)
      return [obstacle(seen, limit, .currency, "the maximum loss \(said)")]
    case .neutral(let kinds):
      return HedgeExposure.allCases.filter { kinds.contains($0) }.compactMap { kind in
        let (seen, allowed) = (after.exposure(kind).magnitude, tolerances[kind] ?? 0)
        guard seen > allowed else { return nil }
        let said = over(seen, allowed, " USD", from: before.exposure(kind).magnitude)
        return obstacle(seen, allowed, .usd, "\(kind.rawValue) \(said)")
      }
    }
  }
}
