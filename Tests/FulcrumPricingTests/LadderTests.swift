import FulcrumModel
import FulcrumNumerics
import RealModule
import Testing

@testable import FulcrumPricing

/// One option at many forwards against the scalar functions, at every level.
@Suite struct LadderTests {
  static let options: [OptionInput] = [
    OptionInput(right: .call, forward: 1, strike: 60_000, years: 0.1, volatility: 0.6),
    OptionInput(right: .put, forward: 1, strike: 60_000, years: 0.0001, volatility: 0.4),
    OptionInput(right: .put, forward: 1, strike: 1800, years: 3, volatility: 2.5),
    OptionInput(right: .call, forward: 1, strike: 1, years: 0.5, volatility: 0.01),
    // What the vector text leaves to the scalar functions.
    OptionInput(right: .put, forward: 1, strike: 60_000, years: 0, volatility: 0.6),
    OptionInput(right: .call, forward: 1, strike: 60_000, years: 0.1, volatility: 0),
    OptionInput(right: .call, forward: 1, strike: 0, years: 0.1, volatility: 0.6),
  ]

  /// From ten thousand times below the strike to ten thousand above, and prices beyond any kernel.
  static func forwards(_ strike: Double) -> [Double] {
    let base = strike > 0 ? strike : 1
    return (0...1300).map { base * .pow(10, (Double($0) - 650) / 162.5) } + [0, 1e-200, 1e200]
  }

  @Test(arguments: options, KernelLevel.supported)
  func everyFigureIsTheScalarOne(option: OptionInput, level: KernelLevel) {
    let forwards = Self.forwards(option.strike)
    let prices = Black76.undiscounted(option, atForwards: forwards, level: level)
    let figures = Black76.firstOrder(option, atForwards: forwards, level: level)
    #expect(prices.count == forwards.count && figures.count == 5 * forwards.count)
    for (row, forward) in forwards.enumerated() {
      var moved = option
      moved.forward = forward
      let value = Black76.valueAndFirstOrder(moved)
      // Conditioned by d₁ of up to a thousand: what the price moves for an ulp of ln F/K.
      let slack = 1e-11 * value.undiscounted + 1e-15 * min(forward, option.strike)
      #expect((prices[row] - value.undiscounted).magnitude <= slack, "\(moved) at \(level)")
      #expect(figures[row] == prices[row], "\(moved) at \(level)")
      #expect((figures[forwards.count + row] - value.delta).magnitude <= 1e-11)
      let vega = figures[3 * forwards.count + row]
      let room = 1e-10 * value.vega + 1e-15 * min(forward, moved.strike)
      #expect((vega - value.vega).magnitude <= room)
    }
  }

  @Test(arguments: KernelLevel.supported) func noRowKnowsItsNeighbours(level: KernelLevel) {
    let option = Self.options[0]
    let forwards = Self.forwards(option.strike)
    let all = Black76.undiscounted(option, atForwards: forwards, level: level)
    for row in stride(from: 0, to: forwards.count, by: 37) {
      let alone = Black76.undiscounted(option, atForwards: [forwards[row]], level: level)
      #expect(alone == [all[row]])
    }
    #expect(Black76.undiscounted(option, atForwards: [], level: level).isEmpty)
    #expect(Black76.firstOrder(option, atForwards: [], level: level).isEmpty)
  }
}
