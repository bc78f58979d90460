/// dYdX v4 perpetuals in the chain's own whole units, exact.
///
/// Quantums are signed base units; quote quantums are 1e-6 USD; ppm are millionths. A value outside
/// its domain, or a product beyond 128 bits, is refused by name.
///
/// - Source: dydxprotocol/v4-chain at 84d4664b (2026-03-04), `x/perpetuals`, `x/subaccounts`,
///   `x/clob/keeper`, `lib/margin`, restated.
public enum DYDXMargin {
  public struct Position: Hashable, Sendable {
    public var quantums: Int128
    /// Oracle price in quote quantums per base quantum, ≥ 0.
    public var quoteQuantumsPerBase: Int128
    /// Base initial margin fraction, 0...1,000,000.
    public var initialPpm: Int128
    /// Maintenance as a share of the base initial margin, 0...1,000,000.
    public var maintenancePpm: Int128

    public init(
      quantums: Int128, quoteQuantumsPerBase: Int128, initialPpm: Int128, maintenancePpm: Int128
    ) {
      self.quantums = quantums
      self.quoteQuantumsPerBase = quoteQuantumsPerBase
      self.initialPpm = initialPpm
      self.maintenancePpm = maintenancePpm
    }
  }

  /// A subaccount: its quote balance and everything it holds.
  public struct Subaccount: Hashable, Sendable {
    public var quoteBalance: Int128
    public var positions: [Position]

    public init(quoteBalance: Int128, positions: [Position]) {
      self.quoteBalance = quoteBalance
      self.positions = positions
    }
  }

  /// IMF with open interest: base up to the lower cap, 100 % from the upper one, linear between,
  /// rounded down. An upper cap of 0 switches the scaling off.
  public static func initialPpm(
    base: Int128, openInterest: Int128, lowerCap: Int128, upperCap: Int128
  ) throws(VenueRuleError) -> Int128 {
    try fraction(base, "baseImfPpm")
    for (name, value) in [
      ("openInterestNotional", openInterest), ("lowerCap", lowerCap), ("upperCap", upperCap),
    ] { try WideInteger.hold(value >= 0, value, name, "0 or more") }
    try WideInteger.hold(
      lowerCap <= upperCap || upperCap == 0, lowerCap, "lowerCap", "at most upperCap")
    if upperCap == 0 || openInterest <= lowerCap { return base }
    if openInterest >= upperCap { return WideInteger.million }
    let rise = try WideInteger.product(
      WideInteger.million - base, openInterest - lowerCap, "openInterestNotional")
    return base + WideInteger.floor(rise, upperCap - lowerCap)
  }

  /// IMR = ⌈|notional|·IMF⌉, the larger of the scaled fraction and the user's own.
  ///
  /// - Parameter customPpm: a leverage set by the user, as a fraction; 0 for none.
  public static func initial(
    notional: Int128, scaledPpm: Int128, customPpm: Int128 = 0
  ) throws(VenueRuleError) -> Int128 {
    try fraction(scaledPpm, "imfPpm")
    try fraction(customPpm, "customImfPpm")
    let size = try WideInteger.magnitude(notional, "notionalQuoteQuantums")
    return try share(size, max(scaledPpm, customPpm), "notionalQuoteQuantums")
  }

  /// NNV = q·price, signed.
  public static func value(_ position: Position) throws(VenueRuleError) -> Int128 {
    try WideInteger.hold(
      position.quoteQuantumsPerBase >= 0, position.quoteQuantumsPerBase, "quoteQuantumsPerBase",
      "0 or more")
    return try WideInteger.product(position.quantums, position.quoteQuantumsPerBase, "quantums")
  }

  /// MMR = ⌈⌈|NNV|·base⌉·maintenance⌉: neither open interest nor the user's leverage enters, so
  /// neither can liquidate anybody.
  public static func maintenance(_ position: Position) throws(VenueRuleError) -> Int128 {
    try fraction(position.initialPpm, "imfPpm")
    try fraction(position.maintenancePpm, "maintFractionPpm")
    let notional = try WideInteger.magnitude(try value(position), "quantums")
    return try share(
      try share(notional, position.initialPpm, "imfPpm"), position.maintenancePpm,
      "maintFractionPpm")
  }

  /// NC = Σ NNV + quote balance, and Σ MMR.
  public static func totals(
    _ account: Subaccount
  ) throws(VenueRuleError) -> (netCollateral: Int128, maintenance: Int128) {
    var net = account.quoteBalance
    var total: Int128 = 0
    for position in account.positions {
      net = try WideInteger.sum(net, try value(position), "quoteBalanceQuantums")
      total = try WideInteger.sum(total, try maintenance(position), "quantums")
    }
    return (net, total)
  }

  /// MMR > 0 and MMR > NC: equality is safe, and without positions nothing can be liquidated.
  public static func isLiquidatable(_ account: Subaccount) throws(VenueRuleError) -> Bool {
    let (net, maintenance) = try totals(account)
    return maintenance > 0 && maintenance > net
  }

  /// Whether `a` is riskier than `b`: NC/MMR compared without dividing; of equals the larger MMR,
  /// then the lower NC.
  public static func isRiskier(
    _ a: (netCollateral: Int128, maintenance: Int128),
    than b: (netCollateral: Int128, maintenance: Int128)
  ) throws(VenueRuleError) -> Bool {
    let left = try WideInteger.product(a.netCollateral, b.maintenance, "netCollateral")
    let right = try WideInteger.product(b.netCollateral, a.maintenance, "netCollateral")
    if left != right { return left < right }
    if a.maintenance != b.maintenance { return a.maintenance > b.maintenance }
    return a.netCollateral < b.netCollateral
  }

  private static func share(
    _ amount: Int128, _ ppm: Int128, _ name: String
  ) throws(VenueRuleError) -> Int128 {
    WideInteger.ceiling(try WideInteger.product(amount, ppm, name), WideInteger.million)
  }

  private static func fraction(_ ppm: Int128, _ name: String) throws(VenueRuleError) {
    try WideInteger.hold(
      ppm >= 0 && ppm <= WideInteger.million, ppm, name, "millionths from 0 to 1000000")
  }
}
