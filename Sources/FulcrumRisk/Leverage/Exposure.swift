import FulcrumModel
import FulcrumNumerics
import FulcrumPricing

/// Equity and exposures of a pool at one point, USD except where said (leverage-math 2.3).
///
/// In a coin pool every USD figure is a coin figure times the one index: each leg's forward figure
/// times S/F.
struct Exposure {
  /// Sums of one underlying.
  struct Sums {
    var gross = NeumaierSum()
    var delta = NeumaierSum()
    var absDelta = NeumaierSum()
    var gamma = NeumaierSum()
    var vega = NeumaierSum()
    /// Σ n m vega σ.
    var vegaSigma = NeumaierSum()
    var theta = NeumaierSum()
    /// Σ n m δ + Σ nA/F, coins (coin pools).
    var coinDelta = NeumaierSum()
  }

  private(set) var sums: [Sums]
  /// E, pool currency.
  private(set) var equity: Double
  /// |C| + Σ|n m V| + Σ|futures profit|, pool currency.
  private(set) var marked: Double

  /// - Parameters:
  ///   - indices: S of each underlying before the move.
  ///   - ratio: S'/S of every underlying.
  init(_ pool: Revaluation, indices: [Double], ratio: Double = 1) {
    self.init(pool, underlyings: indices.count)
    var equity = NeumaierSum(pool.cash)
    for line in pool.lines {
      let move = Move(line, pool, indices, ratio)
      let value = line.isOption ? Black76.valueAndFirstOrder(line.option(at: move.forward)) : nil
      add(line, value, move, pool: pool, to: &equity)
    }
    self.equity = equity.value
  }

  /// The exposure at every one of `ratios`, by the batch kernels.
  ///
  /// - Parameter moving: the one underlying that moves; nil: all.
  static func ladder(
    _ pool: Revaluation, indices: [Double], ratios: [Double], moving: Int? = nil
  ) -> [Exposure] {
    var exposures = [Exposure](
      repeating: Exposure(pool, underlyings: indices.count), count: ratios.count)
    var equities = [NeumaierSum](repeating: NeumaierSum(pool.cash), count: ratios.count)
    for line in pool.lines {
      let moves = ratios.map { ratio in
        Move(line, pool, indices, moving == nil || moving == line.underlying ? ratio : 1)
      }
      let figures =
        line.isOption
        ? Black76.firstOrder(line.option, atForwards: moves.map(\.forward)) : []
      for (place, move) in moves.enumerated() {
        func figure(_ column: Int) -> Double { figures[column * ratios.count + place] }
        let value =
          line.isOption
          ? OptionValue(
            undiscounted: figure(0), delta: figure(1), gamma: figure(2), vega: figure(3),
            theta: figure(4)) : nil
        exposures[place].add(line, value, move, pool: pool, to: &equities[place])
      }
    }
    for place in exposures.indices { exposures[place].equity = equities[place].value }
    return exposures
  }

  private init(_ pool: Revaluation, underlyings: Int) {
    sums = Array(repeating: Sums(), count: underlyings)
    marked = pool.cash.magnitude
    equity = 0
  }

  /// Where a line stands after a move.
  private struct Move {
    let forward: Double
    /// USD of the pool per USD of the forward. Coin pools: USD = coin figure × S = forward figure ×
    /// S/F.
    let basis: Double

    init(_ line: Revaluation.Line, _ pool: Revaluation, _ indices: [Double], _ ratio: Double) {
      forward = line.forward * ratio
      basis = pool.currency == .usd ? 1 : indices[line.underlying] * ratio / forward
    }
  }

  /// - Parameter value: of an option; nil for a future.
  private mutating func add(
    _ line: Revaluation.Line, _ value: OptionValue?, _ move: Move, pool: Revaluation,
    to equity: inout NeumaierSum
  ) {
    let worth: Double
    if let value {
      worth = add(option: line, value, move, pool: pool)
    } else {
      worth = line.signedSize * pool.unitValue(line, forward: move.forward)
      add(future: line, forward: move.forward, basis: move.basis, pool: pool)
    }
    equity.add(worth)
    marked += worth.magnitude
  }

  /// Adds an option's exposures and returns n m V in the pool's currency.
  private mutating func add(
    option line: Revaluation.Line, _ value: OptionValue, _ move: Move, pool: Revaluation
  ) -> Double {
    let (forward, basis) = (move.forward, move.basis)
    let unit = pool.currency == .usd ? value.undiscounted : value.undiscounted / forward
    // An expired worthless option has no exposure and no notional (leverage-math 2.2).
    if line.years == 0, value.undiscounted == 0 { return 0 }
    let size = line.signedSize
    let place = line.underlying
    let delta = size * value.delta * forward * basis
    sums[place].gross.add(size.magnitude * forward * basis)
    sums[place].delta.add(delta)
    sums[place].absDelta.add(delta.magnitude)
    sums[place].gamma.add(size * value.gamma * forward * forward * basis)
    sums[place].vega.add(size * value.vega * basis)
    sums[place].vegaSigma.add(size * value.vega * line.volatility * basis)
    sums[place].theta.add(size * value.theta * basis)
    if pool.currency == .coin { sums[place].coinDelta.add(size * (value.delta - unit)) }
    return size * unit
  }

  private mutating func add(
    future line: Revaluation.Line, forward: Double, basis: Double, pool: Revaluation
  ) {
    let coins = pool.currency == .usd ? line.signedSize : line.signedSize / forward
    let delta = coins * forward * basis
    let place = line.underlying
    sums[place].gross.add(delta.magnitude)
    sums[place].delta.add(delta)
    sums[place].absDelta.add(delta.magnitude)
    if pool.currency == .coin { sums[place].coinDelta.add(coins) }
  }

  /// Σ over underlyings of one sum.
  func total(_ part: KeyPath<Sums, NeumaierSum>) -> Double {
    guard sums.count != 1 else { return sums[0][keyPath: part].value }
    var total = NeumaierSum()
    for underlying in sums { total.add(underlying[keyPath: part].value) }
    return total.value
  }

  /// Σ_u |D_u|: netted within an underlying, never between two.
  var deltaMagnitude: Double {
    var total = NeumaierSum()
    for underlying in sums { total.add(underlying.delta.value.magnitude) }
    return total.value
  }
}
