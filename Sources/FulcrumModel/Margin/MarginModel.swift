/// What a rule asks of a pool, in whole units of its currency: initial ≥ maintenance ≥ 0.
public struct MarginRequirement: Hashable, Sendable {
  public let initial: Money
  public let maintenance: Money
  /// Marked equity of the pool, rounded down; negative under water.
  public let equity: Money

  public init(initial: Money, maintenance: Money, equity: Money) throws(MarginError) {
    guard initial.asset == maintenance.asset, equity.asset == initial.asset else {
      throw .money(.assetMismatch(initial.asset, maintenance.asset))
    }
    guard maintenance.minorUnits >= 0, initial.minorUnits >= maintenance.minorUnits else {
      throw .initialBelowMaintenance(initial: initial, maintenance: maintenance)
    }
    self.initial = initial
    self.maintenance = maintenance
    self.equity = equity
  }

  /// H of leverage-math 0: equity − maintenance.
  public var excess: Money {
    get throws(MarginError) {
      do { return try equity.subtracting(maintenance) } catch { throw .money(error) }
    }
  }
}

/// The rule of a venue, or our default, that says how much a pool must hold.
public protocol MarginModel: Sendable {
  /// Name and date of the rule set, kept in every report and event: `standard-option/2026-11`.
  var ruleSet: String { get }

  func requirement(
    for positions: [Position], collateral: Money, in market: MarketSnapshot
  ) throws(MarginError) -> MarginRequirement
}

public enum MarginError: Error, Hashable, Sendable {
  case market(MarketError)
  case money(MoneyError)
  case initialBelowMaintenance(initial: Money, maintenance: Money)
  /// The leg lacks what the rule needs: `what` is "mark", "volatility", "forward" or "entry".
  case missingInput(InstrumentID, what: String)
  /// The pool mixes currencies or settlement styles.
  case unsupported(String)
}
