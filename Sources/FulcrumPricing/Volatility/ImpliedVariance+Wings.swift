internal import FulcrumNumerics
internal import RealModule

extension ImpliedVariance {
  /// Annual variance that a smile holds beyond the strikes of a strip.
  public struct Wings: Hashable, Sendable {
    /// Below the lowest strike's cell, and above the highest one's.
    public let put, call: Double

    public var sum: Double { put + call }
  }

  /// A panel that adds less than this share ends a wing; the specification asks for 1e-4.
  static let leastShare = 1e-9
  /// Deviations that a wing is followed for.
  static let mostPanels = 400

  /// The rest of the variance swap, by a smile that goes on where the strikes end.
  ///
  ///     (2/T) ∫ q(k) e^{−k} dk,   k = ln(K/F),
  ///
  /// q the price of the out-of-the-money option over F. The strip's end cells reach half a step beyond
  /// their strikes, so the wings begin there and nothing counts twice.
  ///
  /// - Parameters:
  ///   - smile: against `forward`; T and `forward` as for the strip, > 0.
  /// - Returns: nil where a wing does not end: total variance of a slope near 2, or below 0.
  /// - Accuracy: within 1e-9 of the variance (Gauss-Legendre of 16 points a deviation).
  public func wings(by smile: RawSVI, forward: Double, years: Double) -> Wings? {
    let variance = { (k: Double) in smile.totalVariance(at: k) }
    return wings(put: variance, call: variance, forward, years)
  }

  /// The same, no further from the quotes than the quotes themselves say.
  ///
  /// A smile fitted to few strikes says nothing of how it goes on: its outer line may be so steep that
  /// most of the variance lies where nobody quotes. So total variance follows the smile or the straight
  /// line through the strip's own last two strikes, whichever is lower:
  ///
  ///     w(k) = min{smile(k), w_e + max(0, w_e − w_n)/|k_e − k_n| · |k − k_e|}
  ///
  /// e the last strike and n its neighbour, w of their prices.
  ///
  /// - Returns: nil where a wing does not end, or where a last price has no volatility.
  /// - Accuracy: on 86 recorded expiries of 5 days and more, cut at 1 deviation, the line misses the
  ///   index of all marks by −3.5 % in the mean, −12 to +1 % at worst; a flat volatility by −7.7 %, no
  ///   wing by −14 %.
  public func boundedWings(by smile: RawSVI, forward: Double, years: Double) -> Wings? {
    guard let put = Self.line(lowest, forward, years),
      let call = Self.line(highest, forward, years)
    else { return nil }
    func bounded(_ line: @escaping (Double) -> Double) -> (Double) -> Double {
      { k in
        let fitted = smile.totalVariance(at: k)
        // What fell below 0 is no smile; the wing then has no end and is refused.
        return fitted > 0 ? min(fitted, line(k)) : fitted
      }
    }
    return wings(put: bounded(put), call: bounded(call), forward, years)
  }

  /// Total variance beyond the first of two quotes, rising as from the second to the first.
  private static func line(
    _ quotes: [Quote], _ forward: Double, _ years: Double
  ) -> ((Double) -> Double)? {
    let ends = quotes.map { quote -> (k: Double, w: Double)? in
      ImpliedVolatility.solve(
        right: quote.strike <= forward ? .put : .call, forward: forward, strike: quote.strike,
        years: years, undiscountedPrice: quote.price
      ).volatility.map { (Double.log(quote.strike / forward), $0 * $0 * years) }
    }
    guard let end = ends[0], let next = ends[1], end.w > 0, end.k != next.k else { return nil }
    let slope = max(0, (end.w - next.w) / (end.k - next.k).magnitude)
    return { k in end.w + slope * (k - end.k).magnitude }
  }

  private func wings(
    put below: (Double) -> Double, call above: (Double) -> Double, _ forward: Double,
    _ years: Double
  ) -> Wings? {
    var put: Double? = 0
    // A first cell that reaches to 0 leaves no wing.
    if lowerEdge > 0 {
      put = Self.wing(below, from: Double.log(lowerEdge / forward), toward: -1, years, variance)
    }
    let call = Self.wing(
      above, from: Double.log(upperEdge / forward), toward: 1, years, variance)
    guard let put, let call else { return nil }
    return Wings(put: put, call: call)
  }

  /// Panels of one deviation each, until one adds next to nothing.
  private static func wing(
    _ total: (Double) -> Double, from start: Double, toward sign: Double, _ years: Double,
    _ strip: Double
  ) -> Double? {
    var sum = NeumaierSum()
    var edge = start
    for _ in 0..<mostPanels {
      let variance = total(edge)
      guard variance > 0, variance.isFinite else { return nil }
      var end = edge + sign * variance.squareRoot()
      // The price has a kink at the money.
      if edge * end < 0 { end = 0 }
      let part = GaussLegendre.integral(from: min(edge, end), to: max(edge, end)) { k in
        density(total(k), k)
      }
      guard part.isFinite else { return nil }
      sum.add(2 * part / years)
      if 2 * part / years <= leastShare * max(strip.magnitude, sum.value) { return sum.value }
      edge = end
    }
    return nil
  }

  /// q(k) e^{−k}; nothing where the smile has no variance.
  private static func density(_ total: Double, _ k: Double) -> Double {
    let w = max(0, total)
    let option = OptionInput(
      right: k < 0 ? .put : .call, forward: 1, strike: .exp(k), years: 1,
      volatility: w.squareRoot())
    return Black76.undiscounted(option) * .exp(-k)
  }
}
