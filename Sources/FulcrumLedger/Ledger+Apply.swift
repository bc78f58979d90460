import FulcrumModel

extension Ledger {
  /// Makes a fact true. Never refuses what `decide` gave; stops where the fact cannot follow what the
  /// ledger holds, because then the history is not ours. After each fact the touched accounts are
  /// checked, in release builds too.
  public mutating func apply(_ event: Event) {
    precondition(
      event.sequence == sequence + 1,
      "event \(event.sequence) cannot follow event \(sequence)")
    apply(event.fact, at: event.at)
  }

  mutating func apply(_ fact: Fact, at: Timestamp) {
    sequence += 1
    // The old state says whose wallet a posting belongs to, so postings come first.
    let postings = self.postings(of: fact)
    if case .closed(let id) = fact {
      let left = pools[id.place].collateral
      // What is left goes to the owner's wallet: a debt would be taken from it.
      precondition(left >= 0, "event \(sequence) closes pool \(id.number) with \(left)")
      pools[id.place].paidOut += left
    }
    let touched = fact.pools
    noteDebt(of: touched, -1)
    for posting in postings { post(posting) }
    switch fact {
    case .ownerOpened(let id, let name):
      precondition(Int(id.number) == owners.count, "owner \(id.number) after \(owners.count)")
      owners.append(Owner(id: id, name: name))
      ownerNumbers[name] = id
    case .contractListed(let id, let instrument): list(id, instrument)
    case .rulesSet(let rules): self.rules = rules
    case .poolOpened(let id, let terms): open(id, terms, at: at)
    case .ticked(let asOf, let ruleSet, let source):
      marketAsOf = asOf
      marketRuleSet = ruleSet
      marketSource = source
    case .sampled(let market, let expiry, let price): sample(market, expiry, price, at: at)
    case .priced(let id, let delivery):
      contracts[id.place].delivery = delivery
      dropSamples(before: at)
    case .deposited, .withdrawn, .endowed, .refused: break
    case .funded, .released, .pledged, .unpledged, .leverageCapped, .filled, .charged, .accrued,
      .settled, .converted, .frozen, .thawed, .warned, .calmed, .liquidationBegan,
      .liquidationEnded, .liquidated, .backstopped, .bankrupted, .insuranceDrawn, .commonDrawn,
      .deleveraged, .haircut, .shortfall, .closed:
      applyToPool(fact, at: at)
    }
    noteDebt(of: touched, 1)
    check(fact)
  }

  /// At most six postings a fact; the array is the one allocation of `apply`.
  private func postings(of fact: Fact) -> [Transfer] {
    var postings: [Transfer] = []
    postings.reserveCapacity(4)
    forEachTransfer(of: fact) { if $0.amount != 0 { postings.append($0) } }
    return postings
  }

  /// Counts the pools that are flat below zero, out before a fact and in again after it.
  private mutating func noteDebt(of touched: (PoolID?, PoolID?), _ change: Int) {
    for id in [touched.0, touched.1] {
      guard let id, id.place < pools.count, pools[id.place].legs.isEmpty,
        pools[id.place].collateral < 0
      else { continue }
      books[pools[id.place].book].indebted += change
    }
  }

  private mutating func post(_ transfer: Transfer) {
    let book: Int
    if let known = bookPlace(transfer.asset) {
      book = known
    } else {
      book = openBook(transfer.asset)
    }
    add(-transfer.amount, to: transfer.from, book)
    add(transfer.amount, to: transfer.to, book)
  }

  private mutating func add(_ amount: Int128, to account: LedgerAccount, _ book: Int) {
    switch account {
    case .outside: books[book].outside += amount
    case .wallet(let owner):
      books[book].wallets += amount
      addToWallet(amount, owner, books[book].asset)
    case .pool(let id):
      books[book].pools += amount
      if pools[id.place].book == book {
        pools[id.place].collateral += amount
      } else {
        pools[id.place].add(amount, pledgedIn: books[book].asset)
      }
    case .insurance(let market):
      books[book].insurance += amount
      markets[market.place].insurance += amount
    case .common: books[book].common += amount
    case .fees: books[book].fees += amount
    case .rounding: books[book].rounding += amount
    case .clearing: books[book].clearing += amount
    case .shortfall: books[book].shortfall += amount
    }
  }

  private mutating func addToWallet(_ amount: Int128, _ owner: OwnerID, _ asset: Asset) {
    let place = Int(owner.number)
    if let slot = owners[place].wallets.firstIndex(where: { $0.asset == asset }) {
      let held = owners[place].wallets[slot].minorUnits
      owners[place].wallets[slot] = Money(minorUnits: held + amount, asset: asset)
    } else {
      owners[place].wallets.append(Money(minorUnits: amount, asset: asset))
    }
  }

  mutating func openBook(_ asset: Asset) -> Int {
    books.append(AssetBook(asset: asset))
    return books.count - 1
  }

  private mutating func list(_ id: ContractID, _ instrument: Instrument) {
    precondition(id.place == contracts.count, "contract \(id.number) after \(contracts.count)")
    guard let arithmetic = ContractArithmetic(instrument) else {
      preconditionFailure("contract \(instrument.id): size takes more than 38 digits")
    }
    let asset = instrument.settlementAsset
    let book = bookPlace(asset) ?? openBook(asset)
    let market: MarketID
    if let known = self.market(instrument.underlying, settledIn: asset) {
      market = known
    } else {
      market = MarketID(UInt32(markets.count))
      markets.append(
        Market(id: market, underlying: instrument.underlying, asset: asset, book: book))
    }
    contracts.append(
      ListedContract(
        id: id, instrument: instrument, market: market, book: book, arithmetic: arithmetic))
    contractNumbers[instrument.id] = id
  }

  private mutating func open(_ id: PoolID, _ terms: PoolTerms, at: Timestamp) {
    precondition(id.place == pools.count, "pool \(id.number) after \(pools.count) pools")
    let book = bookPlace(terms.asset) ?? openBook(terms.asset)
    pools.append(Pool(id: id, terms: terms, opened: at, book: book))
    poolNumbers[terms.name] = id
    if case .backstop = terms.role { backstops.append(id) }
  }

  /// A window goes when nothing held waits for its price any more: many contracts share one.
  private mutating func dropSamples(before at: Timestamp) {
    samples.removeAll { window in
      window.expiry <= at
        && !contracts.contains {
          $0.market == window.market && $0.instrument.expiry == window.expiry && $0.holders > 0
            && $0.delivery == nil
        }
    }
  }

  private mutating func sample(
    _ market: MarketID, _ expiry: Timestamp, _ price: Price, at: Timestamp
  ) {
    let sample = SettlementWindow.Sample(at: at, price: price)
    if let place = samples.firstIndex(where: { $0.market == market && $0.expiry == expiry }) {
      samples[place].prints.append(sample)
    } else {
      samples.append(SettlementWindow(market: market, expiry: expiry, prints: [sample]))
    }
  }
}
