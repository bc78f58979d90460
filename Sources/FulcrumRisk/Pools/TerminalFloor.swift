import FulcrumModel
import FulcrumNumerics

/// The least that a pool can be worth when all its legs are held to expiry (leverage-math 2.2).
///
/// The terminal value is piecewise linear, in S for a USD pool and in 1/S for a coin pool, so its
/// infimum is at an end or at a strike. Underlyings end independently of each other: the infimum of
/// the pool is cash plus the infimum over each.
enum TerminalFloor {
  /// Slopes within this of 0, relative to their absolute terms, are flat: 0.1 + 0.2 − 0.3 is not a
  /// short (leverage-math 2.2).
  static let flatSlope = 1e-12

  /// Infimum of the terminal pool value in the pool's currency; nil when it is −∞ or, with several
  /// option expiries on one underlying, needs a model.
  static func infimum(_ pool: RiskPool) -> Double? {
    var total = NeumaierSum(pool.cash)
    for underlying in pool.indices.indices {
      let legs =
        pool.indices.count == 1 ? pool.legs : pool.legs.filter { $0.underlying == underlying }
      guard !hasSeveralExpiries(legs) else { return nil }
      let infimum = pool.currency == .usd ? linearInfimum(legs) : inverseInfimum(legs)
      guard let infimum else { return nil }
      total.add(infimum)
    }
    return total.value
  }

  /// More than one distinct T among the options; T = 0 counts, futures do not.
  static func hasSeveralExpiries(_ legs: [RiskLeg]) -> Bool {
    var first: Double?
    for case .option(_, _, let years, _) in legs.lazy.map(\.contract) {
      if let first, first != years { return true }
      first = years
    }
    return false
  }

  /// Distinct strikes above 0.
  private static func strikes(_ legs: [RiskLeg]) -> [Double] {
    var strikes: [Double] = []
    for case .option(_, let strike, _, _) in legs.lazy.map(\.contract)
    where strike > 0 && !strikes.contains(strike) {
      strikes.append(strike)
    }
    return strikes
  }

  /// inf over S ≥ 0 of Σ n m max(θ(S − K), 0) + Σ n m (S − F₀): at S = 0 or at a strike.
  private static func linearInfimum(_ legs: [RiskLeg]) -> Double? {
    var slope = Slope()
    for leg in legs {
      if case .option(.put, _, _, _) = leg.contract { continue }
      slope.add(leg.signedSize)
    }
    guard !slope.isFalling else { return nil }
    return least(of: legs, at: [0] + strikes(legs)) { contract, price in
      switch contract {
      case .option(let right, let strike, _, _): max(right.sign * (price - strike), 0)
      case .future(let entry, _): price - entry
      }
    }
  }

  /// inf over S > 0 of calls n m (1 − K/S)⁺, puts n m (K/S − 1)⁺ and futures n A (1/F₀ − 1/S): as
  /// S → ∞ or at a strike.
  private static func inverseInfimum(_ legs: [RiskLeg]) -> Double? {
    var slope = Slope()
    for leg in legs {
      switch leg.contract {
      case .option(.call, _, _, _): continue
      case .option(.put, let strike, _, _): slope.add(leg.signedSize * strike)
      case .future: slope.add(-leg.signedSize)
      }
    }
    guard !slope.isFalling else { return nil }
    return least(of: legs, at: [.infinity] + strikes(legs)) { contract, price in
      switch contract {
      case .option(let right, let strike, _, _): max(right.sign * (1 - strike / price), 0)
      case .future(let entry, _): price == .infinity ? 1 / entry : (price - entry) / entry / price
      }
    }
  }

  private static func least(
    of legs: [RiskLeg], at prices: [Double], payoff: (RiskLeg.Contract, Double) -> Double
  ) -> Double {
    var least = Double.infinity
    for price in prices {
      var value = NeumaierSum()
      for leg in legs { value.add(leg.signedSize * payoff(leg.contract, price)) }
      least = min(least, value.value)
    }
    return least
  }

  /// The slope of the terminal value at its open end.
  private struct Slope {
    private var sum = NeumaierSum()
    private var size = 0.0

    mutating func add(_ term: Double) {
      sum.add(term)
      size += term.magnitude
    }

    var isFalling: Bool { sum.value < -flatSlope * size }
  }
}
