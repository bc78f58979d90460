import FulcrumModel

/// A contract of the market that a hedge can trade, with what trading it costs.
public struct HedgeInstrument: Hashable, Sendable {
  public var name: String
  /// One contract (n = 1) at the market's marks; a future's entry is its mark.
  public var leg: RiskLeg
  /// Smallest step, contracts, > 0.
  public var lot: Double
  /// Whether the market or the venue's documents state that step, or it is taken for want of one.
  public var isLotStated = true
  /// Best bid and ask in the contract's own quotation: coins a coin for inverse options, USD
  /// otherwise; nil where nobody shows one.
  public var bid: Double?
  public var ask: Double?
  public var depth: HedgeDepth
  /// Fee of a future's notional at its venue; nil for that of `HedgeCosts`.
  public var futureFee: Double?

  public init(
    name: String, leg: RiskLeg, lot: Double, quote: (bid: Double?, ask: Double?), depth: HedgeDepth
  ) {
    self.name = name
    self.leg = leg
    self.lot = lot
    bid = quote.bid
    ask = quote.ask
    self.depth = depth
  }

  /// A whole lot of it can be bought or sold.
  var isTradable: Bool { max(depth.buy, depth.sell) >= lot }

  /// Most contracts in whole lots on the side of `contracts`.
  func most(toward contracts: Double) -> Double {
    HedgeSearch.lots(contracts > 0 ? depth.buy : depth.sell, lot, .down)
  }
}

/// What a trade costs besides the mark.
///
/// Options pay the lesser of `optionFee` of the underlying and `premiumFee` of the premium a coin,
/// futures `futureFee` of the notional where the instrument names none of its venue. The defaults are
/// those of leverage-math 7.2; docs/reference/hedge.md has them beside what venues charge, with dates.
public struct HedgeCosts: Hashable, Sendable {
  public var optionFee = 0.0003
  public var premiumFee = 0.125
  public var futureFee = 0.0005
  /// Half-spread of an option without a quote on the side wanted, as a share of its mark; of a future.
  public var assumedOptionSpread = 0.05
  public var assumedFutureSpread = 0.0002
  /// What capital costs a year, and for how long a hedge holds it, years.
  public var capitalRate = 0.1
  public var capitalYears = 30.0 / 365

  public init() {}

  /// Half-spread and fee of `contracts` of an instrument, pool currency, and whether a quote said so.
  func cost(
    of instrument: HedgeInstrument, contracts: Double, index: Double
  ) -> (spread: Double, fee: Double, isQuoted: Bool) {
    let leg = instrument.leg
    let size = contracts.magnitude * leg.size
    let side = contracts > 0 ? instrument.ask : instrument.bid
    guard leg.isOption else {
      let mark = leg.forward
      let gap = side.map { max(contracts > 0 ? $0 - mark : mark - $0, 0) }
      let spread = gap ?? assumedFutureSpread * mark
      // An inverse future gains A/F² coins a dollar.
      let unit = leg.settlement == .linear ? size : size / (mark * mark)
      let fee = instrument.futureFee ?? futureFee
      return (unit * spread, unit * fee * mark, gap != nil)
    }
    let mark = markValue(leg)
    let gap = side.map { max(contracts > 0 ? $0 - mark : mark - $0, 0) }
    let underlying = leg.settlement == .linear ? index : 1
    let fee = min(optionFee * underlying, premiumFee * mark)
    return (size * (gap ?? assumedOptionSpread * mark), size * fee, gap != nil)
  }

  /// V of one coin of an option, in its own quotation.
  func markValue(_ leg: RiskLeg) -> Double {
    let pool = RiskPool(
      index: leg.forward, currency: leg.settlement == .linear ? .usd : .coin, cash: 0,
      legs: [leg])
    let now = Revaluation(pool)
    return now.unitValue(now.lines[0], forward: leg.forward)
  }
}

/// Contracts of one instrument, signed.
public struct HedgeTrade: Hashable, Sendable {
  public var instrument: HedgeInstrument
  public var contracts: Double

  public init(_ instrument: HedgeInstrument, _ contracts: Double) {
    self.instrument = instrument
    self.contracts = contracts
  }
}

/// Where a pool shall be brought.
public enum HedgeTarget: Hashable, Sendable {
  /// The headline leverage at most this.
  case leverage(Double)
  /// The exposures named within the tolerance of what they were.
  case neutral(Set<HedgeExposure>)
  /// Maximum loss from here at most this, pool currency.
  case maxLoss(Double)

  /// The delta that is risk by this target: of the value in USD where that is to stand still, else of
  /// profit in the pool's currency.
  public var measure: HedgeExposure {
    if case .neutral(let kinds) = self, kinds.contains(.usdDelta) { return .usdDelta }
    return .delta
  }
}

/// Exposures that a hedge can bring to zero, in the order in which they give last.
public enum HedgeExposure: String, Hashable, Sendable, CaseIterable {
  /// Of profit in the pool's own currency. In a coin pool that is S(Σ n m δ + Σ nA/F) with the
  /// premium-adjusted δ; Black's delta would be wrong by each option's premium (leverage-math 7.1).
  case delta
  /// Of the pool's value in USD: in a coin pool S(E + Σ n m δ + Σ nA/F), in a USD pool the same.
  case usdDelta = "usd-delta"
  case gamma, vega
}
