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
    var put: Double? = 0
    // A first cell that reaches to 0 leaves no wing.
    if lowerEdge > 0 {
      put = Self.wing(smile, from: Double.log(lowerEdge / forward), toward: -1, years, variance)
    }
    let call = Self.wing(
      smile, from: Double.log(upperEdge / forward), toward: 1, years, variance)
    guard let put, let call else { return nil }
    return Wings(put: put, call: call)
  }

  /// Panels of one deviation each, until one adds next to nothing.
  private static func wing(
    _ smile: RawSVI, from start: Double, toward sign: Double, _ years: Double, _ strip: Double
  ) -> Double? {
    var sum = NeumaierSum()
    var edge = start
    for _ in 0..<mostPanels {
      let variance = smile.totalVariance(at: edge)
      guard variance > 0, variance.isFinite else { return nil }
      var end = edge + sign * variance.squareRoot()
      // The price has a kink at the money.
      if edge * end < 0 { end = 0 }
      let part = GaussLegendre.integral(from: min(edge, end), to: max(edge, end)) { k in
        density(smile, k)
      }
      guard part.isFinite else { return nil }
      sum.add(2 * part / years)
      if 2 * part / years <= leastShare * max(strip.magnitude, sum.value) { return sum.value }
      edge = end
    }
    return nil
  }

  /// q(k) e^{−k}; nothing where the smile has no variance.
  private static func density(_ smile: RawSVI, _ k: Double) -> Double {
    let w = max(0, smile.totalVariance(at: k))
    let option = OptionInput(
      right: k < 0 ? .put : .call, forward: 1, strike: .exp(k), years: 1,
      volatility: w.squareRoot())
    return Black76.undiscounted(option) * .exp(-k)
  }
}
