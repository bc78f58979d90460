import Foundation
import FulcrumModel
import FulcrumPricing
import Testing

/// Laws of Black (1976), and Greeks against differences of prices.
struct BlackPropertyTests {
  @Test(arguments: UInt64(1)...8)
  func parity(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<400 {
      var call = generator.option()
      call.right = .call
      var put = call
      put.right = .put
      let difference = Black76.undiscounted(call) - Black76.undiscounted(put)
      let scale = call.forward + call.strike
      #expect(
        abs(difference - (call.forward - call.strike)) < 4e-16 * scale, "seed \(seed): \(call)")
      #expect(Black76.timeValue(call) == Black76.timeValue(put), "seed \(seed): \(call)")
      let deltas = Black76.greeks(call).delta - Black76.greeks(put).delta
      #expect(abs(deltas - Black76.discountFactor(call)) < 4e-16, "seed \(seed): \(call)")
    }
  }

  /// A Greek, the variable it differentiates in, and the lower Greek it is the slope of.
  private struct Slope {
    let name: String
    let greek: (OptionGreeks) -> Double
    let of: (OptionGreeks) -> Double
    let in_: WritableKeyPath<OptionInput, Double>
    var sign = 1.0
  }

  private var slopes: [Slope] {
    [
      Slope(name: "delta", greek: \.delta, of: \.price, in_: \.forward),
      Slope(name: "gamma", greek: \.gamma, of: \.delta, in_: \.forward),
      Slope(name: "speed", greek: \.speed, of: \.gamma, in_: \.forward),
      Slope(name: "vega", greek: \.vega, of: \.price, in_: \.volatility),
      Slope(name: "volga", greek: \.volga, of: \.vega, in_: \.volatility),
      Slope(name: "ultima", greek: \.ultima, of: \.volga, in_: \.volatility),
      Slope(name: "vanna", greek: \.vanna, of: \.delta, in_: \.volatility),
      Slope(name: "vanna", greek: \.vanna, of: \.vega, in_: \.forward),
      Slope(name: "zomma", greek: \.zomma, of: \.gamma, in_: \.volatility),
      Slope(name: "theta", greek: \.theta, of: \.price, in_: \.years, sign: -1),
      Slope(name: "charm", greek: \.charm, of: \.delta, in_: \.years, sign: -1),
      Slope(name: "veta", greek: \.veta, of: \.vega, in_: \.years, sign: -1),
      Slope(name: "color", greek: \.color, of: \.gamma, in_: \.years, sign: -1),
      Slope(name: "rho", greek: \.rho, of: \.price, in_: \.rate),
      Slope(name: "dualDelta", greek: \.dualDelta, of: \.price, in_: \.strike),
    ]
  }

  /// Each Greek is the central difference of the one below it, by Richardson's extrapolation of two
  /// steps, whose own disagreement with a third is the tolerance.
  @Test(arguments: UInt64(1)...6)
  func greeksAreSlopes(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var worst: [String: Double] = [:]
    for _ in 0..<150 {
      let option = generator.option()
      let greeks = Black76.greeks(option)
      for slope in slopes {
        let variable = option[keyPath: slope.in_]
        let deviation = option.volatility * option.years.squareRoot()
        // The scale on which the option bends: a deviation in F and K, a share in T and σ.
        let scale =
          slope.in_ == \OptionInput.forward || slope.in_ == \OptionInput.strike
          ? variable * min(deviation, 0.5) : slope.in_ == \OptionInput.rate ? 0.1 : variable
        let fine = extrapolated(option, slope, 0.01 * scale)
        let coarse = extrapolated(option, slope, 0.02 * scale)
        let size = abs(slope.of(greeks)) / scale
        let allowed = abs(fine - coarse) + 1e-10 * abs(fine) + 1e-11 * size
        let error = abs(slope.greek(greeks) - fine) / allowed
        worst[slope.name] = max(worst[slope.name] ?? 0, error)
        #expect(error <= 1, "seed \(seed): \(slope.name) of \(option)")
      }
    }
    if seed == 1 {
      let rows = worst.sorted { $0.key < $1.key }
        .map { "\($0.key) \(($0.value * 100).rounded() / 100)" }
      print("greeks against differences, worst error/allowed:", rows.joined(separator: ", "))
    }
  }

  /// (4·D(h/2) − D(h))/3 with the central difference D(h): error of order h⁴.
  private func extrapolated(_ option: OptionInput, _ slope: Slope, _ step: Double) -> Double {
    func central(_ h: Double) -> Double {
      var (up, down) = (option, option)
      up[keyPath: slope.in_] += h
      down[keyPath: slope.in_] -= h
      let width = up[keyPath: slope.in_] - down[keyPath: slope.in_]
      return (slope.of(Black76.greeks(up)) - slope.of(Black76.greeks(down))) / width
    }
    return slope.sign * (4 * central(step / 2) - central(step)) / 3
  }

  /// rhoSpot keeps S fixed, so that F = S e^{rT} moves with r.
  @Test func rhoSpotIsASlopeAtFixedSpot() {
    var generator = SeededGenerator(seed: 21)
    for _ in 0..<200 {
      let option = generator.option()
      let h = 1e-4
      func price(_ shift: Double) -> Double {
        var moved = option
        moved.rate += shift
        moved.forward *= exp(shift * option.years)
        return Black76.price(moved)
      }
      let slope =
        (8 * (price(h) - price(-h)) - (price(2 * h) - price(-2 * h))) / (12 * h)
      let allowed = 1e-9 * abs(slope) + 1e-10 * option.forward * (1 + option.years)
      #expect(abs(Black76.greeks(option).rhoSpot - slope) < allowed, "\(option)")
    }
  }

  /// F ∂B/∂F + K ∂B/∂K = B: prices double when forward and strike do.
  @Test func homogeneity() {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<500 {
      var option = generator.option()
      let greeks = Black76.greeks(option)
      let sum = option.forward * greeks.delta + option.strike * greeks.dualDelta
      #expect(abs(sum - greeks.price) < 4e-15 * (option.forward + option.strike), "\(option)")
      let price = Black76.undiscounted(option)
      option.forward *= 1024
      option.strike *= 1024
      #expect(Black76.undiscounted(option) == 1024 * price, "\(option)")
    }
  }
}
