/// A venue's way of writing instrument names, and with it the contract that a bare name stands for.
public enum InstrumentDialect: String, Hashable, Sendable, CaseIterable {
  /// `BTC-27SEP24-40000-C`, `XRP_USDC-30AUG24-0d625-C`, `BTC-27SEP24`, `BTC-PERPETUAL`.
  case deribit
  /// `BTC-USD-270326-90000-C`, `BTC-USD-270326`, `BTC-USD-SWAP`, `BTC-USDT-SWAP`.
  case okx
  /// Unified symbols: `BTC/USD:BTC-240927-40000-C`, `BTC/USD:BTC-240927`, `BTC/USDT:USDT`; and the
  /// style of 2022, `ETH/ETH:ETH-220109:3200:call`.
  case ccxt
  /// `ETH-20240914-2400-C`, strikes with `_` as the decimal point (`2400_5`), `ETH-PERP`.
  case derive
}

/// An instrument read from its name alone.
///
/// Everything that expires does so at 08:00 UTC of the day in its name. The instrument's id is the
/// canonical name in the same dialect: `BTC-05AUG16-580-P` is known as `BTC-5AUG16-580-P`. Contract
/// size and lot are the dialect's documented defaults (`ContractTerms.standard`); an instrument list
/// of the venue, where there is one, knows better.
///
///     try InstrumentName("SOL_USDC-30AUG24-125-C").instrument.settlement   // .linear
///
/// Law: `InstrumentName(instrument.name(in: d)).instrument == instrument` for every instrument that
/// dialect d can name; tested over a generated set and every name of the shared chains.
public struct InstrumentName: Hashable, Sendable {
  public let dialect: InstrumentDialect
  public let instrument: Instrument

  /// - Parameter text: a name in any dialect, in the venue's own upper case.
  /// - Throws: which part of the name was not understood.
  public init(_ text: some StringProtocol) throws(InstrumentNameError) {
    let name = String(text)
    guard !name.isEmpty else { throw .empty }
    guard name.utf8.count <= Self.longestName else { throw .tooLong(bytes: name.utf8.count) }
    var reader = InstrumentNameReader(name: name)
    let (dialect, design) = try reader.read()
    guard let instrument = Instrument(design, named: dialect) else {
      throw .notUnderstood(part: name, of: name, expected: "a name that \(dialect) can print")
    }
    self.dialect = dialect
    self.instrument = instrument
  }

  /// Longer than any venue's name by half; what exceeds it is not a name.
  static let longestName = 64
}

/// Why a text is not the name of an instrument that we know how to price.
public enum InstrumentNameError: Error, Hashable, Sendable {
  case empty
  case tooLong(bytes: Int)
  /// No dialect writes names of this shape.
  case unknownForm(String)
  /// `part` of the name is not what that place allows.
  case notUnderstood(part: String, of: String, expected: String)
  /// A real product that is none of option, future and perpetual: a spot pair, a combination.
  case unsupported(String, what: String)
}

extension InstrumentNameError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty: return "an empty instrument name"
    case .tooLong(let bytes):
      return
        "an instrument name of \(bytes) bytes; at most \(InstrumentName.longestName) are allowed"
    case .unknownForm(let name):
      return "instrument \"\(name)\" has no known form; write it as the venue does, for example "
        + "BTC-27SEP24-40000-C, BTC-PERPETUAL, BTC-USD-270326-90000-C or BTC/USD:BTC-240927-40000-C"
    case .notUnderstood(let part, let name, let expected):
      return "instrument \"\(name)\": \"\(part)\" is not \(expected)"
    case .unsupported(let name, let what):
      return "instrument \"\(name)\" is \(what), which is not an option, a future or a perpetual"
    }
  }
}

/// What a name says of an instrument, before a contract size is chosen for it.
struct InstrumentDesign: Hashable, Sendable {
  var kind: Instrument.Kind
  var settlement: Settlement
  var base: Asset
  var quote: Asset
}

extension Instrument {
  /// Nil where the dialect has no name for the design.
  init?(_ design: InstrumentDesign, named dialect: InstrumentDialect) {
    guard let name = dialect.name(of: design) else { return nil }
    let terms = ContractTerms.standard(for: design, in: dialect)
    self.init(
      id: InstrumentID(name), kind: design.kind, settlement: design.settlement, base: design.base,
      quote: design.quote, contract: terms.contract, lot: terms.lot)
  }

  private var design: InstrumentDesign {
    InstrumentDesign(kind: kind, settlement: settlement, base: base, quote: quote)
  }

  /// The canonical name in a dialect; nil where that dialect cannot say it (an inverse contract at
  /// Derive, an expiry that is not at 08:00 UTC, a strike finer than the name can hold).
  public func name(in dialect: InstrumentDialect) -> String? { dialect.name(of: design) }

  /// The same payoff as another venue's contract, under its name and its standard terms: how a
  /// unified symbol of a book finds its quote. Sizes must be converted by the caller: the two
  /// contracts may differ in size.
  public func restated(in dialect: InstrumentDialect) -> Instrument? {
    Instrument(design, named: dialect)
  }
}
