/// What a pool is held to along a simulated path: this program's rule, leg by leg, or a venue's over
/// the whole pool.
public struct PathRule: Sendable {
  /// Rates of the standard rule, and the liquidation fee under either.
  public var margin: StandardMargin
  /// Nil: the standard rule. Of a venue's rule excess must move one for one with cash, as a balance
  /// does; a rule that counts cash otherwise is refused.
  public var venue: (any VenueRule)?

  public init(_ margin: StandardMargin = .standard, venue: (any VenueRule)? = nil) {
    self.margin = margin
    self.venue = venue
  }

  public static let standard = PathRule()

  /// Whether what a unit asks depends on how many are held.
  var dependsOnSize: Bool { venue != nil || margin.futuresBrackets.count > 1 }
}

extension PathRule {
  /// Whether the balance covers the initial margin and nothing is borrowed to pay premiums.
  func canOpen(_ pool: RiskPool, equity: Double) throws(RiskError) -> Bool {
    // The rounding of cash that is what premiums leave of equity.
    guard pool.cash >= -1e-12 * equity else { return false }
    guard let venue else { return try margin.initial(of: pool) <= equity }
    guard pool.legs.contains(where: { $0.quantity != 0 }) else { return true }
    let found = try RiskError.translating { () throws(VenueRuleError) in
      try venue.requirement(for: pool)
    }
    return found.initial <= found.balance
  }

  /// Whether a pool can be held against it at the price now.
  func hasAnswer(for pool: RiskPool) -> Bool {
    guard let venue else { return true }
    return (try? venue.requirement(for: pool)) != nil
  }

  /// Where a pool stands at the start.
  struct Standing {
    let isHealthy: Bool
    /// USD; nil where no price of the range searched liquidates it.
    let below: Double?
    let above: Double?
    var reach: RuleReach?
  }

  func standing(of pool: RiskPool) throws(RiskError) -> Standing {
    guard let venue, pool.legs.contains(where: { $0.quantity != 0 }) else {
      let region = try Liquidation.region(pool, margin: margin)
      return Standing(isHealthy: region.healthy, below: region.below, above: region.above)
    }
    let region = try RiskError.translating { () throws(VenueRuleError) in
      try VenueLiquidation.region(pool, under: venue)
    }
    let reach = region.limit.map {
      RuleReach(from: region.knownFrom, to: region.knownTo, reason: $0)
    }
    return Standing(
      isHealthy: region.healthy, below: region.below, above: region.above, reach: reach)
  }
}

/// Index prices, USD, between which a rule is known; nil where it is as far as was looked.
public struct RuleReach: Hashable, Sendable {
  public var from: Double?
  public var to: Double?
  /// Why it is known no further.
  public var reason: String
}

extension RiskError {
  /// A pool that a venue's rule refuses, in the words of the simulation.
  static func translating<Value>(
    _ work: () throws(VenueRuleError) -> Value
  ) throws(RiskError) -> Value {
    do throws(VenueRuleError) { return try work() } catch { throw RiskError(error) }
  }

  init(_ refusal: VenueRuleError) {
    if case .pool(let own) = refusal {
      self = own
    } else {
      self = .ruleHasNoAnswer(refusal.description)
    }
  }
}
