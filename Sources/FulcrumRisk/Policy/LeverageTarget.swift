internal import FulcrumPricing
internal import RealModule

/// What may bind a target, in the order in which ties are broken.
public enum PolicyConstraint: String, Hashable, Sendable, CaseIterable {
  case volTarget, kelly, cvar, cppi
  case liquidation, size, hard

  /// Soft budgets are multiplied by the regime; hard caps are not.
  public var isSoft: Bool {
    switch self {
    case .volTarget, .kelly, .cvar, .cppi: true
    case .liquidation, .size, .hard: false
    }
  }
}

/// The leverage that a policy allows, and which constraint decides.
///
///     target = max(0, min(ρ·min(soft), min(caps)))
///
/// Bounded by the hard cap; non-increasing in σ̂; non-decreasing in equity over the high-water mark;
/// unchanged when all money is scaled (leverage-math 5.3; `PolicyPropertyTests`).
public struct LeverageTarget: Hashable, Sendable {
  public struct Term: Hashable, Sendable {
    public let constraint: PolicyConstraint
    /// Before the regime's multiplier.
    public let leverage: Double
  }

  /// The constraints that the policy sets, in their order.
  public let terms: [Term]
  public let target: Double
  public let binding: PolicyConstraint
  /// min(caps); nil where no cap is set.
  public let cap: Double?

  /// - Throws: `PolicyError.outOfDomain` where the conditions leave the range that the first-passage
  ///   law accepts; `.nothingLimits` where no constraint can be evaluated.
  public init(
    _ limits: PolicyLimits, under conditions: PolicyConditions
  ) throws(PolicyError) {
    let terms = try Self.terms(limits, conditions)
    let shown = terms.map { term in
      term.constraint.isSoft ? term.leverage * conditions.regimeMultiplier : term.leverage
    }
    guard let smallest = shown.min(), let place = shown.firstIndex(of: smallest) else {
      throw .nothingLimits
    }
    self.terms = terms
    target = max(0, smallest)
    binding = terms[place].constraint
    cap = terms.lazy.filter { !$0.constraint.isSoft }.map(\.leverage).min()
  }

  /// One leverage whatever the market does, without a cap: what policies are compared with.
  init(fixed leverage: Double) {
    terms = [Term(constraint: .hard, leverage: leverage)]
    target = leverage
    binding = .hard
    cap = nil
  }

  public subscript(constraint: PolicyConstraint) -> Double? {
    terms.first { $0.constraint == constraint }?.leverage
  }

  private static func terms(
    _ limits: PolicyLimits, _ conditions: PolicyConditions
  ) throws(PolicyError) -> [Term] {
    let (outlook, pool) = (conditions.outlook, conditions.pool)
    var terms: [Term] = []
    if let target = limits.volatilityTarget {
      terms.append(Term(constraint: .volTarget, leverage: target / outlook.volatility))
    }
    if let kelly = limits.kelly {
      let drift = max(0, outlook.drift - kelly.errors * outlook.driftError)
      let optimum =
        pool.resized.growthOptimum ?? drift / (outlook.volatility * outlook.volatility)
      terms.append(Term(constraint: .kelly, leverage: kelly.fraction * optimum))
    }
    if let budget = limits.shortfallBudget {
      terms.append(Term(constraint: .cvar, leverage: budget / outlook.shortfall))
    }
    if let drawdown = limits.drawdown {
      // Without equity the cushion is gone, whatever the quotient says.
      let cushion =
        pool.equity > 0 ? 1 - (1 - drawdown.limit) * pool.highWater / pool.equity : 0
      terms.append(Term(constraint: .cppi, leverage: drawdown.multiple * max(0, cushion)))
    }
    if let cap = limits.liquidation {
      terms.append(
        Term(
          constraint: .liquidation,
          leverage: try liquidationCap(cap, pool, volatility: outlook.volatility)))
    }
    if let largest = pool.largestNotional {
      terms.append(Term(constraint: .size, leverage: largest / pool.capitalAtRisk))
    }
    if let hard = limits.hardMax { terms.append(Term(constraint: .hard, leverage: hard)) }
    return terms
  }

  /// The largest leverage of a linear perpetual whose liquidation within the horizon is no likelier
  /// than allowed: a long is liquidated at β = (1 − 1/L)/(1 − κ) of the index, a short at
  /// β = (1 + 1/L)/(1 + κ).
  static func liquidationCap(
    _ cap: PolicyLimits.LiquidationCap, _ pool: PolicyConditions.Pool, volatility: Double
  ) throws(PolicyError) -> Double {
    if let given = pool.resized.liquidationCap { return given }
    let distance: Double
    do {
      distance = try FirstPassage.distance(
        probability: cap.probability, side: pool.side, volatility: volatility, years: cap.years)
    } catch {
      switch error {
      case .outOfDomain(let field, let seen, let allowed):
        throw .outOfDomain(field: field, seen: seen, allowed: allowed)
      case .columnsDiffer(let column, let seen, let allowed):
        throw .outOfDomain(field: column, seen: Double(seen), allowed: "\(allowed) rows")
      }
    }
    let rate = pool.maintenanceRate
    switch pool.side {
    case .down: return 1 / (rate - (1 - rate) * Double.expMinusOne(-distance))
    case .up: return 1 / (rate + (1 + rate) * Double.expMinusOne(distance))
    }
  }
}
