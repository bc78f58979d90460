/// One bracket of tiered futures maintenance: M = rate·N − deduction from `notionalFloor` up.
///
/// Notional, floor and deduction are in the pool's currency. The deduction makes M continuous:
/// d₀ = 0, d_j = d_{j−1} + floor_j (rate_j − rate_{j−1}).
public struct FuturesBracket: Hashable, Sendable {
  public var notionalFloor: Double
  public var rate: Double
  public var deduction: Double

  public init(notionalFloor: Double, rate: Double, deduction: Double) {
    self.notionalFloor = notionalFloor
    self.rate = rate
    self.deduction = deduction
  }
}

/// The default maintenance rule: venue-style standard margin, summed over legs, no offsets.
///
/// Per contract-coin, **excluding** the mark, which equity carries: short call `optionRate`·F, short
/// put `optionRate`·max(F, V), long option 0; futures κ_j·N − d_j with κ_j = rate_j + fee. Initial:
/// short call max(`initialRate`·F − OTM, `initialFloor`·F), short put the larger of that and its
/// maintenance. Coin pools: the same divided by F. Source: leverage-math 3.2.
public struct StandardMargin: Hashable, Sendable {
  /// Of the forward; 0.075.
  public var optionRate: Double
  /// Of the forward; 0.15.
  public var initialRate: Double
  /// Of the forward; 0.10.
  public var initialFloor: Double
  /// Ascending; the first floor is 0.
  public var futuresBrackets: [FuturesBracket]
  /// Added to every futures rate; 0.0005.
  public var liquidationFee: Double

  public init(
    optionRate: Double = 0.075, initialRate: Double = 0.15, initialFloor: Double = 0.10,
    futuresBrackets: [FuturesBracket] = [.init(notionalFloor: 0, rate: 0.01, deduction: 0)],
    liquidationFee: Double = 0.0005
  ) {
    self.optionRate = optionRate
    self.initialRate = initialRate
    self.initialFloor = initialFloor
    self.futuresBrackets = futuresBrackets
    self.liquidationFee = liquidationFee
  }

  /// One futures rate for every notional.
  public init(optionRate: Double = 0.075, futuresRate: Double, liquidationFee: Double = 0.0005) {
    self.init(
      optionRate: optionRate,
      futuresBrackets: [.init(notionalFloor: 0, rate: futuresRate, deduction: 0)],
      liquidationFee: liquidationFee)
  }

  public static let standard = StandardMargin()
}
