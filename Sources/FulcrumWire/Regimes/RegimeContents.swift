package import FulcrumModel
package import FulcrumPricing
package import FulcrumRisk

/// What `fulcrum regime` reads.
package struct RegimeInputs: Sendable {
  package var prices: InputBytes
  package var dvol: InputBytes?
  package var markets: [InputBytes]
  package var coin: String?
  /// Named among the inputs; what it says of volatility and regime comes with the settings.
  package var policy: InputBytes?

  package init(
    prices: InputBytes, dvol: InputBytes? = nil, markets: [InputBytes] = [], coin: String? = nil
  ) {
    self.prices = prices
    self.dvol = dvol
    self.markets = markets
    self.coin = coin
  }
}

/// Estimates, fits and the regime of one series.
package struct RegimeContents: Sendable {
  /// Realised volatility of one span of days at the end of the series.
  package struct Span: Sendable {
    package let days: Double
    package let bars: Int
    package let realised: RealisedVolatility
  }

  /// Hidden states of the last steps, filtered to the last one.
  package struct States: Sendable {
    package let fit: HiddenMarkovFit
    /// P(state now), from the past alone.
    package let now: [Double]
  }

  package let inputs: [Provenance.Input]
  package let series: PriceSeries
  /// Length of a model's step, milliseconds.
  package let step: Int64
  package let stepCount: Int
  package let windowSteps: Int
  package let settings: OutlookSettings
  package let spans: [Span]
  package let garch: Result<GARCHFit, SeriesError>
  package let gjr: Result<GARCHFit, SeriesError>
  package let heterogeneous: Result<HeterogeneousVariance, SeriesError>
  /// Days of the window that HAR passes over.
  package let daysPassedOver: Int
  package let states: [Result<States, SeriesError>]
  package let outlook: MarketOutlook
  package let switches: [RegimeSwitch]
  /// Every step with its score and regime: what the switches follow from.
  package let steps: [MarketOutlook]
  /// Implied volatility at the end of the series, or why there is none.
  package let implied: Result<ImpliedNow, NoImplied>
  /// Deviations of IV² − forecast² now from its mean over the past year, or why it is not known.
  package let premiumScore: Result<Double, NoImplied>
  /// The instant that the chain is of.
  package let chainAt: Timestamp?
  package let chain: [ChainIndex]
  package let issues: [Issue]

  package var periodsPerYear: Double { 31_536_000_000 / Double(step) }
  package var isWhole: Bool { !issues.contains { $0.severity == .error } }
}

package enum RegimeBuilder {
  package static func contents(
    _ inputs: RegimeInputs, settings: OutlookSettings, step: Int64? = nil
  ) throws(ReportRefusal) -> RegimeContents {
    let parsed = PriceDocument.parse(inputs.prices, coin: inputs.coin)
    var issues = parsed.issues
    guard let series = parsed.value else { throw ReportRefusal(issues: issues) }
    try check(step, series, inputs.prices.source, issues)
    let history = try implied(inputs.dvol, &issues)
    let length = step ?? OutlookEngine.step(for: series)
    let steps = series.resampled(to: length)
    let outlooks = OutlookEngine.walk(series, settings: settings, step: length, fresh: true) {
      history?.volatility(at: $0)
    }
    if let history, let last = outlooks.last, last.implied == nil, let dvol = inputs.dvol {
      issues.append(history.tooOld(dvol.source, at: last.asOf))
    }
    guard let outlook = outlooks.last, outlook.weighted > 0 else {
      throw ReportRefusal(
        issues: issues + [
          Issue(
            source: inputs.prices.source,
            seen: "\(steps.bars.count) steps without a price change",
            allowed: "prices that move over at least two steps",
            fix: "give a longer file, or shorter steps with --step")
        ])
    }
    if case .failure(let error) = outlook.rough {
      throw ReportRefusal(
        issues: issues + [
          noStates(error, inputs.prices.source, settings, instead: "use --by threshold")
        ])
    }
    let window = max(60, Int((settings.windowDays / steps.stepDays).rounded()))
    let days = Days(steps, of: series, window: window)
    let models = Models(steps.suffix(window + 1), days)
    issues += days?.flat(models.heterogeneous, inputs.prices.source) ?? []
    let (chainAt, chain) = chain(inputs.markets, &issues)
    let implied = impliedNow(outlook, chain, chainAt, inputs, &issues)
    return RegimeContents(
      inputs: provenance(inputs), series: series, step: length, stepCount: steps.bars.count,
      windowSteps: window, settings: settings, spans: spans(series),
      garch: models.garch, gjr: models.gjr, heterogeneous: models.heterogeneous,
      daysPassedOver: days?.missing ?? 0, states: models.states, outlook: outlook,
      switches: switches(outlooks), steps: outlooks, implied: implied,
      premiumScore: premiumScore(outlooks), chainAt: chainAt, chain: chain, issues: issues)
  }

  static func noStates(
    _ error: SeriesError, _ source: String, _ settings: OutlookSettings, instead: String
  ) -> Issue {
    let days = NumberText.decimal(settings.windowDays, places: 0, .toNearestEven)
    return Issue(
      source: source, seen: "\(error)",
      allowed: "a fit of two hidden states that converged on the last \(days) days",
      fix: "give a longer file or another window, or \(instead)")
  }

  static func implied(
    _ input: InputBytes?, _ issues: inout [Issue], spikes: SpikeRule = .bothNeighbours
  ) throws(ReportRefusal) -> ImpliedHistory? {
    guard let input else { return nil }
    let parsed = PriceDocument.parse(input, spikes: spikes)
    issues += parsed.issues
    guard let series = parsed.value else { throw ReportRefusal(issues: issues) }
    // Five per cent a year is below anything that moves: such values are ratios, or of something else.
    let highest = series.bars.lazy.map(\.bar.close).max() ?? 0
    guard highest >= 5 else {
      throw ReportRefusal(
        issues: issues + [
          Issue(
            source: input.source, seen: "no value above \(highest)",
            allowed: "an index in volatility points, 65 for 65 %",
            fix: "multiply ratios by 100, or leave the file out")
        ])
    }
    return ImpliedHistory(series)
  }

  private static func provenance(_ inputs: RegimeInputs) -> [Provenance.Input] {
    var all = [("prices", inputs.prices)]
    if let dvol = inputs.dvol { all.append(("dvol", dvol)) }
    all += inputs.markets.map { ("market", $0) }
    if let policy = inputs.policy { all.append(("policy", policy)) }
    return all.map { Provenance.Input(role: $0.0, name: $0.1.source, digest: $0.1.digest) }
  }

  /// The last day, week, month, quarter and year that the series covers.
  private static func spans(_ series: PriceSeries) -> [RegimeContents.Span] {
    var spans: [RegimeContents.Span] = []
    let whole = Double(series.bars.count) * series.stepDays
    for days in [1.0, 7, 30, 90, 365].filter({ $0 < whole }) + (whole <= 365 ? [whole] : []) {
      let count = Int((days / series.stepDays).rounded())
      // Below a week of days an estimate is an anecdote.
      guard count >= 7, count <= series.bars.count else { continue }
      let bars = series.bars.suffix(count).map(\.bar)
      guard
        let realised = try? RealisedVolatility(bars, periodsPerYear: series.periodsPerYear)
      else { continue }
      spans.append(RegimeContents.Span(days: days, bars: count, realised: realised))
    }
    return spans
  }

  private static func switches(_ outlooks: [MarketOutlook]) -> [RegimeSwitch] {
    var switches: [RegimeSwitch] = []
    for outlook in outlooks {
      if let last = outlook.lastSwitch, last != switches.last { switches.append(last) }
    }
    return switches
  }

  /// (premium now − mean)/deviation over the last 365 days.
  private static func premiumScore(_ outlooks: [MarketOutlook]) -> Result<Double, NoImplied> {
    func none(_ reason: String) -> Result<Double, NoImplied> {
      .failure(NoImplied(explanation: reason))
    }
    guard let last = outlooks.last, last.implied != nil else {
      return none("needs an index with --dvol that reaches the end of the prices")
    }
    let from = last.asOf.milliseconds - 365 * PriceSeries.day
    let premia = outlooks.filter { $0.asOf.milliseconds > from }.compactMap { outlook in
      outlook.implied.map { $0 * $0 - outlook.forecast * outlook.forecast }
    }
    guard premia.count >= 30, let now = premia.last else {
      return none("\(premia.count) of 30 steps of the past year with an index")
    }
    let mean = premia.reduce(0, +) / Double(premia.count)
    let squares = premia.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Double(premia.count - 1)).squareRoot()
    return deviation > 0
      ? .success((now - mean) / deviation) : none("the premium of the past year never changed")
  }
}
