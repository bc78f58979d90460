/// Every set of parameters that the rules of on-chain venues are made with, by coin and day.
public struct OnChainParameters: Hashable, Sendable {
  public typealias Table<Value: Hashable & Sendable> = VenueParameters.Table<Value>

  public var deriveStandard: Table<DeriveStandardRule.Terms>
  public var derivePortfolio: Table<DerivePortfolio>
  public var dydx: Table<DYDXPerpetualRule.Market>
  /// Empty here: no market's ratios were read.
  public var drift: Table<DriftIsolated.Ratios>
  public var hyperliquid: Table<HyperliquidPerpetualRule.Market>

  /// What this program itself knows.
  public static let known = OnChainParameters(
    deriveStandard: DeriveStandardRule.known, derivePortfolio: DerivePortfolioRule.known,
    dydx: DYDXPerpetualRule.known, drift: [:], hyperliquid: HyperliquidPerpetualRule.known)
}
