public import FulcrumModel

/// A margin rule that looks at a pool as a whole instead of adding up its lots: portfolio margin and
/// every venue's rule that is behind `MarginModel`.
///
/// Marks still give equity; the rule gives what must be held. Told from another one by its rule set and
/// market instant.
public struct WholePoolRule: Sendable {
  public let model: any MarginModel
  public let market: MarketSnapshot

  public init(model: any MarginModel, market: MarketSnapshot) {
    self.model = model
    self.market = market
  }
}

extension WholePoolRule: Hashable {
  public static func == (a: Self, b: Self) -> Bool {
    a.model.ruleSet == b.model.ruleSet && a.market.asOf == b.market.asOf
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(model.ruleSet)
    hasher.combine(market.asOf)
  }
}

extension Ledger {
  /// The sums over legs with the requirement of the whole-pool rule in the place of the schedules'.
  ///
  /// The rule counts equity in its own way (some leave option value out and put the mark into the
  /// requirement), so the requirement is moved by the difference of the two:
  /// M = E − (Eᵣ − Mᵣ), so that both see the same excess. Never below zero.
  func valuation(
    _ sums: PoolValuation, of pool: Pool, credit: Int128, by rule: WholePoolRule
  ) throws(ValuationFault) -> PoolValuation {
    var positions: [Position] = []
    for leg in pool.legs {
      let contract = contracts[leg.contract.place]
      let entry = contract.arithmetic.price(lots: leg.lots, value: leg.cost)
      positions.append(
        Position(
          instrument: contract.instrument, size: SignedLots(leg.lots),
          entry: contract.isOption ? nil : entry))
    }
    let requirement: MarginRequirement
    do {
      requirement = try rule.model.requirement(
        for: positions,
        collateral: Money(minorUnits: pool.collateral + credit, asset: pool.terms.asset),
        in: rule.market)
    } catch {
      throw .rule(error)
    }
    let difference = sums.health.equity - requirement.equity.minorUnits
    let maintenance = max(0, requirement.maintenance.minorUnits + difference)
    let initial = max(
      maintenance, requirement.initial.minorUnits + difference, sums.capInitial)
    var valuation = sums
    valuation.health = Health(
      equity: sums.health.equity, initial: initial, maintenance: maintenance)
    return valuation
  }
}
