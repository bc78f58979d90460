internal import FulcrumNumerics

/// Model-free implied variance of one expiry from its out-of-the-money options (leverage-math 4.6).
///
///     σ² = (2/T) Σ ΔKᵢ/Kᵢ² Qᵢ − (1/T)(F/K₀ − 1)²
///
/// K₀ is the highest strike ≤ F, where Q is the mean of put and call; ΔK is half the distance between
/// the two neighbours, at the ends the whole distance to the one. Prices are undiscounted, so the
/// growth factor e^{rT} is in them.
///
/// - Accuracy: within 1e-11 relative (Tests/Vectors/implied_variance.json).
/// - Source: P. Carr, D. Madan (1998); CBOE VIX methodology.
public struct ImpliedVariance: Hashable, Sendable {
  /// One strike: K > 0, and the undiscounted price of the option that is out of the money there; at
  /// K₀ that of the put. USD.
  public struct Quote: Hashable, Sendable {
    public let strike: Double
    public let price: Double

    public init(strike: Double, price: Double) {
      self.strike = strike
      self.price = price
    }
  }

  /// K₀, USD.
  public let centralStrike: Double
  /// Annual variance; below 0 where the correction exceeds the strip, which no market should show.
  public let variance: Double
  /// Share of the strip's sum that its two end strikes bring: what truncation may have lost.
  public let endShare: Double
  /// Where the cells of the end strikes stop, USD: half a step beyond them; the lower may be below 0.
  public let lowerEdge, upperEdge: Double

  /// The lowest strike and the one above it, the highest and the one below it.
  public let lowest, highest: [Quote]

  /// 100√variance, in volatility points; nil where the variance is below 0.
  public var index: Double? { variance >= 0 ? 100 * variance.squareRoot() : nil }

  /// - Parameters:
  ///   - forward: F > 0, USD.
  ///   - years: T > 0.
  ///   - quotes: ascending strikes, at least 3, one of them ≤ F.
  /// - Throws: `.tooShort`, `.badElement`.
  public init(forward: Double, years: Double, quotes: [Quote]) throws(SeriesError) {
    guard quotes.count >= 3 else {
      throw .tooShort(what: "strikes", seen: quotes.count, needed: 3)
    }
    try Self.check(forward, years, quotes)
    guard let centre = quotes.lastIndex(where: { $0.strike <= forward }) else {
      throw .badElement(
        what: "strikes", index: 0, seen: quotes[0].strike, allowed: "at most F, \(forward)")
    }
    let k0 = quotes[centre].strike
    let contributions = quotes.indices.map { place in
      let (quote, last) = (quotes[place], quotes.count - 1)
      let below = quotes[max(0, place - 1)].strike
      let above = quotes[min(last, place + 1)].strike
      let width = place == 0 || place == last ? above - below : 0.5 * (above - below)
      // The call at K₀ by parity is P + (F − K₀); the mean of the two is P + ½(F − K₀).
      let price = place == centre ? quote.price + 0.5 * (forward - k0) : quote.price
      return width / (quote.strike * quote.strike) * price
    }
    let sum = contributions.neumaierSum
    let excess = (forward - k0) / k0
    centralStrike = k0
    variance = (2 * sum - excess * excess) / years
    let last = quotes.count - 1
    lowerEdge = quotes[0].strike - 0.5 * (quotes[1].strike - quotes[0].strike)
    upperEdge = quotes[last].strike + 0.5 * (quotes[last].strike - quotes[last - 1].strike)
    lowest = [quotes[0], quotes[1]]
    highest = [quotes[last], quotes[last - 1]]
    endShare = sum > 0 ? (contributions[0] + contributions[contributions.count - 1]) / sum : 0
  }

  private static func check(
    _ forward: Double, _ years: Double, _ quotes: [Quote]
  ) throws(SeriesError) {
    for (what, seen) in [("F", forward), ("T", years)] where !(seen > 0 && seen.isFinite) {
      throw .badElement(what: what, index: 0, seen: seen, allowed: "a finite number above 0")
    }
    for (index, quote) in quotes.enumerated() {
      guard quote.strike.isFinite, quote.strike > (index == 0 ? 0 : quotes[index - 1].strike)
      else {
        throw .badElement(
          what: "strikes", index: index, seen: quote.strike, allowed: "above 0 and ascending")
      }
      guard quote.price.isFinite, quote.price >= 0 else {
        throw .badElement(what: "prices", index: index, seen: quote.price, allowed: "0 or more")
      }
    }
  }

  /// Annual variance at `target` years between two expiries: linear in total variance σ²T.
  ///
  /// - Parameters: annual variances at `years` T₁ < T₂ each; outside the two the line is extended.
  public static func interpolate(
    to target: Double, near: (years: Double, variance: Double),
    far: (years: Double, variance: Double)
  ) -> Double {
    let weight = (target - near.years) / (far.years - near.years)
    let total =
      (1 - weight) * near.variance * near.years + weight * far.variance * far.years
    return total / target
  }
}
