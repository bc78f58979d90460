import FulcrumPricing
import RealModule

/// A size of the pool on its way along one path (leverage-math 3.3, 6.4).
///
/// A path that the bridge says has touched the boundary is liquidated *at* the boundary; one that has
/// jumped over it where it landed, which is where bad debt comes from.
struct PoolPath {
  private let scene: PoolScene
  private var grid: PoolGrid { scene.grid }
  private var plan: SizePlan { scene.plan }

  /// Units held and cash beside them.
  private var units: Double
  private var cash: Double
  private(set) var outcome = PathOutcome()
  private(set) var record: EquityRecord

  /// - Parameter record: of the steps in which nothing happened.
  init(_ scene: PoolScene, after record: EquityRecord? = nil) {
    self.scene = scene
    let plan = scene.plan
    units = plan.multiple
    cash = plan.multiple > 0 ? plan.cash : scene.startEquity
    self.record = record ?? EquityRecord(start: scene.startEquity)
  }

  /// Goes on to the end from what ended the quiet.
  mutating func run(_ track: PathTrack, from event: QuietEvent, in first: Int) {
    let steps = grid.times.count - 1
    var step = first
    var x = step > 0 ? track.landed(step - 1) : 0
    switch event {
    case .none: step = steps
    case .unhealthyStart: liquidate(at: 0, node: 0, years: 0)
    case .settled:
      x = track.landed(step)
      settle(x, node: step + 1, last: step + 1 == steps)
      step += 1
    case .unclear, .below, .above, .gap: break
    }
    while step < steps {
      guard units != 0 else { return rest(from: step, steps: steps) }
      let known = step == first ? event : .unclear
      x = take(step, from: x, track, known: known, last: step + 1 == steps)
      step += 1
    }
    outcome.end(at: units != 0 ? cash + units * track.value(steps - 1) : cash)
  }

  /// One step with its end looked at; `known` is what is known to happen in it.
  private mutating func take(
    _ step: Int, from x: Double, _ track: PathTrack, known: QuietEvent, last: Bool
  ) -> Double {
    let node = step + 1
    let years = grid.times[node]
    let (diffused, landed) = (track.diffused(step), track.landed(step))
    let variance = track.bridgeVariance(step)
    if variance > 0 {
      let move = Move(from: x, to: diffused, variance: variance, step: step)
      let middle = 0.5 * (grid.times[step] + years)
      switch known {
      case .below: hit(plan.lower[node], move, middle)
      case .above: hit(plan.upper[node], move, middle)
      case .gap: break
      case .none, .unhealthyStart, .settled, .unclear: diffuse(move, middle, track)
      }
    }
    if units != 0, variance == 0 || landed != diffused { land(landed, node: node, years: years) }
    var equity = cash
    if units != 0 { equity += units * track.value(step) }
    if units != 0, !grid.settlements[node].isEmpty { settle(landed, node: node, last: last) }
    record.note(equity, length: grid.lengths[step])
    return landed
  }

  /// Nothing is held any more: equity is cash to the end.
  private mutating func rest(from step: Int, steps: Int) {
    record.note(
      cash, length: grid.times[steps] - grid.times[step], steps: steps - step)
    outcome.end(at: cash)
  }

  // MARK: Moves

  private struct Move {
    let from: Double
    let to: Double
    let variance: Double
    let step: Int
  }

  /// No exponential draw is larger: −ln 2⁻⁵⁴.
  private static let largestDraw = 37.43

  private mutating func diffuse(_ move: Move, _ years: Double, _ track: PathTrack) {
    let node = move.step + 1
    if isOutOfReach(move) { return }
    // The bridge cannot reach farther than this with a draw of the largest size.
    let within = (move.to - move.from).magnitude + 9 * move.variance.squareRoot()
    let stretch = grid.healthy(
      around: move.from, cash / units, node: node, set: plan.set, within: within)
    guard let (lower, upper) = stretch else {
      // Time alone has brought the boundary to where the path stood.
      liquidate(at: move.from, node: node, years: years)
      return follow(move.from, to: move.to, node: node, years: years)
    }
    if move.to <= lower { return hit(lower, move, years) }
    if move.to >= upper { return hit(upper, move, years) }
    let below = (move.from - lower) * (move.to - lower)
    let above = (upper - move.from) * (upper - move.to)
    let reach = 0.5 * move.variance * Self.largestDraw
    guard below < reach || above < reach else { return }
    // P(touch) = exp(−2 d₀d₁/(σ²Δ)): a uniform below it is an exponential draw above 2d₀d₁/(σ²Δ).
    let draws = track.touches(move.step)
    if below < -0.5 * move.variance * Double.log(draws.below) { return hit(lower, move, years) }
    if above < -0.5 * move.variance * Double.log(draws.above) { hit(upper, move, years) }
  }

  /// Whether both ends are so far from any boundary that not even the largest draw touches it:
  /// d₀d₁ ≥ 4.4²σ²Δ is above ½·37.43·σ²Δ.
  private func isOutOfReach(_ move: Move) -> Bool {
    let distance = 4.4 * move.variance.squareRoot()
    let c = cash / units
    let node = move.step + 1
    return grid.isFar(move.from, c, node: node, set: plan.set, from: distance)
      && grid.isFar(move.to, c, node: node, set: plan.set, from: distance)
  }

  private mutating func hit(_ boundary: Double, _ move: Move, _ years: Double) {
    let node = move.step + 1
    // A boundary that has moved past the whole step stands at no price that was traded in it.
    let (low, high) = (min(move.from, move.to), max(move.from, move.to))
    let reach = 6 * move.variance.squareRoot()
    let at = min(max(boundary, low - reach), high + reach)
    liquidate(at: at, node: node, years: years)
    follow(at, to: move.to, node: node, years: years)
  }

  /// What is left after a liquidation goes on to where the step ends.
  private mutating func follow(_ from: Double, to: Double, node: Int, years: Double) {
    var at = from
    for _ in 0..<8 {
      guard units != 0 else { return }
      guard let (lower, upper) = grid.healthy(around: at, cash / units, node: node, set: plan.set)
      else { break }
      if to > lower, to < upper { return }
      at = to <= lower ? lower : upper
      liquidate(at: at, node: node, years: years)
    }
    close(at: at, node: node, share: 1)
  }

  private mutating func land(_ x: Double, node: Int, years: Double) {
    let requirement = grid.requirement(x, node: node, set: plan.set)
    guard cash / units + grid.value(x, node: node) < requirement else { return }
    liquidate(at: x, node: node, years: years)
  }

  /// Pays out what expires at a node; the legs are in no later node of the grid.
  private mutating func settle(_ x: Double, node: Int, last: Bool) {
    guard !last else { return }
    cash += units * grid.settlement(x, node: node)
  }

  // MARK: Liquidation

  /// ψ = ((1 + β)M − E)/((1 + β)M − fN), at most 1, is closed at the fee f on its notional N.
  private mutating func liquidate(at x: Double, node: Int, years: Double) {
    if outcome.liquidatedAt == nil { outcome.liquidatedAt = years }
    let equity = cash + units * grid.value(x, node: node)
    let wanted =
      (1 + scene.settings.liquidationBuffer) * units
      * grid.requirement(x, node: node, set: plan.set)
    let room = wanted - scene.fee * units * grid.notional(x, node: node)
    let share =
      scene.settings.liquidation == .partial && room > 0 && equity > 0
      ? min(1, (wanted - equity) / room) : 1
    close(at: x, node: node, share: share)
  }

  private mutating func close(at x: Double, node: Int, share: Double) {
    let charge = scene.fee * share * units * grid.notional(x, node: node)
    cash += share * units * grid.value(x, node: node)
    units *= 1 - share
    // A liquidation that leaves next to nothing is the whole.
    if units.magnitude <= 1e-6 * plan.multiple {
      cash += units * grid.value(x, node: node)
      units = 0
    }
    guard units == 0 else {
      cash -= charge
      return
    }
    // The fee comes out of what is there; it is no debt.
    if cash < 0 { outcome.badDebt += -cash }
    cash = max(max(cash, 0) - charge, 0)
  }
}
