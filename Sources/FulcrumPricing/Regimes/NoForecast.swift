/// Why a fit of an outlook has no forecast.
public enum NoForecast: Error, Hashable, Sendable {
  /// No fit was tried yet: returns so far, of `OutlookEngine.leastReturns`.
  case fewReturns(Int)
  /// HAR is of days, and steps are none.
  case stepsAreNoDays
  /// Days that could be read, of the 22 that a forecast stands on.
  case fewDays(Int)
  case notFitted(SeriesError)
  /// A fit whose outcome no forecast is built on.
  case notUsed(GARCHFit.Outcome)
}

extension NoForecast: CustomStringConvertible {
  public var description: String {
    switch self {
    case .fewReturns(let seen): "\(seen) of \(OutlookEngine.leastReturns) returns"
    case .stepsAreNoDays: "needs steps of a day"
    case .fewDays(let seen):
      "\(seen) of \(HeterogeneousVariance.month) days that are not passed over"
    case .notFitted(let error): "\(error)"
    case .notUsed(let outcome): outcome.explanation ?? "the fit is not used"
    }
  }
}
