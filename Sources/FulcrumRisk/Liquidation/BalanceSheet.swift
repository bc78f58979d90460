import FulcrumModel
import FulcrumNumerics

/// A time and volatility at which everything is revalued.
struct ScenarioNode: Hashable, Sendable {
  /// Δt ≥ 0, years.
  var timeForward = 0.0
  /// v ≥ −1, relative.
  var volShift = 0.0

  func validate() throws(RiskError) {
    guard timeForward >= 0, timeForward.isFinite else {
      throw .settingOutOfDomain(.timeForward, seen: timeForward)
    }
    guard volShift >= -1, volShift.isFinite else {
      throw .settingOutOfDomain(.volShift, seen: volShift)
    }
  }
}

/// Equity and requirement of a pool at one price, pool currency.
struct Balance {
  var equity: Double
  var requirement: Double
  /// Summed magnitudes of the terms of both.
  var scale: Double

  /// H = E − M.
  var excess: Double { equity - requirement }
}

/// E and M of a pool as functions of x = S'/S of one underlying, the others where they are.
///
/// All forwards of the moving underlying are F⁰x (leverage-math 3.2). Evaluation allocates nothing.
struct BalanceSheet {
  /// The lines that move.
  let lines: [Revaluation.Line]
  let revaluation: Revaluation
  let margin: StandardMargin
  let kind: MarginKind
  /// What does not move: cash and the lines on other underlyings.
  let fixed: Balance

  init(
    _ pool: RiskPool, margin: StandardMargin, kind: MarginKind = .maintenance,
    node: ScenarioNode = ScenarioNode(), moving underlying: Int? = 0
  ) {
    revaluation = Revaluation(
      pool, timeForward: node.timeForward, volShift: node.volShift)
    self.margin = margin
    self.kind = kind
    var fixed = Accumulator(cash: pool.cash)
    if let underlying, pool.indices.count > 1 {
      lines = revaluation.lines.filter { $0.underlying == underlying }
      for line in revaluation.lines where line.underlying != underlying {
        fixed.add(line, ratio: 1, revaluation: revaluation, margin: margin, kind: kind)
      }
    } else {
      lines = revaluation.lines
    }
    self.fixed = fixed.balance
  }

  /// The same after checking everything it is made of; all underlyings move together.
  init(
    checking pool: RiskPool, margin: StandardMargin, kind: MarginKind, node: ScenarioNode
  ) throws(RiskError) {
    try pool.validate()
    try margin.validate()
    try node.validate()
    self.init(pool, margin: margin, kind: kind, node: node, moving: nil)
  }

  var currency: PoolCurrency { revaluation.currency }

  /// E, M and their scale at x = `ratio`.
  func balance(at ratio: Double) -> Balance {
    var sum = Accumulator(fixed)
    for line in lines {
      sum.add(line, ratio: ratio, revaluation: revaluation, margin: margin, kind: kind)
    }
    return sum.balance
  }

  /// `balance(at:)` at every one of `ratios`, by the batch kernels: each is the same whatever else is
  /// asked for.
  func balances(at ratios: [Double]) -> [Balance] {
    var sums = [Accumulator](repeating: Accumulator(fixed), count: ratios.count)
    for line in lines {
      let values = revaluation.unitValues(line, at: ratios)
      for place in ratios.indices {
        sums[place].add(
          line, forward: line.forward * ratios[place], unitValue: values[place],
          currency: currency, margin: margin, kind: kind)
      }
    }
    return sums.map(\.balance)
  }

  /// Whether M is 0 at every price: no future and no short option.
  var needsNoMargin: Bool {
    fixed.requirement == 0 && lines.allSatisfy { $0.isOption && $0.signedSize >= 0 }
  }

  /// An upper bound of |∂H/∂ln x| and |∂E/∂ln x| for x in [x₀, x₁].
  ///
  /// USD: |Δ|F ≤ F for calls and futures, ≤ min(F, K) for puts, since F N(−d₁) ≤ K N(−d₂). Coin:
  /// |δ| ≤ min(1, K/F) for calls and ≤ K/F for puts, A/F for futures. A requirement moves no faster
  /// than its rate times F, or than the put itself where that is larger; in coin only a put's moves.
  func slopeBound(from lower: Double, to upper: Double) -> Double {
    var bound = 0.0
    let futuresRate = (margin.futuresBrackets.lazy.map(\.rate).max() ?? 0) + margin.liquidationFee
    for line in lines {
      let size = line.signedSize.magnitude
      let least = line.forward * lower
      let most = line.forward * upper
      switch (currency, line.isOption) {
      case (.usd, false): bound += size * most * (1 + futuresRate)
      case (.coin, false): bound += size / least * (1 + futuresRate)
      case (.usd, true):
        let value = line.right == .call ? most : min(most, line.strike)
        bound += size * (value + (line.signedSize < 0 ? shortRate * most : 0))
      case (.coin, true):
        let value = line.right == .call ? min(1, line.strike / least) : line.strike / least
        bound += size * (value + (line.signedSize < 0 ? shortRate * line.strike / least : 0))
      }
    }
    return bound
  }

  /// The steepest a short option's requirement rises per unit of F (or of K/F in coin).
  private var shortRate: Double {
    kind == .maintenance ? margin.optionRate : margin.optionRate + margin.initialRate + 1
  }

  private struct Accumulator {
    private var equity: NeumaierSum
    private var requirement: NeumaierSum
    private var scale: Double

    init(cash: Double) {
      equity = NeumaierSum(cash)
      requirement = NeumaierSum()
      scale = cash.magnitude
    }

    init(_ fixed: Balance) {
      equity = NeumaierSum(fixed.equity)
      requirement = NeumaierSum(fixed.requirement)
      scale = fixed.scale
    }

    @inline(__always)
    mutating func add(
      _ line: Revaluation.Line, ratio: Double, revaluation: Revaluation, margin: StandardMargin,
      kind: MarginKind
    ) {
      let forward = line.forward * ratio
      add(
        line, forward: forward, unitValue: revaluation.unitValue(line, forward: forward),
        currency: revaluation.currency, margin: margin, kind: kind)
    }

    @inline(__always)
    mutating func add(
      _ line: Revaluation.Line, forward: Double, unitValue: Double, currency: PoolCurrency,
      margin: StandardMargin, kind: MarginKind
    ) {
      let value = line.signedSize * unitValue
      let required = margin.requirement(
        kind, of: line, forward: forward, unitValue: unitValue, currency: currency)
      equity.add(value)
      requirement.add(required)
      scale += value.magnitude + required.magnitude
    }

    var balance: Balance {
      Balance(equity: equity.value, requirement: requirement.value, scale: scale)
    }
  }
}
