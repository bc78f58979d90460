public import FulcrumModel
internal import RealModule

/// How volatility is forecast, walking forward.
public struct OutlookSettings: Hashable, Sendable {
  public let regime: RegimeSettings
  /// Days of past that a fit sees; none of it lies in the future of its use.
  public let windowDays: Double
  /// Days between fits.
  public let refitDays: Double
  /// Days over which a GARCH forecast is averaged.
  public let horizonDays: Double
  /// Most steps of a fit of hidden states; one that needs more did not converge.
  public let stateSteps: Int

  public init(
    regime: RegimeSettings, windowDays: Double = 730, refitDays: Double = 30,
    horizonDays: Double = 30, stateSteps: Int = 500
  ) throws(SeriesError) {
    for (what, seen) in [
      ("window", windowDays), ("refit", refitDays), ("forecast horizon", horizonDays),
    ] where !(seen > 0 && seen.isFinite) {
      throw .badElement(what: what, index: 0, seen: seen, allowed: "above 0 days")
    }
    self.regime = regime
    self.windowDays = windowDays
    self.refitDays = refitDays
    self.horizonDays = horizonDays
    self.stateSteps = stateSteps
  }
}

/// What is known of volatility and regime at one instant, from the past alone.
public struct MarketOutlook: Hashable, Sendable {
  /// The instant at which all of it was known.
  public let asOf: Timestamp
  /// Annual volatilities, 1 = 100 %: weighted average, and the forecasts of the fits that stand, or why
  /// there is none.
  public let weighted: Double
  public let fromGJR: Result<Double, NoForecast>
  public let fromDays: Result<Double, NoForecast>
  /// What HAR's variances of a day are computed from; nil where steps are no days.
  public let measure: DayVariances.Measure?
  public let implied: Double?
  /// w.
  public let impliedWeight: Double
  public let level: RegimeLevel
  public let score: Double?
  public let lastSwitch: RegimeSwitch?
  /// When the fits in use were made.
  public let fittedAt: Timestamp?
  /// P(rougher hidden state), or why it is not known; nil where the regime is not judged by it.
  public let rough: Result<Double, SeriesError>?

  /// The estimate that a forecast is of.
  public enum Source: Hashable, Sendable { case gjr, heterogeneous, weighted }

  public var gjr: Double? { try? fromGJR.get() }
  public var heterogeneous: Double? { try? fromDays.get() }

  /// The larger of the fits' forecasts; the weighted average where none stands.
  public var source: Source {
    guard max(gjr ?? 0, heterogeneous ?? 0) > 0 else { return .weighted }
    return (gjr ?? 0) >= (heterogeneous ?? 0) ? .gjr : .heterogeneous
  }

  public var forecast: Double {
    switch source {
    case .gjr: gjr ?? weighted
    case .heterogeneous: heterogeneous ?? weighted
    case .weighted: weighted
    }
  }

  /// max(forecast, w·IV + (1 − w)·forecast): never below the forecast (leverage-math 4.7).
  public var volatility: Double {
    guard let implied else { return forecast }
    return max(forecast, impliedWeight * implied + (1 - impliedWeight) * forecast)
  }
}

/// Walks over steps (days, or hours) and keeps what is known at the end of each.
///
/// Fits see the window behind them and are renewed every so often; between two fits their parameters
/// stand and the newest returns run through them. A fit that did not converge, or that stands on a bound
/// (but for α = 0 of a GJR), is not used.
public struct OutlookEngine: Sendable {
  public let settings: OutlookSettings
  public let stepDays: Double
  /// What the variances of days are computed from; nil where steps are no days.
  public let measure: DayVariances.Measure?
  public private(set) var tracker: RegimeTracker
  private var returns: [Double] = []
  /// One for each step of the window; nil for a day of which too much is missing.
  private var variances: [Double?] = []
  private var lastClose: Double?
  private var gjr: Result<GARCH, NoForecast> = .failure(.fewReturns(0))
  private var nextVariance = 0.0
  private var heterogeneous: Result<HeterogeneousVariance, NoForecast> = .failure(.fewReturns(0))
  private var fittedAt: Timestamp?
  private var stepsSinceFit = 0
  private var countAtFit = 0
  private var states: Result<StateFilter, SeriesError>

  /// Returns before a fit is believed: fewer leave the persistence of shocks undecided.
  public static let leastReturns = 250

  /// - Parameter measure: of the variances that `take` is given.
  public init(
    _ settings: OutlookSettings, stepDays: Double,
    measure: DayVariances.Measure = .dailyRanges
  ) {
    self.settings = settings
    self.stepDays = stepDays
    self.measure = stepDays == 1 ? measure : nil
    tracker = RegimeTracker(settings.regime, stepDays: stepDays)
    states = .failure(.tooShort(what: "returns", seen: 0, needed: Self.leastReturns))
  }

  private var windowSteps: Int { max(60, Int((settings.windowDays / stepDays).rounded())) }

  /// Takes the step that closes at `time`, its variance by its own range, and what implied volatility
  /// was known by then.
  public mutating func take(
    _ bar: PriceBar, implied: Double?, at time: Timestamp
  ) -> MarketOutlook? {
    take(bar, RealisedVolatility.garmanKlassVariance(bar), implied: implied, at: time)
  }

  /// The same with a variance of its own.
  ///
  /// - Parameters:
  ///   - variance: of the step, by `measure`; nil where too much of it is missing.
  ///   - isLast: fits again whatever is due: nothing comes after that could be spared it.
  /// - Returns: nil before the first return.
  public mutating func take(
    _ bar: PriceBar, _ variance: Double?, implied: Double?, at time: Timestamp,
    isLast: Bool = false
  ) -> MarketOutlook? {
    defer { lastClose = bar.close }
    variances.append(variance)
    if variances.count > windowSteps { variances.removeFirst() }
    guard let lastClose else { return nil }
    let logReturn = Double.log(bar.close / lastClose)
    returns.append(100 * logReturn)
    if returns.count > windowSteps { returns.removeFirst() }
    if let gjr = try? gjr.get() { nextVariance = gjr.next(after: 100 * logReturn, nextVariance) }
    if case .success(var filter) = states {
      filter.take(100 * logReturn)
      states = .success(filter)
    }
    stepsSinceFit += 1
    if isFitDue || (isLast && returns.count >= Self.leastReturns) { fit(at: time) }
    tracker.take(logReturn, implied: implied, rough: try? rough?.get(), at: time)
    return outlook(implied: implied, at: time)
  }

  private var isFitDue: Bool {
    guard returns.count >= Self.leastReturns else { return false }
    // While the window fills, half as much again is another sample.
    return fittedAt == nil || Double(stepsSinceFit) * stepDays >= settings.refitDays
      || 2 * returns.count >= 3 * countAtFit
  }

  private var rough: Result<Double, SeriesError>? {
    guard settings.regime.score == .hmm else { return nil }
    return fittedAt == nil
      ? .failure(
        .tooShort(what: "returns", seen: returns.count, needed: Self.leastReturns))
      : states.map { $0.probabilities[1] }
  }

  /// Two states of the window, filtered to its end.
  private func fittedStates() -> Result<StateFilter, SeriesError> {
    Result { () throws(SeriesError) in
      let fit = try HiddenMarkovFit(fitting: returns, states: 2, limit: settings.stateSteps)
      guard fit.hasConverged else { throw .notConverged(what: "hidden states") }
      return StateFilter(fit.model, after: returns)
    }
  }

  private mutating func fit(at time: Timestamp) {
    stepsSinceFit = 0
    countAtFit = returns.count
    fittedAt = time
    gjr = fittedGJR()
    if settings.regime.score == .hmm { states = fittedStates() }
    heterogeneous = fittedDays()
  }

  private mutating func fittedGJR() -> Result<GARCH, NoForecast> {
    do throws(SeriesError) {
      let fit = try GARCHFit(fitting: returns, shape: .gjr)
      guard fit.isUsable else { return .failure(.notUsed(fit.outcome)) }
      nextVariance = fit.nextVariance
      return .success(fit.model)
    } catch {
      return .failure(.notFitted(error))
    }
  }

  private func fittedDays() -> Result<HeterogeneousVariance, NoForecast> {
    guard stepDays == 1 else { return .failure(.stepsAreNoDays) }
    do throws(SeriesError) {
      return .success(
        try HeterogeneousVariance(fitting: variances.compactMap { $0 }, logarithmic: true))
    } catch {
      return .failure(.notFitted(error))
    }
  }

  private func outlook(implied: Double?, at time: Timestamp) -> MarketOutlook? {
    guard let weighted = tracker.weighted else { return nil }
    let periods = 365 / stepDays
    let horizon = max(1, Int((settings.horizonDays / stepDays).rounded()))
    let fromGJR = fitted(gjr).map {
      ($0.averageVariance(over: horizon, next: nextVariance) * periods).squareRoot() / 100
    }
    return MarketOutlook(
      asOf: time, weighted: weighted, fromGJR: fromGJR, fromDays: fromDays, measure: measure,
      implied: implied, impliedWeight: settings.regime.impliedWeight, level: tracker.level,
      score: tracker.score, lastSwitch: tracker.lastSwitch, fittedAt: fittedAt, rough: rough)
  }

  /// Before the first fit nothing but how many returns there are.
  private func fitted<Model>(_ fit: Result<Model, NoForecast>) -> Result<Model, NoForecast> {
    fittedAt == nil ? .failure(.fewReturns(returns.count)) : fit
  }

  /// HAR's volatility of the next day; it stands on the newest month of days that are not passed over.
  private var fromDays: Result<Double, NoForecast> {
    // Regression on days; shorter steps have a day's shape that it does not know.
    guard stepDays == 1 else { return .failure(.stepsAreNoDays) }
    return fitted(heterogeneous).flatMap { model in
      let month = Array(
        variances.reversed().lazy.compactMap { $0 }.prefix(HeterogeneousVariance.month).reversed())
      return model.forecast(after: month).map { .success(($0 * 365 / stepDays).squareRoot()) }
        ?? .failure(.fewDays(month.count))
    }
  }
}

extension OutlookEngine {
  /// Step lengths that models are fitted on, the longest first.
  public static let steps: [Int64] = [PriceSeries.day, 3_600_000, 60_000]

  /// The longest step of which the series holds enough: days, hours, or its own bars.
  public static func step(for series: PriceSeries) -> Int64 {
    guard let first = series.bars.first, let last = series.bars.last else { return series.interval }
    let span = last.opens.milliseconds - first.opens.milliseconds + series.interval
    for step in steps where step >= series.interval && span / step >= 120 { return step }
    return series.interval
  }

  /// The outlook at the end of every step.
  ///
  /// - Parameters:
  ///   - fresh: whether the last step fits again, as someone who asks today wants; a backtest does not.
  ///   - implied: volatility known at an instant, nil where none; asked with the end of each step.
  public static func walk(
    _ series: PriceSeries, settings: OutlookSettings, step: Int64? = nil, fresh: Bool = false,
    implied: (Timestamp) -> Double? = { _ in nil }
  ) -> [MarketOutlook] {
    let steps = series.resampled(to: step ?? self.step(for: series))
    let days = steps.stepDays == 1 ? DayVariances(of: steps, from: series) : nil
    var engine = OutlookEngine(
      settings, stepDays: steps.stepDays, measure: days?.measure ?? .dailyRanges)
    return steps.bars.indices.compactMap { place in
      let time = steps.closes(place)
      return engine.take(
        steps.bars[place].bar, days?.values[place] ?? nil, implied: implied(time), at: time,
        isLast: fresh && place == steps.bars.count - 1)
    }
  }
}

extension MarketOutlook {
  /// The same beliefs dated otherwise: for showing that a look ahead would be seen.
  public func known(at time: Timestamp) -> MarketOutlook {
    MarketOutlook(
      asOf: time, weighted: weighted, fromGJR: fromGJR, fromDays: fromDays, measure: measure,
      implied: implied, impliedWeight: impliedWeight, level: level, score: score,
      lastSwitch: lastSwitch, fittedAt: fittedAt, rough: rough)
  }
}
