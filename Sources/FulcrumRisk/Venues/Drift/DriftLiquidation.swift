/// Drift v2's liquidation arithmetic in its whole units, exact.
///
/// Field names carry their scale: prices, amounts of quote and fees 1e-6, margin ratios 1e-4, base
/// 1e-9. Products beyond 128 bits are refused by name.
///
/// - Source: drift-labs/protocol-v2 at 0ae3e3b1 (2026-04-01), `math/liquidation.rs`,
///   `math/margin.rs`, restated.
public enum DriftLiquidation {
  /// What decides how much must be sold.
  public struct Market: Hashable, Sendable {
    /// Maintenance with the liquidation buffer, 1e-4.
    public var marginRatio1e4: Int128
    public var liquidatorFee1e6: Int128
    /// Prices of the coin and of the quote currency, 1e-6 USD.
    public var oraclePrice1e6: Int128
    public var quoteOraclePrice1e6: Int128

    public init(
      marginRatio1e4: Int128, liquidatorFee1e6: Int128, oraclePrice1e6: Int128,
      quoteOraclePrice1e6: Int128
    ) {
      self.marginRatio1e4 = marginRatio1e4
      self.liquidatorFee1e6 = liquidatorFee1e6
      self.oraclePrice1e6 = oraclePrice1e6
      self.quoteOraclePrice1e6 = quoteOraclePrice1e6
    }

    /// ratio − fee, 1e-6.
    fileprivate var reserve1e6: Int128 { marginRatio1e4 * 100 - liquidatorFee1e6 }

    fileprivate func price1e6() throws(VenueRuleError) -> Int128 {
      WideInteger.floor(
        try WideInteger.product(oraclePrice1e6, quoteOraclePrice1e6, "oraclePrice1e6"),
        WideInteger.million)
    }

    fileprivate func validate() throws(VenueRuleError) {
      try DriftLiquidation.inUnit(marginRatio1e4, 1_000_000, "marginRatio1e4")
      try DriftLiquidation.inUnit(liquidatorFee1e6, 1_000_000, "liquidatorFee1e6")
      try DriftLiquidation.inUnit(oraclePrice1e6, nil, "oraclePrice1e6")
      try DriftLiquidation.inUnit(quoteOraclePrice1e6, nil, "quoteOraclePrice1e6")
    }
  }

  /// Base that covers a shortage, 1e-9, to be held to the position; nil where no amount does:
  ///
  ///     den = ⌊⌊P·Pq/1e6⌋·(ratio − fee)/1e6⌋ − ⌊P·ifFee/1e6⌋,  base = ⌊shortage·1e9/den⌋
  public static func baseToCover1e9(
    shortage1e6: Int128, market: Market, insuranceFee1e6: Int128
  ) throws(VenueRuleError) -> Int128? {
    try market.validate()
    try DriftLiquidation.inUnit(shortage1e6, nil, "marginShortage")
    try DriftLiquidation.inUnit(insuranceFee1e6, 1_000_000, "ifFee1e6")
    guard market.reserve1e6 > 0 else { return nil }
    let freed = WideInteger.floor(
      try WideInteger.product(try market.price1e6(), market.reserve1e6, "oraclePrice1e6"),
      WideInteger.million)
    let fee = WideInteger.floor(
      try WideInteger.product(market.oraclePrice1e6, insuranceFee1e6, "oraclePrice1e6"),
      WideInteger.million)
    guard freed > fee else { return nil }
    return WideInteger.floor(
      try WideInteger.product(shortage1e6, 1_000_000_000, "marginShortage"), freed - fee)
  }

  /// The insurance fund's fee, 1e-6: min(most, 0.95·max(0, ratio − fee − shortage/(|q|·P))), so that
  /// it shrinks to nothing rather than make an account bankrupt.
  public static func insuranceFee1e6(
    shortage1e6: Int128, base1e9: Int128, market: Market, most1e6: Int128
  ) throws(VenueRuleError) -> Int128 {
    try market.validate()
    try DriftLiquidation.inUnit(shortage1e6, nil, "marginShortage")
    try DriftLiquidation.inUnit(most1e6, 1_000_000, "maxIfFee1e6")
    let price = try market.price1e6()
    let size = try WideInteger.magnitude(base1e9, "base1e9")
    guard price > 0, size > 0, market.reserve1e6 > 0 else { return 0 }
    let implied = WideInteger.floor(
      try WideInteger.product(shortage1e6, 1_000_000_000_000_000, "marginShortage"),
      try WideInteger.product(size, price, "base1e9"))
    let spare = max(market.reserve1e6 - implied, 0)
    return min(most1e6, WideInteger.floor(spare * 19, 20))
  }

  /// A fee that waits: base until `graceSlots` have passed since the account was last active, then
  /// base + increment·slots *since it was*, at most `most1e6`.
  public static func liquidatorFee1e6(
    base1e6: Int128, most1e6: Int128, slotsIdle: Int128, graceSlots: Int128,
    perSlot1e6: Int128
  ) throws(VenueRuleError) -> Int128 {
    for (name, value) in [
      ("baseFee1e6", base1e6), ("maxFee1e6", most1e6), ("slot", slotsIdle),
      ("graceSlots", graceSlots), ("incrementPerSlot1e6", perSlot1e6),
    ] { try DriftLiquidation.inUnit(value, nil, name) }
    guard slotsIdle >= graceSlots else { return min(base1e6, most1e6) }
    let more = try WideInteger.product(perSlot1e6, slotsIdle, "slot")
    return min(try WideInteger.sum(base1e6, more, "slot"), most1e6)
  }

  /// Share of a cross account that one step may take: all of it for a small shortage, else the
  /// initial share and what time has added, at most 1.
  ///
  /// - Parameter elapsedShare: slots since the start over the whole duration, ≥ 0.
  public static func largestShare(
    shortage: Double, threshold: Double, initialShare: Double, elapsedShare: Double = 0
  ) throws(VenueRuleError) -> Double {
    try VenueInput.nonNegative(shortage, "marginShortage")
    try VenueInput.nonNegative(threshold, "threshold")
    try VenueInput.fraction(initialShare, "initialPct")
    try VenueInput.nonNegative(elapsedShare, "elapsedPct")
    return shortage < threshold ? 1 : min(initialShare + elapsedShare, 1)
  }

  // MARK: Losses that nobody else pays

  /// Funding that a loss adds to every unit of open interest, 1e-9: ⌈loss/(|long| + |short|)⌉ per
  /// whole coin in 1e-6, times 1000.
  public static func fundingDelta1e9(
    loss1e6: Int128, long1e9: Int128, short1e9: Int128
  ) throws(VenueRuleError) -> Int128 {
    try DriftLiquidation.inUnit(loss1e6, nil, "loss")
    let interest = try WideInteger.sum(
      try WideInteger.magnitude(long1e9, "baseLong"),
      try WideInteger.magnitude(short1e9, "baseShort"), "baseLong")
    try WideInteger.hold(interest > 0, interest, "baseLong", "some open interest")
    let each = WideInteger.ceiling(
      try WideInteger.product(loss1e6, 1_000_000_000, "loss"), interest)
    return try WideInteger.product(each, 1000, "loss")
  }

  /// What a loss takes off every deposit's cumulative interest, 1e-10:
  /// ⌈loss·cumulative/deposits⌉.
  public static func depositDelta1e10(
    loss: Int128, deposits: Int128, cumulativeInterest1e10: Int128
  ) throws(VenueRuleError) -> Int128 {
    try DriftLiquidation.inUnit(loss, nil, "loss")
    try DriftLiquidation.inUnit(cumulativeInterest1e10, nil, "cumulativeInterest1e10")
    try WideInteger.hold(deposits > 0, deposits, "deposits", "deposits above 0")
    return WideInteger.ceiling(
      try WideInteger.product(loss, cumulativeInterest1e10, "loss"), deposits)
  }

  /// A loss spread over all open interest, in doubles: what each coin and two holders pay.
  ///
  /// - Parameter insurance: paid before, 0...loss.
  public static func socialLossPerCoin(
    loss: Double, insurance: Double, long: Double, short: Double
  ) throws(VenueRuleError) -> Double {
    try VenueInput.nonNegative(loss, "loss")
    try VenueInput.hold(
      insurance >= 0 && insurance <= loss, insurance, "insurancePaid", "0 to the loss")
    let interest = long.magnitude + short.magnitude
    try VenueInput.positive(interest, "baseLong")
    return (loss - insurance) / interest
  }

  fileprivate static func inUnit(
    _ value: Int128, _ most: Int128?, _ name: String
  ) throws(VenueRuleError) {
    let allowed = most.map { "0 to \($0)" } ?? "0 or more"
    try WideInteger.hold(value >= 0 && value <= most ?? value, value, name, allowed)
  }
}
