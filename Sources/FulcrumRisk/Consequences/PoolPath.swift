import FulcrumNumerics
import FulcrumPricing
import RealModule

/// A size of the pool on its way along one path (leverage-math 3.3, 6.4).
///
/// A path that the bridge says has touched the boundary is liquidated *at* the boundary, and what is
/// left goes on along the bridge from the moment of the touch; one that has jumped over it is
/// liquidated where it landed, which is where bad debt comes from.
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
      let move = Move(
        from: x, to: diffused, variance: variance, start: grid.times[step], end: years, step: step)
      switch known {
      case .below: diffuse(move, firstTouch: Touch(at: plan.lower[node], side: .down), track)
      case .above: diffuse(move, firstTouch: Touch(at: plan.upper[node], side: .up), track)
      case .gap: break
      case .none, .unhealthyStart, .settled, .unclear: diffuse(move, firstTouch: nil, track)
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

  /// What is left of a step's diffusion.
  private struct Move {
    var from: Double
    let to: Double
    /// σ²Δ
    var variance: Double
    /// Years at which it starts, and at the end of the step.
    var start: Double
    let end: Double
    let step: Int

    /// Goes on to a touch, at a moment that the bridge's own law gives it.
    mutating func advance(to touch: Touch, _ draws: (Double, Double)) {
      // A boundary that has moved past the whole step stands at no price that was traded in it.
      let reach = 6 * variance.squareRoot()
      let at = min(max(touch.at, min(from, to) - reach), max(from, to) + reach)
      let sign: Double = touch.side == .down ? 1 : -1
      let share = FirstPassage.BrownianBridge.hitShare(
        start: sign * (from - at), end: sign * (to - at), variance: variance,
        normal: Normal.quantile(draws.0), uniform: draws.1)
      start += share * (end - start)
      variance *= 1 - share
      from = at
    }
  }

  private struct Touch {
    let at: Double
    let side: FirstPassage.Side
  }

  /// No exponential draw is larger: −ln 2⁻⁵⁴.
  private static let largestDraw = 37.43

  /// From touch to touch, until none is left or nothing is held.
  private mutating func diffuse(_ move: Move, firstTouch: Touch?, _ track: PathTrack) {
    if firstTouch == nil, isOutOfReach(move) { return }
    var move = move
    for earlier in 0..<PathGenerator.mostTouches {
      guard units != 0 else { return }
      let known = earlier == 0 ? firstTouch : nil
      guard let touch = known ?? touch(move, after: earlier, track) else { return }
      move.advance(to: touch, track.touchTime(move.step, after: earlier))
      liquidate(at: move.from, node: move.step + 1, years: move.start)
    }
    // What so many liquidations have not helped is closed.
    if units != 0 { close(at: move.from, node: move.step + 1, share: 1) }
  }

  /// The boundary that the rest of a step touches; nil where it touches none.
  private func touch(_ move: Move, after earlier: Int, _ track: PathTrack) -> Touch? {
    // The bridge cannot reach farther than this with a draw of the largest size.
    let within = (move.to - move.from).magnitude + 9 * move.variance.squareRoot()
    let stretch = grid.healthy(
      around: move.from, cash / units, node: move.step + 1, set: plan.set, within: within)
    // Time alone has brought the boundary to where the path stood.
    guard let (lower, upper) = stretch else { return Touch(at: move.from, side: .down) }
    if move.to <= lower { return Touch(at: lower, side: .down) }
    if move.to >= upper { return Touch(at: upper, side: .up) }
    let below = (move.from - lower) * (move.to - lower)
    let above = (upper - move.from) * (upper - move.to)
    let reach = 0.5 * move.variance * Self.largestDraw
    guard below < reach || above < reach else { return nil }
    // P(touch) = exp(−2 d₀d₁/(σ²Δ)): a uniform below it is an exponential draw above 2d₀d₁/(σ²Δ).
    let draws = track.touches(move.step, after: earlier)
    if below < -0.5 * move.variance * Double.log(draws.below) {
      return Touch(at: lower, side: .down)
    }
    return above < -0.5 * move.variance * Double.log(draws.above)
      ? Touch(at: upper, side: .up) : nil
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
