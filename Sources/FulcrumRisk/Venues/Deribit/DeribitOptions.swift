public import FulcrumModel

/// The fractions of the underlying that a short option must hold in Deribit's standard margin.
public struct DeribitOptionTerms: Hashable, Sendable {
  /// 0.15: before the relief for being out of the money.
  public var initial: Double
  /// 0.10: what the relief cannot go below.
  public var initialFloor: Double
  /// 0.075.
  public var maintenance: Double

  public init(initial: Double = 0.15, initialFloor: Double = 0.10, maintenance: Double = 0.075) {
    self.initial = initial
    self.initialFloor = initialFloor
    self.maintenance = maintenance
  }
}

/// Initial and maintenance margin, in the currency of the rule.
public struct MarginPair: Hashable, Sendable {
  public let initial: Double
  public let maintenance: Double

  public init(initial: Double, maintenance: Double) {
    self.initial = initial
    self.maintenance = maintenance
  }

  package func scaled(by factor: Double) -> MarginPair {
    MarginPair(initial: initial * factor, maintenance: maintenance * factor)
  }
}

extension DeribitOptionTerms {
  /// What one unit of a short option must hold, the mark included, in the option's quotation.
  ///
  ///     call:  MM = μ·U + m               IM = max(i·U − OTM, i₀·U) + m
  ///     put:   MM = max(μ·U, μ·m) + m     IM = max(the same, MM)
  ///
  /// U is 1 coin and OTM a fraction of the reference for a coin option; U is the index and OTM in
  /// USD for a linear one. A long option needs nothing: its premium is paid.
  ///
  /// - Parameters:
  ///   - mark: m ≥ 0, coin or USD.
  ///   - unit: U > 0.
  ///   - outOfTheMoney: ≥ 0, in units of the quotation.
  /// - Source: margin-centralised 1.3; the linear form is the same with other units, as two other
  ///   venues print it.
  public func short(
    _ right: OptionRight, mark: Double, unit: Double, outOfTheMoney: Double
  ) -> MarginPair {
    let charge = max(initial * unit - outOfTheMoney, initialFloor * unit)
    switch right {
    case .call:
      // The outer max never binds at published factors; it keeps given ones in order.
      let least = maintenance * unit + mark
      return MarginPair(initial: max(charge + mark, least), maintenance: least)
    case .put:
      let least = max(maintenance * unit, maintenance * mark) + mark
      return MarginPair(initial: max(charge + mark, least), maintenance: least)
    }
  }

  /// The position of `quantity` coins, signed; a long holds nothing.
  ///
  /// - Parameters:
  ///   - index: S > 0, USD.
  ///   - reference: the price that out of the money is measured against, USD: index or forward.
  public func position(
    _ right: OptionRight, settlement: Settlement, index: Double, reference: Double,
    strike: Double, mark: Double, quantity: Double
  ) -> MarginPair {
    guard quantity < 0 else { return MarginPair(initial: 0, maintenance: 0) }
    let outUsd = max(right.sign * (strike - reference), 0)
    let linear = settlement == .linear
    return short(
      right, mark: mark, unit: linear ? index : 1,
      outOfTheMoney: linear ? outUsd : outUsd / reference
    ).scaled(by: -quantity)
  }
}

/// Profit of an option position as the venue prints it (margin-centralised 1.2).
public struct DeribitOptionProfit: Hashable, Sendable {
  public let total: Double
  public let floating: Double
  /// q·(m·S − average price in USD).
  public let floatingUsd: Double

  /// - Parameters: quantity in coins, signed; prices in coin; index in USD.
  public init(
    quantity: Double, averagePrice: Double, markPrice: Double, settlementPrice: Double,
    indexPrice: Double, averagePriceUsd: Double
  ) {
    total = quantity * (markPrice - averagePrice)
    floating = quantity * (markPrice - settlementPrice)
    floatingUsd = quantity * (markPrice * indexPrice - averagePriceUsd)
  }
}

/// Decay of delta over the settlement window, linear to nothing (margin-centralised 1.5).
public struct DeribitDeltaDecay: Hashable, Sendable {
  public let decayedDelta: Double
  public let netTransactionDelta: Double

  /// k = 1 − minutes/window: k·δ and k·(δ − m).
  public init(delta: Double, markPrice: Double, minutes: Double, windowMinutes: Double = 30) {
    let left = max(0, 1 - minutes / windowMinutes)
    decayedDelta = left * delta
    netTransactionDelta = left * (delta - markPrice)
  }
}

/// Fees and capacities (margin-centralised 1.7, 1.8).
public enum DeribitFees {
  /// USD size ÷ price · rate, coin; a negative rate is a rebate.
  public static func future(tradeUsd: Double, price: Double, rate: Double) -> Double {
    tradeUsd / price * rate
  }

  /// min(rate, cap·price), coin per unit.
  public static func option(price: Double, rate: Double, cap: Double) -> Double {
    min(rate, cap * price)
  }

  /// What a participant of the liquidation scheme may still take over, USD.
  ///
  ///     min(factor·equity − current notional, limit %·equity − used)
  public static func liquidityCapacity(
    equity: Double, factor: Double, currentNotional: Double, groupLimitPercent: Double,
    groupUsed: Double
  ) -> Double {
    min(factor * equity - currentNotional, groupLimitPercent / 100 * equity - groupUsed)
  }
}
