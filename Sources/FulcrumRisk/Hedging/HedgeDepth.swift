import FulcrumModel

/// How much of a contract a market holds for one hedge.
public struct HedgeDepth: Hashable, Sendable {
  /// Most contracts to buy and to sell, ≥ 0; ∞ where nobody states a limit.
  public var buy: Double
  public var sell: Double
  /// What says so, for a reader.
  public var buySource: String
  public var sellSource: String

  public init(buy: Double, sell: Double, buySource: String, sellSource: String) {
    self.buy = buy
    self.sell = sell
    self.buySource = buySource
    self.sellSource = sellSource
  }

  /// The same on both sides.
  public init(_ contracts: Double, source: String) {
    self.init(buy: contracts, sell: contracts, buySource: source, sellSource: source)
  }

  /// The lesser of this and a limit of the same contract on each side, with the source of the lesser.
  public func within(_ contracts: Double, source: String) -> HedgeDepth {
    var result = self
    if contracts < buy { (result.buy, result.buySource) = (contracts, source) }
    if contracts < sell { (result.sell, result.sellSource) = (contracts, source) }
    return result
  }
}

/// A limit that an order or a pool meets, the number that meets it and by how much.
public struct HedgeObstacle: Hashable, Sendable {
  public enum Limit: String, Hashable, Sendable, CaseIterable {
    /// The market holds less of a contract than the order.
    case depth
    /// Orders are whole lots.
    case lots
    /// Initial margin after it would exceed equity, or the share of it that may be used.
    case margin
    /// It costs more than it may.
    case budget
    /// Cash that is not there has to be paid in, or does not help.
    case collateral
    /// At any depth the contracts that the market lists do not do it.
    case listing
    /// No size of this way does it for the pool as it is made up.
    case structure
    /// The best that was tried falls short, and others that were not may do.
    case search
  }

  public enum Unit: String, Hashable, Sendable, CaseIterable {
    case contracts
    /// Of the pool.
    case currency
    case usd
    /// Multiples of capital at risk.
    case leverage
    /// Of options.
    case expiries
  }

  public var limit: Limit
  /// Where one contract is meant.
  public var instrument: String?
  /// What was needed or found, and what the limit is; ≥ 0. What has no bound is ∞.
  public var seen: Double
  public var allowed: Double
  public var unit: Unit
  /// For a reader, with the numbers.
  public var explanation: String

  /// |seen − allowed|.
  public var missing: Double { (seen - allowed).magnitude }
}

extension HedgeObstacle {
  /// "BTC-PERPETUAL: 12000 to sell, 5000 at most (10 % of an open interest of 50000), 7000 too many".
  static func depth(_ instrument: HedgeInstrument, wanted: Double) -> HedgeObstacle {
    let most = instrument.most(toward: wanted)
    let source = wanted > 0 ? instrument.depth.buySource : instrument.depth.sellSource
    let number = HedgeSearch.short
    return HedgeObstacle(
      limit: .depth, instrument: instrument.name, seen: wanted.magnitude, allowed: most,
      unit: .contracts,
      explanation: "\(instrument.name): \(number(wanted.magnitude)) to "
        + "\(wanted > 0 ? "buy" : "sell"), \(number(most)) at most (\(source)), "
        + "\(number(wanted.magnitude - most)) too many")
  }

  /// Fewer contracts than a lot.
  static func lots(_ instrument: HedgeInstrument, wanted: Double) -> HedgeObstacle {
    let number = HedgeSearch.short
    return HedgeObstacle(
      limit: .lots, instrument: instrument.name, seen: wanted.magnitude, allowed: instrument.lot,
      unit: .contracts,
      explanation: "\(instrument.name): \(number(wanted.magnitude)) contracts are "
        + "\(number(instrument.lot - wanted.magnitude)) less than a lot of \(number(instrument.lot))"
    )
  }

  /// Contracts that are no whole number of lots, and the whole number below.
  static func brokenLots(_ instrument: HedgeInstrument, wanted: Double) -> HedgeObstacle {
    let number = HedgeSearch.short
    let whole = HedgeSearch.lots(wanted.magnitude, instrument.lot, .down)
    return HedgeObstacle(
      limit: .lots, instrument: instrument.name, seen: wanted.magnitude, allowed: whole,
      unit: .contracts,
      explanation: "of \(instrument.name) \(number(wanted.magnitude)) contracts would stay, which "
        + "lots of \(number(instrument.lot)) do not make")
  }

  /// Initial margin after trades over what it may use of equity after them, pool currency.
  static func margin(_ after: HedgeState, buffer: Double) -> HedgeObstacle {
    let number = HedgeSearch.short
    let (seen, allowed) = (after.initialMargin, (1 - buffer) * after.equity)
    let most =
      buffer > 0
      ? "\(number(allowed)), the equity of \(number(after.equity)) less a buffer of "
        + "\(number(100 * buffer)) %,"
      : "the equity of \(number(allowed))"
    return HedgeObstacle(
      limit: .margin, seen: seen, allowed: allowed, unit: .currency,
      explanation: "initial margin would be \(number(seen)), over \(most) by "
        + "\(number(seen - allowed))")
  }

  /// Cost of a way over what it may cost, pool currency.
  static func budget(cost: Double, budget: Double) -> HedgeObstacle {
    let number = HedgeSearch.short
    return HedgeObstacle(
      limit: .budget, seen: cost, allowed: budget, unit: .currency,
      explanation: "spread, fees and capital would be \(number(cost)), over the budget of "
        + "\(number(budget)) by \(number(cost - budget))")
  }

  /// Premiums and costs over the cash that pays for them, pool currency.
  static func cash(spent: Double, held: Double) -> HedgeObstacle {
    let number = HedgeSearch.short
    return HedgeObstacle(
      limit: .collateral, seen: spent, allowed: held, unit: .currency,
      explanation: "premiums and costs take \(number(spent)), over the pool's cash of "
        + "\(number(held)) by \(number(spent - held)), which has to be paid in")
  }

  /// Costs of trades over the equity that bears them, pool currency.
  static func collateral(cost: Double, equity: Double) -> HedgeObstacle {
    let number = HedgeSearch.short
    return HedgeObstacle(
      limit: .collateral, seen: cost, allowed: equity, unit: .currency,
      explanation: "spread and fees would be \(number(cost)), over the equity of \(number(equity)) "
        + "by \(number(cost - equity))")
  }
}
