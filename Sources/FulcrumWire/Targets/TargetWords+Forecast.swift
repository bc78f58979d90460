import FulcrumPricing

extension TargetWords {
  /// Where σ̂ comes from: each estimate, which of them decides, and why a fit is missing.
  ///
  /// - Parameter taken: what the decision used, after smoothing.
  static func forecast(_ outlook: MarketOutlook, taken: Double) -> String {
    let fit = outlook.fittedAt == nil ? "not fitted yet" : "no fit that stands"
    let parts = [
      "GJR " + (outlook.gjr.map(percent) ?? fit),
      "HAR " + (outlook.heterogeneous.map { har($0, outlook) } ?? fit),
      "weighted average " + percent(outlook.weighted),
      "implied " + (outlook.implied.map(percent) ?? "not given"),
    ]
    return "volatility \(percent(taken)) a year, from " + source(outlook)
      + (taken == outlook.volatility ? "" : ", smoothed from \(percent(outlook.volatility))")
      + ": " + parts.joined(separator: ", ")
  }

  /// Why GJR has no forecast; nil where it has one.
  static func noGJR(_ outlook: MarketOutlook) -> String? {
    if case .failure(let reason) = outlook.fromGJR { "\(reason)" } else { nil }
  }

  /// Why HAR has none.
  static func noHAR(_ outlook: MarketOutlook) -> String? {
    guard case .failure(let reason) = outlook.fromDays else { return nil }
    if case .notFitted(let error) = reason {
      return RegimeContents.noHeterogeneous(error, outlook.measure)
    }
    return "\(reason)"
  }

  /// Why no implied volatility was known.
  ///
  /// - Parameter isGiven: whether there is an index at all.
  static func noImplied(_ outlook: MarketOutlook, isGiven: Bool) -> String {
    isGiven
      ? "the index has no value within a week before \(outlook.asOf)"
      : "give an index with --dvol"
  }

  /// The estimate that decides.
  static func source(_ outlook: MarketOutlook) -> String {
    let fit =
      switch outlook.source {
      case .gjr: "GJR"
      case .heterogeneous: "HAR"
      case .weighted: "the weighted average"
      }
    guard outlook.volatility > outlook.forecast else { return fit }
    return "implied volatility by \(percent(outlook.impliedWeight)) and \(fit)"
  }

  /// Its forecast, and what the variances of days are of.
  private static func har(_ forecast: Double, _ outlook: MarketOutlook) -> String {
    percent(forecast) + (outlook.measure.map { " of \($0.words)" } ?? "")
  }

  private static func percent(_ ratio: Double) -> String {
    NumberText.volatility(ratio) + " %"
  }
}
