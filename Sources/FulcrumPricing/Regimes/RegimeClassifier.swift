/// How rough the market is.
public enum RegimeLevel: Int, Hashable, Sendable, CaseIterable, Comparable {
  case calm, normal, stressed

  public static func < (a: RegimeLevel, b: RegimeLevel) -> Bool { a.rawValue < b.rawValue }

  public var name: String {
    switch self {
    case .calm: "calm"
    case .normal: "normal"
    case .stressed: "stressed"
    }
  }
}

/// The thresholds between regimes: higher to enter than to leave, and a dwell.
///
/// Each reversal of direction needs the score to cross a gap, min(U₀₁ − D₁₀, U₁₂ − D₂₁), so switches
/// ≤ 2(1 + TV(score)/gap) (leverage-math 4.8).
public struct RegimeThresholds: Hashable, Sendable {
  /// U₀₁ ≤ U₁₂: at or above it the next level up is the target.
  public let enterUp: [Double]
  /// D₁₀ ≤ D₂₁, each below its U: under it the next level down is the target.
  public let exitDown: [Double]
  /// Observations in one direction before a switch upwards, ≥ 1.
  public let dwellUp: Int
  /// The same downwards; never less than upwards where safety is meant to be asymmetric.
  public let dwellDown: Int

  /// - Throws: `.badElement` where the order above is broken.
  public init(
    enterUp: [Double], exitDown: [Double], dwellUp: Int, dwellDown: Int
  ) throws(SeriesError) {
    for (what, pair) in [("enterUp", enterUp), ("exitDown", exitDown)] {
      guard pair.count == 2 else {
        throw .badElement(
          what: what, index: 0, seen: Double(pair.count), allowed: "two thresholds")
      }
      try requireFinite(pair, what)
      guard pair[0] <= pair[1] else {
        throw .badElement(what: what, index: 1, seen: pair[1], allowed: "at least \(pair[0])")
      }
    }
    for index in 0..<2 where exitDown[index] >= enterUp[index] {
      throw .badElement(
        what: "exitDown", index: index, seen: exitDown[index],
        allowed: "below enterUp, \(enterUp[index])")
    }
    for dwell in [dwellUp, dwellDown] where dwell < 1 {
      throw .badElement(what: "dwell", index: 0, seen: Double(dwell), allowed: "1 or more")
    }
    self.enterUp = enterUp
    self.exitDown = exitDown
    self.dwellUp = dwellUp
    self.dwellDown = dwellDown
  }

  /// From the upper thresholds alone where nothing else is known.
  func initialLevel(_ score: Double) -> RegimeLevel {
    score >= enterUp[1] ? .stressed : score >= enterUp[0] ? .normal : .calm
  }

  /// Where the score points from `level`.
  func target(_ score: Double, from level: RegimeLevel) -> RegimeLevel {
    if level < .stressed, score >= enterUp[level.rawValue] {
      return score >= enterUp[1] ? .stressed : .normal
    }
    if level > .calm, score < exitDown[level.rawValue - 1] {
      return score < exitDown[0] ? .calm : .normal
    }
    return level
  }
}

/// A regime that remembers: hysteresis between levels and a dwell before each switch.
public struct RegimeClassifier: Hashable, Sendable {
  public let thresholds: RegimeThresholds
  /// Nil before the first score.
  public private(set) var level: RegimeLevel?
  /// Consecutive scores that pointed to the same side of `level`.
  public private(set) var pending = 0
  /// The side they point to: above or below the level.
  private var pendingUp = false

  public init(_ thresholds: RegimeThresholds) { self.thresholds = thresholds }

  /// Takes the next score.
  ///
  /// - Returns: the level after it.
  public mutating func take(_ score: Double) -> RegimeLevel {
    guard let current = level else {
      let first = thresholds.initialLevel(score)
      level = first
      return first
    }
    let target = thresholds.target(score, from: current)
    guard target != current else {
      pending = 0
      return current
    }
    let isUp = target > current
    pending = pending > 0 && isUp == pendingUp ? pending + 1 : 1
    pendingUp = isUp
    guard pending >= (isUp ? thresholds.dwellUp : thresholds.dwellDown) else { return current }
    pending = 0
    level = target
    return target
  }
}
