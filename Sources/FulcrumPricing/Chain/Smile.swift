import FulcrumModel
import RealModule

/// Implied volatilities of one expiry against ln(K/F), for strikes that have none of their own.
struct Smile: Sendable {
  struct Point: Sendable {
    /// ln(K/F).
    let moneyness: Double
    let volatility: Double
  }

  /// Ascending in moneyness, one a strike.
  private let points: [Point]

  init(points: [Point]) { self.points = points.sorted { $0.moneyness < $1.moneyness } }

  /// One point a strike, from the side that is out of the money, else from the other one.
  init(slice: ExpirySlice, forward: Double, years: Double) {
    let points = slice.strikes.compactMap { strike -> Point? in
      let sides = strike.strike >= forward ? [strike.call, strike.put] : [strike.put, strike.call]
      for quote in sides.compactMap({ $0 }) {
        if let found = OptionVolatility.own(of: quote, forward: forward, years: years) {
          return Point(
            moneyness: Double.log(strike.strike / forward), volatility: found.volatility)
        }
      }
      return nil
    }
    self.init(points: points)
  }

  /// Linear in total variance σ²T between neighbours, flat in volatility beyond the outermost ones.
  func volatility(strike: Double, forward: Double) -> (Double, VolatilitySource)? {
    guard let first = points.first, let last = points.last, strike > 0 else { return nil }
    let moneyness = Double.log(strike / forward)
    if moneyness < first.moneyness { return (first.volatility, .nearestStrike) }
    if moneyness > last.moneyness { return (last.volatility, .nearestStrike) }
    var low = 0
    var high = points.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if points[middle].moneyness <= moneyness { low = middle } else { high = middle }
    }
    let (left, right) = (points[low], points[high])
    let width = right.moneyness - left.moneyness
    let share = width > 0 ? (moneyness - left.moneyness) / width : 0
    // T is common to both, so that variance interpolates as σ².
    let variance =
      (1 - share) * left.volatility * left.volatility + share * right.volatility * right.volatility
    return (variance.squareRoot(), .interpolated)
  }

  /// At the money; nil where the quoted strikes do not reach around the forward.
  func atTheMoney() -> Double? {
    guard let found = volatility(strike: 1, forward: 1), found.1 == .interpolated else {
      return nil
    }
    return found.0
  }
}

/// Implied volatility from one quote alone.
enum OptionVolatility {
  struct Found {
    let volatility: Double
    let source: VolatilitySource
  }

  /// The venue's mark volatility, else solved from its mark, else from the middle of bid and ask.
  static func own(of quote: Quote, forward: Double, years: Double) -> Found? {
    if let volatility = quote.markVolatility, volatility > 0 {
      return Found(volatility: volatility, source: .venue)
    }
    if let mark = quote.mark?.doubleValue, mark > 0,
      let volatility = solve(quote.instrument, price: mark, forward: forward, years: years)
    {
      return Found(volatility: volatility, source: .fromMark)
    }
    if let middle = ExpirySlice.middle(quote),
      let volatility = solve(quote.instrument, price: middle, forward: forward, years: years)
    {
      return Found(volatility: volatility, source: .fromMiddle)
    }
    return nil
  }

  /// Nil where the price holds no volatility: at or below intrinsic, above the maximum.
  static func solve(
    _ instrument: Instrument, price: Double, forward: Double, years: Double
  ) -> Double? {
    guard case .option(let right, let strike, _) = instrument.kind, years > 0 else { return nil }
    let level = strike.doubleValue
    let result =
      switch instrument.settlement {
      case .inverse:
        ImpliedVolatility.solveCoin(
          right: right, forward: forward, strike: level, years: years, coinPrice: price)
      case .linear:
        ImpliedVolatility.solve(
          right: right, forward: forward, strike: level, years: years,
          undiscountedPrice: price)
      }
    guard case .ok = result.status, let volatility = result.volatility, volatility > 0 else {
      return nil
    }
    return volatility
  }
}
