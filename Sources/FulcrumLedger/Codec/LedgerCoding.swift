import FulcrumModel

extension Ledger {
  public static let bytesVersion: UInt8 = 1

  /// The whole ledger in canonical bytes: equal ledgers give equal bytes, on every machine. What a
  /// snapshot keeps and what a digest is taken of.
  public var bytes: [UInt8] {
    var writer = LedgerWriter()
    writer.reserve(4096 + pools.count * 96)
    writer.put(Self.bytesVersion)
    writer.put(unsigned: sequence)
    writer.put(rules)
    writer.put(marketAsOf)
    writer.put(marketSource)
    writer.put(marketRuleSet)
    writer.put(owners)
    writer.put(books)
    writer.put(markets)
    writer.put(contracts)
    writer.put(samples)
    writer.put(pools)
    return writer.bytes
  }

  /// - Throws: what is wrong with the bytes, and at which of them.
  public init(bytes: [UInt8]) throws(LedgerBytesError) {
    var reader = LedgerReader(bytes)
    let version = try reader.byte()
    guard version == Self.bytesVersion else { throw .unknownVersion(version) }
    sequence = try reader.unsigned()
    rules = try reader.value()
    marketAsOf = try reader.optional()
    marketSource = try reader.list()
    marketRuleSet = try reader.text()
    owners = try reader.values()
    books = try reader.values()
    markets = try reader.values()
    contracts = try reader.values()
    samples = try reader.values()
    pools = try reader.values()
    try reader.finish()
    try index()
  }

  /// Rebuilds what is looked up by name, and refuses numbers that point nowhere.
  private mutating func index() throws(LedgerBytesError) {
    for owner in owners { ownerNumbers[owner.name] = owner.id }
    for contract in contracts {
      guard contract.book < books.count, contract.market.place < markets.count else {
        throw .invalid("contract \(contract.id.number)", at: 0)
      }
      contractNumbers[contract.instrument.id] = contract.id
    }
    for pool in pools {
      guard pool.book < books.count, Int(pool.terms.owner.number) < owners.count,
        pool.legs.allSatisfy({ $0.contract.place < contracts.count })
      else { throw .invalid("pool \(pool.id.number)", at: 0) }
      poolNumbers[pool.terms.name] = pool.id
      if pool.isBackstop { backstops.append(pool.id) }
    }
  }
}

extension Owner: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    writer.put(id)
    writer.put(name)
    writer.put(wallets)
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    self.init(id: try reader.value(), name: try reader.text(), wallets: try reader.values())
  }
}

extension AssetBook: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    writer.put(asset)
    for amount in [
      outside, wallets, pools, insurance, common, fees, rounding, clearing, shortfall,
    ] {
      writer.put(amount)
    }
    writer.put(unsigned: UInt64(indebted))
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    self.init(
      asset: try reader.value(), outside: try reader.value(), wallets: try reader.value(),
      pools: try reader.value(), insurance: try reader.value(), common: try reader.value(),
      fees: try reader.value(), rounding: try reader.value(), clearing: try reader.value(),
      shortfall: try reader.value(), indebted: Int(try reader.number32()))
  }
}

extension Market: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    writer.put(id)
    writer.put(underlying.base)
    writer.put(asset)
    writer.put(unsigned: UInt64(book))
    writer.put(insurance)
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    self.init(
      id: try reader.value(), underlying: Underlying(base: try reader.value()),
      asset: try reader.value(), book: Int(try reader.number32()), insurance: try reader.value())
  }
}

extension ListedContract: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    writer.put(id)
    writer.put(instrument)
    writer.put(market)
    writer.put(unsigned: UInt64(book))
    writer.put(delivery)
    writer.put(unsigned: UInt64(holders))
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    let id: ContractID = try reader.value()
    let instrument: Instrument = try reader.value()
    guard let arithmetic = ContractArithmetic(instrument) else {
      throw .invalid("contract \(instrument.id)", at: reader.place)
    }
    self.init(
      id: id, instrument: instrument, market: try reader.value(),
      book: Int(try reader.number32()), arithmetic: arithmetic)
    delivery = try reader.optional()
    holders = Int(try reader.number32())
  }
}

extension SettlementWindow: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    writer.put(market)
    writer.put(expiry)
    writer.put(prints)
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    self.init(
      market: try reader.value(), expiry: try reader.value(), prints: try reader.values())
  }
}

extension SettlementWindow.Sample: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    writer.put(at)
    writer.put(price)
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    self.init(at: try reader.value(), price: try reader.value())
  }
}

extension PoolPhase: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    switch self {
    case .empty: writer.put(0 as UInt8)
    case .open: writer.put(1 as UInt8)
    case .warning(let since):
      writer.put(2 as UInt8)
      writer.put(since)
    case .liquidating(let since):
      writer.put(3 as UInt8)
      writer.put(since)
    case .bankrupt(let deficit):
      writer.put(4 as UInt8)
      writer.put(deficit)
    case .closed(let at):
      writer.put(5 as UInt8)
      writer.put(at)
    }
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    switch try reader.byte() {
    case 0: self = .empty
    case 1: self = .open
    case 2: self = .warning(since: try reader.value())
    case 3: self = .liquidating(since: try reader.value())
    case 4: self = .bankrupt(deficit: try reader.value())
    case 5: self = .closed(at: try reader.value())
    case let other: throw .unknownCase(other, of: "phase", at: reader.place)
    }
  }
}

extension Freeze: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    writer.put(since)
    writer.put(reason.rawValue)
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    self.init(since: try reader.value(), reason: try reader.case(of: FreezeReason.self))
  }
}

extension MarketResult: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    writer.put(market)
    writer.put(amount)
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    self.init(market: try reader.value(), amount: try reader.value())
  }
}

extension Pool: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    writer.put(id)
    writer.put(terms)
    writer.put(opened)
    writer.put(unsigned: UInt64(book))
    writer.put(phase)
    writer.put(freeze)
    writer.put(leverageCap)
    for amount in [collateral, paidIn, paidOut, realised, funding, charges] { writer.put(amount) }
    writer.put(pledged)
    writer.put(legs)
    writer.put(results)
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    let id: PoolID = try reader.value()
    let terms: PoolTerms = try reader.value()
    let opened: Timestamp = try reader.value()
    self.init(id: id, terms: terms, opened: opened, book: Int(try reader.number32()))
    phase = try reader.value()
    freeze = try reader.optional()
    leverageCap = try reader.optional()
    collateral = try reader.value()
    paidIn = try reader.value()
    paidOut = try reader.value()
    realised = try reader.value()
    funding = try reader.value()
    charges = try reader.value()
    pledged = try reader.values()
    legs = try reader.values()
    results = try reader.values()
  }
}
