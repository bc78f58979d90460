import FulcrumModel
import RealModule

/// The options of one coin, one settlement style and one expiry, as a market snapshot has them.
struct ExpirySlice: Sendable {
  struct Key: Hashable, Sendable {
    let underlying: Underlying
    let settlement: Settlement
    let expiry: Timestamp

    /// The same coin and day settled the other way: its forward and smile stand in.
    var twin: Key {
      Key(
        underlying: underlying, settlement: settlement == .inverse ? .linear : .inverse,
        expiry: expiry)
    }
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
  /// Call and put of one strike with a price each.
  private struct Pair {
    let strike: Double
    /// Call less put, and their sum, in the quotation of the options.
    let difference: Double
    let sum: Double
    /// 1/half-spread² of the pair; nil for marks, which have none.
    let weight: Double?
  }

  /// Forward by put-call parity, USD per coin; nil without a pair of prices that gives one.
  ///
  ///     inverse: c − p = 1 − K/F        linear: C − P = F − K
  ///
  /// From the venue's marks, where two strikes or more have both: the median over strikes, since
  /// marks come from the venue's own model and what stands out is a row out of step, not noise.
  /// Otherwise from two-sided quotes by the unit-intercept least squares of leverage-math 8.2.
  func parityForward() -> Double? {
    let marks = pairs(marks: true)
    if marks.count >= 2 { return median(marks.compactMap(forward)) }
    return leastSquares(pairs(marks: false)) ?? median(marks.compactMap(forward))
  }

  private func pairs(marks: Bool) -> [Pair] {
    strikes.compactMap { strike in
      guard let call = strike.call, let put = strike.put, strike.strike > 0 else { return nil }
      if marks {
        guard let c = call.mark?.doubleValue, let p = put.mark?.doubleValue, c > 0, p > 0 else {
          return nil
        }
        return Pair(strike: strike.strike, difference: c - p, sum: c + p, weight: nil)
      }
      guard let c = Self.middle(call), let p = Self.middle(put), let a = Self.halfSpread(call),
        let b = Self.halfSpread(put)
      else { return nil }
      let weight = 1 / ((a + b) * (a + b))
      return Pair(strike: strike.strike, difference: c - p, sum: c + p, weight: weight)
    }
  }

  private func forward(_ pair: Pair) -> Double? {
    let forward =
      key.settlement == .inverse
      ? pair.strike / (1 - pair.difference) : pair.strike + pair.difference
    return forward.isFinite && forward > 0 ? forward : nil
  }

  private func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2)
      ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }

  /// F = Σ ω K² / Σ ω K (1 − c + p), or Σ ω (K + C − P) / Σ ω, over strikes within ±1.5 w of a first
  /// guess; w is the deviation that the straddle nearest the money implies, at 0.8 F w a straddle.
  private func leastSquares(_ pairs: [Pair]) -> Double? {
    guard
      let centre = pairs.min(by: { $0.difference.magnitude < $1.difference.magnitude }),
      let guess = forward(centre)
    else { return nil }
    let straddle = key.settlement == .inverse ? centre.sum : centre.sum / guess
    let window = 1.5 * max(straddle / 0.8, 0.01)
    var numerator = 0.0
    var denominator = 0.0
    for pair in pairs where Double.log(pair.strike / guess).magnitude <= window {
      let weight = pair.weight ?? 1
      switch key.settlement {
      case .inverse:
        numerator += weight * pair.strike * pair.strike
        denominator += weight * pair.strike * (1 - pair.difference)
      case .linear:
        numerator += weight * (pair.strike + pair.difference)
        denominator += weight
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
