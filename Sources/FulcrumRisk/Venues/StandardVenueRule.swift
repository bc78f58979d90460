/// This program's own default rule, so that it stands in one table with those of venues.
///
/// Marks are left out of the requirement and counted in the equity.
public struct StandardVenueRule: VenueRule, Hashable {
  public let margin: StandardMargin
  public let ruleSet: VenueRuleSet

  public init(_ margin: StandardMargin = .standard) {
    self.margin = margin
    let date = RuleDate(
      2026, 11, 1, .documented, source: "this program's own rule, docs/reference/margin-files.md")
    ruleSet = VenueRuleSet(
      name: "standard", dated: date.day, confidence: date.confidence, source: date.source)
  }

  public func requirement(for pool: RiskPool) throws(VenueRuleError) -> VenueRequirement {
    let initial: Double
    let maintenance: Double
    do {
      initial = try margin.initial(of: pool)
      maintenance = try margin.maintenance(of: pool)
    } catch {
      throw .pool(error)
    }
    return try VenueRequirement(
      initial: initial, maintenance: maintenance, balance: Revaluation(pool).equity(at: 1),
      confidence: .documented, caveats: ["this program's own rule, not a venue's"]
    ).representable()
  }
}
