import FulcrumModel

extension Ledger {
  /// What a fact changes in a pool beside its collateral.
  mutating func applyToPool(_ fact: Fact, at: Timestamp) {
    switch fact {
    case .funded(let id, let amount): pools[id.place].paidIn += amount
    case .released(let id, let amount): pools[id.place].paidOut += amount
    case .leverageCapped(let id, let cap): pools[id.place].leverageCap = cap
    case .filled(let id, let fill), .settled(let id, let fill), .liquidated(let id, let fill):
      take(fill, into: id)
    case .charged(let id, let amount, _): pools[id.place].charges += amount
    case .accrued(let id, let contract, let amount, _):
      pools[id.place].funding += amount
      pools[id.place].note(amount, of: contracts[contract.place].market)
    case .frozen(let id, let reason):
      pools[id.place].freeze = Freeze(since: at, reason: reason)
    case .thawed(let id): pools[id.place].freeze = nil
    case .warned(let id, _): pools[id.place].phase = .warning(since: at)
    case .calmed(let id, _), .liquidationEnded(let id, _): pools[id.place].phase = .open
    case .liquidationBegan(let id, _): pools[id.place].phase = .liquidating(since: at)
    case .backstopped(let id, let backstop, let takeover): pass(takeover, from: id, to: backstop)
    case .bankrupted(let id, let deficit): pools[id.place].phase = .bankrupt(deficit: deficit)
    case .deleveraged(let step):
      take(step.closing, into: step.bankrupt)
      take(step.reducing, into: step.counterparty)
    case .haircut(let cut):
      if cut.fromCost {
        change(cut.winner, cut.contract, lots: 0, cost: cut.amount)
      } else {
        pools[cut.winner.place].realised -= cut.amount
      }
    case .closed(let id):
      // What was left has just been posted to the wallet.
      pools[id.place].phase = .closed(at: at)
      pools[id.place].freeze = nil
    case .insuranceDrawn, .commonDrawn, .shortfall, .pledged, .unpledged, .converted: break
    case .ownerOpened, .contractListed, .rulesSet, .deposited, .withdrawn, .endowed, .poolOpened,
      .ticked, .sampled, .priced, .refused:
      preconditionFailure("\(fact) is not a fact of a pool")
    }
  }

  /// One door to the legs, so that the number of holders of a contract is always known.
  private mutating func change(_ id: PoolID, _ contract: ContractID, lots: Int64, cost: Int128) {
    let before = pools[id.place].legs.count
    pools[id.place].change(contract, lots: lots, cost: cost)
    contracts[contract.place].holders += pools[id.place].legs.count - before
  }

  private mutating func take(_ fill: Fill, into id: PoolID) {
    change(id, fill.contract, lots: fill.lots, cost: fill.cost)
    pools[id.place].realised += fill.realised
    pools[id.place].charges += fill.fee
    pools[id.place].note(fill.cash - fill.fee, of: contracts[fill.contract.place].market)
    if case .empty = pools[id.place].phase { pools[id.place].phase = .open }
  }

  private mutating func pass(_ takeover: Takeover, from id: PoolID, to backstop: PoolID) {
    for leg in takeover.legs { change(id, leg.contract, lots: -leg.lots, cost: -leg.cost) }
    pools[id.place].realised -= takeover.equity
    for leg in takeover.legs {
      let held = pools[backstop.place].leg(leg.contract)
      // A leg that goes flat leaves no cost behind: it has been settled as `netted`.
      let isFlat = (held?.lots ?? 0) + leg.lots == 0
      let cost = isFlat ? -(held?.cost ?? 0) : leg.cost
      let contract = contracts[leg.contract.place]
      let netted = isFlat && !contract.isOption ? cost - leg.cost : 0
      pools[backstop.place].note(netted, of: contract.market)
      change(backstop, leg.contract, lots: leg.lots, cost: cost)
    }
    pools[backstop.place].realised += takeover.netted
    if case .empty = pools[backstop.place].phase { pools[backstop.place].phase = .open }
  }
}
