extension VenueCalculation {
  /// The rules of on-chain venues, venue by venue.
  static let onChain: [VenueCalculation] = []
}
