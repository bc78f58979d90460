import FulcrumModel
import FulcrumPricing

@testable import FulcrumRisk

/// E and E − M written out again from leverage-math 1 and 3.2, leg by leg and without compensation:
/// the auditor that the engine is held against.
struct PlainBalance {
  private(set) var equity: Double
  private(set) var excess: Double

  init(_ pool: RiskPool, _ margin: StandardMargin = .standard, at ratio: Double = 1) {
    equity = pool.cash
    var required = 0.0
    for leg in pool.legs {
      let forward = leg.forward * ratio
      let size = leg.signedSize
      let inverse = leg.settlement == .inverse
      switch leg.contract {
      case .option(let right, let strike, let years, let volatility):
        let value = Black76.undiscounted(
          OptionInput(
            right: right, forward: forward, strike: strike, years: years, volatility: volatility,
            rate: 0))
        equity += size * value / (inverse ? forward : 1)
        if size < 0 {
          let basis = right == .call ? forward : max(forward, value)
          required += -size * margin.optionRate * basis / (inverse ? forward : 1)
        }
      case .future(let entry, _):
        equity += inverse ? size * (1 / entry - 1 / forward) : size * (forward - entry)
        required += margin.futures(notional: size.magnitude * (inverse ? 1 / forward : forward))
      }
    }
    excess = equity - required
  }
}
