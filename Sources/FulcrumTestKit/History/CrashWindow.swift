public import FulcrumModel

/// One bar of a recorded market, dollars.
public struct MarketBar: Hashable, Sendable {
  public let at: Timestamp
  public let open: Double
  public let high: Double
  public let low: Double
  public let close: Double

  public init(at: Timestamp, open: Double, high: Double, low: Double, close: Double) {
    self.at = at
    self.open = open
    self.high = high
    self.low = low
    self.close = close
  }
}

/// A stretch of recorded market with a fall in it.
public struct CrashWindow: Sendable {
  public let name: String
  public let barMilliseconds: Int64
  public let bars: [MarketBar]
  /// Volatility by the bar: 1 = 100 % a year.
  public let volatilities: [Double]

  /// - Parameters:
  ///   - stated: index of implied volatility by day; where it has nothing, 1.25 times what the bars of
  ///     the last day realised, at least 0.3.
  public init(
    name: String, barMilliseconds: Int64, bars: [MarketBar], stated: [CalendarDay: Double] = [:]
  ) {
    self.name = name
    self.barMilliseconds = barMilliseconds
    self.bars = bars
    let perDay = max(1, Int(86_400_000 / barMilliseconds))
    let barsPerYear = 31_536_000_000.0 / Double(barMilliseconds)
    volatilities = bars.indices.map { place in
      if let level = stated[CalendarDay(bars[place].at)] { return level }
      let last = bars[max(0, place - perDay)..<max(1, place)]
      var sum = 0.0
      for bar in last {
        let change = bar.close / bar.open - 1
        sum += change * change
      }
      return max(0.3, 1.25 * (sum / Double(max(1, last.count)) * barsPerYear).squareRoot())
    }
  }
}

/// What a window did to the pools that were in it.
public struct CrashReport: Hashable, Sendable {
  public let name: String
  public var fall = 0.0
  public var pools = 0
  public var ticks = 0
  public var liquidations: UInt64 = 0
  public var takeovers: UInt64 = 0
  public var bankruptcies: UInt64 = 0
  public var deleveragings: UInt64 = 0
  /// Smallest units by asset code.
  public var insurance: [String: Int128] = [:]
  public var backstop: [String: Int128] = [:]
  public var haircut: [String: Int128] = [:]
  public var shortfall: [String: Int128] = [:]
  public var checks: UInt64 = 0

  init(name: String) { self.name = name }
}
