import FulcrumModel
import FulcrumPricing
import RealModule

/// One size of the pool: what it starts with and where it is healthy at each time.
final class SizePlan: Sendable {
  /// k: units of the pool as it stands.
  let multiple: Double
  /// Cash that keeps equity at E₀: C = E₀ − k(E₀ − C₀).
  let cash: Double
  /// Which set of requirements.
  let set: Int
  /// Bounds of the healthy stretch at each node, ln S; NaN where there are several stretches.
  let lower: [Double]
  let upper: [Double]

  init(multiple: Double, cash: Double, set: Int, grid: PoolGrid) {
    self.multiple = multiple
    self.cash = cash
    self.set = set
    guard multiple > 0 else {
      lower = []
      upper = []
      return
    }
    let stretches = grid.times.indices.map {
      grid.onlyHealthy(cash / multiple, node: $0, set: set) ?? (.nan, .nan)
    }
    lower = stretches.map(\.0)
    upper = stretches.map(\.1)
  }
}

/// What happened to one size of the pool along one path.
struct PathOutcome {
  /// Contained: never below 0.
  var terminal = 0.0
  /// What the pool could not pay, ≥ 0.
  var badDebt = 0.0
  /// Years until the first liquidation; nil without one.
  var liquidatedAt: Double?
  var isRuined = false
  /// Whether the drawdown that counts was reached.
  var isDrawn = false
  var deepest = 0.0
  /// Steps with a drawdown above 5, 10 and 20 %.
  var under = SIMD4<Double>(repeating: 0)
  /// Years of the longest stretch below the maximum so far.
  var longestSpell = 0.0
}

/// What every path of one size shares; held by reference, because a path asks it at every step.
final class PoolScene: Sendable {
  let grid: PoolGrid
  let plan: SizePlan
  let settings: ConsequenceSettings
  let fee: Double
  let startEquity: Double
  let ruinEquity: Double

  init(
    grid: PoolGrid, plan: SizePlan, settings: ConsequenceSettings, fee: Double,
    startEquity: Double
  ) {
    self.grid = grid
    self.plan = plan
    self.settings = settings
    self.fee = fee
    self.startEquity = startEquity
    ruinEquity = settings.ruin * startEquity
  }
}

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
  /// Whether the plan's bounds no longer hold: something was closed or has expired.
  private var isChanged = false
  private var peak: Double
  private var spell = 0.0
  private(set) var outcome = PathOutcome()

  init(_ scene: PoolScene) {
    self.scene = scene
    let plan = scene.plan
    units = plan.multiple
    cash = plan.multiple > 0 ? plan.cash : scene.startEquity
    peak = scene.startEquity
  }

  /// - Parameters:
  ///   - values: V at the landing of each step.
  mutating func run(
    _ buffer: PathBuffer, values: [Double], generator: PathGenerator, path: UInt64
  ) {
    let steps = values.count
    var x = 0.0
    if units > 0, grid.healthy(around: 0, cash / units, node: 0, set: plan.set) == nil {
      liquidate(at: 0, node: 0, years: 0)
    }
    var step = 0
    while step < steps {
      if !isChanged, units != 0 {
        step = stayQuiet(from: step, at: &x, buffer, values: values)
        guard step < steps else { break }
      }
      let node = step + 1
      let years = grid.times[node]
      let length = years - grid.times[step]
      guard units != 0 else {
        rest(from: step, steps: steps)
        return
      }
      let landed = buffer.landed[step]
      let variance = buffer.bridgeVariance[step]
      if variance > 0 {
        let move = Move(
          from: x, to: buffer.diffused[step], variance: variance, step: step, path: path)
        diffuse(move, generator: generator)
      }
      if units != 0, variance == 0 || landed != buffer.diffused[step] {
        land(landed, node: node, years: years)
      }
      x = landed
      var equity = cash
      if units != 0 { equity += units * values[step] }
      if units != 0, !grid.settlements[node].isEmpty {
        settle(x, node: node, last: step + 1 == steps)
      }
      note(equity, length: length)
      step += 1
    }
    finish(units != 0 ? cash + units * values[steps - 1] : cash)
  }

  /// Goes on while nothing can happen: no boundary within reach of the largest draw, no landing beyond
  /// one, nothing that expires. Most steps of most paths are of this kind.
  ///
  /// - Returns: the first step that has to be looked at.
  private mutating func stayQuiet(
    from first: Int, at x: inout Double, _ buffer: PathBuffer, values: [Double]
  ) -> Int {
    let (lower, upper, times) = (plan.lower, plan.upper, grid.times)
    let settles = grid.settles
    var step = first
    while step < values.count {
      let node = step + 1
      let (to, landed) = (buffer.diffused[step], buffer.landed[step])
      // No exponential draw reaches farther; 0 where the step has no diffusion.
      let reach = 0.5 * buffer.bridgeVariance[step] * Self.largestDraw
      let (left, right) = (to - lower[node], upper[node] - to)
      // Comparisons that are false where a bound is not a number: the step is looked at.
      guard
        reach == 0
          || (left > 0 && right > 0 && (x - lower[step]) * left >= reach
            && (upper[step] - x) * right >= reach),
        (reach > 0 && landed == to) || (landed >= lower[node] && landed <= upper[node]),
        !settles[node]
      else { return step }
      note(cash + units * values[step], length: times[node] - times[step])
      x = landed
      step += 1
    }
    return step
  }

  private mutating func finish(_ equity: Double) {
    if equity < 0 { outcome.badDebt += -equity }
    outcome.terminal = max(equity, 0)
  }

  /// Nothing is held any more: equity is cash to the end.
  private mutating func rest(from step: Int, steps: Int) {
    let start = grid.times[step]
    let length = grid.times[steps] - start
    note(cash, length: length)
    // The one note above stands for all the steps that are left.
    let drawdown = peak > 0 ? 1 - cash / peak : 0
    let left = Double(steps - step - 1)
    outcome.under += left * Self.marks(drawdown)
    finish(cash)
  }

  // MARK: Moves

  private struct Move {
    let from: Double
    let to: Double
    let variance: Double
    let step: Int
    let path: UInt64
  }

  /// No exponential draw is larger: −ln 2⁻⁵⁴.
  private static let largestDraw = 37.43

  private mutating func diffuse(_ move: Move, generator: PathGenerator) {
    let node = move.step + 1
    if isChanged, isOutOfReach(move) { return }
    let years = 0.5 * (grid.times[move.step] + grid.times[node])
    guard let (start, end) = bounds(move) else {
      // Time alone has brought the boundary to where the path stood.
      liquidate(at: move.from, node: node, years: years)
      return follow(move.from, to: move.to, node: node, years: years)
    }
    let below = (move.from - start.lower) * (move.to - end.lower)
    let above = (start.upper - move.from) * (end.upper - move.to)
    if move.to <= end.lower { return hit(end.lower, move, years) }
    if move.to >= end.upper { return hit(end.upper, move, years) }
    let reach = 0.5 * move.variance * Self.largestDraw
    guard below < reach || above < reach else { return }
    // P(touch) = exp(−2 d₀d₁/(σ²Δ)): a uniform below it is an exponential draw above 2d₀d₁/(σ²Δ).
    let draws = generator.touches(path: move.path, step: move.step)
    if below < -0.5 * move.variance * Double.log(draws.below) {
      return hit(end.lower, move, years)
    }
    if above < -0.5 * move.variance * Double.log(draws.above) {
      hit(end.upper, move, years)
    }
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

  /// The healthy stretch at both ends of a step.
  private func bounds(
    _ move: Move
  ) -> (start: (lower: Double, upper: Double), end: (lower: Double, upper: Double))? {
    let node = move.step + 1
    if !isChanged, !plan.lower[move.step].isNaN, !plan.lower[node].isNaN {
      return (
        (plan.lower[move.step], plan.upper[move.step]), (plan.lower[node], plan.upper[node])
      )
    }
    // The bridge cannot reach farther than this with a draw of the largest size.
    let within = (move.to - move.from).magnitude + 9 * move.variance.squareRoot()
    let around = grid.healthy(
      around: move.from, cash / units, node: node, set: plan.set, within: within)
    guard let around else { return nil }
    return (around, around)
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
    let c = cash / units
    if !isChanged, !plan.lower[node].isNaN {
      if x >= plan.lower[node], x <= plan.upper[node] { return }
    } else if c + grid.value(x, node: node) - grid.requirement(x, node: node, set: plan.set) >= 0 {
      return
    }
    liquidate(at: x, node: node, years: years)
  }

  /// Pays out what expires at a node; the legs are in no later node of the grid.
  private mutating func settle(_ x: Double, node: Int, last: Bool) {
    guard !last else { return }
    cash += units * grid.settlement(x, node: node)
    isChanged = true
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
    isChanged = true
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

  // MARK: Record

  private static func marks(_ drawdown: Double) -> SIMD4<Double> {
    SIMD4(drawdown > 0.05 ? 1 : 0, drawdown > 0.1 ? 1 : 0, drawdown > 0.2 ? 1 : 0, 0)
  }

  @inline(__always)
  private mutating func note(_ equity: Double, length: Double) {
    if equity >= peak {
      peak = equity
      spell = 0
      return
    }
    spell += length
    if spell > outcome.longestSpell { outcome.longestSpell = spell }
    let drawdown = 1 - max(equity, 0) / peak
    if drawdown > outcome.deepest {
      outcome.deepest = drawdown
      if drawdown > scene.settings.drawdown { outcome.isDrawn = true }
    }
    if drawdown > 0.05 { outcome.under += Self.marks(drawdown) }
    if equity <= scene.ruinEquity { outcome.isRuined = true }
  }
}
