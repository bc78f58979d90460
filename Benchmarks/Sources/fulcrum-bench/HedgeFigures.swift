import FulcrumHedgeSolver
import FulcrumModel
import FulcrumPricing
import FulcrumRisk

/// The cheapest hedge with 40 instruments that leaves no more than 40 % of the worst loss of a short
/// strangle in any of 500 scenarios of price and volatility: scenarios priced, solved, checked.
func hedgeFigures() {
  guard let solver = HedgeSolver.available else {
    print("hedge: \(HedgeSolver.missing)")
    return
  }
  var cost = 0.0
  let samples = Samples {
    seconds {
      let program = HedgeBench.program()
      guard case .optimal(let contracts, let found, let gap) = program.solve(solver),
        program.isFeasible(contracts), gap <= 1e-6 * (1 + found)
      else { preconditionFailure("the hedge was not found") }
      cost = found
    } * 1000
  }
  precondition(cost > 0, "a hedge of a short strangle costs something")
  Figure(name: "hedge, 40 instruments x 500 scenarios", unit: "ms", samples: samples).print()
}

private enum HedgeBench {
  static let index = 60_000.0

  struct Contract {
    let right: OptionRight
    let strike: Double
    let days: Double

    func value(move: Double, volatility: Double) -> Double {
      Black76.undiscounted(
        OptionInput(
          right: right, forward: index * move, strike: strike, years: (days - 1) / 365,
          volatility: volatility))
    }
  }

  static let instruments: [Contract] = stride(from: 37_500.0, through: 85_000, by: 2_500).flatMap {
    strike in
    [OptionRight.put, .call].map { Contract(right: $0, strike: strike, days: 30) }
  }

  /// 50 moves from -40 % to +40 % at ten volatilities, a day ahead.
  struct Scenario {
    let move: Double
    let volatility: Double
  }

  static let scenarios: [Scenario] = (0..<50).flatMap { row -> [Scenario] in
    let move = 0.6 + 0.8 * Double(row) / 49
    return (0..<10).map { Scenario(move: move, volatility: 0.35 + 0.06 * Double($0)) }
  }

  static func program() -> HedgeProgram {
    precondition(instruments.count == 40 && scenarios.count == 500, "the figure's name is wrong")
    func profits(_ contract: Contract) -> [Double] {
      let now = contract.value(move: 1, volatility: 0.55)
      return scenarios.map { contract.value(move: $0.move, volatility: $0.volatility) - now }
    }
    let sold = [
      Contract(right: .put, strike: 50_000, days: 30),
      Contract(right: .call, strike: 72_500, days: 30),
    ].map(profits)
    let book = scenarios.indices.map { -sold[0][$0] - sold[1][$0] }
    let worst = book.map(\.magnitude).max() ?? 0
    return HedgeProgram(
      unitExposures: instruments.map(profits), book: book,
      tolerances: book.map { _ in 0.4 * worst },
      unitCosts: instruments.map { 0.05 * $0.value(move: 1, volatility: 0.55) + 0.0003 * index },
      caps: instruments.map { _ in 20 })
  }
}
