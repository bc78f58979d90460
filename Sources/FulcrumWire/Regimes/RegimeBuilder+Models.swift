import FulcrumModel
import FulcrumPricing
import FulcrumRisk

extension RegimeBuilder {
  /// The days of a window that HAR sees.
  struct Days {
    let measure: DayVariances.Measure
    let variances: [Double]
    /// When each of them began.
    let opens: [Timestamp]
    /// Days that are passed over.
    let missing: Int

    /// Nil where steps are no days.
    init?(_ steps: PriceSeries, of series: PriceSeries, window: Int) {
      guard steps.stepDays == 1 else { return nil }
      let days = DayVariances(of: steps, from: series)
      let seen = zip(steps.bars, days.values).suffix(window)
      measure = days.measure
      variances = seen.compactMap(\.1)
      opens = seen.filter { $0.1 != nil }.map(\.0.opens)
      missing = seen.count - variances.count
    }

    /// The days without a range or a price change that the regression took as the quietest other.
    func flat(
      _ fit: Result<HeterogeneousVariance, SeriesError>, _ source: String
    ) -> [Issue] {
      guard let floored = try? fit.get().floored, let first = floored.first else { return [] }
      let others = floored.count > 1 ? " and of \(floored.count - 1) other days" : ""
      let (what, allowed) =
        measure == .dailyRanges
        ? ("range in the bar", "a high above the low")
        : ("price change on the day", "closes that move")
      return [
        Issue(
          .warning, source: source, seen: "no \(what) of \(opens[first])\(others)",
          allowed: allowed, fix: "HAR takes such a day's variance as the smallest other's")
      ]
    }
  }

  /// The fits of one window.
  struct Models {
    let garch: Result<GARCHFit, SeriesError>
    let gjr: Result<GARCHFit, SeriesError>
    let heterogeneous: Result<HeterogeneousVariance, SeriesError>
    let states: [Result<RegimeContents.States, SeriesError>]

    init(_ steps: PriceSeries, _ days: Days?) {
      let bars = steps.bars.map(\.bar)
      let returns = RealisedVolatility.returns(bars)
      let percent = returns.map { 100 * $0 }
      garch = Result { () throws(SeriesError) in try GARCHFit(fitting: percent, shape: .garch) }
      gjr = Result { () throws(SeriesError) in try GARCHFit(fitting: percent, shape: .gjr) }
      heterogeneous = Result { () throws(SeriesError) in
        guard let days else {
          throw .tooShort(what: "days", seen: 0, needed: HeterogeneousVariance.leastCount)
        }
        return try HeterogeneousVariance(fitting: days.variances, logarithmic: true)
      }
      states = [2, 3].map { count in
        Result { () throws(SeriesError) in
          let fit = try HiddenMarkovFit(fitting: returns, states: count)
          let filtered = try fit.model.filter(returns)
          return RegimeContents.States(fit: fit, now: filtered[returns.count - 1])
        }
      }
    }
  }
}
