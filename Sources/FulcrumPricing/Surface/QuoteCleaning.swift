import FulcrumModel
internal import FulcrumNumerics
internal import RealModule

/// The quotes of one expiry sorted into those that a smile may be fitted to and those that may not.
struct CleanedExpiry: Sendable {
  let key: ExpirySlice.Key
  let years: Double
  let forward: Double
  /// Ascending in strike.
  var quotes: [SmileQuote] = []
  var rejected: [RejectedQuote] = []
}

/// Cleaning by leverage-math 8.1, one named reason a quote that is left out.
struct QuoteCleaning {
  let key: ExpirySlice.Key
  let instant: Timestamp
  let settings: SurfaceSettings

  /// A quote whose two sides are prices in order.
  struct TwoSided {
    let quote: Quote
    let right: OptionRight
    let strike, bid, ask: Double
    var spread: Double { ask - bid }
  }

  var years: Double { instant.years(to: key.expiry) }

  // MARK: Prices

  /// Everything that can be said of a quote before the forward is known.
  func twoSided(_ quotes: [Quote], _ rejected: inout [RejectedQuote]) -> [TwoSided] {
    var found: [TwoSided] = []
    for quote in quotes {
      guard case .option(let right, let level, _) = quote.instrument.kind else { continue }
      let strike = level.doubleValue
      switch sides(of: quote) {
      case .failure(let fault):
        rejected.append(
          RejectedQuote(id: quote.instrument.id, strike: strike, reason: fault.reason))
      case .success(let (bid, ask)):
        found.append(TwoSided(quote: quote, right: right, strike: strike, bid: bid, ask: ask))
      }
    }
    return withoutDuplicates(found, &rejected)
  }

  private struct Fault: Error { let reason: QuoteRejection }

  private func sides(of quote: Quote) -> Result<(bid: Double, ask: Double), Fault> {
    func refuse(_ reason: QuoteRejection) -> Result<(bid: Double, ask: Double), Fault> {
      .failure(Fault(reason: reason))
    }
    guard years > 0 else { return refuse(.expired) }
    // Read one by one: no closure over an optional price.
    var bid: Double?
    if let price = quote.bid { bid = price.doubleValue }
    var ask: Double?
    if let price = quote.ask { ask = price.doubleValue }
    guard let bid else { return refuse(ask == nil ? .unquoted : .noBid) }
    guard let ask else { return refuse(.noAsk) }
    guard bid > 0 else { return refuse(.zeroBid) }
    guard ask > 0 else { return refuse(.zeroAsk) }
    guard bid <= ask else { return refuse(.crossed) }
    let age = instant.milliseconds.subtractingReportingOverflow(quote.asOf.milliseconds)
    guard !age.overflow, age.partialValue.magnitude <= UInt64(settings.staleAfterMilliseconds)
    else { return refuse(.stale) }
    return .success((bid, ask))
  }

  private struct StrikeSide: Hashable {
    let strike: Double
    let right: OptionRight
  }

  /// Of two quotes of one strike and right the narrower stands, at equal width the first by name.
  private func withoutDuplicates(
    _ quotes: [TwoSided], _ rejected: inout [RejectedQuote]
  ) -> [TwoSided] {
    var best: [StrikeSide: TwoSided] = [:]
    for quote in quotes.sorted(by: { $0.quote.instrument.id < $1.quote.instrument.id }) {
      let place = StrikeSide(strike: quote.strike, right: quote.right)
      guard let held = best[place] else {
        best[place] = quote
        continue
      }
      let (kept, left) = quote.spread < held.spread ? (quote, held) : (held, quote)
      best[place] = kept
      rejected.append(
        RejectedQuote(id: left.quote.instrument.id, strike: left.strike, reason: .duplicate))
    }
    return best.values.sorted {
      ($0.strike, $0.right == .put ? 0 : 1) < ($1.strike, $1.right == .put ? 0 : 1)
    }
  }

  // MARK: Parity

  /// Pairs within ±1.5 w of a first guess, w the deviation of the straddle nearest the money, at
  /// 0.8 F w a straddle.
  func pairs(_ quotes: [TwoSided]) -> [ParityForward.Pair] {
    var calls: [Double: TwoSided] = [:]
    for quote in quotes where quote.right == .call { calls[quote.strike] = quote }
    var pairs: [ParityForward.Pair] = []
    let tick = smallestStep(quotes)
    for put in quotes where put.right == .put && put.strike > 0 {
      guard let call = calls[put.strike] else { continue }
      let half = max(0.5 * (call.spread + put.spread), 0.5 * tick)
      guard half > 0 else { continue }
      pairs.append(
        ParityForward.Pair(
          strike: put.strike, call: 0.5 * (call.bid + call.ask), put: 0.5 * (put.bid + put.ask),
          halfSpread: half))
    }
    let gap = { (pair: ParityForward.Pair) in (pair.call - pair.put).magnitude }
    guard let centre = pairs.min(by: { gap($0) < gap($1) }) else { return [] }
    let difference = centre.call - centre.put
    let guess =
      key.settlement == .inverse ? centre.strike / (1 - difference) : centre.strike + difference
    guard guess.isFinite, guess > 0 else { return [] }
    let straddle = centre.call + centre.put
    let deviation = (key.settlement == .inverse ? straddle : straddle / guess) / 0.8
    let window = 1.5 * max(deviation, 0.01)
    return pairs.filter { Double.log($0.strike / guess).magnitude <= window }
  }

  /// The smallest step seen between two quoted prices, 0 where there is one price only: the tick
  /// that these quotes are made in, without asking the venue.
  func smallestStep(_ quotes: [TwoSided]) -> Double {
    let prices = (quotes.map(\.bid) + quotes.map(\.ask)).sorted()
    var step = Double.infinity
    for (low, high) in zip(prices, prices.dropFirst()) where high - low > 1e-9 * high {
      step = min(step, high - low)
    }
    return step.isFinite ? step : 0
  }

  // MARK: Volatilities

  /// Beyond 1,000 % a year a crypto option's quote is a placeholder, not an opinion.
  static let highestVolatility = 10.0

  func cleaned(
    _ quotes: [TwoSided], forward: Double, rejected: [RejectedQuote]
  ) -> CleanedExpiry {
    var result = CleanedExpiry(key: key, years: years, forward: forward)
    result.rejected = rejected
    let tick = smallestStep(quotes)
    let outside = quotes.filter { ($0.right == .call) == ($0.strike >= forward) }
    let limit = max(settings.widestSpread * (median(outside.map(\.spread)) ?? 0), 4.001 * tick)
    for quote in quotes {
      var reason: QuoteRejection?
      if (quote.right == .call) != (quote.strike >= forward) {
        reason = .inTheMoney
      } else {
        switch volatilities(of: quote, forward: forward, tick: tick) {
        case .failure(let fault): reason = fault.reason
        case .success(let clean):
          if quote.spread > limit { reason = .wideSpread } else { result.quotes.append(clean) }
        }
      }
      if let reason {
        result.rejected.append(
          RejectedQuote(id: quote.quote.instrument.id, strike: quote.strike, reason: reason))
      }
    }
    return result
  }

  private func volatilities(
    of quote: TwoSided, forward: Double, tick: Double
  ) -> Result<SmileQuote, Fault> {
    func solve(_ price: Double) -> ImpliedVolatility.Result {
      key.settlement == .inverse
        ? ImpliedVolatility.solveCoin(
          right: quote.right, forward: forward, strike: quote.strike, years: years,
          coinPrice: price)
        : ImpliedVolatility.solve(
          right: quote.right, forward: forward, strike: quote.strike, years: years,
          undiscountedPrice: price)
    }
    let (low, high) = (solve(quote.bid), solve(quote.ask))
    guard quote.strike > 0, case .ok = low.status, case .ok = high.status,
      let bid = low.volatility, let ask = high.volatility, bid > 0, ask >= bid
    else { return .failure(Fault(reason: .outOfBounds)) }
    guard ask <= Self.highestVolatility else {
      return .failure(Fault(reason: .absurdVolatility))
    }
    let tickUsd = key.settlement == .inverse ? tick * forward : tick
    let vega = 0.5 * (low.vega + high.vega)
    return .success(
      SmileQuote(
        id: quote.quote.instrument.id, right: quote.right, strike: quote.strike,
        moneyness: Double.log(quote.strike / forward), bid: bid, ask: ask,
        tick: vega > 0 ? tickUsd / vega : 0))
  }
}

/// The middle value; of an even number the mean of the middle two.
func median(_ values: [Double]) -> Double? {
  guard !values.isEmpty else { return nil }
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count.isMultiple(of: 2)
    ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
}
