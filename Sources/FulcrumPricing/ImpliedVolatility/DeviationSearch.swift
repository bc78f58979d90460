internal import FulcrumNumerics
internal import RealModule

extension ImpliedVolatility {
  /// w and the density lo·φ there, such that the out-of-the-money price is `timeValue`.
  ///
  /// - Parameter timeValue: in (0, lo).
  static func deviation(
    lo: Double, hi: Double, timeValue: Double
  ) -> (deviation: Double, density: Double) {
    var search = DeviationSearch(lo: lo, hi: hi, timeValue: timeValue)
    return search.solve()
  }
}

/// Halley steps on the logarithm of price or complement, inside a bracket that always shrinks.
private struct DeviationSearch {
  let lo, hi, timeValue: Double
  /// Solve on ln(lo − price), which is well conditioned where the price nears lo.
  let onComplement: Bool
  let target: Double
  var lower = OutOfTheMoney.smallestDeviation
  var upper = OutOfTheMoney.largestDeviation

  init(lo: Double, hi: Double, timeValue: Double) {
    self.lo = lo
    self.hi = hi
    self.timeValue = timeValue
    onComplement = timeValue > 0.5 * lo
    target = Double.log(onComplement ? lo - timeValue : timeValue)
  }

  /// What an objective that increases in w says at one w.
  private struct Probe {
    var excess: Double
    /// d(excess)/dw and its logarithmic curvature, both by leverage-math 1.5: ∂B/∂w = D,
    /// ∂²B/∂w² = D d₁d₂/w.
    var slope: Double
    var bend: Double
    var density: Double
  }

  private func probe(_ w: Double) -> Probe? {
    let terms = OutOfTheMoney(lo: lo, hi: hi, deviation: w)
    let value = onComplement ? terms.complement : terms.price
    guard value > 0, terms.density > 0 else { return nil }
    let relative = terms.density / value
    let convexity = terms.near * terms.far / w
    let logarithm = Double.log(value)
    // On the complement both derivatives of its logarithm change sign; excess is target − ln, so
    // that it still increases in w.
    return onComplement
      ? Probe(
        excess: target - logarithm, slope: relative, bend: convexity + relative,
        density: terms.density)
      : Probe(
        excess: logarithm - target, slope: relative, bend: convexity - relative,
        density: terms.density)
  }

  /// Whether underflow at w comes from the left, a − t > 0.
  private func isFarOut(_ w: Double) -> Bool {
    2 * OutOfTheMoney.logMoneyness(lo: lo, hi: hi) > w * w
  }

  mutating func solve() -> (deviation: Double, density: Double) {
    var w = start()
    var density = 0.0
    for _ in 0..<120 {
      guard let probe = probe(w) else {
        // No density left: w is too small where the price is far out of the money, else too large.
        if isFarOut(w) { lower = w } else { upper = w }
        w = (lower * upper).squareRoot()
        continue
      }
      density = probe.density
      if probe.excess == 0 { return (w, density) }
      if probe.excess > 0 { upper = min(upper, w) } else { lower = max(lower, w) }
      let newton = -probe.excess / probe.slope
      // Halley, its correction held to a factor of two either way.
      let correction = min(max(1 + 0.5 * newton * probe.bend, 0.5), 2)
      var next = w + newton / correction
      if !(next > lower && next < upper) { next = bisection(w, probe.excess) }
      if (next - w).magnitude <= 2.5e-16 * w || upper - lower <= 4.5e-16 * lower {
        return (next, density)
      }
      w = next
    }
    return (w, density)
  }

  /// Between the last point and the far end of the bracket, geometrically.
  private func bisection(_ w: Double, _ excess: Double) -> Double {
    let far = excess > 0 ? lower : upper
    return (w * far).squareRoot()
  }

  /// Newton from the inflection w = √(2x) of price in w: in 1/w² to its left, where ln(price) is
  /// nearly linear in it, and in w to its right.
  private func start() -> Double {
    let x = OutOfTheMoney.logMoneyness(lo: lo, hi: hi)
    guard x > 1e-10 else {
      // At the money price = lo·(2N(w/2) − 1).
      return max(2 * Normal.inverseCdf(0.5 + 0.5 * (timeValue / lo)), lower * 2)
    }
    let inflection = (2 * x).squareRoot()
    let terms = OutOfTheMoney(lo: lo, hi: hi, deviation: inflection)
    guard terms.price > 0, terms.density > 0 else { return inflection }
    if timeValue < terms.price {
      let slope = terms.density / terms.price * inflection * inflection * inflection / 2
      let inverseSquare =
        1 / (inflection * inflection)
        + (Double.log(terms.price) - Double.log(timeValue)) / slope
      return 1 / inverseSquare.squareRoot()
    }
    if onComplement, terms.complement > 0 {
      // ln(complement) falls like −w²/8: Newton in w².
      let gap = Double.log(terms.complement) - target
      let slope = terms.density / terms.complement / (2 * inflection)
      return (inflection * inflection + max(gap, 0) / slope).squareRoot()
    }
    return inflection + (timeValue - terms.price) / terms.density
  }
}
