/// A Drift v2 isolated position: its own deposit, its own margin, its own liquidation.
///
/// Doubles, USD. PnL = quote + base·P; E = deposit + PnL.
///
/// - Source: drift-labs/protocol-v2 at 0ae3e3b1 (2026-04-01), `controller/isolated_position.rs`,
///   `controller/liquidation.rs`, `state/margin_calculation.rs`, restated.
public struct DriftIsolated: Hashable, Sendable {
  /// Signed coins.
  public var base: Double
  /// Signed; what was paid for the base, negative for a long.
  public var quote: Double
  public var deposit: Double
  /// P ≥ 0.
  public var oraclePrice: Double

  public init(base: Double, quote: Double, deposit: Double, oraclePrice: Double) {
    self.base = base
    self.quote = quote
    self.deposit = deposit
    self.oraclePrice = oraclePrice
  }

  public var profit: Double { quote + base * oraclePrice }
  public var equity: Double { deposit + profit }
  public var notional: Double { base.magnitude * oraclePrice }

  public struct Margin: Hashable, Sendable {
    public let requirement: Double
    public let collateral: Double
    /// What must be met to *leave* liquidation.
    public let requirementPlusBuffer: Double
    public let collateralPlusBuffer: Double
    /// The plain test: equality is safe.
    public var meetsRequirement: Bool { collateral >= requirement }
    public var meetsBuffer: Bool { collateralPlusBuffer >= requirementPlusBuffer }
    public var shortage: Double { max(requirementPlusBuffer - collateralPlusBuffer, 0) }
  }

  /// req = |q|P·ratio against E; to leave liquidation req + |q|P·b against E + min(PnL, 0)·b.
  ///
  /// - Parameters:
  ///   - ratio: margin ratio in 0...1, or more for a leverage cap below 1.
  ///   - buffer: b ≥ 0.
  public func margin(ratio: Double, buffer: Double) throws(VenueRuleError) -> Margin {
    try validate()
    try VenueInput.nonNegative(ratio, "marginRatio")
    try VenueInput.nonNegative(buffer, "marginBuffer")
    let requirement = notional * ratio
    return Margin(
      requirement: requirement, collateral: equity,
      requirementPlusBuffer: requirement + notional * buffer,
      collateralPlusBuffer: equity + min(profit, 0) * buffer)
  }

  /// Margin ratios of a market, as fractions.
  public struct Ratios: Hashable, Sendable {
    public var initial: Double
    public var maintenance: Double
    /// Size premium: ratio = max(base, 0.8·base + imf·√|q|).
    public var sizeFactor: Double

    public init(initial: Double, maintenance: Double, sizeFactor: Double = 0) {
      self.initial = initial
      self.maintenance = maintenance
      self.sizeFactor = sizeFactor
    }

    /// The larger of the market's ratio (with the size premium) and the caps of user and position.
    public func initial(size: Double, caps: Double...) -> Double {
      caps.reduce(premium(initial, size), max)
    }

    /// No cap enters: a user's leverage never liquidates.
    public func maintenance(size: Double) -> Double { premium(maintenance, size) }

    /// Of an order that is being filled: half way between the two.
    public func fill(size: Double, caps: Double...) -> Double {
      (caps.reduce(premium(initial, size), max) + maintenance(size: size)) / 2
    }

    private func premium(_ base: Double, _ size: Double) -> Double {
      max(base, 0.8 * base + sizeFactor * size.magnitude.squareRoot())
    }
  }

  public struct Liquidation: Hashable, Sendable {
    public let shortage: Double
    /// Signed base that the liquidator takes over.
    public let base: Double
    /// Quote that goes with it to the liquidator: −bP(1 − fee) for a long, −bP(1 + fee) for a short.
    public let liquidatorQuote: Double
    public let insuranceFee: Double
    public let remaining: DriftIsolated
  }

  public struct Fees: Hashable, Sendable {
    public var liquidator: Double
    /// The most that the insurance fund takes.
    public var insurance: Double

    public init(liquidator: Double, insurance: Double) {
      self.liquidator = liquidator
      self.insurance = insurance
    }
  }

  /// One step that takes what restores the buffered margin, at most the whole position: shortage,
  /// then the insurance fee that it leaves room for, then base, then cash.
  public func liquidated(
    maintenance: Double, buffer: Double, fees: Fees
  ) throws(VenueRuleError) -> Liquidation {
    try validate(fees)
    let margin = try margin(ratio: maintenance, buffer: buffer)
    let shortage = margin.shortage
    guard shortage > 0, notional > 0 else { return taking(0, shortage, fees, insurance: 0) }
    let reserve = maintenance + buffer - fees.liquidator
    let spare = max(0, reserve - shortage / notional)
    let insurance = reserve > 0 ? min(fees.insurance, 0.95 * spare) : 0
    let freed = oraclePrice * (reserve - insurance)
    let size = freed > 0 ? min(shortage / freed, base.magnitude) : base.magnitude
    return taking(base < 0 ? -size : size, shortage, fees, insurance: insurance)
  }

  /// The whole position at once. An account that is insolvent already pays no insurance fee, and
  /// no fee makes one insolvent.
  public func fullyLiquidated(fees: Fees) throws(VenueRuleError) -> Liquidation {
    try validate()
    try validate(fees)
    let left = notional > 0 ? max(equity / notional - fees.liquidator, 0) : 0
    return taking(base, 0, fees, insurance: equity > 0 ? min(fees.insurance, left) : 0)
  }

  private func taking(
    _ taken: Double, _ shortage: Double, _ fees: Fees, insurance: Double
  ) -> Liquidation {
    let share = taken >= 0 ? 1 - fees.liquidator : 1 + fees.liquidator
    let liquidatorQuote = -taken * oraclePrice * share
    let fee = taken.magnitude * oraclePrice * insurance
    var remaining = self
    remaining.base -= taken
    remaining.quote -= liquidatorQuote + fee
    return Liquidation(
      shortage: shortage, base: taken, liquidatorQuote: liquidatorQuote, insuranceFee: fee,
      remaining: remaining)
  }

  /// Seizes the deposit against negative PnL of a closed position: quote += d·(1 − fee), the deposit
  /// falls to 0, or to what is not needed.
  ///
  /// - Parameter fee: the liquidator's on PnL, 0 ≤ fee < 1.
  public func seized(fee: Double) throws(VenueRuleError) -> DriftIsolated {
    try validate()
    try VenueInput.nonNegative(deposit, "isolatedDeposit")
    try VenueInput.hold(
      fee >= 0 && fee < 1, fee, "liquidatorFeeOnPnl", "a share of 0 or more, below 1")
    var after = self
    guard quote < 0 else { return after }
    let needed = -quote / (1 - fee)
    let taken = min(deposit, needed)
    after.deposit = deposit - taken
    after.quote = taken < needed ? quote + taken * (1 - fee) : 0
    return after
  }

  /// deposit = 0, no size and a debt (and no open orders): what insurance or others must pay.
  public var isBankrupt: Bool { deposit == 0 && base == 0 && quote < 0 }

  private func validate() throws(VenueRuleError) {
    try VenueInput.finite(base, "base")
    try VenueInput.finite(quote, "quote")
    try VenueInput.finite(deposit, "isolatedDeposit")
    try VenueInput.nonNegative(oraclePrice, "oraclePrice")
  }

  private func validate(_ fees: Fees) throws(VenueRuleError) {
    try VenueInput.fraction(fees.liquidator, "liquidatorFee")
    try VenueInput.fraction(fees.insurance, "ifFee")
  }
}
