import FulcrumModel

extension VenueRules {
  static let onChain: [VenueRuleEntry] = [
    deriveStandard, derivePortfolio, dydxPerpetual, driftPerpetual, hyperliquidPerpetual,
  ]

  private static let deriveStandard = VenueRuleEntry(
    "derive-standard", "Derive, standard margin"
  ) { (question) throws(VenueRuleError) in
    let sets = try question.sets(DeriveStandardRule.known, of: "Derive's standard margin")
    return DeriveStandardRule(
      ruleSet: VenueRuleSet("derive-standard", of: sets.map(\.date)),
      terms: PerUnderlying(sets.map(\.value)))
  }

  private static let derivePortfolio = VenueRuleEntry(
    "derive-portfolio", "Derive, portfolio margin of one coin"
  ) { (question) throws(VenueRuleError) in
    let sets = try question.sets(DerivePortfolioRule.known, of: "Derive's portfolio margin")
    guard let coin = question.coins.first, sets.count == 1 else {
      throw .notCovered(
        what: "\(sets.count) coins under Derive's portfolio margin, which takes one an account",
        fix: "split the pool by coin")
    }
    return DerivePortfolioRule(
      ruleSet: VenueRuleSet("derive-portfolio", of: sets.map(\.date)), coin: coin,
      parameters: sets[0].value)
  }

  private static let dydxPerpetual = VenueRuleEntry(
    "dydx-perpetual", "dYdX v4, perpetuals"
  ) { (question) throws(VenueRuleError) in
    let sets = try question.sets(DYDXPerpetualRule.known, of: "dYdX's liquidity tier")
    return DYDXPerpetualRule(
      ruleSet: VenueRuleSet("dydx-perpetual", of: sets.map(\.date)),
      markets: PerUnderlying(sets.map(\.value)))
  }

  private static let driftPerpetual = VenueRuleEntry(
    "drift-perpetual", "Drift v2, one isolated perpetual"
  ) { (question) throws(VenueRuleError) in
    guard let coin = question.coins.first, let set = DriftPerpetualRule.known[coin]?.first else {
      throw .notKnown(
        what: "Drift's margin ratios of \(question.coins.joined(separator: ", "))",
        upTo: "the formula; no market's ratios were read")
    }
    return DriftPerpetualRule(
      ruleSet: DriftPerpetualRule.ruleSet(ratios: set.date.confidence), coin: coin,
      ratios: set.value)
  }

  private static let hyperliquidPerpetual = VenueRuleEntry(
    "hyperliquid-perpetual", "Hyperliquid, perpetuals"
  ) { (question) throws(VenueRuleError) in
    let sets = try question.sets(HyperliquidPerpetualRule.known, of: "Hyperliquid's tiers")
    return HyperliquidPerpetualRule(
      ruleSet: VenueRuleSet("hyperliquid-perpetual", of: sets.map(\.date)),
      markets: PerUnderlying(sets.map(\.value)))
  }
}
