import FulcrumModel

extension Ledger {
  /// A fill into a pool.
  ///
  /// A leg that gets smaller is never refused for margin. What grows must leave trade equity ≥ initial
  /// margin, where a price better than the mark is no equity, long options give no credit, and a
  /// premium is paid from cash that is there.
  func trade(
    _ id: PoolID, _ trade: Trade, on board: MarkBoard?, at instant: Timestamp
  ) throws(Rejection) -> Fact {
    try Self.check(trade)
    var pool = try live(id)
    guard let contract = contract(trade.contract) else { throw .contractUnknown(trade.contract) }
    let asset = contract.instrument.settlementAsset
    try Self.check(asset, is: pool.terms.asset)
    try Self.check(trade.fee.asset, is: asset)
    // By the market's clock too: a trade that comes late would open what has been settled already.
    if let expiry = contract.instrument.expiry, expiry <= max(instant, marketAsOf ?? instant) {
      throw .contractExpired(contract.id, at: expiry)
    }
    let leg = pool.leg(contract.id)
    let reduces = Self.reduces(leg, lots: trade.lots)
    if !reduces {
      if trade.admission == .reduceOnly {
        throw .notReducing(held: leg?.lots ?? 0, lots: trade.lots)
      }
      if pool.isLiquidating { throw .poolLiquidating(id) }
      if pool.freeze != nil { throw .poolFrozen(id) }
    }
    guard
      let fill = contract.fill(
        leg, lots: trade.lots, price: trade.price, fee: trade.fee.minorUnits)
    else { throw .sizeOutOfRange(contract.id) }
    if reduces || trade.admission == .recorded { return .filled(id, fill) }

    let board = try fresh(board, at: instant)
    let mark: ContractMark
    do { mark = try board.mark(contract.id) } catch { throw .valuation(error) }
    let gain = Self.gain(of: trade, contract, mark)
    pool.change(contract.id, lots: fill.lots, cost: fill.cost)
    pool.collateral += fill.cash - fill.fee
    guard pool.collateral >= 0 || fill.cash - fill.fee >= 0 else {
      throw .collateralShort(
        needed: fill.fee - fill.cash, held: pool.collateral - fill.cash + fill.fee)
    }
    let valuation = try value(pool, on: board)
    let equity = valuation.tradeEquity - gain
    guard equity >= valuation.health.initial else {
      throw .initialMarginShort(required: valuation.health.initial, equity: equity)
    }
    return .filled(id, fill)
  }

  /// Same side, smaller, no turn.
  static func reduces(_ leg: Leg?, lots: Int64) -> Bool {
    guard let leg else { return false }
    return (leg.lots > 0) != (lots > 0) && lots.magnitude <= leg.lots.magnitude
  }

  /// What the trade seems to have won against the mark, ≥ 0: own slippage is no equity.
  private static func gain(
    of trade: Trade, _ contract: ListedContract, _ mark: ContractMark
  ) -> Int128 {
    // A premium received or paid is in the cash and the option's value in equity; long options give
    // no credit, so only a short one can seem to win.
    if contract.isOption, trade.lots > 0 { return 0 }
    guard let worth = mark.value(lots: trade.lots),
      let paid = contract.arithmetic.value(lots: trade.lots, at: trade.price, rounding: .down)
    else { return 0 }
    return max(0, Rounding.up.quotient(worth, by: ContractMark.nanounitsPerUnit) - paid)
  }

  private static func check(_ trade: Trade) throws(Rejection) {
    guard trade.lots != 0 else { throw .lotsZero }
    guard trade.lots.magnitude <= UInt64(lotsLimit) else {
      throw .lotsTooMany(trade.lots, limit: lotsLimit)
    }
    guard trade.price.value > .zero else { throw .priceInvalid(trade.price) }
    guard trade.fee.minorUnits.magnitude <= Int128.Magnitude(amountLimit) else {
      throw .amountTooLarge(trade.fee.minorUnits, limit: amountLimit)
    }
  }
}
