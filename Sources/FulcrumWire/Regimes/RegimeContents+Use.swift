import FulcrumModel
import FulcrumPricing

/// Which fits are used, and why the others are only shown.
extension RegimeContents {
  /// Why a fit is shown and not used; nil where a target may use it.
  func unused(_ fit: GARCHFit) -> String? {
    let reasons = [tooFew, fit.outcome.explanation].compactMap { $0 }
    return reasons.isEmpty ? nil : reasons.joined(separator: "; ")
  }

  var heterogeneousUnused: String? { tooFew }

  /// "173 of 250 returns" where that is too few for any fit to be used.
  private var tooFew: String? {
    let (seen, needed) = (min(stepCount - 1, windowSteps), OutlookEngine.leastReturns)
    return seen < needed ? "\(seen) of \(needed) returns" : nil
  }

  /// Why there is no HAR.
  func reason(_ error: SeriesError) -> String {
    Self.noHeterogeneous(error, outlook.measure)
  }

  static func noHeterogeneous(
    _ error: SeriesError, _ measure: DayVariances.Measure?
  ) -> String {
    switch (error, measure) {
    case (.tooShort("days", _, _), _): "needs steps of a day"
    case (.constant("RV"), .dailyRanges):
      "no range in these bars; the variance of a day needs its high and low"
    default: "\(error)"
    }
  }

  /// What HAR's variances are of, and how many days had too few bars for it.
  var daysRead: String {
    let words = outlook.measure?.words ?? ""
    guard daysPassedOver > 0 else { return words }
    return words + "; \(daysPassedOver) day\(daysPassedOver == 1 ? "" : "s") passed over"
  }

  /// When the last bar had closed.
  var barsTo: Timestamp { series.closes(series.bars.count - 1) }

  /// Why range estimators are undefined for a span.
  static let noRange = "no range in these bars"

  /// IV over the forecast, and IV² − forecast².
  var premium: (ratio: Double, variance: Double)? {
    guard case .success(let now) = implied else { return nil }
    let forecast = outlook.forecast
    return (now.volatility / forecast, now.volatility * now.volatility - forecast * forecast)
  }
}

extension DayVariances.Measure {
  /// As pages and the key `harVariance` say it.
  var words: String {
    switch self {
    case .intradaySquares(let sampling): "intraday squares of \(RegimePage.length(sampling))"
    case .dailyRanges: "daily ranges"
    }
  }
}
