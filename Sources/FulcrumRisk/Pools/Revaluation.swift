import FulcrumModel
import FulcrumNumerics
import FulcrumPricing

/// A pool laid out to be revalued many times at one time and volatility, allocating nothing.
///
/// Every forward moves in proportion to its underlying: F = F⁰x (leverage-math 3.2). Rates are 0
/// (leverage-math 0). Values are in the pool's currency; sums are compensated, in leg order.
struct Revaluation {
  struct Line {
    let isOption: Bool
    let right: OptionRight
    /// n·m coins, or n·A USD of an inverse future.
    let signedSize: Double
    let forward: Double
    let strike: Double
    let years: Double
    let volatility: Double
    /// F₀ of a future.
    let entry: Double
    let underlying: Int

    /// w = σ√T, 0 where the option is worth its intrinsic value.
    var deviation: Double { volatility * years.squareRoot() }
  }

  let lines: [Line]
  let cash: Double
  let currency: PoolCurrency

  /// - Parameters:
  ///   - timeForward: Δt ≥ 0 in years; T becomes max(T − Δt, 0).
  ///   - volShift: v ≥ −1; σ becomes σ(1 + v).
  init(_ pool: RiskPool, timeForward: Double = 0, volShift: Double = 0) {
    cash = pool.cash
    currency = pool.currency
    lines = pool.legs.map { leg in
      switch leg.contract {
      case .option(let right, let strike, let years, let volatility):
        Line(
          isOption: true, right: right, signedSize: leg.signedSize, forward: leg.forward,
          strike: strike, years: max(years - timeForward, 0),
          volatility: volatility * (1 + volShift),
          entry: 0, underlying: leg.underlying)
      case .future(let entry, let years):
        Line(
          isOption: false, right: .call, signedSize: leg.signedSize, forward: leg.forward,
          strike: 0, years: years ?? 0, volatility: 0, entry: entry, underlying: leg.underlying)
      }
    }
  }

  /// Value of a line per unit of its size: V_unit of an option, the profit of a future.
  @inline(__always)
  func unitValue(_ line: Line, forward: Double) -> Double {
    if line.isOption {
      let value = Black76.undiscounted(line.option(at: forward))
      return currency == .usd ? value : value / forward
    }
    // 1/F₀ − 1/F as one fraction: the difference of the reciprocals would lose digits near entry.
    let gain = forward - line.entry
    return currency == .usd ? gain : gain / line.entry / forward
  }

  /// E with every underlying at `ratio` times its price.
  func equity(at ratio: Double) -> Double {
    var sum = NeumaierSum(cash)
    for line in lines { sum.add(line.signedSize * unitValue(line, forward: line.forward * ratio)) }
    return sum.value
  }
}

extension Revaluation {
  /// `unitValue` of a line at every one of `ratios` times its forward, by the batch kernels.
  func unitValues(_ line: Line, at ratios: [Double]) -> [Double] {
    let forwards = ratios.map { line.forward * $0 }
    guard line.isOption else { return forwards.map { unitValue(line, forward: $0) } }
    let values = Black76.undiscounted(line.option, atForwards: forwards)
    return currency == .usd ? values : zip(values, forwards).map { $0 / $1 }
  }

  /// `equity(at:)` at every one of `ratios`, by the batch kernels: each is the same number whatever
  /// else is asked for.
  func equities(at ratios: [Double]) -> [Double] {
    var sums = [NeumaierSum](repeating: NeumaierSum(cash), count: ratios.count)
    for line in lines {
      for (place, value) in unitValues(line, at: ratios).enumerated() {
        sums[place].add(line.signedSize * value)
      }
    }
    return sums.map(\.value)
  }
}

extension Revaluation.Line {
  /// An option line at its present forward.
  var option: OptionInput { option(at: forward) }

  @inline(__always)
  func option(at forward: Double) -> OptionInput {
    OptionInput(
      right: right, forward: forward, strike: strike, years: years, volatility: volatility, rate: 0)
  }
}
