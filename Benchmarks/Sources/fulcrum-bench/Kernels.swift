import FulcrumModel
import FulcrumPricing

/// Options as a chain has them: moneyness, life and volatility over the range of a real one.
enum Chain {
  static let size = 4096

  static let options: [OptionInput] = (0..<size).map { place in
    let (row, column) = (Double(place % 64) / 63, Double(place / 64) / 63)
    return OptionInput(
      right: place.isMultiple(of: 2) ? .call : .put, forward: 60_000,
      strike: 60_000 * (0.6 + 0.9 * row), years: 0.005 + 1.2 * column * column,
      volatility: 0.35 + 0.6 * row * (1 - row) + 0.2 * column)
  }
}

extension Figure {
  /// Nanoseconds an option; the whole chain is evaluated until at least 20 ms have passed.
  static func perOption(_ name: String, _ body: () -> Double) -> Figure {
    var rounds = 1
    var sink = 0.0
    while seconds({ for _ in 0..<rounds { sink += body() } }) < 0.02 { rounds *= 2 }
    let samples = Samples {
      seconds { for _ in 0..<rounds { sink += body() } } / Double(rounds * Chain.size) * 1e9
    }
    precondition(sink.isFinite, "\(name): the kernels gave \(sink)")
    return Figure(name: name, unit: "ns", samples: samples)
  }
}

/// The scalar functions, one option at a time.
func kernelFigures() {
  Figure.perOption("scalar value and four Greeks, per option") {
    Chain.options.reduce(0) { $0 + Black76.valueAndFirstOrder($1).undiscounted }
  }.print()
  Figure.perOption("scalar price and fifteen Greeks, per option") {
    Chain.options.reduce(0) { $0 + Black76.greeks($1).ultima }
  }.print()
  let quotes = Chain.options.map { (option: $0, price: Black76.undiscounted($0)) }
  Figure.perOption("scalar implied volatility, per quote") {
    quotes.reduce(0) { sum, quote in
      let option = quote.option
      let solved = ImpliedVolatility.solve(
        right: option.right, forward: option.forward, strike: option.strike, years: option.years,
        undiscountedPrice: quote.price)
      return sum + (solved.volatility ?? 0)
    }
  }.print()
}
