/// Binance European options: parameters that its API prints, put together by their names alone
/// (margin-centralised 4.1: the formula's text was not readable).
///
///     IM = max(0.15·S − OTM, 0.10·S) + m      MM = max(0.075·S − OTM, 0.05·S) + m
///
/// Unlike Deribit's, the maintenance shrinks out of the money. Inferred; never shown as certain.
public struct BinanceOptionTerms: Hashable, Sendable {
  public var initial: Double
  public var initialFloor: Double
  public var maintenance: Double
  public var maintenanceFloor: Double

  public init(
    initial: Double = 0.15, initialFloor: Double = 0.10, maintenance: Double = 0.075,
    maintenanceFloor: Double = 0.05
  ) {
    self.initial = initial
    self.initialFloor = initialFloor
    self.maintenance = maintenance
    self.maintenanceFloor = maintenanceFloor
  }

  /// One coin short, USDT.
  public func short(index: Double, mark: Double, outOfTheMoney: Double) -> MarginPair {
    let least = max(maintenance * index - outOfTheMoney, maintenanceFloor * index) + mark
    let charge = max(initial * index - outOfTheMoney, initialFloor * index) + mark
    // The outer max never binds at published factors; it keeps given ones in order.
    return MarginPair(initial: max(charge, least), maintenance: least)
  }
}

/// What Binance prints of an option position and account (margin-centralised 4.1).
public enum BinanceOptionAccount {
  /// `markValue` is unsigned: |quantity|·mark.
  public static func position(
    quantity: Double, entryPrice: Double, markPrice: Double
  ) -> (markValue: Double, unrealisedProfit: Double) {
    (quantity.magnitude * markPrice, quantity * (markPrice - entryPrice))
  }

  /// Equity = wallet + signed option value; profit = signed value − signed cost.
  public static func account(
    wallet: Double, positionValue: Double, positionCost: Double
  ) -> (equity: Double, unrealisedProfit: Double) {
    (wallet + positionValue, positionValue - positionCost)
  }
}
