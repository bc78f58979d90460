package import FulcrumLedger
package import FulcrumModel

/// What a person trades: an instrument by any name that is read, and a size as books have it.
package enum TradeText {
  /// The instrument with its size in lots.
  ///
  /// A contract that the ledger lists stands as it was listed; else the market's instrument lists, then
  /// the standard terms of the name's venue. A unified symbol finds the venue's contract of the same
  /// payoff in either.
  ///
  /// - Parameter inFace: sizes in coins (US dollars of inverse futures) instead of contracts.
  package static func position(
    _ name: String, size: ExactDecimal, inFace: Bool, ledger: Ledger, market: MarketSnapshot?
  ) -> Parsed<Position?> {
    var draft = LegDraft(
      instrument: name, size: size, unit: inFace ? .face : .contracts,
      place: Place(source: "trade"))
    draft.sizeField = "--size"
    let row = LegBuilder(instruments: instruments(ledger, market)).row(draft)
    return Parsed(row.value?.position, issues: row.issues)
  }

  /// A contract of the ledger by any of its names; nil where it lists none such.
  package static func contract(_ name: String, in ledger: Ledger) -> ContractID? {
    if let id = ledger.contract(InstrumentID(name)) { return id }
    guard let instrument = try? InstrumentName(name).instrument else { return nil }
    let names = [instrument.id.name] + InstrumentDialect.allCases.compactMap(instrument.name)
    return names.lazy.compactMap { ledger.contract(InstrumentID($0)) }.first
  }

  package static func instruments(
    _ ledger: Ledger, _ market: MarketSnapshot?
  ) -> [InstrumentID: Instrument] {
    var known: [InstrumentID: Instrument] = [:]
    if let market {
      known = market.quotes.mapValues(\.instrument)
      known.merge(market.instruments) { _, stated in stated }
    }
    for contract in ledger.contracts { known[contract.instrument.id] = contract.instrument }
    return known
  }
}
