public import FulcrumModel

/// One rule's answer on one pool.
public struct VenueAnswer: Hashable, Sendable {
  /// A liquidation region along one underlying, or why there is none.
  public struct Side: Hashable, Sendable {
    public let underlying: Underlying
    public let region: Result<VenueRegion, VenueRuleError>
  }

  public let requirement: VenueRequirement
  /// Empty where the pool's collateral is unknown: nothing then says what is held.
  public let sides: [Side]

  /// The nearest liquidation prices among sides; of several underlyings the nearest in distance.
  public var nearest: VenueRegion? {
    let regions = sides.compactMap { try? $0.region.get() }
    return regions.min { Self.distance($0) < Self.distance($1) }
  }

  private static func distance(_ region: VenueRegion) -> Double {
    guard region.healthy else { return -1 }
    return min(region.distanceDown ?? .infinity, region.distanceUp ?? .infinity)
  }
}

/// A rule on a pool: what it asks, or why it has no answer.
public struct VenueOutcome: Sendable {
  public let name: String
  /// Nil where no parameters are known for the pool's coins.
  public let ruleSet: VenueRuleSet?
  public let answer: Result<VenueAnswer, VenueRuleError>
}

/// One pool under every rule.
public struct VenuePool: Sendable {
  public let report: PoolReport
  /// Empty where the pool could not be valued.
  public let rows: [VenueOutcome]
}

/// Every pool of a report under every rule asked for, side by side.
public enum VenueComparison {
  /// - Parameters:
  ///   - entries: in the order of the rows.
  ///   - day: whose parameters are taken.
  /// - Returns: a row for each rule that has something to say of the pool, and for each that has not
  ///   its reason. The result does not depend on the number of threads.
  public static func pools(
    of reports: [PoolReport], under entries: [VenueRuleEntry], on day: CalendarDay
  ) -> [VenuePool] {
    Parallel.map(reports, chunk: 1) { report in
      guard let pool = report.riskPool else { return VenuePool(report: report, rows: []) }
      let question = VenueQuestion(
        coins: report.underlyings.map(\.base.code), currency: pool.currency, day: day)
      return VenuePool(
        report: report, rows: entries.map { row($0, question, pool, report) })
    }
  }

  private static func row(
    _ entry: VenueRuleEntry, _ question: VenueQuestion, _ pool: RiskPool, _ report: PoolReport
  ) -> VenueOutcome {
    let rule: any VenueRule
    do throws(VenueRuleError) {
      rule = try entry.rule(for: question)
    } catch {
      return VenueOutcome(name: entry.name, ruleSet: nil, answer: .failure(error))
    }
    do throws(VenueRuleError) {
      let requirement = try rule.requirement(for: pool)
      let sides =
        report.collateralBasis == .unknown ? [] : sides(of: rule, pool, report.underlyings)
      return VenueOutcome(
        name: entry.name, ruleSet: rule.ruleSet,
        answer: .success(VenueAnswer(requirement: requirement, sides: sides)))
    } catch {
      return VenueOutcome(name: entry.name, ruleSet: rule.ruleSet, answer: .failure(error))
    }
  }

  private static func sides(
    of rule: some VenueRule, _ pool: RiskPool, _ underlyings: [Underlying]
  ) -> [VenueAnswer.Side] {
    underlyings.enumerated().map { place, underlying in
      let region = Result { () throws(VenueRuleError) in
        try VenueLiquidation.region(pool, under: rule, underlying: place)
      }
      return VenueAnswer.Side(underlying: underlying, region: region)
    }
  }
}
