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
  static func confidence(
    in venue: any VenueRule, of entry: VenueRuleEntry, _ risk: RiskPool, _ named: NamedPool
  ) throws(ReportRefusal) -> String {
    let found: VenueRequirement
    do throws(VenueRuleError) { found = try venue.requirement(for: risk) } catch {
      // At its own size it may be unknown where smaller ones, which may be all that is asked, are not.
      guard case .notKnown = error else { throw refusal(venue.ruleSet.name, error, named) }
      return "\(venue.ruleSet.name) at the pool's own size: \(error.description)."
    }
    let old = entry.isSuperseded ? ", superseded by the venue" : ""
    let known = "\(venue.ruleSet.name) is \(found.confidence.word)\(old)"
    return ([known] + found.caveats).joined(separator: "; ") + "."
  }

  /// Prices that paths may reach and the rule is not known for.
  static func unknownPrices(_ report: ConsequenceReport, of rule: PathRule) -> [Issue] {
    guard let venue = rule.venue, let reach = report.ruleReach else { return [] }
    func price(_ value: Double, _ rounding: Rounding) -> String {
      "\(NumberText.price(value, rounding)) USD"
    }
    let known: String
    switch (reach.from, reach.to) {
    case (let from?, let to?): known = "from \(price(from, .up)) to \(price(to, .down)) only"
    case (let from?, nil): known = "from \(price(from, .up)) up only"
    case (nil, let to?): known = "up to \(price(to, .down)) only"
    case (nil, nil): known = "not at some prices between those that it is known at"
    }
    return [
      Issue(
        .warning, source: venue.ruleSet.name,
        seen: "\(reach.reason): at the size and time at which it is known least, \(known)",
        allowed: "a rule that is known wherever paths go",
        fix:
          "beyond, its last maintenance goes on in proportion to the notional; --multiples for smaller "
          + "sizes, --parameters for what is known beyond")
    ]
  }

  private static func refusal(
    _ rule: String, _ error: VenueRuleError, _ named: NamedPool
  ) -> ReportRefusal {
    named.refusal(
      seen: error.description, allowed: "a pool that \(rule) covers",
      fix: otherRule)
  }

  /// Why nothing could be simulated.
  static func refusal(_ error: RiskError, _ named: NamedPool) -> ReportRefusal {
    if error == .interrupted {
      return named.refusal(
        seen: "an end before any path was simulated", allowed: "a run that comes to its paths",
        fix: "let it lay out the rule, or ask for a longer --step or fewer --multiples")
    }
    guard case .ruleHasNoAnswer(let reason) = error else {
      return named.refusal(
        seen: error.description, allowed: "what can be simulated", fix: "change what it names")
    }
    return named.refusal(
      seen: reason, allowed: "sizes that the rule is known for",
      fix: "leave larger ones out by --multiples, or \(otherRule)")
  }

  private static let otherRule = "choose another --rule; fulcrum margin shows them side by side"
}
