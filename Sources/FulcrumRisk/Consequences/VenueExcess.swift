import FulcrumModel
import FulcrumPricing
import RealModule

/// What a venue's rule leaves of a pool over log prices at one time, for a grid.
///
/// Of s units with cash K it is read as H(x) = K + s·g(x), g in the pool's currency per unit. The rule is
/// asked at few places: g is linear between them to a hundred-thousandth of the equity and a
/// ten-thousandth of H itself, as three points between show. Strikes, the price now and the bends that
/// the rule names are always asked.
struct VenueExcess {
  let rule: any VenueRule
  /// s units with the cash that they have at the start, at the time of the grid's node.
  let pool: RiskPool
  let units: Double
  /// E₀ of the pool as it stands.
  let equity: Double

  /// Prices between which the rule has answers.
  struct Reach: Sendable {
    var first: Int
    var last: Int
    /// What the rule says beyond; nil where it answers everywhere.
    var limit: String?
  }

  /// What the rule says at one place, per unit: g, and the maintenance that it asks.
  struct Sample: Sendable {
    var excess = 0.0
    var maintenance = 0.0

    static func between(_ a: Sample, _ b: Sample, _ share: Double) -> Sample {
      Sample(
        excess: a.excess + share * (b.excess - a.excess),
        maintenance: a.maintenance + share * (b.maintenance - a.maintenance))
    }
  }

  private static let coarse = 128

  /// - Parameters: ln S of the places, evenly spaced and with 0 between two of them.
  /// - Returns: samples at every place from `reach.first` to `reach.last`, 0 elsewhere.
  /// - Throws: where the rule has no answer at the price now, or counts cash other than one for one.
  func rows(
    _ count: Int, lowest: Double, spacing: Double
  ) throws(RiskError) -> (samples: [Sample], reach: Reach) {
    var sheet = Sheet(self, count: count, lowest: lowest, spacing: spacing)
    let centre = min(max(Int(-lowest / spacing), 0), count - 2)
    try checkCash()
    guard try sheet.ask(centre) != nil, try sheet.ask(centre + 1) != nil else {
      throw .ruleHasNoAnswer(sheet.limit ?? "the rule has no answer at the price now")
    }
    var anchors = Set(stride(from: 0, to: count, by: Self.coarse)).union([count - 1])
    for bend in bends() + [0] {
      let place = Int(((bend - lowest) / spacing).rounded(.down))
      for near in [place, place + 1] where (0..<count).contains(near) { anchors.insert(near) }
    }
    let sorted = anchors.sorted()
    let up = try sheet.reach(sorted.filter { $0 > centre }, from: centre + 1)
    let down = try sheet.reach(sorted.filter { $0 <= centre }.reversed(), from: centre)
    let inside = [down] + sorted.filter { $0 > down && $0 < up } + [up]
    for (left, right) in zip(inside, inside.dropFirst()) { try sheet.fill(left, right) }
    return (sheet.samples, Reach(first: down, last: up, limit: sheet.limit))
  }

  private func bends() -> [Double] {
    let strikes = pool.legs.compactMap { leg -> Double? in
      guard case .option(_, let strike, _, _) = leg.contract, strike > 0 else { return nil }
      return Double.log(strike / leg.forward)
    }
    return (strikes + rule.bends(of: pool, moving: 0)).filter(\.isFinite)
  }

  /// At ln of a ratio of prices; nil where the rule is not known, with the reason in `limit`.
  private func answer(
    _ position: Double, cash: Double, _ limit: inout String?
  ) throws(RiskError) -> VenueRequirement? {
    var moved = pool.moved(0, by: Double.exp(position))
    moved.cash = cash
    do throws(VenueRuleError) { return try rule.requirement(for: moved) } catch {
      guard case .notKnown = error else { throw RiskError(error) }
      limit = error.description
      return nil
    }
  }

  /// The simulation pays into and out of cash, so H must move with it one for one.
  private func checkCash() throws(RiskError) {
    var limit: String?
    guard let start = try answer(0, cash: pool.cash, &limit)?.excess else { return }
    for moved in [equity, -0.5 * equity] {
      guard let found = try answer(0, cash: pool.cash + moved, &limit)?.excess else { continue }
      let scale = pool.cash.magnitude + start.magnitude + moved.magnitude
      guard (found - start - moved).magnitude <= 1e-9 * scale else {
        throw .ruleHasNoAnswer(
          "\(rule.ruleSet.name) counts \((found - start) / moved) of each unit of cash, and paths pay "
            + "into and out of cash at its full value; choose a rule that counts it in full")
      }
    }
  }

  private struct Sheet {
    let source: VenueExcess
    let lowest: Double
    let spacing: Double
    var samples: [Sample]
    private var known: [Bool]
    private(set) var limit: String?

    init(_ source: VenueExcess, count: Int, lowest: Double, spacing: Double) {
      self.source = source
      self.lowest = lowest
      self.spacing = spacing
      samples = [Sample](repeating: Sample(), count: count)
      known = [Bool](repeating: false, count: count)
    }

    /// A place, asked once; nil where the rule is not known.
    mutating func ask(_ place: Int) throws(RiskError) -> Sample? {
      if known[place] { return samples[place] }
      let position = lowest + spacing * Double(place)
      let (cash, units) = (source.pool.cash, source.units)
      guard let found = try source.answer(position, cash: cash, &limit) else { return nil }
      samples[place] = Sample(
        excess: (found.excess - cash) / units, maintenance: found.maintenance / units)
      known[place] = true
      return samples[place]
    }

    /// The last place in the order given at which the rule is known, looked for from `start` on.
    mutating func reach(_ places: [Int], from start: Int) throws(RiskError) -> Int {
      var last = start
      for place in places {
        guard try ask(place) == nil else {
          last = place
          continue
        }
        var unknown = place
        while (unknown - last).magnitude > 1 {
          let middle = (unknown + last) / 2
          if try ask(middle) == nil { unknown = middle } else { last = middle }
        }
        break
      }
      return last
    }

    /// What lies between two known places: linear where three points between say so; one alone may
    /// lie on a chord that the rest leave, as a spread's does between its strikes.
    mutating func fill(_ left: Int, _ right: Int) throws(RiskError) {
      guard right - left > 1 else { return }
      let middle = (left + right) / 2
      var isStraight = true
      for place in [(left + middle) / 2, middle, (middle + right) / 2]
      where place > left && place < right {
        if try !isOnChord(place, left, right) { isStraight = false }
      }
      guard isStraight else {
        try fill(left, middle)
        try fill(middle, right)
        return
      }
      var end = left
      for place in (left + 1)...right where known[place] || place == right {
        interpolate(end, place)
        end = place
      }
    }

    /// A gap inside the known stretch counts as bridged, and is said.
    private mutating func isOnChord(
      _ place: Int, _ left: Int, _ right: Int
    ) throws(RiskError) -> Bool {
      let share = Double(place - left) / Double(right - left)
      let chord = Sample.between(samples[left], samples[right], share)
      let straight = chord.excess
      guard let found = try ask(place)?.excess else {
        samples[place] = chord
        return true
      }
      let excess = (source.pool.cash + source.units * found).magnitude
      let apart = source.units * (found - straight).magnitude
      return apart <= 1e-5 * source.equity + 1e-4 * excess
    }

    private mutating func interpolate(_ left: Int, _ right: Int) {
      guard right - left > 1 else { return }
      for place in (left + 1)..<right {
        samples[place] = Sample.between(
          samples[left], samples[right], Double(place - left) / Double(right - left))
      }
    }
  }
}
