public import FulcrumModel
internal import RealModule

/// What a regime is judged by.
public struct RegimeSettings: Hashable, Sendable {
  public enum Score: String, Hashable, Sendable, CaseIterable {
    /// Volatility over its own median of the reference span: fits every coin and decade.
    case relative
    /// Annual volatility itself, 1 = 100 %.
    case volatility
    /// P(the rougher of two hidden states), filtered: from the past alone.
    case hmm
  }

  public let score: Score
  public let thresholds: RegimeThresholds
  /// Days of history whose median is 1; scores before 30 of its steps leave the regime at normal.
  public let referenceDays: Double
  /// w: share of implied volatility where there is one.
  public let impliedWeight: Double

  public init(
    score: Score, thresholds: RegimeThresholds, referenceDays: Double = 365,
    impliedWeight: Double = 0.5
  ) throws(SeriesError) {
    guard referenceDays >= 1, referenceDays.isFinite else {
      throw .badElement(
        what: "reference", index: 0, seen: referenceDays, allowed: "one day or more")
    }
    guard impliedWeight >= 0, impliedWeight <= 1 else {
      throw .badElement(
        what: "implied-weight", index: 0, seen: impliedWeight, allowed: "from 0 to 1")
    }
    if score == .hmm {
      for (index, value) in thresholds.enterUp.enumerated() where value > 1 {
        throw .badElement(
          what: "enter", index: index, seen: value, allowed: "a probability, at most 1")
      }
      for (index, value) in thresholds.exitDown.enumerated() where value <= 0 {
        throw .badElement(
          what: "leave", index: index, seen: value, allowed: "a probability above 0")
      }
    }
    self.score = score
    self.thresholds = thresholds
    self.referenceDays = referenceDays
    self.impliedWeight = impliedWeight
  }

  /// Stressed from 1.5 times the median volatility of the past year, calm below 0.75 times; up at
  /// once, down after three steps.
  public static func relative() throws(SeriesError) -> RegimeSettings {
    try RegimeSettings(
      score: .relative,
      thresholds: RegimeThresholds(
        enterUp: [0.9, 1.5], exitDown: [0.75, 1.25], dwellUp: 1, dwellDown: 3))
  }
}

extension RegimeSettings {
  /// By the rougher of two hidden states: stressed from a probability of 0.8 until it is below 0.5,
  /// calm below 0.2 until it is 0.5; up at once, down after three steps.
  public static func hidden() throws(SeriesError) -> RegimeSettings {
    try RegimeSettings(score: .hmm, thresholds: .probabilities())
  }
}

extension RegimeThresholds {
  public static func probabilities() throws(SeriesError) -> RegimeThresholds {
    try RegimeThresholds(
      enterUp: [0.5, 0.8], exitDown: [0.2, 0.5], dwellUp: 1, dwellDown: 3)
  }
}

/// One change of regime and what brought it.
public struct RegimeSwitch: Hashable, Sendable {
  public let at: Timestamp
  public let from: RegimeLevel
  public let to: RegimeLevel
  /// What was judged.
  public let by: RegimeSettings.Score
  public let score: Double
  /// The threshold that the score crossed.
  public let threshold: Double
  /// Steps that it stayed beyond it.
  public let dwell: Int

  public var reason: String {
    let isUp = to > from
    let what = by == .hmm ? "P(rough)" : "score"
    return "\(what) \(Self.rounded(score)) \(isUp ? "≥" : "<") \(Self.rounded(threshold)) "
      + "for \(dwell) step\(dwell == 1 ? "" : "s")"
  }

  private static func rounded(_ value: Double) -> String {
    "\((value * 1000).rounded() / 1000)"
  }
}

/// Weighted volatility, its score and the regime, step after step; nothing in it looks ahead.
public struct RegimeTracker: Hashable, Sendable {
  public let settings: RegimeSettings
  /// Annual volatility of the weighted average, nil before the first return.
  public private(set) var weighted: Double?
  public private(set) var score: Double?
  public private(set) var level: RegimeLevel = .normal
  public private(set) var lastSwitch: RegimeSwitch?
  public private(set) var switchCount = 0

  private var classifier: RegimeClassifier
  private let decay: Double
  private let periodsPerYear: Double
  private let referenceSteps: Int
  private var variance = 0.0
  private var count = 0
  private var sorted: [Double] = []
  private var recent: [Double] = []

  /// Steps before a score is believed.
  public static let leastSteps = 30

  public init(_ settings: RegimeSettings, stepDays: Double) {
    self.settings = settings
    classifier = RegimeClassifier(settings.thresholds)
    decay = ExponentialVariance.decay(stepDays: stepDays)
    periodsPerYear = 365 / stepDays
    referenceSteps = max(Self.leastSteps, Int((settings.referenceDays / stepDays).rounded()))
  }

  /// Takes the log return of the step that ends at `time`, and what was known then.
  ///
  /// - Parameter rough: P(rougher hidden state); where it is the score and nil, the regime stands.
  public mutating func take(
    _ logReturn: Double, implied: Double?, rough: Double? = nil, at time: Timestamp
  ) {
    count += 1
    // Equal weights until the average is as long as the decay says, so that no single first return
    // colours weeks.
    let keep = min(decay, Double(count - 1) / Double(count))
    variance = keep * variance + (1 - keep) * logReturn * logReturn
    let volatility = (variance * periodsPerYear).squareRoot()
    weighted = volatility
    let w = settings.impliedWeight
    let judged = implied.map { max(volatility, w * $0 + (1 - w) * volatility) } ?? volatility
    remember(judged)
    guard count >= Self.leastSteps else { return }
    let median = sorted[sorted.count / 2]
    let now: Double
    switch settings.score {
    case .volatility: now = judged
    case .relative: now = median > 0 ? judged / median : 1
    case .hmm:
      score = rough
      guard let rough else { return }
      now = rough
    }
    score = now
    judge(now, at: time)
  }

  private mutating func judge(_ now: Double, at time: Timestamp) {
    let before = level
    let isFirst = classifier.level == nil
    level = classifier.take(now)
    guard level != before, !isFirst else { return }
    switchCount += 1
    let isUp = level > before
    let thresholds = settings.thresholds
    let crossed =
      isUp
      ? thresholds.enterUp[level == .stressed ? 1 : 0]
      : thresholds.exitDown[level == .calm ? 0 : 1]
    lastSwitch = RegimeSwitch(
      at: time, from: before, to: level, by: settings.score, score: now, threshold: crossed,
      dwell: isUp ? thresholds.dwellUp : thresholds.dwellDown)
  }

  /// Keeps the reference span both in time order and in order of size.
  private mutating func remember(_ value: Double) {
    recent.append(value)
    sorted.insert(value, at: place(of: value))
    guard recent.count > referenceSteps else { return }
    let oldest = recent.removeFirst()
    sorted.remove(at: place(of: oldest))
  }

  /// The first place whose element is not below `value`.
  private func place(of value: Double) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
