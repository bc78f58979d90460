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

  /// Daily bars of the returns, walked through.
  private func walked(_ returns: [Double]) throws -> [MarketOutlook] {
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
    return OutlookEngine.walk(try PriceSeries(bars), settings: settings, fresh: true)
  }

  /// What the walk uses: no GJR forecast of either series, and the weighted average instead.
  @Test(arguments: [step, growing]) func aFitOnItsBoundIsNotUsed(returns: [Double]) throws {
    let last = try #require(try walked(returns).last)
    #expect(last.fittedAt == last.asOf)
    #expect(last.gjr == nil)
    #expect(last.forecast == last.heterogeneous ?? last.weighted)
  }

  /// Returns of ω 0.3, α 0, γ 0.16, β 0.88, in percent: only falls raise their variance.
  static func fallsAlone(seed: UInt64) -> [Double] {
    var draw = RegimePropertyTests.Draw(state: seed)
    var h = 0.3 / (1 - 0.08 - 0.88)
    return (0..<1000).map { _ in
      let e = h.squareRoot() * draw.normal()
      h = 0.3 + (e < 0 ? 0.16 * e * e : 0) + 0.88 * h
      return e
    }
  }

  /// α = 0 with γ above it is an answer and no failure.
  ///
  /// Expected: scipy 1.18.1's SLSQP under α ≥ 0 and α + γ ≥ 0 with h₁ the mean square, its sandwich errors by
  /// central differences of ω, γ and β with α held; `arch` 8.0.0 (zero mean, p = o = q = 1, backcast the
  /// mean square), which starts at ω + p·backcast, has −2364.82772 and −2364.52782 at α = 0.
  @Test(
    arguments: [
      (53, -2364.827551, [0.310107, 0.143352, 0.885595], [0.0854220, 0.0287796, 0.0197770]),
      (54, -2364.527732, [0.212370, 0.151886, 0.898454], [0.1058224, 0.0325782, 0.0253914]),
    ] as [(UInt64, Double, [Double], [Double])])
  func fallsAloneAreAnAnswer(
    seed: UInt64, likelihood: Double, parameters: [Double], errors: [Double]
  ) throws {
    let returns = Self.fallsAlone(seed: seed)
    let fit = try GARCHFit(fitting: returns, shape: .gjr)
    let model = fit.model
    print("falls alone \(seed): \(fit.logLikelihood), scipy \(likelihood); alpha \(model.alpha)")
    #expect(abs(fit.logLikelihood - likelihood) < 1e-4)
    #expect(fit.bounds == [.alpha] && fit.outcome == .converged && fit.isUsable)
    #expect(model.alpha < 1e-6)
    let seen = [model.omega, model.gamma, model.beta]
    let free = [0, 2, 3].compactMap { fit.standardErrors[$0] }
    for place in 0..<3 {
      #expect(abs(seen[place] / parameters[place] - 1) < 2e-3, "\(seen[place])")
      #expect(abs(free[place] / errors[place] - 1) < 0.01, "\(free[place])")
    }
    #expect(fit.standardErrors[1] == nil && fit.reasonWithoutError(1) == "on its bound")
    // A grid around it, and none is likelier.
    let first = returns.reduce(0) { $0 + $1 * $1 } / 1000
    for (alpha, gamma, beta) in [
      (0.005, 0, 0), (0.02, 0, 0), (0.005, -0.005, 0), (0.02, -0.02, 0), (0, 0.02, 0),
      (0, -0.02, 0), (0, 0, 0.005), (0, 0, -0.005), (0.005, 0, -0.005),
    ] {
      let near = try GARCH(
        omega: model.omega, alpha: model.alpha + alpha, gamma: model.gamma + gamma,
        beta: model.beta + beta)
      #expect(try near.path(returns, first: first).logLikelihood < fit.logLikelihood)
    }
    let last = try #require(try walked(returns).last)
    #expect(last.gjr != nil && last.fittedAt == last.asOf)
  }

  /// The mirror image, where only rises raise variance, and a GARCH without its α stay refused.
  @Test func risesAloneAndNoShockAreNoAnswer() throws {
    let rises = try GARCHFit(fitting: Self.fallsAlone(seed: 53).map { -$0 }, shape: .gjr)
    #expect(rises.outcome == .onBound([.fall]) && !rises.isUsable)
    #expect(rises.outcome.explanation == "the likelihood is highest on a bound: alpha + gamma at 0")
    // Squares that take turns: a shock says the next is small, which no α ≥ 0 does.
    var draw = RegimePropertyTests.Draw(state: 61)
    let turns = (0..<400).map { (1 + Double($0 % 2)) * (draw.share() < 0.5 ? 1.0 : -1.0) }
    let fit = try GARCHFit(fitting: turns, shape: .garch)
    print("turns: alpha \(fit.model.alpha), \(fit.outcome)")
    guard case .onBound(let bounds) = fit.outcome else {
      Issue.record("\(fit.outcome)")
      return
    }
    #expect(bounds.contains(.alpha) && !fit.isUsable)
  }

  /// γ = 0 is no edge: the model is then GARCH, and the fit near it is used, γ with its error.
  @Test func aFallThatWeighsNoMoreIsNoBound() throws {
    var draw = RegimePropertyTests.Draw(state: 60)
    var h = 6.0
    let half = (0..<500).map { _ in
      let e = h.squareRoot() * draw.normal()
      h = 0.3 + 0.1 * e * e + 0.85 * h
      return e
    }
    // Each stretch and its mirror image: what a fall does, a rise did.
    let fit = try GARCHFit(fitting: half + half.map { -$0 }, shape: .gjr)
    let error = try #require(fit.standardErrors[2])
    print("mirrored: gamma \(fit.model.gamma) ± \(error)")
    #expect(fit.isUsable && fit.bounds.isEmpty)
    #expect(abs(fit.model.gamma) < 0.5 * error)
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
