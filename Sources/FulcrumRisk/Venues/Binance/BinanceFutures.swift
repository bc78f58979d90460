/// One bracket of maintenance: notional up to `cap` at `rate`.
public struct BinanceBracket: Hashable, Sendable {
  public var cap: Double
  public var rate: Double
  /// 1/maximum leverage of the bracket; nil where it was not read.
  public var maxLeverage: Double?

  public init(cap: Double, rate: Double, maxLeverage: Double? = nil) {
    self.cap = cap
    self.rate = rate
    self.maxLeverage = maxLeverage
  }
}

/// Binance's tiered maintenance: MM = notional·rate − amount (margin-centralised 4.2).
///
///     amount_n = floor_n·(rate_n − rate_{n−1}) + amount_{n−1},   amount_0 = 0
///
/// Bracket n holds floor_n < notional ≤ cap_n.
public struct BinanceBrackets: Hashable, Sendable {
  public struct Level: Hashable, Sendable {
    public let floor: Double
    public let rate: Double
    public let amount: Double
    public let maxLeverage: Double?
  }

  public let levels: [Level]
  public let lastCap: Double

  /// - Throws: `.parameter` where caps do not ascend from above 0 or a rate is negative.
  public init(_ brackets: [BinanceBracket]) throws(VenueRuleError) {
    var levels: [Level] = []
    var floor = 0.0
    for bracket in brackets {
      guard bracket.cap > floor, bracket.cap.isFinite else {
        throw .parameter(name: "bracket cap", seen: bracket.cap, allowed: "caps that ascend")
      }
      try requireParameter("bracket rate", bracket.rate)
      let amount = levels.last.map {
        Self.amountStep(
          floor: floor, rate: bracket.rate, previousRate: $0.rate, previousAmount: $0.amount)
      }
      levels.append(
        Level(
          floor: floor, rate: bracket.rate, amount: amount ?? 0,
          maxLeverage: bracket.maxLeverage))
      floor = bracket.cap
    }
    guard !levels.isEmpty else {
      throw .parameter(name: "brackets", seen: 0, allowed: "at least one bracket")
    }
    self.levels = levels
    lastCap = floor
  }

  public static func amountStep(
    floor: Double, rate: Double, previousRate: Double, previousAmount: Double
  ) -> Double {
    floor * (rate - previousRate) + previousAmount
  }

  /// The bracket that holds a notional ≥ 0.
  /// - Throws: `.notKnown` beyond the last cap, where no position may be.
  public func level(of notional: Double) throws(VenueRuleError) -> Level {
    guard notional <= lastCap else {
      throw .notKnown(
        what: "maintenance beyond the last bracket", upTo: "a notional of \(lastCap)")
    }
    return levels.last { $0.floor < notional } ?? levels[0]
  }

  public func maintenance(of notional: Double) throws(VenueRuleError) -> Double {
    let level = try level(of: notional)
    return notional * level.rate - level.amount
  }
}

/// Liquidation of one future alone, isolated (margin-centralised 4.2).
public enum BinanceFutures {
  /// From WB + side·Q(LP − E) = Q·LP·rate − amount:
  ///
  ///     LP = (WB + amount − side·Q·E) / (Q·rate − side·Q)
  ///
  /// - Parameters: side ±1; entry > 0; size Q > 0 coins; wallet and amount in USDT.
  /// - Returns: nil where no positive price liquidates. Ask again where the price found falls in
  ///   another bracket.
  public static func isolatedLiquidation(
    side: Double, entry: Double, size: Double, wallet: Double, rate: Double, amount: Double
  ) -> Double? {
    let price = (wallet + amount - side * size * entry) / (size * rate - side * size)
    return price > 0 && price.isFinite ? price : nil
  }

  /// Coin-margined: notional = contracts·face/mark, coin, and its maintenance.
  public static func coinMargined(
    contracts: Double, faceUsd: Double, mark: Double, rate: Double, amount: Double
  ) -> (notionalCoin: Double, maintenance: Double) {
    let notional = contracts.magnitude * faceUsd / mark
    return (notional, notional * rate - amount)
  }
}
