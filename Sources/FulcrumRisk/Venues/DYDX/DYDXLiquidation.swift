/// What a dYdX liquidation fills at, and what its insurance fund pays or earns.
///
/// - Source: as of `DYDXMargin`.
public enum DYDXLiquidation {
  /// An exact ratio in lowest terms, denominator > 0.
  public struct Fraction: Hashable, Sendable {
    public let numerator: Int128
    public let denominator: Int128

    init(_ numerator: Int128, _ denominator: Int128) throws(VenueRuleError) {
      try WideInteger.hold(denominator != 0, denominator, "denominator", "one other than 0")
      // The magnitudes of both are held to what a sign can be turned of.
      let size = try WideInteger.magnitude(denominator, "denominator")
      let top = try WideInteger.magnitude(numerator, "numerator")
      let divisor = WideInteger.greatestCommonDivisor(top, size)
      self.numerator = (numerator < 0) == (denominator < 0) ? top / divisor : -top / divisor
      self.denominator = size / divisor
    }

    /// The nearest double, within two rounding errors.
    public var value: Double { Double(numerator) / Double(denominator) }
  }

  /// Quote quantums received (negative: paid) for changing a position by `delta` at its bankruptcy
  /// price: −ΔNNV − ⌊TNC·|ΔMMR|/TMMR⌋. Filling there never needs insurance.
  ///
  /// - Parameters:
  ///   - closing: place of the position in the account, from 0.
  ///   - delta: quantums toward 0, at most the whole position.
  public static func bankruptcyQuote(
    _ account: DYDXMargin.Subaccount, closing: Int, delta: Int128
  ) throws(VenueRuleError) -> Int128 {
    let position = try self.position(account, closing)
    try WideInteger.hold(
      delta != 0 && (delta < 0) == (position.quantums > 0)
        && delta.magnitude <= position.quantums.magnitude,
      delta, "deltaQuantums", "quantums that shrink the position, at most to 0")
    var after = position
    after.quantums += delta
    let (net, maintenance) = try DYDXMargin.totals(account)
    try WideInteger.hold(
      maintenance > 0, maintenance, "maintenance", "an account whose MMR is above 0")
    // As the difference of the two states: rounding of each counts.
    let value = try WideInteger.difference(
      try DYDXMargin.value(after), try DYDXMargin.value(position), "quantums")
    let relieved = try WideInteger.magnitude(
      try DYDXMargin.maintenance(after) - (try DYDXMargin.maintenance(position)), "quantums")
    let share = WideInteger.floor(
      try WideInteger.product(net, relieved, "quoteBalanceQuantums"), maintenance)
    let sold = try WideInteger.difference(0, value, "quantums")
    return try WideInteger.difference(sold, share, "quoteBalanceQuantums")
  }

  /// The price at which a liquidation order is placed, quote quantums per base quantum, exact:
  /// (PNNV − ABR·SMMR·PMMR)/PS with ABR = clamp(BA·(1 − TNC/TMMR), 0, 1).
  public static func fillablePrice(
    _ account: DYDXMargin.Subaccount, closing: Int, bankruptcyAdjustmentPpm: Int128,
    spreadToMaintenancePpm: Int128
  ) throws(VenueRuleError) -> Fraction {
    let position = try self.position(account, closing)
    let value = try DYDXMargin.value(position)
    let own = try DYDXMargin.maintenance(position)
    let (net, maintenance) = try DYDXMargin.totals(account)
    try WideInteger.hold(
      maintenance > 0, maintenance, "maintenance", "an account whose MMR is above 0")
    for (name, value) in [
      ("bankruptcyAdjustmentPpm", bankruptcyAdjustmentPpm),
      ("spreadToMaintenanceMarginRatioPpm", spreadToMaintenancePpm),
    ] { try WideInteger.hold(value >= 0, value, name, "0 or more") }
    let missing = try WideInteger.difference(maintenance, net, "quoteBalanceQuantums")
    let adjusted = try WideInteger.product(
      max(missing, 0), bankruptcyAdjustmentPpm, "bankruptcyAdjustmentPpm")
    let whole = try WideInteger.product(maintenance, WideInteger.million, "quantums")
    let ratio = try Fraction(min(adjusted, whole), whole)
    let spread = try Fraction(spreadToMaintenancePpm, WideInteger.million)
    let factor = try Fraction(
      try WideInteger.product(ratio.numerator, spread.numerator, "quoteBalanceQuantums"),
      try WideInteger.product(ratio.denominator, spread.denominator, "quantums"))
    let scaled = try WideInteger.product(value, factor.denominator, "quantums")
    let concession = try WideInteger.product(factor.numerator, own, "quantums")
    return try Fraction(
      try WideInteger.difference(scaled, concession, "quantums"),
      try WideInteger.product(position.quantums, factor.denominator, "quantums"))
  }

  /// Into the insurance fund (negative: out of it) when a fill is better (worse) than bankruptcy:
  /// x ≤ 0 gives x, else min(⌊fillQuote·maxFee⌋, x).
  ///
  /// - Parameters:
  ///   - quoteReceived: signed, + for a sale.
  ///   - bankruptcyQuote: of the same fill.
  public static func insuranceDelta(
    quoteReceived: Int128, bankruptcyQuote: Int128, maxFeePpm: Int128
  ) throws(VenueRuleError) -> Int128 {
    try WideInteger.hold(
      maxFeePpm >= 0 && maxFeePpm <= WideInteger.million, maxFeePpm, "maxLiquidationFeePpm",
      "millionths from 0 to 1000000")
    let surplus = try WideInteger.difference(
      quoteReceived, bankruptcyQuote, "fillQuoteQuantums")
    guard surplus > 0 else { return surplus }
    let size = try WideInteger.magnitude(quoteReceived, "fillQuoteQuantums")
    let fee = WideInteger.floor(
      try WideInteger.product(size, maxFeePpm, "fillQuoteQuantums"), WideInteger.million)
    return min(fee, surplus)
  }

  /// A matched long and short of an isolated market, closed against each other.
  public struct IsolatedClose: Hashable, Sendable {
    /// Credited to the pool *before* anything leaves it.
    public let insurancePays: Int128
    public let shortFinal: Int128
    public let longFinal: Int128
    public let outflow: Int128
  }

  /// Closes `size` of a short against a long at one price, insurance credited first.
  ///
  /// Draining the pool first would fail with a balance too small although the books balance.
  ///
  /// - Throws: `.parameter` where even with insurance the pool cannot pay both sides.
  public static func closeIsolated(
    pool: Int128, shortQuote: Int128, longQuote: Int128, size: Int128, price: Int128
  ) throws(VenueRuleError) -> IsolatedClose {
    try WideInteger.hold(size > 0, size, "positionSize", "a size above 0")
    try WideInteger.hold(price >= 0, price, "closePrice", "0 or more")
    let paid = try WideInteger.product(size, price, "closePrice")
    let short = try WideInteger.difference(shortQuote, paid, "shortQuote")
    let long = try WideInteger.sum(longQuote, paid, "longQuote")
    let shortOwes = try WideInteger.difference(0, min(short, 0), "shortQuote")
    let longOwes = try WideInteger.difference(0, min(long, 0), "longQuote")
    let insurance = try WideInteger.sum(shortOwes, longOwes, "shortQuote")
    let outflow = try WideInteger.sum(max(short, 0), max(long, 0), "longQuote")
    let held = try WideInteger.sum(pool, insurance, "poolBalance")
    try WideInteger.hold(
      outflow <= held, pool, "poolBalance", "a pool that holds both sides' quote")
    return IsolatedClose(
      insurancePays: insurance, shortFinal: max(short, 0), longFinal: max(long, 0),
      outflow: outflow)
  }

  private static func position(
    _ account: DYDXMargin.Subaccount, _ closing: Int
  ) throws(VenueRuleError) -> DYDXMargin.Position {
    guard account.positions.indices.contains(closing) else {
      throw .parameter(
        name: "closingIndex", seen: Double(closing),
        allowed: "a place from 0 to \(account.positions.count - 1)")
    }
    let position = account.positions[closing]
    try WideInteger.hold(
      position.quantums != 0, position.quantums, "quantums", "a position that is there")
    return position
  }
}
