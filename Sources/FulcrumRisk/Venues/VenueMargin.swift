public import FulcrumModel

/// A venue's rule as a margin model of a ledger: doubles through the one rounding door.
///
/// Requirements are rounded up and what is held down. `equity` of the answer is what this venue
/// counts as held, so that its excess is the venue's own.
public struct VenueMargin: MarginModel {
  public let rule: any VenueRule

  public init(_ rule: any VenueRule) { self.rule = rule }

  /// `deribit-standard/2026-09-24`.
  public var ruleSet: String { "\(rule.ruleSet.name)/\(rule.ruleSet.dated)" }

  /// - Throws: `.missingInput` and `.market` where the snapshot lacks something; `.unsupported` where
  ///   the rule does not cover the pool or is not known for it, with its reason.
  public func requirement(
    for positions: [Position], collateral: Money, in market: MarketSnapshot
  ) throws(MarginError) -> MarginRequirement {
    let pool = try RiskPool(positions: positions, collateral: collateral, in: market)
    let found: VenueRequirement
    do { found = try rule.requirement(for: pool) } catch {
      throw .unsupported(error.description)
    }
    let asset = collateral.asset
    return try MarginRequirement(
      initial: try StandardMargin.money(found.initial, asset, .up),
      maintenance: try StandardMargin.money(found.maintenance, asset, .up),
      equity: try StandardMargin.money(found.balance, asset, .down))
  }
}
