/// The venue's own name of an instrument, as it stands in the files: `BTC-27SEP24-40000-C`.
public struct InstrumentID: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let name: String

  public init(_ name: String) { self.name = name }
  public var description: String { name }
  public static func < (a: InstrumentID, b: InstrumentID) -> Bool { a.name < b.name }
}

/// What one contract is.
public enum ContractSize: Hashable, Sendable {
  /// Coins of the underlying per contract: m of leverage-math 0 (options, linear futures).
  case coins(ExactDecimal)
  /// USD face per contract: A of leverage-math 0 (inverse futures and perpetuals).
  case usdFace(ExactDecimal)

  public var value: ExactDecimal {
    switch self {
    case .coins(let size), .usdFace(let size): return size
    }
  }
}

/// A derivative: everything about it that does not move with the market.
public struct Instrument: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case perpetual
    case future(expiry: Timestamp)
    case option(OptionRight, strike: Price, expiry: Timestamp)
  }

  public let id: InstrumentID
  public let kind: Kind
  public let settlement: Settlement
  /// The coin whose price drives the payoff.
  public let base: Asset
  /// The dollar that strikes and futures prices are in: USD, USDC or USDT.
  public let quote: Asset
  public let contract: ContractSize
  /// Contracts in one lot, > 0: sizes are whole numbers of lots.
  public let lot: ExactDecimal

  /// - Precondition: contract size and lot are positive (file readers refuse anything else).
  public init(
    id: InstrumentID, kind: Kind, settlement: Settlement, base: Asset, quote: Asset,
    contract: ContractSize, lot: ExactDecimal
  ) {
    precondition(contract.value > .zero, "\(id): contract size \(contract.value) is not positive")
    precondition(lot > .zero, "\(id): lot \(lot) is not positive")
    self.id = id
    self.kind = kind
    self.settlement = settlement
    self.base = base
    self.quote = quote
    self.contract = contract
    self.lot = lot
  }

  /// What profit and margin are paid in: the coin of an inverse instrument, the dollar otherwise.
  public var settlementAsset: Asset { settlement == .inverse ? base : quote }

  /// What moves it: the index of the coin in dollars. Two instruments share it where base and
  /// dollar kind agree (all dollar coins count as one dollar).
  public var underlying: Underlying { Underlying(base: base) }

  public var expiry: Timestamp? {
    switch kind {
    case .perpetual: return nil
    case .future(let expiry), .option(_, _, let expiry): return expiry
    }
  }

  public var isOption: Bool {
    if case .option = kind { return true }
    return false
  }

  /// The signed number of contracts in `size`.
  public func contracts(_ size: SignedLots) -> Double { Double(size.count) * lot.doubleValue }

  /// The same contract with another size or lot, as an instrument list of the venue states them.
  public func with(contract: ContractSize, lot: ExactDecimal) -> Instrument {
    Instrument(
      id: id, kind: kind, settlement: settlement, base: base, quote: quote, contract: contract,
      lot: lot)
  }
}

/// The coin that an index follows, in dollars.
public struct Underlying: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let base: Asset

  public init(base: Asset) { self.base = base }
  public var description: String { base.code }
  public static func < (a: Underlying, b: Underlying) -> Bool { a.base.code < b.base.code }
}
