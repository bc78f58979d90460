package import FulcrumLedger
import FulcrumModel

/// An event in one line for a person.
package enum EventText {
  /// - Parameter ledger: as it was just before the event.
  package static func text(_ fact: Fact, in ledger: Ledger) -> String {
    func money(_ units: Int128, _ pool: PoolID) -> String {
      ledger.pool(pool).map { AmountText.text(units, $0.terms.asset) } ?? "\(units)"
    }
    switch fact {
    case .ownerOpened(_, let name): return "owner \(name)"
    case .contractListed(_, let instrument):
      return "\(instrument.id) listed, lot \(instrument.lot), settled in "
        + "\(instrument.settlementAsset)"
    case .rulesSet: return "rules of the ledger"
    case .deposited(let owner, let amount):
      return "\(amount) to the wallet of \(ledger.name(owner))"
    case .withdrawn(let owner, let amount):
      return "\(amount) from the wallet of \(ledger.name(owner))"
    case .endowed(let fund, let amount): return "\(amount) to \(ledger.name(fund))"
    case .poolOpened(_, let terms):
      return "pool \(terms.name) of \(ledger.name(terms.owner)) in \(terms.asset)"
    case .funded(let id, let amount): return "\(money(amount, id)) into pool \(ledger.name(id))"
    case .released(let id, let amount): return "\(money(amount, id)) out of pool \(ledger.name(id))"
    case .pledged(let id, let amount): return "\(amount) pledged to pool \(ledger.name(id))"
    case .unpledged(let id, let amount): return "\(amount) out of pool \(ledger.name(id))"
    case .converted(let id, let amount, let received):
      return "pool \(ledger.name(id)): \(amount) sold for \(money(received, id))"
    case .leverageCapped(let id, let cap):
      return "pool \(ledger.name(id)): cap \(cap.map { AmountText.text($0) + "x" } ?? "none")"
    case .charged(let id, let amount, let charge):
      return "pool \(ledger.name(id)): \(money(amount, id)) of \(charge.word)"
    case .ticked(let asOf, _, let source):
      return "market of \(asOf), source \(Hexadecimal.text(Array(source.prefix(4))))"
    case .sampled(let market, let expiry, let price):
      return "index of \(ledger.name(market)) \(price), for the expiry of \(expiry)"
    case .priced(let id, let delivery): return "\(ledger.name(id)) delivers at \(delivery)"
    case .refused(let code, let detail): return "refused (\(code)): \(detail)"
    default: return pool(fact, in: ledger)
    }
  }

  private static func pool(_ fact: Fact, in ledger: Ledger) -> String {
    func money(_ units: Int128, _ pool: PoolID) -> String {
      ledger.pool(pool).map { AmountText.text(units, $0.terms.asset) } ?? "\(units)"
    }
    func fill(_ fill: Fill, _ id: PoolID) -> String {
      let size = ledger.contract(fill.contract)?.instrument.contractsText(fill.lots)
      let fee = fill.fee == 0 ? "" : ", fee \(money(fill.fee, id))"
      return "pool \(ledger.name(id)): \(fill.lots > 0 ? "+" : "")\(size ?? "\(fill.lots) lots") "
        + "\(ledger.name(fill.contract)) at \(fill.price), cash \(money(fill.cash, id))\(fee)"
    }
    func health(_ health: Health, _ id: PoolID) -> String {
      "pool \(ledger.name(id)): equity \(money(health.equity, id)), "
        + "maintenance \(money(health.maintenance, id))"
    }
    switch fact {
    case .filled(let id, let trade), .settled(let id, let trade), .liquidated(let id, let trade):
      return fill(trade, id)
    case .accrued(let id, let contract, let amount, _):
      return "pool \(ledger.name(id)): \(money(amount, id)) of funding on \(ledger.name(contract))"
    case .frozen(let id, let reason): return "pool \(ledger.name(id)): \(reason.word)"
    case .thawed(let id), .closed(let id): return "pool \(ledger.name(id))"
    case .warned(let id, let state), .calmed(let id, let state),
      .liquidationBegan(let id, let state), .liquidationEnded(let id, let state):
      return health(state, id)
    case .backstopped(let id, let backstop, let takeover):
      return "pool \(ledger.name(id)) to \(ledger.name(backstop)): \(takeover.legs.count) legs, "
        + "collateral \(money(takeover.collateral, id)), equity \(money(takeover.equity, id))"
    case .bankrupted(let id, let deficit):
      return "pool \(ledger.name(id)): short of \(money(deficit, id))"
    case .insuranceDrawn(let id, let market, let amount):
      return
        "pool \(ledger.name(id)): \(money(amount, id)) from insurance of \(ledger.name(market))"
    case .commonDrawn(let id, let amount):
      return "pool \(ledger.name(id)): \(money(amount, id)) from the common fund"
    case .deleveraged(let step):
      return "pool \(ledger.name(step.bankrupt)) against \(ledger.name(step.counterparty)): "
        + fill(step.reducing, step.counterparty)
    case .haircut(let cut):
      return "pool \(ledger.name(cut.winner)) bears \(money(cut.amount, cut.winner)) of "
        + ledger.name(cut.bankrupt)
    case .shortfall(let id, let amount):
      return "pool \(ledger.name(id)): \(money(amount, id)) that nothing is left to pay"
    default: return "\(fact)"
    }
  }
}

extension Fact {
  /// The pools that a fact is about.
  package var pools: [PoolID] {
    switch self {
    case .poolOpened(let id, _), .funded(let id, _), .released(let id, _), .pledged(let id, _),
      .unpledged(let id, _), .converted(let id, _, _),
      .leverageCapped(let id, _), .filled(let id, _), .charged(let id, _, _),
      .accrued(let id, _, _, _), .settled(let id, _), .frozen(let id, _), .thawed(let id),
      .warned(let id, _), .calmed(let id, _), .liquidationBegan(let id, _),
      .liquidationEnded(let id, _), .liquidated(let id, _), .bankrupted(let id, _),
      .insuranceDrawn(let id, _, _), .commonDrawn(let id, _), .shortfall(let id, _),
      .closed(let id):
      [id]
    case .backstopped(let id, let backstop, _): [id, backstop]
    case .deleveraged(let step): [step.bankrupt, step.counterparty]
    case .haircut(let cut): [cut.bankrupt, cut.winner]
    case .ownerOpened, .contractListed, .rulesSet, .deposited, .withdrawn, .endowed, .ticked,
      .sampled, .priced, .refused:
      []
    }
  }
}
