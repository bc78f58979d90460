import FulcrumModel
import FulcrumNumerics

/// Which of the two requirements.
enum MarginKind: Hashable, Sendable {
  case maintenance, initial
}

extension StandardMargin {
  /// Maintenance of a whole pool in its currency, all forwards at `ratio` times the present ones.
  ///
  /// - Parameters:
  ///   - ratio: S'/S > 0.
  ///   - timeForward: Δt ≥ 0, years.
  ///   - volShift: v ≥ −1, relative.
  /// - Throws: `RiskError` where an argument, the rule or the pool is outside its domain.
  public func maintenance(
    of pool: RiskPool, ratio: Double = 1, timeForward: Double = 0, volShift: Double = 0
  ) throws(RiskError) -> Double {
    let node = ScenarioNode(timeForward: timeForward, volShift: volShift)
    let sheet = try BalanceSheet(checking: pool, margin: self, kind: .maintenance, node: node)
    return sheet.balance(at: ratio).requirement
  }

  /// Initial margin of a whole pool in its currency, ≥ its maintenance; arguments as above.
  public func initial(
    of pool: RiskPool, ratio: Double = 1, timeForward: Double = 0, volShift: Double = 0
  ) throws(RiskError) -> Double {
    let node = ScenarioNode(timeForward: timeForward, volShift: volShift)
    let sheet = try BalanceSheet(checking: pool, margin: self, kind: .initial, node: node)
    return sheet.balance(at: ratio).requirement
  }

  /// Rates and brackets that make a continuous requirement.
  public func validate() throws(RiskError) {
    let rates: [(RiskError.Setting, Double)] = [
      (.optionRate, optionRate), (.initialRate, initialRate), (.initialFloor, initialFloor),
      (.liquidationFee, liquidationFee),
    ]
    for (setting, rate) in rates where !(rate >= 0 && rate.isFinite) {
      throw .settingOutOfDomain(setting, seen: rate)
    }
    guard let first = futuresBrackets.first, first.notionalFloor == 0, first.deduction == 0 else {
      throw .settingOutOfDomain(.bracket, seen: futuresBrackets.first?.notionalFloor ?? .nan)
    }
    for bracket in futuresBrackets where !(bracket.rate >= 0 && bracket.rate.isFinite) {
      throw .settingOutOfDomain(.futuresRate, seen: bracket.rate)
    }
    for (lower, upper) in zip(futuresBrackets, futuresBrackets.dropFirst()) {
      let joined = lower.deduction + upper.notionalFloor * (upper.rate - lower.rate)
      let slack = 1e-9 * (upper.notionalFloor * upper.rate).magnitude
      guard upper.notionalFloor > lower.notionalFloor,
        (upper.deduction - joined).magnitude <= slack
      else { throw .settingOutOfDomain(.bracket, seen: upper.notionalFloor) }
    }
  }

  /// Brackets from floors and rates, with the deductions that join them.
  ///
  ///     d₀ = 0,   d_j = d_{j−1} + floor_j (rate_j − rate_{j−1})
  public static func brackets(_ tiers: [(notionalFloor: Double, rate: Double)]) -> [FuturesBracket]
  {
    var brackets: [FuturesBracket] = []
    for tier in tiers {
      let deduction =
        brackets.last.map { $0.deduction + tier.notionalFloor * (tier.rate - $0.rate) } ?? 0
      brackets.append(
        FuturesBracket(notionalFloor: tier.notionalFloor, rate: tier.rate, deduction: deduction))
    }
    return brackets
  }
}

extension StandardMargin {
  /// What one line must hold, pool currency, ≥ 0. `unitValue` is V (coin pools c) of an option.
  @inline(__always)
  func requirement(
    _ kind: MarginKind, of line: Revaluation.Line, forward: Double, unitValue: Double,
    currency: PoolCurrency
  ) -> Double {
    guard line.isOption else {
      let notional =
        currency == .usd ? line.signedSize.magnitude * forward : line.signedSize.magnitude / forward
      return futures(notional: notional)
    }
    guard line.signedSize < 0 else { return 0 }
    // In a coin pool everything is divided by F: the unit of a contract-coin is one coin.
    let unit = currency == .usd ? forward : 1
    let base = line.right == .call ? unit : max(unit, unitValue)
    var rate = optionRate * base
    if kind == .initial {
      let outOfTheMoney = max(line.right.sign * (line.strike - forward), 0)
      let relief = currency == .usd ? outOfTheMoney : outOfTheMoney / forward
      rate = max(rate, max(initialRate * unit - relief, initialFloor * unit))
    }
    return -line.signedSize * rate
  }

  /// κ_j N − d_j of the bracket that holds N, pool currency.
  @inline(__always)
  func futures(notional: Double) -> Double {
    let bracket = futuresBrackets[bracketIndex(of: notional)]
    return (bracket.rate + liquidationFee) * notional - bracket.deduction
  }

  @inline(__always)
  func bracketIndex(of notional: Double) -> Int {
    var place = 0
    while place + 1 < futuresBrackets.count,
      futuresBrackets[place + 1].notionalFloor <= notional
    { place += 1 }
    return place
  }
}
