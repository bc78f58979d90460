import Foundation
import FulcrumModel
import FulcrumPricing
import Testing

/// Fits that no forecast should be built on, and why.
///
/// Expected likelihoods: the same series, profiled over persistence with numpy and scipy's Nelder-Mead.
struct GARCHBoundTests {
  /// Calm returns with one step of twenty times, which stays.
  static var step: [Double] {
    var draw = RegimePropertyTests.Draw(state: 5)
    var returns = (0..<300).map { _ in 3 * draw.normal() }
    returns[150] = 100 * log(20)
    return returns
  }

  /// Ever larger: no long-run variance.
  static var growing: [Double] {
    var draw = RegimePropertyTests.Draw(state: 6)
    return (0..<300).map { exp(Double($0) / 100) * draw.normal() }
  }

  /// −ℓ falls with persistence all the way: 918.0 at 0.9, 903.3 at 0.98, 901.315 at 0.999 and 901.272
  /// at 0.9995, where the search ends; α, β and α + γ are well inside.
  @Test func aRiseToTheEndIsABoundAndNoFit() throws {
    let fit = try GARCHFit(fitting: Self.growing, shape: .gjr)
    print("growing: log likelihood \(fit.logLikelihood), numpy −901.272 at the bound")
    #expect(abs(fit.logLikelihood + 901.272) < 1e-3)
    #expect(fit.outcome == .onBound([.persistence]))
    #expect(fit.hasConverged && !fit.isUsable)
    #expect(fit.standardErrors == [nil, nil, nil, nil])
    for place in 0..<4 {
      #expect(fit.reasonWithoutError(place) == "no error: persistence is on its bound")
    }
    #expect(
      fit.outcome.explanation
        == "the likelihood is highest on a bound: persistence at its bound of 0.9995")
  }

  /// −ℓ 1285.1 at a persistence of 0.9, 1283.66 at 0.999, 1283.64 at 0.9995, α 0 and the others not.
  @Test func oneGreatStepIsABoundAndNoFit() throws {
    let fit = try GARCHFit(fitting: Self.step, shape: .gjr)
    print("step: log likelihood \(fit.logLikelihood), numpy −1283.64 at the bound")
    #expect(fit.logLikelihood > -1283.645)
    guard case .onBound(let bounds) = fit.outcome else {
      Issue.record("\(fit.outcome)")
      return
    }
    #expect(bounds.contains(.persistence) && bounds.contains(.alpha))
    #expect(!bounds.contains(.beta) && !bounds.contains(.omega))
    #expect(fit.reasonWithoutError(1) == "on its bound")
    #expect(fit.reasonWithoutError(3) == "no error: persistence is on its bound")
  }

  /// What the walk uses: no GJR forecast of either series, and the weighted average instead.
  @Test(arguments: [step, growing]) func aFitOnItsBoundIsNotUsed(returns: [Double]) throws {
    var price = 100.0
    var bars: [TimedBar] = []
    for (day, change) in returns.enumerated() {
      let open = price
      price *= exp(change / 100)
      bars.append(
        TimedBar(
          opens: Timestamp(milliseconds: Int64(day) * PriceSeries.day),
          bar: try PriceBar(
            open: open, high: max(open, price), low: min(open, price), close: price)))
    }
    let settings = try OutlookSettings(regime: .relative())
    let last = try #require(
      OutlookEngine.walk(try PriceSeries(bars), settings: settings, fresh: true).last)
    #expect(last.fittedAt == last.asOf)
    #expect(last.gjr == nil)
    #expect(last.forecast == last.heterogeneous ?? last.weighted)
  }

  /// Below 60 days a regression of four coefficients on a month is not tried: 38 rows at 60.
  @Test func aRegressionNeedsRows() throws {
    var draw = RegimePropertyTests.Draw(state: 8)
    let variances = (0..<60).map { _ in exp(0.5 * draw.normal()) }
    #expect(throws: SeriesError.tooShort(what: "RV", seen: 59, needed: 60)) {
      try HeterogeneousVariance(fitting: Array(variances.prefix(59)), logarithmic: true)
    }
    #expect(try HeterogeneousVariance(fitting: variances, logarithmic: true).rows == 38)
  }

  /// A day without a range is taken as the quietest other day; a tenth of such days is too many.
  @Test func aFlatDayDoesNotEndARegression() throws {
    var draw = RegimePropertyTests.Draw(state: 8)
    var variances = (0..<80).map { _ in exp(0.5 * draw.normal()) }
    var filled = variances
    variances[40] = 0
    filled[40] = variances.filter { $0 > 0 }.min() ?? 0
    let fit = try HeterogeneousVariance(fitting: variances, logarithmic: true)
    #expect(fit.floored == [40])
    #expect(
      fit.coefficients
        == (try HeterogeneousVariance(fitting: filled, logarithmic: true)).coefficients)
    #expect(
      fit.forecast(after: Array(variances[20...60])) == fit.forecast(after: Array(filled[20...60])))
    for place in 0..<9 { variances[5 * place] = 0 }
    #expect(throws: SeriesError.self) {
      try HeterogeneousVariance(fitting: variances, logarithmic: true)
    }
    #expect(throws: SeriesError.constant(what: "RV")) {
      try HeterogeneousVariance(fitting: [Double](repeating: 0, count: 80), logarithmic: true)
    }
  }
}
