public import FulcrumModel

/// Model-free implied variance of one expiry: from the quotes, and what a fitted smile adds beyond.
public struct ExpiryVariance: Sendable {
  /// Why a strip has no wings.
  public enum WingRefusal: Error, Hashable, Sendable {
    case noStrip
    /// No smile of the expiry's own quotes; the reason of the model tried first.
    case notFitted(FitRefusal?)
    case aboveBound(error: Double, bound: Double)
    /// Variance rises so fast with the distance that the sum does not end.
    case endless
    /// So much variance beyond the quotes that the sum would rest on none.
    case tooWide(share: Double)
    /// With its wings the expiry would hold more total variance than a later one with its own.
    case calendar

    public var explanation: String {
      switch self {
      case .noStrip: "no strip"
      case .notFitted(let refusal):
        "no smile fits its quotes" + (refusal.map { ": \($0.explanation)" } ?? "")
      case .aboveBound(let error, let bound):
        FitRefusal.aboveBound(error: error, bound: bound).explanation
      case .endless: "the fitted wings are too steep to sum"
      case .tooWide(let share):
        "the wings would be \((1000 * share).rounded() / 10) % of the variance, at most "
          + "\(Int(100 * ExpiryVariance.largestWingShare)) % is believed"
      case .calendar: "with its wings it would hold more total variance than a later expiry"
      }
    }
  }

  /// The largest share of an expiry's variance that may lie beyond its strikes.
  public static let largestWingShare = 0.15

  public let expiry: Timestamp
  public let settlement: Settlement
  public let years: Double
  public let forward: Double
  /// From the quotes alone.
  public let strip: Result<ImpliedVariance, SeriesError>
  public internal(set) var wings: Result<ImpliedVariance.Wings, WingRefusal>

  /// Quotes and wings; nil where either is missing.
  public var whole: Double? {
    guard case .success(let strip) = strip, case .success(let wings) = wings else { return nil }
    return strip.variance + wings.sum
  }

  /// Share of `whole` that the wings bring; 0 without wings.
  var wingShare: Double {
    guard let whole, whole > 0, case .success(let wings) = wings else { return 0 }
    return wings.sum / whole
  }

  /// 100√`whole`.
  public var wholeIndex: Double? {
    whole.flatMap { $0 >= 0 ? 100 * $0.squareRoot() : nil }
  }
}

/// The index of a coin at one horizon, in volatility points.
public struct ImpliedIndex: Sendable {
  public let quotesAlone: Double
  /// With the wings of both expiries around the horizon; nil where one of them has none.
  public let withWings: Double?
  /// The expiry beside the horizon that has no wings, and why.
  public let missing: (expiry: Timestamp, reason: ExpiryVariance.WingRefusal)?

  /// Between the expiries around `days`, from one kind of settlement, linear in total variance.
  ///
  /// - Returns: nil without an expiry on both sides.
  public init?(_ expiries: [ExpiryVariance], days: Double = 30) {
    let target = days / 365
    for settlement in [Settlement.inverse, .linear] {
      let nodes = expiries.compactMap { expiry -> (expiry: ExpiryVariance, variance: Double)? in
        guard expiry.settlement == settlement, case .success(let strip) = expiry.strip,
          strip.variance > 0
        else { return nil }
        return (expiry, strip.variance)
      }
      guard let after = nodes.firstIndex(where: { $0.expiry.years >= target }), after > 0 else {
        continue
      }
      let (near, far) = (nodes[after - 1], nodes[after])
      func index(_ first: Double, _ second: Double) -> Double? {
        let variance = ImpliedVariance.interpolate(
          to: target, near: (near.expiry.years, first), far: (far.expiry.years, second))
        return variance > 0 ? 100 * variance.squareRoot() : nil
      }
      guard let alone = index(near.variance, far.variance) else { continue }
      quotesAlone = alone
      if let first = near.expiry.whole, let second = far.expiry.whole {
        withWings = index(first, second)
      } else {
        withWings = nil
      }
      missing =
        [near, far].lazy.compactMap { node in
          if case .failure(let reason) = node.expiry.wings {
            (node.expiry.expiry, reason)
          } else {
            nil
          }
        }.first
      return
    }
    return nil
  }
}

extension MarketView {
  /// Every expiry of a coin, in time order; inverse before linear.
  ///
  /// From the venue's marks, or the middle of two-sided quotes, of out-of-the-money options; beyond
  /// the strikes by the smile fitted to the expiry's own two-sided quotes, where one fits them.
  public func impliedVariances(of underlying: Underlying) -> [ExpiryVariance] {
    var surfaces: [Settlement: VolatilitySurface] = [:]
    for settlement in Set(slices.keys.filter { $0.underlying == underlying }.map(\.settlement)) {
      surfaces[settlement] = surface(of: underlying, settlement: settlement)
    }
    let expiries = slices.values.filter { $0.key.underlying == underlying }.sorted {
      ($0.key.expiry, $0.key.settlement == .inverse ? 0 : 1)
        < ($1.key.expiry, $1.key.settlement == .inverse ? 0 : 1)
    }.compactMap { slice -> ExpiryVariance? in
      let years = instant.years(to: slice.key.expiry)
      guard years > 0, let forward = forwards[slice.key]?.0 else { return nil }
      let strip = Result { () throws(SeriesError) in
        try ImpliedVariance(
          forward: forward, years: years, quotes: slice.outOfTheMoney(forward: forward))
      }
      let fitted = surfaces[slice.key.settlement]?.slices.first {
        $0.expiry == slice.key.expiry
      }
      return ExpiryVariance(
        expiry: slice.key.expiry, settlement: slice.key.settlement, years: years,
        forward: forward, strip: strip,
        wings: Result { () throws(ExpiryVariance.WingRefusal) in
          try Self.wings(strip, fitted)
        })
    }
    return Self.inOrder(expiries)
  }

  /// Total variance of a strip and its wings may not fall with time; where it does, of the two expiries
  /// the one with the larger share of wings loses them.
  private static func inOrder(_ expiries: [ExpiryVariance]) -> [ExpiryVariance] {
    var expiries = expiries
    for settlement in [Settlement.inverse, .linear] {
      var before: Int?
      for place in expiries.indices where expiries[place].settlement == settlement {
        guard let whole = expiries[place].whole else { continue }
        if let last = before, let earlier = expiries[last].whole,
          earlier * expiries[last].years > whole * expiries[place].years
        {
          let isLater = expiries[place].wingShare > expiries[last].wingShare
          expiries[isLater ? place : last].wings = .failure(.calendar)
          if isLater { continue }
        }
        before = place
      }
    }
    return expiries
  }

  private static func wings(
    _ strip: Result<ImpliedVariance, SeriesError>, _ slice: SurfaceSlice?
  ) throws(ExpiryVariance.WingRefusal) -> ImpliedVariance.Wings {
    guard case .success(let strip) = strip else { throw .noStrip }
    guard let slice, let smile = slice.smile, slice.model == .svi || slice.model == .ssvi else {
      // The first attempt says what the quotes lack; later ones lean on other expiries.
      throw .notFitted(slice?.attempts.first?.refusal)
    }
    if slice.flags.contains(.aboveBound), let error = slice.error, let bound = slice.bound {
      throw .aboveBound(error: error.rootMeanSquare, bound: bound)
    }
    guard
      let wings = strip.boundedWings(by: smile, forward: slice.forward, years: slice.years)
    else { throw .endless }
    let share = wings.sum / (strip.variance + wings.sum)
    guard share <= ExpiryVariance.largestWingShare else { throw .tooWide(share: share) }
    return wings
  }
}

extension ExpirySlice {
  /// Strikes with a price of the option that is out of the money there, USD undiscounted; at the
  /// highest strike ≤ F that of the put.
  func outOfTheMoney(forward: Double) -> [ImpliedVariance.Quote] {
    let unit = key.settlement == .inverse ? forward : 1
    func value(_ quote: Quote?) -> Double? {
      guard let quote, let price = Self.price(quote) else { return nil }
      return price * unit
    }
    return strikes.compactMap { strike in
      guard strike.strike > 0 else { return nil }
      if strike.strike <= forward {
        // Without a put its price follows from the call by parity.
        let put = value(strike.put) ?? value(strike.call).map { $0 - (forward - strike.strike) }
        guard let put, put > 0 else { return nil }
        return ImpliedVariance.Quote(strike: strike.strike, price: put)
      }
      let call = value(strike.call) ?? value(strike.put).map { $0 - (strike.strike - forward) }
      guard let call, call > 0 else { return nil }
      return ImpliedVariance.Quote(strike: strike.strike, price: call)
    }
  }
}
