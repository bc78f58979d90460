import FulcrumModel

extension Ledger {
  /// Every posting of a fact, in order: what `apply` moves and what an export shows are this one list.
  ///
  /// - Precondition: the ledger is as it was just before the fact (owners of pools are looked up).
  @inline(__always)
  public func forEachTransfer(of fact: Fact, _ body: (Transfer) -> Void) {
    switch fact {
    case .deposited(let owner, let money):
      body(transfer(.outside, .wallet(owner), money))
    case .withdrawn(let owner, let money):
      body(transfer(.wallet(owner), .outside, money))
    case .endowed(.insurance(let market), let money):
      body(transfer(.outside, .insurance(market), money))
    case .endowed(.common, let money):
      body(transfer(.outside, .common, money))
    case .funded(let id, let amount):
      let pool = pools[id.place]
      body(move(.wallet(pool.terms.owner), .pool(id), amount, pool))
    case .released(let id, let amount):
      let pool = pools[id.place]
      body(move(.pool(id), .wallet(pool.terms.owner), amount, pool))
    case .pledged(let id, let money):
      body(transfer(.wallet(pools[id.place].terms.owner), .pool(id), money))
    case .unpledged(let id, let money):
      body(transfer(.pool(id), .wallet(pools[id.place].terms.owner), money))
    case .converted(let id, let money, let received):
      body(transfer(.pool(id), .clearing, money))
      body(move(.clearing, .pool(id), received, pools[id.place]))
    case .charged(let id, let amount, _):
      body(move(.pool(id), .fees, amount, pools[id.place]))
    case .accrued(let id, _, let amount, let dust):
      cash(amount, dust: dust, of: id, body)
    case .filled(let id, let fill), .settled(let id, let fill):
      self.fill(fill, of: id, feeTo: .fees, body)
    case .liquidated(let id, let fill):
      self.fill(
        fill, of: id, feeTo: .insurance(contracts[fill.contract.place].market), body)
    case .backstopped(let id, let backstop, let takeover):
      body(move(.pool(id), .pool(backstop), takeover.collateral, pools[id.place]))
      body(move(.clearing, .pool(backstop), takeover.netted, pools[id.place]))
    case .insuranceDrawn(let id, let market, let amount):
      body(move(.insurance(market), .pool(id), amount, pools[id.place]))
    case .commonDrawn(let id, let amount):
      body(move(.common, .pool(id), amount, pools[id.place]))
    case .deleveraged(let step):
      fill(step.closing, of: step.bankrupt, feeTo: .fees, body)
      fill(step.reducing, of: step.counterparty, feeTo: .fees, body)
    case .haircut(let cut):
      if !cut.fromCost {
        body(move(.pool(cut.winner), .clearing, cut.amount, pools[cut.winner.place]))
      }
      body(move(.clearing, .pool(cut.bankrupt), cut.amount, pools[cut.bankrupt.place]))
    case .shortfall(let id, let amount):
      body(move(.shortfall, .pool(id), amount, pools[id.place]))
    case .closed(let id):
      let pool = pools[id.place]
      body(move(.pool(id), .wallet(pool.terms.owner), pool.collateral, pool))
      for money in pool.pledged { body(transfer(.pool(id), .wallet(pool.terms.owner), money)) }
    case .ownerOpened, .contractListed, .rulesSet, .poolOpened, .leverageCapped, .ticked, .sampled,
      .priced, .frozen, .thawed, .warned, .calmed, .liquidationBegan, .liquidationEnded,
      .bankrupted, .refused:
      break
    }
  }

  private func fill(
    _ fill: Fill, of id: PoolID, feeTo account: LedgerAccount, _ body: (Transfer) -> Void
  ) {
    cash(fill.cash, dust: fill.dust, of: id, body)
    body(move(.pool(id), account, fill.fee, pools[id.place]))
  }

  /// Clearing pays to the nearest unit; the pool gets the floor of it and the sink the rest.
  private func cash(_ amount: Int128, dust: Int128, of id: PoolID, _ body: (Transfer) -> Void) {
    body(move(.clearing, .pool(id), amount + dust, pools[id.place]))
    body(move(.pool(id), .rounding, dust, pools[id.place]))
  }

  private func transfer(_ from: LedgerAccount, _ to: LedgerAccount, _ money: Money) -> Transfer {
    Transfer(from: from, to: to, amount: money.minorUnits, asset: money.asset)
  }

  private func move(
    _ from: LedgerAccount, _ to: LedgerAccount, _ amount: Int128, _ pool: Pool
  ) -> Transfer {
    Transfer(from: from, to: to, amount: amount, asset: pool.terms.asset)
  }
}
