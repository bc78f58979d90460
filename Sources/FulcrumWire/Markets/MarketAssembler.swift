import FulcrumModel

/// Judges rows one by one and gathers them into a snapshot.
///
/// A strange value is named in an issue and left out; its row stays wherever it can.
struct MarketAssembler {
  let source: String
  /// The instant of rows that carry none.
  var fallback: Timestamp?
  /// Whether the file is a stream, in which one instrument coming again is an update.
  var isStream = false
  private(set) var snapshot: MarketSnapshot
  private(set) var issues: [Issue] = []
  private var partial: [MarketRow] = []

  /// A volatility above 1,000 % a year is taken for a percentage in the wrong place.
  static let highestVolatility = 10.0
  /// Deribit's cap on `ask_iv`, 500 %: reached where the offer says nothing of volatility.
  static let cappedVolatility = 5.0

  init(source: String, fallback: Timestamp?) {
    self.source = source
    self.fallback = fallback
    // The instant of the market is that of its newest row, not the one that rows fall back to.
    snapshot = MarketSnapshot(asOf: Timestamp(milliseconds: 0))
  }

  mutating func add(_ more: [Issue]) { issues += more }

  mutating func add(_ row: MarketRow) {
    if row.isPartial {
      partial.append(row)
    } else {
      judge(row)
    }
  }

  /// Takes in the rows of best prices alone, for instruments that nothing fuller was said of: a
  /// later bid must not wipe out the mark and the volatility of a ticker a moment before.
  mutating func finish() {
    let whole = Set(snapshot.quotes.keys.map(\.name))
    for row in partial where row.instrument.map({ !whole.contains($0) }) ?? true { judge(row) }
    partial = []
  }

  private mutating func judge(_ row: MarketRow) {
    guard let name = row.instrument else {
      return note(
        row, "instrument", seen: "no instrument name", allowed: "the venue's name",
        fix: "give each row its instrument")
    }
    guard let listed = instrument(named: name, row) else { return }
    if row.isListing {
      snapshot.insert(listed)
      return
    }
    guard let asOf = row.timestamp ?? fallback else {
      return note(
        row, "timestamp", seen: "no instant", allowed: "a timestamp in the row or for the file",
        fix: "give the instant of the snapshot with --as-of")
    }
    var quote = Quote(instrument: listed, asOf: asOf)
    setPrices(&quote, row)
    setVolatilities(&quote, row)
    setUnderlying(&quote, row)
    quote.openInterest = interest(row)
    quote.fundingOfEightHours = row.funding
    quote.venueGreeks = row.greeks
    quote.parts = row.parts
    checkExpiry(quote, row)
    insert(quote, row)
  }

  mutating func add(index: ExactDecimal, of code: String, at instant: Timestamp?, _ path: String) {
    let place = MarketRow(place: MarketPlace())
    guard let base = Asset(code) else {
      return note(place, path, seen: "\"\(code)\"", allowed: "a coin", fix: "name it like BTC")
    }
    guard let price = positive(index, place, path) else { return }
    guard let asOf = instant ?? fallback else {
      return note(
        place, path, seen: "an index without an instant", allowed: "an index with its instant",
        fix: "give the instant of the snapshot with --as-of")
    }
    snapshot.insert(IndexPrint(price: price, asOf: asOf), for: Underlying(base: base))
  }

  // MARK: Parts of a row

  private mutating func instrument(named name: String, _ row: MarketRow) -> Instrument? {
    let parsed: InstrumentName
    do throws(InstrumentNameError) {
      parsed = try InstrumentName(name)
    } catch {
      var severity = Issue.Severity.error
      if case .unsupported = error { severity = .warning }
      note(
        row, "instrument", severity, seen: "\(error)",
        allowed: "an option, a future or a perpetual", fix: "the row is left out")
      return nil
    }
    let standard = parsed.instrument
    guard row.contractSize != nil || row.smallestTrade != nil else {
      return snapshot.instruments[standard.id] ?? standard
    }
    return stated(standard, parsed.dialect, row) ?? standard
  }

  /// The contract as the row states it.
  private mutating func stated(
    _ standard: Instrument, _ dialect: InstrumentDialect, _ row: MarketRow
  ) -> Instrument? {
    let size = row.contractSize ?? standard.contract.value
    let isDocumented = dialect == .okx || standard.lot != ContractTerms.undocumentedLot
    let lot = row.smallestTrade ?? (isDocumented ? standard.lot : size)
    guard size > .zero, lot > .zero else {
      note(
        row, "contract_size", seen: "contract \(size), lot \(lot)", allowed: "positive sizes",
        fix: "correct the instrument list; the standard contract is used")
      return nil
    }
    // Deribit counts sizes in coins or dollars: its contract is a step of size, not a multiplier.
    guard dialect == .okx else { return standard.with(contract: standard.contract, lot: lot) }
    switch standard.contract {
    case .coins: return standard.with(contract: .coins(size), lot: lot)
    case .usdFace: return standard.with(contract: .usdFace(size), lot: lot)
    }
  }

  private mutating func setPrices(_ quote: inout Quote, _ row: MarketRow) {
    quote.bid = offered(row.bid, row, "bid")
    quote.ask = offered(row.ask, row, "ask")
    quote.bidSize = size(row.bidSize, of: quote.bid != nil, row, "bid size")
    quote.askSize = size(row.askSize, of: quote.ask != nil, row, "ask size")
    quote.last = offered(row.last, row, "last")
    if let mark = row.mark, mark.isZero, quote.instrument.isOption {
      // Rounded to nothing by the venue: the price is known to be about zero.
      quote.mark = Price(mark)
    } else if let mark = row.mark {
      quote.mark = positive(mark, row, "mark")
    }
    if let bid = quote.bid, let ask = quote.ask, ask < bid {
      note(
        row, "bid", .warning, seen: "bid \(bid) over ask \(ask)",
        allowed: "a bid at or under the ask",
        fix: "both are kept; check that they are of one instant")
    }
  }

  private mutating func setVolatilities(_ quote: inout Quote, _ row: MarketRow) {
    quote.markVolatility = volatility(row.markVolatility, row, "mark volatility")
    quote.bidVolatility = volatility(row.bidVolatility, row, "bid volatility")
    if let ask = row.askVolatility, ask != Self.cappedVolatility {
      quote.askVolatility = volatility(ask, row, "ask volatility")
    }
  }

  private mutating func setUnderlying(_ quote: inout Quote, _ row: MarketRow) {
    if quote.instrument.isOption, let forward = row.forward {
      quote.forward = positive(forward, row, "forward")
      quote.forwardName = row.forwardName
    }
    if let index = row.index {
      quote.index = positive(index, row, "index")
    } else if let estimate = row.estimatedDelivery, !isAveraging(quote) {
      quote.index = positive(estimate, row, "estimated_delivery_price")
    }
  }

  /// Within an hour before expiry the venue's estimate of delivery may be an average in the making.
  private func isAveraging(_ quote: Quote) -> Bool {
    guard let expiry = quote.instrument.expiry else { return false }
    return expiry < quote.asOf.adding(milliseconds: 3_600_000)
  }

  private mutating func checkExpiry(_ quote: Quote, _ row: MarketRow) {
    guard let expiry = quote.instrument.expiry else { return }
    if let stated = row.expiry, stated != expiry {
      note(
        row, "expiry", .warning, seen: "expiry \(stated) beside \(quote.instrument.id)",
        allowed: "the expiry of the name, \(expiry)", fix: "the name is believed")
    }
    if expiry <= quote.asOf {
      note(
        row, "instrument", .warning, seen: "\(quote.instrument.id), expired at \(expiry)",
        allowed: "an expiry after \(quote.asOf)", fix: "the row is kept; it has no time value")
    }
  }

  private mutating func insert(_ quote: Quote, _ row: MarketRow) {
    let held = snapshot.quotes[quote.instrument.id]
    let isNewer = snapshot.insert(quote)
    // Replies about different parts of a quote complete each other.
    guard let held, !isStream, !held.parts.isDisjoint(with: quote.parts) else { return }
    note(
      row, "instrument", .warning,
      seen: "\(quote.instrument.id) again, of \(quote.asOf) after \(held.asOf)",
      allowed: "one row for each instrument",
      fix: isNewer ? "the newer values stand" : "the earlier row is newer and stands")
  }

  // MARK: Values

  /// Zero is how venues write that nobody bids or offers.
  private mutating func offered(_ value: ExactDecimal?, _ row: MarketRow, _ field: String) -> Price?
  {
    guard let value, !value.isZero else { return nil }
    return positive(value, row, field)
  }

  /// Zero beside no price is how venues write that nobody bids or offers.
  private mutating func size(
    _ value: Double?, of isPriced: Bool, _ row: MarketRow, _ field: String
  ) -> Double? {
    guard let value, isPriced || value != 0 else { return nil }
    guard isPriced, value > 0, value.isFinite else {
      note(
        row, field, .warning, seen: "\(field) \(value)\(isPriced ? "" : " without its price")",
        allowed: "a size above 0 beside its price",
        fix: "the size is left out; correct it or leave the field empty")
      return nil
    }
    return value
  }

  private mutating func interest(_ row: MarketRow) -> Double? {
    guard let value = row.openInterest else { return nil }
    guard value >= 0, value.isFinite else {
      note(
        row, "open interest", .warning, seen: "open interest \(value)", allowed: "0 or more",
        fix: "the value is left out; correct it or leave the field empty")
      return nil
    }
    return value
  }

  private mutating func positive(_ value: ExactDecimal, _ row: MarketRow, _ field: String) -> Price?
  {
    guard value > .zero else {
      note(
        row, field, seen: "\(field) \(value)", allowed: "a price above zero",
        fix: "the value is left out; correct it or leave the field empty")
      return nil
    }
    return Price(value)
  }

  /// Zero is how venues write that there is none.
  private mutating func volatility(_ value: Double?, _ row: MarketRow, _ field: String) -> Double? {
    guard let value, value != 0 else { return nil }
    guard value > 0, value <= Self.highestVolatility else {
      note(
        row, field, seen: "\(field) \(value)", allowed: "a ratio above 0 and at most 10 (1,000 %)",
        fix: "the value is left out; write 60 % as 0.6 where the layout asks for a ratio")
      return nil
    }
    return value
  }

  private mutating func note(
    _ row: MarketRow, _ field: String, _ severity: Issue.Severity = .error, seen: String,
    allowed: String, fix: String
  ) {
    issues.append(
      Issue(
        severity, source: source, line: row.place.line, path: row.place.path(field), seen: seen,
        allowed: allowed, fix: fix))
  }
}
