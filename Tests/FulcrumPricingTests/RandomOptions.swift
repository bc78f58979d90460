import FulcrumModel
import FulcrumPricing

/// Marsaglia's xorshift64*: the same options from the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed == 0 ? 0x9E37_79B9_7F4A_7C15 : seed }

  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 2_685_821_657_736_338_717
  }

  mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    Double.random(in: range, using: &self)
  }

  /// An option as a chain has them: within four deviations of the forward, an hour to three years,
  /// 5 % to 300 % volatility.
  mutating func option() -> OptionInput {
    let years = uniform(0.01...1.73) * uniform(0.011...1.73)
    let volatility = uniform(0.05...3)
    let deviation = volatility * years.squareRoot()
    let forward = uniform(0.5...100_000)
    let distance = uniform(-4...4) * deviation
    return OptionInput(
      right: Bool.random(using: &self) ? .call : .put, forward: forward,
      strike: forward * (1 + distance > 0.02 ? 1 + distance : 0.02), years: years,
      volatility: volatility, rate: uniform(-0.02...0.1))
  }
}
