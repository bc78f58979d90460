internal import FulcrumNumerics
internal import RealModule

/// Fits of one expiry's clean quotes.
struct SmileFit {
  var quotes: [SmileQuote]
  let years: Double
  /// All strikes alike, as the error is measured, instead of by their spreads.
  var isEven = false

  /// Weights 1/half-spread², of the median half-spread at least half: one locked quote must not
  /// outweigh all others. In units of the median, so that the mean is of order 1.
  private func weights() -> [Double] {
    if isEven { return quotes.map { _ in 1 } }
    let typical = max(median(quotes.map(\.halfSpread)) ?? 0, 1e-6)
    return quotes.map { quote in
      let half = max(quote.halfSpread, 0.5 * typical) / typical
      return 1 / (half * half)
    }
  }

  /// Quotes as residuals in vol points: 100 √ω (w − w_mkt)/(2 σ_mkt T).
  var targets: [SVIPolish.Target] {
    zip(quotes, weights()).map { quote, weight in
      let middle = quote.middle
      return SVIPolish.Target(
        k: quote.moneyness, w: middle * middle * years,
        scale: 100 * weight.squareRoot() / (2 * middle * years))
    }
  }

  /// A slice by itself, without regard to other expiries; nil with too few strikes.
  func free(fewest: Int) -> RawSVI? {
    guard quotes.count >= fewest else { return nil }
    let targets = targets
    let start = QuasiExplicit(
      targets.map { QuasiExplicit.Point(k: $0.k, w: $0.w, weight: $0.scale * $0.scale) }
    ).fit()
    return SVIPolish(targets: targets, years: years).fit(from: start)
  }

  /// The same under the next expiry and above the earlier one; nil where they leave no room.
  func bounded(
    around start: RawSVI, below later: RawSVI?, above earlier: [BoundedFit.Limit]
  ) -> RawSVI? {
    guard
      let found = BoundedFit(targets, around: start, below: later, above: earlier).fit(from: start)
    else { return nil }
    return lowered(found, under: later)
  }

  /// What a last hair's breadth between two points of the fit is above the next expiry, lowered
  /// under it.
  private func lowered(_ slice: RawSVI, under later: RawSVI?) -> RawSVI {
    guard let later else { return slice }
    let gap = SmileCheck(later, after: slice).calendarGap ?? 0
    guard gap < 0, -gap < 1e-3 * slice.totalVariance(at: 0), slice.minimum + gap > 0 else {
      return slice
    }
    return RawSVI(
      unchecked: slice.a + 1.01 * gap, b: slice.b, rho: slice.rho, m: slice.m,
      sigma: slice.sigma)
  }

  /// A compromise between its quotes and the order with both neighbours.
  func softened(from start: RawSVI, below later: RawSVI?, above earlier: RawSVI?) -> RawSVI {
    SVIPolish(targets: targets, later: later, earlier: earlier, years: years)
      .softened(from: start)
  }

  func error(_ smile: RawSVI) -> FitError? {
    FitError(quotes) { k in (max(smile.totalVariance(at: k), 0) / years).squareRoot() }
  }

  // MARK: Outliers

  /// Moves quotes far from `smile` to the rejected: more than five robust deviations, three of their
  /// own half-spreads and two vol points off. At most one in five, the farthest first.
  mutating func removeOutliers(from smile: RawSVI) -> [RejectedQuote] {
    let errors = quotes.map {
      ($0.middle - (max(smile.totalVariance(at: $0.moneyness), 0) / years).squareRoot()).magnitude
    }
    // 1.4826 makes the median of |x| the standard deviation of a normal x.
    let deviation = 1.4826 * (median(errors) ?? 0)
    let far = quotes.indices.filter {
      errors[$0] > max(5 * deviation, max(3 * quotes[$0].halfSpread, 0.02))
    }
    let order = far.sorted { (errors[$0], $1) > (errors[$1], $0) }
    let dropped = Set(order.prefix(quotes.count / 5))
    let removed = quotes.indices.filter(dropped.contains).map {
      RejectedQuote(id: quotes[$0].id, strike: quotes[$0].strike, reason: .outlier)
    }
    quotes = quotes.indices.filter { !dropped.contains($0) }.map { quotes[$0] }
    return removed
  }
}
