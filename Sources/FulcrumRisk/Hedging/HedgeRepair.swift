/// Whole lots brought back within the limits of a program, one lot at a time (leverage-math 7.2).
struct HedgeRepair {
  private let program: HedgeProgram
  private let lots: [Double]
  private(set) var contracts: [Double]
  private var residuals: [Double]
  /// What the pool gains in each scenario.
  private var profits: [Double]

  init(_ program: HedgeProgram, lots: [Double], contracts: [Double]) {
    self.program = program
    self.lots = lots
    self.contracts = contracts
    residuals = program.residuals(contracts)
    profits = program.floors?.book ?? []
    for (unit, held) in zip(program.floors?.units ?? [], contracts) where held != 0 {
      for scenario in profits.indices { profits[scenario] += unit[scenario] * held }
    }
  }

  /// The lot with the best (violation taken off)/cost, until nothing is violated or none helps.
  mutating func run() {
    var left = violation(nil)
    for _ in 0..<400 where left > 0 {
      var best: (score: Double, place: Int, step: Double, left: Double)?
      for place in contracts.indices {
        for step in [lots[place], -lots[place]] where isWithinDepth(place, step) {
          let rest = violation((place, step))
          let score = (left - rest) / max(program.unitCosts[place] * lots[place], 1e-300)
          if rest < left, score > best?.score ?? 0 { best = (score, place, step, rest) }
        }
      }
      guard let best else { return }
      take(best.place, best.step)
      left = best.left
    }
  }

  private func isWithinDepth(_ place: Int, _ step: Double) -> Bool {
    let size = contracts[place] + step
    let cap = size > 0 ? program.caps[place] : program.sellCaps[place]
    return size.magnitude <= cap * (1 + 1e-12)
  }

  private mutating func take(_ place: Int, _ step: Double) {
    contracts[place] = ((contracts[place] + step) / lots[place]).rounded() * lots[place]
    for limit in residuals.indices {
      residuals[limit] += program.unitExposures[place][limit] * step
    }
    guard let floors = program.floors else { return }
    for scenario in profits.indices { profits[scenario] += floors.units[place][scenario] * step }
  }

  /// What is over each limit, in units of it, after one more step.
  private func violation(_ step: (place: Int, size: Double)?) -> Double {
    var sum = 0.0
    for limit in residuals.indices {
      let moved = step.map { program.unitExposures[$0.place][limit] * $0.size } ?? 0
      sum += max((residuals[limit] + moved).magnitude / program.tolerances[limit] - 1, 0)
    }
    guard let floors = program.floors else { return sum }
    var lowest = Double.infinity
    if let step {
      let unit = floors.units[step.place]
      for scenario in profits.indices {
        lowest = min(lowest, profits[scenario] + unit[scenario] * step.size)
      }
    } else {
      lowest = profits.min() ?? .infinity
    }
    return sum + max(-lowest / floors.limit - 1, 0)
  }
}
