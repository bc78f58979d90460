public import FulcrumModel

extension StandardMargin: MarginModel {
  public var ruleSet: String {
    self == .standard ? Self.standardRuleSet : Self.standardRuleSet + "+given"
  }
  /// The default rates, as of their date.
  public static let standardRuleSet = "standard-option/2026-11"

  /// The rule in whole units: requirements rounded up, equity down, through the one door of `Money`.
  ///
  /// Marks are this library's: options at the quote's own forward and mark volatility, futures at
  /// their mark, time from the snapshot's instant.
  ///
  /// - Parameters:
  ///   - positions: of one isolated pool, all settled in the asset of `collateral`.
  ///   - collateral: C, cash after premia and realised profit.
  /// - Throws: `.missingInput` and `.market` where the snapshot lacks something, `.unsupported` where
  ///   the pool mixes settlement or a rule is out of its domain.
  public func requirement(
    for positions: [Position], collateral: Money, in market: MarketSnapshot
  ) throws(MarginError) -> MarginRequirement {
    let pool = try RiskPool(positions: positions, collateral: collateral, in: market)
    let maintenance: Double
    let initial: Double
    let equity: Double
    do {
      maintenance = try self.maintenance(of: pool)
      initial = try self.initial(of: pool)
      equity = Revaluation(pool).equity(at: 1)
    } catch {
      throw .unsupported(error.description)
    }
    let asset = collateral.asset
    return try MarginRequirement(
      initial: try Self.money(initial, asset, .up),
      maintenance: try Self.money(maintenance, asset, .up),
      equity: try Self.money(equity, asset, .down))
  }

  static func money(
    _ amount: Double, _ asset: Asset, _ rounding: Rounding
  ) throws(MarginError) -> Money {
    do {
      return try Money(modelled: amount, asset: asset, rounding: rounding)
    } catch {
      throw .money(error)
    }
  }
}

extension RiskPool {
  /// Positions valued by what the snapshot itself says of them; nothing missing is filled in.
  ///
  /// - Throws: `.missingInput` naming the instrument and "mark", "volatility", "forward" or "entry";
  ///   `.market` for a missing quote or index; `.unsupported` for mixed settlement.
  init(
    positions: [Position], collateral: Money, in market: MarketSnapshot
  ) throws(MarginError) {
    guard let first = positions.first else {
      // Cash alone needs no price: one unit of anything is worth one unit.
      self.init(index: 1, currency: .usd, cash: collateral.amount.doubleValue, legs: [])
      return
    }
    let settlement = first.instrument.settlement
    var underlyings: [Underlying] = []
    var indices: [Double] = []
    var legs: [RiskLeg] = []
    for position in positions {
      let instrument = position.instrument
      guard instrument.settlement == settlement, instrument.settlementAsset == collateral.asset
      else {
        throw .unsupported(
          "\(instrument.id) settles in \(instrument.settlementAsset), not in the pool's "
            + "\(collateral.asset); keep it in a pool of its own")
      }
      let place: Int
      if let known = underlyings.firstIndex(of: instrument.underlying) {
        place = known
      } else {
        guard let index = market.indices[instrument.underlying] else {
          throw .market(.missingIndex(instrument.underlying))
        }
        place = underlyings.count
        underlyings.append(instrument.underlying)
        indices.append(index.price.doubleValue)
      }
      legs.append(try Self.leg(position, underlying: place, in: market))
    }
    self.init(
      indices: indices, currency: settlement == .linear ? .usd : .coin,
      cash: collateral.amount.doubleValue, legs: legs)
  }

  private static func leg(
    _ position: Position, underlying: Int, in market: MarketSnapshot
  ) throws(MarginError) -> RiskLeg {
    let instrument = position.instrument
    guard let quote = market.quotes[instrument.id] else {
      throw .market(.missingQuote(instrument.id))
    }
    let contract: RiskLeg.Contract
    let forward: Price?
    switch instrument.kind {
    case .option(let right, let strike, let expiry):
      guard let volatility = quote.markVolatility else {
        throw .missingInput(instrument.id, what: "volatility")
      }
      contract = .option(
        right, strike: strike.doubleValue, years: max(0, market.asOf.years(to: expiry)),
        volatility: volatility)
      forward = quote.forward
    case .perpetual, .future:
      guard let entry = position.entry else {
        throw .missingInput(instrument.id, what: "entry")
      }
      contract = .future(
        entry: entry.doubleValue,
        years: instrument.expiry.map { max(0, market.asOf.years(to: $0)) })
      forward = quote.mark
    }
    guard let forward else {
      throw .missingInput(instrument.id, what: instrument.isOption ? "forward" : "mark")
    }
    return RiskLeg(
      contract: contract, settlement: instrument.settlement, forward: forward.doubleValue,
      quantity: position.contracts, size: instrument.contract.value.doubleValue,
      underlying: underlying)
  }
}
