public import FulcrumModel

/// Factors of OKX's option margin outside portfolio mode (margin-centralised 2.1).
public struct OKXOptionTerms: Hashable, Sendable {
  /// a: what the relief cannot go below; 0.10.
  public var initialFloor: Double
  /// b: before the relief; 0.15.
  public var initial: Double
  /// c: 0.03 of BTC, 0.05 of ETH.
  public var maintenance: Double
  /// f of the position's tier; 1 in the first.
  public var marginFactor: Double
  /// 0.10, of an order.
  public var minOrderMargin: Double

  public init(
    initialFloor: Double = 0.10, initial: Double = 0.15, maintenance: Double,
    marginFactor: Double = 1, minOrderMargin: Double = 0.10
  ) {
    self.initialFloor = initialFloor
    self.initial = initial
    self.maintenance = maintenance
    self.marginFactor = marginFactor
    self.minOrderMargin = minOrderMargin
  }

  /// What one coin of a short option must hold, the mark included.
  ///
  ///     coin:  IMR = max(a, b − OTM/F)·f + m       call MMR = c·f + m     put max(c, c·m)·f + m
  ///     USD:   IMR = max(a, b − OTM/F)·f·S + m     call MMR = c·f·S + m   put max(c·S, c·m)·f + m
  ///
  /// OTM is measured against the future of the same expiry, F. The initial requirement is never
  /// taken below the maintenance one.
  /// - Parameters:
  ///   - mark: m ≥ 0, coin or USD.
  ///   - unit: 1 for a coin-margined option, the index S for a USD-margined one.
  ///   - outOfTheMoney: USD ≥ 0.
  public func short(
    _ right: OptionRight, mark: Double, unit: Double, outOfTheMoney: Double, forward: Double
  ) -> MarginPair {
    let base = right == .call ? unit : max(unit, mark)
    let maintenance = self.maintenance * base * marginFactor + mark
    let initial =
      positionRate(outOfTheMoney: outOfTheMoney, forward: forward) * marginFactor * unit + mark
    return MarginPair(initial: max(initial, maintenance), maintenance: maintenance)
  }

  private func positionRate(outOfTheMoney: Double, forward: Double) -> Double {
    max(initialFloor, initial - outOfTheMoney / forward)
  }
}

/// Margin that an order of OKX options holds back (margin-centralised 2.1).
public struct OKXOptionOrder: Hashable, Sendable {
  public enum Side: String, Hashable, Sendable, CaseIterable { case buy, sell }
  public enum Effect: String, Hashable, Sendable, CaseIterable { case open, close }

  public var side: Side
  public var effect: Effect
  /// Coin (or USD) per coin of option.
  public var price: Double
  /// IMR·multiplier, per contract.
  public var positionMargin: Double
  public var multiplier: Double
  public var feePerContract: Double
  public var contracts: Double
  /// Of a coin: 0.10, or 0.10·S where USD-margined.
  public var minOrderMargin: Double

  public init(
    side: Side, effect: Effect, price: Double, positionMargin: Double, multiplier: Double,
    feePerContract: Double, contracts: Double, minOrderMargin: Double
  ) {
    self.side = side
    self.effect = effect
    self.price = price
    self.positionMargin = positionMargin
    self.multiplier = multiplier
    self.feePerContract = feePerContract
    self.contracts = contracts
    self.minOrderMargin = minOrderMargin
  }

  /// Per contract, times contracts; the fee is already per contract.
  ///
  ///     buy open   price + fee               sell open   max(IMR − price, floor) + fee
  ///     buy close  max(price + fee − IMR, 0) sell close  0
  public var margin: Double {
    let paid = price * multiplier
    let each: Double =
      switch (side, effect) {
      case (.buy, .open): paid + feePerContract
      case (.sell, .open):
        max(positionMargin - paid, minOrderMargin * multiplier) + feePerContract
      case (.buy, .close): max(paid + feePerContract - positionMargin, 0)
      case (.sell, .close): 0
      }
    return each * contracts
  }
}

/// Displays and spot margin of OKX (margin-centralised 2.2, 2.5).
public enum OKXAccount {
  /// 1/(δ_BS − δ_PA): one over the coin mark of the option, a ratio of the instrument.
  public static func lever(deltaBlackScholes: Double, deltaPremiumAdjusted: Double) -> Double? {
    let mark = deltaBlackScholes - deltaPremiumAdjusted
    return mark == 0 ? nil : 1 / mark
  }

  /// An isolated long of n coins at leverage L with coin margin: n/L posted, n·price owed, n + n/L
  /// held.
  public static func isolatedSpot(
    coins: Double, leverage: Double, price: Double
  ) -> (marginCoin: Double, liability: Double, assetsCoin: Double) {
    let margin = coins / leverage
    return (margin, coins * price, coins + margin)
  }
}
