import FulcrumModel
import FulcrumRisk

/// SplitMix64: the same seed draws the same pools everywhere.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}

/// Legs and pools for tests, short to write.
enum Make {
  static let index = 60_000.0

  static func option(
    _ right: OptionRight, _ quantity: Double, strike: Double, years: Double = 0.1,
    volatility: Double = 0.6, forward: Double = index, settlement: Settlement = .linear
  ) -> RiskLeg {
    RiskLeg(
      contract: .option(right, strike: strike, years: years, volatility: volatility),
      settlement: settlement, forward: forward, quantity: quantity)
  }

  static func perpetual(
    _ quantity: Double, entry: Double = index, mark: Double = index, size: Double = 1,
    settlement: Settlement = .linear
  ) -> RiskLeg {
    RiskLeg(
      contract: .future(entry: entry, years: nil), settlement: settlement, forward: mark,
      quantity: quantity, size: size)
  }

  static func pool(_ cash: Double, _ legs: RiskLeg..., index: Double = index) -> RiskPool {
    RiskPool(
      index: index, currency: legs.first?.settlement == .inverse ? .coin : .usd, cash: cash,
      legs: legs)
  }

  /// A pool of one to `most` legs on one expiry with forwards at a basis to the index.
  static func randomPool(
    _ generator: inout SeededGenerator, most: Int = 4, oneExpiry: Bool = true
  ) -> RiskPool {
    let inverse = Bool.random(using: &generator)
    let settlement: Settlement = inverse ? .inverse : .linear
    let years = Double.random(in: 0.003...1, using: &generator)
    let legs = (0..<Int.random(in: 1...most, using: &generator)).map { _ in
      randomLeg(
        &generator, settlement: settlement,
        years: oneExpiry ? years : Double.random(in: 0.003...1, using: &generator))
    }
    let cash = Double.random(in: 0...1.5, using: &generator) * (inverse ? 1 : index)
    return RiskPool(
      index: index, currency: inverse ? .coin : .usd, cash: cash, legs: legs)
  }

  private static func randomLeg(
    _ generator: inout SeededGenerator, settlement: Settlement, years: Double
  ) -> RiskLeg {
    let forward = index * Double.random(in: 0.97...1.05, using: &generator)
    let quantity = Double.random(in: -2...2, using: &generator)
    if Int.random(in: 0..<4, using: &generator) == 0 {
      return perpetual(
        quantity, entry: index * Double.random(in: 0.8...1.2, using: &generator), mark: forward,
        size: settlement == .inverse ? index : 1, settlement: settlement)
    }
    return option(
      Bool.random(using: &generator) ? .call : .put, quantity,
      strike: index * Double.random(in: 0.5...1.8, using: &generator), years: years,
      volatility: Double.random(in: 0.2...1.5, using: &generator), forward: forward,
      settlement: settlement)
  }
}

extension RiskPool {
  /// The pool with its index and every forward times `ratio`.
  func moved(_ ratio: Double) -> RiskPool {
    var pool = self
    for place in pool.indices.indices { pool.indices[place] *= ratio }
    for place in pool.legs.indices { pool.legs[place].forward *= ratio }
    return pool
  }

  func with(cash: Double) -> RiskPool {
    var pool = self
    pool.cash = cash
    return pool
  }
}
