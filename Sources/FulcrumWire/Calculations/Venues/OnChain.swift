extension VenueCalculation {
  /// The rules of on-chain venues, venue by venue.
  static let onChain: [VenueCalculation] =
    deriveStandard + derivePortfolio + deriveAuction + deriveCash + dydx + driftLiquidation
    + driftIsolated + hyperliquid + deleveraging
}
