import FulcrumModel
import FulcrumPricing

/// Long options that bound what a short one can lose (leverage-math 7.3).
public enum WingHedge {
  /// As many long options of the same kind at another strike as `leg` is short; nil where it is not
  /// a short option. Time, volatility and forward are those of the short leg.
  public static func wing(of leg: RiskLeg, strike: Double) -> RiskLeg? {
    guard case .option(let right, _, let years, let volatility) = leg.contract, leg.quantity < 0
    else { return nil }
    var wing = leg
    wing.contract = .option(right, strike: strike, years: years, volatility: volatility)
    wing.quantity = -leg.quantity
    return wing
  }

  /// The pool with the wing bought from its cash at its model value, and what that is.
  public static func bought(_ wing: RiskLeg, into pool: RiskPool) -> (pool: RiskPool, cost: Double)
  {
    let alone = RiskPool(indices: pool.indices, currency: pool.currency, cash: 0, legs: [wing])
    let cost = Revaluation(alone).equity(at: 1)
    var bought = pool
    bought.cash -= cost
    bought.legs.append(wing)
    return (bought, cost)
  }
}
