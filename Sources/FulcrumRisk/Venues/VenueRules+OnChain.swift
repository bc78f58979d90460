import FulcrumModel

extension VenueRules {
  static func onChain(_ known: OnChainParameters) -> [VenueRuleEntry] {
    [
      deriveStandard(known), derivePortfolio(known), dydxPerpetual(known), driftPerpetual(known),
      hyperliquidPerpetual(known),
    ]
  }

  private static func deriveStandard(_ known: OnChainParameters) -> VenueRuleEntry {
    VenueRuleEntry(
      "derive-standard", "Derive, standard margin"
    ) { (question) throws(VenueRuleError) in
      let sets = try question.sets(known.deriveStandard, of: "Derive's standard margin")
      return DeriveStandardRule(
        ruleSet: VenueRuleSet("derive-standard", of: sets.map(\.date)),
        terms: PerUnderlying(sets.map(\.value)))
    }
  }

  private static func derivePortfolio(_ known: OnChainParameters) -> VenueRuleEntry {
    VenueRuleEntry(
      "derive-portfolio", "Derive, portfolio margin of one coin"
    ) { (question) throws(VenueRuleError) in
      let sets = try question.sets(known.derivePortfolio, of: "Derive's portfolio margin")
      let coin = try one(question, "Derive's portfolio margin")
      return DerivePortfolioRule(
        ruleSet: VenueRuleSet("derive-portfolio", of: sets.map(\.date)), coin: coin,
        parameters: sets[0].value)
    }
  }

  private static func dydxPerpetual(_ known: OnChainParameters) -> VenueRuleEntry {
    VenueRuleEntry(
      "dydx-perpetual", "dYdX v4, perpetuals"
    ) { (question) throws(VenueRuleError) in
      let sets = try question.sets(known.dydx, of: "dYdX's liquidity tier")
      return DYDXPerpetualRule(
        ruleSet: VenueRuleSet("dydx-perpetual", of: sets.map(\.date)),
        markets: PerUnderlying(sets.map(\.value)))
    }
  }

  private static func driftPerpetual(_ known: OnChainParameters) -> VenueRuleEntry {
    VenueRuleEntry(
      "drift-perpetual", "Drift v2, one isolated perpetual"
    ) { (question) throws(VenueRuleError) in
      let coin = try one(question, "one isolated position of Drift")
      guard let set = DatedSet.inForce(known.drift[coin] ?? [], on: question.day) else {
        throw .notKnown(
          what: "Drift's margin ratios of \(coin)",
          upTo: "the formula: no market's ratios were read, so give them")
      }
      return DriftPerpetualRule(
        ruleSet: VenueRuleSet("drift-perpetual", of: [DriftPerpetualRule.date, set.date]),
        coin: coin, ratios: set.value)
    }
  }

  private static func hyperliquidPerpetual(_ known: OnChainParameters) -> VenueRuleEntry {
    VenueRuleEntry(
      "hyperliquid-perpetual", "Hyperliquid, perpetuals"
    ) { (question) throws(VenueRuleError) in
      let sets = try question.sets(known.hyperliquid, of: "Hyperliquid's tiers")
      return HyperliquidPerpetualRule(
        ruleSet: VenueRuleSet("hyperliquid-perpetual", of: sets.map(\.date)),
        markets: PerUnderlying(sets.map(\.value)))
    }
  }

  private static func one(
    _ question: VenueQuestion, _ what: String
  ) throws(VenueRuleError) -> String {
    guard question.coins.count == 1, let coin = question.coins.first else {
      throw .notCovered(
        what: "\(question.coins.count) coins under \(what), which takes one",
        fix: "split the pool by coin")
    }
    return coin
  }
}
