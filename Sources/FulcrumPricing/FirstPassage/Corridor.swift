internal import FulcrumNumerics
internal import RealModule

/// A Brownian motion with drift ν and volatility σ between −A and b, in logarithms.
///
/// Two exact series for the same probabilities (leverage-math 3.5), ℓ = A + b, s = σ√T:
///
/// - **images** for s < ℓ/2: the chance to leave at b, each term a one-barrier probability,
///
///       P_b = Σ_{k≥0} W(b + 2kℓ) − W(2(k+1)ℓ − b),   W(c) = e^{(νb − |ν|c)/σ²} P(level c by T, |ν|)
///
///   and the same at −A with −ν. The first term dominates, so a small probability keeps its digits.
/// - **sines** for s ≥ ℓ/2: the chance to stay, whose terms fall like e^{−π²j²s²/2ℓ²}.
struct Corridor {
  /// A > 0 and b > 0.
  let below: Double
  let above: Double
  /// ν = μ − σ²/2 per year.
  let logDrift: Double
  /// σ per √year.
  let volatility: Double
  /// α = ν/σ², cut to ±1e150 so that products with a distance stay finite.
  private let tilt: Double
  private var width: Double { below + above }
  private var isStill: Bool { volatility * volatility == 0 }

  init(_ two: FirstPassage.TwoBarriers) {
    let variance = two.volatility * two.volatility
    let nu = two.drift - 0.5 * variance
    below = -FirstPassage.logRatio(two.lower, two.spot)
    above = FirstPassage.logRatio(two.upper, two.spot)
    logDrift = nu
    volatility = two.volatility
    tilt = variance == 0 ? 0 : max(-1e150, min(1e150, nu / variance))
  }

  func probability(years: Double) -> Double {
    switch series(years) {
    case .still: leavesByDrift(years) ? 1 : 0
    case .images: min(1, first(years, up: true).all + first(years, up: false).all)
    case .sines: max(0, 1 - sines(years))
    }
  }

  func survival(years: Double) -> Double {
    switch series(years) {
    case .still: return leavesByDrift(years) ? 0 : 1
    case .sines: return min(1, sines(years))
    case .images:
      // 1 − P, with the likelier end's leading term taken from 1 by the one-barrier survival.
      let (up, down) = (first(years, up: true), first(years, up: false))
      let isUp = up.leading > down.leading
      let stays = FirstPassage.survival(
        distance: isUp ? above : below, driftTowards: isUp ? logDrift : -logDrift,
        volatility: volatility, years: years)
      let (near, far) = isUp ? (up, down) : (down, up)
      return max(0, stays - far.all - near.rest)
    }
  }

  /// P(b before −A) = (1 − e^{−2αA})/(1 − e^{−2αℓ}); scaled by e^{−2|α|b} where α < 0.
  var upperFirst: Double {
    let alpha = abs(tilt)
    if isStill { return logDrift > 0 ? 1 : 0 }
    if alpha * width < 1e-300 { return below / width }
    let ratio =
      Double.expMinusOne(-2 * alpha * below) / Double.expMinusOne(-2 * alpha * width)
    return tilt > 0 ? ratio : ratio * Double.exp(-2 * alpha * above)
  }

  /// E[τ] in years, ∞ where nothing moves.
  ///
  /// Reflected so that the drift leads to b. With u = αA, v = αb, w = u + v:
  ///
  ///     E[τ] = [v(1 − e^{−2u}) − u e^{−2u}(1 − e^{−2v})]/((1 − e^{−2w}) αν)
  ///          = (Ab/σ²)·[e^v sinh(u)/u − e^{−u} sinh(v)/v]/sinh(w)
  ///
  /// the second for w < ½, where the first cancels: with sinh(x)/x = 1 + c(x) the bracket is
  /// e^{−u}(e^w − 1) + e^v c(u) − e^{−u} c(v), and c is small.
  var expectedTime: Double {
    if isStill {
      return logDrift == 0 ? .infinity : (logDrift > 0 ? above : below) / abs(logDrift)
    }
    let alpha = abs(tilt)
    let (a, b) = tilt >= 0 ? (below, above) : (above, below)
    let (u, v, w) = (alpha * a, alpha * b, alpha * width)
    if w < 0.5 {
      let slow = (a / volatility) * (b / volatility)
      if w < 1e-300 { return slow }
      let bracket =
        Double.exp(-u) * (Double.expMinusOne(w) - sinhExcess(v)) + Double.exp(v) * sinhExcess(u)
      return slow * bracket / (w * (1 + sinhExcess(w)))
    }
    let goes = b * -Double.expMinusOne(-2 * u)
    let returns = a * Double.exp(-2 * u) * -Double.expMinusOne(-2 * v)
    return (goes - returns) / (-Double.expMinusOne(-2 * w) * abs(logDrift))
  }

  /// sinh(x)/x − 1 for |x| ≤ ½: the Taylor series to x¹², remainder below 1e-16 of it.
  private func sinhExcess(_ x: Double) -> Double {
    let q = x * x
    let inner = 1 + q / 72 * (1 + q / 110 * (1 + q / 156))
    return q / 6 * (1 + q / 20 * (1 + q / 42 * inner))
  }

  private enum Series { case still, images, sines }

  private func series(_ years: Double) -> Series {
    let deviation = volatility * years.squareRoot()
    if deviation == 0 { return .still }
    return deviation < 0.5 * width ? .images : .sines
  }

  private func leavesByDrift(_ years: Double) -> Bool {
    let way = logDrift * years
    return way >= above || -way >= below
  }

  /// P(leaves by T at the end asked for), split in its leading image and all others.
  private func first(_ years: Double, up: Bool) -> (leading: Double, rest: Double, all: Double) {
    let distance = up ? above : below
    let alpha = up ? tilt : -tilt
    func image(_ level: Double) -> Double {
      let exponent = alpha >= 0 ? alpha * (distance - level) : alpha * (distance + level)
      return Double.exp(exponent)
        * FirstPassage.probability(
          distance: level, driftTowards: abs(logDrift), volatility: volatility, years: years)
    }
    let leading = image(distance)
    var rest = NeumaierSum()
    for k in 1...Self.images {
      let shift = 2 * Double(k) * width
      let pair = (minus: image(shift - distance), plus: image(shift + distance))
      rest.add(-pair.minus)
      rest.add(pair.plus)
      if pair.minus <= 1e-18 * leading { break }
    }
    return (leading, rest.value, leading + rest.value)
  }

  /// With s < ℓ/2 the images of pair k lie 2(2k−1) deviations away or more, so that driftless they
  /// weigh less than 2N(2 − 4k), 1e-106 at k = 6; a drift makes them lighter.
  private static let images = 6

  /// Survival by the sine series.
  ///
  ///     Σ_j (2/ℓ) sin(k_j A) k_j [e^{−αA} − (−1)^j e^{αb}]/(α² + k_j²) e^{−(ν²/2σ² + σ²k_j²/2)T}
  private func sines(_ years: Double) -> Double {
    let variance = volatility * volatility * years
    let still = 0.5 * tilt * tilt * variance
    // The sine is taken from the nearer end, where it is small and must be relative.
    let isNearBelow = below <= above
    let near = isNearBelow ? below : above
    var total = NeumaierSum()
    for j in 1...Self.sines {
      let k = Double(j) * Double.pi / width
      let decay = still + 0.5 * k * k * variance
      let odd = j % 2 == 1
      let ends =
        Double.exp(-tilt * below - decay) + (odd ? 1 : -1) * Double.exp(tilt * above - decay)
      let sine = (isNearBelow || odd ? 1 : -1) * Double.sin(k * near)
      total.add(2 / width * sine * k * ends / (tilt * tilt + k * k))
    }
    return max(0, total.value)
  }

  /// With s ≥ ℓ/2 term j falls like e^{−1.23j²}: j = 8 is below 1e-33 of the first.
  private static let sines = 8
}
