public import FulcrumModel

/// A bar and the instant at which it opened.
public struct TimedBar: Hashable, Sendable {
  public let opens: Timestamp
  public let bar: PriceBar

  public init(opens: Timestamp, bar: PriceBar) {
    self.opens = opens
    self.bar = bar
  }
}

/// Bars of one length in time order, which may have gaps.
///
/// Invariant: opens ascend strictly by at least the interval.
public struct PriceSeries: Hashable, Sendable {
  /// Bars that should stand between two neighbours and do not.
  public struct Gap: Hashable, Sendable {
    /// Place of the bar before it.
    public let after: Int
    public let missing: Int
  }

  public static let day: Int64 = 86_400_000

  public let bars: [TimedBar]
  /// Length of a bar, milliseconds.
  public let interval: Int64

  /// - Parameter interval: length of a bar; the most frequent distance of neighbours where nil.
  /// - Throws: `.tooShort` below two bars; `.badElement` where two bars are nearer than the interval.
  public init(_ bars: [TimedBar], interval: Int64? = nil) throws(SeriesError) {
    guard bars.count >= 2 else { throw .tooShort(what: "bars", seen: bars.count, needed: 2) }
    let length = interval ?? Self.commonDistance(bars)
    for place in bars.indices.dropFirst() {
      let distance = bars[place].opens.milliseconds - bars[place - 1].opens.milliseconds
      guard distance >= length, length > 0 else {
        throw .badElement(
          what: "bars", index: place, seen: Double(distance),
          allowed: "\(length) ms or more after the bar before it")
      }
    }
    self.bars = bars
    self.interval = length
  }

  private init(unchecked bars: [TimedBar], interval: Int64) {
    self.bars = bars
    self.interval = interval
  }

  private static func commonDistance(_ bars: [TimedBar]) -> Int64 {
    var counts: [Int64: Int] = [:]
    for (later, earlier) in zip(bars.dropFirst(), bars) {
      counts[later.opens.milliseconds - earlier.opens.milliseconds, default: 0] += 1
    }
    let best = counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }
    return best?.key ?? day
  }

  /// Bars in 365 days.
  public var periodsPerYear: Double { 31_536_000_000 / Double(interval) }

  public var stepDays: Double { Double(interval) / Double(Self.day) }

  /// When a bar is complete and may be known.
  public func closes(_ place: Int) -> Timestamp {
    bars[place].opens.adding(milliseconds: interval)
  }

  public var gaps: [Gap] {
    bars.indices.dropFirst().compactMap { place in
      let distance = bars[place].opens.milliseconds - bars[place - 1].opens.milliseconds
      let missing = Int(distance / interval) - 1
      return missing > 0 ? Gap(after: place - 1, missing: missing) : nil
    }
  }

  /// Missing bars over all that the span should hold.
  public var missingShare: Double {
    let missing = gaps.reduce(0) { $0 + $1.missing }
    return Double(missing) / Double(missing + bars.count)
  }

  public func prefix(_ count: Int) -> PriceSeries {
    PriceSeries(unchecked: Array(bars.prefix(count)), interval: interval)
  }

  public func suffix(_ count: Int) -> PriceSeries {
    PriceSeries(unchecked: Array(bars.suffix(count)), interval: interval)
  }

  /// Longer bars, aligned to multiples of their length in UTC; a first or last one of which not all
  /// was seen is left out.
  ///
  /// - Parameter length: a multiple of the interval; the series itself where it is not longer.
  public func resampled(to length: Int64) -> PriceSeries {
    guard length > interval else { return self }
    var longer: [TimedBar] = []
    var opens: Int64?
    var bar: PriceBar?
    for timed in bars {
      let bucket = timed.opens.milliseconds.flooredMultiple(of: length)
      if let present = bar, bucket == opens {
        bar = present.joined(timed.bar)
        continue
      }
      if let opens, let bar {
        longer.append(TimedBar(opens: Timestamp(milliseconds: opens), bar: bar))
      }
      (opens, bar) = (bucket, timed.bar)
    }
    if let opens, let bar, let last = bars.last,
      last.opens.milliseconds + interval >= opens + length
    {
      longer.append(TimedBar(opens: Timestamp(milliseconds: opens), bar: bar))
    }
    if let first = bars.first, let start = longer.first,
      first.opens.milliseconds > start.opens.milliseconds
    {
      longer.removeFirst()
    }
    return PriceSeries(unchecked: longer, interval: length)
  }
}

extension PriceBar {
  /// This bar and the one that follows it as one.
  func joined(_ next: PriceBar) -> PriceBar {
    PriceBar(
      unchecked: open, max(high, next.high), min(low, next.low), next.close)
  }
}

extension Int64 {
  fileprivate func flooredMultiple(of length: Int64) -> Int64 {
    let rest = self % length
    return self - (rest < 0 ? rest + length : rest)
  }
}
