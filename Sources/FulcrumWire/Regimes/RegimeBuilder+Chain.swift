package import FulcrumModel
package import FulcrumPricing
import FulcrumRisk

/// The index of one coin of a chain.
package struct ChainIndex: Sendable {
  package let coin: Underlying
  package let expiries: [ExpiryVariance]
  package let index: ImpliedIndex?
}

/// Implied volatility at the end of the prices and where it is from.
package struct ImpliedNow: Sendable {
  package enum Source: String, Sendable { case dvol, chain }

  /// Annual, 1 = 100 %.
  package let volatility: Double
  package let source: Source
  /// The instant that a chain is of; nil for an index file, whose value closed with the prices.
  package let at: Timestamp?
}

/// Why no implied volatility stands beside the forecast.
package struct NoImplied: Error, Sendable {
  package let explanation: String
}

extension RegimeBuilder {
  /// A chain further from the end of the prices says nothing of the same days.
  static let chainReach: Int64 = 7 * PriceSeries.day

  static func chain(
    _ markets: [InputBytes], _ issues: inout [Issue]
  ) -> (Timestamp?, [ChainIndex]) {
    var market: MarketSnapshot?
    for input in markets {
      let parsed = MarketDocument.parse(input, asOf: nil)
      issues += parsed.issues
      if market == nil { market = parsed.value } else { market?.merge(parsed.value) }
    }
    guard let market, market.hasPrices else { return (nil, []) }
    let view = MarketView(market, at: market.asOf, for: [])
    let coins = Set(market.quotes.values.map(\.instrument.underlying))
    let chain = coins.sorted { "\($0)" < "\($1)" }.map { coin in
      let expiries = view.impliedVariances(of: coin)
      return ChainIndex(coin: coin, expiries: expiries, index: ImpliedIndex(expiries))
    }
    return (market.asOf, chain.filter { !$0.expiries.isEmpty })
  }

  /// The index file's value, else the chain's 30-day index where it is of the same week and coin.
  ///
  /// It stands beside the forecast alone: one day's value in a score over its own past would be
  /// measured against days without one.
  static func impliedNow(
    _ outlook: MarketOutlook, _ chain: [ChainIndex], _ at: Timestamp?, _ inputs: RegimeInputs,
    _ issues: inout [Issue]
  ) -> Result<ImpliedNow, NoImplied> {
    if let dvol = outlook.implied {
      return .success(ImpliedNow(volatility: dvol, source: .dvol, at: nil))
    }
    func none(_ reason: String) -> Result<ImpliedNow, NoImplied> {
      .failure(NoImplied(explanation: reason))
    }
    guard let at else {
      return none(
        inputs.dvol == nil
          ? "give an index with --dvol or a chain with --market"
          : "the index has no value within a week before \(outlook.asOf)")
    }
    let wanted = chain.filter { inputs.coin == nil || "\($0.coin)" == inputs.coin }
    guard wanted.count == 1, let only = wanted.first else {
      let coins = chain.map { "\($0.coin)" }.joined(separator: ", ")
      return none(
        coins.isEmpty
          ? "the chain holds no expiry to sum"
          : "the chain is of \(coins); say which the prices are of with --coin")
    }
    let distance = at.milliseconds - outlook.asOf.milliseconds
    guard distance.magnitude <= chainReach.magnitude else {
      let days = distance.magnitude / PriceSeries.day.magnitude
      let side = distance > 0 ? "after" : "before"
      let reason = "the chain is of \(at), \(days) d \(side) the prices end"
      issues.append(
        Issue(
          .warning, source: inputs.markets.first?.source ?? "", seen: reason,
          allowed: "a chain within a week of \(outlook.asOf)",
          fix: "no premium is shown; give prices and a chain of the same days"))
      return none(reason)
    }
    guard let index = only.index else { return none("the chain has no expiries around 30 days") }
    return .success(
      ImpliedNow(
        volatility: (index.withWings ?? index.quotesAlone) / 100, source: .chain, at: at))
  }

  /// A step of the models holds whole bars.
  static func check(
    _ step: Int64?, _ series: PriceSeries, _ source: String, _ issues: [Issue]
  ) throws(ReportRefusal) {
    guard let step, step <= 0 || !step.isMultiple(of: series.interval) else { return }
    throw ReportRefusal(
      issues: issues + [
        Issue(
          source: source,
          seen: "--step \(RegimePage.length(step)) on bars of "
            + RegimePage.length(series.interval),
          allowed: "a multiple of a bar", fix: "leave --step out, or give 1d or 1h")
      ])
  }
}
