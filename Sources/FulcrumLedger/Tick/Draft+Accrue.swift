import FulcrumModel

extension Draft {
  /// Funding and interest, pool by pool in the order of their numbers.
  mutating func accrue(_ accruals: [Accrual]) {
    for accrual in accruals {
      switch accrual {
      case .funding(let contract, let rate): fund(contract, rate)
      case .interest(let asset, let rate): interest(asset, rate)
      }
    }
  }

  /// A long pays rate · value of its lots at the mark; debits up, credits down, the rest to the sink.
  private mutating func fund(_ id: ContractID, _ rate: Ratio) {
    guard rate.numerator != 0, let mark = try? board.mark(id),
      id.place < ledger.contracts.count, ledger.contracts[id.place].holders > 0
    else { return }
    let arithmetic = contract(id).arithmetic
    for place in ledger.pools.indices {
      guard let leg = ledger.pools[place].leg(id) else { continue }
      let size = Int64(leg.lots.magnitude)
      guard let down = arithmetic.value(lots: size, at: mark.price, rounding: .down),
        let up = arithmetic.value(lots: size, at: mark.price, rounding: .up),
        let nearest = arithmetic.value(lots: size, at: mark.price, rounding: .toNearestEven)
      else { continue }
      // The value of an inverse leg is − A·n/P: a long is short of coins, and pays all the same.
      let (least, most) = up <= 0 ? (-up, -down) : (down, up)
      let pays = Ratio(leg.lots > 0 ? -rate.numerator : rate.numerator, rate.denominator)
      let credit = pays.of(pays.numerator > 0 ? least : most, rounding: .down)
      let fair = pays.of(nearest < 0 ? -nearest : nearest, rounding: .toNearestEven)
      // Value and rate are both rounded against the holder: at rates above a half two units may be left.
      let dust = max(0, fair - credit)
      guard credit.magnitude <= Int128.Magnitude(Ledger.amountLimit) else { continue }
      if credit != 0 || dust != 0 {
        emit(.accrued(ledger.pools[place].id, id, credit, dust: dust))
      }
    }
  }

  private mutating func interest(_ asset: Asset, _ rate: Ratio) {
    guard rate.numerator > 0 else { return }
    for place in ledger.pools.indices {
      let pool = ledger.pools[place]
      guard pool.terms.asset == asset, pool.collateral < 0, !pool.isClosed else { continue }
      let amount = rate.of(-pool.collateral, rounding: .up)
      if amount > 0 { emit(.charged(pool.id, amount, .interest)) }
    }
  }
}
