import FulcrumModel

/// A pool at one board, smallest units, everything rounded against its owner.
struct PoolValuation: Hashable {
  var health: Health
  /// Equity that may carry a new trade: no credit for the value of long options.
  var tradeEquity: Int128
  /// Equity that may be taken out: without profit that is not settled either.
  var freeEquity: Int128
  /// Σ |δ| · underlying · size.
  var exposure: Int128
  /// What the pool's leverage cap alone asks.
  var capInitial: Int128
}

extension Ledger {
  /// E = C + Σ value − Σ cost of futures, M and I by the schedules of the board, in one pass over the
  /// legs and in integers alone.
  ///
  /// - Throws: the first leg that cannot be valued.
  public func health(of pool: Pool, on board: MarkBoard) throws(ValuationFault) -> Health {
    try valuation(of: pool, on: board).health
  }

  func valuation(of pool: Pool, on board: MarkBoard) throws(ValuationFault) -> PoolValuation {
    var sum = LegSums()
    for leg in pool.legs {
      let contract = contracts[leg.contract.place]
      if let expiry = contract.instrument.expiry, expiry <= board.asOf {
        throw .undelivered(leg.contract)
      }
      guard sum.add(leg, isOption: contract.isOption, mark: try board.mark(leg.contract)) else {
        throw .tooLarge(leg.contract)
      }
    }
    let credit = pool.pledged.isEmpty ? 0 : try pool.credit(on: board)
    let sums = sum.valuation(collateral: pool.collateral + credit, cap: pool.leverageCap)
    guard let rule = board.rule, !pool.legs.isEmpty else { return sums }
    return try valuation(sums, of: pool, credit: credit, by: rule)
  }
}

/// Sums over legs in nanounits.
private struct LegSums {
  private var value: Int128 = 0
  private var optionsHeld: Int128 = 0
  private var profits: Int128 = 0
  private var cost: Int128 = 0
  private var initial: Int128 = 0
  private var maintenance: Int128 = 0
  private var exposure: Int128 = 0

  /// False where 128 bits do not hold a term.
  @inline(__always)
  mutating func add(_ leg: Leg, isOption: Bool, mark: ContractMark) -> Bool {
    let lots = leg.lots.magnitude
    let schedule = leg.lots > 0 ? mark.long : mark.short
    guard let worth = mark.value(lots: leg.lots),
      let initial = schedule.initial(lots: lots),
      let maintenance = schedule.maintenance(lots: lots)
    else { return false }
    let (exposure, overflow) = mark.exposure.multipliedReportingOverflow(by: Int128(lots))
    guard !overflow, Self.isModest(worth), Self.isModest(initial), Self.isModest(exposure) else {
      return false
    }
    value += worth
    if isOption {
      if leg.lots > 0 { optionsHeld += worth }
    } else {
      cost += leg.cost
    }
    // Of a long option nothing is free at all; of everything else not what it has won.
    if !isOption || leg.lots < 0 {
      let gain = worth - leg.cost * ContractMark.nanounitsPerUnit
      if gain > 0 { profits += gain }
    }
    self.initial += initial
    self.maintenance += maintenance
    self.exposure += exposure
    return true
  }

  /// Far enough from the ends that any number of legs adds up.
  @inline(__always)
  private static func isModest(_ amount: Int128) -> Bool {
    amount.magnitude < 1 << 118
  }

  func valuation(collateral: Int128, cap: Ratio?) -> PoolValuation {
    let nano = ContractMark.nanounitsPerUnit
    let base = collateral - cost
    let equity = base + Rounding.down.quotient(value, by: nano)
    let trade = base + Rounding.down.quotient(value - optionsHeld, by: nano)
    let free = base + Rounding.down.quotient(value - optionsHeld - profits, by: nano)
    let maintenance = Rounding.up.quotient(maintenance, by: nano)
    let exposure = Rounding.up.quotient(exposure, by: nano)
    let capInitial =
      cap.map { Ratio($0.denominator, $0.numerator).of(exposure, rounding: .up) } ?? 0
    let initial = max(Rounding.up.quotient(initial, by: nano), maintenance, capInitial)
    return PoolValuation(
      health: Health(equity: equity, initial: initial, maintenance: maintenance),
      tradeEquity: trade, freeEquity: free, exposure: exposure, capInitial: capInitial)
  }
}
