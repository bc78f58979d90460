import FulcrumModel
import RealModule

/// The options of one coin, one settlement style and one expiry, as a market snapshot has them.
struct ExpirySlice: Sendable {
  struct Key: Hashable, Sendable {
    let underlying: Underlying
    let settlement: Settlement
    let expiry: Timestamp
  }

  /// Call and put of one strike.
  struct Strike: Sendable {
    let strike: Double
    var call: Quote?
    var put: Quote?
  }

  let key: Key
  /// Ascending.
  private(set) var strikes: [Strike]

  init(key: Key, quotes: [Quote]) {
    self.key = key
    var byStrike: [Double: Strike] = [:]
    for quote in quotes {
      guard case .option(let right, let strike, _) = quote.instrument.kind else { continue }
      let level = strike.doubleValue
      var entry = byStrike[level] ?? Strike(strike: level)
      if right == .call { entry.call = quote } else { entry.put = quote }
      byStrike[level] = entry
    }
    strikes = byStrike.values.sorted { $0.strike < $1.strike }
  }

  /// The forward that the venue printed on the newest quote that carries one; ties go to the lowest
  /// strike, so that the answer does not depend on the order of the file.
  var printedForward: Double? {
    var best: (asOf: Timestamp, forward: Double)?
    for quote in strikes.lazy.flatMap({ [$0.call, $0.put] }).compactMap({ $0 }) {
      guard let forward = quote.forward?.doubleValue, forward > 0 else { continue }
      if best == nil || quote.asOf > (best?.asOf ?? quote.asOf) { best = (quote.asOf, forward) }
    }
    return best?.forward
  }
}

// MARK: - Forward from put-call parity

extension ExpirySlice {
  private struct Pair {
    let strike: Double
    /// Call less put, in the quotation of the options.
    let difference: Double
    let sum: Double
    let weight: Double
  }

  /// Forward by the unit-intercept parity fit of leverage-math 8.2, USD per coin.
  ///
  ///     inverse: c − p = 1 − K/F      F = Σ ω K² / Σ ω K (1 − c + p)
  ///     linear:  C − P = F − K        F = Σ ω (K + C − P) / Σ ω
  ///
  /// over strikes within ±1.5 w of a first guess, w being the deviation that the straddle nearest
  /// the money implies. Weights are 1/half-spread² where both sides are quoted two-sided, else equal.
  /// - Returns: nil without two strikes, or where the fit is not a positive number.
  func parityForward() -> Double? {
    let pairs = self.pairs()
    guard pairs.count >= 2,
      let centre = pairs.min(by: { $0.difference.magnitude < $1.difference.magnitude })
    else { return nil }
    let guess = fit([centre])
    guard let guess else { return nil }
    // A straddle at the money costs about 0.8 F w.
    let straddle = key.settlement == .inverse ? centre.sum : centre.sum / guess
    let window = 1.5 * max(straddle / 0.8, 0.01)
    let near = pairs.filter { Double.log($0.strike / guess).magnitude <= window }
    return fit(near.count >= 2 ? near : pairs)
  }

  private func pairs() -> [Pair] {
    let priced = strikes.compactMap { strike -> Pair? in
      guard let call = strike.call, let put = strike.put, strike.strike > 0,
        let callPrice = Self.price(call), let putPrice = Self.price(put)
      else { return nil }
      let spread = Self.halfSpread(call).flatMap { a in Self.halfSpread(put).map { a + $0 } }
      let weight = spread.map { 1 / ($0 * $0) } ?? 0
      return Pair(
        strike: strike.strike, difference: callPrice - putPrice, sum: callPrice + putPrice,
        weight: weight)
    }
    let weighted = priced.filter { $0.weight > 0 && $0.weight.isFinite }
    if weighted.count >= 3 { return weighted }
    return priced.map {
      Pair(strike: $0.strike, difference: $0.difference, sum: $0.sum, weight: 1)
    }
  }

  private func fit(_ pairs: [Pair]) -> Double? {
    var numerator = 0.0
    var denominator = 0.0
    for pair in pairs {
      switch key.settlement {
      case .inverse:
        numerator += pair.weight * pair.strike * pair.strike
        denominator += pair.weight * pair.strike * (1 - pair.difference)
      case .linear:
        numerator += pair.weight * (pair.strike + pair.difference)
        denominator += pair.weight
      }
    }
    let forward = numerator / denominator
    return forward.isFinite && forward > 0 ? forward : nil
  }

  /// The venue's mark, else the middle of a two-sided, uncrossed quote.
  static func price(_ quote: Quote) -> Double? {
    if let mark = quote.mark?.doubleValue, mark > 0 { return mark }
    return middle(quote)
  }

  static func middle(_ quote: Quote) -> Double? {
    guard let bid = quote.bid?.doubleValue, let ask = quote.ask?.doubleValue, bid > 0, ask >= bid
    else { return nil }
    return (bid + ask) / 2
  }

  private static func halfSpread(_ quote: Quote) -> Double? {
    guard let bid = quote.bid?.doubleValue, let ask = quote.ask?.doubleValue, bid > 0, ask > bid
    else { return nil }
    return (ask - bid) / 2
  }
}
