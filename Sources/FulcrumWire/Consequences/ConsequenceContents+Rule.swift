import FulcrumModel
import FulcrumRisk

extension ConsequenceBuilder {
  /// The rule asked for, with the parameters of the market's day.
  static func rule(
    _ request: ConsequenceRequest, _ named: NamedPool, _ risk: RiskPool
  ) throws(ReportRefusal) -> PathRule {
    guard let entry = request.rule else { return PathRule(request.margin) }
    let question = VenueQuestion(
      coins: named.pool.underlyings.map(\.base.code), currency: risk.currency,
      day: CalendarDay(named.report.asOf))
    do throws(VenueRuleError) {
      return PathRule(request.margin, venue: try entry.rule(for: question))
    } catch {
      throw refusal(entry.name, error, named)
    }
  }

  /// How well the rule is known, and what it leaves out.
  static func standing(
    _ venue: any VenueRule, _ risk: RiskPool, _ named: NamedPool
  ) throws(ReportRefusal) -> String {
    let found: VenueRequirement
    do throws(VenueRuleError) { found = try venue.requirement(for: risk) } catch {
      throw refusal(venue.ruleSet.name, error, named)
    }
    let standing = "\(venue.ruleSet.name) is \(found.confidence.word)"
    return ([standing] + found.caveats).joined(separator: "; ") + "."
  }

  /// Prices that paths may reach and the rule is not known for.
  static func unknownPrices(_ report: ConsequenceReport, _ named: NamedPool) -> [Issue] {
    guard let reach = report.ruleReach else { return [] }
    func price(_ value: Double?, _ rounding: Rounding) -> String {
      value.map { "\(NumberText.price($0, rounding)) USD" } ?? "the end of what is simulated"
    }
    return [
      Issue(
        .warning, source: named.report.provenance.ruleSet,
        seen: "\(reach.reason), from \(price(reach.from, .up)) to \(price(reach.to, .down)) only",
        allowed: "a rule that is known wherever paths go",
        fix: "beyond these prices its last requirement goes on in proportion to the notional")
    ]
  }

  private static func refusal(
    _ rule: String, _ error: VenueRuleError, _ named: NamedPool
  ) -> ReportRefusal {
    named.refusal(
      seen: error.description, allowed: "a pool that \(rule) covers",
      fix: "choose another --rule; fulcrum margin shows them side by side")
  }
}
