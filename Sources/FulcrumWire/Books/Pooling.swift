package import FulcrumModel

/// Which pool a leg goes to where its file names none.
///
/// A pool settles in one currency, so every rule keeps coin-margined and dollar-margined legs apart:
/// `BTC (coin)` and `BTC (USDC)`.
package enum Pooling: Hashable, Sendable {
  /// Each leg is a pool of its own, named like its instrument.
  case eachLeg
  /// Legs of one coin, currency and expiry; perpetuals form a pool of their own.
  case byExpiry
  /// Legs of one coin and currency.
  case byUnderlying
  /// As a file says; legs that it does not name stand alone.
  case file(PoolsDocument)

  /// The id for a leg; nil where it stands alone.
  func pool(of instrument: Instrument) -> String? {
    switch self {
    case .eachLeg: return nil
    case .byUnderlying: return Self.underlying(instrument)
    case .byExpiry:
      let day = instrument.expiry.map { String($0.description.prefix(10)) } ?? "perpetual"
      return "\(Self.underlying(instrument)) \(day)"
    case .file(let document): return document.pool(of: instrument)
    }
  }

  private static func underlying(_ instrument: Instrument) -> String {
    let money = instrument.settlement == .inverse ? "coin" : instrument.settlementAsset.code
    return "\(instrument.base) (\(money))"
  }
}

/// Which legs stand together, by the owner's own hand.
package struct PoolsDocument: Hashable, Sendable {
  /// Pool ids by the canonical name of the leg's instrument, in any dialect.
  package var pools: [InstrumentID: String]
  package var headers: [String: PoolHeader]
  /// Where each leg is named.
  package var places: [InstrumentID: Place]

  package init(
    pools: [InstrumentID: String] = [:], headers: [String: PoolHeader] = [:],
    places: [InstrumentID: Place] = [:]
  ) {
    self.pools = pools
    self.headers = headers
    self.places = places
  }

  func pool(of instrument: Instrument) -> String? {
    name(of: instrument).flatMap { pools[$0] }
  }

  /// The name under which the document knows an instrument.
  func name(of instrument: Instrument) -> InstrumentID? {
    if pools[instrument.id] != nil { return instrument.id }
    return InstrumentDialect.allCases.lazy
      .compactMap { instrument.name(in: $0).map { InstrumentID($0) } }
      .first { pools[$0] != nil }
  }
}
