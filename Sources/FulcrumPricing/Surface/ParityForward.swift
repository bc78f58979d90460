public import FulcrumModel
internal import FulcrumNumerics

/// The forward that calls and puts of one expiry imply together, and how well they agree on it.
///
///     inverse: c − p = a + bK,  a = 1,  b = −1/F        linear: C − P = a + bK,  a = F,  b = −1
///
/// The free fit leaves both open; the unit fit holds what parity fixes (a = 1, or b = −1) and is
/// preferred. How far the free fit is from that tells of a carry in the coin or of stale quotes.
///
/// - Source: leverage-math 8.2.
public struct ParityForward: Hashable, Sendable {
  /// A call and a put of one strike, both quoted on two sides.
  public struct Pair: Hashable, Sendable {
    public let strike, call, put, halfSpread: Double

    /// - Parameters:
    ///   - strike: K > 0, USD.
    ///   - call: middle price, coin per coin for inverse options, USD otherwise; put alike.
    ///   - halfSpread: of the pair c − p, > 0, same unit.
    public init(strike: Double, call: Double, put: Double, halfSpread: Double) {
      self.strike = strike
      self.call = call
      self.put = put
      self.halfSpread = halfSpread
    }
  }

  public let intercept, slope: Double
  /// −a/b of the free fit, USD.
  public let free: Double
  /// The forward with a = 1 (inverse) or b = −1 (linear), USD: the one to use.
  public let unit: Double
  /// One standard error of `unit`, USD, and of what parity fixes (a or b), from the spreads and
  /// from the residuals, whichever is larger.
  public let unitError, fixedError: Double
  public let strikes: Int

  /// |a − 1| or |b + 1| within three standard errors.
  public func isConsistent(_ settlement: Settlement) -> Bool {
    let deviation = settlement == .inverse ? intercept - 1 : slope + 1
    return deviation.magnitude <= 3 * fixedError
  }

  /// - Returns: nil with fewer than two strikes, or where the fit gives no positive forward.
  public init?(_ pairs: [Pair], settlement: Settlement) {
    let sound = pairs.filter {
      $0.strike > 0 && $0.halfSpread > 0 && $0.call.isFinite && $0.put.isFinite
        && $0.strike.isFinite && $0.halfSpread.isFinite
    }
    guard sound.count >= 2 else { return nil }
    let line = Line(sound)
    let unit = Self.unitForward(sound, settlement)
    let free = -line.intercept / line.slope
    guard unit.isFinite, unit > 0, free.isFinite, line.spread > 0 else { return nil }
    intercept = line.intercept
    slope = line.slope
    self.free = free
    self.unit = unit
    strikes = sound.count
    let scale = line.residualScale(sound).squareRoot()
    switch settlement {
    case .inverse:
      fixedError = scale * (1 / line.weight + line.centre * line.centre / line.spread).squareRoot()
      // F = ΣωK²/ΣωK(1 − c + p): the error of the pair carries by F²/√(ΣωK²).
      var sum = NeumaierSum()
      for pair in sound {
        sum.add(pair.strike * pair.strike / (pair.halfSpread * pair.halfSpread))
      }
      unitError = scale * unit * unit / sum.value.squareRoot()
    case .linear:
      fixedError = scale / line.spread.squareRoot()
      unitError = scale / line.weight.squareRoot()
    }
  }

  private static func unitForward(_ pairs: [Pair], _ settlement: Settlement) -> Double {
    var (top, bottom) = (NeumaierSum(), NeumaierSum())
    for pair in pairs {
      let weight = 1 / (pair.halfSpread * pair.halfSpread)
      switch settlement {
      case .inverse:
        top.add(weight * pair.strike * pair.strike)
        bottom.add(weight * pair.strike * (1 - pair.call + pair.put))
      case .linear:
        top.add(weight * (pair.strike + pair.call - pair.put))
        bottom.add(weight)
      }
    }
    return top.value / bottom.value
  }

  /// Weighted line through c − p against K, about the mean so that no digits cancel.
  private struct Line {
    let weight, centre, spread, slope, intercept: Double

    init(_ pairs: [Pair]) {
      var (weights, strikes, levels) = (NeumaierSum(), NeumaierSum(), NeumaierSum())
      for pair in pairs {
        let w = 1 / (pair.halfSpread * pair.halfSpread)
        weights.add(w)
        strikes.add(w * pair.strike)
        levels.add(w * (pair.call - pair.put))
      }
      weight = weights.value
      centre = strikes.value / weight
      let level = levels.value / weight
      var (square, product) = (NeumaierSum(), NeumaierSum())
      for pair in pairs {
        let w = 1 / (pair.halfSpread * pair.halfSpread)
        let x = pair.strike - centre
        square.add(w * x * x)
        product.add(w * x * (pair.call - pair.put - level))
      }
      spread = square.value
      slope = product.value / spread
      intercept = level - slope * centre
    }

    /// χ² a degree of freedom, at least 1: spreads alone where the quotes agree within them.
    func residualScale(_ pairs: [Pair]) -> Double {
      guard pairs.count > 2 else { return 1 }
      var sum = NeumaierSum()
      for pair in pairs {
        let r = (pair.call - pair.put - intercept - slope * pair.strike) / pair.halfSpread
        sum.add(r * r)
      }
      return max(1, sum.value / Double(pairs.count - 2))
    }
  }
}
