/// Factors of Bybit's cross-margin options (margin-centralised 3).
public struct BybitOptionTerms: Hashable, Sendable {
  public var initial: Double
  public var initialFloor: Double
  /// MMf: 3 % of BTC in the venue's example.
  public var maintenance: Double
  /// 0.2 % of the index.
  public var liquidationFee: Double

  public init(
    initial: Double = 0.15, initialFloor: Double = 0.10, maintenance: Double = 0.03,
    liquidationFee: Double = 0.002
  ) {
    self.initial = initial
    self.initialFloor = initialFloor
    self.maintenance = maintenance
    self.liquidationFee = liquidationFee
  }

  /// MM of one coin short, USDC: max(MMf·S, MMf·m) + m + fee·S.
  public func maintenance(index: Double, mark: Double) -> Double {
    max(maintenance * index, maintenance * mark) + mark + liquidationFee * index
  }

  /// One coin short, USDC.
  ///
  ///     IM = max( max(0.15·S − OTM, 0.10·S) + max(average price, m), MM )
  ///
  /// - Parameter averagePrice: at which it was sold; the mark where that is not known.
  public func short(
    index: Double, mark: Double, outOfTheMoney: Double, averagePrice: Double
  ) -> MarginPair {
    let least = maintenance(index: index, mark: mark)
    let charge = max(initial * index - outOfTheMoney, initialFloor * index)
    return MarginPair(initial: max(charge + max(averagePrice, mark), least), maintenance: least)
  }
}

/// What buying an option costs: premium and min(rate·S, cap·price) a coin.
public struct BybitOptionCost: Hashable, Sendable {
  public let premium: Double
  public let fee: Double
  public var cost: Double { premium + fee }

  public init(index: Double, price: Double, quantity: Double, feeRate: Double, feeCap: Double) {
    let coins = quantity.magnitude
    premium = price * coins
    fee = min(feeRate * index, feeCap * price) * coins
  }
}

/// Isolated and cross liquidation prices of Bybit's futures (margin-centralised 3).
public enum BybitFutures {
  /// A linear contract in isolated mode, maintenance measured at the value of entry.
  ///
  ///     IM = Q·E/L,   MM = Q·E·MMR − deduction,   LP = E − side·(IM − MM + extra)/Q
  ///
  /// - Parameters: side ±1; entry > 0 USD; size Q > 0 coins; leverage > 0; extra in USDT.
  public static func linear(
    side: Double, entry: Double, size: Double, leverage: Double, maintenanceRate: Double,
    deduction: Double = 0, extraMargin: Double = 0
  ) -> (margin: MarginPair, liquidationPrice: Double) {
    let margin = MarginPair(
      initial: size * entry / leverage,
      maintenance: size * entry * maintenanceRate - deduction)
    let buffer = margin.initial - margin.maintenance + extraMargin
    return (margin, entry - side * buffer / size)
  }

  /// An inverse contract at entry: PV = qty/E and IM = PV/L, coin.
  public static func inverse(
    quantityUsd: Double, entry: Double, leverage: Double
  ) -> (positionValue: Double, initialMargin: Double) {
    let value = quantityUsd / entry
    return (value, value / leverage)
  }

  /// The rule before 27 May 2026: LP = qty/(PV ± (IM − MM)), maintenance at entry; nil where no
  /// price liquidates.
  public static func inverseLiquidationLegacy(
    side: Double, quantityUsd: Double, entry: Double, leverage: Double, maintenanceRate: Double
  ) -> Double? {
    let (value, initial) = inverse(quantityUsd: quantityUsd, entry: entry, leverage: leverage)
    return positive(quantityUsd, over: value + side * (initial - value * maintenanceRate))
  }

  /// Since 27 May 2026: maintenance measured where the position is liquidated.
  ///
  ///     long   LP = qty(1 + MMR)/(PV + IM + extra/(1 + fee) + deduction);   short mirrored
  public static func inverseLiquidation(
    side: Double, quantityUsd: Double, entry: Double, leverage: Double, maintenanceRate: Double,
    takerFee: Double = 0, extraMargin: Double = 0, deduction: Double = 0
  ) -> Double? {
    let (value, initial) = inverse(quantityUsd: quantityUsd, entry: entry, leverage: leverage)
    return positive(
      quantityUsd * (1 + side * maintenanceRate),
      over: value + side * (initial + extraMargin / (1 + takerFee) + deduction))
  }

  /// Cross margin, a long of an inverse contract.
  ///
  ///     BP = qty(1 + taker)/(PV + balance)
  ///     LP = qty/(PV + balance − MMR·PV − taker·qty/BP), up to the tick
  public static func inverseCrossLong(
    quantityUsd: Double, entry: Double, balance: Double, maintenanceRate: Double,
    takerFee: Double, tick: Double
  ) -> (bankruptcyPrice: Double, liquidationPrice: Double)? {
    let value = quantityUsd / entry
    guard let bankruptcy = positive(quantityUsd * (1 + takerFee), over: value + balance),
      let exact = positive(
        quantityUsd,
        over: value + balance - maintenanceRate * value - takerFee * quantityUsd / bankruptcy)
    else { return nil }
    return (bankruptcy, (exact / tick).rounded(.up) * tick)
  }

  private static func positive(_ numerator: Double, over denominator: Double) -> Double? {
    denominator > 0 ? numerator / denominator : nil
  }
}
