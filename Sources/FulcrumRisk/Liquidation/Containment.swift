import FulcrumModel
import FulcrumNumerics

/// What isolation promises an owner of several pools, and what it costs (leverage-math 3.4).
public enum Containment {
  /// The most that pools can cost their owner, USD, before transfers made in between.
  public struct LossLimit: Hashable, Sendable {
    /// Σ_p max(E_p, 0): holds at any time, whatever happens.
    public var unconditional: Double
    /// Σ_p CaR_p: holds for pools held to expiry or closed at arbitrage-free marks, before fees,
    /// funding and slippage.
    public var heldToExpiry: Double
  }

  public static func lossLimit(_ pools: [PoolMeasures]) -> LossLimit {
    var unconditional = NeumaierSum()
    var heldToExpiry = NeumaierSum()
    for pool in pools {
      unconditional.add(max(pool.equityUsd, 0))
      heldToExpiry.add(pool.capitalAtRiskUsd)
    }
    return LossLimit(unconditional: unconditional.value, heldToExpiry: heldToExpiry.value)
  }

  /// Σ_p M_p − M(joint), in the currency of the pools: maintenance that one joint pool would save.
  ///
  /// The joint pool nets equal contracts and nothing else, so the cost is at least 0 where the rule
  /// is subadditive; rising futures brackets are not, and can make it negative.
  /// - Parameter pools: of one currency and on the same indices.
  /// - Throws: `RiskError` where a pool or the rule is outside its domain, or pools differ in
  ///   currency or indices.
  public static func isolationCost(
    _ pools: [RiskPool], margin: StandardMargin = .standard
  ) throws(RiskError) -> Double {
    guard let first = pools.first else { return 0 }
    var alone = NeumaierSum()
    for (place, pool) in pools.enumerated() {
      guard pool.currency == first.currency, pool.indices == first.indices else {
        throw .poolsDiffer(place: place)
      }
      alone.add(try margin.maintenance(of: pool))
    }
    return alone.value - (try margin.maintenance(of: joined(pools)))
  }

  /// One pool with the cash of all and their legs, equal contracts netted.
  ///
  /// A netted future keeps the entry of its first part; what the others have gained beside that goes
  /// into the cash, so that equity stays what it was at every price.
  static func joined(_ pools: [RiskPool]) -> RiskPool {
    var cash = NeumaierSum()
    var legs: [RiskLeg] = []
    for pool in pools {
      cash.add(pool.cash)
      for leg in pool.legs {
        guard let place = legs.firstIndex(where: { $0.isSameContract(as: leg) }) else {
          legs.append(leg)
          continue
        }
        cash.add(legs[place].profitDifference(of: leg, in: pool.currency))
        legs[place].quantity += leg.quantity
      }
    }
    var joint = pools[0]
    joint.cash = cash.value
    joint.legs = legs
    return joint
  }
}

extension RiskLeg {
  fileprivate func isSameContract(as other: RiskLeg) -> Bool {
    guard settlement == other.settlement, size == other.size, forward == other.forward,
      underlying == other.underlying
    else { return false }
    switch (contract, other.contract) {
    case (.option, .option): return contract == other.contract
    case (.future(_, let years), .future(_, let otherYears)): return years == otherYears
    case (.option, .future), (.future, .option): return false
    }
  }

  /// What `other` has gained more than it would have from this leg's entry, pool currency.
  fileprivate func profitDifference(of other: RiskLeg, in currency: PoolCurrency) -> Double {
    guard case .future(let entry, _) = contract, case .future(let otherEntry, _) = other.contract
    else { return 0 }
    let perUnit = currency == .usd ? entry - otherEntry : (entry - otherEntry) / entry / otherEntry
    return other.signedSize * perUnit
  }
}
