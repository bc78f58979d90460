import Foundation

/// Maps values to places along an axis.
struct ChartScale {
  enum Kind { case linear, logOnePlus }

  let kind: Kind
  let lower: Double
  let upper: Double
  let ticks: [Double]
  let step: Double

  /// A linear axis over `values` and `including`, with room at both ends where `padded`; ticks
  /// stand on 1, 2, 2.5 or 5 times a power of ten.
  init(linear values: [Double], including: [Double] = [], count: Int = 5, padded: Bool = false) {
    let all = (values + including).filter(\.isFinite)
    var low = all.min() ?? 0
    var high = all.max() ?? 1
    if low == high {
      let pad = low == 0 ? 1 : low.magnitude * 0.1
      low -= pad
      high += pad
    }
    let step = Self.niceStep((high - low) / Double(count))
    if padded {
      let pad = (high - low) * 0.05
      low -= pad
      high += pad
    }
    let first = Int((low / step).rounded(.up))
    let last = max(first, Int((high / step).rounded(.down)))
    kind = .linear
    lower = low
    upper = high
    self.step = step
    ticks = (first...last).map { Double($0) * step }
  }

  /// A leverage axis from 0 to `highest`: even in ln(1 + x), so that 0.3x and 300x are both
  /// readable. Below 1x that is straight to the eye, and the axis is linear.
  static func leverage(upTo highest: Double) -> ChartScale {
    guard highest > 1 else {
      return ChartScale(linear: [0, max(highest, 0.001) * 1.15], count: 4)
    }
    let marks: [Double] = [0, 1, 3, 10, 30, 100, 300, 1000]
    let top = marks.first { $0 >= highest * 1.02 } ?? 1000
    return ChartScale(
      kind: .logOnePlus, lower: 0, upper: top, ticks: marks.filter { $0 <= top }, step: 1)
  }

  /// An axis of days from 0, even in ln(1 + x), so that tomorrow and next year are both readable.
  static func days(upTo longest: Double) -> ChartScale {
    let marks: [Double] = [0, 1, 3, 7, 14, 30, 90, 180, 365, 730]
    let top = max(longest * 1.05, 1)
    return ChartScale(
      kind: .logOnePlus, lower: 0, upper: top, ticks: marks.filter { $0 <= top }, step: 1)
  }

  private init(kind: Kind, lower: Double, upper: Double, ticks: [Double], step: Double) {
    self.kind = kind
    self.lower = lower
    self.upper = upper
    self.ticks = ticks
    self.step = step
  }

  /// 0 at the lower end, 1 at the upper one.
  func share(_ value: Double) -> Double {
    switch kind {
    case .linear: (value - lower) / (upper - lower)
    case .logOnePlus: log1p(max(value, 0)) / log1p(upper)
    }
  }

  func contains(_ value: Double) -> Bool { value >= lower && value <= upper }

  private static func niceStep(_ raw: Double) -> Double {
    let base = pow(10, floor(log10(raw)))
    for factor in [1, 2, 2.5, 5] where raw <= factor * base * 1.000001 { return factor * base }
    return 10 * base
  }

  /// A tick's text: as many decimals as the step needs; thousands as `k`, millions as `M` where the
  /// axis is that long and `short` is asked for.
  func text(_ tick: Double, short: Bool) -> String {
    if kind == .logOnePlus { return NumberText.decimal(tick, places: 0, .toNearestEven) }
    let longest = max(lower.magnitude, upper.magnitude)
    var (divisor, suffix) = (1.0, "")
    if short, longest >= 1e9 {
      (divisor, suffix) = (1e9, "bn")
    } else if short, longest >= 1e6 {
      (divisor, suffix) = (1e6, "M")
    } else if short, longest >= 1e4 {
      (divisor, suffix) = (1e3, "k")
    }
    let shown = tick / divisor
    let places = Self.places(step / divisor)
    let text = NumberText.decimal(shown, places: places, .toNearestEven)
    return (tick == 0 ? "0" : text.replacingOccurrences(of: "-", with: "−") + suffix)
  }

  private static func places(_ step: Double) -> Int {
    var places = 0
    var rest = step
    while places < 8, (rest - rest.rounded()).magnitude > 1e-6 * rest.magnitude {
      rest *= 10
      places += 1
    }
    return places
  }
}
