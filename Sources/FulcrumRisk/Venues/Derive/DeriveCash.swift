import RealModule

/// Derive's cash: what borrowing costs, and who bears a loss that nobody paid.
///
/// - Source: derivexyz/v2-core, `InterestRateModel.sol` and `CashAsset.sol` at 7736900d (2026-01-21),
///   restated.
public struct DeriveCash: Hashable, Sendable {
  /// A year, as a ratio.
  public var leastRate: Double
  /// Slope up to the best utilisation, and beyond it.
  public var multiplier: Double
  public var highMultiplier: Double
  /// u* in 0...1.
  public var bestUtilisation: Double

  public init(
    leastRate: Double, multiplier: Double, highMultiplier: Double, bestUtilisation: Double
  ) {
    self.leastRate = leastRate
    self.multiplier = multiplier
    self.highMultiplier = highMultiplier
    self.bestUtilisation = bestUtilisation
  }

  /// Of the deployment scripts.
  public static let standard = DeriveCash(
    leastRate: 0.02, multiplier: 0.08, highMultiplier: 0.90, bestUtilisation: 0.85)

  /// r = least + min(u, u*)·m₁ + max(u − u*, 0)·m₂ a year, u = min(borrows/supply, 1).
  ///
  /// - Parameters:
  ///   - supply: cash of lenders, > 0, or 0 where nothing is borrowed.
  ///   - borrows: cash lent, ≥ 0.
  public func borrowRate(supply: Double, borrows: Double) throws(VenueRuleError) -> Double {
    try VenueInput.nonNegative(borrows, "borrows")
    try VenueInput.nonNegative(supply, "supply")
    try VenueInput.fraction(bestUtilisation, "optimalUtil")
    for (name, value) in [
      ("minRate", leastRate), ("rateMultiplier", multiplier),
      ("highRateMultiplier", highMultiplier),
    ] { try VenueInput.nonNegative(value, name) }
    if borrows == 0 { return leastRate }
    // Borrowed cash that no supply stands behind is used to the full.
    let used = supply > borrows ? borrows / supply : 1
    return leastRate + min(used, bestUtilisation) * multiplier
      + max(used - bestUtilisation, 0) * highMultiplier
  }

  /// e^{r·t} − 1 of the debt, t in seconds of a year of 31,536,000.
  public func accrual(
    supply: Double, borrows: Double, seconds: Double
  ) throws(VenueRuleError) -> Double {
    try VenueInput.nonNegative(seconds, "seconds")
    let rate = try borrowRate(supply: supply, borrows: borrows)
    return Double.expMinusOne(rate * seconds / 31_536_000)
  }

  /// Stablecoin per unit of cash once a loss was printed: min(1, stable/(supply + printed)).
  public static func exchangeRate(
    stableBalance: Double, supply: Double, printed: Double
  ) throws(VenueRuleError) -> Double {
    try VenueInput.nonNegative(stableBalance, "stableBalance")
    try VenueInput.nonNegative(printed, "lossPrinted")
    try VenueInput.nonNegative(supply, "cashSupplyBefore")
    guard supply + printed > 0 else { return 1 }
    return min(1, stableBalance / (supply + printed))
  }

  /// Cash burned for `stable` taken out: the same haircut for everybody, first or last.
  public static func burned(stable: Double, exchangeRate: Double) throws(VenueRuleError) -> Double {
    try VenueInput.nonNegative(stable, "stableOut")
    try VenueInput.hold(
      exchangeRate > 0 && exchangeRate <= 1, exchangeRate, "exchangeRate",
      "a rate above 0, at most 1")
    return stable / exchangeRate
  }
}
