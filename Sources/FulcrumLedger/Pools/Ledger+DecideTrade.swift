import FulcrumModel

extension Ledger {
  /// A fill into a pool.
  ///
  /// A leg that gets smaller is never refused for margin, but its price must be one that the market
  /// knows. What grows must leave trade equity ≥ initial margin, where a price better than the mark is
  /// no equity, long options give no credit, and a premium is paid from cash that is there. What is
  /// recorded has happened already and needs no market.
  func trade(
    _ id: PoolID, _ trade: Trade, on board: MarkBoard?, at instant: Timestamp
  ) throws(Rejection) -> Fact {
    try Self.check(trade)
    var pool = try known(id)
    guard let contract = contract(trade.contract) else { throw .contractUnknown(trade.contract) }
    let asset = contract.instrument.settlementAsset
    try Self.check(asset, is: pool.terms.asset)
    try Self.check(trade.fee.asset, is: asset)
    try Self.check(lives: pool)
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
    if trade.admission == .recorded { return .filled(id, fill) }
    try check(rebateOf: fill, contract)
    pool.change(contract.id, lots: fill.lots, cost: fill.cost)
    pool.collateral += fill.cash - fill.fee
    if reduces {
      let board = try fresh(board, at: instant)
      try check(bandOf: fill, contract, try Self.mark(contract.id, on: board))
      try check(feeOf: fill, pool, on: board)
    } else {
      let paid = fill.cash - max(0, fill.fee)
      guard pool.collateral >= 0 || paid >= 0 else {
        throw .collateralShort(needed: -paid, held: pool.collateral - fill.cash + fill.fee)
      }
      try checkIncrease(fill, contract, pool, on: try fresh(board, at: instant))
    }
    return .filled(id, fill)
  }

  /// The fee of a reduction takes no more than the pool is worth without it, and of one that is worth
  /// less than nothing, nothing. Where a leg that stays has no mark nobody can say what that is, and
  /// the fee must be there in cash.
  private func check(
    feeOf fill: Fill, _ after: Pool, on board: MarkBoard
  ) throws(Rejection) {
    guard fill.fee > 0 else { return }
    let left = equity(of: after, on: board) ?? after.collateral
    guard left >= 0 else { throw .feeBeyondEquity(fee: fill.fee, equity: left + fill.fee) }
  }

  /// What a pool is worth; of a flat one its cash and of its pledges what has a price; nil where a leg
  /// has no mark.
  private func equity(of pool: Pool, on board: MarkBoard) -> Int128? {
    guard pool.legs.isEmpty else { return try? health(of: pool, on: board).equity }
    return pool.pledged.reduce(pool.collateral) { sum, money in
      sum + ((try? pool.credit(of: money, on: board)) ?? 0)
    }
  }

  private static func mark(
    _ id: ContractID, on board: MarkBoard
  ) throws(Rejection) -> ContractMark {
    do { return try board.mark(id) } catch { throw .valuation(error) }
  }

  private func checkIncrease(
    _ fill: Fill, _ contract: ListedContract, _ after: Pool, on board: MarkBoard
  ) throws(Rejection) {
    let mark = try Self.mark(contract.id, on: board)
    let valuation = try value(after, on: board)
    try check(bandOf: fill, contract, mark)
    // Neither own slippage nor a rebate is equity that may carry a position.
    let equity =
      valuation.tradeEquity - Self.gain(of: fill, contract, mark) - max(0, -fill.fee)
    guard equity >= valuation.health.initial else {
      throw .initialMarginShort(required: valuation.health.initial, equity: equity)
    }
  }

  /// Within the band: |value at the fill − value at the mark| ≤ band · (|value at the mark| + exposure).
  private func check(
    bandOf fill: Fill, _ contract: ListedContract, _ mark: ContractMark
  ) throws(Rejection) {
    let nano = ContractMark.nanounitsPerUnit
    guard let worth = mark.value(lots: fill.lots),
      let paid = contract.arithmetic.value(
        lots: fill.lots, at: fill.price, rounding: .toNearestEven)
    else { throw .sizeOutOfRange(contract.id) }
    let (exposure, overflow) = mark.exposure.multipliedReportingOverflow(
      by: Int128(fill.lots.magnitude))
    guard !overflow, exposure < 1 << 118, worth.magnitude < 1 << 118 else {
      throw .sizeOutOfRange(contract.id)
    }
    let value = Rounding.toNearestEven.quotient(worth, by: nano)
    let size = (value < 0 ? -value : value) + Rounding.up.quotient(exposure, by: nano)
    let off = paid < value ? value - paid : paid - value
    let allowed = rules.priceBand.of(size, rounding: .up)
    guard off <= allowed else { throw .priceOutOfBand(off: off, allowed: allowed) }
  }

  private func check(rebateOf fill: Fill, _ contract: ListedContract) throws(Rejection) {
    guard fill.fee < 0,
      let value = contract.arithmetic.value(lots: fill.lots, at: fill.price, rounding: .up)
    else { return }
    let limit = rules.rebate.of(value < 0 ? -value : value, rounding: .up)
    guard -fill.fee <= limit else { throw .rebateTooLarge(-fill.fee, limit: limit) }
  }

  /// Same side, smaller, no turn.
  static func reduces(_ leg: Leg?, lots: Int64) -> Bool {
    guard let leg else { return false }
    return (leg.lots > 0) != (lots > 0) && lots.magnitude <= leg.lots.magnitude
  }

  /// What the trade seems to have won against the mark, ≥ 0: own slippage is no equity.
  private static func gain(
    of fill: Fill, _ contract: ListedContract, _ mark: ContractMark
  ) -> Int128 {
    // A premium received or paid is in the cash and the option's value in equity; long options give
    // no credit, so only a short one can seem to win.
    if contract.isOption, fill.lots > 0 { return 0 }
    guard let worth = mark.value(lots: fill.lots),
      let paid = contract.arithmetic.value(lots: fill.lots, at: fill.price, rounding: .down)
    else { return 0 }
    return max(0, Rounding.up.quotient(worth, by: ContractMark.nanounitsPerUnit) - paid)
  }

  private static func check(_ trade: Trade) throws(Rejection) {
    guard trade.fee.minorUnits.magnitude <= Int128.Magnitude(amountLimit) else {
      throw .amountTooLarge(trade.fee.minorUnits, limit: amountLimit)
    }
    guard trade.lots != 0 else { throw .lotsZero }
    guard trade.lots.magnitude <= UInt64(lotsLimit) else {
      throw .lotsTooMany(trade.lots, limit: lotsLimit)
    }
    guard trade.price.value > .zero else { throw .priceInvalid(trade.price) }
  }
}
