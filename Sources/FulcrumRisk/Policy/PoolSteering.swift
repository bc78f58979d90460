public import FulcrumModel
public import FulcrumPricing
internal import RealModule

/// What one step of size means for a pool: a lot of its only leg, or one unit of its strategy.
public struct SteeringUnit: Hashable, Sendable {
  public struct Leg: Hashable, Sendable {
    public let instrument: Instrument
    /// Signed lots of a unit.
    public let lotsPerUnit: Int64
  }

  public let legs: [Leg]
  /// Units that are open, ≥ 1.
  public let open: Int64

  /// The largest unit of which every leg holds a whole number: ratios between legs stay.
  init?(_ positions: [(instrument: Instrument, lots: Int64)]) {
    let counts = positions.map { $0.lots.magnitude }
    guard let first = counts.first, !counts.contains(0) else { return nil }
    let common = counts.dropFirst().reduce(first) { Self.greatestDivisor($0, $1) }
    open = Int64(common)
    legs = positions.map {
      Leg(instrument: $0.instrument, lotsPerUnit: $0.lots / Int64(common))
    }
  }

  private static func greatestDivisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
    b == 0 ? a : greatestDivisor(b, a % b)
  }
}

/// An order for one leg.
public struct SteeringOrder: Hashable, Sendable {
  public let instrument: Instrument
  /// Signed lots: + buys.
  public let lots: Int64
  public let isReduceOnly: Bool
}

/// What the policy says of one pool of a book.
public struct SteeredPool: Hashable, Sendable {
  public enum Method: Hashable, Sendable {
    /// By leverage.
    case leverage(PolicyDecision)
    /// By money at risk; and the budget that it was given, USD.
    case moneyAtRisk(MoneyAtRiskTarget, budget: Double)
    case notSteered(String)
  }

  public let id: String
  public let method: Method
  public let measures: PoolMeasures?
  public let unit: SteeringUnit?
  public let band: Double?
  public let level: RegimeLevel
  public let orders: [SteeringOrder]
}

/// Applies a policy to the pools of a report.
public enum PoolSteering {
  /// - Parameters:
  ///   - positions: the pool's legs, instrument and signed lots.
  ///   - accountEquity: USD; nil where unknown.
  public static func steer(
    _ report: PoolReport, positions: [(instrument: Instrument, lots: Int64)],
    plan: PolicyPlan, outlook: MarketOutlook, at now: Timestamp, accountEquity: Double?,
    margin: StandardMargin, memory: inout PolicyMemory
  ) -> SteeredPool {
    var subject = Subject(
      report: report, plan: plan, outlook: outlook, now: now, accountEquity: accountEquity,
      margin: margin, unit: SteeringUnit(positions))
    return subject.steered(&memory)
  }

  /// A pool that the prices at hand say nothing of, or nothing that could be used.
  package static func unanswered(
    _ report: PoolReport, level: RegimeLevel, reason: String
  ) -> SteeredPool {
    SteeredPool(
      id: report.id, method: .notSteered(reason), measures: report.measures, unit: nil, band: nil,
      level: level, orders: [])
  }

  private struct Subject {
    let report: PoolReport
    let plan: PolicyPlan
    let outlook: MarketOutlook
    let now: Timestamp
    let accountEquity: Double?
    let margin: StandardMargin
    let unit: SteeringUnit?

    mutating func steered(_ memory: inout PolicyMemory) -> SteeredPool {
      guard let measures = report.measures, let risk = report.riskPool else {
        return answer(.notSteered("a leg has no value: see the report"))
      }
      guard report.capitalIsKnown else {
        return answer(.notSteered("the pool's collateral is unknown; give it"))
      }
      guard report.underlyings.count == 1 else {
        return answer(.notSteered("the pool stands on several coins, and the prices are of one"))
      }
      guard measures.status == .ok, measures.capitalAtRiskUsd > 0, let unit else {
        return answer(.notSteered("the pool has no capital at risk: status \(measures.status)"))
      }
      if isScaleInvariant(measures) { return byMoney(measures, unit) }
      do throws(PolicyError) {
        return try byLeverage(measures, risk, unit, &memory)
      } catch {
        return answer(.notSteered("\(error)"))
      }
    }

    private func answer(
      _ method: SteeredPool.Method, band: Double? = nil, orders: [SteeringOrder] = []
    ) -> SteeredPool {
      SteeredPool(
        id: report.id, method: method, measures: report.measures, unit: unit, band: band,
        level: outlook.level, orders: orders)
    }

    /// Capital at risk is the maximum loss, which scales with the size: leverage does not.
    private func isScaleInvariant(_ measures: PoolMeasures) -> Bool {
      guard case .value(let most) = measures.maxLoss else { return false }
      return measures.capitalAtRisk >= most * (1 - 1e-9)
    }

    // MARK: Money

    private func byMoney(_ measures: PoolMeasures, _ unit: SteeringUnit) -> SteeredPool {
      guard let share = plan.riskBudget else {
        return answer(
          .notSteered("its leverage does not change with size, and the policy has no risk-budget"))
      }
      guard let accountEquity, accountEquity > 0 else {
        return answer(
          .notSteered("steered by money at risk, which needs the account's equity; give it"))
      }
      guard case .value(let multiple) = measures.stressMultiple, multiple > 0 else {
        return answer(.notSteered("nothing is lost in the stress grid"))
      }
      let budget = share * accountEquity * plan.multipliers[outlook.level.rawValue]
      let band = plan.bandWidth(around: max(1, measures.deltaLeverage.severity))
      guard
        let target = try? MoneyAtRiskTarget(
          capitalAtRisk: measures.capitalAtRiskUsd, stressMultiple: multiple, budget: budget,
          openUnits: Int(unit.open), band: band)
      else { return answer(.notSteered("the pool's numbers leave the range of the rule")) }
      let units = plan.fillsRiskBudget ? target.units : min(0, target.units)
      return answer(
        .moneyAtRisk(target, budget: budget), band: band,
        orders: orders(unit, units: Int64(units)))
    }

    // MARK: Leverage

    private func byLeverage(
      _ measures: PoolMeasures, _ risk: RiskPool, _ unit: SteeringUnit,
      _ memory: inout PolicyMemory
    ) throws(PolicyError) -> SteeredPool {
      let isFuture = unit.legs.allSatisfy { !$0.instrument.isOption }
      // What bends is judged by its steepest secant, not by a delta that may be 0.
      let leverage =
        isFuture
        ? measures.deltaLeverage.severity
        : max(measures.deltaLeverage.severity, report.worstSecant.severity)
      guard leverage > 0, leverage.isFinite else {
        return answer(.notSteered("the pool has no exposure"))
      }
      let capital = measures.capitalAtRiskUsd
      let maintenance = (report.margin?.maintenance ?? 0) * measures.usdPerUnit
      let rate =
        measures.grossNotional > 0 ? min(0.99, maintenance / measures.grossNotional) : 0
      let volatility = plan.pace.smoothed(outlook.volatility, at: now, memory)
      let question = PolicyQuestion(
        at: now, side: measures.deltaCash < 0 ? .up : .down, leverage: leverage,
        capital: (measures.equityUsd, capital, rate),
        contract: (leverage * capital / Double(unit.open), 1, 1),
        resized: resized(risk, measures, leverage: leverage, volatility: volatility))
      let decision = try plan.decide(question, outlook: outlook, memory: &memory)
      var units: Int64 = 0
      if case .order(let quantity) = decision.action { units = Int64(quantity.rounded()) }
      return answer(
        .leverage(decision), band: decision.rule.band, orders: orders(unit, units: units))
    }

    /// What no closed form says of this pool.
    private func resized(
      _ risk: RiskPool, _ measures: PoolMeasures, leverage: Double, volatility: Double
    ) -> PolicyConditions.Resized {
      let limits = plan.limits[outlook.level.rawValue]
      var (cap, optimum): (Double?, Double?)
      let liquidation = ResizedLiquidation(pool: risk, equity: measures.equity, margin: margin)
      if let limit = limits.liquidation, !liquidation.isOneLinearFuture {
        cap = liquidation.cap(limit, volatility: volatility, leverage: leverage)
      }
      if let kelly = limits.kelly, risk.legs.contains(where: \.isOption) {
        // The drift's error moves it toward none, from either side.
        let size = max(0, plan.drift.mean.magnitude - kelly.errors * plan.drift.error)
        let growth = GrowthOptimum(
          pool: risk, margin: margin, capitalAtRisk: measures.capitalAtRisk)
        optimum = growth.multiple(
          drift: plan.drift.mean < 0 ? -size : size, volatility: volatility, years: kelly.years
        ).map { $0 * leverage }
      }
      return PolicyConditions.Resized(liquidationCap: cap, growthOptimum: optimum)
    }

    private func orders(_ unit: SteeringUnit, units: Int64) -> [SteeringOrder] {
      guard units != 0 else { return [] }
      return unit.legs.map { leg in
        SteeringOrder(
          instrument: leg.instrument, lots: leg.lotsPerUnit * units, isReduceOnly: units < 0)
      }
    }
  }
}
