import FulcrumModel

/// A tick in the making: each step sees what the steps before it have changed, while the ledger itself
/// waits until the facts are durable.
struct Draft {
  private(set) var ledger: Ledger
  private(set) var facts: [Fact] = []
  let board: MarkBoard
  /// What each pool's legs brought at their expiry in this tick: losses beyond a pool fall on those who
  /// won by the same contract.
  private(set) var settled: [(pool: PoolID, contract: ContractID, realised: Int128)] = []

  init(_ ledger: Ledger, board: MarkBoard) {
    self.ledger = ledger
    self.board = board
  }

  mutating func emit(_ fact: Fact) {
    ledger.apply(fact, at: board.asOf)
    facts.append(fact)
    if case .settled(let id, let fill) = fact {
      settled.append((id, fill.contract, fill.realised))
    }
    // What one bankruptcy has cut from a profit is not there for the next.
    if case .haircut(let cut) = fact,
      let place = settled.firstIndex(where: { $0.pool == cut.winner && $0.contract == cut.contract }
      )
    {
      settled[place].realised -= cut.amount
    }
  }

  func pool(_ id: PoolID) -> Pool { ledger.pools[id.place] }
  func contract(_ id: ContractID) -> ListedContract { ledger.contracts[id.place] }
}

extension Ledger {
  /// Nobody pays more than the whole of what a rate is of.
  private static func check(_ accrual: Accrual) throws(Rejection) {
    let (rate, least): (Ratio, Int64) =
      switch accrual {
      case .funding(_, let rate): (rate, -rate.denominator)
      case .interest(_, let rate): (rate, 0)
      }
    guard (least...rate.denominator).contains(rate.numerator) else { throw .rateInvalid(rate) }
  }

  /// One instant of the market, in the fixed order of a tick: accept the price, accrue, settle
  /// expiries, look at the pools in the order of their risk, and take each that is short down the
  /// waterfall (margin-onchain 13). The same market twice is once.
  func mark(_ tick: MarketTick) throws(Rejection) -> [Fact] {
    let board = tick.board
    for accrual in tick.accruals { try Self.check(accrual) }
    if let last = marketAsOf {
      guard board.asOf >= last else { throw .timeBackwards(seen: board.asOf, last: last) }
      if board.asOf == last, board.source == marketSource, !board.source.isEmpty { return [] }
    }
    var draft = Draft(self, board: board)
    draft.emit(.ticked(at: board.asOf, ruleSet: board.ruleSet, source: board.source))
    draft.accrue(tick.accruals)
    draft.sample(tick.indices)
    draft.settle()
    draft.evaluate()
    return draft.facts
  }
}
