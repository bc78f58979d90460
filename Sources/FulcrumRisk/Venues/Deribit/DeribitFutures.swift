import RealModule

/// Rates of a future as a function of the position, before and since August 2026.
public enum DeribitFuturesRule: Hashable, Sendable {
  case sizeScaled(DeribitSizeScaledRates)
  case leverage(DeribitLeverageCurve)

  /// - Parameter coins: N ≥ 0, the position in coins.
  /// - Throws: `.notKnown` beyond what was published.
  func rates(coins: Double) throws(VenueRuleError) -> MarginPair {
    switch self {
    case .sizeScaled(let rates): return rates.rates(coins: coins)
    case .leverage(let curve): return try curve.rates(coins: coins)
    }
  }
}

/// The rule of January 2022 to August 2026: rates that rise with the position.
///
///     IM = IM₀ + inc·N,   MM = MM₀ + inc·N,   N in coins
///
/// - Source: margin-centralised 1.4 A; the venue's own worked examples come out.
public struct DeribitSizeScaledRates: Hashable, Sendable {
  public var initial: Double
  public var maintenance: Double
  public var incrementPerCoin: Double

  public init(initial: Double, maintenance: Double, incrementPerCoin: Double) {
    self.initial = initial
    self.maintenance = maintenance
    self.incrementPerCoin = incrementPerCoin
  }

  public func rates(coins: Double) -> MarginPair {
    MarginPair(
      initial: initial + incrementPerCoin * coins,
      maintenance: maintenance + incrementPerCoin * coins)
  }
}

/// The rule since August 2026: IM = 1/L(N), MM = ⅔ IM, of which only the flat part is known.
///
///     L(N) = C₁   for N ≤ C₃·N_max
///
/// Beyond that two readings fit the published letters, so no number is given.
/// - Source: margin-centralised 1.4 B.
public struct DeribitLeverageCurve: Hashable, Sendable {
  /// C₁: leverage of a small position.
  public var top: Double
  /// C₃·N_max in coins; nil where the position limit is not published.
  public var flatLimitCoins: Double?
  /// L(N) beyond the flat part, once somebody has read it; nil refuses.
  public var tail: Tail?

  /// A curve that a user supplies for what was not published: `least` at the fewest, falling as a
  /// power of the position. One of the two readings; never a default.
  public struct Tail: Hashable, Sendable {
    /// C₂.
    public var least: Double
    /// C₄.
    public var power: Double

    public init(least: Double, power: Double) {
      self.least = least
      self.power = power
    }
  }

  public init(top: Double, flatLimitCoins: Double?, tail: Tail? = nil) {
    self.top = top
    self.flatLimitCoins = flatLimitCoins
    self.tail = tail
  }

  public static let maintenanceShare = 2.0 / 3.0

  /// - Throws: `.notKnown` where N passes the flat part and no tail was supplied.
  public func leverage(coins: Double) throws(VenueRuleError) -> Double {
    guard let limit = flatLimitCoins else {
      guard coins == 0 else {
        throw .notKnown(
          what: "leverage of a position of any size",
          upTo: "an empty position; the position limit is not published")
      }
      return top
    }
    if coins <= limit { return top }
    if let tail {
      return min(top, max(tail.least, top * Double.pow(limit / coins, tail.power)))
    }
    throw .notKnown(
      what: "leverage of a position beyond the flat part of its curve", upTo: "\(limit) coins")
  }

  public func rates(coins: Double) throws(VenueRuleError) -> MarginPair {
    let initial = 1 / (try leverage(coins: coins))
    return MarginPair(initial: initial, maintenance: Self.maintenanceShare * initial)
  }
}

/// An inverse future as the venue prints it (margin-centralised 1.2, 1.4).
public struct DeribitFuturePosition: Hashable, Sendable {
  /// USD, signed.
  public var sizeUsd: Double
  public var markPrice: Double

  public init(sizeUsd: Double, markPrice: Double) {
    self.sizeUsd = sizeUsd
    self.markPrice = markPrice
  }

  /// USD size over mark, coin, signed.
  public var sizeCurrency: Double { sizeUsd / markPrice }

  public func margin(rate: Double) -> Double { sizeCurrency.magnitude * rate }

  /// size·(1/reference − 1/mark), coin: from the average price in total, from the last daily
  /// settlement floating.
  public func profit(since reference: Double) -> Double {
    sizeUsd * (markPrice - reference) / reference / markPrice
  }

  /// round(1 ÷ rate) as displayed.
  public static func displayedLeverage(initialRate: Double) -> Double {
    (1 / initialRate).rounded()
  }

  public func displayedLeverage(initialMargin: Double) -> Double {
    Self.displayedLeverage(initialRate: initialMargin / sizeCurrency.magnitude)
  }
}
