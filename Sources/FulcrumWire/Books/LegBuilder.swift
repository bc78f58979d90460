import FulcrumModel

/// A leg as a file states it, before its instrument is known.
struct LegDraft: Sendable {
  enum Unit: Hashable, Sendable {
    /// Contracts of the instrument.
    case contracts
    /// Coins, or US dollars for inverse futures: contracts times contract size.
    case face
    /// Contracts of the size that the row states.
    case contractsOf(ExactDecimal)
  }

  var instrument: String
  /// Other names that the row gives for the same instrument, the better known first.
  var aliases: [String] = []
  /// Signed: + long.
  var size: ExactDecimal
  var unit: Unit
  var entry: ExactDecimal?
  var venue = VenuePosition()
  var pool: String?
  var header: PoolHeader?
  var contractSize: ExactDecimal?
  var lot: ExactDecimal?
  var place: Place
  /// What the file calls the fields, for remarks.
  var nameField = "instrument"
  var sizeField = "size"
}

/// Finds the instrument of a leg and counts its lots.
struct LegBuilder {
  let instruments: [InstrumentID: Instrument]

  /// The row; nil with an error where the leg cannot be used, or with a warning where it is flat.
  func row(_ draft: LegDraft) -> Parsed<BookRow?> {
    let found = instrument(of: draft)
    guard let instrument = found.value else { return Parsed(nil, issues: found.issues) }
    let lots = lots(of: draft, in: instrument)
    guard let count = lots.value else { return Parsed(nil, issues: lots.issues) }
    // Flat whatever makes it so: a size of 0, or contracts of 0 coins.
    guard count != 0 else {
      let issue = draft.place.at(draft.sizeField).issue(
        .warning, seen: "\(instrument.id) of size 0", allowed: "a position that is open",
        fix: "the flat row is passed over")
      return Parsed(nil, issues: lots.issues + [issue])
    }
    let position = Position(
      instrument: instrument, size: SignedLots(count), entry: draft.entry.map { Price($0) },
      venue: draft.venue)
    return Parsed(
      BookRow(position: position, pool: draft.pool, place: draft.place),
      issues: found.issues + lots.issues)
  }

  /// What is known of a row that an error keeps out.
  func refused(_ name: String?, aliases: [String] = [], pool: String?, at place: Place)
    -> RefusedRow
  {
    var draft = LegDraft(instrument: name ?? "", size: .zero, unit: .contracts, place: place)
    draft.aliases = aliases
    return RefusedRow(pool: pool, instrument: instrument(of: draft).value, place: place)
  }

  // MARK: Instrument

  private func instrument(of draft: LegDraft) -> Parsed<Instrument?> {
    var refusal: InstrumentNameError?
    for name in draft.aliases + [draft.instrument] {
      if let listed = instruments[InstrumentID(name)] { return restated(listed, by: draft) }
      do throws(InstrumentNameError) {
        return restated(known(try InstrumentName(name)), by: draft)
      } catch {
        refusal = error
      }
    }
    let issue = draft.place.at(draft.nameField).issue(
      seen: refusal?.description ?? "no instrument name",
      allowed: "the name of an option, a future or a perpetual",
      fix: "write the name as the venue does, BTC-27SEP24-40000-C; the row is left out")
    return Parsed(nil, issues: [issue])
  }

  /// The instrument as the market files know it: under its own name, or a unified symbol under the
  /// name of the venue that quotes it.
  private func known(_ name: InstrumentName) -> Instrument {
    if let listed = instruments[name.instrument.id] { return listed }
    guard name.dialect == .ccxt else { return name.instrument }
    let venues = [InstrumentDialect.deribit, .okx, .derive]
    return venues.lazy
      .compactMap { name.instrument.name(in: $0).flatMap { instruments[InstrumentID($0)] } }
      .first ?? name.instrument
  }

  /// With the contract size and lot that a Fulcrum book states for the leg.
  private func restated(_ instrument: Instrument, by draft: LegDraft) -> Parsed<Instrument?> {
    for (field, value) in [("contractSize", draft.contractSize), ("lot", draft.lot)] {
      guard let value, value <= .zero else { continue }
      let issue = draft.place.at(field).issue(
        seen: "\(value)", allowed: "a number above 0", fix: "correct it; the row is left out")
      return Parsed(nil, issues: [issue])
    }
    if draft.contractSize == nil, draft.lot == nil { return Parsed(instrument) }
    let size = draft.contractSize ?? instrument.contract.value
    let contract: ContractSize
    switch instrument.contract {
    case .coins: contract = .coins(size)
    case .usdFace: contract = .usdFace(size)
    }
    return Parsed(instrument.with(contract: contract, lot: draft.lot ?? instrument.lot))
  }

  // MARK: Size

  private func lots(of draft: LegDraft, in instrument: Instrument) -> Parsed<Int64?> {
    guard let step = step(of: instrument, in: draft.unit), let size = amount(draft) else {
      return Parsed(nil, issues: [tooLarge(draft)])
    }
    guard let count = size.count(of: step) else {
      return Parsed(nil, issues: [offLot(draft, size: size, step: step, instrument)])
    }
    guard let lots = Int64(exactly: count) else { return Parsed(nil, issues: [tooLarge(draft)]) }
    return Parsed(lots)
  }

  /// The size in the unit that `step` counts.
  private func amount(_ draft: LegDraft) -> ExactDecimal? {
    guard case .contractsOf(let contract) = draft.unit else { return draft.size }
    return draft.size.multiplied(by: contract)
  }

  /// One lot in the file's unit.
  private func step(of instrument: Instrument, in unit: LegDraft.Unit) -> ExactDecimal? {
    switch unit {
    case .contracts: return instrument.lot
    case .face, .contractsOf: return instrument.lot.multiplied(by: instrument.contract.value)
    }
  }

  private func tooLarge(_ draft: LegDraft) -> Issue {
    draft.place.at(draft.sizeField).issue(
      seen: "\(draft.size)", allowed: "fewer than 2^63 lots",
      fix: "correct the size; the row is left out")
  }

  private func offLot(
    _ draft: LegDraft, size: ExactDecimal, step: ExactDecimal, _ instrument: Instrument
  ) -> Issue {
    let nearest = size.neighbours(step: step).map { "; nearest are \($0) and \($1)" } ?? ""
    return draft.place.at(draft.sizeField).issue(
      seen: "\(size)",
      allowed: "a whole number of lots of \(step) \(unitName(draft, instrument))"
        + nearest,
      fix: "correct the size of \(instrument.id); the row is left out")
  }

  private func unitName(_ draft: LegDraft, _ instrument: Instrument) -> String {
    guard draft.unit != .contracts else { return "contracts" }
    if case .usdFace = instrument.contract { return "USD" }
    return instrument.base.code
  }
}

extension ExactDecimal {
  /// The multiples of `step` > 0 on both sides; nil where they do not fit.
  func neighbours(step: ExactDecimal) -> (ExactDecimal, ExactDecimal)? {
    let places = max(scale, step.scale)
    guard let own = units(decimals: places, rounding: .down),
      let unit = step.units(decimals: places, rounding: .down), unit > 0
    else { return nil }
    let (quotient, remainder) = own.quotientAndRemainder(dividingBy: unit)
    let floor = remainder < 0 ? quotient - 1 : quotient
    let (low, first) = floor.multipliedReportingOverflow(by: unit)
    let (high, second) = low.addingReportingOverflow(unit)
    guard !first, !second else { return nil }
    return (
      ExactDecimal(significand: low, scale: places), ExactDecimal(significand: high, scale: places)
    )
  }
}
