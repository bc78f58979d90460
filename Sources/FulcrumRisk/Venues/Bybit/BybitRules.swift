/// Bybit's cross-margin options, linear only: every short alone, summed.
public struct BybitOption: VenueRule, Hashable {
  public let ruleSet: VenueRuleSet
  public var terms: PerUnderlying<BybitOptionTerms>

  public init(ruleSet: VenueRuleSet, terms: PerUnderlying<BybitOptionTerms>) {
    self.ruleSet = ruleSet
    self.terms = terms
  }

  public func requirement(for pool: RiskPool) throws(VenueRuleError) -> VenueRequirement {
    try pool.checked()
    var parts = RequirementParts()
    for leg in pool.legs {
      guard let option = VenueOption(leg) else {
        throw .notCovered(
          what: "a future in a pool of options", fix: "ask bybit-futures for the future alone")
      }
      guard option.settlement == .linear else {
        throw .notCovered(
          what: "a coin-margined option", fix: "Bybit's options settle in USDC or USDT")
      }
      guard option.coins < 0 else { continue }
      let index = pool.indices[leg.underlying]
      let margin = try terms.of(leg.underlying).short(
        index: index, mark: option.mark, outOfTheMoney: option.outOfTheMoney(against: index),
        averagePrice: option.mark
      ).scaled(by: -option.coins)
      parts.add(
        "short \(option.right.rawValue)s", initial: margin.initial,
        maintenance: margin.maintenance)
    }
    return try VenueRequirement(
      initial: parts.initial, maintenance: parts.maintenance,
      balance: pool.balanceWithoutOptions, parts: parts.parts,
      confidence: ruleSet.confidence.weakened(by: .inferred), caveats: Self.caveats
    ).representable()
  }

  private static let caveats = [
    "maintenance reproduced on the one published example; initial from a copy of 2022",
    "that the balance leaves option value out is inferred",
    "initial takes the mark for the price the option was sold at",
  ]
}

/// Rates of one contract of Bybit's futures in isolated mode.
public struct BybitFutureTerms: Hashable, Sendable {
  public var maintenanceRate: Double
  /// What the user has set; initial margin is its inverse.
  public var leverage: Double

  public init(maintenanceRate: Double, leverage: Double) {
    self.maintenanceRate = maintenanceRate
    self.leverage = leverage
  }
}

/// One future in Bybit's isolated mode.
///
/// Linear: IM = Q·E/L and MM = Q·E·MMR at the value of entry. Inverse since 27 May 2026: MM at the
/// value of the mark; before, at entry. Their zeros are the published liquidation prices.
public struct BybitFuture: VenueRule, Hashable {
  public let ruleSet: VenueRuleSet
  public var terms: PerUnderlying<BybitFutureTerms>
  /// Whether an inverse contract's maintenance follows the mark.
  public var inverseFollowsMark: Bool

  public init(
    ruleSet: VenueRuleSet, terms: PerUnderlying<BybitFutureTerms>, inverseFollowsMark: Bool
  ) {
    self.ruleSet = ruleSet
    self.terms = terms
    self.inverseFollowsMark = inverseFollowsMark
  }

  public func requirement(for pool: RiskPool) throws(VenueRuleError) -> VenueRequirement {
    try pool.checked()
    guard pool.legs.count == 1, let leg = pool.legs.first else {
      throw .notCovered(
        what: "\(pool.legs.count) positions in one isolated margin",
        fix: "isolated mode holds one position; give each a pool of its own")
    }
    guard case .future(let entry, _) = leg.contract else {
      throw .notCovered(what: "an option in isolated mode", fix: "ask bybit-options")
    }
    let terms = try terms.of(leg.underlying)
    let size = leg.signedSize.magnitude
    let linear = leg.settlement == .linear
    let value = linear ? size * entry : size / entry
    let follows = !linear && inverseFollowsMark
    let maintenance = terms.maintenanceRate * (follows ? size / leg.forward : value)
    return try VenueRequirement(
      initial: max(value / terms.leverage, maintenance), maintenance: maintenance,
      balance: pool.balanceWithoutOptions, confidence: ruleSet.confidence,
      caveats: [
        "first tier, \(terms.maintenanceRate * 100) % maintenance; limits of tiers were not read",
        "initial margin at \(terms.leverage) times, the user's own setting",
      ]
    ).representable()
  }
}
