import FulcrumModel
import FulcrumNumerics
import FulcrumPricing
import Testing

/// Totals over a grid of nodes against the scalar functions.
struct RevaluationTests {
  private static let legs: [OptionInput] = {
    var generator = SeededGenerator(seed: 33)
    var legs = (0..<60).map { _ in generator.option() }
    let degenerate: [(Double, Double, Double, Double)] = [
      (100, 90, 0, 0.5), (100, 100, 0, 0.5), (100, 120, 1, 0), (100, 0, 1, 0.5),
      (1e-3, 1e12, 1, 0.5), (1e12, 1e-3, 1, 0.5), (100, 1e-9, 0.1, 0.4),
    ]
    for (place, (f, k, t, s)) in degenerate.enumerated() {
      let right: OptionRight = place.isMultiple(of: 2) ? .call : .put
      legs.insert(
        OptionInput(right: right, forward: f, strike: k, years: t, volatility: s), at: 7 * place)
    }
    return legs
  }()

  /// Small where a leg's prices are large, so that no leg hides the error of another.
  private static func weights() -> [Double] {
    legs.enumerated().map { place, leg in
      let far = max(leg.forward, leg.strike) > 1e9 * min(leg.forward, leg.strike)
      return (Double(place % 7) - 3) * (far ? 1e-15 : 1)
    }
  }

  private static func nodes() throws -> RevaluationNodes {
    var nodes = try RevaluationNodes(
      forwardFactors: [0.01, 0.5, 0.85, 0.99, 1, 1.01, 1.15, 2, 50],
      volatilityFactors: [0, 0.5, 1, 2])
    try nodes.append(forwardFactor: 1, volatilityFactor: 1, volatilityShift: -10)
    try nodes.append(forwardFactor: 0.9, volatilityFactor: 1, volatilityShift: 0.1)
    return nodes
  }

  @Test(arguments: KernelLevel.supported, QuoteUnit.allCases)
  func agreesWithScalar(_ level: KernelLevel, _ unit: QuoteUnit) throws {
    let (weights, nodes) = (Self.weights(), try Self.nodes())
    let legs = try RevaluationLegs(OptionColumns(Self.legs), weights: weights, unit: unit)
    let totals = legs.totals(at: nodes, level: level)
    var worst = 0.0
    for (node, total) in totals.enumerated() {
      var (sum, scale) = (0.0, 0.0)
      for (leg, weight) in zip(Self.legs, weights) {
        var moved = leg
        moved.forward *= nodes.forwardFactors[node]
        moved.volatility = max(
          leg.volatility * nodes.volatilityFactors[node] + nodes.volatilityShifts[node], 0)
        let divisor = unit == .coin ? moved.forward : 1
        sum += weight * Black76.undiscounted(moved) / divisor
        scale += abs(weight) * max(moved.forward, moved.strike) / divisor
      }
      worst = max(worst, abs(total - sum) / scale)
    }
    print("revaluation \(level.rawValue) \(unit): worst over sum of |weight|*max(F, K)", worst)
    #expect(worst < 4e-16 && totals.count == 38)
  }

  /// The same bits from the levels with FMA; each node alone gives what it gives among others.
  @Test func sameBits() throws {
    let nodes = try Self.nodes()
    let legs = try RevaluationLegs(OptionColumns(Self.legs), weights: Self.weights())
    for level in KernelLevel.supported {
      let totals = legs.totals(at: nodes, level: level)
      for node in 0..<nodes.count {
        var one = RevaluationNodes()
        try one.append(
          forwardFactor: nodes.forwardFactors[node],
          volatilityFactor: nodes.volatilityFactors[node],
          volatilityShift: nodes.volatilityShifts[node])
        #expect(legs.totals(at: one, level: level) == [totals[node]])
      }
    }
    if KernelLevel.avx512.isSupported {
      #expect(legs.totals(at: nodes, level: .avx512) == legs.totals(at: nodes, level: .avx2))
    }
  }

  /// Legs whose value at some node has no double, and the field that says so.
  private static let beyondDoubles:
    [(f: Double, k: Double, weight: Double, unit: QuoteUnit, field: String)] = [
      (5e4, 5e4, 1e308, .usd, "weight"), (5e4, 5e4, -1e308, .usd, "weight"),
      (1, 1e300, 1e10, .usd, "weight"), (5e4, 5e4, 1e308, .coin, "weight"),
      (1e-300, 1, 1e20, .coin, "weight"), (1e-305, 0, 1e10, .coin, "weight"),
      (1e-200, 1e-100, 1e190, .coin, "weight"), (1e305, 1, 1, .usd, "forward"),
      (1e305, 1, 0, .usd, "forward"), (1, 1e305, 1e-300, .usd, "strike"),
    ]

  /// The largest of what is accepted has a number at every node, in the vector text and beside it.
  @Test(arguments: KernelLevel.supported, QuoteUnit.allCases)
  func largestLegs(_ level: KernelLevel, _ unit: QuoteUnit) throws {
    let nodes = try RevaluationNodes(
      forwardFactors: [1e-6, 1, 1e6], volatilityFactors: [0, 1, 1e6])
    let options = [1e-300, 1e-70, 1, 5e4, 1e70, 1e300].flatMap { price in
      OptionRight.allCases.flatMap { right in
        [price, price * 1e-3, min(price * 1e3, 1e300)].map { strike in
          OptionInput(right: right, forward: price, strike: strike, years: 1, volatility: 0.5)
        }
      }
    }
    for option in options {
      let reach = max(option.forward, option.strike) / (unit == .coin ? option.forward : 1)
      let weight = min(0.999e280 / reach, 1e300 * (unit == .coin ? min(option.forward, 1) : 1))
      let legs = try RevaluationLegs(
        OptionColumns([option, option]), weights: [weight, -0.5 * weight], unit: unit)
      let totals = legs.totals(at: nodes, level: level)
      #expect(totals.allSatisfy { $0.isFinite }, "\(option), weight \(weight): \(totals)")
    }
  }

  @Test func refusals() throws {
    let columns = OptionColumns(Self.legs)
    #expect(throws: PricingError.columnsDiffer(column: "weights", seen: 1, allowed: 67)) {
      try RevaluationLegs(columns, weights: [1])
    }
    var weights = Self.weights()
    weights[3] = .nan
    #expect(throws: PricingError.self) { try RevaluationLegs(columns, weights: weights) }
    let bad = OptionInput(right: .call, forward: -1, strike: 1, years: 1, volatility: 1)
    #expect(throws: PricingError.self) { try RevaluationLegs(OptionColumns([bad]), weights: [1]) }
    for row in Self.beyondDoubles {
      let leg = OptionInput(right: .put, forward: row.f, strike: row.k, years: 1, volatility: 1)
      do throws(PricingError) {
        _ = try RevaluationLegs(OptionColumns([leg]), weights: [row.weight], unit: row.unit)
        Issue.record("\(row) is accepted")
      } catch {
        guard case .outOfDomain(row.field, _, _) = error else {
          Issue.record("\(row): \(error)")
          continue
        }
      }
    }
    for factor in [0, -1, .nan, .infinity] {
      #expect(throws: PricingError.self) {
        try RevaluationNodes(forwardFactors: [factor], volatilityFactors: [1])
      }
    }
    let empty = try RevaluationLegs(OptionColumns(), weights: [])
    #expect(empty.totals(at: try Self.nodes()).allSatisfy { $0 == 0 })
    #expect(try RevaluationLegs(columns, weights: Self.weights()).totals(at: .init()).isEmpty)
  }
}
