/// How equity has gone along a path, step by step.
struct EquityRecord {
  var peak: Double
  /// Years since the peak, and of the longest stretch below one.
  var spell = 0.0
  var longestSpell = 0.0
  /// Largest 1 − E/peak, E taken as 0 where it is below.
  var deepest = 0.0
  var lowest: Double
  /// Steps with equity more than 5, 10 and 20 % below the peak.
  var under = SIMD3<Double>.zero

  init(start: Double) {
    peak = start
    lowest = start
  }

  /// - Parameter steps: how many end at this equity, over `length` years in all.
  @inline(__always)
  mutating func note(_ equity: Double, length: Double, steps: Int = 1) {
    lowest = min(lowest, equity)
    if equity >= peak {
      peak = equity
      spell = 0
      return
    }
    spell += length
    longestSpell = max(longestSpell, spell)
    let kept = max(equity, 0)
    deepest = max(deepest, 1 - kept / peak)
    let marks = peak * SIMD3(0.95, 0.9, 0.8)
    if kept < marks.x { under.replace(with: under + Double(steps), where: kept .< marks) }
  }
}

/// What happened to one size of the pool along one path.
struct PathOutcome {
  /// Contained: never below 0.
  private(set) var terminal = 0.0
  /// What the pool could not pay, ≥ 0.
  var badDebt = 0.0
  /// Years until the first liquidation; nil without one.
  var liquidatedAt: Double?

  mutating func end(at equity: Double) {
    if equity < 0 { badDebt += -equity }
    terminal = max(equity, 0)
  }
}
