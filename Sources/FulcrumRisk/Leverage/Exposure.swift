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
    sums = Array(repeating: Sums(), count: indices.count)
    marked = pool.cash.magnitude
    equity = 0
    var equity = NeumaierSum(pool.cash)
    for line in pool.lines {
      let forward = line.forward * ratio
      // Coin pools: USD = coin figure × S = forward figure × S/F.
      let basis = pool.currency == .usd ? 1 : indices[line.underlying] * ratio / forward
      let value: Double
      if line.isOption {
        value = add(option: line, forward: forward, basis: basis, pool: pool)
      } else {
        value = line.signedSize * pool.unitValue(line, forward: forward)
        add(future: line, forward: forward, basis: basis, pool: pool)
      }
      equity.add(value)
      marked += value.magnitude
    }
    self.equity = equity.value
  }

  /// Adds an option's exposures and returns n m V in the pool's currency.
  private mutating func add(
    option line: Revaluation.Line, forward: Double, basis: Double, pool: Revaluation
  ) -> Double {
    let greeks = Black76.valueAndFirstOrder(
      OptionInput(
        right: line.right, forward: forward, strike: line.strike, years: line.years,
        volatility: line.volatility, rate: 0))
    let unit = pool.currency == .usd ? greeks.undiscounted : greeks.undiscounted / forward
    // An expired worthless option has no exposure and no notional (leverage-math 2.2).
    if line.years == 0, greeks.undiscounted == 0 { return 0 }
    let size = line.signedSize
    let place = line.underlying
    let delta = size * greeks.delta * forward * basis
    sums[place].gross.add(size.magnitude * forward * basis)
    sums[place].delta.add(delta)
    sums[place].absDelta.add(delta.magnitude)
    sums[place].gamma.add(size * greeks.gamma * forward * forward * basis)
    sums[place].vega.add(size * greeks.vega * basis)
    sums[place].vegaSigma.add(size * greeks.vega * line.volatility * basis)
    sums[place].theta.add(size * greeks.theta * basis)
    if pool.currency == .coin { sums[place].coinDelta.add(size * (greeks.delta - unit)) }
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
