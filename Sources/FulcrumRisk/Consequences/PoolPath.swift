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
  // Held here as well: to reach them through the scene counts references that threads share.
  private let grid: PoolGrid
  private let plan: SizePlan
  private let fee: Double
  private let buffer: Double
  private let isPartial: Bool
  private let smallestRemainder: Double

  /// Units held and cash beside them.
  private var units: Double
  private var cash: Double
  private(set) var outcome = PathOutcome()
  private(set) var record: EquityRecord

  /// - Parameter record: of the steps in which nothing happened.
  init(_ scene: PoolScene, after record: EquityRecord? = nil) {
    self.scene = scene
    let plan = scene.plan
    grid = scene.grid
    self.plan = plan
    fee = scene.fee
    buffer = scene.settings.liquidationBuffer
    isPartial = scene.settings.liquidation == .partial
    smallestRemainder = scene.settings.smallestRemainder
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
    case .unhealthyStart: liquidate(at: 0, Moment(node: 0), years: 0)
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
    let equity = units != 0 ? cash + units * track.value(steps - 1) : cash
    outcome.end(at: equity, smallest: scene.smallestMoney)
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
        from: x, to: diffused, variance: variance, step: step, isMoving: grid.moves(in: step))
      let first: Touch? =
        switch known {
        case .below: Touch(move, .down, (plan.lower[step], plan.lower[node]))
        case .above: Touch(move, .up, (plan.upper[step], plan.upper[node]))
        case .none, .unhealthyStart, .settled, .unclear, .gap: nil
        }
      if known != .gap { diffuse(move, first: first, track) }
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
    outcome.end(at: cash, smallest: scene.smallestMoney)
  }

  // MARK: Moves

  /// The end of a step, and how much the node before it still counts.
  private struct Moment {
    let node: Int
    var earlier = 0.0
  }

  /// What is left of a step's diffusion.
  private struct Move {
    var from: Double
    let to: Double
    /// σ²Δ
    var variance: Double
    let step: Int
    /// Whether boundaries move within the step.
    let isMoving: Bool
    /// Share of the step that is over.
    var elapsed = 0.0

    var moment: Moment { Moment(node: step + 1, earlier: isMoving ? 1 - elapsed : 0) }

    /// Goes on to a touch, at a moment that the bridge's own law gives it.
    mutating func advance(to touch: Touch, _ draws: (Double, Double)) {
      let share = FirstPassage.BrownianBridge.hitShare(
        start: touch.distance.start, end: touch.distance.end, variance: variance,
        normal: Normal.quantile(draws.0), uniform: draws.1)
      from = touch.isNow ? from : touch.bound.start + share * (touch.bound.end - touch.bound.start)
      elapsed += share * (1 - elapsed)
      variance *= 1 - share
    }
  }

  /// A boundary that the rest of a step touches, with where it stands now and at the step's end; a
  /// bridge seen from a boundary that moves evenly is a bridge.
  private struct Touch {
    let bound: (start: Double, end: Double)
    /// Of the path from it, positive on the healthy side.
    let distance: (start: Double, end: Double)
    var isNow: Bool { !(distance.start > 0) }

    init(_ move: Move, _ side: FirstPassage.Side, _ bound: (start: Double, end: Double)) {
      self.bound = bound
      let sign: Double = side == .down ? 1 : -1
      distance = (sign * (move.from - bound.start), sign * (move.to - bound.end))
    }
  }

  /// No exponential draw is larger: −ln 2⁻⁵⁴.
  private static let largestDraw = 37.43

  /// From touch to touch, until none is left or nothing is held.
  private mutating func diffuse(_ move: Move, first: Touch?, _ track: PathTrack) {
    if first == nil, isOutOfReach(move) { return }
    var move = move
    let (start, length) = (grid.times[move.step], grid.lengths[move.step])
    for earlier in 0..<PathGenerator.mostTouches {
      guard units != 0 else { return }
      let known = earlier == 0 ? first : nil
      guard let touch = known ?? touch(move, after: earlier, track) else { return }
      move.advance(to: touch, track.touchTime(move.step, after: earlier))
      liquidate(at: move.from, move.moment, years: start + move.elapsed * length)
    }
    // What so many liquidations have not helped is closed.
    if units != 0 { close(at: move.from, move.moment, share: 1) }
  }

  /// The boundary that the rest of a step touches; nil where it touches none.
  private func touch(_ move: Move, after earlier: Int, _ track: PathTrack) -> Touch? {
    // Where there is no price to hold it at any more it goes at once.
    guard let (lower, upper) = bounds(move) else {
      return Touch(move, .down, (move.from, move.from))
    }
    let (below, above) = (Touch(move, .down, lower), Touch(move, .up, upper))
    if below.isNow || below.distance.end <= 0 { return below }
    if above.isNow || above.distance.end <= 0 { return above }
    let (down, up) = (
      below.distance.start * below.distance.end, above.distance.start * above.distance.end
    )
    let reach = 0.5 * move.variance * Self.largestDraw
    guard down < reach || up < reach else { return nil }
    // P(touch) = exp(−2 d₀d₁/(σ²Δ)): a uniform below it is an exponential draw above 2d₀d₁/(σ²Δ).
    let draws = track.touches(move.step, after: earlier)
    if down < -0.5 * move.variance * Double.log(draws.below) { return below }
    return up < -0.5 * move.variance * Double.log(draws.above) ? above : nil
  }

  private typealias Bound = (start: Double, end: Double)

  /// The ends of the healthy stretch now and at the end of the step; nil where the latter has none.
  private func bounds(_ move: Move) -> (lower: Bound, upper: Bound)? {
    // The bridge cannot reach farther than this with a draw of the largest size.
    let within = (move.to - move.from).magnitude + 9 * move.variance.squareRoot()
    let (c, node) = (cash / units, move.step + 1)
    let end = grid.healthy(around: move.from, c, node: node, set: plan.set, within: within)
    guard move.isMoving,
      let start = grid.healthy(
        around: move.from, c, node: move.step, set: plan.set, within: within)
    else { return end.map { (($0.0, $0.0), ($0.1, $0.1)) } }
    // Time may bring the boundary to where the path stood.
    guard let end = end ?? grid.onlyHealthy(c, node: node, set: plan.set), end.0 < end.1 else {
      return nil
    }
    func now(_ start: Double, _ end: Double) -> Bound {
      let moves = start.isFinite && end.isFinite
      return (moves ? start + move.elapsed * (end - start) : end, end)
    }
    return (now(start.0, end.0), now(start.1, end.1))
  }

  /// Whether both ends are so far from any boundary that not even the largest draw touches it:
  /// d₀d₁ ≥ 4.4²σ²Δ is above ½·37.43·σ²Δ.
  private func isOutOfReach(_ move: Move) -> Bool {
    let distance = 4.4 * move.variance.squareRoot()
    let c = cash / units
    func isFar(_ x: Double, _ node: Int) -> Bool {
      grid.isFar(x, c, node: node, set: plan.set, from: distance)
    }
    return isFar(move.from, move.step + 1) && isFar(move.to, move.step + 1)
      && (!move.isMoving || isFar(move.from, move.step))
  }

  private mutating func land(_ x: Double, node: Int, years: Double) {
    let requirement = grid.requirement(x, node: node, set: plan.set)
    guard cash / units + grid.value(x, node: node) < requirement else { return }
    liquidate(at: x, Moment(node: node), years: years)
  }

  /// Pays out what expires at a node; the legs are in no later node of the grid.
  private mutating func settle(_ x: Double, node: Int, last: Bool) {
    guard !last else { return }
    cash += units * grid.settlement(x, node: node)
  }

  // MARK: Liquidation

  private func value(_ x: Double, _ moment: Moment) -> Double {
    let end = grid.value(x, node: moment.node)
    guard moment.earlier > 0 else { return end }
    return end + moment.earlier * (grid.value(x, node: moment.node - 1) - end)
  }

  /// What equity must cover for the balance to be (1 + β)M: m + βM, since m is M and what the balance
  /// leaves out of equity.
  private func wanted(_ x: Double, _ moment: Moment) -> Double {
    func at(_ node: Int) -> Double {
      grid.requirement(x, node: node, set: plan.set)
        + buffer * grid.maintenance(x, node: node, set: plan.set)
    }
    let end = at(moment.node)
    guard moment.earlier > 0 else { return end }
    return end + moment.earlier * (at(moment.node - 1) - end)
  }

  /// ψ = (m + βM − E)/(m + βM − fN), from 0 to 1, is closed at the fee f on its notional N; m = M
  /// where the balance is equity.
  private mutating func liquidate(at x: Double, _ moment: Moment, years: Double) {
    if outcome.liquidatedAt == nil { outcome.liquidatedAt = years }
    let equity = cash + units * value(x, moment)
    let wanted = units * wanted(x, moment)
    let room = wanted - fee * units * grid.notional(x, node: moment.node)
    let share =
      isPartial && room > 0 && equity > 0
      ? min(max((wanted - equity) / room, 0), 1) : 1
    close(at: x, moment, share: share)
  }

  private mutating func close(at x: Double, _ moment: Moment, share: Double) {
    let unit = value(x, moment)
    let charge = fee * share * units * grid.notional(x, node: moment.node)
    cash += share * units * unit
    units *= 1 - share
    // A liquidation that leaves next to nothing is the whole.
    if units.magnitude <= smallestRemainder {
      cash += units * unit
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
