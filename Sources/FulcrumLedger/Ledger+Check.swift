import FulcrumModel

extension Ledger {
  /// What must hold after every fact and costs nothing to look at: the books that the fact touched add
  /// up to zero, no fund is below zero, and a pool that is closed holds nothing.
  func check(_ fact: Fact) {
    for book in books {
      precondition(
        book.sum == 0, "after event \(sequence): \(book.asset) is off by \(book.sum)")
      precondition(
        book.common >= 0 && book.insurance >= 0 && book.rounding >= 0,
        "after event \(sequence): a fund of \(book.asset) is below zero")
    }
    switch fact {
    case .insuranceDrawn(_, let market, _), .endowed(.insurance(let market), _):
      precondition(
        markets[market.place].insurance >= 0,
        "after event \(sequence): insurance of market \(market.number) is below zero")
    case .withdrawn(let owner, let money):
      precondition(
        wallet(owner, money.asset) >= 0,
        "after event \(sequence): wallet of owner \(owner.number) is below zero")
    case .pledged(let id, let money):
      let owner = pools[id.place].terms.owner
      precondition(
        wallet(owner, money.asset) >= 0,
        "after event \(sequence): wallet of owner \(owner.number) is below zero")
    case .unpledged(let id, let money), .converted(let id, let money, _):
      precondition(
        pools[id.place].pledged(money.asset) >= 0,
        "after event \(sequence): pledge of pool \(id.number) is below zero")
    case .funded(let id, _):
      let pool = pools[id.place]
      precondition(
        wallet(pool.terms.owner, pool.terms.asset) >= 0,
        "after event \(sequence): wallet of owner \(pool.terms.owner.number) is below zero")
    case .closed(let id):
      let pool = pools[id.place]
      precondition(
        pool.collateral == 0 && pool.legs.isEmpty
          && pool.pledged.allSatisfy { $0.minorUnits == 0 },
        "after event \(sequence): pool \(id.number) closed with \(pool.collateral)")
    case .ownerOpened, .contractListed, .rulesSet, .deposited, .endowed(.common, _), .poolOpened,
      .released, .leverageCapped, .filled, .charged, .ticked, .accrued, .sampled, .priced, .settled,
      .frozen, .thawed, .warned, .calmed, .liquidationBegan, .liquidationEnded, .liquidated,
      .backstopped, .bankrupted, .commonDrawn, .deleveraged, .haircut, .shortfall, .refused:
      break
    }
  }
}
