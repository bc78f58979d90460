/// OKX's margin of options outside portfolio mode: every short alone, summed.
///
/// The mark is in the requirement, so what is held leaves option value out (inferred: the venue's
/// text gives the requirement alone).
public struct OKXOption: VenueRule, Hashable {
  public let ruleSet: VenueRuleSet
  public var terms: PerUnderlying<OKXOptionTerms>

  public init(ruleSet: VenueRuleSet, terms: PerUnderlying<OKXOptionTerms>) {
    self.ruleSet = ruleSet
    self.terms = terms
  }

  public func requirement(for pool: RiskPool) throws(VenueRuleError) -> VenueRequirement {
    try pool.checked()
    var parts = RequirementParts()
    for leg in pool.legs {
      guard let option = VenueOption(leg) else {
        throw .notCovered(
          what: "a future beside or without options",
          fix: "ask for its margin at a venue whose futures rates are known")
      }
      guard option.coins < 0 else { continue }
      let unit = option.settlement == .linear ? pool.indices[leg.underlying] : 1
      let margin = try terms.of(leg.underlying).short(
        option.right, mark: option.mark, unit: unit,
        outOfTheMoney: option.outOfTheMoney(against: option.forward), forward: option.forward
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
    "the requirement is documented; that the balance leaves option value out is inferred",
    "first position tier: the factor of larger positions was not read",
  ]
}
