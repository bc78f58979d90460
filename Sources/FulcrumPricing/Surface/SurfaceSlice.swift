public import FulcrumModel

/// What an expiry's smile is made of, in the order in which they are tried.
public enum SmileModel: String, Hashable, Sendable, CaseIterable {
  /// Five parameters of its own.
  case svi
  /// A level of its own, the shape that all expiries share.
  case ssvi
  /// Total variance at fixed k between the fitted expiries around it.
  case interpolated
  /// One volatility for all strikes: no other expiry is fitted either.
  case flat

  public var explanation: String {
    switch self {
    case .svi: "raw SVI of its own quotes"
    case .ssvi: "SSVI: its own level in the shape that the expiries share"
    case .interpolated: "total variance between the fitted expiries, at fixed ln(K/F)"
    case .flat: "one volatility for all strikes, from the quote nearest the money"
    }
  }
}

/// Why a model was passed over for an expiry.
public enum FitRefusal: Hashable, Sendable {
  case expired
  case noCleanQuote
  case tooFewStrikes(count: Int, needed: Int)
  /// g falls to `density` at k.
  case butterfly(density: Double, moneyness: Double)
  /// The next expiry's total variance is below this one's by `gap` at k.
  case calendar(gap: Double, moneyness: Double)
  /// Steeper than Lee's 2.
  case leeSlope(Double)
  /// Root mean square error above its bound, both in volatility.
  case aboveBound(error: Double, bound: Double)
  /// No shape is shared: no expiry has quotes enough.
  case noSharedShape
  /// No fitted expiry to interpolate from.
  case noNeighbour

  public var explanation: String {
    switch self {
    case .expired: "the expiry is past"
    case .noCleanQuote: "no clean quote"
    case .tooFewStrikes(let count, let needed): "\(count) clean strikes, \(needed) needed"
    case .butterfly(let density, let k):
      "butterfly arbitrage: g = \(Self.brief(density)) at k = \(Self.brief(k))"
    case .calendar(let gap, let k):
      "calendar arbitrage: \(Self.brief(-gap)) of total variance above the next expiry at "
        + "k = \(Self.brief(k))"
    case .leeSlope(let slope): "a wing steeper than 2: \(Self.brief(slope))"
    case .aboveBound(let error, let bound):
      "fits to \(Self.brief(100 * error)) vol points, \(Self.brief(100 * bound)) allowed"
    case .noSharedShape: "no expiry has quotes enough for a shared shape"
    case .noNeighbour: "no fitted expiry to interpolate from"
    }
  }

  /// Three significant digits, without Foundation.
  private static func brief(_ number: Double) -> String {
    guard number.isFinite, number != 0 else { return "\(number)" }
    var scale = 1.0
    while (number * scale).magnitude < 100 && scale < 1e12 { scale *= 10 }
    let rounded = (number * scale).rounded() / scale
    return rounded == rounded.rounded() && rounded.magnitude < 1e15
      ? "\(Int(rounded))" : "\(rounded)"
  }
}

/// One model that was tried and not taken.
public struct FitAttempt: Hashable, Sendable {
  public let model: SmileModel
  public let refusal: FitRefusal
}

/// What a reader of a slice must know beside its numbers.
public enum SliceFlag: Hashable, Sendable {
  /// The forward in use and that of parity disagree by this share, above 10 bp and three errors.
  case forwardOffParity(Double)
  /// c − p against K does not have the intercept (inverse) or slope (linear) that parity fixes:
  /// a carry in the coin, or quotes out of step.
  case parityInconsistent
  /// The nearest to the quotes of what is free of arbitrage, though above the error bound.
  case aboveBound
  /// Beyond the last or before the first fitted expiry.
  case extrapolatedInTime
}

/// One expiry of a surface: its quotes, its smile, how well they agree, and what was passed over.
public struct SurfaceSlice: Sendable {
  public let expiry: Timestamp
  public let years: Double
  /// The forward that the smile is against, USD per coin, and where it comes from.
  public let forward: Double
  public let forwardSource: ForwardSource
  /// What calls and puts imply; nil with fewer than two pairs.
  public let parity: ParityForward?
  /// The quotes fitted to, ascending in strike.
  public internal(set) var quotes: [SmileQuote]
  public internal(set) var rejected: [RejectedQuote]
  /// Nil where the expiry is refused; the last attempt says why.
  public internal(set) var model: SmileModel?
  /// Nil where the smile is interpolated or refused.
  public internal(set) var smile: RawSVI?
  /// Nil where there is no smile to check.
  public internal(set) var check: SmileCheck?
  public internal(set) var error: FitError?
  public internal(set) var attempts: [FitAttempt] = []
  public internal(set) var flags: [SliceFlag] = []

  /// max(1 vol point, 2 × median half-spread), in volatility; nil without a quote.
  public var bound: Double? { FitError.bound(quotes) }
  /// Half the spread in volatility, the middle one over the quotes.
  public var medianHalfSpread: Double? { median(quotes.map(\.halfSpread)) }

  /// Rejected quotes by reason, in the order of the checks; in-the-money ones included.
  public var rejections: [(reason: QuoteRejection, count: Int)] {
    QuoteRejection.allCases.compactMap { reason in
      let count = rejected.count { $0.reason == reason }
      return count > 0 ? (reason, count) : nil
    }
  }
}

/// How far a smile is from the middles of the quotes, in volatility.
public struct FitError: Hashable, Sendable {
  /// Root mean square over the strikes, all alike.
  public let rootMeanSquare: Double
  /// The largest one in magnitude.
  public let largest: Double
  /// Share of the strikes whose bid and ask enclose the smile.
  public let withinSpread: Double

  /// Nil without a quote.
  init?(_ quotes: [SmileQuote], _ volatility: (Double) -> Double) {
    guard !quotes.isEmpty else { return nil }
    var sum = 0.0
    var worst = 0.0
    var inside = 0
    for quote in quotes {
      let model = volatility(quote.moneyness)
      let error = (model - quote.middle).magnitude
      sum += error * error
      worst = max(worst, error)
      if error <= quote.halfSpread { inside += 1 }
    }
    rootMeanSquare = (sum / Double(quotes.count)).squareRoot()
    largest = worst
    withinSpread = Double(inside) / Double(quotes.count)
  }

  static func bound(_ quotes: [SmileQuote]) -> Double? {
    guard let half = median(quotes.map(\.halfSpread)) else { return nil }
    return max(0.01, 2 * half)
  }
}
