internal import FulcrumModel
internal import FulcrumNumerics
internal import RealModule

/// The realised variance of each day of a series: what a regression on days sees (leverage-math 4.1, 4.4).
///
/// From bars up to an hour it is the sum of the squared log returns of the day, which needs closes alone:
///
///     RV = Σ ln²(cᵢ/cᵢ₋₁)
///
/// with the last close of the day before as c₀. Bars below five minutes are read every five minutes, or
/// at the next multiple of a bar: nearer ones add the bounce between bid and ask. From longer bars it is
/// Garman and Klass's variance of the day's own open, high, low and close. Of a random walk n squares have
/// a relative error of √(2/n), a day's range one of √(2/7.4): 24 squares and more say more than a range.
///
/// - Unit: log return squared a day.
/// - Accuracy: to rounding, 1e-12 relative.
/// - Source: T. Andersen, T. Bollerslev, International Economic Review 39 (1998) 885–905; M. Garman,
///   M. Klass, Journal of Business 53 (1980) 67–78.
public struct DayVariances: Hashable, Sendable {
  /// What a day's variance is computed from.
  public enum Measure: Hashable, Sendable {
    /// Squared log returns over this many milliseconds.
    case intradaySquares(of: Int64)
    case dailyRanges
  }

  /// Returns that a day must hold for their squares to be taken: those of hours.
  public static let leastReturns: Int64 = 24
  /// Returns are taken over this and no less, milliseconds.
  public static let leastSampling: Int64 = 300_000
  /// Below this share of its returns a day is passed over.
  public static let leastShare = 0.75

  public let measure: Measure
  /// One for each day; nil for a day of which too much is missing.
  public let values: [Double?]

  /// Days that are passed over.
  public var missing: Int { values.count { $0 == nil } }

  /// - Parameters:
  ///   - days: bars of a day.
  ///   - series: the bars that the days were joined of.
  public init(of days: PriceSeries, from series: PriceSeries) {
    let measure = Self.measure(ofBars: series.interval)
    self.measure = measure
    switch measure {
    case .dailyRanges:
      values = days.bars.map { RealisedVolatility.garmanKlassVariance($0.bar) }
    case .intradaySquares(let sampling):
      values = Self.squares(of: days, series.resampled(to: sampling))
    }
  }

  /// What bars of this many milliseconds allow.
  public static func measure(ofBars interval: Int64) -> Measure {
    let bars = max(1, (leastSampling + interval - 1) / interval)
    let sampling = bars * interval
    return leastReturns * sampling <= PriceSeries.day
      ? .intradaySquares(of: sampling) : .dailyRanges
  }

  /// A return over missing bars is of unknown shape but known size: its square counts for the whole time
  /// that it spans, in the day in which it ends by that day's share of the time. No day hears of a
  /// return that ends after it; where it has none, the rest of it stands for that.
  private static func squares(of days: PriceSeries, _ samples: PriceSeries) -> [Double?] {
    var tallies = days.bars.map { _ in Tally() }
    var day = 0
    for place in samples.bars.indices.dropFirst() {
      let (from, to) = (samples.closes(place - 1), samples.closes(place))
      let change = Double.log(samples.bars[place].bar.close / samples.bars[place - 1].bar.close)
      while day < tallies.count, days.closes(day) < to { day += 1 }
      guard day < tallies.count, days.bars[day].opens < to else { continue }
      let span = to.milliseconds - from.milliseconds
      let time = to.milliseconds - max(from, days.bars[day].opens).milliseconds
      tallies[day].squares.add(change * change * (Double(time) / Double(span)))
      tallies[day].spanned += time
      if span == samples.interval { tallies[day].seen += time }
    }
    return tallies.map { tally in
      guard Double(tally.seen) >= leastShare * Double(days.interval) else { return nil }
      return tally.squares.value * (Double(days.interval) / Double(tally.spanned))
    }
  }

  /// Time in milliseconds: of all returns, and of those between neighbours.
  private struct Tally {
    var squares = NeumaierSum()
    var spanned: Int64 = 0
    var seen: Int64 = 0
  }
}
