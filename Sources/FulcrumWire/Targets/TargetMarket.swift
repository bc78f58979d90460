import FulcrumModel
import FulcrumPricing
import FulcrumRisk

/// What the prices say at the valuation, and whether anything may be ordered on the strength of it.
struct TargetMarket {
  let outlook: MarketOutlook
  /// Why no pool is steered by these prices; nil where they will do.
  let doubt: String?

  /// Prices older than this are a matter of the past: a regime changes within days.
  static let oldest: Int64 = 3 * 86_400_000
  /// Closes and index further apart than this are told; by a factor of two no pool is steered.
  static let unlikeGap = 0.3

  /// What the book says of the coin that is steered.
  struct Subject {
    let coin: String
    /// USD; nil where no pool on it has a value.
    let index: Double?
    let asOf: Timestamp
  }

  /// - Throws: where the documents cannot be read, or say nothing at all before the valuation.
  static func read(
    _ inputs: TargetInputs, _ policy: PolicyBook, _ subject: Subject, _ issues: inout [Issue]
  ) throws(ReportRefusal) -> TargetMarket {
    let parsed = PriceDocument.parse(inputs.prices, coin: inputs.coin.map { _ in subject.coin })
    issues += parsed.issues
    guard let series = parsed.value else { throw ReportRefusal(issues: issues) }
    let history = try RegimeBuilder.implied(inputs.dvol, &issues)
    // What closed after the valuation was not known at it.
    let known = series.bars.indices.count { series.closes($0) <= subject.asOf }
    let past = series.prefix(known)
    let step = policy.step(forBars: past.interval)
    if let issue = policy.windowFault(step: step, source: inputs.policy.source) {
      throw ReportRefusal(issues: issues + [issue])
    }
    let outlooks = OutlookEngine.walk(past, settings: policy.outlook, step: step, fresh: true) {
      history?.volatility(at: $0)
    }
    guard let outlook = outlooks.last, outlook.volatility > 0, let last = past.bars.last else {
      throw ReportRefusal(
        issues: issues + [
          Issue(
            source: inputs.prices.source,
            seen: "\(known) bars that closed by \(subject.asOf)",
            allowed: "two steps and more that move",
            fix: "give prices that reach to the valuation, or --as-of within them")
        ])
    }
    if case .failure(let error) = outlook.rough {
      throw ReportRefusal(
        issues: issues + [
          RegimeBuilder.noStates(
            error, inputs.prices.source, policy.outlook, instead: "judge by score: relative")
        ])
    }
    if let history, outlook.implied == nil, let dvol = inputs.dvol {
      issues.append(history.tooOld(dvol.source, at: outlook.asOf))
    }
    let doubt =
      tooShort(outlook, steps: outlooks.count)
      ?? tooOld(outlook, subject, step: step)
      ?? unlike(last.bar.close, subject, inputs.prices.source, &issues)
    return TargetMarket(outlook: outlook, doubt: doubt)
  }

  private static func tooShort(_ outlook: MarketOutlook, steps: Int) -> String? {
    guard outlook.score == nil else { return nil }
    return
      "needs \(RegimeTracker.leastSteps) steps of prices before a regime is believed; the file "
      + "has \(steps) that closed by the valuation"
  }

  private static func tooOld(
    _ outlook: MarketOutlook, _ subject: Subject, step: Int64
  ) -> String? {
    let age = subject.asOf.milliseconds - outlook.asOf.milliseconds
    let most = max(oldest, 2 * step)
    guard age > most else { return nil }
    return "needs prices within \(most / 86_400_000) d of the valuation at \(subject.asOf); these "
      + "end \(age / 86_400_000) d before it"
  }

  /// Prices of another coin, another unit or another year stand far from the market's index.
  private static func unlike(
    _ close: Double, _ subject: Subject, _ source: String, _ issues: inout [Issue]
  ) -> String? {
    guard let index = subject.index, index > 0, close > 0 else { return nil }
    let ratio = max(close / index, index / close)
    guard ratio > 1 + unlikeGap else { return nil }
    let told =
      "prices that end at \(TargetWords.money(close)) beside an index of "
      + "\(subject.coin) of \(TargetWords.money(index))"
    if ratio > 2 { return "needs prices of this coin at this time; given are " + told }
    issues.append(
      Issue(
        .warning, source: source, seen: told, allowed: "prices of the coin of the book",
        fix: "see that they are of \(subject.coin), in USD and up to date"))
    return nil
  }
}
