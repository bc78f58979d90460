import FulcrumModel

extension PoolsDocument {
  /// Reads `--pools FILE`: JSON (`"format": "fulcrum.pools"`) or a table
  /// `instrument,pool,strategy,currency,cash,equity`.
  package static func parse(_ input: InputBytes) -> Parsed<PoolsDocument> {
    var reading = PoolsReading(source: input.source)
    if JSONText.isLikely(input.bytes) {
      reading.read(json: input)
    } else {
      reading.read(table: input)
    }
    return Parsed(reading.document, issues: reading.issues)
  }
}

private struct PoolsReading {
  let source: String
  var document = PoolsDocument()
  var issues: [Issue] = []

  private struct File: Decodable, Sendable {
    let format: FlexibleText?
    let version: FlexibleDecimal?
    let pools: LossyArray<Entry>
    let unknown: [String]

    enum CodingKeys: String, CodingKey, CaseIterable { case format, version, note, pools }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      format = try fields.decodeIfPresent(FlexibleText.self, forKey: .format)
      version = try fields.decodeIfPresent(FlexibleDecimal.self, forKey: .version)
      pools = try fields.decode(LossyArray<Entry>.self, forKey: .pools)
      unknown = try decoder.names(beyond: CodingKeys.self)
    }
  }

  private struct Entry: Decodable, Sendable {
    let id: FlexibleText?
    let strategy: FlexibleText?
    let currency: FlexibleText?
    let collateral: CollateralFields?
    let legs: LossyArray<FlexibleText>
    let unknown: [String]

    enum CodingKeys: String, CodingKey, CaseIterable {
      case id, strategy, currency, collateral, legs, note
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      id = try fields.decodeIfPresent(FlexibleText.self, forKey: .id)
      strategy = try fields.decodeIfPresent(FlexibleText.self, forKey: .strategy)
      currency = try fields.decodeIfPresent(FlexibleText.self, forKey: .currency)
      collateral = try fields.decodeIfPresent(CollateralFields.self, forKey: .collateral)
      legs = try fields.decode(LossyArray<FlexibleText>.self, forKey: .legs)
      unknown = try decoder.names(beyond: CodingKeys.self)
    }
  }

  mutating func read(json input: InputBytes) {
    let parsed = JSONDocument.decode(File.self, from: input)
    issues += parsed.issues
    guard let file = parsed.value else { return }
    guard file.format?.value == "fulcrum.pools", file.version?.value == ExactDecimal(1) else {
      let seen = "\"format\": \"\(file.format?.value ?? "none")\""
      issues.append(
        Issue(
          source: source, path: "$.format", seen: seen,
          allowed: "\"format\": \"fulcrum.pools\" with \"version\": 1",
          fix: "see docs/reference/book-files.md"))
      return
    }
    issues += Place(source: source, path: "$").remarks(
      on: file.unknown, allowed: File.CodingKeys.self)
    for placed in file.pools.elements {
      read(placed.element, at: Place(source: source, path: "$.pools[\(placed.index)]"))
    }
  }

  private mutating func read(_ entry: Entry, at place: Place) {
    issues += place.remarks(on: entry.unknown, allowed: Entry.CodingKeys.self)
    guard let id = entry.id?.value else {
      issues += Parsed<LegDraft?>.missing("id", at: place).issues
      return
    }
    var header = PoolHeader(strategy: entry.strategy?.value, place: place)
    header.currency = currency(entry.currency?.value, at: place)
    if let fields = entry.collateral {
      let at = place.at("collateral")
      let stated = fields.stated(currency: nil, at: at)
      issues += at.remarks(on: fields.unknown, allowed: CollateralFields.CodingKeys.self)
      issues += stated.issues
      header.collateral = stated.value
    }
    join(header, id)
    for leg in entry.legs.elements {
      guard let name = leg.element.value else { continue }
      assign(name, to: id, at: place.at("legs[\(leg.index)]"))
    }
  }

  mutating func read(table input: InputBytes) {
    let opened = CSVTable.open(input)
    issues += opened.issues
    guard let table = opened.value else { return }
    let names = ["instrument", "pool", "strategy", "currency", "cash", "equity"]
    issues += table.remarks(known: names)
    guard let instrument = table.column("instrument"), let pool = table.column("pool") else {
      issues.append(
        Issue(
          source: source, line: 1, seen: table.headerText,
          allowed: names.joined(separator: ","), fix: "name the columns instrument and pool"))
      return
    }
    for result in table.rows {
      switch result {
      case .failure(let issue): issues.append(issue)
      case .success(let row):
        read(CSVRowReader(row, of: table), instrument: instrument, pool: pool)
      }
    }
  }

  private mutating func read(_ row: CSVRowReader, instrument: Int, pool: Int) {
    var row = row
    let place = Place(source: source, line: row.row.line)
    let cash = row.decimal(row.table.column("cash"))
    let equity = row.decimal(row.table.column("equity"))
    issues += row.issues
    guard row.issues.isEmpty else { return }
    guard let name = row.text(instrument), let id = row.text(pool) else {
      issues += Parsed<LegDraft?>.missing("instrument and pool", at: place).issues
      return
    }
    var header = PoolHeader(strategy: row.text(row.table.column("strategy")), place: place)
    header.currency = currency(row.text(row.table.column("currency")), at: place)
    let stated = StatedCollateral.read(cash: cash, equity: equity, currency: nil, at: place)
    issues += stated.issues
    header.collateral = stated.value
    join(header, id)
    assign(name, to: id, at: place)
  }

  // MARK: Joining

  private mutating func currency(_ code: String?, at place: Place) -> Asset? {
    guard let code else { return nil }
    if let asset = Asset(code) { return asset }
    issues.append(
      place.at("currency").issue(
        seen: "\"\(code)\"", allowed: "a code such as BTC or USDC",
        fix: "correct it; the currency of the legs is used"))
    return nil
  }

  private mutating func join(_ header: PoolHeader, _ id: String) {
    guard var held = document.headers[id] else {
      document.headers[id] = header
      return
    }
    if let old = held.collateral, let new = header.collateral,
      old.amount != new.amount || old.basis != new.basis
    {
      issues.append(
        header.place.issue(
          seen: "\(new.basis) \(new.amount) after \(old.basis) \(old.amount) for pool \"\(id)\"",
          allowed: "one statement a pool", fix: "correct one of them; the first stands"))
    }
    held.strategy = held.strategy ?? header.strategy
    held.currency = held.currency ?? header.currency
    held.collateral = held.collateral ?? header.collateral
    document.headers[id] = held
  }

  private mutating func assign(_ name: String, to id: String, at place: Place) {
    let known = try? InstrumentName(name).instrument.id
    let instrument = known ?? InstrumentID(name)
    if let other = document.pools[instrument], other != id {
      issues.append(
        place.issue(
          seen: "\(name) in pool \"\(id)\" after pool \"\(other)\"", allowed: "one pool a leg",
          fix: "remove one of them; the first stands"))
      return
    }
    document.pools[instrument] = id
    document.places[instrument] = place
  }
}
