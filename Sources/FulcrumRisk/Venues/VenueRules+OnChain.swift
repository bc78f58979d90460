extension VenueRules {
  /// The rules of on-chain venues, in the order in which they are shown.
  static let onChain: [VenueRuleEntry] = []
}
